"""How a place's name is written in German text: short, abbreviated, inflected, and of its inhabitants."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

Key = tuple[str, ...]
"""Words of a written form, without what stands between them."""

WORD = re.compile(r"[^\W\d_]+")

_LONG = {
    ("a", "d"): ("an", "der"), ("i", "d"): ("in", "der"), ("v", "d"): ("vor", "der"),
    ("o", "d"): ("ob", "der"), ("a",): ("am",), ("i",): ("im",), ("b",): ("bei",), ("u",): ("und",),
}  # fmt: skip
_SHORT = {long: short for short, long in _LONG.items()} | {("in",): ("i",)}
_REGIONS = {
    "OPf": "Oberpfalz", "OFr": "Oberfranken", "UFr": "Unterfranken", "MFr": "Mittelfranken",
    "OB": "Oberbayern", "NB": "Niederbayern", "Bay": "Bayern", "Odw": "Odenwald", "Westf": "Westfalen",
    "Rhld": "Rheinland", "Erzgeb": "Erzgebirge", "Oldb": "Oldenburg", "Vogtl": "Vogtland",
}  # fmt: skip
_SMALL = frozenset(
    ("am", "an", "auf", "bei", "den", "der", "im", "in", "ob", "und", "unter", "v", "vor", "vorm")
)
_SAINTS = (("Sankt", "St"), ("St", "Sankt"))
_LANDS_TOO = {("Baden",), ("Brandenburg",), ("Hessen",), ("Sachsen",)}
_BARE_NEVER = frozenset(["Am", "An", "Bad", "Groß", "Hann", "Klein", "St", "Sankt", "Weil"])
_OWN_NAMES = {  # what inhabitants are called where no rule says it
    "Hannover": ("Hannoveraner",), "Münster": ("Münsteraner",), "Kassel": ("Kasselaner",),
    "Leer": ("Leeraner",), "Dresden": ("Dresdner",), "München": ("Münchner",), "Bremen": ("Bremer",),
    "Emden": ("Emder",), "Jena": ("Jenenser",), "Norden": ("Norder",), "Kaiserslautern": ("Kaiserslauterer",),
    "Enger": ("Engeraner",), "Espelkamp": ("Espelkämper",), "Salzuflen": ("Salzufler",),
    "Halle": ("Hallenser", "Hallesche", "Hallescher", "Halleschen", "Hallesches"),
}  # fmt: skip
KIND = re.compile(r"^(?:Region|Städteregion|Regionalverband|(?:Rhein-K|Eifelk|Altmarkk|Landk)reis) ")
"""What stands in the name of a Kreis before that of a town, or of two."""

_ENDINGS = (  # of a name, and what inhabitants' names have instead
    (re.compile(r"([iau]ng|brück|haus|hof|kirch|feld|stett|berg|tal)en$"), r"\1er"),
    (re.compile(r"stadt$"), "städter"),
    (re.compile(r"e$"), "er"),
    (re.compile(r"$"), "er"),
)
PEOPLE = ("", "n", "s", "in", "innen")
"""Endings of what inhabitants are called."""

_BASE = re.compile(r" (?=[a-zäöü(])| ?[(/]")


class Written(NamedTuple):
    """A form. ``full``: with all that tells the place from others of its name."""

    key: Key
    full: bool
    demonym: bool = False


def town(name: str) -> Iterator[Written]:
    """Forms of the name of a town or Gemeinde.

    >>> [" ".join(form.key) for form in town("Rheine") if not form.demonym]
    ['Rheine', 'Rheines']
    >>> [" ".join(form.key) for form in town("Solingen") if form.demonym][:3]
    ['Solinger', 'Solingern', 'Solingers']
    """
    words = tuple(WORD.findall(name))
    base = base_of(name)
    yield from (Written(key, full=True) for key in sorted(_spellings(words, base)))
    if not base or base in _LANDS_TOO:
        return
    alone = base == words
    if not alone:
        yield Written(base, full=False)
    if not base[-1].endswith(("s", "x", "z", "ß")) and base != ("Au",):  # "Aus" is a word
        yield Written((*base[:-1], base[-1] + "s"), full=alone)
    for each in people(base[-1]):
        yield Written((*base[:-1], each), full=alone, demonym=True)
        if base[0] == "Bad" and len(base) == 2:
            yield Written((each,), full=False, demonym=True)


def county(name: str) -> Iterator[Written]:
    """Forms of the name of a Kreis, without the word Kreis where that is no part of the name.

    >>> sorted(" ".join(form.key) for form in county("Märkischer Kreis"))
    ['Märkische Kreis', 'Märkischem Kreis', 'Märkischen Kreis', 'Märkischen Kreises', 'Märkischer Kreis']
    >>> [" ".join(form.key) for form in county("Rhein-Sieg-Kreis") if not form.full]
    ['Rhein Sieg']
    """
    words = tuple(WORD.findall(name))
    if words[-1] == "Kreis" and len(words) > 2:
        yield Written(words[:-1], full=False)
    if words[-1].lower().endswith("kreis"):
        for end in ("", "es", "e") if len(words) == 1 or words[-2][-2:] != "er" else ("",):
            yield Written((*words[:-1], words[-1] + end), full=True)
        if len(words) > 1 and words[-2].endswith("er"):
            stem = words[-2][:-2]
            yield from (Written((*words[:-2], stem + end, "Kreis"), full=True) for end in ("e", "em", "en"))
            yield Written((*words[:-2], stem + "en", "Kreises"), full=True)
        return
    yield from (Written(key, full=True) for key in sorted(_spellings(words, base_of(name))))
    alone = KIND.sub("", name)
    if base_of(alone) not in ((), words):
        yield Written(base_of(alone), full=False)
    if not words[-1].endswith(("s", "x", "z", "ß")):
        yield Written((*words[:-1], words[-1] + "s"), full=True)


def base_of(name: str) -> Key:
    """The words of a name before what tells it from others of its kind; empty where these are no name alone.

    >>> base_of("Halle (Westf.)"), base_of("Bad Neustadt a.d. Saale"), base_of("Weil der Stadt")
    (('Halle',), ('Bad', 'Neustadt'), ())
    """
    key = tuple(WORD.findall(_BASE.split(name, maxsplit=1)[0]))
    return () if len(key) == 1 and key[0] in _BARE_NEVER else key


def people(name: str) -> list[str]:
    """What inhabitants are called, and what belongs to the place, in all inflections.

    >>> people("Lippstadt")
    ['Lippstädter', 'Lippstädtern', 'Lippstädters', 'Lippstädterin', 'Lippstädterinnen']
    """
    stems = list(_OWN_NAMES.get(name, ()))
    for ending, instead in _ENDINGS:
        if ending.search(name):
            stems.append(ending.sub(instead, name, count=1))
            break
    if name.endswith("hausen"):
        stems.append(name.removesuffix("hausen") + "häuser")
    if name.endswith("en"):
        stems.append(name + "er")
    return [stem + end for stem in stems for end in (PEOPLE if stem.endswith("er") else ("",))]


def _spellings(words: Key, base: Key) -> set[Key]:
    """A full name as it is, with its small words written out, abbreviated, and left out."""
    long = tuple(_REGIONS.get(each, each) for each in _swap(words, base, _LONG))
    short = _swap(words, base, _SHORT)
    found = {words, long, short, *((other, *words[1:]) for one, other in _SAINTS if words[0] == one)}
    if len(base) < len(words) and words[len(base)] in _SMALL:
        tail = [each for each in long[len(base) :] if each not in _SMALL]
        found |= {(*base, *tail)} if tail and tuple(tail) != base else set()
        found |= {(*short[:-1], short[-1][0]) for _ in tail[:1] if words[len(base)] in ("am", "an", "a")}
    elif base and len(base) < len(words):
        found |= {(*base, *small, *long[len(base) :]) for small in (("in",), ("am",), ("an", "der"))}
    return found


def _swap(words: Key, base: Key, by: dict[Key, Key]) -> Key:
    """Words behind the base, with small ones replaced, two together before one."""
    out, n = list(words[: len(base)]), len(base)
    while n < len(words):
        size = 2 if words[n : n + 2] in by else 1
        piece = words[n : n + size]
        out += by.get(piece, piece) if n < len(words) - 1 else piece
        n += size
    return tuple(out)
