"""Which places a text names: one walk over its words, then what stands around each name decides.

A name is taken that its context or its distance to the publisher tells from others. What could as well be a
word, a person, a street, or a place of the same name elsewhere is left out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from archive.places.choose import Known, choose, needed
from archive.places.forms import Key
from archive.places.gazetteer import Place, shipped
from archive.places.names import PLAIN, SURNAME, Name, names
from archive.places.region import Region

_LIST = re.compile(
    r"(?: ?\([^()]{1,40}\))?(?:,|/|;| &| und| sowie| oder| bis| nach|, und| –| -) ?"
    r"(?:(?:aus|in|nach|bei|der|die|den|dem|des|auch|Stadt|Gemeinde|Kreis|Kreises|Landkreis|Landkreises) )*"
)


class Mention(NamedTuple):
    """``text[start:end]`` names a place; offsets count code points."""

    ags: str
    level: str
    start: int
    end: int


def find(text: str, region: Region) -> list[Mention]:
    """All places that a text of a publisher of this region names, in order, none overlapping another."""
    gazetteer = shipped()
    found = list(names(text, gazetteer))
    persons = {each.key for each in found if each.person}
    found = [each for each in found if not each.person]
    alone = Known(gazetteer, region)
    sure = [each.place for each in _settled(found, alone, persons) if each.place and _is_sure(each)]
    known = alone.with_text(sure)
    found = _settled(found, known, persons)
    for _ in range(2):  # from one name of a list to the next, and to the one after
        found = _settled(_supported(text, found), known, persons)
    return [Mention(each.place.ags, each.place.level, each.start, each.end) for each in found if each.place]


def _settled(found: Sequence[Name], known: Known, persons: Collection[Key]) -> list[Name]:
    """The names with the places that they mean, None where that is not sure enough."""
    return [replace(each, place=_meant(each, known, persons)) for each in found]


def _meant(name: Name, known: Known, persons: Collection[Key]) -> Place | None:
    place = choose(name.readings, known)
    if place is None or name.evidence < _least(name, place, known, persons):
        return None
    risk = max(name.risk, SURNAME) if name.cues.office and not known.is_near(place) else name.risk
    return place if name.evidence >= needed(place, known, risk, demonym=name.demonym) else None


def _least(name: Name, place: Place, known: Known, persons: Collection[Key]) -> int:
    """Evidence that a name needs, whatever place it means, because it may be a person's or a city part's."""
    if known.is_part(place) and len(name.key) == 1:
        return 3
    if name.cues.office and name.risk != PLAIN:
        return 2
    if name.key in persons and not name.cues.preposition:
        return 1 if place.kreis == known.region.kreis else 2
    return 0


def _is_sure(name: Name) -> bool:
    """Whether a name may help to read others: it has one meaning, and is surely a place's."""
    return len({each.place.ags for each in name.readings}) == 1 and (name.evidence > 1 or name.risk == PLAIN)


def _supported(text: str, found: Sequence[Name]) -> list[Name]:
    """The names, those in doubt with more evidence where they stand in a list beside others that are not."""
    out = list(found)
    for n, (one, other) in enumerate(pairwise(found)):
        if (one.place is None) != (other.place is None) and _are_listed(text, one, other):
            doubtful = n if one.place is None else n + 1
            if not found[doubtful].cues.office:
                out[doubtful] = replace(found[doubtful], evidence=max(2, found[doubtful].evidence))
    return out


def _are_listed(text: str, one: Name, other: Name) -> bool:
    return one.demonym == other.demonym and _LIST.fullmatch(text, one.end, other.start) is not None
