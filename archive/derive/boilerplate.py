"""Words that prove nothing, because a publisher, or several, use them again and again.

A fingerprint is boilerplate of a publisher when at least four and about a tenth of its releases carry it,
near copies counted once. It is everybody's when three publishers each carry it in two releases, or eight over
more than two months: then it is a formula ("Anmeldungen nimmt … entgegen"), and no news. The table
``boilerplate`` holds both, and moves with the archive.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set

from sqlite_utils import Database

from archive.derive import index
from archive.derive.index import Print, publisher_of
from archive.derive.overview import Shared

EVERYBODY = -1
"""Stands in ``boilerplate.publisher`` where it is nobody's in particular."""

_FEWEST, _SHARE = 4, 10
_SEVERAL, _EACH = 3, 2
_MANY, _LONG = 8, 60  # publishers, and days between the first and the last of them


class Boilerplate:
    """The table, read once for a run: which fingerprints prove nothing for whom."""

    def __init__(self, db: Database) -> None:
        self._of: dict[int, set[int]] = {}
        for publisher, fingerprint in db.conn.execute("SELECT publisher, hash FROM boilerplate"):
            self._of.setdefault(publisher, set()).add(fingerprint)

    def of(self, publisher: int) -> Set[int]:
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
    db: Database, sizes: Mapping[int, int], gone: Iterable[Print], new: Iterable[Print]
) -> set[tuple[int, int]]:
    """Bring the table up to date after the index has changed: the rows (publisher, hash) come or gone.

    ``sizes``: how many carriers each publisher concerned had before.
    """
    touched: dict[int, list[Print]] = {publisher: [] for publisher in sizes}
    for each in (*gone, *new):
        touched[each.publisher].append(each)
    before = Boilerplate(db)
    own: set[tuple[int, int]] = set()
    for publisher, prints in touched.items():
        now = _own(db, publisher, _hashes(prints), sizes[publisher], before)
        own |= {(publisher, each) for each in now ^ set(before.of(publisher))}
    _toggle(db, own, before)
    after, everybodys = Boilerplate(db), set(before.of(EVERYBODY))
    flipped = {fingerprint for _, fingerprint in own}
    changes: set[tuple[int, int]] = set()
    for counted in (
        flipped,
        *(_hashes(prints) - set(after.of(publisher)) for publisher, prints in touched.items()),
    ):
        changes |= {
            (EVERYBODY, each) for each in counted if _is_everybodys(db, each, after) != (each in everybodys)
        }
    _toggle(db, changes, before)
    return own | changes


def fill(db: Database, shared: Shared) -> None:
    """Fill the empty table from the whole index; ``shared`` learns what several carriers have."""
    least = {publisher: threshold(size) for publisher, size in index.sizes(db).items()}
    found: list[tuple[int, int]] = []
    for fingerprint, carriers in index.all_carriers(db, shared):
        if len(carriers) < _FEWEST:
            continue
        uses = Counter(map(publisher_of, carriers))
        own = {publisher for publisher, number in uses.items() if number >= least[publisher]}
        found += [(publisher, fingerprint) for publisher in own]
        if _recurs(db, fingerprint, carriers, own):
            found.append((EVERYBODY, fingerprint))
    db.conn.executemany("INSERT INTO boilerplate VALUES (?, ?)", found)


def _hashes(prints: Iterable[Print]) -> set[int]:
    return set[int]().union(*(each.hashes for each in prints))


def _own(db: Database, publisher: int, hashes: set[int], size_before: int, before: Boilerplate) -> set[int]:
    """A publisher's boilerplate now, after releases with these fingerprints have come or gone."""
    least = threshold(index.size(db, publisher))
    if least == threshold(size_before):
        often = {each for each in hashes if index.count(db, each, publisher, least) >= least}
        return set(before.of(publisher)) - hashes | often
    by_carrier: dict[int, frozenset[int]] = {}
    for each in index.of_publisher(db, publisher):
        by_carrier[each.carrier] = by_carrier.get(each.carrier, frozenset()) | each.hashes
    counts = Counter(value for values in by_carrier.values() for value in values)
    return {value for value, number in counts.items() if number >= least}


def _is_everybodys(db: Database, fingerprint: int, own: Boilerplate) -> bool:
    found = index.carriers(db, fingerprint)
    return _recurs(
        db, fingerprint, found, {each for each in map(publisher_of, found) if fingerprint in own.of(each)}
    )


def _recurs(db: Database, fingerprint: int, carriers: Sequence[int], always: Set[int]) -> bool:
    """Whether several publishers use a fingerprint repeatedly, or many over a long time.

    ``always``: publishers whose boilerplate it is.
    """
    if len(carriers) < min(_MANY, _SEVERAL * _EACH):
        return False
    uses = Counter(map(publisher_of, carriers))
    often = {publisher for publisher, number in uses.items() if number >= _EACH}
    if len(always | often) >= _SEVERAL:
        return True
    others = [each for each in carriers if publisher_of(each) not in always]
    return len(uses) >= _MANY and (bool(always) or index.days(db, fingerprint, others) > _LONG)


def _toggle(db: Database, changes: Iterable[tuple[int, int]], before: Boilerplate) -> None:
    for publisher, fingerprint in changes:
        if fingerprint in before.of(publisher):
            db.execute("DELETE FROM boilerplate WHERE publisher = ? AND hash = ?", [publisher, fingerprint])
        else:
            db.execute("INSERT INTO boilerplate VALUES (?, ?)", [publisher, fingerprint])
