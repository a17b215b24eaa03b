"""Why a request brought nothing, in words for the person who reads the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import exceptions as scrapy

from crawler.network import Refused

if TYPE_CHECKING:
    from twisted.python.failure import Failure

_WORDS: dict[type[Exception], str] = {
    scrapy.CannotResolveHostError: "the host is not found; check the address and the network",
    scrapy.DownloadConnectionRefusedError: "the host refuses the connection; is the address still right?",
    scrapy.DownloadTimeoutError: "no complete answer in time",
    scrapy.DownloadCancelledError: "larger than a page may be (setting DOWNLOAD_MAXSIZE)",
    scrapy.ResponseDataLossError: "the answer broke off before its end",
    scrapy.DownloadFailedError: "the connection failed",
}
_LONGEST = 300


def reason(failure: Failure) -> str:
    """One line: what happened, and what Scrapy said of it where that adds something."""
    error = failure.value
    said = " ".join(str(error).split())[:_LONGEST]
    if isinstance(error, Refused):
        return said
    if "during decompression" in said:
        return _WORDS[scrapy.DownloadCancelledError] + " once decompressed"
    told = next((words for kind, words in _WORDS.items() if isinstance(error, kind)), type(error).__name__)
    return f"{told}: {said}" if said and said != type(error).__name__ else told
