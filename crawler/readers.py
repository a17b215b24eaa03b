"""Reading pages of others safely: small ones at once, large ones and files in processes with limits.

What a page says is a pure function of it; but a hostile or broken page may take minutes (an element with a
million attributes), gigabytes, or the whole process (a PDF). Such a page is unreadable, and only that page.
"""

from __future__ import annotations

import resource
from collections.abc import Callable
from concurrent.futures import TimeoutError as TooLate
from functools import cache
from multiprocessing import get_context
from multiprocessing.util import Finalize
from os import cpu_count, sysconf
from pathlib import Path
from typing import Any

from lxml import etree
from pebble import ProcessExpired, ProcessPool

from archive.model import Page, Release
from archive.pdf import is_pdf, pdf_paragraphs
from archive.tree import Unreadable, parse
from crawler.families import families
from crawler.family import detect, releases, releases_within

READER_FAULTS = (
    ArithmeticError, AssertionError, AttributeError, LookupError, MemoryError, RecursionError, TypeError,
    ValueError, etree.LxmlError,
)  # fmt: skip
"""What reading a hostile page may raise: that page is unreadable then, now and in every rebuild, and the rest
of the log is read. archive.tree.Unreadable is a ValueError. Faults in saving are not caught: they must show.
"""

SECONDS = 30
"""So long may one page take to read."""

BYTES = 1 << 30
"""So much memory may reading one page take, beyond what the process has at its start."""

_LARGE = 256 * 1024
_PRELOADED = ["crawler.family", "crawler.families.typo3", "archive.pdf"]


def read_releases(page: Page, family: str) -> list[Release]:
    """The releases on a page or in a file, read as one of this family. Raises Unreadable for any fault."""
    return _safely(_releases, page, family, alone=is_pdf(page))


def read_within(page: Page, family: str) -> list[Release]:
    """The releases that a list's page holds in full. Raises Unreadable for any fault."""
    return _safely(_within, page, family)


def read_file(page: Page) -> list[str]:
    """Paragraphs of an attachment, empty where it has no text. Raises Unreadable for any fault."""
    return _safely(_file, page, "", alone=True)


def read_unknown(page: Page) -> tuple[str, str, list[Release]]:
    """(family, why that, releases) of a page of which nothing is known. Raises Unreadable for any fault."""
    ((family, reason, found),) = _safely(_unknown, page, "", alone=is_pdf(page))
    return family, reason, found


def told(error: Exception) -> str:
    """Reason for people: our own words, or the kind of fault where the page broke a reader."""
    return str(error) if type(error).__name__ == "Unreadable" else f"{type(error).__name__}: {error}"[:300]


def _releases(page: Page, family: str) -> list[Release]:
    return releases(page, families()[family])


def _within(page: Page, family: str) -> list[Release]:
    return releases_within(page, families()[family])


def _file(page: Page, _family: str) -> list[str]:
    return pdf_paragraphs(page.body)


def _unknown(page: Page, _family: str) -> list[tuple[str, str, list[Release]]]:
    if is_pdf(page):
        return [("generic", "a PDF file", releases(page, families()["generic"]))]
    tree = parse(page, links=False)
    family, reason = detect(page, families(), tree)
    return [(family.name, reason, releases(page, family, tree))]


def _safely(
    read: Callable[[Page, str], list[Any]], page: Page, family: str, *, alone: bool = False
) -> list[Any]:
    if len(page.body) < _LARGE and not alone:
        found = _found(read, page, family)
    else:
        future = _pool().schedule(_found, args=(read, page, family), timeout=SECONDS)
        try:
            found = future.result()
        except TooLate:
            raise Unreadable(f"took longer than {SECONDS} s to read") from None
        except ProcessExpired:
            raise Unreadable(
                f"ended the process that read it, for want of {BYTES >> 20} MiB perhaps"
            ) from None
    if isinstance(found, str):
        raise Unreadable(found)
    return found


def _found(read: Callable[[Page, str], list[Any]], page: Page, family: str) -> list[Any] | str:
    """What was read, or why nothing was: exceptions of C libraries do not pass between processes."""
    try:
        return read(page, family)
    except READER_FAULTS as error:
        return told(error)


@cache
def _pool() -> ProcessPool:
    """Processes that read pages, started when the first is needed; they end with this one."""
    context = get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    pool = ProcessPool(max_workers=cpu_count() or 1, initializer=_limit, context=context)
    Finalize(None, _close, args=[pool], exitpriority=1)
    return pool


def _close(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()


def _limit() -> None:
    """Bound the memory of a reading process, where the system tells how much it has already."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        has = int(statm.read_text().split()[0]) * sysconf("SC_PAGE_SIZE")
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (has + BYTES, hard))
