"""What the pages of authorities ask of archive.db."""

from __future__ import annotations

import sqlite3

from archive.web.german import sort_key
from archive.web.queries import Row, first, rows


def publishers(connection: sqlite3.Connection) -> list[Row]:
    """All authorities with number of releases and newest day, by Land code and then by name."""
    found = rows(
        connection,
        "SELECT p.id, p.name, p.land, coalesce(c.releases, 0) AS releases, c.newest FROM publishers p"
        " LEFT JOIN (SELECT publisher_id, count(*) AS releases, max(published_on) AS newest FROM releases"
        "   GROUP BY publisher_id) c ON c.publisher_id = p.id",
    )
    return sorted(found, key=lambda row: (row["land"], sort_key(row["name"]), row["id"]))


def publisher(connection: sqlite3.Connection, publisher_id: str) -> Row | None:
    """One authority; None when there is none with this id."""
    return first(connection, "SELECT id, name, kind, ags, land FROM publishers WHERE id = ?", [publisher_id])


def sources(connection: sqlite3.Connection, publisher_id: str) -> list[Row]:
    """The places where an authority publishes, each with the result of its last crawl (None if none)."""
    return rows(
        connection,
        "SELECT s.id, s.homepage, s.press, c.status, c.new, c.changed, c.error, k.started_at AS crawled_at"
        " FROM sources s"
        " LEFT JOIN source_crawls c ON c.source_id = s.id"
        "   AND c.crawl_id = (SELECT max(crawl_id) FROM source_crawls WHERE source_id = s.id)"
        " LEFT JOIN crawls k ON k.id = c.crawl_id"
        " WHERE s.publisher_id = ? ORDER BY s.id",
        [publisher_id],
    )
