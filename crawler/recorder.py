"""Writes down what a crawl observes: first into the log, then into the rows, page by page in one order."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from archive import __version__
from archive.captures import Log, Logged, new_name
from archive.derive import derive
from archive.model import Note, Observation, Page, Topic
from archive.withdrawals import withdrawn
from crawler import address
from crawler.folder import Lock, again, ready
from crawler.ingest import Outcome, begin, ingest
from crawler.readers import Readers
from crawler.shield import shield
from crawler.state import State
from crawler.stop import Unwritable, writing

if TYPE_CHECKING:
    from crawler.sources import Source


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
    """A record of the log on its way into the rows; ``begun``: the reading of its page in another process.

    ``observed``: as logged, or as it was where nothing of it may be logged. ``outcome``: None until it is in
    the rows.
    """

    logged: Logged
    observed: Observation
    begun: Future[Any] | None
    outcome: Outcome | None = None


class Recorder:
    """An open data folder during one crawl.

    Opening it brings in what an earlier crawl logged but did not save, and makes rows of an older extractor
    again. Raises Locked when another process works there.
    """

    def __init__(
        self, data: Path, *, complete: bool = False, gone_after_hours: float = 24.0, jobs: int = 1
    ) -> None:
        """``jobs``: so many processes work, of which all but this one read pages."""
        self._lock = Lock(data)
        self._data, self._jobs = data, jobs
        self.archive = ready(data, jobs)
        self._readers = Readers(jobs, beside=True)
        self._entries: deque[_Entry] = deque()
        self._reading: asyncio.Future[None] | None = None  # of the last page that is waited for
        self.state = State(data / "state.db")
        self.counts: dict[str, Counts] = defaultdict(Counts)
        self.hosts: dict[str, HostCounts] = defaultdict(HostCounts)
        self._fault: Unwritable | None = None
        self._withdrawn = withdrawn(self.archive.db)
        after = self.archive.last_at()
        self.crawl = new_name(after)
        self._log = Log(data / "captures", self.crawl, after=after)
        about = {
            "software": f"kreispresse/{__version__}",
            "complete": complete,
            "gone_after_hours": gone_after_hours,
        }
        self.note("crawl", "", about)

    def note(self, topic: Topic, source: str, data: dict[str, Any]) -> None:
        """Log what the crawl says of itself, and take it into the rows when its turn comes."""
        self._append(Note("", self.crawl, topic, source, data))
        self._take_in()

    def register(self, source: Source) -> None:
        """Log a source's entry; a retired one's only where the archive knows it and so learns of its end."""
        if source.status != "retired" or self.archive.homes(source.id):
            self.note("source", source.id, source.entry())

    def page(self, page: Page) -> tuple[Page, Outcome]:
        """Log an observation and bring it into the rows; returned as logged.

        A failure waits for its turn there: it brings nothing, and nothing else shall wait for slow pages.
        """
        entry = self._append(page)
        if page.status is None:
            self._take_in()
        else:
            self._until(entry)
        return self._counted(page, entry)

    async def answer(self, page: Page) -> tuple[Page, Outcome]:
        """The same, but others work on while this page and those logged before it are read."""
        entry = self._append(page)
        self._reading = asyncio.ensure_future(_read(self._reading, entry.begun))
        await asyncio.wait([self._reading])
        self._until(entry)
        return self._counted(page, entry)

    def _counted(self, page: Page, entry: _Entry) -> tuple[Page, Outcome]:
        outcome = entry.outcome or Outcome()
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
        return cast("Page", entry.observed), outcome

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
        """Make the rows again where they do not follow from the log any more.

        The register may now say otherwise how earlier pages are to be read, or an address may have proved to
        lead to a withdrawn text.
        """
        if self.archive.stale:
            self.archive = again(self.archive, self._data, self.archive.stale, self._jobs)

    def finish(self) -> None:
        """End the crawl: derive the facts over all rows, close log and archive, free the folder."""
        try:
            self._until(self._append(Note("", self.crawl, "finished", "", {})))
            with self._writing():
                self._log.close()
                if self.archive.stale:
                    self.mend()
                else:
                    derive(self.archive.db)
                self.archive.close()
        finally:
            self.release()

    def release(self) -> None:
        """Free the folder; by itself only where the crawl cannot be brought to its end."""
        self._readers.close()
        self.state.close()
        self._lock.release()

    def _append(self, observation: Observation) -> _Entry:
        """Log what may be logged of an observation; its page begins to be read.

        After a first fault in writing nothing is written any more: raises Unwritable then and ever after.
        """
        if self._fault:
            raise self._fault
        shielded = shield(observation, self._withdrawn, self._readers)
        if shielded.learned:
            data = {"id": shielded.withdrawal, "category": "", "ids": [], "hashes": sorted(shielded.learned)}
            self._until(self._append(Note("", self.crawl, "withdrawal", "", data)))
            self._withdrawn = withdrawn(self.archive.db)
        with self._writing():
            logged = self._log.append(shielded.observation)
        removed = isinstance(observation, Page) and isinstance(logged.observation, Note)
        observed = observation if removed else logged.observation
        entry = _Entry(logged, observed, begin(self.archive, logged, self._readers))
        self._entries.append(entry)
        return entry

    def _until(self, entry: _Entry) -> _Entry:
        """Bring all that was logged up to this into the rows, in the order of the log."""
        while entry.outcome is None:
            self._take_in_first()
        return entry

    def _take_in(self) -> None:
        """The same, as far as nothing has to be waited for."""
        while self._entries and (self._entries[0].begun is None or self._entries[0].begun.done()):
            self._take_in_first()

    def _take_in_first(self) -> None:
        first = self._entries[0]
        with self._writing():
            first.outcome = ingest(self.archive, first.logged, self._readers)
        self._entries.popleft()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            with writing():
                yield
        except Unwritable as fault:
            self._fault = fault
            raise


async def _read(before: asyncio.Future[None] | None, begun: Future[Any] | None) -> None:
    """Wait until a page is read, and those before it: so each reading wakes one that waits, not all."""
    waiting = [before] if before and not before.done() else []
    own = [asyncio.wrap_future(begun)] if begun else []
    if waiting or own:
        await asyncio.wait([*waiting, *own])
    for each in own:
        _ = each.cancelled() or each.exception()  # told when its turn comes; here nobody must miss it
