"""Reading pages of others safely: small ones at once, large ones and files in processes with limits.

What a page says is a pure function of it (pages.py); but a hostile or broken page may take minutes (an
element with a million attributes), gigabytes, or the whole process (a PDF). Such a page is unreadable, and
only that page.
"""

from __future__ import annotations

import resource
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.util import Finalize
from os import sysconf
from pathlib import Path
from signal import ITIMER_PROF, SIGPROF, setitimer
from typing import Any, TypeVar, TypeVarTuple

from lxml import etree
from pebble import ProcessExpired, ProcessPool

from archive.model import Page
from archive.pdf import is_pdf
from archive.tree import Unreadable

READER_FAULTS = (
    ArithmeticError, AssertionError, AttributeError, LookupError, MemoryError, RecursionError, TypeError,
    ValueError, etree.LxmlError,
)  # fmt: skip
"""What reading a hostile page may raise: that page is unreadable then, now and in every rebuild, and the rest
of the log is read. archive.tree.Unreadable is a ValueError. Faults in saving are not caught: they must show.
"""

SECONDS = 30
"""So much time of a core may reading one page take, however busy the machine; ten times that on the clock."""

BYTES = 160 << 20
"""So much memory may reading one page take, beyond what the process has at its start.

A text of 4 MB needs 140 MB, a list of 8 MB 80 MB, what a packed file unpacks to has no end.
"""

_LARGE = 256 * 1024
_FEW = 50  # small pages: to start processes for fewer takes longer than to read them
_PRELOADED = ["crawler.pages", "crawler.families.typo3"]

Entry = TypeVar("Entry")
Found = TypeVar("Found")
Args = TypeVarTuple("Args")


class Late(Unreadable):
    """A page that took too long: each of its kind holds up all that is read after it."""


@dataclass(frozen=True, slots=True)
class _Fault:
    """Why nothing was read."""

    reason: str
    late: bool = False


class Readers:
    """Processes that read pages; started when first needed, they end with this one.

    Large pages and files are always read there, one at a time: so what one may take is all that they take.
    Small ones in up to ``jobs`` others, if that is more than one and enough of them are begun ahead; in one
    fewer where this process has as much to do ``beside``.
    """

    def __init__(self, jobs: int = 1, *, beside: bool = False) -> None:
        self._others = jobs - beside if jobs > 1 else 0
        self._pools: dict[int, ProcessPool] = {}
        self._begun: dict[Page, tuple[tuple[Any, ...], Future[Any]]] = {}
        self._small = 0

    def begin(self, read: Callable[[Page, *Args], Found], page: Page, *args: *Args) -> Future[Any] | None:
        """Begin to read a page that is likely to be read so; what is done when it is. None: not begun."""
        if not _needs_process(page):
            self._small += 1
            if not self._others or self._small <= _FEW:
                return None
        begun = self._schedule(read, page, *args)
        self._begun[page] = (read, *args), begun
        return begun

    def read(self, read: Callable[[Page, *Args], Found], page: Page, *args: *Args) -> Found:
        """What ``read`` makes of a page. Raises Unreadable for any fault, and where it takes too much."""
        wanted, begun = self._begun.get(page, (None, None))
        if wanted != (read, *args):
            begun = self._schedule(read, page, *args) if _needs_process(page) else None
        found = _found(read, page, *args) if begun is None else _result(begun)
        if isinstance(found, _Fault):
            raise (Late if found.late else Unreadable)(found.reason)
        return found

    def forget(self, page: Page) -> None:
        """Give up what was begun with a page, and not asked for, or asked for already."""
        _, begun = self._begun.pop(page, (None, None))
        if begun:
            begun.cancel()

    def close(self) -> None:
        """End the processes; a later page starts others."""
        for pool in self._pools.values():
            _close(pool)
        self._pools.clear()

    def _schedule(
        self, read: Callable[[Page, *Args], Found], page: Page, *args: *Args
    ) -> Future[Found | _Fault]:
        workers = 1 if _needs_process(page) else self._others
        if workers not in self._pools:
            self._pools[workers] = _started(workers)
        pool = self._pools[workers]
        begun: Future[Found | _Fault] = pool.schedule(
            _within, args=(SECONDS, read, page, *args), timeout=10 * SECONDS
        )
        return begun


def ahead(entries: Iterable[Entry], begin: Callable[[Entry], object], count: int) -> Iterator[Entry]:
    """The entries in their order; before one is given, the reading of the next ``count`` has begun.

    >>> list(ahead("abc", lambda each: print("begin", each), 2))
    begin a
    begin b
    begin c
    ['a', 'b', 'c']
    """
    waiting: deque[Entry] = deque()
    for entry in entries:
        begin(entry)
        waiting.append(entry)
        if len(waiting) > count:
            yield waiting.popleft()
    yield from waiting


def _needs_process(page: Page) -> bool:
    return len(page.body) >= _LARGE or is_pdf(page)


def _found(read: Callable[[Page, *Args], Found], page: Page, *args: *Args) -> Found | _Fault:
    """What was read, or why nothing was: exceptions of C libraries do not pass between processes."""
    try:
        return read(page, *args)
    except READER_FAULTS as error:
        return _Fault(_told(error))


def _within(seconds: float, read: Callable[[Page, *Args], Found], page: Page, *args: *Args) -> Found | _Fault:
    """The same in a process that the system ends after so much time of a core: C code heeds nothing else."""
    setitimer(ITIMER_PROF, seconds)
    try:
        return _found(read, page, *args)
    finally:
        setitimer(ITIMER_PROF, 0)


def _result(begun: Future[Found | _Fault]) -> Found | _Fault:
    try:
        return begun.result()
    except TooLate:
        return _late()
    except ProcessExpired as error:
        if error.exitcode == -SIGPROF:
            return _late()
        return _Fault(f"ended the process that read it, for want of {BYTES >> 20} MiB perhaps")


def _late() -> _Fault:
    return _Fault(f"took longer than {SECONDS} s to read", late=True)


def _told(error: Exception) -> str:
    """Reason for people: our own words, or the kind of fault where the page broke a reader."""
    return str(error) if isinstance(error, Unreadable) else f"{type(error).__name__}: {error}"[:300]


def _started(jobs: int) -> ProcessPool:
    context = get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    pool = ProcessPool(max_workers=jobs, initializer=_limit, context=context)
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
