"""The spider: per source a listing with its next pages, its feeds, and the releases that are not yet known.

``kreispresse crawl`` runs all sources in one crawler, so that sources that share a host share its pauses.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider, signals

from archive.model import Hints, Page, Role
from crawler.discover import Item, Listing
from crawler.ingest import REGISTER, Outcome, Saved
from crawler.network import check_contact
from crawler.plan import is_due, is_due_again
from crawler.reasons import reason
from crawler.recorder import Recorder, observed
from crawler.report import Reporter
from crawler.robots import Politeness
from crawler.sources import Source
from crawler.walk import Walk

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure


RECHECKS = 100
"""Known releases that are looked at again in one crawl of a source, when it is not a full one."""

BY_SCRIPT = (
    "its list is filled by script, and neither sitemap, feed nor JSON was found: it needs attention; name its"
    " feed or api in the register"
)
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
        self.full = full
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
        crawler.signals.connect(spider.closed_by_scrapy, signals.spider_closed)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """First request of every source."""
        for walk in self.walks.values():
            walk.only_new = not self.full and self.recorder.archive.walked(walk.source.id)
            self.recorder.note("source", walk.source.id, walk.source.entry())
            if walk.source.status == "opted-out":
                walk.listing_failed("opted-out", "the authority does not want to be crawled")
                self._finish(walk)
                continue
            walk.failed = {key: (n, at) for _, key, _, n, at in self.recorder.archive.unread(walk.source.id)}
            if walk.only_new and walk.source.api:
                self._ask_feeds(walk, ())  # the JSON is the list; its page only shows it
            else:
                self._ask(walk, walk.source.press, "listing", conditional=walk.only_new)
            for request in self._go_on(walk):
                yield request

    def answered(self, response: Response) -> Iterator[Any]:
        """Scrapy's callback for every answer: hand on what it held, ask what it leads to."""
        page, outcome = response.meta["page"], response.meta["outcome"]
        walk = self.walks[page.source]
        self.reporter.page(page)
        yield from map(_as_item, outcome.saved)
        if page.role == "release":
            if outcome.saved:
                self.recorder.state.remember(page)
        elif page.role == "feed":
            self._after_feed(walk, page, outcome)
        elif page.role == "sitemap":
            self._after_sitemap(walk, outcome)
        else:
            self._after_listing(walk, page, outcome)
        walk.under_way -= 1
        yield from self._go_on(walk)

    def failed(self, failure: Failure) -> Iterator[Request]:
        """Scrapy's errback: nothing usable came back. It is logged like an answer."""
        request: Request = failure.request  # type: ignore[attr-defined]
        walk = self.walks[request.meta["source"].id]
        page, _ = self.recorder.page(observed(request, None, reason(failure)))
        self.reporter.page(page)
        if page.role == "listing":
            walk.listing_failed(getattr(failure.value, "status", "failed"), page.error or "")
            self._ask_feeds(walk, ())
        walk.under_way -= 1
        yield from self._go_on(walk)

    def closed_by_scrapy(self) -> None:
        """End of the crawl, also when interrupted: sources that were not finished are said to be so."""
        for walk in self.walks.values():
            if not walk.finished:
                walk.interrupted()
                self._finish(walk)
        self.recorder.finish()

    def _after_listing(self, walk: Walk, page: Page, outcome: Outcome) -> None:
        listing = outcome.listing
        if page.status == 304 and page.conditions:
            walk.not_modified()
        elif listing is None and walk.is_past_end(page):
            return
        elif listing is None:
            status = "blocked" if page.status in (401, 403, 429) else "failed"
            walk.listing_failed(status, outcome.unreadable or f"{page.url} answered {page.status}")
        else:
            if listing.by_script:
                walk.hint = BY_SCRIPT
            if listing.items or listing.whole:
                walk.checked.append(replace(page, body=b""))
            new = any(saved.change == "new" for saved in outcome.saved)
            unknown = new or any(not self._known(item) for item in listing.items)
            news = walk.listed(page, listing.items, [saved.release.address.key for saved in outcome.saved])
            self._ask_new(walk, listing.items)
            if listing.next and walk.goes_on(listing.next, news=news, unknown=unknown):
                self._ask(walk, listing.next, "listing", hints=page.hints)
            self._ask_lists(walk, listing)
        self._ask_feeds(walk, listing.feeds if listing else ())

    def _ask_lists(self, walk: Walk, listing: Listing) -> None:
        """Lists by year and JSON that fills a list: all of them, or the newest where the rest is known."""
        lists = (*listing.data, *(listing.archives[:1] if walk.only_new else listing.archives))
        for url in lists:
            if walk.opens(url):
                self._ask(walk, url, "listing", conditional=walk.only_new)

    def _ask_feeds(self, walk: Walk, found: Sequence[str]) -> None:
        """The register's JSON and feed, else feeds that the list's first page names: it tells the family."""
        api = walk.source.api
        if api and walk.opens(api.start):
            self._ask(walk, api.start, "listing", hints=Hints(REGISTER), conditional=walk.only_new)
        channel = REGISTER if walk.source.feed else "listing"
        for feed in [walk.source.feed] if walk.source.feed else found:
            if walk.first_visit(f"feed:{feed}"):
                self._ask(walk, feed, "feed", hints=Hints(channel), conditional=walk.only_new)

    def _after_feed(self, walk: Walk, page: Page, outcome: Outcome) -> None:
        if outcome.listing:
            walk.checked.append(replace(page, body=b""))
            self._ask_new(walk, outcome.listing.items)

    def _ask_sitemaps(self, walk: Walk) -> None:
        polite = self.crawler.get_downloader_middleware(Politeness)
        guess = not walk.seen and not walk.within
        for url in polite.sitemaps(walk.source.press, guess=guess) if polite else ():
            if walk.opens(url):
                self._ask(walk, url, "sitemap")

    def _after_sitemap(self, walk: Walk, outcome: Outcome) -> None:
        """Releases that a sitemap names, and the sitemaps that an index names."""
        if outcome.listing:
            self._ask_new(walk, outcome.listing.items)
            for url in outcome.listing.archives:
                if walk.opens(url):
                    self._ask(walk, url, "sitemap")

    def _ask_new(self, walk: Walk, items: Sequence[Item]) -> None:
        """Releases that this crawl meets for the first time and the archive does not know."""
        for item in walk.unseen(items):
            if not self._known(item) and is_due(*walk.failed.get(item.address.key, (0, ""))):
                walk.asked.add(item.address.key)
                self._ask(walk, item.url, "release", hints=item.hints)

    def _ask_unread(self, walk: Walk) -> None:
        """Releases that were named earlier, but could not be read or were not come to."""
        for url, key, hints, failures, failed_at in self.recorder.archive.unread(walk.source.id):
            if key not in walk.asked and is_due(failures, failed_at):
                walk.asked.add(key)
                self._ask(walk, url, "release", hints=hints)

    def _ask_known(self, walk: Walk) -> None:
        """Known releases: all of them in a full crawl, else those that are due, the longest unseen first."""
        known = [
            each for each in self.recorder.archive.known(walk.source.id) if each.address.key not in walk.asked
        ]
        if not self.full:
            now = datetime.now(UTC)
            known = sorted((k for k in known if is_due_again(k, now)), key=lambda k: k.last_ok_at)[:RECHECKS]
        for each in known:
            self._ask(walk, each.address.url, "release", conditional=True)

    def _known(self, item: Item) -> bool:
        return self.recorder.archive.knows(item.address.key)

    def _ask(
        self, walk: Walk, url: str, role: Role, *, hints: Hints | None = None, conditional: bool = False
    ) -> None:
        meta = {"source": walk.source, "role": role, "hints": hints or Hints()}
        headers = self.recorder.state.conditions(url) if conditional else {}
        request = Request(
            url, self.answered, errback=self.failed, headers=headers, meta=meta, dont_filter=True
        )
        walk.waiting.append(request)

    def _go_on(self, walk: Walk) -> Iterator[Request]:
        """Hand out what a source wants to ask next; after the last, each further stage once; then finish.

        Only a few at a time: what waits here, and not in Scrapy's queues, ends with a crawl that is stopped.
        """
        if walk.idle and not walk.only_new and walk.reads_on("sitemap"):
            self._ask_sitemaps(walk)
        if walk.idle and walk.reads_on("unread"):
            self._ask_unread(walk)
        if walk.idle and walk.reads_on("known"):
            self._ask_known(walk)
        if walk.idle:
            self._finish(walk)
        while walk.waiting and walk.under_way < AT_ONCE:
            walk.under_way += 1
            yield walk.waiting.popleft()

    def _finish(self, walk: Walk) -> None:
        source = walk.source.id
        counts = self.recorder.counts[source]
        counts.seen = len(walk.seen.keys() | walk.within)
        before = self.recorder.archive.last_status(source)
        result = walk.result(counts)
        if result.well:
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
