"""A release as the index has it: its forms, its keys, and the number of its row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from archive.model import id53
from archive.search.analyser import FUNCTION_WORDS, Run, key, runs, whole

DAY_BITS, ID_BITS = 17, 13
"""Of a row's number: the day, then the first bits of the release's id. FTS5 keeps numbers as differences, so
few bits make a small index; releases that want the same row take the next ones."""

DAY = "coalesce(published_on, substr(first_seen_at, 1, 10))"
"""SQL of a release's day in the index, as ``releases_newest`` has it."""


@dataclass(frozen=True)
class Entry:
    """A release as far as the index needs it; ``day`` is an ISO day."""

    id: int
    publisher: str
    land: str
    title: str
    teaser: str
    text: str
    day: str

    def forms(self) -> dict[str, bool]:
        """All forms of the release, joined ones included; whether each stands there as a noun."""
        found: dict[str, bool] = {}
        for text, text_runs in self._runs:
            end = -1
            for run in text_runs:
                inside = run.noun and text[end : run.start] == " " and text[end - 1 : end].isalpha()
                end = run.end
                for form in (*run.forms, *run.joined):
                    found[form] = found.get(form, False) or (inside and not run.joined)
        return found

    def keys(self, parts: Mapping[str, str]) -> tuple[str, str, str, str, str]:
        """Columns of the table of keys in their order, ``parts`` giving each form's further keys."""
        (title, title_parts), (text, text_parts) = (_keys(each, parts) for _, each in self._runs)
        return text, title, text_parts, title_parts, f"{publisher_key(self.publisher)} {land_key(self.land)}"

    @cached_property
    def _runs(self) -> tuple[tuple[str, tuple[Run, ...]], ...]:
        """Title, and lead with text, each with its runs."""
        return tuple((text, tuple(runs(text))) for text in (self.title, f"{self.teaser}\n{self.text}"))

    def words(self) -> tuple[str, str, str]:
        """Columns of the table of literal words in their order: words that a line's end breaks are whole."""
        return whole(self.text), whole(self.title), whole(self.teaser)


def publisher_key(publisher: str) -> str:
    """The word by which releases of a publisher are found in the column ``facts``."""
    return f"p{id53(publisher):x}"


def land_key(land: str) -> str:
    """The word by which releases of a Land are found in the column ``facts``."""
    return f"l{id53(land.upper()):x}"


def day_number(day: str) -> int:
    """Number of an ISO day that orders days; what is no day counts as its nearest limit.

    >>> day_number("2026-03-09") < day_number("2026-03-10") < day_number("2026-04-01")
    True
    """
    found = re.match(r"(\d{4})-(\d\d)-(\d\d)", day)
    year, month, date = map(int, found.groups()) if found else (1900, 1, 1)
    return max(0, min(((year - 1900) * 12 + month - 1) * 31 + date - 1, (1 << DAY_BITS) - 1))


def slot(day: str, release: int) -> int:
    """Where a release's row should be: by day, then by the first bits of its id."""
    return (day_number(day) << ID_BITS) + (release >> (53 - ID_BITS))


def _keys(text_runs: Iterable[Run], parts: Mapping[str, str]) -> tuple[str, str]:
    """(keys of a text's runs in order, further keys of its words); function words have none."""
    keys: list[str] = []
    further: list[str] = []
    for run in text_runs:
        for form in run.forms:
            if form not in FUNCTION_WORDS:
                keys.append(key(form))
                if parts.get(form):
                    further.append(parts[form])
        for form in run.joined:
            further.append(key(form))
            if parts.get(form):
                further.append(parts[form])
    return " ".join(keys), " ".join(further)
