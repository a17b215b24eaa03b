"""The log: every observation of every crawl, appended to WARC files and never changed, unless withdrawn.

One gzip member holds one record, so the member's own checksum tells a whole record from one that a kill or a
power cut tore: nothing that is read here is ever shortened in silence. Each crawl writes files of its own.
"""

from __future__ import annotations

import gzip
import heapq
import io
import os
import re
import secrets
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Literal

from warcio.recordloader import ArcWarcRecord
from warcio.warcwriter import WARCWriter

from archive import __version__
from archive.model import Observation
from archive.records import may_concern, record
from archive.records import observation as read_record

FILE_BYTES = 1_000_000_000
"""A log file is closed when it is larger than this and the next one begun."""

_SYNC_SECONDS = 1.0  # so much may be lost when the power fails; nothing when only the process does
_CHUNK = 1 << 16
_GZIP_MAGIC = b"\x1f\x8b\x08"


@dataclass(frozen=True, slots=True)
class Damage:
    """A stretch of a log file, from byte ``start`` to ``end``, that holds no readable record.

    ``torn`` at the end of a file, as a kill or a power cut leaves it, else ``corrupt``.
    """

    file: str
    start: int
    end: int
    kind: Literal["torn", "corrupt"]


@dataclass(frozen=True, slots=True)
class Logged:
    """An observation with the place behind it: the next record of ``file`` begins at byte ``end``."""

    observation: Observation
    file: str
    end: int


class Log:
    """Writer of one crawl's log files in a folder; the only thing that stamps observations with a time.

    ``crawl`` names the crawl and so the files. Times ascend strictly, also when the machine's clock is set
    back. Every record is handed to the operating system at once: it survives the death of this process.
    """

    def __init__(self, folder: Path, crawl: str, *, after: str = "") -> None:
        """``after``: time of the last observation of earlier crawls; this log's times are later."""
        self.crawl = crawl
        self._folder = folder
        self._last = after
        self._number = 0
        self._buffer = io.BytesIO()
        self._synced = 0.0
        self._writer = WARCWriter(self._buffer, gzip=False, warc_version="WARC/1.1")
        folder.mkdir(parents=True, exist_ok=True)
        self._open()

    def append(self, observation: Observation) -> Logged:
        """Write an observation and return it as the log gives it back, with its time and place."""
        stamped = replace(observation, at=self._now(), crawl=self.crawl)
        if self._file.tell() > FILE_BYTES:
            self.close()
            self._number += 1
            self._open()
        member = self._write(record(self._writer, stamped))
        logged = read_record(member)
        if logged is None:
            raise ValueError(f"{observation} cannot be logged")
        return Logged(logged, self._name, self._file.tell())

    def close(self) -> None:
        """Bring the file to the disk and close it."""
        if not self._file.closed:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()

    def _open(self) -> None:
        self._name = f"{self.crawl}-{self._number:04}.warc.gz"
        self._file = (self._folder / self._name).open("xb")
        about = {
            "software": f"kreispresse/{__version__}",
            "format": "WARC File Format 1.1",
            "description": "one gzip member a record; bodies decompressed; pictures without body",
        }
        self._write(self._writer.create_warcinfo_record(self._name, about))

    def _write(self, made: ArcWarcRecord) -> bytes:
        """Append a record as a gzip member of its own; its bytes before compression."""
        packed, member = _packed(self._writer, self._buffer, made)
        self._file.write(packed)
        self._file.flush()
        if monotonic() - self._synced > _SYNC_SECONDS:
            os.fsync(self._file.fileno())
            self._synced = monotonic()
        return member

    def _now(self) -> str:
        now = stamp(datetime.now(UTC))
        if now <= self._last:
            now = stamp(datetime.fromisoformat(self._last) + timedelta(microseconds=1))
        self._last = now
        return now


