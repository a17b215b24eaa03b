"""When an address is due to be asked again, and how it is asked then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from zlib import crc32

from archive.channels import titles
from archive.db import Archive, Known
from archive.model import Hints
from crawler.walk import Ask, Walk

Entry = TypeVar("Entry")

_LOOKS = (1, 3, 7, 30, 90, 180, 365)
_YEAR = 365
_SPREAD = 0.2
_AT_ONCE = 2
_GIVE_UP = 9


def is_old(at: str | None, days: int) -> bool:
    """Whether something was last looked at so many days ago (UTC); None: it never was."""
    return at is None or datetime.now(UTC) - datetime.fromisoformat(at) >= timedelta(days=days)


def is_due(failures: int, failed_at: str) -> bool:
    """Whether an address that was asked in vain so many times, last at ``failed_at`` (UTC), is asked now.

    The first failure costs nothing; then the pause doubles from a day on, and the ninth is the last.
    """
    if failures < _AT_ONCE:
        return True
    pause = timedelta(days=2 ** (failures - _AT_ONCE))
    return failures < _GIVE_UP and datetime.now(UTC) - datetime.fromisoformat(failed_at) >= pause


def is_due_again(known: Known, now: datetime) -> bool:
    """Whether a known release is looked at again, though nothing calls for it.

    On the first, third, seventh … day after its publication, and then once a year; the later, the more the
    days are spread, so that a source's releases do not all fall due in one night. What was missing at the
    last look is looked at in every crawl until its absence is confirmed.
    """
    if known.gone or known.missing:
        return known.missing and not known.gone
    published = datetime.fromisoformat(known.day).replace(tzinfo=UTC)
    age = (now - published).days
    spread = crc32(known.address.key.encode()) % 1000 / 1000
    passed = [day for day in _days(age) if day * (1 + _SPREAD * spread) <= age]
    if not passed:
        return False
    due = published + timedelta(days=passed[-1] * (1 + _SPREAD * spread))
    return datetime.fromisoformat(known.last_ok_at) < due


def evenly(some: Sequence[Entry], most: int) -> list[Entry]:
    """So many of these at most, taken evenly from the first to the last.

    >>> "".join(evenly("abcdefghijk", 4)), evenly("ab", 4)
    ('acfi', ['a', 'b'])
    """
    count = min(most, len(some))
    return [some[n * len(some) // count] for n in range(count)]


def again(walk: Walk, archive: Archive, known: Known) -> Ask:
    """A further look at a known release, with what its list calls it now, else what it was called first.

    Pages without a heading are titled so: without it, the look would find another title than the first.
    """
    item = walk.seen.get(known.address.key)
    named = [item.hints.title if item else None, *titles(archive.db, walk.source.id, known.address.key)]
    hints = Hints(title=next(filter(None, named), None))
    return Ask(known.address.url, "release", hints, conditional=True, known=True)


def _days(age: int) -> Iterator[int]:
    """Days after publication on which a release is looked at, up to its age."""
    yield from _LOOKS
    yield from range(2 * _YEAR, age + 1, _YEAR)
