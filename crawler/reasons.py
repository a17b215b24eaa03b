"""Why a request brought nothing, in words for the person who reads the report."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scrapy import exceptions as scrapy

from crawler.network import Refused

if TYPE_CHECKING:
    from twisted.python.failure import Failure

_WORDS: dict[type[Exception], tuple[str, str]] = {
    scrapy.CannotResolveHostError: ("dns", "the host is not found; check the address and the network"),
    scrapy.DownloadConnectionRefusedError: (
        "refused",
        "the host refuses the connection; is the address right?",
    ),
    scrapy.DownloadTimeoutError: ("timeout", "no complete answer in time"),
    scrapy.DownloadCancelledError: ("size", "larger than a page may be (setting DOWNLOAD_MAXSIZE)"),
    scrapy.ResponseDataLossError: ("cut", "the answer broke off before its end"),
    scrapy.DownloadFailedError: ("connection", "the connection failed"),
}
FAILURES: tuple[type[Exception], ...] = (scrapy.IgnoreRequest, *_WORDS, OSError, ValueError)
"""What asking for an address may raise."""

_ENCRYPTION = (
    (
        re.compile(r"certificate verify failed"),
        "its certificate cannot be verified: expired, unknown or without its chain; tell those who run it",
    ),
    (re.compile(r"VerificationError"), "its certificate is for another name; is the address right?"),
    (re.compile(r"'SSL routines', '\w*', '([^']*)'"), "no encrypted connection could be agreed on"),
)
"""What an encrypted connection fails of, by the libraries' own words; what these add to ours is a group."""

_LONGEST = 300
_WRAPPED = re.compile(r"\[?<twisted\.python\.failure\.Failure [\w.]+: (.*?)>\]?")


def reason(failure: Failure) -> tuple[str, str]:
    """As ``told``, of what Scrapy hands to an errback."""
    return told(failure.value)


def told(error: BaseException | None) -> tuple[str, str]:
    """(code for programs, one line for people): what happened, and what Scrapy adds to that."""
    said = _WRAPPED.sub(r"\1", " ".join(str(error).split()))[:_LONGEST]
    if isinstance(error, Refused):
        return error.status if error.status == "robots" else "not asked", said
    if "during decompression" in said:
        code, words = _WORDS[scrapy.DownloadCancelledError]
        return code, f"{words} once decompressed"
    for pattern, words in _ENCRYPTION:
        if found := pattern.search(said):
            return "tls", ": ".join((words, *found.groups()))
    name = type(error).__name__
    code, words = next((known for kind, known in _WORDS.items() if isinstance(error, kind)), (name, name))
    return code, f"{words}: {said}" if said and said != name else words
