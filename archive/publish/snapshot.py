"""A copy of archive.db to give away: one consistent state, compact, with its indexes and its search."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from archive.db import connect
from archive.migrations import STEPS


class Unfit(Exception):
    """An archive that cannot be published; the message says why, and what to do."""


def snapshot(archive: Path, target: Path) -> None:
    """Copy an archive, which may be written meanwhile, into a new file: the same rows, the same bytes.

    Words that were deleted are no longer in it: neither in free pages nor in the full-text index. Raises
    FileNotFoundError where there is no archive, Unfit where another version made its schema.
    """
    loose = target.with_suffix(".loose")
    with closing(connect(archive)) as source:
        _check(source)
        source.execute("VACUUM INTO ?", [str(loose)])
    with closing(connect(loose, write=True)) as copy:
        copy.execute("PRAGMA journal_mode = DELETE")
        with copy.atomic():
            for name in full_text(copy):
                copy.execute(f"INSERT INTO {name}({name}) VALUES ('optimize')")
            copy.execute("ANALYZE")
        copy.execute("VACUUM INTO ?", [str(target)])
    loose.unlink()


def full_text(db: Database) -> list[str]:
    """Names of the full-text tables."""
    query = "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%fts5%' ORDER BY name"
    return [row[0] for row in db.execute(query)]


def state(db: Database) -> str:
    """Time of the last observation in an archive (UTC); empty where there is none."""
    query = (
        "SELECT max(at) FROM (SELECT max(last_at) AS at FROM log_files UNION ALL SELECT max(last_seen_at)"
        " FROM releases UNION ALL SELECT max(coalesce(finished_at, started_at)) FROM crawls)"
    )
    return str(db.execute(query).fetchone()[0] or "")


def _check(db: Database) -> None:
    made = int(db["meta"].get("schema")["value"]) if "meta" in db.table_names() else 0  # type: ignore[union-attr]
    if made > len(STEPS):
        raise Unfit(f"its schema {made} is newer than this version knows ({len(STEPS)}): update kreispresse")
    if made < len(STEPS):
        raise Unfit(
            f"its schema {made} is older than this version's ({len(STEPS)}): run 'kreispresse rebuild'"
        )
