"""Outlines of the Kreise for the map: simplified once from GeoJSON, kept in outlines.json.

    python -m archive.web.outlines kreise.geojson > archive/web/outlines.json

The GeoJSON holds a feature per Kreis with the property ``ags``, WGS84, and its ``attribution``. Neighbours
share their points, so that a border simplified once has no gaps. The same file in gives the same file out.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import click

Point = tuple[float, float]

WIDTH = 1000
"""Of the drawing; its units are about 0.64 km."""

TOLERANCE = 1.6
"""How far a simplified border may lie from the real one, in units of the drawing."""

_SMALLEST = 12.0
"""Area in square units below which an island is left out, unless it is all that a Kreis has."""

_SQUEEZE = math.cos(math.radians(51.2))
"""How much shorter a degree of longitude is than one of latitude in the middle of Germany."""


def outlines(geojson: Any) -> dict[str, Any]:
    """The file of outlines: ``attribution``, ``width``, ``height`` and ``paths``, SVG path data by AGS."""
    shapes = {each["properties"]["ags"]: list(_rings(each["geometry"])) for each in geojson["features"]}
    points = [point for rings in shapes.values() for ring in rings for point in ring]
    left, top = min(x for x, _ in points), max(y for _, y in points)
    scale = WIDTH / ((max(x for x, _ in points) - left) * _SQUEEZE)

    def draw(point: Point) -> Point:
        return (point[0] - left) * _SQUEEZE * scale, (top - point[1]) * scale

    drawn = {ags: [[draw(point) for point in ring] for ring in rings] for ags, rings in shapes.items()}
    nodes = _nodes(ring for rings in drawn.values() for ring in rings)
    return {
        "attribution": geojson["attribution"],
        "width": WIDTH,
        "height": math.ceil((top - min(y for _, y in points)) * scale),
        "paths": {ags: _path(rings, nodes) for ags, rings in sorted(drawn.items())},
    }


def _rings(geometry: Any) -> Iterator[list[Point]]:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    for polygon in polygons:
        yield from ([(x, y) for x, y in ring] for ring in polygon)


def _nodes(rings: Iterable[Sequence[Point]]) -> frozenset[Point]:
    """Points where more or fewer than two borders meet: they stay, and borders run between them."""
    borders = {frozenset(border) for ring in rings for border in pairwise(ring)}
    meeting = Counter(point for border in borders for point in border)
    return frozenset(point for point, number in meeting.items() if number != 2)


def _path(rings: Sequence[Sequence[Point]], nodes: frozenset[Point]) -> str:
    largest = max(rings, key=_area)
    kept = [ring for ring in rings if ring is largest or _area(ring) >= _SMALLEST]
    return "".join(_drawn(_simplified(ring, nodes)) for ring in kept)


def _simplified(ring: Sequence[Point], nodes: frozenset[Point]) -> list[Point]:
    """A ring with its borders simplified one by one, each in the same direction for both neighbours."""
    open_ring = list(ring[:-1])
    start = next((n for n, point in enumerate(open_ring) if point in nodes), None)
    if start is None:
        start = open_ring.index(min(open_ring))  # an island has no neighbour: any two points of it may stay
        nodes = frozenset([min(open_ring), max(open_ring)])
    turned = [*open_ring[start:], *open_ring[:start], open_ring[start]]
    cuts = [n for n, point in enumerate(turned) if point in nodes]
    simple: list[Point] = []
    for first, last in pairwise(cuts):
        border = turned[first : last + 1]
        forward = border <= border[::-1]
        straight = simplify(border if forward else border[::-1])
        simple += (straight if forward else straight[::-1])[:-1]
    return simple


def simplify(border: Sequence[Point], tolerance: float = TOLERANCE) -> list[Point]:
    """The fewest points of a border found by Douglas and Peucker's method; its ends stay.

    >>> simplify([(0, 0), (5, 1), (10, 0), (10, 10)])
    [(0, 0), (10, 0), (10, 10)]
    """
    first, last = border[0], border[-1]
    far, distance = max(
        ((n, _distance(point, first, last)) for n, point in enumerate(border[1:-1], 1)),
        key=lambda found: found[1],
        default=(0, 0.0),
    )
    if distance <= tolerance:
        return [first, last]
    return simplify(border[: far + 1], tolerance)[:-1] + simplify(border[far:], tolerance)


def _distance(point: Point, first: Point, last: Point) -> float:
    """Of a point from the line between two others, or from their place where they are one."""
    (x, y), (x1, y1), (x2, y2) = point, first, last
    length = math.dist(first, last)
    if not length:
        return math.dist(point, first)
    return abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length


def _area(ring: Sequence[Point]) -> float:
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))) / 2


def _drawn(ring: Sequence[Point]) -> str:
    """Path data of whole units, each step relative to the one before."""
    whole = [(round(x), round(y)) for x, y in ring]
    steps = [(x2 - x1, y2 - y1) for (x1, y1), (x2, y2) in pairwise(whole)]
    lines = "".join(f"{x}{'' if y < 0 else ' '}{y} " for x, y in steps if x or y)
    return f"M{whole[0][0]} {whole[0][1]}l{lines.strip()}z"


@click.command()
@click.argument("geojson", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def main(geojson: Path) -> None:
    """Print the outlines of a GeoJSON file."""
    found = outlines(json.loads(geojson.read_text("utf-8")))
    click.echo(json.dumps(found, ensure_ascii=False, indent=0))


if __name__ == "__main__":
    main()
