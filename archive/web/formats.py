"""A release to take along: the text to cite it, and the whole of it as JSON, Markdown and plain text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from archive.web.german import RELEASE_KINDS, day, moment
from archive.web.queries import Row

_MARKDOWN = re.compile(r"^( *\d*)(?=[#+=.)-])|(?=[\\`*_\[\]<>|&~])", re.MULTILINE)
"""Where a backslash goes: before signs, and at the beginning of a line before what follows its number."""

_FACTS = (
    "id", "title", "teaser", "text", "place", "published_on", "published_at", "published_from", "kind",
    "language", "words", "url", "first_seen_at", "last_seen_at", "changed_at", "gone_at", "extractor",
)  # fmt: skip


def citation(release: Mapping[str, Any], version: Mapping[str, Any], address: str) -> str:
    """What a citation must name: who said what when and where, when it was read, and the hash of its words.

    ``version``: its row of ``revisions``; ``address``: of its page in the archive.

    >>> release = {"publisher": "Kreis Aue", "kind": "notice", "url": "https://aue.example/1"}
    >>> version = {"title": "Neu", "published_on": "2026-03-09", "seen_at": "2026-03-10T06:00:00Z", "sha256": "0a1b"}
    >>> citation(release, version, "https://archiv.example/meldung/1")
    'Kreis Aue: „Neu“. Hinweis, 9. März 2026. https://aue.example/1 (in dieser Fassung gelesen am 10. März 2026, 07:00 Uhr; SHA-256: 0a1b). Archiv: https://archiv.example/meldung/1'
    """  # noqa: E501 - an example
    published = day(version["published_on"]) if version["published_on"] else "ohne Datum"
    return (
        f"{release['publisher']}: „{version['title']}“. {_kind(release)}, {published}. {release['url']}"
        f" (in dieser Fassung gelesen am {moment(version['seen_at'])}; SHA-256: {version['sha256']})."
        f" Archiv: {address}"
    )


def as_json(release: Row, belongings: Mapping[str, Sequence[Row]], address: str) -> str:
    """All facts of a release by the names that they have in the tables, its passages by version and span."""
    named = {
        "versions": ("id", "seen_at", "sha256"),
        "copies": ("id", "title", "publisher_id", "published_on", "first_seen_at"),
        "passages": ("revision_id", "start", "end", "words", "total"),
    }
    told = {
        "archive_url": address,
        "publisher": {"id": release["publisher_id"], "name": release["publisher"]},
        **_only(release, _FACTS),
        **belongings,
        **{name: [_only(row, columns) for row in belongings[name]] for name, columns in named.items()},
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def as_text(release: Row, address: str) -> str:
    """A release as plain text: heading, who and when, its words, where it is from."""
    parts = [release["title"], _head(release), release["teaser"], release["text"], _source(release, address)]
    return "\n\n".join(filter(None, parts)) + "\n"


def as_markdown(release: Row, address: str) -> str:
    """A release as Markdown, in which nothing of its words is read as a mark.

    >>> print(_escaped("# 1 * 2\\n- <b>\\n24. März"))
    \\# 1 \\* 2
    \\- \\<b\\>
    24\\. März
    """
    title = " ".join(release["title"].split())
    told = [_head(release), release["teaser"], release["text"], _source(release, address)]
    return "# " + "\n\n".join(_escaped(each) for each in (title, *filter(None, told))) + "\n"


FORMATS: Mapping[str, tuple[str, Callable[[Row, Mapping[str, Sequence[Row]], str], str]]] = {
    "json": ("application/json; charset=utf-8", as_json),
    "md": ("text/markdown; charset=utf-8", lambda release, _, address: as_markdown(release, address)),
    "txt": ("text/plain; charset=utf-8", lambda release, _, address: as_text(release, address)),
}
"""By ending of the address: media type, and what makes the text of release, belongings and address."""


def _only(row: Row, names: Iterable[str]) -> Row:
    return {name: row[name] for name in names}


def _kind(release: Mapping[str, Any]) -> str:
    return RELEASE_KINDS.get(release["kind"], RELEASE_KINDS["other"])


def _head(release: Row) -> str:
    published = day(release["published_on"]) if release["published_on"] else "ohne Datum"
    place = f"{release['place']}, " if release["place"] else ""
    return f"{release['publisher']}\n{_kind(release)}, {place}{published}"


def _source(release: Row, address: str) -> str:
    return (
        f"Original: {release['url']}\nArchiv: {address}\n"
        f"Zuerst gelesen am {moment(release['first_seen_at'])}, zuletzt am {moment(release['last_seen_at'])}."
        " Rechte am Text: bei der Behörde."
    )


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(r"\1\\", text)
