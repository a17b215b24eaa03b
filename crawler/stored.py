"""What a data folder has of one source: how its crawls went, and what they met before and after it broke."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from archive.captures import Logged, read
from archive.db import connect
from archive.health.states import INTERRUPTED
from archive.model import Page

_WELL = ("ok", "unchanged")


@dataclass(frozen=True, slots=True)
class Crawled:
    """One crawl of a source; ``error`` is None where it went well, ``at`` its begin (UTC)."""

    crawl: str
    at: str
    status: str
    error: str | None

    @property
    def well(self) -> bool:
        """Whether the source worked, and looked as before."""
        return self.status in _WELL


@dataclass(frozen=True, slots=True)
class Met:
    """What a crawl met of a source: the first page of its list, and a release; None where there was none."""

    crawled: Crawled
    listing: Page | None
    release: Page | None


@dataclass(frozen=True, slots=True)
class History:
    """What is known of a source: its last crawl before its newest trouble, and the first of that; its titles.

    None where there was no such crawl.
    """

    good: Met | None
    bad: Met | None
    titles: frozenset[str]


def history(data: Path, source: str) -> History | None:
    """What a data folder tells of a source; None where it has no archive, or the archive not the source.

    Raises sqlite3.DatabaseError where the database cannot be read.
    """
    try:
        db = connect(data / "archive.db")
    except FileNotFoundError:
        return None
    try:
        crawls = _crawls(db, source)
        titles = db.execute("SELECT title FROM releases WHERE source_id = ?", [source]).fetchall()
    finally:
        db.close()
    if not crawls:
        return None
    captures = data / "captures"
    good, bad = (_met(captures, source, each) for each in turn(crawls))
    return History(good, bad, frozenset(title for (title,) in titles))


def turn(crawls: Sequence[Crawled]) -> tuple[Sequence[Crawled], Sequence[Crawled]]:
    """Crawls up to the last one that went well before the newest trouble, newest first; those of the trouble.

    The trouble may be over: a site that was made anew may go well from the second crawl on.

    >>> how = {"a": "ok", "b": "failed", "c": "ok", "d": "failed", "e": "ok"}
    >>> crawls = [Crawled(crawl, "", status, None) for crawl, status in how.items()]
    >>> [[each.crawl for each in part] for part in turn(crawls)]
    [['c', 'a'], ['d']]
    """
    last = max((n for n, each in enumerate(crawls) if not each.well), default=len(crawls))
    first = max((n + 1 for n, each in enumerate(crawls[:last]) if each.well), default=0)
    return [each for each in reversed(crawls[:first]) if each.well], crawls[first : last + 1]


def _crawls(db: Database, source: str) -> list[Crawled]:
    """Crawls of a source that were finished, oldest first."""
    rows = db.execute(
        "SELECT c.id, c.started_at, s.status, s.error FROM source_crawls s JOIN crawls c ON c.id = s.crawl_id"
        " WHERE s.source_id = ? AND ifnull(s.error, '') NOT LIKE ? || '%' AND s.status <> 'opted-out'"
        " ORDER BY c.started_at, c.id",
        [source, INTERRUPTED],
    )
    return [Crawled(*row) for row in rows.fetchall()]


def _met(captures: Path, source: str, crawls: Sequence[Crawled]) -> Met | None:
    """What the first of these crawls met; a list that had not changed, and a release, from the next ones."""
    listing: Page | None = None
    release: Page | None = None
    for each in crawls:
        lists, releases = _pages(captures, source, each.crawl)
        listing, release = listing or lists, release or releases
        if not each.well or (listing and release):
            break
    return Met(crawls[0], listing, release) if crawls else None


def _pages(captures: Path, source: str, crawl: str) -> tuple[Page | None, Page | None]:
    """The first list and release that a crawl met, with what they hold; a list also where it was refused."""
    pages = list(_logged(captures, source, crawl))
    lists = [page for page in pages if page.role == "listing"]
    releases = [page for page in pages if page.role == "release" and page.status == 200]
    return next(iter(lists), None), next(iter(releases), None)


def _logged(captures: Path, source: str, crawl: str) -> Iterator[Page]:
    for entry in read(captures, crawl=crawl, source=source):
        page = entry.observation if isinstance(entry, Logged) else None
        if isinstance(page, Page) and page.crawl == crawl and not 300 <= (page.status or 0) < 400:
            yield page
