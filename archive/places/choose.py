"""Which of several places of one name is meant, and how much evidence a place needs to be believed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from archive.places.forms import base_of
from archive.places.gazetteer import Gazetteer, Place, Reading
from archive.places.names import PLAIN
from archive.places.region import Region

NEAR_KM = 60.0
"""Between the centres of two Kreise whose places are near each other."""

_FAR_KM = 150.0
_SAME_LAND_KM = 30.0  # where only the Land is known
_BESIDE_KM = 15.0  # a Kreis that the text itself names counts as this far
_CLEAR = 40.0
_MANY = 4
_WEIGHTS = {"K": 0.0, "F": 0.0, "S": 60.0, "G": 110.0}
_SEAT = 35.0
_LESS_KNOWN = {"12053": 100.0}  # Frankfurt (Oder), but in its own Land

# Evidence by kind; by risk: PLAIN, SURNAME, WORD; by where: own Kreis, near, well known, Land, elsewhere.
_NEEDED = {
    "K": ((0, 0, 0, 0, 0), (0, 1, 2, 2, 2), (1, 2, 2, 2, 2)),
    "F": ((0, 0, 0, 0, 0), (0, 0, 1, 1, 1), (1, 2, 2, 2, 2)),
    "S": ((0, 0, 0, 1, 2), (0, 1, 2, 2, 3), (1, 2, 2, 2, 3)),
    "G": ((0, 1, 1, 2, 3), (0, 2, 2, 3, 3), (1, 2, 2, 3, 3)),
}
# Well-known parts of cities that are called like towns elsewhere: in the city's own texts the part is meant.
_PARTS = {
    "02000": {"Harburg", "Neustadt", "Hamm", "Horn"},
    "04011": {"Neustadt"},
    "05116": {"Hardt"},
    "05119": {"Osterfeld"},
    "05315": {"Brück", "Mülheim", "Weiden"},
    "05513": {"Horst"},
    "06412": {"Bornheim", "Griesheim", "Höchst", "Kalbach", "Schwanheim"},
    "08111": {"Mühlhausen", "Münster", "Wangen"},
    "09162": {"Moosach"},
    "11000": {"Blankenburg", "Britz", "Buckow", "Karow", "Lichtenberg", "Rosenthal", "Schöneberg"},
    "14612": {"Neustadt"},
}
_OWN, _NEAR, _KNOWN, _LAND, _ELSEWHERE = range(5)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known before a name is read: all places, the publisher's region, places named by the text."""

    gazetteer: Gazetteer
    region: Region
    anchors: frozenset[str] = field(default=frozenset())
    _distances: dict[str, float] = field(default_factory=dict, compare=False)

    def with_text(self, places: Iterable[Place]) -> Known:
        """The same with places that the text surely names."""
        return Known(self.gazetteer, self.region, frozenset(place.kreis for place in places))

    def distance(self, place: Place) -> float:
        """Kilometres from the publisher's Kreis, or a few more from the nearest Kreis that the text names."""
        if place.kreis not in self._distances:
            self._distances[place.kreis] = self._distance(place.kreis)
        return self._distances[place.kreis]

    def _distance(self, kreis: str) -> float:
        region = self.region
        if region.kreis:
            own = self.gazetteer.distance(region.kreis, kreis)
        else:
            own = _SAME_LAND_KM if kreis.startswith(region.digits) else _FAR_KM
        beside = (self.gazetteer.distance(each, kreis) + _BESIDE_KM for each in self.anchors)
        return min(own, _FAR_KM, *beside)

    def is_near(self, place: Place) -> bool:
        """Whether a place is near the publisher, or a place that the text names."""
        return self.distance(place) <= NEAR_KM

    def is_part(self, place: Place) -> bool:
        """Whether the publisher's own city has a part that is called like this place."""
        return base_of(place.name)[:1] in {(part,) for part in _PARTS.get(self.region.kreis or "", ())}

    def standing(self, place: Place) -> int:
        """Column of what a place needs."""
        if place.kreis == self.region.kreis:
            return _OWN
        if self.is_near(place):
            return _NEAR
        if place.kind in "FK" or place.seat:
            return _KNOWN
        return _LAND if place.ags.startswith(self.region.digits) else _ELSEWHERE


def choose(readings: Sequence[Reading], known: Known) -> Place | None:
    """The place that is meant: the nearest, with more weight for towns; None where two are alike."""
    costs = {each.place.ags: known.distance(each.place) + _weight(each, known) for each in readings}
    (best, cost), *others = sorted(costs.items(), key=lambda item: item[1])
    place = known.gazetteer.places[best]
    if not others or place.kreis == known.region.kreis != known.gazetteer.places[others[0][0]].kreis:
        return place
    exact = place.kind == "F" and any(each.place == place and each.full for each in readings)
    if len(costs) >= _MANY and not (exact or known.is_near(place)):
        return None
    return place if others[0][1] - cost >= _CLEAR else None


def _weight(reading: Reading, known: Known) -> float:
    """How many kilometres farther off a place seems than a kreisfreie Stadt with a longer name."""
    place = reading.place
    weight = _SEAT if place.seat and place.kind == "S" else _WEIGHTS[place.kind]
    if place.kreis == known.region.kreis:
        return weight / 4
    if place.kind == "F" and reading.full:
        return -_CLEAR
    return weight + (0.0 if place.ags.startswith(known.region.digits) else _LESS_KNOWN.get(place.ags, 0.0))


def needed(place: Place, known: Known, risk: int, *, demonym: bool) -> int:
    """Evidence that a place needs, 0 to 3, where its name is PLAIN, a SURNAME or a WORD, or a demonym."""
    standing = known.standing(place)
    least = _NEEDED[place.kind][risk][standing]
    if demonym and (standing == _ELSEWHERE or (risk and standing != _OWN and place.kind != "F")):
        return 3
    if demonym and not (risk == PLAIN and standing == _OWN):
        return max(least, 2 if risk else 1)
    return least
