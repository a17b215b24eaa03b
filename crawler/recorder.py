"""Writes down what a crawl observes: first into the log, then into the rows, page by page in one order."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from scrapy.downloadermiddlewares.redirect import RedirectMiddleware

from archive import __version__
from archive.captures import Log, new_name
from archive.derive import derive
from archive.model import Note, Observation, Page, Topic
from archive.withdrawals import withdrawn
from crawler import address
from crawler.folder import Lock, again, ready
from crawler.ingest import Outcome, ingest
from crawler.shield import shield
from crawler.state import State

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.sources import Source
    from crawler.spiders import PressSpider

_PICTURES = ("image/", "video/", "audio/", "font/")


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


class Recorder:
    """An open data folder during one crawl.

    Opening it brings in what an earlier crawl logged but did not save, and makes rows of an older extractor
    again. Raises Locked when another process works there.
    """

    def __init__(self, data: Path, *, complete: bool = False, gone_after_hours: float = 24.0) -> None:
        self._lock = Lock(data)
        self._data = data
        captures = data / "captures"
        self.archive = ready(data)
        self.state = State(data / "state.db")
        self.counts: dict[str, Counts] = defaultdict(Counts)
        self.hosts: dict[str, HostCounts] = defaultdict(HostCounts)
        self._withdrawn = withdrawn(self.archive.db)
        after = self.archive.last_at()
        self.crawl = new_name(after)
        self._log = Log(captures, self.crawl, after=after)
        about = {
            "software": f"kreispresse/{__version__}",
            "complete": complete,
            "gone_after_hours": gone_after_hours,
        }
        self.note("crawl", "", about)

    def note(self, topic: Topic, source: str, data: dict[str, Any]) -> None:
        """Log what the crawl says of itself and take it into the rows."""
        self._record(Note("", self.crawl, topic, source, data))

    def register(self, source: Source) -> None:
        """Log a source's entry; a retired one's only where the archive knows it and so learns of its end."""
        if source.status != "retired" or self.archive.homes(source.id):
            self.note("source", source.id, source.entry())

    def page(self, page: Page) -> tuple[Page, Outcome]:
        """Log an observation and bring it into the rows; returned as logged."""
        observed, outcome = self._record(page)
        self._count_host(page)
        counts = self.counts[page.source]
        counts.requests += page.code not in ("robots", "not asked")
        counts.bytes += len(page.body)
        counts.not_modified += page.status == 304
        counts.new += sum(saved.change == "new" for saved in outcome.saved)
        counts.changed += sum(saved.change == "changed" for saved in outcome.saved)
        counts.gone += outcome.gone
        counts.read += bool(outcome.saved) or outcome.gone or (page.role == "release" and page.status == 304)
        self._tell_failure(counts, page, outcome)
        return observed, outcome

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
            self.archive = again(self.archive, self._data, self.archive.stale)

    def finish(self) -> None:
        """End the crawl: derive the facts over all rows, close log and archive, free the folder."""
        self.note("finished", "", {})
        self._log.close()
        if self.archive.stale:
            self.mend()
        else:
            derive(self.archive.db)
        self.archive.close()
        self.state.close()
        self._lock.release()

    def _record(self, observation: Observation) -> tuple[Any, Outcome]:
        """Log what may be logged of an observation, and bring that into the rows."""
        shielded = shield(observation, self._withdrawn)
        if shielded.learned:
            data = {"id": shielded.withdrawal, "category": "", "ids": [], "hashes": sorted(shielded.learned)}
            self.note("withdrawal", "", data)
            self._withdrawn = withdrawn(self.archive.db)
        logged = self._log.append(shielded.observation)
        outcome = ingest(self.archive, logged)
        removed = isinstance(observation, Page) and isinstance(logged.observation, Note)
        return observation if removed else logged.observation, outcome


class Redirects(RedirectMiddleware):
    """Scrapy's redirects without Referer headers, and without conditions that belong to another address."""

    def _build_redirect_request(self, *args: Any, **kwargs: Any) -> Request:
        request = super()._build_redirect_request(*args, **kwargs)
        for name in ("If-None-Match", "If-Modified-Since"):
            request.headers.pop(name, None)
        return request

    def _engine_started(self) -> None:
        """Scrapy looks for its Referer component here and warns without it."""


class Record:
    """Downloader middleware: every answer from the network goes through the recorder, redirects too."""

    def __init__(self, crawler: Crawler) -> None:
        self._spider = cast("PressSpider", crawler.spider)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Record:
        """As Scrapy makes its middlewares."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Record an answer; the callback finds page and outcome in ``request.meta``."""
        page, outcome = self._spider.recorder.page(observed(request, response))
        request.meta.update(page=page, outcome=outcome)
        return response


def observed(request: Request, response: Response | None, failure: tuple[str, str] = ("", "")) -> Page:
    """A request with its answer, or the failure (code, words) that came instead of one, as the log keeps it.

    Of a picture, film or sound only the headers are kept.
    """
    meta = request.meta
    source: Source = meta["source"]
    sent = [(name, request.headers.get(name)) for name in ("If-None-Match", "If-Modified-Since")]
    about: dict[str, Any] = {
        "at": "", "crawl": "", "source": source.id, "role": meta["role"], "family": source.family or "",
        "via": tuple(meta.get("redirect_urls", ())), "hints": meta["hints"],
        "conditions": tuple((name, value.decode("latin-1")) for name, value in sent if value),
    }  # fmt: skip
    if response is None:
        return Page(url=request.url, code=failure[0], error=failure[1], **about)
    headers = tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    )
    media = (response.headers.get("Content-Type") or b"").decode("latin-1").lower()
    body = b"" if media.startswith(_PICTURES) else response.body
    return Page(url=response.url, status=response.status, headers=headers, body=body, **about)
