"""Whether an export is whole: its bytes, its database, and that all its formats say the same."""

from __future__ import annotations

import csv
import gzip
import json
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from archive.db import connect
from archive.progress import Tell, silent
from archive.publish import DATABASE, formats, packing, parquet
from archive.publish.package import PACKAGE
from archive.publish.snapshot import full_text
from archive.publish.sums import NAME as SUMS
from archive.publish.sums import sums

_MOST = 20

_UNREADABLE = (
    sqlite3.DatabaseError,
    OSError,
    ValueError,
    LookupError,
    TypeError,
    csv.Error,
    *packing.DAMAGED,
)
"""What files raise that are not what their names say, although their sums are right."""

_LAWS = {
    "clusters have as many releases as they say": "SELECT count(*) FROM clusters c WHERE size <>"
    " (SELECT count(*) FROM releases WHERE cluster_id = c.id) AND NOT EXISTS (SELECT 1 FROM stale)",
    "passages have as many releases as they say": "SELECT count(*) FROM passages p WHERE size <>"
    " (SELECT count(DISTINCT release_id) FROM passage_uses WHERE passage_id = p.id)"
    " AND NOT EXISTS (SELECT 1 FROM stale)",
    "each release has a version": "SELECT count(*) FROM releases r"
    " WHERE NOT EXISTS (SELECT 1 FROM revisions WHERE release_id = r.id)",
    "each release has an address": "SELECT count(*) FROM releases r"
    " WHERE NOT EXISTS (SELECT 1 FROM release_urls WHERE release_id = r.id)",
    "each release can be searched, unless it is hidden": "SELECT count(*) FROM releases r"
    " WHERE EXISTS (SELECT 1 FROM search_rows WHERE release_id = r.id)"
    " = (r.id IN (SELECT release_id FROM hidden_releases))",
}
"""What holds in every archive, of copies and passages when no crawl is about: how often it does not."""


def faults(folder: Path, tell: Tell = silent) -> Iterator[str]:
    """What is wrong with an export, a sentence each.

    Where bytes are damaged nothing else is looked at: what would be found follows from that.
    """
    tell(SUMS, 0, None)
    wrong = list(_wrong_sums(folder))
    yield from wrong
    if wrong:
        return
    with tempfile.TemporaryDirectory() as work:
        plain = Path(work) / "archive.db"
        tell(DATABASE, 0, None)
        try:
            packing.unpack(folder / DATABASE, plain)
            with closing(connect(plain, write=True)) as db:
                yield from _wrong_database(db)
                yield from _wrong_rows(db, folder, tell)
        except _UNREADABLE as error:
            yield f"what was to be compared next cannot be read: {error!r}"


def _wrong_sums(folder: Path) -> Iterator[str]:
    """Every file must be listed with its hash, and nothing else: so that no byte can change unnoticed."""
    found = sums(folder)
    listed = (folder / SUMS).read_bytes().decode("utf-8", "replace")
    if listed == found:
        return
    listed_lines, found_lines = set(listed.splitlines()), set(found.splitlines())
    names = sorted({line[66:] for line in listed_lines ^ found_lines})
    yield from (f"{name or SUMS}: not the bytes that {SUMS} lists, missing, or not listed" for name in names)
    if not names:
        yield f"{SUMS}: not as it was written"


def _wrong_database(db: Database) -> Iterator[str]:
    yield from (f"{DATABASE}: {row[0]}" for row in db.execute("PRAGMA integrity_check") if row[0] != "ok")
    for table, row, parent, _ in db.execute("PRAGMA foreign_key_check").fetchmany(_MOST):
        yield f"{DATABASE}: {table}, row {row}, names a row of {parent} that is not there"
    for name in full_text(db):
        try:
            db.execute(f"INSERT INTO {name}({name}, rank) VALUES ('integrity-check', 1)")
        except sqlite3.DatabaseError as error:
            yield f"{DATABASE}: the full-text index {name} does not fit the texts ({error})"
    for law, query in _LAWS.items():
        if found := db.execute(query).fetchone()[0]:
            yield f"{DATABASE}: not so {found} times: {law}"


def _wrong_rows(db: Database, folder: Path, tell: Tell) -> Iterator[str]:
    """Columns and number of rows in the database, its description and the three other formats."""
    for described in json.loads((folder / PACKAGE).read_bytes())["resources"]:
        name, fields = described["name"], described["schema"]["fields"]
        tell(name, 0, None)
        there = sorted(row[1] for row in db.execute(f'PRAGMA table_info("{name}")'))
        parquet_file, jsonl, csv_file = formats.paths(folder, name)
        heads = {PACKAGE: [field["name"] for field in fields], csv_file.name: _csv_head(csv_file)}
        yield from (
            f"{file}: other columns of {name} than the database"
            for file, head in heads.items()
            if sorted(head) != there
        )
        rows = db.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
        counts = {
            PACKAGE: described["rows"], parquet_file.name: parquet.rows(parquet_file),
            jsonl.name: _lines(jsonl), csv_file.name: _csv_rows(csv_file),
        }  # fmt: skip
        yield from (
            f"{file}: {n} rows of {name}, the database has {rows}" for file, n in counts.items() if n != rows
        )


def _lines(path: Path) -> int:
    with packing.reading(path) as file:
        return sum(1 for _ in file)


def _csv_head(path: Path) -> list[str]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return next(csv.reader(file), [])


def _csv_rows(path: Path) -> int:
    csv.field_size_limit(sys.maxsize)
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.reader(file)) - 1
