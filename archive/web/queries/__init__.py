"""What the pages ask of archive.db: one function a question, all SQL of the website except the search.

Each takes an open connection and returns plain data: rows as dicts by column name. A module for each family
of pages has its questions; here is what all of them need.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

Row = dict[str, Any]

DAY = "coalesce(r.published_on, substr(r.first_seen_at, 1, 10))"
"""ISO day by which releases ``r`` are ordered: that of publication, else of the first capture."""


LISTED = "r.id NOT IN (SELECT release_id FROM hidden_releases)"
"""Whether a list may name a release ``r``."""


def rows(
    connection: sqlite3.Connection, query: str, values: Sequence[Any] | Mapping[str, Any] = ()
) -> list[Row]:
    """All rows of an answer."""
    cursor = connection.execute(query, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def first(
    connection: sqlite3.Connection, query: str, values: Sequence[Any] | Mapping[str, Any]
) -> Row | None:
    """The first row of an answer; None when there is none."""
    return next(iter(rows(connection, query, values)), None)


def figures(connection: sqlite3.Connection) -> Row:
    """Size of the archive: releases, publishers with one, first crawl (UTC) and oldest day (None if none)."""
    return rows(
        connection,
        "SELECT (SELECT count(*) FROM releases) AS releases,"
        " (SELECT count(*) FROM publishers p"
        "   WHERE EXISTS (SELECT 1 FROM releases WHERE publisher_id = p.id)) AS publishers,"
        " (SELECT min(started_at) FROM crawls) AS since,"
        f" (SELECT published_on FROM releases r WHERE published_on NOTNULL ORDER BY {DAY} LIMIT 1) AS oldest",
    )[0]
