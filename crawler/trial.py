"""An entry tried over what is stored: a source's pages of the log read with it, beside what they say now."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from archive.compare import Comparison, compare
from archive.db import Archive, connect
from archive.progress import Tell, silent
from crawler.catch_up import catch_up
from crawler.readers import Readers
from crawler.sources import Source


@dataclass(frozen=True, slots=True)
class Trial:
    """What a trial showed.

    ``observations``: of the source in the log; ``before``, ``after``: releases read from them as its entry is
    and with the other; ``lost``: ids that no longer lead to a release then, which must not be.
    """

    observations: int
    before: int
    after: int
    lost: int
    compared: Comparison


def trial(
    captures: Path, source: Source, earlier: Sequence[Mapping[str, Any]], jobs: int = 1, tell: Tell = silent
) -> Trial:
    """Read all that the log has of a source twice: as its entry is, and with other ``earlier`` looks in it.

    Nothing is written into the data folder. ``jobs``: so many processes read pages.
    """
    looks = [(look["family"], str(look["until"])) for look in earlier]
    with TemporaryDirectory(prefix="kreispresse-") as folder, closing(Readers(jobs)) as readers:
        before, after = Path(folder, "before.db"), Path(folder, "after.db")
        for path, then in ((before, list(source.earlier)), (after, looks)):
            archive = Archive(path, {source.id: then})
            observations = catch_up(archive, captures, readers, tell, source.id)[0]
            archive.close()
        ids, kept = _ids(before, source.id), _ids(after, source.id)
        return Trial(
            observations, len(ids), len(kept), len(ids - kept - _former(after)), compare(before, after)
        )


def _ids(path: Path, source: str) -> set[int]:
    return _numbers(path, "SELECT id FROM releases WHERE source_id = ?", source)


def _former(path: Path) -> set[int]:
    """Ids that lead to a release which has another one by now."""
    return _numbers(path, "SELECT old_id FROM release_ids")


def _numbers(path: Path, query: str, *values: str) -> set[int]:
    db: sqlite3.Connection = connect(path).conn
    with closing(db):
        return {number for (number,) in db.execute(query, values)}
