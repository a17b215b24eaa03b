"""Politeness: robots.txt, delay per host, and back-off when a host asks for it.

Scrapy's own robots middleware lets requests through that wait at the same time for one robots.txt (seen in
2.14 to 2.19); here all of them wait for one and the same answer. RFC 9309: 4xx means there are no rules, 5xx
and silence mean that nothing may be asked.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request, signals
from scrapy.http.request import NO_CALLBACK

from archive.dates import parse_moment
from archive.decode import decode
from crawler import address
from crawler.network import Refused

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.sources import Source
    from crawler.state import State

ROBOTS_BYTES = 500 * 1024
"""As much of a robots.txt is read (RFC 9309, 2.5)."""

LONGEST_PAUSE = 300.0
"""Seconds: a host that asks for a longer pause is left alone for the rest of the crawl."""

TIME_IS_UP = "the time of this crawl is up; goes on at the next crawl"

_SLOW_DOWN = (429, 503)
_BACK_OFF = 5
_SITEMAPS = 10
_ROBOTS = {"role": "robots", "download_maxsize": 64 * ROBOTS_BYTES}
_LEAST_DELAY = 0.001  # Scrapy looks at when a host was asked last only where there is a delay at all


class Politeness:
    """Downloader middleware: asks each host's robots.txt once; keeps its pauses and its budget."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._agent: str = crawler.settings["BOT_NAME"]
        self._rules: dict[str, asyncio.Task[Protego]] = {}
        self._closed: dict[str, str] = {}
        self._refusals: dict[str, int] = {}
        self._budget: int = crawler.settings.getint("HOST_REQUESTS")
        self._asked: Counter[str] = Counter()
        seconds = crawler.settings.getfloat("SECONDS")
        self._end = monotonic() + seconds if seconds else float("inf")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Politeness:
        """As Scrapy makes its middlewares."""
        made = cls(crawler)
        crawler.signals.connect(made.heed, signals.response_downloaded)
        return made

    async def process_request(self, request: Request) -> None:
        """Wait for the host's rules; raises Refused when they, or the host's earlier answers, forbid it."""
        slot = self._slot(request)
        if reason := self._closed.get(slot):
            raise Refused("blocked", reason)
        if request.meta["role"] == "robots":
            self._asked[slot] += 1
            return
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            self._rules[origin] = asyncio.ensure_future(self._ask_rules(origin, request, slot))
        rules = await asyncio.shield(self._rules[origin])
        if not rules.can_fetch(request.url, self._agent):
            raise Refused("robots", f"robots.txt of {parts.netloc} forbids {parts.path or '/'}")
        if spent := self.spent(request.url):
            raise Refused("budget", spent)
        self._asked[slot] += 1

    def spent(self, url: str) -> str | None:
        """Why an address is not asked any more in this crawl; None while time and its host's budget last."""
        if monotonic() >= self._end:
            return TIME_IS_UP
        slot = _slot_name(url)
        if self._asked[slot] < self._budget:
            return None
        return f"{slot} was asked {self._budget} times, as often as a crawl may; goes on at the next crawl"

    def sitemaps(self, url: str, *, guess: bool) -> list[str]:
        """Sitemaps of an address's host that its robots.txt names, else, to guess, where one usually lies."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        task = self._rules.get(origin)
        if task is None or not task.done() or task.exception():
            return []
        named = [each for each in task.result().sitemaps if address.host(each) == address.host(url)]
        return list(dict.fromkeys(named))[:_SITEMAPS] or ([f"{origin}/sitemap.xml"] if guess else [])

    def heed(self, request: Request, response: Response) -> None:
        """Pause for as long as a host asks, or longer with every refusal; give up where that is too long.

        Called before Scrapy takes the next request from its queue. The delay is counted from the answer:
        from when a request was sent, one that arrives late would have the next right behind it.
        """
        slot = request.meta["download_slot"]
        delay = self._crawler.engine.downloader.per_slot_settings[slot]["delay"]
        if response.status not in _SLOW_DOWN:
            self._refusals.pop(slot, None)
            self._pause(slot, delay)
            return
        self._refusals[slot] = self._refusals.get(slot, 0) + 1
        wanted = _retry_after((response.headers.get("Retry-After") or b"").decode("latin-1"))
        pause = delay * _BACK_OFF ** self._refusals[slot] if wanted is None else wanted
        if pause <= LONGEST_PAUSE:
            self._pause(slot, pause)
            return
        request.meta["dont_retry"] = True
        self._closed[slot] = (
            f"{slot} answered {response.status} and asks to wait {pause:.0f} s; the next crawl tries again"
        )

    @property
    def _state(self) -> State | None:
        """What was kept of earlier crawls; a spider that records nothing has none, and asks in full."""
        recorder = getattr(self._crawler.spider, "recorder", None)
        return recorder.state if recorder else None

    def _slot(self, request: Request) -> str:
        """Name of the host's download slot, made with its delay on first sight. One host, one connection.

        A register may ask for longer pauses; for shorter ones only on this machine.
        """
        slot = _slot_name(request.url)
        request.meta["download_slot"] = slot
        source = request.meta["source"]
        wanted = (source.delay or 0.0) if slot in _own_slots(source) else 0.0
        local = address.net(urlsplit(request.url).hostname or "") == "loopback"
        least = 0.0 if local else self._crawler.settings.getfloat("DOWNLOAD_DELAY")
        self._slow_down(slot, max(wanted, least))
        return slot

    def _slow_down(self, slot: str, delay: float) -> None:
        downloader = self._crawler.engine.downloader
        settings = downloader.per_slot_settings.setdefault(
            slot, {"concurrency": 1, "delay": _LEAST_DELAY, "jitter": 0.0}
        )
        settings["delay"] = max(settings["delay"], delay)
        if slot in downloader.slots:
            downloader.slots[slot].delay = settings["delay"]

    def _pause(self, slot: str, seconds: float) -> None:
        """Let the host's next request begin only after so many seconds."""
        waiting = self._crawler.engine.downloader.slots.get(slot)
        if waiting is not None:
            waiting.lastseen = max(waiting.lastseen, monotonic() + seconds - waiting.delay)

    async def _ask_rules(self, origin: str, request: Request, slot: str) -> Protego:
        meta = {name: request.meta[name] for name in ("source", "hints")}
        url = f"{origin}/robots.txt"
        kept = self._state.body(url) if self._state else None
        headers = self._state.conditions(url) if self._state and kept is not None else {}
        asked = Request(url, callback=NO_CALLBACK, headers=headers, meta={**meta, **_ROBOTS})
        answer = await self._crawler.engine.download_async(asked)
        if answer.status >= 500 or answer.status == 429:
            raise Refused(
                "robots", f"{origin}/robots.txt answers {answer.status}, so nothing is asked (RFC 9309)"
            )
        if answer.status == 200 and answer.url == url and self._state:
            self._state.keep(answer.meta["page"], ROBOTS_BYTES)
        body = kept if answer.status == 304 and kept is not None else answer.body[:ROBOTS_BYTES]
        text = decode(body) if answer.status < 300 or body is kept else ""
        rules = Protego.parse(text)
        delay = rules.crawl_delay(self._agent) or 0.0
        if delay > LONGEST_PAUSE:
            raise Refused(
                "robots", f"{origin}/robots.txt asks for {delay:.0f} s between requests; not crawled"
            )
        self._slow_down(slot, delay)
        return rules


def _slot_name(url: str) -> str:
    return address.host(url).removeprefix("www.")


def _own_slots(source: Source) -> set[str]:
    """Slots of the hosts that a source's entry names: its delay is theirs, not that of others."""
    return {_slot_name(url) for url in source.addresses}


def _retry_after(value: str) -> float | None:
    """Seconds that a Retry-After header asks for, as a number or a date; None when it says nothing."""
    if value.strip().isdecimal():
        return float(value)
    moment = parse_moment(value) if value else None
    if not moment or not moment[1]:
        return None
    return max(0.0, _seconds_until(moment[1]))


def _seconds_until(moment: str) -> float:
    return (datetime.fromisoformat(moment) - datetime.now(UTC)).total_seconds()
