"""Germany's Kreise and Gemeinden by all forms in which their names are written, and how far they are apart.

Gemeinden and centres of the Kreise: © GeoBasis-DE / BKG 2021 (Daten verändert), dl-de/by-2-0,
https://www.bkg.bund.de; names of the Kreise: Destatis via landkreise-deutschland 3.0.0, CC BY 4.0.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain
from math import cos, hypot, radians
from typing import NamedTuple

import yaml

from archive.places.forms import KIND, Key, base_of, county, town
from archive.search.lexicon import lexicon_version

RULES = "1"
"""Version of what is done with the shipped names: raise it with every change that finds other places."""

ATTRIBUTION = "© GeoBasis-DE / BKG 2021 (Daten verändert), dl-de/by-2-0; Destatis, CC BY 4.0"

LANDS = {
    "SH": "01", "HH": "02", "NI": "03", "HB": "04", "NW": "05", "HE": "06", "RP": "07", "BW": "08",
    "BY": "09", "SL": "10", "BE": "11", "BB": "12", "MV": "13", "SN": "14", "ST": "15", "TH": "16",
}  # fmt: skip
"""The first two digits of an AGS by Land."""

LAND_NAMES = {
    "Schleswig-Holstein": "01", "Niedersachsen": "03", "Nordrhein-Westfalen": "05", "NRW": "05",
    "Westfalen": "05", "Hessen": "06", "Rheinland-Pfalz": "07", "Pfalz": "07", "Baden-Württemberg": "08",
    "Bayern": "09", "Saarland": "10", "Brandenburg": "12", "Mecklenburg-Vorpommern": "13", "Sachsen": "14",
    "Sachsen-Anhalt": "15", "Thüringen": "16",
}  # fmt: skip
"""What the Länder are called in texts."""

LEVELS = {"K": "kreis", "F": "kreisfreie_stadt", "S": "gemeinde", "G": "gemeinde"}

_KM = 111.2
_TWO_PARTS = ("Baden-Württemberg", "Schleswig-Holstein", "Sachsen-Anhalt", "Mecklenburg-Vorpommern")
_INFLECTIONS = ("", "s", "er", "ers", "ern", "erin", "erinnen", "ische", "ischen", "ischer", "isches")
_NO_PLACES: tuple[Key, ...] = (
    *(tuple(f"{land}{end}".split("-")) for land in _TWO_PARTS for end in _INFLECTIONS),
    ("Rhein", "Main"), ("Rhein", "Ruhr"), ("Weimarer", "Republik"), ("Essen", "und", "Trinken"),
    ("Essen", "auf", "Rädern"), ("Frankfurter", "Allgemeine"), ("Königsteiner", "Schlüssel"),
)  # fmt: skip
"""What begins like a place and is none."""


@dataclass(frozen=True, slots=True)
class Place:
    """``kind``: K Kreis, F kreisfreie Stadt, S Stadt, G Gemeinde. ``seat``: its Kreis is called after it."""

    ags: str
    kind: str
    name: str
    seat: bool = False

    @property
    def kreis(self) -> str:
        """AGS of its Kreis or, where it is or was none's, its own: five digits."""
        return self.ags[:5]

    @property
    def level(self) -> str:
        """``mentions.level``."""
        return LEVELS[self.kind]


class Reading(NamedTuple):
    """A place that a form may mean. ``demonym``: as its inhabitants, or what belongs to it."""

    place: Place
    full: bool
    demonym: bool


Tree = dict[str, "Tree"]
END = ""


class Gazetteer:
    """Places by form, and ``forms``: a tree of all forms, word by word, with END where one may end.

    Forms that are in neither table only begin like a place.
    """

    def __init__(self, places: Mapping[str, Place], centres: Mapping[str, tuple[float, float]]) -> None:
        """``centres``: latitude and longitude of Kreise by AGS."""
        self.places = places
        self._centres = centres
        self.towns: dict[Key, list[Reading]] = {}
        self.counties: dict[Key, list[Reading]] = {}
        for place in places.values():
            forms, table = (county, self.counties) if place.kind == "K" else (town, self.towns)
            for form in forms(place.name):
                table.setdefault(form.key, []).append(Reading(place, form.full, form.demonym))
        self.forms: Tree = {}
        for key in chain(self.towns, self.counties, _NO_PLACES):
            branch = self.forms
            for word in key:
                branch = branch.setdefault(word, {})
            branch[END] = {}

    def distance(self, one: str, other: str) -> float:
        """Kilometres between the centres of two Kreise; infinite where one is not known."""
        if one not in self._centres or other not in self._centres:
            return float("inf")
        (lat, lon), (lat2, lon2) = self._centres[one], self._centres[other]
        return hypot(lat - lat2, (lon - lon2) * cos(radians((lat + lat2) / 2))) * _KM


@cache
def shipped() -> Gazetteer:
    """The places of this version, in all forms."""
    return Gazetteer(places(), {row[0]: (float(row[3]), float(row[4])) for row in _rows() if len(row) > 3})


@cache
def places() -> Mapping[str, Place]:
    """The places of this version by AGS."""
    counties = {ags: KIND.sub("", name) for ags, kind, name, *_ in _rows() if kind == "K"}
    return {
        ags: Place(ags, kind, name, seat=_is_seat(base_of(name), base_of(counties.get(ags[:5], ""))))
        for ags, kind, name, *_ in _rows()
    }


def _is_seat(town: Key, kreis: Key) -> bool:
    """Whether a Kreis is called after a town, if also after others: Siegen-Wittgenstein."""
    return bool(town) and kreis[: len(town)] == town


def _rows() -> list[list[str]]:
    return [line.split("\t") for line in _read("places.txt").splitlines() if not line.startswith("#")]


def word_list(name: str) -> frozenset[str]:
    """A list of words.yml."""
    return _word_lists()[name]


@cache
def places_version() -> str:
    """What finds places in texts: our rules, the shipped names and words by their hash, and the lexicon."""
    shipped_files = _read("places.txt") + _read("words.yml")
    digest = hashlib.sha256(shipped_files.encode()).hexdigest()[:12]
    return f"{RULES} names-{digest} {lexicon_version()}"


@cache
def _word_lists() -> dict[str, frozenset[str]]:
    return {name: frozenset(words.split()) for name, words in yaml.safe_load(_read("words.yml")).items()}


def _read(name: str) -> str:
    return files("archive.places").joinpath(name).read_text("utf-8")
