"""What stands around a name: titles, prepositions, articles, given names, streets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from archive.places.forms import WORD
from archive.places.gazetteer import word_list
from archive.search.analyser import fold
from archive.search.lexicon import shipped

KREIS, TOWN, PART = "kreis", "town", "part"
"""What a title says of the name behind it: a Kreis, a town or Gemeinde, a part of one."""

_ADJECTIVE = re.compile(r"[a-zäöüß]+e[mnrs]?")
_POSTCODE = re.compile(r"\d{5} ")
_SPACE = re.compile(r"[ \u00a0]{1,3}")
_FROM_LAND = re.compile(r"[a-zäöü-]{3,}ischen")
_MOST_LISTED = 16


class Token(NamedTuple):
    """A word and its place in the text."""

    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cues:
    """What stands around a name.

    ``title``: KREIS, TOWN, PART or None; ``title_start``: where a title begins that belongs to the name.
    ``preposition``: 2 one that places follow, or a postcode, 1 one that other things follow, too, 0 none.
    ``office``: an office stands before it, as before the name of who holds it.
    ``noun_before``: a known noun does; ``stranger_before``: another word with a capital, as a given name is.
    ``opening``: the next word, where the name begins a sentence, else empty.
    ``compound``: a hyphen links it to the next word. ``other``: that makes a street or a paper of it.
    """

    title: str | None
    title_start: int | None
    preposition: int
    article: bool
    adjective: bool
    person: bool
    office: bool
    noun_before: bool
    stranger_before: bool
    noun_after: bool
    opening: str
    compound: bool
    other: bool


def tokens(text: str) -> list[Token]:
    """All words of a text with their places."""
    return [Token(each.group(), each.start(), each.end()) for each in WORD.finditer(text)]


def look(text: str, words: Sequence[Token], first: int, last: int) -> Cues:
    """What stands around the name from one word to another."""
    start = words[first].start
    before = words[first - 1].word if first and _touch(text, words, first - 1) else ""
    after = words[last + 1].word if last + 1 < len(words) and _touch(text, words, last) else ""
    tail = text[words[last].end : words[last].end + 2]
    compound = tail[:1] == "-" and tail[1:].isalpha()
    title, title_start = _title(text, words, first)
    article = before in word_list("articles")
    named, noun = before[:1].isupper() and not article, _is_noun(before)
    return Cues(
        title=title,
        title_start=title_start,
        preposition=2 if _POSTCODE.search(text, start - 6, start) else _preposition(words, first, before),
        article=article,
        adjective=_ADJECTIVE.fullmatch(before) is not None,
        person=_is_person(text, words, first, before),
        office=_ends(before, "offices"),
        noun_before=named and noun and not before.endswith("es"),
        stranger_before=named and not noun and not _begins_sentence(text, words[first - 1].start),
        noun_after=after[:1].isupper(),
        opening=after if _begins_sentence(text, start) else "",
        compound=compound,
        other=_makes_other(words[last + 1].word if compound else after, text, words, last + 1),
    )


@cache
def _endings(name: str) -> tuple[str, ...]:
    return tuple(sorted(word_list(name)))


@lru_cache(maxsize=10_000)
def _is_noun(word: str) -> bool:
    """Whether a word is a noun or a compound that the lexicon of the search knows, or an abbreviation."""
    form = fold(word)
    return word[1:] != word[1:].lower() or form in shipped().words or bool(shipped().split(form))


def _ends(word: str, name: str) -> bool:
    """Whether a noun has one of the endings of a list."""
    return word[:1].isupper() and word.lower().endswith(_endings(name))


def _touch(text: str, words: Sequence[Token], n: int) -> bool:
    """Whether nothing but a space, or the point of an abbreviation, stands between a word and the next."""
    between = text[words[n].end : words[n + 1].start]
    return bool(_SPACE.fullmatch(between)) or (between == ". " and words[n].word in word_list("address"))


def _preposition(words: Sequence[Token], first: int, before: str) -> int:
    """Of what stands before a name; "im westfälischen" counts as "in", "Bürgermeister von" as a title."""
    if before == "von" and first > 1 and _ends(words[first - 2].word, "offices"):
        return 2
    if _FROM_LAND.fullmatch(before) and first > 1:
        return 2 if words[first - 2].word in ("im", "Im", "dem", "vom", "zum") else 0
    return 2 if before in word_list("direct") else int(before in word_list("weak"))


def _begins_sentence(text: str, at: int) -> bool:
    before = text[max(0, at - 4) : at]
    return "\n" in before or before.rstrip(' \u00a0„“"»')[-1:] in ("", ".", "!", "?", ":")


def _makes_other(word: str, text: str, words: Sequence[Token], n: int) -> bool:
    if word == "Stadt":
        return text.startswith("-Anzeiger", words[n].end)
    return word in word_list("streets") or _ends(word, "papers")


def _title(text: str, words: Sequence[Token], first: int) -> tuple[str | None, int | None]:
    """The title before a name, also from before others of a list: "Kreise Borken und Coesfeld"."""
    for n in range(first - 1, max(-1, first - _MOST_LISTED), -1):
        word = words[n].word
        between = text[words[n].end : words[n + 1].start]
        if between.strip(" ,/\u00a0-()") or "\n" in between:
            break
        kind = _kind(word) if _SPACE.fullmatch(between) else None
        if kind and n == first - 1:
            return kind, words[n].start if word in word_list("kreis") else None
        if kind:
            return (kind if _ends(word, "plurals") else None), None
        if not (word[0].isupper() or word in word_list("linking")):
            break
    return None, None


def _kind(word: str) -> str | None:
    if any(word in word_list(each) for each in ("kreis", "kreise", "kreis_offices")):
        return KREIS
    if word in word_list("parts"):
        return PART
    return TOWN if _ends(word, "towns") else None


def _is_person(text: str, words: Sequence[Token], first: int, before: str) -> bool:
    """Whether a given name, an initial or a form of address stands before, if with "von" between."""
    given = word_list("given")
    if first and len(words[first - 1].word) == 1 and text[words[first - 1].end : words[first].start] == ". ":
        start = words[first - 1].start
        return words[first - 1].word.isupper() and not text[max(0, start - 1) : start].strip()
    if before in ("von", "van", "vom", "zu", "zur", "de") and first > 1 and _touch(text, words, first - 2):
        return words[first - 2].word in given | word_list("noble")
    if before in given:
        return not (first > 1 and words[first - 2].word in ("St", "Sankt", "Bad"))
    return before in word_list("address") or _ends(before, "callings")
