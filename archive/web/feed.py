"""A feed and its entries, and how it is sent: as Atom (template feed.xml) or JSON Feed, only if it is new."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from datasette import Response

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")
_EMPTY_SINCE = "2000-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. ``id`` never changes and is never used for another thing.

    ``address``: its page here; ``original``: the authority's page, None where there is none; ``updated`` and
    ``published`` are ISO moments; ``author``: the authority.
    """

    id: str
    title: str
    address: str
    updated: str
    summary: str
    author: str | None = None
    published: str | None = None
    original: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """Entries, newest first. ``page``: what it is about; ``address``: its own, which is its id, too."""

    title: str
    page: str
    address: str
    entries: Sequence[Entry]

    @property
    def updated(self) -> str:
        """When anything last happened; a day long ago in a feed without entries."""
        return max((entry.updated for entry in self.entries), default=_EMPTY_SINCE)


def xml_text(text: str) -> str:
    """A text without the characters that XML cannot hold.

    >>> xml_text("a\\x00b\\ufffe<")
    'ab<'
    """
    return _NOT_IN_XML.sub("", text)


def json_feed(feed: Feed) -> str:
    """A feed as JSON Feed 1.1."""
    told = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.address,
        "language": "de",
        "items": [_item(entry) for entry in feed.entries],
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _item(entry: Entry) -> dict[str, Any]:
    told = {
        "id": entry.id,
        "url": entry.address,
        "external_url": entry.original,
        "title": entry.title,
        "content_text": entry.summary,
        "date_published": entry.published,
        "date_modified": entry.updated,
        "authors": [{"name": entry.author}] if entry.author else None,
    }
    return {key: value for key, value in told.items() if value is not None}


def sent(body: str, media_type: str, updated: str, headers: Mapping[str, str]) -> Response:
    """The answer to whoever may have an earlier one: 304 where the request's ``headers`` say it is the same.

    The tag is of the bytes; the time, rounded up, is for readers that keep no tags (RFC 9110, 13.2.2).
    """
    tag = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
    moment = math.ceil(datetime.fromisoformat(updated).timestamp())
    last = format_datetime(datetime.fromtimestamp(moment, UTC), usegmt=True)
    validators = {"ETag": tag, "Last-Modified": last, "Cache-Control": "max-age=300"}
    if _is_known(headers, tag, moment):
        return Response("", status=304, headers=validators, content_type=media_type)
    return Response(body, headers=validators, content_type=media_type)


def _is_known(headers: Mapping[str, str], tag: str, moment: int) -> bool:
    tags = headers.get("if-none-match")
    if tags is not None:
        return tag in re.findall(r'"[^"]*"', tags) or tags.strip() == "*"
    try:
        return parsedate_to_datetime(headers.get("if-modified-since", "")).timestamp() >= moment
    except (ValueError, OverflowError):
        return False
