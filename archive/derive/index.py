"""Which releases carry which fingerprints: the table ``shingles``, kept in step with what releases say.

A row of it is one number: fingerprint (32 bits), publisher (16 bits), words (16 bits), so that one range
holds the carriers of a fingerprint, and one within it those of a publisher. Near copies that one publisher
has put up within a few days are one carrier. Publisher and words are hashed numbers: where two meet, more
releases are compared than need be, and none is missed.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence, Set
from contextlib import closing
from datetime import date, timedelta
from itertools import groupby
from struct import unpack
from typing import NamedTuple

from sqlite_utils import Database

from archive.derive.overview import Shared
from archive.derive.words import HASH_BITS

COPY_DAYS = 7
"""Days within which nearly the same words of one publisher are copies, and count as one release."""

_BATCH = 2000  # releases whose fingerprints are sorted at once, so that they enter the index quickly
_COPY = 0.6  # share of fingerprints that these have in common
_WORDS_BITS = 16  # as in the SQL below and in the index over it
_CARRIER_BITS = 32
_LEAST = -(1 << 63)  # SQLite's integers are signed


class Print(NamedTuple):
    """A release as the index knows it. ``at`` sorts by day, then time, those without a time last.

    ``carrier``: publisher and words; near copies of the same days share it. ``packed``: its fingerprints,
    four bytes each, ascending.
    """

    release_id: int
    carrier: int
    at: str
    packed: bytes

    @property
    def hashes(self) -> frozenset[int]:
        """Its fingerprints."""
        return frozenset(unpack(f">{self.size}I", self.packed))

    @property
    def size(self) -> int:
        """Number of its fingerprints."""
        return len(self.packed) // 4

    @property
    def order(self) -> tuple[str, int]:
        """Place among all releases: matches of a release are looked for before it."""
        return self.at, self.release_id

    @property
    def publisher(self) -> int:
        """Number of its publisher in the index."""
        return publisher_of(self.carrier)


def publisher_of(carrier: int) -> int:
    """Number of the publisher of a carrier."""
    return carrier >> _WORDS_BITS


def printed(release_id: int, publisher_id: str, at: str, hashes: Iterable[int]) -> Print:
    """What the index is to know of a release, taken for nobody's copy."""
    packed = b"".join(value.to_bytes(HASH_BITS // 8, "big") for value in sorted(set(hashes)))
    publisher = _number(publisher_id.encode(), _CARRIER_BITS - _WORDS_BITS)
    return Print(release_id, _carrier(publisher, release_id), at, packed)


def known(db: Database, release_id: int) -> Print | None:
    """What the index knows of a release, None when it is not in it."""
    return next(iter(_prints(db, "release_id = ?", release_id)), None)


def of_carrier(db: Database, carrier: int) -> list[Print]:
    """The releases that are this carrier: one, or near copies of one."""
    return _prints(db, "carrier = ?", carrier)


def of_publisher(db: Database, publisher: int) -> list[Print]:
    """All releases of a publisher."""
    return _prints(db, "carrier >> 16 = ?", publisher)


def carriers(db: Database, fingerprint: int) -> list[int]:
    """All carriers of a fingerprint."""
    first = _key(fingerprint, 0)
    rows = db.conn.execute(
        "SELECT id FROM shingles WHERE id BETWEEN ? AND ?", [first, first + (1 << _CARRIER_BITS) - 1]
    )
    return [row[0] - first for row in rows]


def count(db: Database, fingerprint: int, publisher: int, most: int) -> int:
    """Carriers of a fingerprint by one publisher, counted no further than ``most``."""
    first = _key(fingerprint, publisher << _WORDS_BITS)
    row = db.conn.execute(
        "SELECT count(*) FROM (SELECT 1 FROM shingles WHERE id BETWEEN ? AND ? LIMIT ?)",
        [first, first + (1 << _WORDS_BITS) - 1, most],
    ).fetchone()
    return int(row[0])


def days(db: Database, fingerprint: int, found: Iterable[int]) -> int:
    """Days between the first and the last release of its carriers ``found`` that has a fingerprint."""
    prints = _prints(db, "carrier IN (SELECT value FROM json_each(?))", json.dumps(list(found)))
    ordered = [date.fromisoformat(each.at[:10]) for each in _having(fingerprint, prints)]
    return (ordered[-1] - ordered[0]).days


def _having(fingerprint: int, prints: Sequence[Print]) -> list[Print]:
    """Those releases of carriers of a fingerprint that have it themselves."""
    members = Counter(each.carrier for each in prints)
    return [each for each in prints if members[each.carrier] == 1 or fingerprint in each.hashes]


def size(db: Database, publisher: int) -> int:
    """How many carriers a publisher has: its releases, copies counted once."""
    row = db.conn.execute(
        "SELECT count(DISTINCT carrier) FROM fingerprints WHERE carrier >> 16 = ?", [publisher]
    ).fetchone()
    return int(row[0])


def update(db: Database, changed: Iterable[int], new: Iterable[Print]) -> tuple[list[Print], list[Print]]:
    """Put what the changed releases are now in place of what they were: (all that is gone, all that is new).

    Both hold, too, what has become or ceased to be a copy by that.
    """
    gone = [found for each in sorted(changed) if (found := known(db, each))]
    db.conn.executemany("DELETE FROM fingerprints WHERE release_id = ?", [(p.release_id,) for p in gone])
    fresh = {each.release_id: each for each in new}
    _insert(db, fresh.values())
    near = {other for each in (*gone, *fresh.values()) for other in _after(db, each)}
    moved = []
    for each in sorted(near):
        carrier = _carrier(each.publisher, original(db, each))
        if each.release_id in fresh or carrier != each.carrier:
            moved.append(each._replace(carrier=carrier))
            gone += [] if each.release_id in fresh else [each]
    _insert(db, moved)
    for each in gone:
        kept = frozenset[int]().union(*(copy.hashes for copy in of_carrier(db, each.carrier)))
        keys = [(_key(value, each.carrier),) for value in each.hashes - kept]
        db.conn.executemany("DELETE FROM shingles WHERE id = ?", keys)
    for first in range(0, len(moved), _BATCH):
        batch = moved[first : first + _BATCH]
        keys = sorted((_key(value, each.carrier),) for each in batch for value in each.hashes)
        db.conn.executemany("INSERT OR IGNORE INTO shingles VALUES (?)", keys)
    return gone, moved


def fill(db: Database, releases: Iterable[Print], shared: Shared) -> None:
    """Fill the empty index with all releases, given by ascending id, so that the table grows at its end.

    They are taken for nobody's copies first; when all are there, the carriers of copies are corrected. All
    sorting is SQLite's, outside of memory: what would come into the index at random places comes in order.
    ``shared`` learns what further releases of a carrier have.
    """
    _insert(db, releases)
    copies, seen, publisher = [], set[int](), -1
    with closing(sqlite3.connect("")) as unsorted:
        unsorted.execute("CREATE TABLE keys (id INTEGER NOT NULL)")
        for each, carrier, hashes in _with_carriers(db):
            if carrier != each.carrier:
                copies.append((carrier, each.release_id))
            if each.publisher != publisher:
                seen, publisher = set(), each.publisher
            if carrier in seen:
                shared.join(carrier, hashes)
            seen.add(carrier)
            unsorted.executemany("INSERT INTO keys VALUES (?)", [(_key(value, carrier),) for value in hashes])
        db.conn.executemany("UPDATE fingerprints SET carrier = ? WHERE release_id = ?", copies)
        keys = unsorted.execute("SELECT id FROM keys ORDER BY id")
        db.conn.executemany("INSERT OR IGNORE INTO shingles VALUES (?)", keys)


def _with_carriers(db: Database) -> Iterator[tuple[Print, int, frozenset[int]]]:
    """All releases, publisher by publisher in their order, with the carrier of each and its fingerprints.

    By the index on them, each row would be looked up at another place.
    """
    query = "SELECT * FROM fingerprints NOT INDEXED ORDER BY carrier >> 16, at, release_id"
    lately: deque[tuple[Print, frozenset[int]]] = deque()
    for row in db.conn.execute(query):
        each = Print(*row)
        hashes, first = each.hashes, _day(each, -COPY_DAYS)
        while lately and (lately[0][0].publisher != each.publisher or lately[0][0].at < first):
            lately.popleft()
        yield each, _carrier(each.publisher, _copied(lately, each, hashes)), hashes
        lately.append((each, hashes))


def all_carriers(db: Database, shared: Shared) -> Iterator[tuple[int, list[int]]]:
    """All fingerprints that several carriers have, with these; ``shared`` learns them."""
    keys = (row[0] - _LEAST for row in db.conn.execute("SELECT id FROM shingles ORDER BY id"))
    for fingerprint, group in groupby(keys, key=lambda key: key >> _CARRIER_BITS):
        found = list(group)
        if len(found) > 1:
            shared.add(fingerprint)
            yield fingerprint, [key & (1 << _CARRIER_BITS) - 1 for key in found]


def sizes(db: Database) -> dict[int, int]:
    """How many carriers each publisher has."""
    return dict(db.conn.execute("SELECT carrier >> 16, count(DISTINCT carrier) FROM fingerprints GROUP BY 1"))


def _after(db: Database, release: Print) -> list[Print]:
    """The publisher's releases that may be copies of this one, with itself."""
    return _prints(
        db,
        "carrier >> 16 = ? AND at >= ? AND at < ?",
        release.publisher,
        release.at[:10],
        _day(release, COPY_DAYS + 1),
    )


def _before(db: Database, release: Print) -> list[Print]:
    """The publisher's releases of which this one may be a copy, and others of its day, in their order."""
    return _prints(
        db,
        "carrier >> 16 = ? AND at >= ? AND at <= ?",
        release.publisher,
        _day(release, -COPY_DAYS),
        release.at,
    )


def original(db: Database, release: Print) -> int:
    """The release of which this one is nearly a copy, of the same publisher and days; else itself."""
    before = ((each, each.hashes) for each in _before(db, release))
    return _copied(before, release, release.hashes)


def _copied(before: Iterable[tuple[Print, Set[int]]], release: Print, here: Set[int]) -> int:
    """The earliest of these, with their fingerprints, that is nearly the same; else the release itself."""
    for each, there in before:
        if each.order >= release.order:
            break
        if _COPY * (release.size + each.size) <= 2 * min(release.size, each.size):
            shared = len(here & there)
            if shared and 2 * shared >= _COPY * (release.size + each.size):
                return each.release_id
    return release.release_id


def _day(release: Print, days: int) -> str:
    return (date.fromisoformat(release.at[:10]) + timedelta(days=days)).isoformat()


def _insert(db: Database, prints: Iterable[Print]) -> None:
    db.conn.executemany("INSERT OR REPLACE INTO fingerprints VALUES (?, ?, ?, ?)", prints)


def _prints(db: Database, where: str, *values: int | str) -> list[Print]:
    rows = db.conn.execute(
        f"SELECT * FROM fingerprints WHERE {where} ORDER BY at, release_id",  # noqa: S608
        values,
    )
    return [Print(*row) for row in rows.fetchall()]


def _key(fingerprint: int, carrier: int) -> int:
    return _LEAST + (fingerprint << _CARRIER_BITS | carrier)


def _carrier(publisher: int, release_id: int) -> int:
    return publisher << _WORDS_BITS | _number(str(release_id).encode(), _WORDS_BITS)


def _number(of: bytes, bits: int) -> int:
    return int.from_bytes(hashlib.blake2b(of, digest_size=8).digest(), "big") >> (64 - bits)
