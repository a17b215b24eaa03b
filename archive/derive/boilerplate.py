"""Words that prove nothing, because a publisher, or several, use them again and again.

A fingerprint is boilerplate of a publisher when at least four and about a tenth of its releases carry it,
near copies counted once; and of everybody when three publishers each carry it in two releases ("Anmeldungen
nimmt … entgegen"). The table ``boilerplate`` holds both, and moves with the archive.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from sqlite_utils import Database

from archive.derive import index
from archive.derive.index import Print, publisher_of

EVERYBODY = -1
"""Stands in ``boilerplate.publisher`` where it is nobody's in particular."""

_FEWEST, _SHARE = 4, 10
_PUBLISHERS, _EACH = 3, 2


class Boilerplate:
    """The table, read once for a run: which fingerprints prove nothing for whom."""

    def __init__(self, db: Database) -> None:
        self._of: dict[int, set[int]] = {}
        for publisher, fingerprint in db.conn.execute("SELECT publisher, hash FROM boilerplate"):
            self._of.setdefault(publisher, set()).add(fingerprint)

    def of(self, publisher: int) -> Collection[int]:
        """The boilerplate of a publisher, EVERYBODY for that of all."""
        return self._of.get(publisher, frozenset())


def threshold(size: int) -> int:
    """From how many of a publisher's ``size`` releases on a fingerprint is boilerplate.

    It grows in steps of a sixteenth to an eighth, so that it seldom moves for a publisher of many releases.

    >>> threshold(12), threshold(41), threshold(333), threshold(5000)
    (4, 5, 32, 480)
    """
    exact = max(_FEWEST, -(-size // _SHARE))
    step = 1 << max(0, exact.bit_length() - 4)
    return exact // step * step


def refresh(
    db: Database, sizes: Mapping[int, int], gone: Collection[Print], new: Collection[Print]
) -> set[int]:
    """Bring the table up to date after the index has changed: the fingerprints of which it says otherwise.

    ``sizes``: how many carriers each publisher concerned had before.
    """
    touched: dict[int, list[Print]] = {publisher: [] for publisher in sizes}
    for each in (*gone, *new):
        touched[each.publisher].append(each)
    fewer = {fingerprint for each in gone for fingerprint in each.hashes}
    before = Boilerplate(db)
    changes: set[tuple[int, int]] = set()
    repeated: set[int] = set()
    for publisher, prints in touched.items():
        hashes = set[int]().union(*(each.hashes for each in prints))
        now, often = _now(db, publisher, hashes, sizes[publisher], before)
        changes |= {(publisher, each) for each in now ^ set(before.of(publisher))}
        repeated |= often
    everybodys = set(before.of(EVERYBODY))
    for fingerprint in repeated - everybodys | fewer & everybodys:
        if _is_everybodys(db, fingerprint) != (fingerprint in everybodys):
            changes.add((EVERYBODY, fingerprint))
    _toggle(db, changes, before)
    return {fingerprint for _, fingerprint in changes}


def _now(
    db: Database, publisher: int, hashes: set[int], size_before: int, before: Boilerplate
) -> tuple[set[int], set[int]]:
    """A publisher's boilerplate, and those of the touched fingerprints that it may carry twice only now."""
    least = threshold(index.size(db, publisher))
    counts: Mapping[int, int]
    if least != threshold(size_before):
        by_carrier: dict[int, frozenset[int]] = {}
        for each in index.of_publisher(db, publisher):
            by_carrier[each.carrier] = by_carrier.get(each.carrier, frozenset()) | each.hashes
        counts = Counter(value for values in by_carrier.values() for value in values)
        boilerplate = {value for value, number in counts.items() if number >= least}
    else:
        counts = {value: index.count(db, value, publisher, least) for value in hashes}
        boilerplate = set(before.of(publisher)) - hashes
        boilerplate |= {value for value, number in counts.items() if number >= least}
    often = {value for value in hashes if counts.get(value, 0) >= _EACH}
    return boilerplate, often - set(before.of(publisher))  # those it had often before, too


def _is_everybodys(db: Database, fingerprint: int) -> bool:
    each = Counter(map(publisher_of, index.carriers(db, fingerprint)))
    return sum(number >= _EACH for number in each.values()) >= _PUBLISHERS


def _toggle(db: Database, changes: Iterable[tuple[int, int]], before: Boilerplate) -> None:
    for publisher, fingerprint in changes:
        if fingerprint in before.of(publisher):
            db.execute("DELETE FROM boilerplate WHERE publisher = ? AND hash = ?", [publisher, fingerprint])
        else:
            db.execute("INSERT INTO boilerplate VALUES (?, ?)", [publisher, fingerprint])
