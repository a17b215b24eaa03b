"""Which releases carry which fingerprints: the table ``shingles``, kept in step with what releases say.

A row of it is one number: fingerprint (32 bits), publisher (16 bits), words (16 bits), so that one range
holds the carriers of a fingerprint, and one within it those of a publisher. Near copies that one publisher
has put up within a few days are one carrier. Publisher and words are hashed numbers: where two meet, more
releases are compared than need be, and none is missed.
"""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby
from struct import unpack
from typing import NamedTuple

from sqlite_utils import Database

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


def publisher_number(publisher_id: str) -> int:
    """Number of a publisher in the index; two may share one."""
    return _number(publisher_id.encode(), _CARRIER_BITS - _WORDS_BITS)


def printed(release_id: int, publisher_id: str, at: str, hashes: Iterable[int]) -> Print:
    """What the index is to know of a release, taken for nobody's copy."""
    packed = b"".join(value.to_bytes(HASH_BITS // 8, "big") for value in sorted(set(hashes)))
    return Print(release_id, _carrier(publisher_number(publisher_id), release_id), at, packed)


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


def days(db: Database, found: Iterable[int]) -> int:
    """Days between the first and the last release of these carriers."""
    first, last = db.conn.execute(
        "SELECT min(at), max(at) FROM fingerprints WHERE carrier IN (SELECT value FROM json_each(?))",
        [json.dumps(list(found))],
    ).fetchone()
    return (date.fromisoformat(last[:10]) - date.fromisoformat(first[:10])).days


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
        carrier = _carrier(each.publisher, _copied(_before(db, each), each))
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


class Shared:
    """Fingerprints that several releases have, and now and then one that only one has; 32 MB."""

    def __init__(self) -> None:
        self._bits = bytearray(1 << 25)

    def add(self, fingerprint: int) -> None:
        """Several releases have it."""
        self._bits[fingerprint >> 7] |= 1 << (fingerprint >> 4 & 7)

    def __contains__(self, fingerprint: int) -> bool:
        return bool(self._bits[fingerprint >> 7] & 1 << (fingerprint >> 4 & 7))


def fill(db: Database, releases: Iterable[Print], shared: Shared) -> None:
    """Fill the empty index with all releases, given by ascending id, so that tables grow at their ends only.

    All sorting is SQLite's, outside of memory. ``shared`` learns what copies have, which are one carrier.
    """
    _insert(db, releases)
    db.conn.execute("CREATE TEMP TABLE unsorted (id INTEGER NOT NULL)")
    copies = []
    for each in _with_carriers(db):
        if each.carrier != _carrier(each.publisher, each.release_id):
            copies.append((each.carrier, each.release_id))
            for value in each.hashes:
                shared.add(value)
        keys = [(_key(value, each.carrier),) for value in each.hashes]
        db.conn.executemany("INSERT INTO unsorted VALUES (?)", keys)
    db.conn.executemany("UPDATE fingerprints SET carrier = ? WHERE release_id = ?", copies)
    db.conn.execute("INSERT OR IGNORE INTO shingles SELECT id FROM unsorted ORDER BY id")
    db.conn.execute("DROP TABLE unsorted")


def _with_carriers(db: Database) -> Iterator[Print]:
    """All releases of the index that were taken for nobody's copies, with the carriers that they are."""
    lately: deque[Print] = deque()
    for row in db.conn.execute(
        "SELECT * FROM fingerprints NOT INDEXED ORDER BY carrier >> 16, at, release_id"
    ):
        each = Print(*row)
        first = _day(each, -COPY_DAYS)
        while lately and (lately[0].publisher != each.publisher or lately[0].at < first):
            lately.popleft()
        each = each._replace(carrier=_carrier(each.publisher, _copied(lately, each)))
        lately.append(each)
        yield each


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


def _copied(before: Iterable[Print], release: Print) -> int:
    """The earliest of these, which is before the release and nearly the same; else the release itself."""
    here = release.hashes
    for each in before:
        if each.order >= release.order:
            break
        if _COPY * (release.size + each.size) <= 2 * min(release.size, each.size):
            shared = len(here & each.hashes)
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
