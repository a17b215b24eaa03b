"""Two rows that prove to be one release become one row; both ids keep working."""

from __future__ import annotations

from sqlite_utils import Database

from archive.parts import TABLES
from archive.search.index import add, remove

# What belongs to a release and moves with it.
_BELONGING = ("release_urls", "release_ids", "release_sources", "revisions", "absences")
# What belongs to one version of it: only the newer version's stays. Derived facts are made again anyway.
_OF_THE_VERSION = tuple(TABLES)
_DERIVED = ("passage_uses",)
_CONTENT = (
    "title, teaser, text, place, published_on, published_at, published_from, kind, language, words, extractor"
)


def merge(db: Database, keep: int, drop: int) -> None:
    """Join ``drop`` to ``keep``: addresses, versions and absences move, the newer version's content stays."""
    remove(db, keep)
    remove(db, drop)
    newer = _newest(db, drop) > _newest(db, keep)
    loser = keep if newer else drop
    for table in _OF_THE_VERSION:
        db.execute(f"DELETE FROM {table} WHERE release_id = ?", [loser])
    for table in _DERIVED:
        db.execute(f"DELETE FROM {table} WHERE release_id IN (?, ?)", [keep, drop])
    db.execute("INSERT OR REPLACE INTO release_ids VALUES (?, ?)", [drop, keep])
    for table in (*_BELONGING, *_OF_THE_VERSION):
        db.execute(f"UPDATE OR IGNORE {table} SET release_id = ? WHERE release_id = ?", [keep, drop])
        db.execute(f"DELETE FROM {table} WHERE release_id = ?", [drop])
    if newer:
        db.execute(
            f"UPDATE releases SET ({_CONTENT}) = (SELECT {_CONTENT} FROM releases WHERE id = ?) WHERE id = ?",
            [drop, keep],
        )
    db.execute(
        "UPDATE releases SET first_seen_at = min(first_seen_at, other.first), last_seen_at ="
        " max(last_seen_at, other.last),"
        " changed_at = nullif(max(coalesce(changed_at, ''), other.changed), ''),"
        " gone_at = iif(gone_at IS NULL OR other.gone IS NULL, NULL, max(gone_at, other.gone))"
        " FROM (SELECT first_seen_at AS first, last_seen_at AS last, coalesce(changed_at, '') AS changed,"
        " gone_at AS gone FROM releases WHERE id = :drop) AS other WHERE id = :keep",
        {"keep": keep, "drop": drop},
    )
    db.execute("DELETE FROM releases WHERE id = ?", [drop])
    add(db, keep)


def _newest(db: Database, known: int) -> str:
    row = db.execute("SELECT max(seen_at) FROM revisions WHERE release_id = ?", [known]).fetchone()
    return str(row[0])