def stamp(moment: datetime) -> str:
    """Time as the log and the rows write it.

    >>> stamp(datetime(2026, 3, 9, 8, 5, tzinfo=UTC))
    '2026-03-09T08:05:00.000000Z'
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def new_name(after: str) -> str:
    """Name for a crawl, or whatever else writes a log, that begins now, and later than ``after``."""
    began = re.sub(r"\D", "", max(stamp(datetime.now(UTC)), after))
    return f"{began[:8]}T{began[8:]}Z-{secrets.token_hex(2)}"


def read(
    folder: Path, behind: Mapping[str, int] | None = None, *, crawl: str = "", source: str = ""
) -> Iterator[Logged | Damage]:
    """All observations of a folder's log in order of time, also where crawls of several machines overlap.

    ``behind`` gives for a file the byte up to which it was read before. ``crawl``: only what that one logged;
    ``source``: only what concerns it. A torn or corrupt stretch is reported as Damage, and what stands behind
    it is read. Only files that overlap are open at the same time.
    """
    behind = behind or {}
    files = [(begin(path.name), path) for path in sorted(folder.glob(f"{crawl}*.warc.gz"))]
    files = [(first, path) for first, path in files if path.stat().st_size > behind.get(path.name, 0)]
    waiting = deque(sorted(files))
    reading: list[tuple[str, str, Logged | Damage, Iterator[Logged | Damage]]] = []
    last: dict[str, str] = {}

    def advance(entries: Iterator[Logged | Damage]) -> None:
        for entry in entries:
            at = entry.observation.at if isinstance(entry, Logged) else last.get(entry.file, "")
            last[entry.file] = at
            heapq.heappush(reading, (at, entry.file, entry, entries))
            return

    while waiting or reading:
        while waiting and (not reading or waiting[0][0] <= reading[0][0]):
            path = waiting.popleft()[1]
            advance(_read_file(path, behind.get(path.name, 0), source))
        if reading:
            _, _, entry, entries = heapq.heappop(reading)
            yield entry
            advance(entries)


def begin(name: str) -> str:
    """Earliest time that a log file of this name can hold; empty, so earlier than all, for other names.

    >>> begin("20260309T080500123456Z-ab12-0000.warc.gz")
    '2026-03-09T08:05:00.123456Z'
    """
    match = re.match(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{6})Z-", name)
    return "{}-{}-{}T{}:{}:{}.{}Z".format(*match.groups()) if match else ""


def rewrite(path: Path, change: Callable[[Observation], Observation]) -> int:
    """Put what ``change`` makes of a log file's observations in their place: how many it changed.

    For what was withdrawn, and for nothing else. The new file takes the old one's place when all of it is on
    the disk; until then the old one stays. Damaged stretches, of which nobody can say what they hold, go.
    """
    buffer, changed = io.BytesIO(), 0
    writer = WARCWriter(buffer, gzip=False, warc_version="WARC/1.1")
    fresh = path.with_name(f"{path.name}.new")
    with path.open("rb") as old, fresh.open("wb") as new:
        for member, begins, ends in members(path):
            before = None if isinstance(member, Damage) else read_record(member)
            after = before and change(before)
            if after is not before and after is not None:
                new.write(_packed(writer, buffer, record(writer, after))[0])
            elif not isinstance(member, Damage):
                old.seek(begins)
                new.write(old.read(ends - begins))
            changed += isinstance(member, Damage) or after is not before
        new.flush()
        os.fsync(new.fileno())
    if changed:
        fresh.replace(path)
    else:
        fresh.unlink()
    return changed


def _packed(writer: WARCWriter, buffer: io.BytesIO, made: ArcWarcRecord) -> tuple[bytes, bytes]:
    """A record as a gzip member of its own, and its bytes before compression."""
    buffer.seek(0)
    buffer.truncate()
    writer.write_record(made)
    member = buffer.getvalue()
    return gzip.compress(member, compresslevel=6, mtime=0), member


def _read_file(path: Path, start: int, source: str) -> Iterator[Logged | Damage]:
    for member, _, ends in members(path, start):
        if isinstance(member, Damage):
            yield member
            continue
        if source and not may_concern(member, source):
            continue
        observation = read_record(member)
        if observation is not None and (not source or observation.source in ("", source)):
            yield Logged(observation, path.name, ends)


def members(path: Path, start: int = 0) -> Iterator[tuple[bytes | Damage, int, int]]:
    """What a log file holds from a byte on: records, unpacked, and damaged stretches, with start and end."""
    with path.open("rb") as file:
        while True:
            file.seek(start)
            member, length = _member(file)
            if member is not None:
                yield member, start, start + length
                start += length
            elif length == 0:
                return
            else:
                following = _next_member(file, start + 1)
                kind: Literal["torn", "corrupt"] = "torn" if following is None else "corrupt"
                following = following or path.stat().st_size
                yield Damage(path.name, start, following, kind), start, following
                start = following


def _member(file: io.BufferedReader) -> tuple[bytes | None, int]:
    """Decompress the gzip member at the file's position: (content, compressed length).

    (None, 0) at the end of the file, (None, n) where n bytes were read and no whole member was found.
    """
    inflate = zlib.decompressobj(wbits=31)
    parts: list[bytes] = []
    length = 0
    while chunk := file.read(_CHUNK):
        length += len(chunk)
        try:
            parts.append(inflate.decompress(chunk))
        except zlib.error:
            return None, length
        if inflate.eof:
            return b"".join(parts), length - len(inflate.unused_data)
    return None, length


def _next_member(file: io.BufferedReader, start: int) -> int | None:
    """Offset of the next whole gzip member at or behind ``start``; None when there is none."""
    while True:
        file.seek(start)
        window = file.read(_CHUNK)
        found = window.find(_GZIP_MAGIC)
        if found >= 0:
            file.seek(start + found)
            if _member(file)[0] is not None:
                return start + found
            start += found + 1
        elif len(window) < _CHUNK:
            return None
        else:
            start += len(window) - len(_GZIP_MAGIC) + 1
