"""Through which channels a source's releases were named, and what each channel misses that another has."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import NamedTuple

from sqlite_utils import Database

_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Channel:
    """How many releases a channel named, how many others it should have, and a few of their addresses."""

    releases: int
    misses: int
    examples: tuple[str, ...]


class Named(NamedTuple):
    """A release: its day, that of its capture where it is not dated, and when each channel first named it."""

    url: str
    day: str
    dated: bool
    by: dict[str, str]


def titles(db: Database, source: str, key: str) -> list[str]:
    """What a source's channels called the release at an address with this key, what came first first."""
    query = (
        "SELECT title FROM sightings WHERE key = ? AND source_id = ? AND title IS NOT NULL"
        " ORDER BY first_seen_at, channel"
    )
    return [title for (title,) in db.execute(query, [key, source])]


def channels(db: Database, source: str) -> dict[str, Channel]:
    """The channels of a source, by name; releases that are gone do not count.

    A feed names the newest releases only: one that named N is held against the N newest. A sitemap is not
    read in every crawl: it is held against what was named up to the crawl in which it last brought something.
    """
    named = named_by(db, source)
    found = {}
    for channel in sorted({name for each in named for name in each.by}):
        has = [each for each in named if channel in each.by]
        misses = [
            each for each in _comparable(db, source, channel, named, len(has)) if channel not in each.by
        ]
        examples = tuple(each.url for each in misses[:_EXAMPLES])
        found[channel] = Channel(len(has), len(misses), examples)
    return found


def named_by(db: Database, source: str) -> list[Named]:
    """A source's releases with the time at which each channel first named them, newest first."""
    rows = db.execute(
        "SELECT r.id, r.url, coalesce(r.published_on, substr(r.first_seen_at, 1, 10)),"
        " r.published_on IS NOT NULL, s.channel, s.first_seen_at"
        " FROM release_sources s JOIN releases r ON r.id = s.release_id"
        " WHERE s.source_id = ? AND r.gone_at IS NULL ORDER BY 3 DESC, r.id, s.channel",
        [source],
    )
    found: dict[int, Named] = {}
    for known, url, day, dated, channel, first in rows:
        found.setdefault(known, Named(url, day, bool(dated), {})).by[channel] = first
    return list(found.values())


def begun(db: Database, source: str) -> list[str]:
    """When the crawls of a source began (UTC), those of other sources by other machines left out."""
    query = (
        "SELECT started_at FROM crawls WHERE id IN"
        " (SELECT crawl_id FROM source_crawls WHERE source_id = :source"
        " UNION SELECT last_crawl_id FROM sources WHERE id = :source) ORDER BY 1"
    )
    return [row[0] for row in db.execute(query, {"source": source})]


def _comparable(db: Database, source: str, channel: str, named: list[Named], count: int) -> list[Named]:
    """Those releases that a channel which named so many could be expected to name."""
    if channel == "feed":
        oldest = named[count - 1].day
        return [each for each in named if each.day > oldest]
    if channel == "sitemap":
        crawls = begun(db, source)
        last = max(each.by[channel] for each in named if channel in each.by)
        following = bisect_right(crawls, last)
        until = crawls[following] if following < len(crawls) else "~"
        return [each for each in named if min(each.by.values()) < until]
    return named
