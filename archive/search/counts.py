"""How the releases that answer a query spread over months and authorities."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import NamedTuple, Unpack

from sqlite_utils import Database

from archive.search.answers import ask
from archive.search.filters import Filters

COUNTED = 200_000
"""The newest so many releases that answer are counted."""


class OfPublisher(NamedTuple):
    """How many of the releases an authority published."""

    id: str
    name: str
    releases: int


@dataclass(frozen=True, slots=True)
class Facets:
    """Of the releases that a search lists newest first: how many each month and each authority has.

    ``months``: ("2018-03", number), oldest first, only those with releases. ``publishers``: most first.
    ``complete``: all releases were counted, not only the newest.
    """

    months: tuple[tuple[str, int], ...] = ()
    publishers: tuple[OfPublisher, ...] = ()
    complete: bool = True


def facets(db: Database | sqlite3.Connection, query: str, **filters: Unpack[Filters]) -> Facets:
    """Counts for a query within filters."""
    connection = db.conn if isinstance(db, Database) else db
    asked = ask(connection, query, filters, few=1)
    if not asked.answers:
        return Facets()
    answer = asked.answers[-1]
    table, where = answer.selection.table, answer.selection.where
    rows = connection.execute(
        "WITH facts AS MATERIALIZED (SELECT substr(day, 1, 7) AS month, publisher_id FROM search_rows"
        f" JOIN (SELECT {table}.rowid AS n FROM {table} WHERE {where} ORDER BY 1 DESC LIMIT ?) USING (n))"
        " SELECT 0, month, count(*) FROM facts GROUP BY 2"
        " UNION ALL SELECT 1, publisher_id, count(*) FROM facts GROUP BY 2",
        (*answer.selection.values, COUNTED),
    )
    counts: tuple[dict[str, int], dict[str, int]] = ({}, {})
    for respect, value, number in rows:
        counts[respect][value] = number
    months, publishers = counts
    names: dict[str, str] = dict(connection.execute("SELECT id, name FROM publishers").fetchall())
    spread = (OfPublisher(each, names[each], number) for each, number in publishers.items())
    return Facets(
        tuple(sorted(months.items())),
        tuple(sorted(spread, key=lambda each: (-each.releases, each.id))),
        answer.total <= COUNTED,
    )
