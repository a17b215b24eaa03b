"""A data folder: its lock, and its archive as the log has it."""

from __future__ import annotations

import fcntl
import logging
import sqlite3
from contextlib import closing
from pathlib import Path

from archive.captures import read
from archive.db import Archive
from archive.withdrawals import withdrawn
from crawler.catch_up import catch_up, in_order
from crawler.readers import Readers
from crawler.rebuild import rebuild
from crawler.scrub import scrub
from crawler.steps import Steps

logger = logging.getLogger(__name__)


class Locked(RuntimeError):
    """Another crawl or rebuild works in the folder."""


class Lock:
    """A lock on a data folder, freed by the operating system when the process ends in whatever way.

    Raises Locked when somebody else has it.
    """

    def __init__(self, data: Path) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self._file = (data / "lock").open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise Locked(
                f"another crawl or rebuild works in {data}; wait for it to end, or name another --data"
            ) from None

    def release(self) -> None:
        """Free the folder."""
        self._file.close()


def ready(data: Path, jobs: int = 1) -> Archive:
    """The archive with all that the log holds: brought up to date, or made again where it must be.

    For whoever has the folder's lock. ``jobs``: so many processes read pages. Raises sqlite3.DatabaseError
    where the archive is damaged.
    """
    _check(data / "archive.db")
    archive, captures = Archive(data / "archive.db", tell=Steps()), data / "captures"
    with closing(Readers(jobs)) as readers:
        if why := archive.stale or _out_of_step(archive, captures, readers):
            archive = again(archive, data, why, jobs)
        records, damages = catch_up(archive, captures, readers, Steps())
    if records:
        logger.warning("took over %d observations of the log that were not in the rows yet", records)
    for damage in damages:
        logger.warning(
            "%s: bytes %d to %d are %s and were left out", damage.file, damage.start, damage.end, damage.kind
        )
    return again(archive, data, archive.stale, jobs) if archive.stale else archive


def _check(database: Path) -> None:
    """Raises sqlite3.DatabaseError where the file is damaged, also where it is not read at once."""
    if not database.exists():
        return
    with closing(sqlite3.connect(database)) as db:
        try:
            found = str(db.execute("PRAGMA quick_check(1)").fetchone()[0])
        except UnicodeDecodeError:
            found = "its schema is no text"  # SQLite quotes what it cannot read, and Python cannot, either
    if found != "ok":
        raise sqlite3.DatabaseError(" ".join(found.split()))


def _out_of_step(archive: Archive, captures: Path, readers: Readers) -> str | None:
    """Why what the log holds beyond the rows cannot just be added to them; None where it can."""
    if not in_order(archive, captures):
        return "not in the order of the log's files"
    files = {each.file for each in read(captures, archive.read_to())}
    if files and scrub(captures, withdrawn(archive.db), readers, names=sorted(files)):
        return "not in the order of the log's files, which held something that was withdrawn"
    return None


def again(archive: Archive, data: Path, why: str, jobs: int = 1) -> Archive:
    """The archive made again from the log; ``why`` says what was wrong with its rows."""
    logger.warning("archive.db was %s: rebuilding it from the log first", why)
    archive.close()
    rebuild(data, None, jobs, Steps())
    return Archive(data / "archive.db")
