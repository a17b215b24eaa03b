"""What is missing of a source: never more than is really missing, and the rest as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hidden import SOURCE, WAYS, World
from sqlite_utils import Database

from archive import gaps
from archive.gaps import Outage, Seen, Window
from archive.migrations import migrate
from archive.numbers import Series, series


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A migrated database, to be copied: making its tables takes longer than filling them."""
    path = tmp_path_factory.mktemp("empty") / "archive.db"
    migrate(db := Database(path))
    db.close()
    return path.read_bytes()


@pytest.fixture
def fresh(empty: bytes) -> Iterator[Callable[[], Database]]:
    made: list[Database] = []

    def database() -> Database:
        made.append(Database(memory=True))
        made[-1].conn.deserialize(empty)
        return made[-1]

    yield database
    for db in made:
        db.close()


@pytest.mark.parametrize("way", WAYS)
def test_bounds_never_exceed_the_truth(way: str, fresh: Callable[[], Database]) -> None:
    for seed in range(12):
        db = fresh()
        world = World(db, way, seed)
        for channel, seen in gaps.channels(db, SOURCE).items():
            assert seen.lacks is None or seen.lacks <= len(world.truth.hidden[channel]), (seed, channel)
        assert gaps.unread(db, SOURCE) <= len(world.truth.missing), seed


def test_bounds_tell_much_of_the_truth_where_channels_differ(fresh: Callable[[], Database]) -> None:
    told = real = 0
    for seed in range(12):
        db = fresh()
        world = World(db, "opposed", seed)
        told += gaps.channels(db, SOURCE)["listing"].lacks or 0
        real += len(world.truth.hidden["listing"] & world.archived)
    assert told > real / 2


def _crawls(db: Database, *results: tuple[str, str], whole: int = 0) -> None:
    """A source, and its crawls: day and status of each."""
    db.execute("INSERT INTO publishers (id, name, kind, land) VALUES (?, 'K', 'kreis', 'XX')", [SOURCE])
    db.execute(
        "INSERT INTO sources (id, publisher_id, homepage, press) VALUES (?, ?, '', '')", [SOURCE, SOURCE]
    )
    for day, status in results:
        error = None if status in ("ok", "unchanged") else f"because of {status}"
        db.execute("INSERT INTO crawls VALUES (?, ?, NULL, 'x', ?, 24)", [day, f"{day}T06:00:00Z", whole])
        db.execute(
            "INSERT INTO source_crawls VALUES (?, ?, ?, 1, 1, 0, 1, 1, 0, 0, 0, ?, NULL)",
            [day, SOURCE, status, error],
        )


def _release(
    db: Database,
    n: int,
    day: str | None,
    title: str = "",
    text: str = "",
    url: str = "",
    by: str = "",
    at: str = "2026-01-01T07:00:00Z",
) -> None:
    db.execute(
        "INSERT INTO releases (id, source_id, publisher_id, url, title, text, published_on, kind, language, first_seen_at,"
        " last_seen_at, words, extractor) VALUES (?, ?, ?, ?, ?, ?, ?, 'release', 'de', ?, ?, 1, 'x')",
        [n, SOURCE, SOURCE, url or f"https://k.example/{n}", title, text, day, at, at],
    )
    for channel in by.split():
        db.execute("INSERT INTO release_sources VALUES (?, ?, ?, ?)", [n, SOURCE, channel, at])


def _named(db: Database, key: str, channel: str, title: str | None, day: str | None) -> None:
    db.execute(
        "INSERT INTO sightings (key, source_id, channel, url, title, published_on, first_seen_at)"
        " VALUES (?, ?, ?, ?, ?, ?, '2026-01-01T06:00:00Z')",
        [key, SOURCE, channel, f"https://{key}", title, day],
    )


def test_outages_are_runs_of_crawls_that_failed(fresh: Callable[[], Database]) -> None:
    db = fresh()
    _crawls(db, ("2026-01-01", "ok"), ("2026-01-02", "failed"), ("2026-01-03", "failed"), ("2026-01-04", "blocked"),
            ("2026-01-05", "unchanged"), ("2026-01-06", "relaunched"), ("2026-01-20", "challenged"))  # fmt: skip
    assert gaps.outages(db, SOURCE) == [
        Outage("failed", "2026-01-02T06:00:00Z", "2026-01-04T06:00:00Z", 2, "because of failed"),
        Outage("blocked", "2026-01-04T06:00:00Z", "2026-01-05T06:00:00Z", 1, "because of blocked"),
        Outage("challenged", "2026-01-20T06:00:00Z", None, 1, "because of challenged"),
    ]
    assert gaps.relaunches(db, SOURCE) == ["2026-01-06T06:00:00Z"]
    assert gaps.pauses(db, SOURCE, 7) == [("2026-01-06T06:00:00Z", "2026-01-20T06:00:00Z")]


