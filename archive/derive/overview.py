"""What is known of all releases where all are compared at once: it spares most of the looking up."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterable, Sequence
from types import TracebackType

_CACHE_KIB = 65_536
_DROPPED_BITS = 4  # of a fingerprint's 32: one bit for each sixteen of them makes 32 MB


class Shared:
    """What several carriers have, or several releases of one carrier; now and then a fingerprint too many."""

    def __init__(self) -> None:
        self._bits = bytearray(1 << (32 - _DROPPED_BITS - 3))
        self.carriers: set[int] = set()

    def add(self, fingerprint: int) -> None:
        """Several have this fingerprint."""
        bit = fingerprint >> _DROPPED_BITS
        self._bits[bit >> 3] |= 1 << (bit & 7)

    def join(self, carrier: int, fingerprints: Iterable[int]) -> None:
        """Another release of a carrier has these."""
        self.carriers.add(carrier)
        for fingerprint in fingerprints:
            self.add(fingerprint)

    def __contains__(self, fingerprint: int) -> bool:
        bit = fingerprint >> _DROPPED_BITS
        return bool(self._bits[bit >> 3] & 1 << (bit & 7))


class Numbered:
    """The words of all releases as numbers, which are quicker to compare than texts.

    They are in a database of their own, which SQLite keeps in a temporary file and removes at the end.
    """

    def __init__(self) -> None:
        self._db = sqlite3.connect("")
        self._db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self._db.execute("CREATE TABLE numbered (release_id INTEGER PRIMARY KEY, words BLOB NOT NULL)")

    def __enter__(self) -> Numbered:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def add(self, release_id: int, words: Sequence[int]) -> None:
        """Keep the words of a release, numbers of 32 bits; quickest by ascending id."""
        self._db.execute("INSERT INTO numbered VALUES (?, ?)", [release_id, array("I", words).tobytes()])

    def of(self, release_id: int) -> Sequence[int]:
        """The words of a release. Raises LookupError where they were not added."""
        row = self._db.execute("SELECT words FROM numbered WHERE release_id = ?", [release_id]).fetchone()
        if row is None:
            raise LookupError(f"release {release_id} was not numbered")
        return array("I", row[0])
