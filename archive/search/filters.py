"""What limits a result beside words, typed in the query or given by the caller, as conditions on rows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple, TypedDict

from archive.search.analyser import runs
from archive.search.entry import DAY, publisher_key
from archive.search.query import Limit, Query, limit_day, parse

_FIRST_ROW = (
    "SELECT coalesce((SELECT n FROM releases JOIN search_rows ON release_id = id"
    f" WHERE {DAY} >= ? ORDER BY {DAY}, id LIMIT 1), 1 << 62)"
)
_LAST_ROW = (
    "SELECT coalesce((SELECT n FROM releases JOIN search_rows ON release_id = id"
    f" WHERE {DAY} <= ? ORDER BY {DAY} DESC, id DESC LIMIT 1), -1)"
)
"""First row of a day or a later one, last row of a day or an earlier one: rows are in the order of days."""


class Filters(TypedDict, total=False):
    """What a caller may limit beside what the query says; both hold. None and False are no limit.

    ``publisher``: id of an authority; ``land``: code of its Land; ``kind``: as in releases.kind; ``since``
    and ``until``: day, month or year, as after ``ab:`` and ``bis:``; ``changed``: the words changed after
    they were first seen; ``gone``: no longer on the authority's site; ``attachments``: with files.
    """

    publisher: str | None
    land: str | None
    kind: str | None
    since: str | None
    until: str | None
    changed: bool
    gone: bool
    attachments: bool


class Conditions(NamedTuple):
    """Limits as expressions on the column of facts of the table of keys, and as SQL on a row's number.

    ``facts``: what a row must have; ``not_facts``: what it must not; both empty where nothing is asked.
    ``sql`` has ``{n}`` for the number of the row, and takes ``values``.
    """

    facts: str
    not_facts: str
    sql: tuple[str, ...]
    values: tuple[str, ...]


def limited(query: Query, filters: Filters) -> Query:
    """A query with a caller's limits beside its own; days that cannot be read are told as unread."""
    named = {
        "publisher_id": filters.get("publisher"), "land": filters.get("land"), "kind": filters.get("kind"),
        "changed": "1" if filters.get("changed") else None, "gone": "1" if filters.get("gone") else None,
        "attached": "1" if filters.get("attachments") else None,
    }  # fmt: skip
    limits = tuple(Limit(respect, (value,)) for respect, value in named.items() if value is not None)
    since, until = filters.get("since"), filters.get("until")
    first = limit_day(since, last=False) if since else None
    last = limit_day(until, last=True) if until else None
    unread = [f"ab:{since}"] if since and not first else []
    unread += [f"bis:{until}"] if until and not last else []
    return replace(
        query,
        limits=(*query.limits, *limits),
        since=max(filter(None, (query.since, first)), default=None),
        until=min(filter(None, (query.until, last)), default=None),
        unread=(*query.unread, *unread),
    )


def conditions(connection: sqlite3.Connection, query: Query) -> Conditions:
    """A query's limits as conditions."""
    wanted: list[str] = []
    unwanted: list[str] = []
    sql: list[str] = []
    values: list[str] = []
    for limit in query.limits:
        if limit.respect in _PUBLISHERS:
            (unwanted if limit.excludes else wanted).append(_facts(_publishers(connection, limit)))
        else:
            within = "NOT IN" if limit.excludes else "IN"
            sql.append(
                f"(SELECT fact.{limit.respect} FROM search_rows fact WHERE fact.n = {{n}}) {within}"
                " (SELECT value FROM json_each(?))"
            )
            values.append(json.dumps(limit.values))
    if query.since:
        sql.append(f"{{n}} >= ({_FIRST_ROW})")
        values.append(query.since)
    if query.until:
        sql.append(f"{{n}} <= ({_LAST_ROW})")
        values.append(query.until + "~")
    return Conditions(" AND ".join(wanted), " OR ".join(unwanted), tuple(sql), tuple(values))


def unknown(connection: sqlite3.Connection, query: Query) -> tuple[str, ...]:
    """Limits as typed that no authority of the archive answers to."""
    return tuple(
        f"{limit.respect}:{each}"
        for limit in query.limits
        if limit.respect in ("von", "land") and not limit.excludes
        for each in limit.values
        if not _publishers(connection, limit._replace(values=(each,)))
    )


def asked_authorities(connection: sqlite3.Connection, text: str, filters: Filters) -> set[str] | None:
    """Ids of the authorities to which a query and a caller's filters narrow a search; None: may be any."""
    query = limited(parse(text), filters)
    named = [limit for limit in query.limits if limit.respect in _PUBLISHERS]
    wanted = [set(_publishers(connection, limit)) for limit in named if not limit.excludes]
    unwanted = [set(_publishers(connection, limit)) for limit in named if limit.excludes]
    if not named:
        return None
    known = {row[0] for row in connection.execute("SELECT id FROM publishers")}
    return known.intersection(*wanted).difference(*unwanted)


def _facts(publishers: Iterable[str]) -> str:
    """A list without anybody asks for a word that no row has."""
    found = " OR ".join(publisher_key(each) for each in publishers) or "nobody"
    return f"facts : ({found})"


def _publishers(connection: sqlite3.Connection, limit: Limit) -> Sequence[str]:
    """Ids of the authorities that a limit names."""
    return _PUBLISHERS[limit.respect](connection, limit.values)


def _called(connection: sqlite3.Connection, asked: Sequence[str]) -> list[str]:
    """Ids that are asked for, else of those whose id or name has all the words."""
    known = connection.execute("SELECT id, name FROM publishers").fetchall()
    found: list[str] = []
    for each in asked:
        exact = [id_ for id_, name in known if each.lower() in (id_.lower(), name.lower())]
        words = set(_forms(each))
        like = [id_ for id_, name in known if words and words <= {*_forms(id_), *_forms(name)}]
        found += exact or like
    return found


def _forms(text: str) -> list[str]:
    return [form for run in runs(text) for form in run.forms]


def _of_lands(connection: sqlite3.Connection, lands: Sequence[str]) -> list[str]:
    query = "SELECT id FROM publishers WHERE land IN (SELECT value FROM json_each(?)) ORDER BY id"
    return [row[0] for row in connection.execute(query, [json.dumps([land.upper() for land in lands])])]


_PUBLISHERS: dict[str, Callable[[sqlite3.Connection, Sequence[str]], Sequence[str]]] = {
    "publisher_id": lambda _, ids: ids, "von": _called, "land": _of_lands,
}  # fmt: skip
"""How authorities are named, by the respect of a limit."""
