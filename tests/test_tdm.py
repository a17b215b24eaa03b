"""Reservations of text and data mining, and robots.txt, as hosts keep them: asked seldom, conditionally, by all sources once."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from loopback import Answer, Site
from support import query, report, rows_hash

from archive.captures import Logged, read
from archive.model import Page
from crawler.rebuild import rebuild
from crawler.tdm import read_rules, reserved

Crawl = Callable[..., "subprocess.CompletedProcess[str]"]
TITLES = [f"Meldung Nummer {n} aus dem Kreishaus" for n in range(3)]
FILE = "/.well-known/tdmrep.json"


def _json(*rules: tuple[str, int], etag: str = '"1"') -> Answer:
    body = json.dumps([{"location": location, "tdm-reservation": value} for location, value in rules])
    return Answer(body, headers={"ETag": etag}, type="application/json")


@pytest.mark.parametrize(("rules", "said"), [
    ([("/", "1")], "1"), ([("/presse/", "0"), ("/", "1")], "0"), ([("/*/2026$", "1")], "1"), ([("/presse$", "1")], None),
    ([("/presse/2026?seite=", "1")], None), ([("/Presse", "1")], None), ([("*", "1")], "1"), ([], None),
    ([("/" + "*a" * 200, "1")], None),
])  # fmt: skip
def test_the_longest_pattern_counts(rules: list[tuple[str, str]], said: str | None) -> None:
    assert reserved(rules, "https://k.example/presse/2026") == said


@pytest.mark.parametrize("body", [
    b"", b"<html>nicht gefunden</html>", b"{}", b"5", b"null", b"[" * 100_000, b"[1, null, {}, []]", b"\xff\xfe",
    b'[{"location": 5, "tdm-reservation": 1}, {"location": "/", "tdm-reservation": 2}, {"location": "x", "tdm-reservation": 1}]',
])  # fmt: skip
def test_what_is_no_such_file_says_nothing(body: bytes) -> None:
    assert read_rules(body) == []


def test_a_hosts_file_is_asked_once_for_all_its_sources_and_seldom(
    site: Site, crawl: Crawl, tmp_path: Path
) -> None:
    site.add_releases(TITLES[:1])
    site.add_releases(TITLES[1:], listing="/amt/presse")
    site.pages[FILE] = _json(("/presse", 1), ("/amt/", 0))
    entries = [site.entry(), {**site.entry("amt-probe"), "press": f"{site.address}/amt/presse"}]
    for _ in range(2):
        crawl(*entries)
    assert site.paths().count(FILE) == 1
    said = "SELECT id, tdm_reservation, tdm_from FROM sources ORDER BY id"
    assert query(tmp_path / "data", said) == [("amt-probe", "0", "file"), ("kreis-probe", "1", "file")]
    site.pages[FILE] = _json(("/amt/", 1), etag='"2"')
    with sqlite3.connect(tmp_path / "data" / "state.db") as db:
        db.execute("UPDATE looks SET at = '2026-01-01T00:00:00.000000Z'")
    site.pages["/amt/presse"] = Answer(str(site.pages["/amt/presse"]), headers={"TDM-Reservation": "0"})
    site.asked.clear()
    crawl(*entries)
    (asked,) = [asked for asked in site.asked if asked.path == FILE]
    assert asked.headers["If-None-Match"] == '"1"'
    assert query(tmp_path / "data", said) == [("amt-probe", "0", "list"), ("kreis-probe", None, None)]
    rebuild(tmp_path / "data", tmp_path / "again")
    assert rows_hash(tmp_path / "again") == rows_hash(tmp_path / "data")


def test_a_source_that_comes_later_heeds_the_file_that_was_read_before(
    site: Site, crawl: Crawl, tmp_path: Path
) -> None:
    site.add_releases(TITLES[:1])
    site.add_releases(TITLES[1:], listing="/amt/presse")
    site.pages[FILE] = _json(("/", 1))
    crawl(site.entry())
    crawl(site.entry(), {**site.entry("amt-probe"), "press": f"{site.address}/amt/presse"})
    assert site.paths().count(FILE) == 1
    assert query(tmp_path / "data", "SELECT tdm_reservation FROM sources") == [("1",), ("1",)]


@pytest.mark.parametrize("rules", ["User-agent: *\nDisallow: /.well-known/\n", ""])
def test_a_file_that_is_not_there_or_forbidden_is_no_failure(
    rules: str, site: Site, crawl: Crawl, tmp_path: Path
) -> None:
    site.add_releases(TITLES)
    site.pages["/robots.txt"] = Answer(rules, type="text/plain")
    for _ in range(2):
        crawl(site.entry())
    assert site.paths().count(FILE) == (0 if rules else 1)
    row = report(tmp_path)["kreis-probe"]
    assert (row["status"], row["failed"], row["failures"]) == ("unchanged", 0, [])


def test_robots_are_asked_conditionally_and_hold_when_not_modified(
    site: Site, crawl: Crawl, tmp_path: Path
) -> None:
    site.add_releases(TITLES)
    rules = Answer("User-agent: *\nDisallow: /presse/2\n", headers={"ETag": '"r"'}, type="text/plain")
    site.pages["/robots.txt"] = rules
    crawl(site.entry())
    crawl(site.entry(), options=("--full",))
    assert [asked.headers.get("If-None-Match") for asked in site.asked if asked.path == "/robots.txt"] == [
        None,
        '"r"',
    ]
    assert "/presse/2" not in site.paths()
    logged = [e.observation for e in read(tmp_path / "data" / "captures") if isinstance(e, Logged)]
    robots = [(p.status, p.conditions) for p in logged if isinstance(p, Page) and p.role == "robots"]
    assert robots == [(200, ()), (304, (("If-None-Match", '"r"'),))]


def test_robots_are_asked_in_full_when_their_text_was_lost(site: Site, crawl: Crawl, tmp_path: Path) -> None:
    site.add_releases(TITLES)
    site.pages["/robots.txt"] = Answer(
        "User-agent: *\nDisallow: /presse/2\n", headers={"ETag": '"r"'}, type="text/plain"
    )
    crawl(site.entry())
    with sqlite3.connect(tmp_path / "data" / "state.db") as db:
        db.execute("DELETE FROM bodies")
    crawl(site.entry(), options=("--full",))
    assert "/presse/2" not in site.paths()
    assert not any("If-None-Match" in asked.headers for asked in site.asked if asked.path == "/robots.txt")
