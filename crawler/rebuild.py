"""The database again from the log alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from archive.captures import Damage
from archive.compare import Comparison, compare
from archive.db import Archive, Earlier
from archive.derive import derive
from archive.model import Note
from archive.progress import Tell, silent
from archive.search.index import reindex
from archive.withdrawals import from_notes
from crawler.catch_up import catch_up
from crawler.readers import Readers
from crawler.scrub import notes, scrub


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild read and made; ``compared`` with the rows that were there before, None without any."""

    records: int
    releases: int
    damages: list[Damage]
    compared: Comparison | None


def rebuild(
    data: Path,
    into: Path | None = None,
    jobs: int = 1,
    tell: Tell = silent,
) -> Rebuilt:
    """Make ``into``/archive.db (by default the data folder's own) from the log in ``data``/captures.

    What the log says was withdrawn is taken out of its files first, where they hold it: files of another
    machine may. The old database stays in place until the new one is complete. ``jobs``: so many processes
    read pages; ``tell`` is told how much of the log is read. Raises FileNotFoundError when there is no log.
    """
    captures = data / "captures"
    if not captures.is_dir():
        raise FileNotFoundError(f"{captures}: there is no log to rebuild from; run 'kreispresse crawl' first")
    target = (into or data) / "archive.db"
    if into and into.resolve() != data.resolve() and (into / "captures").exists():
        raise FileExistsError(
            f"{into} holds an archive with a log of its own; name another folder with --into"
        )
    said = notes(captures)
    fresh = target.with_name("archive.db.new")
    _remove(fresh)
    with closing(Readers(jobs)) as readers:
        scrub(captures, from_notes(said), readers, tell)
        archive = Archive(fresh, _earlier(said))
        records, damages = catch_up(archive, captures, readers, tell)
    with archive.db.atomic():
        reindex(archive.db, tell)  # as derive would, but with somebody to hear how far it is
    derive(archive.db)
    releases = archive.db["releases"].count
    archive.close()
    compared = _compared(data / "archive.db", fresh)
    _remove(target)
    fresh.replace(target)
    return Rebuilt(records, releases, damages, compared)


def _compared(before: Path, now: Path) -> Comparison | None:
    """What the new rows say otherwise, None where the old ones are not there or cannot be read."""
    try:
        return compare(before, now) if before.exists() else None
    except sqlite3.DatabaseError:
        return None


def _earlier(said: Iterable[Note]) -> Earlier:
    """What the newest entry of each source says of the looks that it had: it holds for older pages, too."""
    return {note.source: note.data.get("earlier", []) for note in said if note.topic == "source"}


def _remove(database: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)
