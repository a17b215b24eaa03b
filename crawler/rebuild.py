"""The database again from the log alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from archive.captures import Damage
from archive.db import Archive, Earlier
from archive.derive import derive
from archive.model import Note
from archive.withdrawals import from_notes
from crawler.ingest import catch_up
from crawler.scrub import Tell, notes, quiet, scrub


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild read and made."""

    records: int
    releases: int
    damages: list[Damage]


def rebuild(data: Path, into: Path | None = None, tell: Tell = quiet) -> Rebuilt:
    """Make ``into``/archive.db (by default the data folder's own) from the log in ``data``/captures.

    What the log says was withdrawn is taken out of its files first, where they hold it: files of another
    machine may. The old database stays in place until the new one is complete. Raises FileNotFoundError when
    there is no log.
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
    scrub(captures, from_notes(said), tell)
    fresh = target.with_name("archive.db.new")
    _remove(fresh)
    archive = Archive(fresh, _earlier(said))
    records, damages = catch_up(archive, captures)
    derive(archive.db)
    releases = archive.db["releases"].count
    archive.close()
    _remove(target)
    fresh.replace(target)
    return Rebuilt(records, releases, damages)


def _earlier(said: Iterable[Note]) -> Earlier:
    """What the newest entry of each source says of the looks that it had: it holds for older pages, too."""
    return {note.source: note.data.get("earlier", []) for note in said if note.topic == "source"}


def _remove(database: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)
