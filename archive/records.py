"""Observations as WARC records and back: what docs/log.md describes."""

from __future__ import annotations

import io
import json
from contextlib import suppress
from dataclasses import asdict
from http import HTTPStatus
from typing import Any, cast

from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.model import Hints, Note, Observation, Page, Topic

_PAGE = "Kreispresse-Page"
_JSON = "application/json; of=kreispresse"
_NOTE = "urn:kreispresse:"
_FORMAT = 1  # of what we write into records; raised when a reader must tell old from new
_REVISIT = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
# The body is logged as decompressed, so these headers no longer describe it.
_NOT_OF_THE_BODY = {"content-encoding", "content-length", "transfer-encoding"}


def record(writer: WARCWriter, observation: Observation) -> ArcWarcRecord:
    """WARC record of an observation, made but not yet written."""
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
        uri, "metadata", payload=io.BytesIO(payload), warc_content_type=_JSON,
        warc_headers_dict={"WARC-Date": at},
    )  # fmt: skip


def _about(page: Page) -> dict[str, Any]:
    hints = {key: value for key, value in asdict(page.hints).items() if value is not None}
    about = {name: getattr(page, name) for name in ("crawl", "source", "role", "family")}
    more = {"hints": hints, "via": page.via, "conditions": page.conditions, "code": page.code}
    return {"format": _FORMAT, **about, **{name: value for name, value in more.items() if value}}


def _phrase(status: int) -> str:
    with suppress(ValueError):
        return HTTPStatus(status).phrase
    return "Unknown"


def observation(member: bytes) -> Observation | None:
    """Observation in one record; None for records that are none (warcinfo, and what other programs wrote)."""
    record = next(iter(ArchiveIterator(io.BytesIO(member))))
    at = record.rec_headers.get_header("WARC-Date")
    uri = record.rec_headers.get_header("WARC-Target-URI")
    page = record.rec_headers.get_header(_PAGE)
    body = record.raw_stream.read()
    if page is not None:
        http = record.http_headers
        answer = {"status": int(http.get_statuscode()), "headers": tuple(http.headers), "body": body}
        return _page(at, uri, json.loads(page), **answer)
    if record.rec_type != "metadata" or record.rec_headers.get_header("Content-Type") != _JSON:
        return None
    content = json.loads(body)
    if uri.startswith(_NOTE):
        return Note(at, content["crawl"], cast(Topic, content["topic"]), content["source"], content["data"])
    return _page(at, uri, content, error=content["error"]) if "role" in content else None


def may_concern(member: bytes, source: str) -> bool:
    """Whether a record may be of this source, or of no single one: quickly, before it is read."""
    return any(b'"source": %b' % json.dumps(each).encode() in member for each in ("", source))


def _page(at: str, url: str, about: dict[str, Any], **answer: Any) -> Page:
    known = {name: about[name] for name in ("crawl", "source", "role", "family")}
    pairs = tuple((name, value) for name, value in about.get("conditions", ()))
    return Page(
        at=at, url=url, via=tuple(about.get("via", ())), hints=Hints(**about.get("hints", {})),
        conditions=pairs, code=about.get("code"), **known, **answer,
    )  # fmt: skip
