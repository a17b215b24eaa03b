"""The demo's invented authorities and their releases, read from `releases.yml`.

The head of that file describes its layout.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from zlib import crc32

import yaml

from archive.dates import BERLIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FIRST_DAY = date(2025, 8, 1)
UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ş": "s", "ğ": "g", "ç": "c", "é": "e"}


@dataclass(frozen=True)
class Block:
    """A paragraph, a sub-heading (one line each) or a list (one line per item)."""

    kind: Literal["paragraph", "heading", "list"]
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Photo:
    """What stands below a picture; `credit` may be empty where the caption names the photographer."""

    caption: str
    credit: str = ""


@dataclass(frozen=True)
class Release:
    """One release as it stands on one day. `published` is Berlin time, midnight unless `timed`."""

    title: str
    published: datetime
    timed: bool
    body: tuple[Block, ...]
    teaser: str = ""
    photo: Photo | None = None
    attachment: str = ""
    tags: tuple[str, ...] = ()
    hides_date: bool = False
    listed_twice: bool = False
    from_day: int = 1
    gone_on_day: int | None = None
    corrections: tuple[tuple[str, str], ...] = ()

    @property
    def slug(self) -> str:
        """The title as part of an address, cut at a word after some 80 characters."""
        return slug(self.title)

    @property
    def number(self) -> int:
        """A number that grows with the day of publication, as in the databases of real sites."""
        return (self.published.date() - FIRST_DAY).days * 75 + crc32(self.title.encode()) % 75

    def on(self, day: int) -> Release:
        """This release as it reads on `day`: from the second day with its corrections."""
        return replace(self, body=corrected(self.body, self.corrections)) if day > 1 else self

    def is_public(self, day: int) -> bool:
        """Whether readers find it on `day`."""
        return self.from_day <= day and not self.is_gone(day)

    def is_gone(self, day: int) -> bool:
        """Whether the authority has taken it down by `day`."""
        return self.gone_on_day is not None and self.gone_on_day <= day


@dataclass(frozen=True)
class Source:
    """One authority with its releases, newest first."""

    id: str
    name: str
    kind: str
    style: str
    seat: str
    code: int
    officer: str
    releases: tuple[Release, ...]
    feed: Literal["registered", "linked", "none"] = "none"
    listed_as: int = 0

    def public(self, day: int) -> list[Release]:
        """What the authority publishes on `day`, newest first."""
        return [release.on(day) for release in self.releases if release.is_public(day)]

    def gone(self, day: int) -> list[Release]:
        """What it has taken down by `day`."""
        return [release for release in self.releases if release.is_gone(day)]


@dataclass(frozen=True)
class Service:
    """A page of the site that is no release; `style` limits it to the sites of one style."""

    slug: str
    title: str
    text: str
    style: str = ""


@dataclass(frozen=True)
class Content:
    """All that is written in `releases.yml`."""

    services: tuple[Service, ...]
    sources: tuple[Source, ...]


def load() -> Content:
    """Read `releases.yml`; a key that is not described there raises TypeError."""
    raw = yaml.safe_load((Path(__file__).parent / "releases.yml").read_text("utf-8"))
    return Content(
        services=tuple(Service(**service) for service in raw["services"]),
        sources=tuple(source(**entry) for entry in raw["sources"]),
    )


def source(releases: Iterable[Mapping[str, Any]], **facts: Any) -> Source:
    """An authority from its entry."""
    newest_first = sorted(map(release, releases), key=_age)
    return Source(releases=tuple(newest_first), **facts)


def release(entry: Mapping[str, Any]) -> Release:
    """A release from its entry."""
    facts = dict(entry)
    day = str(facts.pop("date"))
    marks = {name: facts.pop(name) for name in ("then", "soft_hyphens", "decomposed") if name in facts}
    return Release(
        published=datetime.fromisoformat(day).replace(tzinfo=BERLIN),
        timed=len(day) > len("2026-02-27"),
        body=blocks(written(facts.pop("body"), **marks)),
        photo=Photo(**facts.pop("photo")) if "photo" in facts else None,
        tags=tuple(facts.pop("tags", ())),
        corrections=tuple(facts.pop("corrections", {}).items()),
        **facts,
    )


def written(body: str, then: str = "", soft_hyphens: Iterable[str] = (), decomposed: bool = False) -> str:
    """The text as the editor's keyboard and clipboard left it."""
    text = f"{body}\n\n{then}" if then else body
    for word in soft_hyphens:
        text = text.replace(word.replace("|", ""), word.replace("|", "\N{SOFT HYPHEN}"))
    return unicodedata.normalize("NFD", text) if decomposed else text


def blocks(text: str) -> tuple[Block, ...]:
    """Split a written body at its blank lines.

    >>> [block.kind for block in blocks("## Wann?\\n\\nMorgen\\nfrüh.\\n\\n- um acht\\n- um neun")]
    ['heading', 'paragraph', 'list']
    """
    return tuple(_block(part) for part in re.split(r"\n\s*\n", text.strip()))


def _block(part: str) -> Block:
    if part.startswith("## "):
        return Block("heading", (part.removeprefix("## "),))
    if part.startswith("- "):
        return Block("list", tuple(re.split(r"\n- ", part.removeprefix("- "))))
    return Block("paragraph", (" ".join(part.split("\n")),))


def corrected(body: tuple[Block, ...], corrections: Iterable[tuple[str, str]]) -> tuple[Block, ...]:
    """The body with each wrong wording replaced by the right one."""
    for wrong, right in corrections:
        body = tuple(Block(b.kind, tuple(line.replace(wrong, right) for line in b.lines)) for b in body)
    return body


def slug(title: str) -> str:
    """Letters, digits and hyphens, as content management systems make them.

    >>> slug("Köhler übergibt: 3,5 Mio. Euro für Straßen")
    'koehler-uebergibt-3-5-mio-euro-fuer-strassen'
    """
    plain = "".join(UMLAUTS.get(letter, letter) for letter in title.lower())
    whole = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return whole if len(whole) <= 80 else whole[:80].rpartition("-")[0]


def _age(item: Release) -> tuple[float, str]:
    return -item.published.timestamp(), item.title
