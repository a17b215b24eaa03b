"""The log: every observation of every crawl, appended to WARC files and never changed.

One gzip member holds one record, so the member's own checksum tells a whole record from one that a kill or a
power cut tore: nothing that is read here is ever shortened in silence. Each crawl writes files of its own.
"""

from __future__ import annotations

import io
import json
import os
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any, Literal, cast

from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive import __version__
from archive.model import Hints, Note, Observation, Page, Topic

FILE_BYTES = 1_000_000_000
"""A log file is closed when it is larger than this and the next one begun."""

_PAGE = "Kreispresse-Page"
_NOTE = "urn:kreispresse:"
_REVISIT = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_CHUNK = 1 << 16
_GZIP_MAGIC = b"\x1f\x8b\x08"
# The body is logged as decompressed, so these headers no longer describe it.
_NOT_OF_THE_BODY = {"content-encoding", "content-length", "transfer-encoding"}


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
        folder.mkdir(parents=True, exist_ok=True)
        self._open()

    def append(self, observation: Observation) -> Logged:
        """Write an observation and return it with its time and place in the log."""
        stamped = replace(observation, at=self._now(), crawl=self.crawl)
        if self._file.tell() > FILE_BYTES:
            self.close()
            self._number += 1
            self._open()
        self._writer.write_record(_record(self._writer, stamped))
        self._file.flush()
        return Logged(stamped, self._name, self._file.tell())

    def close(self) -> None:
        """Bring the file to the disk and close it."""
        if not self._file.closed:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()

    def _open(self) -> None:
        self._name = f"{self.crawl}-{self._number:04}.warc.gz"
        self._file = (self._folder / self._name).open("xb")
        self._writer = WARCWriter(self._file, gzip=True, warc_version="WARC/1.1")
        about = {
            "software": f"kreispresse/{__version__}",
            "format": "WARC File Format 1.1",
            "description": "one gzip member a record; bodies decompressed; pictures without body",
        }
        self._writer.write_record(self._writer.create_warcinfo_record(self._name, about))
        self._file.flush()

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


def read(folder: Path, behind: Mapping[str, int] | None = None) -> Iterator[Logged | Damage]:
    """All observations of a folder's log in order of time, crawl after crawl.

    ``behind`` gives for a file the byte up to which it was read before. A torn or corrupt stretch is reported
    as Damage, and what stands behind it is read.
    """
    behind = behind or {}
    for path in sorted(folder.glob("*.warc.gz")):
        start = behind.get(path.name, 0)
        if path.stat().st_size > start:
            yield from _read_file(path, start)


def _read_file(path: Path, start: int) -> Iterator[Logged | Damage]:
    with path.open("rb") as file:
        while True:
            file.seek(start)
            member, length = _member(file)
            if member is not None:
                start += length
                observation = _observation(member)
                if observation is not None:
                    yield Logged(observation, path.name, start)
            elif length == 0:
                return
            else:
                following = _next_member(file, start + 1)
                kind: Literal["torn", "corrupt"] = "torn" if following is None else "corrupt"
                following = following or path.stat().st_size
                yield Damage(path.name, start, following, kind)
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


def _record(writer: WARCWriter, observation: Observation) -> ArcWarcRecord:
    if isinstance(observation, Note):
        note = {"topic": observation.topic, "crawl": observation.crawl, "source": observation.source}
        uri = _NOTE + ":".join(filter(None, (observation.crawl, observation.topic, observation.source)))
        return _json_record(writer, uri, observation.at, note | {"data": observation.data})
    about = _about(observation)
    if observation.status is None:
        return _json_record(writer, observation.url, observation.at, about | {"error": observation.error})
    kind = "revisit" if observation.status == HTTPStatus.NOT_MODIFIED else "response"
    headers = {"WARC-Date": observation.at, _PAGE: json.dumps(about)}
    if kind == "revisit":
        headers |= {"WARC-Profile": _REVISIT, "WARC-Refers-To-Target-URI": observation.url}
    status = f"{observation.status} {_phrase(observation.status)}"
    kept = [(k, v) for k, v in observation.headers if k.lower() not in _NOT_OF_THE_BODY]
    return writer.create_warc_record(
        observation.url, kind, payload=io.BytesIO(observation.body), warc_headers_dict=headers,
        http_headers=StatusAndHeaders(status, kept, protocol="HTTP/1.1"),
    )  # fmt: skip


def _json_record(writer: WARCWriter, uri: str, at: str, content: dict[str, Any]) -> ArcWarcRecord:
    payload = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
    return writer.create_warc_record(
        uri, "metadata", payload=io.BytesIO(payload), warc_content_type="application/json",
        warc_headers_dict={"WARC-Date": at},
    )  # fmt: skip


def _about(page: Page) -> dict[str, Any]:
    hints = {key: value for key, value in asdict(page.hints).items() if value}
    about = {"crawl": page.crawl, "source": page.source, "role": page.role, "family": page.family}
    return about | ({"via": page.via} if page.via else {}) | ({"hints": hints} if hints else {})


def _phrase(status: int) -> str:
    with suppress(ValueError):
        return HTTPStatus(status).phrase
    return "Unknown"


def _observation(member: bytes) -> Observation | None:
    """Observation in one record; None for records that are none (warcinfo, and what other programs wrote)."""
    record = next(iter(ArchiveIterator(io.BytesIO(member))))
    about_page = record.rec_headers.get_header(_PAGE)
    if record.rec_type != "metadata" and about_page is None:
        return None
    at = record.rec_headers.get_header("WARC-Date")
    uri = record.rec_headers.get_header("WARC-Target-URI")
    body = record.raw_stream.read()
    if record.rec_type == "metadata":
        content = json.loads(body)
        if uri.startswith(_NOTE):
            topic = cast(Topic, content["topic"])
            return Note(at, content["crawl"], topic, content["source"], content["data"])
        return _page(at, uri, content, error=content["error"])
    http = record.http_headers
    return _page(
        at,
        uri,
        json.loads(about_page),
        status=int(http.get_statuscode()),
        headers=tuple(http.headers),
        body=body,
    )


def _page(at: str, url: str, about: dict[str, Any], **answer: Any) -> Page:
    return Page(
        at=at, crawl=about["crawl"], source=about["source"], role=about["role"], family=about["family"],
        url=url, via=tuple(about.get("via", ())), hints=Hints(**about.get("hints", {})), **answer,
    )  # fmt: skip
