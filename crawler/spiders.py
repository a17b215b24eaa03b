"""The spider: per source a listing with its next pages, its feeds, and the releases that are not yet known.

``kreispresse crawl`` runs all sources in one crawler, so that sources that share a host share its pauses.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider, signals

from archive.channels import channels
from crawler.answers import observed
from crawler.ingest import Saved
from crawler.leads import Leads
from crawler.network import check_contact
from crawler.reasons import reason
from crawler.recorder import Recorder
from crawler.report import Reporter
from crawler.robots import Politeness
from crawler.sources import Source
from crawler.stop import Unwritable
from crawler.walk import Ask, Walk

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

AT_ONCE = 2
"""Requests of one source that are under way at the same time; its host answers them one by one."""


class PressSpider(Spider):
    """Crawls the sources given. ``full``: every listing page and known release again, conditionally."""

    name = "press"
    sources: Sequence[Source] = ()

    def __init__(
        self, *, recorder: Recorder, reporter: Reporter, full: bool, pages: int, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.recorder = recorder
        self.reporter = reporter
        self.leads = Leads(recorder, full=full)
        self.walks = {source.id: Walk(source, pages=pages) for source in self.sources}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> PressSpider:
        """As Scrapy makes spiders; opens the data folder where ``kreispresse crawl`` has not done so."""
        settings = crawler.settings
        check_contact(cls.sources, settings["CONTACT"])
        kwargs["full"] = str(kwargs.get("full", "")).lower() in ("1", "true", "yes")
        kwargs.setdefault("reporter", Reporter())
        if "recorder" not in kwargs:
            hours = settings.getfloat("GONE_AFTER_HOURS")
            kwargs["recorder"] = Recorder(
                Path(settings["DATA"]), complete=kwargs["full"], gone_after_hours=hours
            )
        spider: PressSpider = super().from_crawler(
            crawler, *args, pages=settings.getint("LISTING_PAGES"), **kwargs
        )
        crawler.signals.connect(spider.erred, signals.spider_error)
        crawler.signals.connect(spider.closed_by_scrapy, signals.spider_closed)
        return spider

    @property
    def polite(self) -> Politeness:
        """The middleware that knows what hosts are owed."""
        middleware = self.crawler.get_downloader_middleware(Politeness)
        if middleware is None:
            raise RuntimeError("crawler.robots.Politeness must be among the DOWNLOADER_MIDDLEWARES")
        return middleware

    async def start(self) -> AsyncIterator[Request]:
        """First request of every source."""
        walks = sorted(self.walks.values(), key=lambda walk: walk.source.status == "retired")
        for walk in walks:
            self.leads.take_up(walk)
            self.recorder.register(walk.source)
        self.recorder.mend()
        for walk in walks:
            if walk.source.status == "retired":
                walk.finished = True
                continue
            if walk.source.status == "opted-out":
                walk.listing_failed("opted-out", "the authority does not want to be crawled")
                self._finish(walk)
                continue
            self.leads.begin(walk)
            for request in self._go_on(walk):
                yield request

    def answered(self, response: Response) -> Iterator[Any]:
        """Scrapy's callback for every answer: hand on what it held, ask what it leads to."""
        page, outcome = response.meta["page"], response.meta["outcome"]
        walk = self.walks[page.source]
        self.reporter.page(page)
        yield from map(_as_item, outcome.saved)
        if page.role == "release" and outcome.saved:
            self.recorder.state.remember(page)
        if outcome.late:
            walk.held_up(outcome.unreadable or "")
        self.leads.after(walk, page, outcome, response.meta["ask"])
        walk.under_way -= 1
        yield from self._go_on(walk)

    def failed(self, failure: Failure) -> Iterator[Request]:
        """Scrapy's errback: nothing usable came back. It is logged like an answer, if it was asked for."""
        request: Request = failure.request  # type: ignore[attr-defined]
        walk = self.walks[request.meta["source"].id]
        walk.under_way -= 1
        status = getattr(failure.value, "status", "failed")
        if status == "budget":
            walk.put_off(request.meta["ask"], str(failure.value))
        else:
            page, _ = self.recorder.page(observed(request, None, reason(failure)))
            self.reporter.page(page)
            self.leads.after_failure(walk, page, request.meta["ask"], status)
        yield from self._go_on(walk)

    def erred(self, failure: Failure, response: Response | Failure | None) -> None:
        """Scrapy's signal: we failed at an answer, which its log shows; the source is not finished then.

        ``response``: None where not even the sources could be begun.
        """
        request: Request | None = getattr(response, "request", None)
        fault = f"{type(failure.value).__name__}: {failure.value}"[:300]
        what = f"an error of this program, which its log shows ({fault}); please report it"
        for walk in [self.walks[request.meta["source"].id]] if request else self.walks.values():
            walk.erred(what)

    def closed_by_scrapy(self) -> None:
        """End of the crawl, also when interrupted: sources that were not finished are said to be so."""
        try:
            for walk in self.walks.values():
                if not walk.finished:
                    walk.interrupted()
                    self._finish(walk)
            self.recorder.finish()
        except Unwritable as fault:
            self.reporter.stopped = fault
            self.recorder.release()

    def _request(self, source: Source, ask: Ask) -> Request:
        meta = {"source": source, "role": ask.role, "hints": ask.hints, "ask": ask}
        headers = self.recorder.state.conditions(ask.url) if ask.conditional else {}
        return Request(
            ask.url, self.answered, errback=self.failed, headers=headers, meta=meta, dont_filter=True
        )

    def _go_on(self, walk: Walk) -> Iterator[Request]:
        """Hand out what a source wants to ask next; after the last, each further stage once; then finish.

        Only a few at a time: what waits here, and not in Scrapy's queues, ends with a crawl that is stopped.
        """
        while not walk.finished:
            while walk.waiting and walk.under_way < AT_ONCE:
                ask = walk.waiting.popleft()
                if spent := self.polite.spent(ask.url):
                    walk.put_off(ask, spent)
                    continue
                walk.under_way += 1
                yield self._request(walk.source, ask)
            if not walk.idle:
                break
            self._next_stage(walk)

    def _next_stage(self, walk: Walk) -> None:
        if walk.reads_on("reservations"):
            self.leads.to_reservations(walk)
        elif walk.reads_on("archives"):
            self.leads.to_archives(walk)
        elif (not walk.only_new or walk.names_nothing) and walk.reads_on("sitemap"):
            named = self.polite.sitemaps(walk.source.press, guess=walk.names_nothing)
            self.leads.to_sitemaps(walk, named)
        elif walk.names_nothing and not walk.unfinished:
            self._finish(walk)  # what is known may answer just as little now: nothing has changed by that
        elif walk.reads_on("unread"):
            self.leads.to_unread(walk)
        elif walk.reads_on("others"):
            self.leads.to_others(walk)
        elif walk.reads_on("known"):
            self.leads.to_known(walk)
        elif walk.reads_on("files"):
            self.leads.to_files(walk)
        else:
            self._finish(walk)

    def _finish(self, walk: Walk) -> None:
        source = walk.source.id
        counts = self.recorder.counts[source]
        counts.seen = len(walk.seen.keys() | walk.within)
        before = self.recorder.archive.last_status(source)
        found = channels(self.recorder.archive.db, source)
        result = replace(walk.result(counts, self.leads.relaunch(walk)), channels=found)
        if result.unfinished:
            self.recorder.state.pause(source, walk.kept(), self.recorder.archive.last_at())
        elif result.well:
            for page in walk.checked:
                self.recorder.state.remember(page)
        self.recorder.note("result", source, result.row())
        self.reporter.source(result, before)


def _as_item(saved: Saved) -> dict[str, Any]:
    """A release as ``scrapy crawl ID -O out.jsonl`` exports it."""
    content = saved.release.content
    return {
        "id": saved.id, "url": saved.release.url, "title": content.title, "teaser": content.teaser,
        "text": content.text, "place": content.place, "published_on": content.published_on,
        "published_at": content.published_at, "published_from": content.published_from,
        "kind": saved.release.kind, "language": content.language,
    }  # fmt: skip
