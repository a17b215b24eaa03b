"""Where the words of a query stand in the original text, also when a release was found by a key or a part."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from archive.search.analyser import FUNCTION_WORDS, Token, key, located, read
from archive.search.rewrite import Match

SNIPPET = 240
"""Characters of a snippet, about."""

_BEFORE = 60
_READ = 60_000  # characters of a text in which a snippet is looked for


class Part(NamedTuple):
    """A piece of a title or snippet; ``marked`` when it is what was searched for."""

    text: str
    marked: bool


Span = tuple[int, int]


class Finder:
    """Finds where a match is answered in texts; what it learns of a word holds for the next text."""

    def __init__(self, connection: sqlite3.Connection, match: Match) -> None:
        self._db = connection
        self._match = match
        self._answers: dict[Token, bool] = {}

    def spans(self, text: str) -> list[Span]:
        """What answers the match in a text, in order, without overlaps."""
        found = self._answering(text[:_READ]) if self._match.wanted else []
        found += self._in_a_row(text[:_READ]) if self._match.rows else []
        for phrase in self._match.phrases:
            found += _phrase(text, phrase.split(), "")
        for prefix in self._match.prefixes:
            found += _phrase(text, prefix.split(), r"\w*")
        merged: list[Span] = []
        for start, end in sorted(found):
            if merged and start < merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return merged

    def _answering(self, text: str) -> list[Span]:
        found = list(located(text))
        self._learn({token for *_, token in found} - self._answers.keys())
        return [(start, end) for start, end, token in found if self._answers[token]]

    def _in_a_row(self, text: str) -> list[Span]:
        """Where keys follow each other as the match wants them."""
        words: list[tuple[str, int, int]] = []
        found: list[Span] = []
        for start, end, token in located(text):
            forms, joined = read(token)
            words += [(key(form), start, end) for form in forms if form not in FUNCTION_WORDS]
            found += [(start, end) for form in joined if (key(form),) in self._match.rows]
        keys = [each for each, *_ in words]
        for row in self._match.rows:
            places = [n for n, each in enumerate(keys) if each == row[0]]
            long = len(row)
            found += [
                (words[n][1], words[n + long - 1][2]) for n in places if tuple(keys[n : n + long]) == row
            ]
        return found

    def _learn(self, tokens: set[Token]) -> None:
        """Look up which tokens answer: by the key of a form, or by a form that is a compound."""
        wanted = self._match.wanted
        forms = {token: set(chain(*read(token))) for token in tokens}
        unknown = set[str]().union(*forms.values())
        answering = {form for form in unknown if key(form) in wanted}
        query = (
            "SELECT form, parts FROM wortform WHERE parts <> '' AND form IN (SELECT value FROM json_each(?))"
        )
        for form, parts in self._db.execute(query, [json.dumps(list(unknown - answering))]):
            if not wanted.isdisjoint(parts.split()):
                answering.add(form)
        self._answers |= {token: not answering.isdisjoint(of) for token, of in forms.items()}


def marked(text: str, found: Sequence[Span]) -> tuple[Part, ...]:
    """A whole text in pieces.

    >>> marked("ein Fest", [(4, 8)])
    (Part(text='ein ', marked=False), Part(text='Fest', marked=True))
    """
    parts: list[Part] = []
    done = 0
    for start, end in found:
        parts += [Part(text[done:start], False), Part(text[start:end], True)]
        done = end
    parts.append(Part(text[done:], False))
    return tuple(Part(re.sub(r"\s+", " ", part.text), part.marked) for part in parts if part.text)


def snippet(text: str, found: Sequence[Span]) -> tuple[Part, ...]:
    """The first stretch of a text with most of what was found; its beginning when nothing was."""
    if not found:
        return (Part(shortened(text), False),)
    starts = [start for start, _ in found]
    best = max(
        starts,
        key=lambda first: (sum(first <= other < first + SNIPPET - _BEFORE for other in starts), -first),
    )
    begin = max(0, best - _BEFORE)
    if begin:
        begin = min(text.find(" ", begin, best) + 1 or begin, best)
    end = begin + SNIPPET
    if end < len(text):
        end = max(text.rfind(" ", begin, end), next(e for s, e in found if s == best))
    inside = [(start - begin, min(stop, end) - begin) for start, stop in found if begin <= start < end]
    parts = marked(text[begin:end].rstrip(), inside)
    before = (Part("… ", False),) if begin else ()
    return (*before, *parts, *((Part(" …", False),) if end < len(text) else ()))


def plain(parts: Iterable[Part]) -> str:
    """A title or snippet without its marks."""
    return "".join(part.text for part in parts)


def shortened(text: str) -> str:
    """A text's first words, with an ellipsis when there are more."""
    if len(text) > SNIPPET:
        text = (text[:SNIPPET].rpartition(" ")[0] or text[:SNIPPET]) + " …"
    return " ".join(text.split())


def _phrase(text: str, words: Sequence[str], ending: str) -> list[Span]:
    """Where words follow each other, whatever stands between that is no word, or broken at a line's end."""
    pattern = r"[\W_]+".join(r"(?:-\s*\n\s*)?".join(map(re.escape, word)) for word in words)
    found = re.finditer(rf"(?<!\w){pattern}{ending}(?!\w)", text[:_READ], re.IGNORECASE) if words else ()
    return [each.span() for each in found]
