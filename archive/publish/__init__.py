"""What researchers download: one state of the archive in four formats, described, compared, with hashes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from archive.codebook import codebook, markdown
from archive.db import connect
from archive.progress import Tell, silent
from archive.publish import formats, packing
from archive.publish.changes import changes, previous
from archive.publish.datasheet import datasheet
from archive.publish.ledger import Noted, note
from archive.publish.package import PACKAGE, citation, datapackage
from archive.publish.snapshot import snapshot, state
from archive.publish.sums import NAME as SUMS
from archive.publish.sums import sha256, sums

DATABASE = "archive.db.zst"

_FILES = (DATABASE, "CHANGES", "CITATION.cff", "codebook.md", PACKAGE, "datasheet.md", SUMS)
_FOLDERS = ("csv", "jsonl", "parquet")
_UNFINISHED = ("archive.db", "archive.loose", "archive.db-journal", "archive.loose-journal")


class Occupied(Exception):
    """The folder holds something else than an export; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A finished export: state of the archive (UTC), rows by table, and the export it was compared with."""

    at: str
    rows: dict[str, int]
    since: Path | None


def export(data: Path, folder: Path, since: Path | None, tell: Tell = silent) -> Exported:
    """Write all that is known of an archive into a folder, which holds nothing or an earlier export.

    It is made beside the folder and takes its place when it is complete. ``since``: the earlier export to
    compare with; None: the newest in the same place. The same archive and the same earlier export give the
    same bytes. Raises FileNotFoundError, Unfit, Occupied, Unreadable.
    """
    folder = folder.resolve()
    with _replacing(folder) as part:
        tell("archive.db", 0, None)
        snapshot(data / "archive.db", part / "archive.db")
        with closing(connect(part / "archive.db")) as db:
            made = _write_rows(db, part, folder, since, tell)
        tell(DATABASE, 0, None)
        packing.pack(part / "archive.db", part / DATABASE)
        (part / "archive.db").unlink()
        (part / "CITATION.cff").write_text(citation(made.at, sha256(part / DATABASE)), "utf-8")
        tell(SUMS, 0, None)
        (part / SUMS).write_text(sums(part), "utf-8")
    note(data, Noted(made.at, str(folder), sha256(folder / SUMS)))
    return made


def is_export(folder: Path) -> bool:
    """Whether a folder holds what export made, and nothing else."""
    there = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    return SUMS in there and there <= {*_FILES, *_FOLDERS}


def _write_rows(db: Database, part: Path, folder: Path, since: Path | None, tell: Tell) -> Exported:
    """All files that follow from the rows."""
    at, book = state(db), codebook(db)
    earlier = since or previous(folder, at)
    rows = {}
    for table in book.tables():
        if table.exported:
            rows[table.name] = formats.write(db, table, part, tell)
    tell("CHANGES", 0, None)
    with (part / "CHANGES").open("w", encoding="utf-8") as file:
        file.writelines(changes(db, earlier))
    tell("datasheet.md", 0, None)
    with (part / "datasheet.md").open("w", encoding="utf-8") as file:
        file.writelines(datasheet(db))
    (part / "codebook.md").write_text(f"# Codebook\n\n{markdown(book)}", "utf-8")
    (part / PACKAGE).write_text(datapackage(db, book, rows, at), "utf-8")
    return Exported(at, rows, earlier)


@contextmanager
def _replacing(folder: Path) -> Iterator[Path]:
    """A folder beside this one to write to, which takes its place at the end if all went well."""
    if folder.exists() and not is_export(folder) and (not folder.is_dir() or any(folder.iterdir())):
        raise Occupied(f"{folder} holds something else than an export; name a new folder")
    part = folder.with_name(f"{folder.name}.part")
    left = {path.name for path in part.iterdir()} if part.is_dir() else set()
    if left - {*_FILES, *_FOLDERS, *_UNFINISHED}:
        raise Occupied(f"{part} is in the way; move it, or name another folder")
    shutil.rmtree(part, ignore_errors=True)
    try:
        for name in _FOLDERS:
            (part / name).mkdir(parents=True)
        yield part
        shutil.rmtree(folder, ignore_errors=True)
        part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
