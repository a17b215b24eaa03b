"""Which releases answer a match, and in which order: newest first, or best first among the newest."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from archive.search.entry import ID_BITS
from archive.search.filters import Conditions
from archive.search.rewrite import RANKED, Match

_KEY_WEIGHTS = "1.0, 2.0, 0.2, 1.0, 0.0"
_LITERAL_WEIGHTS = "1.0, 2.0, 1.5"
_AS_TYPED = 0.5
_TYPED = 3 * RANKED
_RECENT, _FADES_DAYS = 0.1, 3 * 372


class Ranked(NamedTuple):
    """A row of the index, its score (higher is better; 0: not ranked), and how many were folded into it."""

    n: int
    score: float
    copies: int = 0


@dataclass(frozen=True, slots=True)
class Selection:
    """A condition on rows of the index: the table that drives it, SQL for the rest, and values for both."""

    table: str
    where: str
    values: tuple[Any, ...]
    weights: str


def select(match: Match, limits: Conditions) -> Selection:
    """A match and a query's limits as one condition."""
    keys = " AND ".join(filter(None, (f"({match.keys})" if match.keys else "", limits.facts)))
    not_keys = " OR ".join(filter(None, (match.not_keys, limits.not_facts)))
    where: list[str] = []
    values: list[Any] = []
    if keys:
        table, weights = "releases_fts_keys", _KEY_WEIGHTS
        expression = f"({keys}) NOT ({not_keys})" if not_keys else keys
        not_keys = ""
    elif match.literal:
        table, weights = "releases_fts", _LITERAL_WEIGHTS
        expression = f"({match.literal}) NOT ({match.not_literal})" if match.not_literal else match.literal
    else:
        table, weights, expression = "search_rows", "", ""
    if expression:
        where.append(f"{table} MATCH ?")
        values.append(expression)
    rest = [("releases_fts_keys", not_keys, "NOT IN")]
    if table != "releases_fts":
        rest += [("releases_fts", match.literal, "IN"), ("releases_fts", match.not_literal, "NOT IN")]
    for other, condition, operator in rest:
        if condition:
            where.append(f"+{table}.rowid {operator} (SELECT rowid FROM {other} WHERE {other} MATCH ?)")
            values.append(condition)
    for by_keys, by_words in match.either:
        where.append(
            f"+{table}.rowid IN (SELECT rowid FROM releases_fts_keys WHERE releases_fts_keys MATCH ?"
            " UNION SELECT rowid FROM releases_fts WHERE releases_fts MATCH ?)"
        )
        values += [by_keys, by_words]
    row = (
        f"{table}.rowid" if table == "search_rows" else f"+{table}.rowid"
    )  # full text is read in its own order
    where += [each.format(n=f"{table}.rowid", row=row) for each in limits.sql]
    return Selection(table, " AND ".join(where) or "1", (*values, *limits.values), weights)


def count(connection: sqlite3.Connection, selection: Selection) -> int:
    """Number of releases that answer."""
    query = f"SELECT count(*) FROM {selection.table} WHERE {selection.where}"
    return int(connection.execute(query, selection.values).fetchone()[0])


def newest(connection: sqlite3.Connection, selection: Selection, limit: int, offset: int = 0) -> list[Ranked]:
    """Rows that answer, newest first."""
    query = (
        f"SELECT rowid FROM {selection.table} WHERE {selection.where} ORDER BY rowid DESC LIMIT ? OFFSET ?"
    )
    rows = connection.execute(query, (*selection.values, limit, offset))
    return [Ranked(row[0], 0.0) for row in rows]


def best(connection: sqlite3.Connection, selection: Selection, as_typed: str = "") -> list[Ranked]:
    """The newest ``RANKED`` rows that answer, best first; copies of a text are folded into the best of them.

    The score of the keys counts, and half the score of the words as they were typed.
    """
    if not selection.weights:
        return newest(connection, selection, RANKED)
    query = (
        f"SELECT rowid, -bm25({selection.table}, {selection.weights}) FROM {selection.table}"
        f" WHERE {selection.where} ORDER BY rowid DESC LIMIT ?"
    )
    rows = connection.execute(query, (*selection.values, RANKED)).fetchall()
    today = _latest(connection)
    typed = _as_typed(connection, as_typed, rows[-1][0], rows[0][0]) if as_typed and rows else {}
    scored = [((score + _AS_TYPED * typed.get(n, 0.0)) * _recency(today, n), n) for n, score in rows]
    return _folded(connection, sorted(scored, reverse=True))


def _as_typed(connection: sqlite3.Connection, words: str, oldest: int, latest: int) -> dict[int, float]:
    """Scores of a stretch of rows by an expression of literal words; of the newest where they are many."""
    query = (
        f"SELECT rowid, -bm25(releases_fts, {_LITERAL_WEIGHTS}) FROM releases_fts WHERE releases_fts MATCH ?"
        " AND rowid BETWEEN ? AND ? ORDER BY rowid DESC LIMIT ?"
    )
    return dict(connection.execute(query, [words, oldest, latest, _TYPED]).fetchall())


def _latest(connection: sqlite3.Connection) -> int:
    row = connection.execute("SELECT max(n) FROM search_rows").fetchone()
    return int(row[0] or 0) >> ID_BITS


def _recency(today: int, n: int) -> float:
    """From 1.1 for the archive's newest day to 1 for what is long ago."""
    age = max(0, today - (n >> ID_BITS))
    return 1 + _RECENT / (1 + age / _FADES_DAYS)


def _folded(connection: sqlite3.Connection, scored: Sequence[tuple[float, int]]) -> list[Ranked]:
    clusters = dict(
        connection.execute(
            "SELECT s.n, r.cluster_id FROM search_rows s JOIN releases r ON r.id = s.release_id"
            " WHERE r.cluster_id IS NOT NULL AND s.n IN (SELECT value FROM json_each(?))",
            [json.dumps([n for _, n in scored])],
        ).fetchall()
    ) if _has_clusters(connection) else {}  # fmt: skip
    first: dict[Any, Ranked] = {}
    for score, n in scored:
        group = ("cluster", clusters[n]) if n in clusters else n
        before = first.get(group)
        first[group] = Ranked(before.n, before.score, before.copies + 1) if before else Ranked(n, score)
    return list(first.values())


def _has_clusters(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM clusters LIMIT 1").fetchone() is not None
