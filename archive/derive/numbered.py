"""The words of all releases as numbers, in a table for the time of one run: quicker to compare than texts."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from sqlite_utils import Database

_CACHE_KIB = 65_536
_TABLES = (
    "CREATE TEMP TABLE numbered (n INTEGER PRIMARY KEY, words BLOB NOT NULL)",  # grows at its end only
    "CREATE TEMP TABLE number_of (release_id INTEGER PRIMARY KEY, n INTEGER NOT NULL)",
)
_WORDS = "SELECT words FROM number_of JOIN numbered USING (n) WHERE release_id = ?"


class Numbered:
    """Temporary tables, which SQLite keeps outside of memory."""

    def __init__(self, db: Database) -> None:
        self._db = db
        db.conn.execute(f"PRAGMA temp.cache_size = -{_CACHE_KIB}")
        for table in _TABLES:
            db.conn.execute(table)

    def add(self, release_id: int, words: Sequence[int]) -> None:
        """Keep the words of a release, numbers of 32 bits."""
        kept = self._db.conn.execute("INSERT INTO numbered (words) VALUES (?)", [array("I", words).tobytes()])
        self._db.conn.execute("INSERT INTO number_of VALUES (?, ?)", [release_id, kept.lastrowid])

    def of(self, release_id: int) -> Sequence[int]:
        """The words of a release. Raises LookupError where they were not added."""
        row = self._db.conn.execute(_WORDS, [release_id]).fetchone()
        if row is None:
            raise LookupError(f"release {release_id} was not numbered")
        return array("I", row[0])

    def drop(self) -> None:
        """Remove the tables."""
        self._db.conn.execute("DROP TABLE numbered")
        self._db.conn.execute("DROP TABLE number_of")
