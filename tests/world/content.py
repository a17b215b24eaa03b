"""Invented releases: sentences put together from word lists, the same ones for the same seed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random

import yaml

MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
    "Dezember",
)  # fmt: skip
NEWEST = date(2026, 10, 23)
WORDS = yaml.safe_load((Path(__file__).parent / "words.yml").read_text("utf-8"))


@dataclass
class Item:
    """One release, or something else that stands in a list; ``n`` grows with time."""

    n: int
    title: str
    day: date
    paragraphs: tuple[str, ...]
    kind: str = "release"
    former: list[str] = field(default_factory=list)

    @property
    def slug(self) -> str:
        return slug(self.title)

    @property
    def month(self) -> str:
        return MONTHS[self.day.month - 1]

    @property
    def dotted(self) -> str:
        return f"{self.day:%d.%m.%Y}"

    @property
    def long(self) -> str:
        return f"{self.day.day}. {self.month} {self.day.year}"

    @property
    def teaser(self) -> str:
        return self.paragraphs[0][:110].rsplit(" ", 1)[0] + " …"


def slug(title: str) -> str:
    low = title.lower()
    for umlaut, plain in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        low = low.replace(umlaut, plain)
    return re.sub(r"[^a-z0-9]+", "-", low)[:80].strip("-")


class Writer:
    """Writes releases of one source; no title and no first sentence comes twice."""

    def __init__(self, seed: str) -> None:
        self._random = Random(seed)
        self._seen: set[str] = set()
        self._n = 0

    def several(self, count: int, newest: date, days: int = 900) -> list[Item]:
        """``count`` releases, the newest first, spread over some ``days``."""
        step = max(1, days // count)
        items = []
        day = newest
        for _ in range(count):
            items.append(self.one(day))
            day -= timedelta(self._random.randint(max(1, step - 4), step + 3))
        for n, item in enumerate(reversed(items), 1):
            item.n = n
        self._n = count
        return items

    def one(self, day: date, kind: str = "release") -> Item:
        self._n += 1
        title = self._new(WORDS["titles"][kind])
        sentences = self._random.sample(WORDS["sentences"], 18)
        opening = WORDS["openings"].get(kind)
        paragraphs = [self._fill(opening)] if opening else []
        for _ in range(self._random.randint(3, 5)):
            size = self._random.randint(2, 3)
            picked, sentences = sentences[:size], sentences[size:]
            paragraphs.append(" ".join(self._fill(sentence) for sentence in picked))
        return Item(self._n, title, day, tuple(paragraphs), kind)

    def _new(self, patterns: list[str] | tuple[str, ...]) -> str:
        while True:
            title = self._fill(self._random.choice(patterns))
            if slug(title) not in self._seen and len(title) < 100:
                self._seen.add(slug(title))
                return title

    def _fill(self, pattern: str) -> str:
        def word(found: re.Match[str]) -> str:
            name = found[1]
            if name == "n":
                return str(self._n)
            chosen = self._random.choice(WORDS["slots"][name.lower().strip("_")])
            return chosen[0].upper() + chosen[1:] if name[0].isupper() or name.endswith("_") else chosen

        return re.sub(r"\{(\w+)\}", word, pattern)
