"""What is missing of a source, as far as the archive itself can tell: a function of its rows.

What is lacking "at least" is a lower bound: each release that is counted is proved by another channel. Where
a proof would rest on something that was not observed, the release is not counted.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise, zip_longest

from sqlite_utils import Database

from archive.channels import Named, begun, named_by

_PINNED = 1
"""How many old entries a feed may keep among its newest without the bound becoming wrong."""

_SITEMAP_LATE = timedelta(days=1)
"""Sitemaps are often made once a night: what is newer than that may not be in them yet."""

_READ = ("ok", "unchanged")
_GOOD = (*_READ, "relaunched")


@dataclass(frozen=True, slots=True)
class Seen:
    """How many of a source's releases that are there a channel named, and how many it lacks at least.

    ``lacks`` is None where there is no other channel that could prove anything.
    """

    named: int
    lacks: int | None


@dataclass(frozen=True, slots=True)
class Outage:
    """Crawls in a row in which a source could not be read.

    ``since``, ``until``: beginnings (UTC) of the first of them and of the next with another result, None when
    there was none yet. ``error``: of the first; None where the status says it all.
    """

    status: str
    since: str
    until: str | None
    crawls: int
    error: str | None


@dataclass(frozen=True, slots=True)
class Window:
    """How far back a source's list goes.

    ``oldest``: ISO day of the oldest release that it ever named; ``older``: releases of earlier days that are
    still there, and that only other channels named.
    """

    oldest: str
    older: int


def months(db: Database, source: str) -> dict[str, int]:
    """Releases by month of publication (YYYY-MM); undated ones by the month of their capture."""
    rows = db.execute(
        "SELECT substr(coalesce(published_on, first_seen_at), 1, 7), count(*) FROM releases"
        " WHERE source_id = ? GROUP BY 1 ORDER BY 1",
        [source],
    )
    return dict(rows.fetchall())


def outages(db: Database, source: str) -> list[Outage]:
    """Times in which a source could not be read, oldest first."""
    rows = _results(db, source)
    runs = [list(run) for _, run in groupby(rows, key=lambda row: row[1] if row[1] not in _GOOD else "")]
    following = [run[0][0] for run in runs[1:]]
    return [
        Outage(run[0][1], run[0][0], until, len(run), run[0][2])
        for run, until in zip_longest(runs, following)
        if run[0][1] not in _GOOD
    ]


def relaunches(db: Database, source: str) -> list[str]:
    """Beginnings of the crawls that found a source made anew (UTC)."""
    return [begun for begun, status, *_ in _results(db, source) if status == "relaunched"]


def pauses(db: Database, source: str, days: int) -> list[tuple[str, str]]:
    """Times of more than so many days in which no crawl began with a source: (from, until), UTC."""
    begun = [row[0] for row in _results(db, source)]
    return [
        (one, other) for one, other in pairwise(begun)
        if datetime.fromisoformat(other) - datetime.fromisoformat(one) > timedelta(days=days)
    ]  # fmt: skip


def window(db: Database, source: str) -> Window | None:
    """How far back a source's list goes; None where no list named anything."""
    oldest, older = db.execute(
        "WITH known AS (SELECT coalesce(r.published_on, substr(r.first_seen_at, 1, 10)) AS day,"
        " max(s.channel = 'listing') AS listed FROM release_sources s JOIN releases r ON r.id = s.release_id"
        " WHERE s.source_id = ? AND r.gone_at IS NULL GROUP BY r.id),"
        " limits AS (SELECT min(day) AS oldest FROM known WHERE listed)"
        " SELECT oldest, (SELECT count(*) FROM known WHERE day < oldest) FROM limits",
        [source],
    ).fetchone()
    return Window(oldest, older) if oldest else None


def unread(db: Database, source: str) -> int:
    """How many releases the archive lacks at least: a list or feed named them, and none was read there.

    Counted are entries with a whole title and a day. Those of one title count once, and not at all where the
    publisher has a release of that title, for it may be that one under another address. Two channels may name
    one release in different words: the channel with more of them counts.
    """
    rows = db.execute(
        "SELECT count(DISTINCT trim(s.title)) FROM sightings s JOIN sources o ON o.id = s.source_id"
        " WHERE s.source_id = ? AND s.channel IN ('listing', 'feed') AND s.published_on IS NOT NULL"
        " AND trim(s.title) <> '' AND s.title NOT LIKE '%…' AND s.title NOT LIKE '%...'"
        " AND NOT EXISTS (SELECT 1 FROM release_urls WHERE key = s.key) AND NOT EXISTS"
        " (SELECT 1 FROM releases WHERE publisher_id = o.publisher_id AND title = trim(s.title))"
        " GROUP BY s.channel",
        [source],
    )
    return max((row[0] for row in rows), default=0)


