"""What the website offers for download is whole, listed with its hash, and nothing else; each host's requests are told."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import sqlite3

import pytest
import sample

from archive.db import Archive
from archive.web.serve import build

AT = "2026-03-14T06:00:00.000009Z"


@pytest.fixture
def folder(tmp_path):
    return sample.build(tmp_path)


def get(folder, path):
    return asyncio.run(build(folder).client.get(path))


def export(folder, name, at=AT, **files):
    """A finished export, as far as the website looks at it."""
    target = folder.parent / f"{folder.name}-{name}"
    (target / "csv").mkdir(parents=True)
    held = {
        "archive.db.zst": b"packed",
        "codebook.md": b"# Codebook",
        "csv/releases.csv.gz": b"rows",
        **files,
    }
    for path, content in held.items():
        (target / path).write_bytes(content)
    lines = [f"{hashlib.sha256(content).hexdigest()}  {path}\n" for path, content in held.items()]
    (target / "SHA256SUMS").write_text("".join(lines), "utf-8")
    with (folder / "exports.jsonl").open("a", encoding="utf-8") as ledger:
        ledger.write(json.dumps({"at": at, "folder": str(target), "sha256": ""}) + "\n")
    return target


def test_every_file_of_the_newest_export_is_offered_with_its_size_and_hash(folder):
    export(folder, "old", **{"old.md": b"old"})
    target = export(folder, "new")
    page = get(folder, "/daten").text
    assert "Stand: 14. März 2026, 07:00 Uhr" in page
    offered = re.findall(r'href="(/daten/[^"]+)" download>', page)
    assert sorted(offered) == [
        "/daten/SHA256SUMS", "/daten/archive.db.zst", "/daten/codebook.md", "/daten/csv/releases.csv.gz"
    ]  # fmt: skip
    for path in offered:
        answer = get(folder, path)
        assert answer.content == (target / path.removeprefix("/daten/")).read_bytes()
        assert hashlib.sha256(answer.content).hexdigest() in page
        assert answer.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "path",
    [
        "old.md",
        "..%2fdata%2farchive.db",
        "../archive.db",
        "csv/%2e%2e/archive.db.zst",
        "csv",
        "archive.db",
        "/etc/passwd",
    ],
)
def test_nothing_else_is_handed_out(folder, path):
    target = export(folder, "new")
    (target / "old.md").write_bytes(b"left over")
    assert get(folder, f"/daten/{path}").status_code in (302, 403, 404)


def test_a_list_that_names_files_elsewhere_leads_nowhere(folder):
    target = export(folder, "new")
    with (target / "SHA256SUMS").open("a") as sums:
        sums.write(f"{'0' * 64}  ../{folder.name}/archive.db\n{'0' * 64}  /etc/passwd\n")
    assert "passwd" not in get(folder, "/daten").text
    assert get(folder, f"/daten/%2e%2e/{folder.name}/archive.db").status_code != 200


@pytest.mark.parametrize("gone", ["archive.db.zst", "SHA256SUMS"])
def test_of_what_is_not_whole_nothing_is_offered(folder, gone):
    (export(folder, "new") / gone).unlink()
    assert "Zurzeit liegt kein Abzug bereit" in get(folder, "/daten").text
    assert get(folder, "/daten/codebook.md").status_code == 404


def test_a_line_that_was_torn_hides_no_export(folder):
    export(folder, "new")
    with (folder / "exports.jsonl").open("a", encoding="utf-8") as ledger:
        ledger.write('{"at": "2026-03-15T0')
    assert get(folder, "/daten/archive.db.zst").status_code == 200


def test_without_an_export_the_page_says_so(folder):
    assert "Zurzeit liegt kein Abzug bereit" in get(folder, "/daten").text


def test_an_export_from_before_a_withdrawal_is_no_longer_offered(folder):
    export(folder, "new")
    archive = Archive(folder / "archive.db")
    archive.db.execute("INSERT INTO withdrawals VALUES (1, '2026-03-15T06:00:00.000001Z', 'privacy')")
    archive.close()
    assert get(folder, "/daten/archive.db.zst").status_code == 404
    export(folder, "newer", at="2026-03-15T06:00:00.000001Z")
    assert get(folder, "/daten/archive.db.zst").status_code == 200


def test_tables_are_explained_from_one_place(folder):
    site = build(folder)
    page = get(folder, "/daten").text
    for name, table in site.metadata("databases")["archive"]["tables"].items():
        assert f'<a href="/archive/{name}">' in page
        assert table["description"].partition('"')[0].partition("„")[0] in page


def test_what_each_host_was_asked_is_told(folder):
    page = get(folder, "/daten/abruf").text
    row = re.search(r'<th scope="row">www\.kreis-auenfeld\.example</th>(.*)</tr>', page)
    assert re.findall(r"<td>(.*?)</td>", row[1]) == ["1", "9", "9", "0", "0 Byte", "0"]


def test_the_snapshot_is_an_archive(folder, tmp_path):
    publish = pytest.importorskip("archive.publish", reason="needs the export command")
    publish.export(folder, tmp_path / "made", None)
    packed, plain = tmp_path / "got.zst", tmp_path / "got.db"
    packed.write_bytes(get(folder, "/daten/archive.db.zst").content)
    publish.packing.unpack(packed, plain)
    query = (
        "SELECT title FROM search_rows JOIN releases ON id = release_id"
        " WHERE n IN (SELECT rowid FROM releases_fts WHERE releases_fts MATCH 'brücke')"
    )
    assert sqlite3.connect(plain).execute(query).fetchall() == [(sample.BRIDGE.title,)]
