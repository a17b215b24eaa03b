"""What limits a result beside words, typed in the query or given by the caller, as conditions on rows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple, TypedDict

from archive.lands import LANDS, SHORT
from archive.search.analyser import runs
from archive.search.entry import DAY, land_key, publisher_key
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


_FLAGS = ("changed", "gone", "attached")
"""Columns of search_rows that are 0 or 1, each with an index of the ones."""


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
    ``sql`` has ``{n}`` for the number of the row, ``{row}`` for the same where rows must not be looked up one
    by one, and takes ``values``.
    """

    facts: str
    not_facts: str
    sql: tuple[str, ...]
    values: tuple[str, ...]


def limited(query: Query, filters: Filters) -> Query:
    """A query with a caller's limits beside its own.

    Days that cannot be read are told as unread, spans that end before they begin as backwards: none is meant.
    """
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
    spans = [(query.since, query.until), (first, last)]
    backwards = tuple((begin, end) for begin, end in spans if begin and end and begin > end)
    forwards = [each for each in spans if each not in backwards]
    return replace(
        query,
        limits=(*query.limits, *limits),
        since=max((begin for begin, _ in forwards if begin), default=None),
        until=min((end for _, end in forwards if end), default=None),
        unread=(*query.unread, *unread),
        backwards=backwards,
    )


def conditions(connection: sqlite3.Connection, query: Query) -> Conditions:
    """A query's limits as conditions."""
    wanted: list[str] = []
    unwanted: list[str] = []
    sql: list[str] = []
    values: list[str] = []
    for limit in query.limits:
        if limit.respect in _FACTS:
            (unwanted if limit.excludes else wanted).append(_facts(connection, limit))
            continue
        within = "NOT IN" if limit.excludes else "IN"
        if limit.respect in _FLAGS:
            sql.append(f"{{row}} {within} (SELECT n FROM search_rows WHERE {limit.respect} = 1)")
        else:
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
        if not _FACTS[limit.respect](connection, each)
    )


def asked_authorities(connection: sqlite3.Connection, text: str, filters: Filters) -> set[str] | None:
    """Ids of the authorities to which a query and a caller's filters narrow a search; None: may be any."""
    named = [limit for limit in limited(parse(text), filters).limits if limit.respect in _FACTS]
    if not named:
        return None
    asked = [(limit.excludes, {id_ for each in limit.values for id_ in _ids(connection, limit.respect, each)})
             for limit in named]  # fmt: skip
    known = {row[0] for row in connection.execute("SELECT id FROM publishers")}
    return known.intersection(*(ids for excludes, ids in asked if not excludes)).difference(
        *(ids for excludes, ids in asked if excludes)
    )


def _facts(connection: sqlite3.Connection, limit: Limit) -> str:
    """A list without anybody asks for a word that no row has."""
    found = " OR ".join(fact for each in limit.values for fact in _FACTS[limit.respect](connection, each))
    return f"facts : ({found or 'nobody'})"


def _ids(connection: sqlite3.Connection, respect: str, asked: str) -> list[str]:
    """Ids of the authorities that a limit asks for."""
    if respect == "land":
        known = connection.execute("SELECT id FROM publishers WHERE land = ?", [land_code(asked)])
        return [row[0] for row in known]
    return _called(connection, asked) if respect == "von" else [asked]


def _called(connection: sqlite3.Connection, asked: str) -> list[str]:
    """Ids of the authorities whose id or name is asked for, else of those that have all the words."""
    known = connection.execute("SELECT id, name FROM publishers").fetchall()
    exact = [id_ for id_, name in known if asked.lower() in (id_.lower(), name.lower())]
    words = set(_forms(asked))
    return exact or [id_ for id_, name in known if words and words <= {*_forms(id_), *_forms(name)}]


def land_code(asked: str) -> str:
    """Code of the Land that somebody names by it, by its name or for short; what was asked, if it is none.

    >>> land_code("nw"), land_code("NRW"), land_code("Thueringen"), land_code("sachsen anhalt")
    ('NW', 'NW', 'TH', 'ST')
    """
    return _CODES.get("".join(_forms(asked)), asked.upper())


def _of_land(connection: sqlite3.Connection, asked: str) -> list[str]:
    code = land_code(asked)
    there = connection.execute("SELECT 1 FROM publishers WHERE land = ?", [code]).fetchone()
    return [land_key(code)] if there else []


def _forms(text: str) -> list[str]:
    return [form for run in runs(text) for form in run.forms]


_CODES = {"".join(_forms(name)): code for code, name in LANDS.items()} | {
    "".join(_forms(name)): code for name, code in SHORT.items()
}

_FACTS: dict[str, Callable[[sqlite3.Connection, str], list[str]]] = {
    "publisher_id": lambda _, id_: [publisher_key(id_)],
    "von": lambda connection, asked: [publisher_key(id_) for id_ in _called(connection, asked)],
    "land": _of_land,
}
"""Words of the column of facts for what a limit asks for, by its respect; none where no authority answers."""