def test_a_source_that_was_never_crawled_has_no_gaps_to_tell(fresh: Callable[[], Database]) -> None:
    db = fresh()
    _crawls(db)
    assert (gaps.outages(db, SOURCE), gaps.pauses(db, SOURCE, 7), gaps.channels(db, SOURCE)) == ([], [], {})
    assert (gaps.months(db, SOURCE), gaps.window(db, SOURCE), gaps.unread(db, SOURCE)) == ({}, None, 0)


def test_months_and_how_far_back_the_list_goes(fresh: Callable[[], Database]) -> None:
    db = fresh()
    _crawls(db, ("2026-01-01", "ok"))
    for n, (day, by) in enumerate(
        [("2024-12-31", "sitemap"), ("2025-01-02", "listing"), ("2025-01-30", "feed")]
    ):
        _release(db, n, day, by=by)
    _release(db, 9, None, by="feed")
    assert gaps.months(db, SOURCE) == {"2024-12": 1, "2025-01": 2, "2026-01": 1}
    assert gaps.window(db, SOURCE) == Window("2025-01-02", 1)


def test_a_list_that_was_not_read_to_its_end_lacks_nothing(fresh: Callable[[], Database]) -> None:
    db = fresh()
    _crawls(db, ("2026-01-01", "failed"), ("2026-01-02", "ok"))
    _release(db, 1, "2025-01-01", by="sitemap")
    _release(db, 2, "2025-01-02", by="listing")
    assert gaps.channels(db, SOURCE)["listing"] == Seen(1, 0)
    db.execute("UPDATE crawls SET complete = 1 WHERE id = '2026-01-02'")
    assert gaps.channels(db, SOURCE)["listing"] == Seen(1, 1)


def test_a_single_channel_proves_nothing(fresh: Callable[[], Database]) -> None:
    db = fresh()
    _crawls(db, ("2026-01-01", "ok"))
    _release(db, 1, "2025-01-01", by="listing")
    assert gaps.channels(db, SOURCE) == {"listing": Seen(1, None)}


def test_what_a_feed_left_out_is_newer_than_what_it_shows(fresh: Callable[[], Database]) -> None:
    db = fresh()
    _crawls(db, ("2026-01-01", "ok"))
    for n in range(1, 21):
        by = (
            "listing feed" if n in (1, 13, 14, 15, 16, 18, 19, 20) else "listing"
        )  # 17 is left out, 1 is pinned
        _release(db, n, f"2025-12-{n:02}", by=by)
    assert gaps.channels(db, SOURCE)["feed"] == Seen(8, 1)


def test_named_in_vain_counts_once_and_only_if_nothing_like_it_is_there(
    fresh: Callable[[], Database],
) -> None:
    db = fresh()
    _crawls(db, ("2026-01-01", "ok"))
    _release(db, 1, "2025-12-01", "Unter neuer Adresse gelesen")
    for key, channel, title, day in [
        ("k.example/a", "listing", "Verloren", "2025-12-02"), ("k.example/A", "listing", "Verloren ", "2025-12-02"),
        ("k.example/a", "feed", "Verloren (kurz)", "2025-12-02"), ("k.example/b", "listing", "Auch verloren", "2025-12-03"),
        ("k.example/c", "listing", "Unter neuer Adresse gelesen", "2025-12-01"), ("k.example/d", "listing", "Archiv", None),
        ("k.example/e", "sitemap", None, None), ("k.example/f", "listing", "Abgeschnitten, weil …", "2025-12-04"),
    ]:  # fmt: skip
        _named(db, key, channel, title, day)
    assert gaps.unread(db, SOURCE) == 2


def test_numbers_that_no_release_bears(fresh: Callable[[], Database]) -> None:
    db = fresh()
    _crawls(db)
    for n in (*range(3, 15), 17, 18):
        _release(db, n, "2018-05-01", f"Radweg {n}", f"Pressemitteilung Nr. {n}/2018\n\nEs ist so weit.")
    _release(db, 100, "2018-05-01", url="https://k.example/pm_20-2018.html")
    _release(db, 101, "2018-05-01", "Nr. 99/2017 gilt nicht mehr", "Bebauungsplan 88/2018")
    assert series(db, SOURCE) == [Series(2018, 15, 3, 20, (15, 16, 19))]


@pytest.mark.parametrize("numbers", [range(1, 5), range(1, 13), (1, 50, 100, 500, 900)])
def test_few_numbers_months_and_strays_are_no_series(fresh: Callable[[], Database], numbers: range) -> None:
    db = fresh()
    _crawls(db)
    for n in numbers:
        _release(db, n, "2018-05-01", f"PM {n}/2018")
    assert series(db, SOURCE) == []
