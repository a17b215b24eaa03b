"""How the releases that answer a query spread over months and authorities."""

from __future__ import annotations

import sqlite3
from collections import Counter
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
        "SELECT substr(day, 1, 7), publisher_id, count(*) FROM search_rows WHERE n IN"
        f" (SELECT {table}.rowid FROM {table} WHERE {where} ORDER BY 1 DESC LIMIT ?) GROUP BY 1, 2",
        (*answer.selection.values, COUNTED),
    )
    months: Counter[str] = Counter()
    publishers: Counter[str] = Counter()
    for month, publisher, number in rows:
        months[month] += number
        publishers[publisher] += number
    names: dict[str, str] = dict(connection.execute("SELECT id, name FROM publishers").fetchall())
    spread = (OfPublisher(each, names[each], number) for each, number in publishers.items())
    return Facets(
        tuple(sorted(months.items())),
        tuple(sorted(spread, key=lambda each: (-each.releases, each.id))),
        answer.total <= COUNTED,
    )
