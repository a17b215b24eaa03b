"""PDF files that releases link to: read, kept, looked at again; another file under the same address is a change."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from loopback import Answer, Site
from loopback import page as html
from support import kreispresse, query, report, rows_hash

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
    assert report(tmp_path)["kreis-probe"]["changed"] == 1
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


def test_a_file_of_another_site_is_not_asked(site: Site, crawl: Crawl, tmp_path: Path) -> None:
    elsewhere = site.address.replace("127.0.0.1", "127.0.0.2")
    _site(site, {"/plan.pdf": pdf([PLAN]), f"{elsewhere}/fremd.pdf": pdf([PLAN])})
    crawl(site.entry())
    assert sorted(_files(tmp_path)) == [("fremd.pdf", None, 0), ("plan.pdf", PLAN, 1)]
    (asked,) = json.loads((tmp_path / "report.json").read_text())["hosts"]
    assert asked in site.address


def test_files_do_not_make_a_first_crawl_dear(site: Site, crawl: Crawl, tmp_path: Path) -> None:
    _site(site, {f"/{n}.pdf": pdf([PLAN]) for n in range(20)})
    crawl(site.entry())
    assert report(tmp_path)["kreis-probe"]["requests"] <= 1.3 * len(TITLES) + 2
