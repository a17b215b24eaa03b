"""Pages of places: ``/ort/<ags>`` lists the releases that mention a Kreis, a town or a Gemeinde."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from datasette import Response

from archive.lands import LANDS as LAND_NAMES
from archive.places.gazetteer import ATTRIBUTION, LANDS, Place, places
from archive.search.marks import marked, snippet
from archive.web.answer import ask, not_found, page
from archive.web.german import sort_key
from archive.web.paging import PAGE_SIZE, page_number, page_of
from archive.web.queries import Row
from archive.web.queries import places as queries

_SAYS_SO = ("kreis", "region", "regionalverband")  # a name that needs no "Kreis" before it
_WITH_KREISE = ("01", "05")  # elsewhere it is a Landkreis
_LAND_CODES = {digits: code for code, digits in LANDS.items()}


async def place(datasette: Any, request: Any) -> Response:
    """``/ort/<ags>``: releases that mention a place, newest first; of a Kreis, its Gemeinden, too."""
    found = places().get(request.url_vars["ags"])
    if found is None:
        return await not_found(datasette, request)
    number = page_number(request)
    total = await ask(datasette, queries.count, found.ags)
    pager = page_of(datasette, f"/ort/{found.ags}", {}, number, total)
    if pager is None:
        return await not_found(datasette, request)
    values = {
        "name": called(found.ags),
        "kind": _kind(found),
        "kreis": found.kreis if found.level == "gemeinde" else None,
        "land": LAND_NAMES[_LAND_CODES[found.ags[:2]]],
        "hits": await ask(datasette, _releases, found.ags, PAGE_SIZE, (number - 1) * PAGE_SIZE),
        "total": total,
        "pager": pager,
        "within": await ask(datasette, _within, found.ags) if found.level == "kreis" else [],
        "attribution": ATTRIBUTION,
    }
    return await page(datasette, request, "place.html", values)


def called(ags: str) -> str:
    """Name of a place as a page shows it; its AGS where no place of this version has it.

    >>> called("05754"), called("05754012"), called("09187"), called("05382"), called("99")
    ('Kreis Gütersloh', 'Halle (Westf.)', 'Landkreis Rosenheim', 'Rhein-Sieg-Kreis', '99')
    """
    found = places().get(ags)
    if found is None:
        return ags
    if found.level != "kreis" or any(word in found.name.lower() for word in _SAYS_SO):
        return found.name
    return f"{'Kreis' if ags.startswith(_WITH_KREISE) else 'Landkreis'} {found.name}"


def _releases(connection: sqlite3.Connection, ags: str, limit: int, offset: int) -> list[Row]:
    """Releases that mention a place, newest first, with the stretches of their texts that do."""
    found = queries.releases(connection, ags, limit, offset)
    return [row | _shown(row, queries.spans(connection, row["id"], ags)) for row in found]


def _within(connection: sqlite3.Connection, kreis: str) -> list[Row]:
    """Gemeinden of a Kreis that releases mention, by name."""
    found = (row | {"name": called(row["ags"])} for row in queries.within(connection, kreis))
    return sorted(found, key=lambda row: sort_key(row["name"]))


def _shown(row: Row, spans: Sequence[tuple[int, int]]) -> Row:
    return {"marked_title": marked(row["title"], []), "snippet": snippet(row["text"], spans)}


def _kind(found: Place) -> str:
    return {"K": "Kreis", "F": "Kreisfreie Stadt", "S": "Stadt", "G": "Gemeinde"}[found.kind]
