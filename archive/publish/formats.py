"""The rows of one table as Parquet, JSON Lines and CSV, in one pass and bounded memory."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import cast

from sqlite_utils import Database

from archive import __version__
from archive.codebook import Table
from archive.formulas import defused
from archive.progress import Tell
from archive.publish import packing
from archive.publish.parquet import Kind, Value, Writer

_GROUP_CHARACTERS, _GROUP_ROWS = 4_000_000, 20_000
Row = tuple[Value, ...]


def paths(folder: Path, table: str) -> tuple[Path, Path, Path]:
    """Where a table's Parquet, JSON Lines and CSV files are in an export."""
    return (
        folder / "parquet" / f"{table}.parquet",
        folder / "jsonl" / f"{table}.jsonl.zst",
        folder / "csv" / f"{table}.csv.gz",
    )


def write(db: Database, table: Table, folder: Path, tell: Tell) -> int:
    """Write a table's files, rows by primary key or by all columns: how many rows."""
    names = [column.name for column in table.columns]
    kinds = [(column.name, cast(Kind, column.type)) for column in table.columns]
    parquet, jsonl, csv = paths(folder, table.name)
    written = 0
    tell(table.name, written, None)
    with ExitStack() as stack:
        columnar = stack.enter_context(parquet.open("wb"))
        lines = stack.enter_context(packing.create(jsonl))
        packed = stack.enter_context(csv.open("wb"))
        # a file name or time in its head would make other bytes of the same rows
        cells = stack.enter_context(gzip.GzipFile("", "wb", fileobj=packed, mtime=0))
        writer = Writer(columnar, kinds, f"kreispresse version {__version__}")
        cells.write(f"{','.join(names)}\n".encode())
        for group in _groups(_rows(db, table)):
            writer.write(group)
            lines.write("".join(json_line(names, row) for row in group).encode())
            cells.write("".join(map(csv_line, group)).encode())
            written += len(group)
            tell(table.name, written, None)
        writer.close()
    return written


def json_line(names: Sequence[str], row: Row) -> str:
    """An object on one line.

    >>> json_line(["id", "title"], (1, "Brücke"))
    '{"id":1,"title":"Brücke"}\\n'
    """
    return json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, separators=(",", ":")) + "\n"


def csv_line(row: Row) -> str:
    """A line of CSV (RFC 4180): texts in quotes, NULL as nothing, texts like formulas behind an apostrophe.

    >>> print(csv_line((1, None, "", 'a "b" c', "=1+1")), end="")
    1,,"","a ""b"" c","'=1+1"
    """
    return ",".join(map(_cell, row)) + "\n"


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return repr(value)
    return '"' + defused(value).replace('"', '""') + '"'


def _rows(db: Database, table: Table) -> Iterator[Row]:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    key = ", ".join(f'"{column.name}"' for column in table.columns if column.key) or names
    yield from db.execute(f'SELECT {names} FROM "{table.name}" ORDER BY {key}')


def _groups(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """Rows in groups that fit into memory: by number, and by the length of their texts."""
    group: list[Row] = []
    characters = 0
    for row in rows:
        group.append(row)
        characters += sum(len(value) for value in row if isinstance(value, str))
        if characters >= _GROUP_CHARACTERS or len(group) >= _GROUP_ROWS:
            yield group
            group, characters = [], 0
    if group:
        yield group
