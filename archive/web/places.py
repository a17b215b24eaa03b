"""Pages of places: ``/ort/<ags>`` lists the releases that mention a Kreis, a town or a Gemeinde."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from datasette import Response

from archive.places.gazetteer import ATTRIBUTION, LANDS, Place, places
from archive.search.marks import marked, snippet
from archive.web.german import LANDS as LAND_NAMES
from archive.web.german import sort_key
from archive.web.pages import PAGE_SIZE, _ask, _page, _page_number, _pager, not_found
from archive.web.queries import Row, _rows

_SAYS_SO = ("kreis", "region", "regionalverband")  # a name that needs no "Kreis" before it
_WITH_KREISE = ("01", "05")  # elsewhere it is a Landkreis
_LAND_CODES = {digits: code for code, digits in LANDS.items()}


async def place(datasette: Any, request: Any) -> Response:
    """``/ort/<ags>``: releases that mention a place, newest first; of a Kreis, its Gemeinden, too."""
    found = places().get(request.url_vars["ags"])
    if found is None:
        return await not_found(datasette, request)
    number = _page_number(request)
    total = await _ask(datasette, count, found.ags)
    pager = _pager(datasette, f"/ort/{found.ags}", {}, number, total)
    if pager is None:
        return await not_found(datasette, request)
    values = {
        "name": called(found.ags),
        "kind": _kind(found),
        "kreis": found.kreis if found.level == "gemeinde" else None,
        "land": LAND_NAMES[_LAND_CODES[found.ags[:2]]],
        "hits": await _ask(datasette, releases, found.ags, PAGE_SIZE, (number - 1) * PAGE_SIZE),
        "total": total,
        "pager": pager,
        "within": await _ask(datasette, within, found.ags) if found.level == "kreis" else [],
        "attribution": ATTRIBUTION,
    }
    return await _page(datasette, request, "place.html", values)


ROUTES: tuple[tuple[str, Callable[[Any, Any], Awaitable[Response]]], ...] = (
    (r"^/ort/(?P<ags>\d{5}(?:\d{3})?)$", place),
)


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


def count(connection: sqlite3.Connection, ags: str) -> int:
    """How many releases mention a place."""
    query = "SELECT count(DISTINCT release_id) FROM mentions WHERE ags = ?"
    return int(connection.execute(query, [ags]).fetchone()[0])


def releases(connection: sqlite3.Connection, ags: str, limit: int, offset: int) -> list[Row]:
    """Releases that mention a place, newest first, with their texts' stretches that do."""
    rows = _rows(
        connection,
        "SELECT r.id, r.title, r.text, r.publisher_id, p.name AS publisher, r.published_on, r.first_seen_at,"
        " r.gone_at FROM (SELECT s.n, s.release_id"
        " FROM (SELECT DISTINCT release_id FROM mentions WHERE ags = ?)"
        " JOIN search_rows s USING (release_id) ORDER BY s.n DESC LIMIT ? OFFSET ?) newest"
        " JOIN releases r ON r.id = newest.release_id JOIN publishers p ON p.id = r.publisher_id"
        " ORDER BY newest.n DESC",
        [ags, limit, offset],
    )
    return [row | _shown(row, _spans(connection, row["id"], ags)) for row in rows]


def within(connection: sqlite3.Connection, kreis: str) -> list[Row]:
    """Gemeinden of a Kreis that releases mention, by name: ags, name, releases."""
    rows = _rows(
        connection,
        "SELECT ags, count(DISTINCT release_id) AS releases FROM mentions"
        " WHERE ags > ? AND ags < ? GROUP BY ags",
        [kreis, f"{kreis}:"],  # the sign behind the digits
    )
    return sorted((row | {"name": called(row["ags"])} for row in rows), key=lambda row: sort_key(row["name"]))


def _spans(connection: sqlite3.Connection, release: int, ags: str) -> list[tuple[int, int]]:
    query = 'SELECT start, "end" FROM mentions WHERE release_id = ? AND ags = ? ORDER BY start'
    return connection.execute(query, [release, ags]).fetchall()


def _shown(row: Row, spans: Sequence[tuple[int, int]]) -> Row:
    return {"marked_title": marked(row["title"], []), "snippet": snippet(row["text"], spans)}


def _kind(found: Place) -> str:
    return {"K": "Kreis", "F": "Kreisfreie Stadt", "S": "Stadt", "G": "Gemeinde"}[found.kind]
