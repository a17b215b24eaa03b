"""A world of authorities in eighteen styles, with the traps that real ones have, and the truth to compare with."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import world
from support import kreispresse, query, report, rows_hash
from world import slow

# a list filled by script from nowhere has no releases to find
READ = [
    "typo3_routed", "typo3_chash", "presse_service", "sitepark", "ikiss", "drupal", "wordpress", "contao", "nolis",
    "gsb", "year_archive", "many_on_one_page", "json_listing", "mixed_list", "cards", "definition_list",
    "pdf_table",
]  # fmt: skip
UNREAD = ["script_only"]


class Crawled(NamedTuple):
    folder: Path
    served: world.World
    first: dict[str, Any]
    second: dict[str, Any]
    asked: dict[str, int]


def _crawl(folder: Path, entries: list[dict[str, Any]], *options: str) -> dict[str, Any]:
    (folder / "r.yml").write_text(json.dumps(entries), "utf-8")
    done = kreispresse("crawl", "--sources", str(folder / "r.yml"), "--data", str(folder / "data"), "--report",
                       str(folder / "report.json"), *options)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return report(folder)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """Crawled once from nothing, then once again unchanged."""
    folder = tmp_path_factory.mktemp("world")
    with world.serve([*READ, *UNREAD]) as served:
        entries = served.entries()
        first = _crawl(folder, entries)
        asked = {style: len(served.asked(style)) for style in served.sources}
        disallowed = {style: served.disallowed(style) for style in served.sources}
        trapped = {style: served.trapped(style) for style in served.sources}
        assert (any(disallowed.values()), any(trapped.values())) == (False, False), (disallowed, trapped)
        yield Crawled(folder, served, first, _crawl(folder, entries), asked)


def _id(served: world.World, style: str) -> str:
    return next(entry["id"] for entry in served.entries() if entry["id"].endswith(style.replace("_", "-")))


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


@pytest.mark.parametrize("style", [*READ, "presse_service_2"])
def test_every_release_is_found_once_and_nothing_else(crawled: Crawled, style: str) -> None:
    source = _id(crawled.served, style)
    rows = query(
        crawled.folder / "data", "SELECT title, published_on, kind FROM releases WHERE source_id = ?", source
    )
    truth = sorted((each.title, each.day, each.kind) for each in crawled.served.sources[style].truth)
    assert sorted(rows) == truth
    assert crawled.first[source]["requests"] <= 1.3 * len(truth)


@pytest.mark.parametrize("style", READ)
def test_texts_are_those_that_were_written(crawled: Crawled, style: str) -> None:
    rows = query(crawled.folder / "data", "SELECT title, coalesce(teaser, ''), text FROM releases WHERE source_id = ?",
                 _id(crawled.served, style))  # fmt: skip
    found = {title: _plain(f"{teaser} {text}") for title, teaser, text in rows}
    wrong = [
        each.title for each in crawled.served.sources[style].truth if found[each.title] != _plain(each.text)
    ]
    assert len(wrong) <= 0.02 * len(found), wrong


def test_an_unchanged_source_costs_at_most_three_requests(crawled: Crawled) -> None:
    costly = {source: row["requests"] for source, row in crawled.second.items() if row["requests"] > 3}
    assert costly == {}
    statuses = {row["status"] for source, row in crawled.second.items() if row["status"] != "empty"}
    assert statuses == {"unchanged"}


@pytest.mark.parametrize("style", UNREAD)
def test_what_cannot_be_read_is_never_silently_empty(crawled: Crawled, style: str) -> None:
    row = crawled.first[_id(crawled.served, style)]
    assert row["status"] == "empty"
    if style == "script_only":
        assert "needs attention" in row["error"]


def test_channels_are_remembered(crawled: Crawled) -> None:
    channels = query(crawled.folder / "data", "SELECT channel, count(*) FROM release_sources WHERE source_id = ? GROUP BY 1",
                     _id(crawled.served, "typo3_routed"))  # fmt: skip
    assert dict(channels) == {"feed": 10, "listing": 57, "sitemap": 57}


def test_rebuild_gives_the_same_rows(crawled: Crawled, tmp_path: Path) -> None:
    assert (
        kreispresse("rebuild", "--data", str(crawled.folder / "data"), "--into", str(tmp_path)).returncode
        == 0
    )
    assert rows_hash(tmp_path) == rows_hash(crawled.folder / "data")


@pytest.mark.parametrize("style", ["typo3_routed", "year_archive", "many_on_one_page"])
def test_new_releases_are_found_from_the_newest_pages(style: str, tmp_path: Path) -> None:
    with world.serve([style]) as served:
        _crawl(tmp_path, served.entries())
        titles = served.publish(style, 2)
        row = _crawl(tmp_path, served.entries())[_id(served, style)]
        assert row["new"] == 2
        assert row["requests"] <= 8  # robots, list, its second page, feeds, the two
        found = {title for (title,) in query(tmp_path / "data", "SELECT title FROM releases")}
        assert set(titles) <= found


@pytest.mark.parametrize("redirects", [True, False])
def test_a_relaunch_doubles_nothing_and_loses_nothing(redirects: bool, tmp_path: Path) -> None:
    with world.serve(["contao"]) as served:
        _crawl(tmp_path, served.entries())
        before = query(tmp_path / "data", "SELECT id FROM releases ORDER BY id")
        served.relaunch("contao", redirects=redirects)
        titles = served.publish("contao", 2)
        row = _crawl(tmp_path, served.entries())[_id(served, "contao")]
        assert (row["status"], row["new"], row["gone"]) == ("relaunched", 2, 0)
        assert "lead to known releases: the site seems to be made anew" in row["error"]
        after = query(tmp_path / "data", "SELECT id, title, gone_at FROM releases ORDER BY id")
        assert set(before) <= {(known,) for known, _, _ in after}
        assert len(after) == len(before) + 2
        assert {title for _, title, _ in after} >= set(titles)
        assert {gone for _, _, gone in after} == {None}


def test_a_slow_host_is_asked_slowly_and_holds_up_nobody(tmp_path: Path) -> None:
    with slow.serve_slow(5, 0.05) as served:
        entries = [{**entry, "delay": 0.25} if n < 5 else entry for n, entry in enumerate(served.entries())]
        _crawl(tmp_path, entries)
        assert served.together() == 0
        assert served.gap() >= 0.25
        assert served.asked_fast[-1].ended < served.asked[len(served.asked) // 2].began
        assert query(tmp_path / "data", "SELECT count(*) FROM releases") == [(len(served.truth),)]
