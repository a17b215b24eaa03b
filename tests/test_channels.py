"""What one channel of a source misses that another has."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.channels import Channel, channels
from archive.db import Archive
from archive.model import Address, Hints, Note, Page, Release, Text
from archive.save import save
from crawler.recorder import Counts
from crawler.report import Result, as_json, table

SOURCE = {"id": "kreis-a", "name": "A", "kind": "kreis", "land": "XX", "homepage": "https://k.example/",
          "press": "https://k.example/p"}  # fmt: skip


ABOUT = {"software": "x", "complete": False, "gone_after_hours": 24}


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    made = Archive(tmp_path / "archive.db")
    _begin(made, 1)
    return made


def _begin(archive: Archive, crawl: int) -> None:
    archive.note(Note(f"2026-03-0{crawl}T00:00:00.000000Z", f"c{crawl}", "crawl", "", ABOUT))
    archive.note(Note(f"2026-03-0{crawl}T00:00:00.000001Z", f"c{crawl}", "source", "kreis-a", SOURCE))


def _named(archive: Archive, n: int, *by: str, crawl: int = 1) -> str:
    """A release of the n-th of January, named by these channels in this crawl."""
    url = f"https://k.example/m/{n}"
    for channel in by:
        page = Page(f"2026-03-0{crawl}T10:00:00.000000Z", f"c{crawl}", "kreis-a", "release", "", url, 200,
                    hints=Hints(channel))  # fmt: skip
        text = Text(f"Meldung {n}", None, f"Text der Meldung {n}.", published_on=f"2026-01-{n:02}")
        save(archive.db, page, Release(Address(url, url), text))
    return url


def test_each_channel_is_told_what_another_has(archive: Archive) -> None:
    for n in range(1, 9):
        _named(archive, n, "listing", "sitemap")
    listing_only, sitemap_only = _named(archive, 9, "listing"), _named(archive, 10, "sitemap")
    assert channels(archive.db, "kreis-a") == {
        "listing": Channel(9, 1, (sitemap_only,)), "sitemap": Channel(9, 1, (listing_only,)),
    }  # fmt: skip
    assert channels(archive.db, "kreis-fremd") == {}


def test_a_feed_is_held_against_the_newest_only(archive: Archive) -> None:
    for n in range(1, 21):
        _named(archive, n, "listing", *(["feed"] if n > 15 else []))
    assert channels(archive.db, "kreis-a")["feed"].misses == 0
    forgotten = _named(archive, 21, "listing")
    assert channels(archive.db, "kreis-a")["feed"] == Channel(5, 1, (forgotten,))


def test_one_old_release_pinned_in_a_feed_makes_it_miss_nothing_old(archive: Archive) -> None:
    for n in range(1, 21):
        _named(archive, n, "listing", *(["feed"] if n > 15 or n == 1 else []))
    assert channels(archive.db, "kreis-a")["feed"].misses == 0


def test_a_sitemap_that_was_not_read_again_misses_nothing_new(archive: Archive) -> None:
    missed = _named(archive, 1, "listing")
    _named(archive, 2, "listing", "sitemap")
    _begin(archive, 2)
    _named(archive, 3, "listing", crawl=2)
    assert channels(archive.db, "kreis-a")["sitemap"] == Channel(1, 1, (missed,))
    _begin(archive, 3)
    _named(archive, 4, "listing", "sitemap", crawl=3)
    assert channels(archive.db, "kreis-a")["sitemap"].misses == 2


def test_what_is_gone_does_not_count(archive: Archive) -> None:
    _named(archive, 1, "listing", "feed")
    _named(archive, 2, "listing")
    archive.db.execute("UPDATE releases SET gone_at = '2026-03-02' WHERE title = 'Meldung 2'")
    assert {name: each.misses for name, each in channels(archive.db, "kreis-a").items()} == {
        "feed": 0,
        "listing": 0,
    }


def test_only_a_few_examples_are_named(archive: Archive) -> None:
    for n in range(1, 20):
        _named(archive, n, "sitemap")
    _named(archive, 20, "listing")
    found = channels(archive.db, "kreis-a")["listing"]
    assert (found.misses, len(found.examples)) == (19, 5)
    assert found.examples[0] == "https://k.example/m/19"


def test_report_and_table_tell_it() -> None:
    found = {"listing": Channel(9, 0, ()), "sitemap": Channel(7, 2, ("https://k.example/1",))}
    result = Result("kreis-a", "ok", None, Counts(), channels=found)
    assert table([result]).splitlines()[-1].endswith("(the report names some): kreis-a (sitemap 2)")
    assert table([Result("kreis-a", "ok", None, Counts())]).splitlines()[-1].startswith("sum")
    (told,) = as_json("c", [result], {})["sources"]
    assert told["channels"]["sitemap"] == {"releases": 7, "misses": 2, "examples": ("https://k.example/1",)}


def test_crawls_of_other_machines_are_none_of_this_source(archive: Archive) -> None:
    """One that begins while this crawl runs must not make what is named later seem to be of another crawl."""
    _named(archive, 1, "sitemap")
    archive.note(Note("2026-03-01T10:30:00.000000Z", "other", "crawl", "", ABOUT))
    url = "https://k.example/m/2"
    page = Page(
        "2026-03-01T11:00:00.000000Z", "c1", "kreis-a", "release", "", url, 200, hints=Hints("listing")
    )
    text = Text("Meldung 2", None, "Text der Meldung 2.", published_on="2026-01-02")
    save(archive.db, page, Release(Address(url, url), text))
    assert channels(archive.db, "kreis-a")["sitemap"].misses == 1
