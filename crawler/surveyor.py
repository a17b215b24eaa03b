"""Looks at sources: one Scrapy run that asks each of them a few pages, by the rules that a crawl keeps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http.request import NO_CALLBACK
from scrapy.settings import Settings

from archive.captures import stamp
from archive.model import Hints, Page, Role
from crawler.address import is_address, key
from crawler.answers import observed
from crawler.network import check_contact
from crawler.reasons import FAILURES, told
from crawler.robots import Politeness
from crawler.sources import Source
from crawler.survey import (
    NO_FAMILY,
    Look,
    Reading,
    count_feed,
    count_sitemap,
    first_item,
    imprint_link,
    press_links,
    read_list,
)

_LINKS = 3
"""So many press pages that a home page may lead to are tried."""


def survey(
    sources: Sequence[Source], done: Callable[[Look], None] = lambda _look: None, *, deep: bool = False
) -> list[Look]:
    """Look once at each of these sources, in their order. ``done`` is called as each is done.

    ``deep``: also the newest release, home page and imprint. Nothing is written anywhere. Once a process,
    because Scrapy's event loop cannot be started again. Raises network.NoContact.
    """
    settings = Settings()
    settings.setmodule("crawler.settings")
    check_contact(sources, settings["CONTACT"])
    middlewares = {**settings.getdict("DOWNLOADER_MIDDLEWARES"), "crawler.answers.Record": None}
    settings.set("DOWNLOADER_MIDDLEWARES", middlewares, priority="cmdline")
    looks = [Look(source) for source in sources]
    process = AsyncCrawlerProcess(settings)
    process.crawl(Surveyor, looks=looks, done=done, deep=deep)
    process.start()
    if process.bootstrap_failed:
        raise RuntimeError("the sources could not be asked; the lines above say why")
    return looks


class Surveyor(Spider):
    """Asks the pages of all looks; hosts are asked side by side, each by its own pauses."""

    name = "survey"

    def __init__(
        self, *, looks: Sequence[Look], done: Callable[[Look], None], deep: bool, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self._looks, self._done, self._deep = looks, done, deep

    async def start(self) -> AsyncIterator[Request]:
        """Fill in all looks; no request is left to Scrapy's queue."""
        await asyncio.gather(*map(self._look, self._looks))
        nothing: tuple[Request, ...] = ()
        for request in nothing:
            yield request

    async def _look(self, look: Look) -> None:
        source = look.source
        if source.press:
            look.press = read_list(await self._ask(source, source.press, "listing"), source)
        if look.press is None or look.press.page.status is not None:
            if look.press:
                await self._go_below(source, look.press)
            await self._ask_feed(look)
            if not look.works or look.at_home:
                await self._search(look)
            await self._ask_sitemap(look)
        if self._deep:
            await self._ask_more(look)
        self._done(look)

    async def _go_below(self, source: Source, reading: Reading) -> None:
        """The JSON or the newest year's list, where a press page names nothing itself, as in a crawl."""
        if reading.names_releases:
            return
        for url in (*reading.listing.data[:_LINKS], *reading.listing.archives[:1]):
            found = read_list(await self._ask(source, url, "listing"), source)
            if found.names_releases:
                reading.below = found
                return

    async def _ask_feed(self, look: Look) -> None:
        feeds = look.press.listing.feeds if look.press else ()
        url = next(iter((look.source.feed, *feeds) if look.source.feed else feeds), None)
        if url:
            family = look.press.family if look.press else NO_FAMILY
            look.feed = (url, count_feed(await self._ask(look.source, url, "feed"), family))

    async def _search(self, look: Look) -> None:
        """Where the home page leads, or a press page that names none, if there the releases are."""
        source, page = look.source, look.press.page if look.press else None
        if page is not None and page.status == 200 and key(page.url) == key(source.homepage or page.url):
            look.home = page
        elif source.homepage:
            look.home = await self._ask(source, source.homepage, "listing")
        tried = {key(url) for url in (source.press, page.url if page else "") if url}
        lead = [url for each in (look.home, page) if each and each.status == 200 for url in press_links(each)]
        there = {key(url): url for url in reversed(lead) if key(url) not in tried}
        for url in list(reversed(there.values()))[:_LINKS]:
            found = read_list(await self._ask(source, url, "listing"), source)
            await self._go_below(source, found)
            if look.other is None or found.names_releases:
                look.other = found
            if found.names_releases:
                return

    async def _ask_sitemap(self, look: Look) -> None:
        polite = self.crawler.get_downloader_middleware(Politeness)
        reading = look.list
        if reading and polite:
            for url in polite.sitemaps(reading.page.url, guess=False)[:1]:
                page = await self._ask(look.source, url, "sitemap")
                look.sitemap = (url, count_sitemap(page, reading, look.source.press))

    async def _ask_more(self, look: Look) -> None:
        source, item = look.source, first_item(look)
        if item:
            look.release = await self._ask(source, item.url, "release")
        if look.home is None and source.homepage:
            look.home = await self._ask(source, source.homepage, "listing")
        imprint = imprint_link(look.home) if look.home and look.home.status == 200 else None
        if imprint:
            look.imprint = await self._ask(source, imprint, "listing")

    async def _ask(self, source: Source, url: str, role: Role) -> Page:
        """The answer of an address, or why there is none, as the log would keep it."""
        meta = {"source": source, "role": role, "hints": Hints()}
        if not is_address(url):
            return Page("", "", source.id, role, "", url, code="failed", error="is no complete address")
        request = Request(url, callback=NO_CALLBACK, meta=meta, dont_filter=True)
        engine = self.crawler.engine
        assert engine is not None  # noqa: S101 - it runs this spider
        try:
            response = await engine.download_async(request)
        except FAILURES as error:
            code, words = told(error)
            return observed(request, None, (getattr(error, "status", code), words))
        page = observed(response.request or request, response)
        return replace(page, at=stamp(datetime.now(UTC)))
