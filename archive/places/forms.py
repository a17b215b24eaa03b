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
_LANDS_TOO = {("Baden",), ("Brandenburg",), ("Hessen",), ("Sachsen",)}
_BARE_NEVER = frozenset(["Am", "An", "Bad", "Groß", "Hann", "Klein", "St", "Sankt", "Weil"])
_OWN_NAMES = {  # what inhabitants are called where no rule says it
    "Hannover": ("Hannoveraner",), "Münster": ("Münsteraner",), "Kassel": ("Kasselaner",),
    "Leer": ("Leeraner",), "Dresden": ("Dresdner",), "München": ("Münchner",), "Bremen": ("Bremer",),
    "Emden": ("Emder",), "Jena": ("Jenenser",), "Norden": ("Norder",), "Kaiserslautern": ("Kaiserslauterer",),
    "Halle": ("Hallenser", "Hallesche", "Hallescher", "Halleschen", "Hallesches"),
}  # fmt: skip
_ENDINGS = (  # of a name, and what inhabitants' names have instead
    (re.compile(r"([iau]ng|brück|haus|hof|kirch|feld|stett|berg|tal)en$"), r"\1er"),
    (re.compile(r"stadt$"), "städter"),
    (re.compile(r"e$"), "er"),
    (re.compile(r"$"), "er"),
)
_PEOPLE = ("", "n", "s", "in", "innen")
_BASE = re.compile(r" (?=[a-zäöü(])| ?[(/]")


class Written(NamedTuple):
    """A form. ``full``: with all that tells the place from others of its name."""

    key: Key
    full: bool
    demonym: bool = False


def town(name: str) -> Iterator[Written]:
    """Forms of the name of a town or Gemeinde.

    >>> sorted(" ".join(form.key) for form in town("Frankfurt (Oder)") if not form.demonym)
    ['Frankfurt', 'Frankfurt Oder', 'Frankfurt in Oder', 'Frankfurts']
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
    if not base[-1].endswith(("s", "x", "z", "ß")):
        yield Written((*base[:-1], base[-1] + "s"), full=alone)
    yield from (Written((*base[:-1], each), full=alone, demonym=True) for each in people(base[-1]))


def county(name: str) -> Iterator[Written]:
    """Forms of the name of a Kreis, without the word Kreis where that is no part of the name.

    >>> sorted(" ".join(form.key) for form in county("Märkischer Kreis"))
    ['Märkische Kreis', 'Märkischem Kreis', 'Märkischen Kreis', 'Märkischen Kreises', 'Märkischer Kreis']
    """
    words = tuple(WORD.findall(name))
    if words[-1].lower().endswith("kreis"):
        for end in ("", "es", "e") if len(words) == 1 or words[-2][-2:] != "er" else ("",):
            yield Written((*words[:-1], words[-1] + end), full=True)
        if len(words) > 1 and words[-2].endswith("er"):
            stem = words[-2][:-2]
            yield from (Written((*words[:-2], stem + end, "Kreis"), full=True) for end in ("e", "em", "en"))
            yield Written((*words[:-2], stem + "en", "Kreises"), full=True)
        return
    yield from (Written(key, full=True) for key in sorted(_spellings(words, base_of(name))))
    if base_of(name) not in ((), words):
        yield Written(base_of(name), full=False)
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
    if not stems[-1].endswith(name + "er") and name.endswith("en"):
        stems.append(name + "er")
    return [stem + end for stem in stems for end in (_PEOPLE if stem.endswith("er") else ("",))]


def _spellings(words: Key, base: Key) -> set[Key]:
    """A full name as it is, with its small words written out, abbreviated, and left out."""
    long = tuple(_REGIONS.get(each, each) for each in _swap(words, base, _LONG))
    short = _swap(words, base, _SHORT)
    found = {words, long, short}
    if len(base) < len(words) and words[len(base)] in _SMALL:
        tail = [each for each in long[len(base) :] if each not in _SMALL]
        found |= {(*base, *tail)} if tail else set()
        found |= {(*short[:-1], short[-1][0]) for _ in tail[:1] if words[len(base)] in ("am", "an", "a")}
    elif base and len(base) < len(words):
        found |= {(*base, "in", *long[len(base) :])}
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
