"""PDF files that releases link to: read, kept, looked at again; another file under the same address is a change."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from loopback import Answer, Site
from loopback import page as html
from support import kreispresse, query, report, rows_hash

from archive.db import Archive
from archive.files import files
from archive.model import Address, Attachment, Page, Release, Text
from archive.save import save
from crawler import address
from crawler.demo.files import pdf

Crawl = Callable[..., "subprocess.CompletedProcess[str]"]
TITLES = [f"Meldung über die Brücke {n}" for n in range(12)]
PLAN = "Der Plan der Brücke liegt vier Wochen lang im Kreishaus aus."


def _site(site: Site, files: dict[str, bytes], *, of: int = 3) -> None:
    """Twelve releases, of which one links to these files."""
    site.add_releases(TITLES)
    links = "".join(f'<p><a href="{path}">Datei</a></p>' for path in files)
    title = TITLES[of]
    text = (
        "<p>Der Kreis legt die Pläne der neuen Brücke aus. Alle können sie vier Wochen lang einsehen.</p>" * 2
    )
    site.pages[f"/presse/{of}"] = html(
        title, f"<h1>{title}</h1><p class=datum>5. Januar 2026</p>{text}{links}"
    )
    for path, body in files.items():
        site.pages[path] = Answer(body, type="application/pdf")


def _files(tmp_path: Path) -> list[tuple[object, ...]]:
    return query(
        tmp_path / "data",
        "SELECT replace(url, rtrim(url, replace(url, '/', '')), ''), text, sha256 IS NOT NULL FROM attachments ORDER BY n",
    )


def test_files_are_read_once_and_another_one_is_a_change(site: Site, crawl: Crawl, tmp_path: Path) -> None:
    _site(site, {"/plan.pdf": pdf([PLAN])})
    crawl(site.entry())
    assert _files(tmp_path) == [("plan.pdf", PLAN, 1)]
    assert site.paths().count("/plan.pdf") == 1
    crawl(site.entry())
    assert site.paths().count("/plan.pdf") == 1
    site.pages["/plan.pdf"] = Answer(pdf([PLAN, "", "Er wurde geändert."]), type="application/pdf")
    crawl(site.entry(), options=("--full",))
    ((_, text, _),) = _files(tmp_path)
    assert "Er wurde geändert." in text
    changed = query(tmp_path / "data", "SELECT title FROM releases WHERE changed_at IS NOT NULL")
    assert changed == [(TITLES[3],)]
    versions = "SELECT count(*), count(DISTINCT text), count(DISTINCT v.sha256) FROM revisions v JOIN releases r ON r.id = release_id WHERE r.title = ?"
    assert query(tmp_path / "data", versions.replace("DISTINCT text", "DISTINCT v.text"), TITLES[3]) == [
        (2, 1, 2)
    ]
    before = rows_hash(tmp_path / "data")
    assert (
        kreispresse("rebuild", "--data", str(tmp_path / "data"), "--into", str(tmp_path / "again")).returncode
        == 0
    )
    assert rows_hash(tmp_path / "again") == before


def test_scans_and_broken_files(site: Site, crawl: Crawl, tmp_path: Path) -> None:
    _site(site, {"/scan.pdf": pdf([]), "/kaputt.pdf": b"%PDF-1.4 kaputt"})
    crawl(site.entry())
    assert _files(tmp_path) == [("scan.pdf", "", 1), ("kaputt.pdf", None, 0)]
    result = report(tmp_path)["kreis-probe"]
    assert (result["status"], result["failed"]) == ("ok", 0)
    assert any("PDF" in failure["reason"] for failure in result["failures"])
    crawl(site.entry())
    assert site.paths().count("/kaputt.pdf") == 1


def test_a_file_of_another_site_is_not_asked(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive.db")
    here = "https://a.example/plan.pdf"
    rows = [
        ("https://b.example/fremd.pdf", "application/pdf"),
        (here, "application/pdf"),
        ("https://a.example/x.doc", None),
    ]
    with archive.db.atomic():
        archive.expect("c", "a", "2026-03-20T10:00:00.000000Z")
        content = Text(
            "Titel", None, "Text", attachments=tuple(Attachment(url, "", kind) for url, kind in rows)
        )
        where = Address("https://a.example/1", "a/1")
        logged = Page("2026-03-20T10:00:00.000000Z", "c", "a", "release", "", where.url, 200)
        save(archive.db, logged, Release(where, content))
    found = files(archive.db, "a")
    assert [each.url for each in found] == [here, "https://b.example/fremd.pdf"]
    assert [each.url for each in found if address.site(each.url) == address.site(here)] == [here]
    archive.close()


def test_files_do_not_make_a_first_crawl_dear(site: Site, crawl: Crawl, tmp_path: Path) -> None:
    _site(site, {f"/{n}.pdf": pdf([PLAN]) for n in range(20)})
    crawl(site.entry())
    assert report(tmp_path)["kreis-probe"]["requests"] <= 1.3 * len(TITLES) + 2
