"""What the search page asks of archive.db beside the search."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection

from archive.web.german import sort_key
from archive.web.queries import Row, rows


def copies(connection: sqlite3.Connection, releases: Collection[int]) -> dict[int, tuple[int, int]]:
    """For those of the releases that have copies: (cluster, number of the other releases in it)."""
    found = rows(
        connection,
        "SELECT r.id, c.id AS cluster, c.size - 1 AS others FROM releases r"
        " JOIN clusters c ON c.id = r.cluster_id WHERE r.id IN (SELECT value FROM json_each(?))",
        [json.dumps(list(releases))],
    )
    return {row["id"]: (row["cluster"], row["others"]) for row in found}


def publishers(connection: sqlite3.Connection) -> list[Row]:
    """The authorities that have releases, by Land code and then by name."""
    found = rows(
        connection,
        "SELECT id, name, land FROM publishers p"
        " WHERE EXISTS (SELECT 1 FROM releases WHERE publisher_id = p.id)",
    )
    return sorted(found, key=lambda row: (row["land"], sort_key(row["name"]), row["id"]))
