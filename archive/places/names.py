"""All that may be a name of a place in a text, and what stands around it. Whether it is, find.py decides."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from archive.places.cues import KREIS, PART, TOWN, Cues, Token, look, tokens
from archive.places.forms import PEOPLE, Key
from archive.places.gazetteer import LAND_NAMES, Gazetteer, Place, Reading, word_list

PLAIN, SURNAME, WORD = range(3)
"""What else a name may be, and how easily it is taken for a place."""

_BETWEEN = re.compile(r"[\s./()–-]{1,3}")
_BEHIND = re.compile(r" ?[(,/] ?| ")
_CLOSING = re.compile(r"\.?\)")
_ADDRESS = re.compile(r"\.[a-z]|@")
_CAPITALS = {"AN", "AM", "DER", "BEI", "IM", "IN", "OB"}
_SHORT = 3
_LONGEST_KREIS = 4


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a text, ``text[start:end]``: its words, all that it may mean, and what stands around it.

    ``evidence``: how much speaks for a place: 0 nothing, 1 little, 2 enough for what is likely, 3 a title.
    ``place``: what it means; None while that is open, or in doubt.
    """

    start: int
    end: int
    key: Key
    readings: tuple[Reading, ...]
    cues: Cues
    evidence: int
    place: Place | None = None

    @property
    def demonym(self) -> bool:
        """Whether it can only be what inhabitants are called, or what belongs to a place."""
        return all(each.demonym for each in self.readings)

    @property
    def risk(self) -> int:
        """PLAIN, SURNAME or WORD."""
        word = self.key[0]
        if len(self.key) > 1:
            return PLAIN
        if self.demonym:
            stems = {word.removesuffix(ending) for ending in PEOPLE}
            return (
                PLAIN if stems.isdisjoint(word_list("demonyms")) and word not in word_list("given") else WORD
            )
        forms = {word, word.removesuffix("s")}
        if not forms.isdisjoint(word_list("words")):
            return WORD
        if not (forms.isdisjoint(word_list("surnames")) and forms.isdisjoint(word_list("given"))):
            return SURNAME
        return WORD if len(word) <= _SHORT and self.readings[0].place.kind != "F" else PLAIN


def names(text: str, gazetteer: Gazetteer) -> Iterator[Name]:
    """All that may be a name of a place, in order, none overlapping another.

    Left out is what cannot be one: parts of other words, streets, newspapers, parts of towns, common nouns.
    """
    words = tokens(text)
    n = 0
    while n < len(words):
        last = _longest(text, words, n, gazetteer) if words[n].word[0].isupper() else None
        if last is None:
            n += 1
            continue
        if not _is_within(text, words[n].start, words[last].end):
            name = _name(text, words[n : last + 1], look(text, words, n, last), gazetteer)
            if name.readings and not _is_something_else(name):
                yield _narrowed(name, text, words[last + 1 : last + 2 + _LONGEST_KREIS], gazetteer)
        n = last + 1
        while n < len(words) and text[words[n - 1].end : words[n].start] == "-":
            n += 1  # the rest of a compound is no name of its own


def _longest(text: str, words: Sequence[Token], n: int, gazetteer: Gazetteer) -> int | None:
    """The last word of the longest form that begins with a word, None where none does."""
    for rest in gazetteer.starts.get(_plain(words[n].word), ()):
        last = n + len(rest)
        if last < len(words) and all(
            _plain(words[n + k].word) == word and _joined(text[words[n + k - 1].end : words[n + k].start])
            for k, word in enumerate(rest, 1)
        ):
            return last
    return None


def _joined(between: str) -> bool:
    return _BETWEEN.fullmatch(between) is not None and "\n\n" not in between


def _plain(word: str) -> str:
    """A word in capitals, if only some within it, as it is written elsewhere."""
    if word in _CAPITALS:
        return word.lower()
    return word.capitalize() if word[1:] != word[1:].lower() and len(word) > _SHORT else word


def _is_within(text: str, start: int, end: int) -> bool:
    """Whether this is the end of a compound, or part of an address."""
    before, sign = text[max(0, start - 2) : max(0, start - 1)], text[max(0, start - 1) : start]
    return (sign in ("-", "@", "_", ".") and before.isalnum()) or bool(_ADDRESS.match(text, end))


def _name(text: str, words: Sequence[Token], around: Cues, gazetteer: Gazetteer) -> Name:
    start, end = words[0].start, words[-1].end
    if "(" in text[start:end] and (closing := _CLOSING.match(text, end)):
        end = closing.end()
    key = tuple(_plain(each.word) for each in words)
    counties, towns = gazetteer.counties.get(key, []), gazetteer.towns.get(key, [])
    if around.title != KREIS and not text.startswith("- ", end):  # as in "Rhein-Sieg- und Rhein-Erft-Kreis"
        counties = [each for each in counties if each.full]
    readings = counties if counties and (around.title == KREIS or not towns) else towns
    if readings is counties and around.title_start is not None:
        start = around.title_start
    return Name(start, end, key, tuple(readings), around, _evidence(key, readings, around))


def _evidence(key: Key, readings: Sequence[Reading], around: Cues) -> int:
    if around.title in (KREIS, TOWN):
        return 3
    if all(each.demonym for each in readings):
        inflected = key[-1].endswith(("in", "innen"))
        return min(2, 2 * around.noun_after + inflected + (around.article or around.adjective))
    several = len(key) > 1
    full = several and any(each.full for each in readings)
    noun = around.noun_before and not around.office
    return max(around.preposition, 2 if full else 0, int(several or noun))


def _is_something_else(name: Name) -> bool:
    around = name.cues
    bare = not any(each.demonym or (each.place.kind == "K" and name.risk == PLAIN) for each in name.readings)
    common_noun = around.article and bare and len(name.key) == 1 and not around.compound
    person = around.stranger_before and name.risk == SURNAME and not name.demonym
    linked = name.demonym and around.compound
    return around.other or around.title == PART or common_noun or person or linked


def _narrowed(name: Name, text: str, following: Sequence[Token], gazetteer: Gazetteer) -> Name:
    """The name without what is ruled out by a Land or Kreis right behind it: "(Hessen)", ", Kreis Soest"."""
    if not following or not _BEHIND.fullmatch(text[name.end : following[0].start]):
        return name
    region = _region([each.word for each in following], gazetteer)
    readings = tuple(each for each in name.readings if region and each.place.ags.startswith(region))
    if not readings:
        return name
    return Name(name.start, name.end, name.key, readings, name.cues, max(2, name.evidence))


def _region(words: Sequence[str], gazetteer: Gazetteer) -> str:
    """AGS of the Kreis or first digits of the Land that words begin with; empty: they begin with none."""
    if words[0] in word_list("kreis"):
        for size in range(_LONGEST_KREIS, 0, -1):
            if found := gazetteer.counties.get(tuple(words[1 : 1 + size])):
                return found[0].place.ags
    lands = words[1:3] if words[0] == "in" else words[:2]
    return LAND_NAMES.get("-".join(lands)) or LAND_NAMES.get("".join(lands[:1]), "")