def channels(db: Database, source: str) -> dict[str, Seen]:
    """The channels of a source by name, and how much each lacks at least of what others prove.

    A list is held against what was known when it was last read to its end. A sitemap against what was known
    when it last named something new. A feed shows the newest releases only: see _behind_feed. What the report
    of a crawl calls ``misses`` is a hint for whoever looks after a source; this here is proved.
    """
    known = named_by(db, source)
    crawls = begun(db, source)
    whole = {"listing": _last_whole_walk(db, source)}
    found = {}
    for channel in sorted({name for each in known for name in each.by}):
        has = [each for each in known if channel in each.by]
        if channel == "feed":
            lacks = _behind_feed(known, crawls)
        else:
            last = max(each.by[channel] for each in has)
            lacks = _left_out(known, channel, crawls, whole.get(channel, last))
        found[channel] = Seen(len(has), lacks)
    return found if len(found) > 1 else {name: Seen(only.named, None) for name, only in found.items()}


def _left_out(known: Sequence[Named], channel: str, crawls: Sequence[str], at: str | None) -> int:
    """How many releases a channel never named that were known by the end of the crawl at this time."""
    if at is None:
        return 0
    number = bisect_right(crawls, at)
    end = crawls[number] if number < len(crawls) else "~"
    late = _SITEMAP_LATE if channel == "sitemap" else timedelta()
    day = (date.fromisoformat(at[:10]) - late).isoformat()
    others = [each for each in known if channel not in each.by]
    return sum(each.day < day and min(each.by.values()) < end for each in others)


def _behind_feed(known: Sequence[Named], crawls: Sequence[str]) -> int:
    """How many releases a feed left out although it named older ones.

    A feed that names N entries for the first time shows at least N, and these are the newest that it has. So
    of the releases that are known then, those that are newer than the Nth are left out if it never names
    them. Entries far behind are pinned and do not count; of the rest _PINNED may be.
    """
    dated = sorted((each for each in known if each.dated), key=lambda each: each.day)
    days = [each.day for each in dated]
    fresh: Mapping[int, list[Named]] = defaultdict(list)
    for each in dated:
        if "feed" in each.by:
            fresh[bisect_right(crawls, each.by["feed"]) - 1].append(each)
    left_out: set[str] = set()
    for number, entries in fresh.items():
        before = bisect_left(days, crawls[number][:10])
        end = crawls[number + 1] if number + 1 < len(crawls) else "~"
        newest = _newest(dated[:before], 2 * len(entries), end)
        shown = sum(crawls[number] <= each.by.get("feed", "") < end for each in newest) - _PINNED
        if shown > 0:
            oldest = newest[shown - 1].day
            left_out |= {each.url for each in newest if each.day > oldest and "feed" not in each.by}
    return len(left_out)


def _newest(oldest_first: Sequence[Named], most: int, before: str) -> list[Named]:
    """The newest that any channel had named before this time, newest first."""
    found: list[Named] = []
    for each in reversed(oldest_first):
        if len(found) == most:
            break
        if min(each.by.values()) < before:
            found.append(each)
    return found


def _last_whole_walk(db: Database, source: str) -> str | None:
    """Beginning of the last crawl (UTC) in which a source's list was read to its end for certain.

    That is a good one in which all was asked again, or the source's first, which read all that there was.
    """
    results = _results(db, source)
    whole = [
        begun for n, (begun, status, _, complete, unfinished) in enumerate(results)
        if status in _READ and (complete or n == 0) and unfinished is None
    ]  # fmt: skip
    return max(whole, default=None)


def _results(db: Database, source: str) -> list[tuple[str, str, str | None, int, str | None]]:
    """(beginning, status, error, complete, unfinished) of a source's crawls, oldest first."""
    rows = db.execute(
        "SELECT c.started_at, s.status, s.error, c.complete, s.unfinished FROM source_crawls s"
        " JOIN crawls c ON c.id = s.crawl_id WHERE s.source_id = ? AND s.status <> 'opted-out' ORDER BY 1",
        [source],
    )
    return list(rows.fetchall())
