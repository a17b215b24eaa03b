"""Parquet, as far as tables of numbers and texts need it: plain pages in zstd, written as they come.

Own code because what writes Parquet otherwise weighs more than all of this project's dependencies together,
and promises no same bytes. Format: https://github.com/apache/parquet-format (parquet.thrift, Encodings.md).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from os import SEEK_END
from pathlib import Path
from typing import Any, BinaryIO, Literal

from archive.publish.packing import compress

Kind = Literal["INTEGER", "REAL", "TEXT"]
Value = int | float | str | None

MAGIC = b"PAR1"

_I32, _I64, _BINARY, _LIST, _STRUCT = 5, 6, 8, 9, 12  # types of the Thrift compact protocol
_TYPES = {"INTEGER": 2, "REAL": 5, "TEXT": 6}  # INT64, DOUBLE, BYTE_ARRAY
_OPTIONAL, _UTF8, _STRING = 1, 0, 1
_PLAIN, _RLE, _ZSTD, _DATA_PAGE = 0, 3, 6, 0
_VERSION = 1
_NUM_ROWS = 3

Field = tuple[int, int, Any]


@dataclass(frozen=True, slots=True)
class _Chunk:
    """The values of one column in one group of rows, as they lie in the file."""

    offset: int
    rows: int
    plain: int
    packed: int


class Writer:
    """A Parquet file that grows by groups of rows; every column may be NULL. ``close`` completes it."""

    def __init__(self, out: BinaryIO, columns: Sequence[tuple[str, Kind]], made_by: str) -> None:
        self._out, self._columns, self._made_by = out, columns, made_by
        self._groups: list[list[_Chunk]] = []
        self._at = out.write(MAGIC)

    def write(self, rows: Sequence[Sequence[Value]]) -> None:
        """Append a group of rows. All of it is held in memory: some megabytes are a good size."""
        chunks = []
        for (_, kind), values in zip(self._columns, zip(*rows, strict=True), strict=True):
            plain = _levels(values) + _plain(kind, [value for value in values if value is not None])
            packed = compress(plain)
            head = _page_header(len(values), len(plain), len(packed))
            chunks.append(_Chunk(self._at, len(values), len(head) + len(plain), len(head) + len(packed)))
            self._at += self._out.write(head) + self._out.write(packed)
        self._groups.append(chunks)

    def close(self) -> None:
        """Write what readers look for at the end."""
        footer = self._footer()
        self._out.write(footer + struct.pack("<I", len(footer)) + MAGIC)

    def _footer(self) -> bytes:
        root = _struct((4, _BINARY, "schema"), (5, _I32, len(self._columns)))
        leaves = [_schema_element(name, kind) for name, kind in self._columns]
        rows = sum(group[0].rows for group in self._groups)
        return _struct(
            (1, _I32, _VERSION),
            (2, _LIST, (_STRUCT, [root, *leaves])),
            (_NUM_ROWS, _I64, rows),
            (4, _LIST, (_STRUCT, [self._row_group(group) for group in self._groups])),
            (6, _BINARY, self._made_by),
        )

    def _row_group(self, chunks: list[_Chunk]) -> bytes:
        columns = [_column(name, kind, c) for (name, kind), c in zip(self._columns, chunks, strict=True)]
        plain = sum(chunk.plain for chunk in chunks)
        return _struct((1, _LIST, (_STRUCT, columns)), (2, _I64, plain), (3, _I64, chunks[0].rows))


def _schema_element(name: str, kind: Kind) -> bytes:
    fields: list[Field] = [(1, _I32, _TYPES[kind]), (3, _I32, _OPTIONAL), (4, _BINARY, name)]
    if kind == "TEXT":
        fields += [(6, _I32, _UTF8), (10, _STRUCT, _struct((_STRING, _STRUCT, _struct())))]
    return _struct(*fields)


def _column(name: str, kind: Kind, chunk: _Chunk) -> bytes:
    about = _struct(
        (1, _I32, _TYPES[kind]),
        (2, _LIST, (_I32, [_PLAIN, _RLE])),
        (3, _LIST, (_BINARY, [name])),
        (4, _I32, _ZSTD),
        (5, _I64, chunk.rows),
        (6, _I64, chunk.plain),
        (7, _I64, chunk.packed),
        (9, _I64, chunk.offset),
    )
    return _struct((2, _I64, chunk.offset), (3, _STRUCT, about))


def _page_header(rows: int, plain: int, packed: int) -> bytes:
    data = _struct((1, _I32, rows), (2, _I32, _PLAIN), (3, _I32, _RLE), (4, _I32, _RLE))
    return _struct((1, _I32, _DATA_PAGE), (2, _I32, plain), (3, _I32, packed), (5, _STRUCT, data))


def _levels(values: Sequence[Value]) -> bytes:
    """Which values are there: one bit each, as a single bit-packed run."""
    groups = (len(values) + 7) // 8
    bits = int("".join("0" if value is None else "1" for value in reversed(values)), 2)
    run = _varint(groups << 1 | 1) + bits.to_bytes(groups, "little")
    return struct.pack("<I", len(run)) + run


def _plain(kind: Kind, values: Sequence[Any]) -> bytes:
    if kind == "TEXT":
        encoded = [value.encode() for value in values]
        return b"".join(part for each in encoded for part in (struct.pack("<I", len(each)), each))
    return struct.pack(f"<{len(values)}{'q' if kind == 'INTEGER' else 'd'}", *values)


def _struct(*fields: Field) -> bytes:
    """A Thrift struct; values that are structs themselves come as bytes, lists as (type, values)."""
    out, last = bytearray(), 0
    for number, kind, value in fields:
        out.append((number - last) << 4 | kind)
        out += _value(kind, value)
        last = number
    return bytes(out) + b"\0"


def _value(kind: int, value: Any) -> bytes:
    if kind in (_I32, _I64):
        return _varint(value << 1)  # zigzag: nothing here is negative
    if kind == _BINARY:
        encoded = value.encode()
        return _varint(len(encoded)) + bytes(encoded)
    if kind == _LIST:
        of, values = value
        head = (
            bytes([len(values) << 4 | of]) if len(values) < 15 else bytes([0xF0 | of]) + _varint(len(values))
        )
        return head + b"".join(_value(of, each) for each in values)
    return bytes(value)


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def rows(path: Path) -> int:
    """How many rows a file says it has. Raises ValueError where it is no Parquet file."""
    with path.open("rb") as file:
        file.seek(-8, SEEK_END)
        length, end = struct.unpack("<I4s", file.read())
        if end != MAGIC:
            raise ValueError(f"{path} is no Parquet file")
        file.seek(-8 - length, SEEK_END)
        footer = file.read(length)
    at, number = 0, 0
    while footer[at]:
        kind, number, at = footer[at] & 15, number + (footer[at] >> 4), at + 1
        if number == _NUM_ROWS:
            return _number(footer, at)[0] >> 1
        at = _behind(footer, at, kind)
    raise ValueError(f"{path} does not say how many rows it has")


def _behind(data: bytes, at: int, kind: int) -> int:
    """Where the value that begins here ends."""
    if kind in (_I32, _I64):
        return _number(data, at)[1]
    if kind == _BINARY:
        length, at = _number(data, at)
        return at + length
    if kind == _LIST:
        size, of, at = data[at] >> 4, data[at] & 15, at + 1
        if size == 15:
            size, at = _number(data, at)
        for _ in range(size):
            at = _behind(data, at, of)
        return at
    while data[at]:
        at = _behind(data, at + 1, data[at] & 15)
    return at + 1


def _number(data: bytes, at: int) -> tuple[int, int]:
    """(a varint, where it ends)."""
    number = shift = 0
    while data[at] > 0x7F:
        number, shift, at = number | (data[at] & 0x7F) << shift, shift + 7, at + 1
    return number | data[at] << shift, at + 1
