"""Downloader middlewares: an answer of the network becomes an observation, then Scrapy follows redirects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from scrapy.downloadermiddlewares.redirect import RedirectMiddleware

from archive.model import Page

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.sources import Source
    from crawler.spiders import PressSpider

_PICTURES = ("image/", "video/", "audio/", "font/")


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

    async def process_response(self, request: Request, response: Response) -> Response:
        """Record an answer; the callback finds page and outcome in ``request.meta``."""
        page, outcome = await self._spider.recorder.answer(observed(request, response))
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
