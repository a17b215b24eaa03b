"""From what was typed to what answers it: the tiers of a query that are needed, and how much they find."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace

from archive.search.filters import Filters, conditions, limited
from archive.search.index import is_current
from archive.search.query import Clause, Query, Term, parse, tokens
from archive.search.ranking import Selection, count, select
from archive.search.rewrite import Match, Rewriter
from archive.search.typos import Correction


@dataclass(frozen=True, slots=True)
class Answer:
    """One tier's condition with the number of its releases."""

    match: Match
    selection: Selection
    total: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as read, with what answers it, from strict to loose; nothing where nothing can be asked for.

    ``outdated``: the index was made by another version, so words are searched only as they are written.
    """

    query: Query
    answers: tuple[Answer, ...]
    corrections: tuple[Correction, ...]
    outdated: bool


def ask(connection: sqlite3.Connection, typed: str, filters: Filters, *, few: int) -> Asked:
    """Answers as far as they are needed: the first that finds something, looser ones while hits are few."""
    query = parse(typed)
    nothing = not query.blank and not query.clauses and not query.limited
    query = limited(query, filters)
    outdated = not is_current(connection)
    if nothing:
        return Asked(query, (), (), outdated)
    if outdated:
        query = _literally(query)
    tiers, corrections = Rewriter(connection).tiers(query)
    return Asked(query, tuple(_answers(connection, query, tiers, few)), corrections, outdated)


def _answers(connection: sqlite3.Connection, query: Query, tiers: Iterable[Match], few: int) -> list[Answer]:
    found: list[Answer] = []
    limits = conditions(connection, query)
    for match in tiers:
        selection = select(match, limits)
        total = count(connection, selection)
        if total or not found:
            found.append(Answer(match, selection, total))
        if total >= few:
            break
    return [each for each in found if each.total] or found[:1]


def _literally(query: Query) -> Query:
    """A query that asks only for words as they are written."""

    def literal(term: Term) -> Term:
        return Term("literal", " ".join(tokens(term.text)), term.in_title) if term.kind == "word" else term

    return replace(
        query, clauses=tuple(Clause(tuple(map(literal, c.terms)), c.excludes) for c in query.clauses)
    )
