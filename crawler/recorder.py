"""Writes down what a crawl observes: first into the log, then into the rows, page by page in one order."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import re
import secrets
from collections import defaultdict, deque
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from archive import __version__
from archive.captures import Log, Logged, stamp
from archive.db import Archive
from archive.derive import derive
from archive.model import Note, Observation, Page, Topic
from crawler import address
from crawler.ingest import Outcome, begin, catch_up, in_order, ingest
from crawler.readers import Readers
from crawler.rebuild import rebuild
from crawler.state import State
from crawler.steps import steps

if TYPE_CHECKING:
    from crawler.sources import Source

logger = logging.getLogger(__name__)


class Locked(RuntimeError):
    """Another crawl or rebuild works in the folder."""


class Lock:
    """A lock on a data folder, freed by the operating system when the process ends in whatever way.

    Raises Locked when somebody else has it.
    """

    def __init__(self, data: Path) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self._file = (data / "lock").open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise Locked(
                f"another crawl or rebuild works in {data}; wait for it to end, or name another --data"
            ) from None

    def release(self) -> None:
        """Free the folder."""
        self._file.close()


@dataclass
class Counts:
    """What one crawl did with one source.

    ``bytes``: of bodies after decompression. ``failures``: reason by address, for all that in the end brought
    nothing; ``failed``: how many of them should have been releases. ``read``: pages that told of releases.
    """

    requests: int = 0
    bytes: int = 0
    not_modified: int = 0
    seen: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0
    failed: int = 0
    read: int = 0
    failures: dict[str, str] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)


@dataclass
class HostCounts:
    """What one crawl asked of one host. ``refused``: requests not made (robots.txt, closed networks)."""

    requests: int = 0
    bytes: int = 0
    not_modified: int = 0
    refused: int = 0
    robots: str = "not asked"


@dataclass(eq=False, slots=True)
class _Entry:
    """A record of the log on its way into the rows; ``begun``: the reading of its page in another process."""

    logged: Logged
    begun: Future[Any] | None
    outcome: Outcome = field(default_factory=Outcome)


class Recorder:
    """An open data folder during one crawl.

    Opening it brings in what an earlier crawl logged but did not save, and makes rows of an older extractor
    again. Raises Locked when another process works there.
    """

    def __init__(
        self, data: Path, *, complete: bool = False, gone_after_hours: float = 24.0, jobs: int = 1
    ) -> None:
        """``jobs``: so many processes read pages."""
        self._lock = Lock(data)
        self._data = data
        self._readers = Readers(jobs)
        self._entries: deque[_Entry] = deque()
        captures = data / "captures"
        self.archive = _ready(data, captures, self._readers)
        self.state = State(data / "state.db")
        self.counts: dict[str, Counts] = defaultdict(Counts)
        self.hosts: dict[str, HostCounts] = defaultdict(HostCounts)
        after = self.archive.last_at()
        began = re.sub(r"\D", "", max(stamp(datetime.now(UTC)), after))
        self.crawl = f"{began[:8]}T{began[8:]}Z-{secrets.token_hex(2)}"
        self._log = Log(captures, self.crawl, after=after)
        about = {
            "software": f"kreispresse/{__version__}",
            "complete": complete,
            "gone_after_hours": gone_after_hours,
        }
        self.note("crawl", "", about)

    def note(self, topic: Topic, source: str, data: dict[str, Any]) -> None:
        """Log what the crawl says of itself and take it into the rows."""
        self._until(self._append(Note("", self.crawl, topic, source, data)))

    def register(self, source: Source) -> None:
        """Log a source's entry; a retired one's only where the archive knows it and so learns of its end."""
        if source.status != "retired" or self.archive.homes(source.id):
            self.note("source", source.id, source.entry())

    def page(self, page: Page) -> tuple[Page, Outcome]:
        """Log an observation and bring it into the rows; returned as logged."""
        entry = self._append(page)
        return self._counted(page, self._until(entry))

    async def answer(self, page: Page) -> tuple[Page, Outcome]:
        """The same, but others work on while this page and those logged before it are read."""
        entry = self._append(page)
        while entry in self._entries:
            first = self._entries[0]
            if first.begun:
                await asyncio.gather(asyncio.wrap_future(first.begun), return_exceptions=True)
            if first in self._entries:
                self._until(first)
        return self._counted(page, entry)

    def _counted(self, page: Page, entry: _Entry) -> tuple[Page, Outcome]:
        outcome = entry.outcome
        self._count_host(page)
        counts = self.counts[page.source]
        counts.requests += page.code not in ("robots", "not asked")
        counts.bytes += len(page.body)
        counts.not_modified += page.status == 304
        counts.new += sum(saved.change == "new" for saved in outcome.saved)
        counts.changed += sum(saved.change == "changed" for saved in outcome.saved) + outcome.replaced
        counts.gone += outcome.gone
        counts.read += bool(outcome.saved) or outcome.gone or (page.role == "release" and page.status == 304)
        self._tell_failure(counts, page, outcome)
        return cast("Page", entry.logged.observation), outcome

    def _count_host(self, page: Page) -> None:
        host = self.hosts[address.host(page.url)]
        made = page.code not in ("robots", "not asked")
        host.requests += made
        host.refused += not made
        host.bytes += len(page.body)
        host.not_modified += page.status == 304
        if page.role == "robots" and page.status is not None:
            host.robots = f"answered {page.status}"

    @staticmethod
    def _tell_failure(counts: Counts, page: Page, outcome: Outcome) -> None:
        """Remember why an address brought nothing, until a second attempt brings something.

        What robots.txt forbids is told, but is no failure of the source; neither is a host without rules.
        """
        if page.role in ("robots", "tdm"):
            return
        counts.failures.pop(page.url, None)
        counts.unread.discard(page.url)
        reason = outcome.unreadable or page.error
        if reason is None and page.status is not None and page.status >= 400 and page.role != "sitemap":
            reason = f"answered {page.status}"
        if reason and not outcome.gone:
            counts.failures[page.url] = reason
            if page.role == "release" and page.code != "robots":
                counts.unread.add(page.url)
        counts.failed = len(counts.unread)

    def mend(self) -> None:
        """Make the rows again where the register now says otherwise how earlier pages are to be read."""
        if self.archive.stale:
            self.archive = _again(self.archive, self._data, self.archive.stale)

    def finish(self) -> None:
        """End the crawl: derive the facts over all rows, close log and archive, free the folder."""
        self.note("finished", "", {})
        self._readers.close()
        derive(self.archive.db)
        self._log.close()
        self.archive.close()
        self.state.close()
        self._lock.release()

    def _append(self, observation: Observation) -> _Entry:
        logged = self._log.append(observation)
        entry = _Entry(logged, begin(self.archive, logged, self._readers))
        self._entries.append(entry)
        return entry

    def _until(self, entry: _Entry) -> _Entry:
        """Bring all that was logged up to this into the rows, in the order of the log."""
        while entry in self._entries:
            first = self._entries[0]
            first.outcome = ingest(self.archive, first.logged, self._readers)
            self._entries.popleft()
        return entry


def _ready(data: Path, captures: Path, readers: Readers) -> Archive:
    """The archive with all that the log holds: brought up to date, or made again where it must be."""
    archive = Archive(data / "archive.db", tell=steps())
    why = archive.stale or (None if in_order(archive, captures) else "not in the order of the log's files")
    if why:
        archive = _again(archive, data, why)
    records, damages = catch_up(archive, captures, readers, steps())
    if records:
        logger.warning("took over %d observations that an earlier crawl logged but did not save", records)
    for damage in damages:
        logger.warning(
            "%s: bytes %d to %d are %s and were left out", damage.file, damage.start, damage.end, damage.kind
        )
    return _again(archive, data, archive.stale) if archive.stale else archive


def _again(archive: Archive, data: Path, why: str) -> Archive:
    logger.warning("archive.db was %s: rebuilding it from the log first", why)
    archive.close()
    rebuild(data, tell=steps())
    return Archive(data / "archive.db")
