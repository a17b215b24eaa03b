"""What the pages of places ask of archive.db."""

from __future__ import annotations

import sqlite3

from archive.web.queries import Row, rows

_LISTED = "release_id NOT IN (SELECT release_id FROM hidden_releases)"


def count(connection: sqlite3.Connection, ags: str) -> int:
    """How many releases mention a place."""
    query = f"SELECT count(DISTINCT release_id) FROM mentions WHERE ags = ? AND {_LISTED}"
    return int(connection.execute(query, [ags]).fetchone()[0])


def releases(connection: sqlite3.Connection, ags: str, limit: int, offset: int) -> list[Row]:
    """Releases that mention a place, newest first."""
    return rows(
        connection,
        "SELECT r.id, r.title, r.text, r.publisher_id, p.name AS publisher, r.published_on, r.first_seen_at,"
        " r.gone_at FROM (SELECT s.n, s.release_id"
        " FROM (SELECT DISTINCT release_id FROM mentions WHERE ags = ?)"
        " JOIN search_rows s USING (release_id) ORDER BY s.n DESC LIMIT ? OFFSET ?) newest"
        " JOIN releases r ON r.id = newest.release_id JOIN publishers p ON p.id = r.publisher_id"
        " ORDER BY newest.n DESC",
        [ags, limit, offset],
    )


def within(connection: sqlite3.Connection, kreis: str) -> list[Row]:
    """Gemeinden of a Kreis that releases mention: ags, releases."""
    return rows(
        connection,
        "SELECT ags, count(DISTINCT release_id) AS releases FROM mentions"
        f" WHERE ags > ? AND ags < ? AND {_LISTED} GROUP BY ags",
        [kreis, f"{kreis}:"],  # the sign behind the digits
    )


def spans(connection: sqlite3.Connection, release: int, ags: str) -> list[tuple[int, int]]:
    """Where a release's text names a place, in code points."""
    query = 'SELECT start, "end" FROM mentions WHERE release_id = ? AND ags = ? ORDER BY start'
    return connection.execute(query, [release, ags]).fetchall()
