"""The head of an answer, bounded: Scrapy bounds bodies (DOWNLOAD_MAXSIZE), but headers by time only.

Measured: headers without end took 4 GB in 30 s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, STATUS

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.internet.interfaces import IAddress

BYTES = 256 * 1024
"""So long may status lines and headers of an answer be, interim answers included; browsers take as much."""


class TooLong(Exception):
    """An answer whose head does not end."""


class Handler(HTTP11DownloadHandler):
    """Scrapy's handler of http and https, but an answer with an endless head is given up."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _Factory


class _Factory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, _: IAddress | None) -> _Protocol:  # noqa: N802 - Twisted's name
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class _Protocol(_LenientHTTP11ClientProtocol):
    _received = 0

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        super().dataReceived(data)  # type: ignore[no-untyped-call]
        waits = self._parser is not None and self._parser.state in (STATUS, HEADER)
        self._received = self._received + len(data) if waits else 0
        if self._received > BYTES:
            error = TooLong(f"its headers are longer than {BYTES >> 10} KiB")
            self._giveUp(Failure(error))  # type: ignore[no-untyped-call]
