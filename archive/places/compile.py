"""Compile places.txt, the names of Germany's Kreise and Gemeinden, from three open files.

The Gemeinden with their AGS and the outlines of the Kreise (as GeoJSON, for their centres) come from the
Bundesamt für Kartographie und Geodäsie (VG5000 of 1 January 2021), the Kreise from Destatis by way of
landkreise-deutschland.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

HEADER = """\
# Kreise (K), kreisfreie Städte (F) with latitude and longitude of the centre; Städte (S), Gemeinden (G).
# Made by 'python -m archive.places.compile', do not edit.
# Gemeinden and centres: © GeoBasis-DE / BKG 2021 (Daten verändert), dl-de/by-2-0, https://www.bkg.bund.de
# Kreise: Destatis via landkreise-deutschland 3.0.0, CC BY 4.0
"""

_COUNTY_FREE = "kreisfreie_stadt"
_SUFFIX = re.compile(r",.*")


def centre(geometry: dict[str, Any]) -> tuple[float, float]:
    """Latitude and longitude of the middle of a geometry's box.

    >>> centre({"coordinates": [[[8.0, 51.0], [9.0, 51.0], [9.0, 52.0], [8.0, 51.0]]]})
    (51.5, 8.5)
    """
    points = list(_points(geometry["coordinates"]))
    lon, lat = ([point[axis] for point in points] for axis in (0, 1))
    return (min(lat) + max(lat)) / 2, (min(lon) + max(lon)) / 2


def _points(coordinates: list[Any]) -> Iterator[list[float]]:
    if coordinates and isinstance(coordinates[0], float | int):
        yield coordinates
    else:
        for part in coordinates:
            yield from _points(part)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@click.command()
@click.argument("gemeinden", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("kreise", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("outlines", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def main(gemeinden: Path, kreise: Path, outlines: Path) -> None:
    """Print places.txt from GEMEINDEN (ags, name, bezeichnung), KREISE (ags, name, kind) and OUTLINES.

    \b
    python -m archive.places.compile gemeinden_de.csv kreise_de.csv kreise.geojson > archive/places/places.txt
    """
    towns = [row for row in _rows(gemeinden) if row["bezeichnung"] in ("Stadt", "Gemeinde")]
    click.echo(HEADER + "\n".join(sorted(_lines(towns, list(_rows(kreise)), _centres(outlines)))))


def _centres(outlines: Path) -> dict[str, tuple[float, float]]:
    features = json.loads(outlines.read_text("utf-8"))["features"]
    return {each["properties"]["ags"]: centre(each["geometry"]) for each in features}


def _lines(
    towns: list[dict[str, str]], kreise: list[dict[str, str]], centres: dict[str, tuple[float, float]]
) -> Iterator[str]:
    """A kreisfreie Stadt is one line, with its name as a Gemeinde."""
    free = {f"{row['ags']}000" for row in kreise if row["kind"] == _COUNTY_FREE}
    names = {row["ags"]: row["name"] for row in towns}
    for row in kreise:
        ags = row["ags"]
        is_free = f"{ags}000" in free
        name = names[f"{ags}000"] if is_free else _SUFFIX.sub("", row["name"])
        lat, lon = centres[ags]
        yield f"{ags}\t{'F' if is_free else 'K'}\t{name}\t{lat:.2f}\t{lon:.2f}"
    for row in towns:
        if row["ags"] not in free:
            yield f"{row['ags']}\t{row['bezeichnung'][0]}\t{row['name']}"


if __name__ == "__main__":
    main()
