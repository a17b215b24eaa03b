"""All that may be a name of a place in a text, and what stands around it. Whether it is, find.py decides."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from archive.places.cues import KREIS, PART, TOWN, Cues, Token, look, tokens
from archive.places.forms import PEOPLE, Key, base_of
from archive.places.gazetteer import END, LAND_NAMES, Gazetteer, Place, Reading, word_list

PLAIN, SURNAME, WORD = range(3)
"""What else a name may be, and how easily it is taken for a place."""

_BETWEEN = re.compile(r"[\s./()–-]{1,3}")
_BEHIND = re.compile(r" ?[(,/] ?| ")
_CLOSING = re.compile(r"\.?\)")
_ADDRESS = re.compile(r"\.[a-z]|@")
_CAPITALS = {"AN", "AM", "DER", "BEI", "IM", "IN", "OB"}
_BEHIND_VERBS = ("das", "der", "die", "ein", "eine", "er", "sie", "wir")  # "Kamen die Gäste?"
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
    def person(self) -> bool:
        """Whether it is a person's: behind a given name, or a word that may be one."""
        surname = self.risk == SURNAME and not self.demonym
        return self.cues.person or (self.cues.stranger_before and surname)

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
    n, pair, belonging = 0, -1, -1
    while n < len(words):
        last = _longest(text, words, n, gazetteer) if words[n].word[0].isupper() else None
        if last is None:
            n += 1
            continue
        if n == pair or not _is_within(text, words[n].start, words[last].end):
            name = _name(text, words[n : last + 1], look(text, words, n, last), gazetteer)
            name = replace(name, evidence=max(2, name.evidence)) if n == pair else name
            if name.readings and not _is_something_else(name) and (name.demonym or name.start != belonging):
                yield _narrowed(name, text, words[last + 1 : last + 2 + _LONGEST_KREIS], gazetteer)
            belonging = name.end + 1 if name.demonym and name.readings else -1  # "Freiburger Münster"
        city, n = _is_city(words[n : last + 1], gazetteer), last + 1
        pair = n if city and _is_city(words[n : n + 1], gazetteer) else -1
        while n != pair and n < len(words) and text[words[n - 1].end : words[n].start] == "-":
            n += 1  # the rest of a compound is no name of its own, but in "Duisburg-Essen"


def _is_city(words: Sequence[Token], gazetteer: Gazetteer) -> bool:
    """Whether words are the whole name of a kreisfreie Stadt."""
    readings = gazetteer.towns.get(tuple(_plain(each.word) for each in words), ())
    return any(each.place.kind == "F" and each.full and not each.demonym for each in readings)


def _longest(text: str, words: Sequence[Token], n: int, gazetteer: Gazetteer) -> int | None:
    """The last word of the longest form that begins with a word, None where none does."""
    branch, last = gazetteer.forms, None
    for k in range(n, len(words)):
        if k > n and not _joined(text[words[k - 1].end : words[k].start]):
            break
        found = branch.get(_plain(words[k].word))
        if found is None:
            break
        branch, last = found, k if END in found else last
    return last


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
    if any(each.demonym for each in towns):
        towns = [each for each in towns if each.demonym == around.noun_after] or towns
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
    full = min(len(key), 3) if several and any(each.full for each in readings) else 0
    noun = around.noun_before and not around.office
    genitive = around.noun_after and not any(_ends_with(each.place.name, key[-1]) for each in readings)
    subject = _is_subject(around) and any(each.place.kind == "F" for each in readings)
    return max(around.preposition, full, int(several or noun or genitive or subject))


def _ends_with(name: str, word: str) -> bool:
    """Whether a name, without what tells it from others, has a last word that is not inflected."""
    return base_of(name)[-1:] == (word,)


def _is_subject(around: Cues) -> bool:
    """Whether a name begins a sentence, and what follows may be its verb."""
    lists = ("articles", "direct", "weak", "other", "linking")
    return around.opening.islower() and not any(around.opening in word_list(each) for each in lists)


def _is_something_else(name: Name) -> bool:
    around = name.cues
    bare = not any(each.demonym or (each.place.kind == "K" and name.risk == PLAIN) for each in name.readings)
    common_noun = around.article and bare and len(name.key) == 1 and not around.compound
    linked = name.demonym and around.compound
    verb = around.opening in _BEHIND_VERBS and name.risk != PLAIN and not name.demonym
    return around.other or around.title == PART or common_noun or linked or verb


def _narrowed(name: Name, text: str, following: Sequence[Token], gazetteer: Gazetteer) -> Name:
    """The name without what is ruled out by a Land or Kreis right behind it: "(Hessen)", ", Kreis Soest"."""
    if not following or not _BEHIND.fullmatch(text[name.end : following[0].start]):
        return name
    region = _region([each.word for each in following], gazetteer)
    readings = tuple(each for each in name.readings if region and each.place.ags.startswith(region))
    if not readings:
        return name
    return replace(name, readings=readings, evidence=max(2, name.evidence))


def _region(words: Sequence[str], gazetteer: Gazetteer) -> str:
    """AGS of the Kreis or first digits of the Land that words begin with; empty: they begin with none."""
    if words[0] in word_list("kreis"):
        for size in range(_LONGEST_KREIS, 0, -1):
            if found := gazetteer.counties.get(tuple(words[1 : 1 + size])):
                return found[0].place.ags
    lands = words[1:3] if words[0] == "in" else words[:2]
    return LAND_NAMES.get("-".join(lands)) or LAND_NAMES.get("".join(lands[:1]), "")
