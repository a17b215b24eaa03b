"""Full-text search over releases as Germans search: what a reader types, and the releases that answer it.

analyser (words → keys) and lexicon (compounds) serve both sides; index keeps the tables; query reads what was
typed, filters what limits it, rewrite and typos make expressions of it, answers finds which of them are
needed, ranking asks the tables, marks shows where the words stand, counts has hits by month and authority.
Used by the website and by ``kreispresse search``.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Unpack

from sqlite_utils import Database

from archive.search.analyser import runs
from archive.search.answers import Answer, ask
from archive.search.counts import Facets, facets
from archive.search.filters import Filters, unknown
from archive.search.marks import Finder, Part, marked, plain, shortened, snippet
from archive.search.ranking import Ranked, best, newest
from archive.search.rewrite import RANKED, Match
from archive.search.typos import Correction

__all__ = ["Facets", "Filters", "Hit", "Order", "Part", "Results", "facets", "plain", "search"]

Order = Literal["best", "newest"]

FEW = 20
"""Where fewer releases have all words, best first goes on with those that have some of them."""

_SOME = 100  # so many of those at most


@dataclass(frozen=True, slots=True)
class Hit:
    """One release of a result. ``published_on`` is an ISO day, ``first_seen_at`` and ``gone_at`` are UTC.

    ``snippet`` is where the words stand in the text, or how the release begins when no word was searched.
    ``score`` is higher for better ones, 0 where hits are not ranked. ``partial``: it need not have all words.
    ``copies``: other releases with this text that the result does not show. ``rewritten``: the expression
    that found it, empty where no word was searched.
    """

    id: int
    title: str
    publisher_id: str
    publisher: str
    published_on: str | None
    first_seen_at: str
    url: str
    gone_at: str | None
    marked_title: tuple[Part, ...]
    snippet: tuple[Part, ...]
    score: float = 0.0
    partial: bool = False
    copies: int = 0
    rewritten: str = ""


@dataclass(frozen=True, slots=True)
class Results:
    """``total`` entries answer the query; ``hits`` are those of the page asked for.

    ``exact`` of them have all words. ``corrections``: words that no release has, what was searched instead.
    ``outdated``: the index was made by another version, so words were searched only as they are written.
    ``unread``: filters that could not be read; ``unknown``: those that no authority answers to;
    ``backwards``: spans of ISO days that end before they begin, which were left out.
    """

    query: str
    total: int
    hits: tuple[Hit, ...]
    exact: int = 0
    corrections: tuple[Correction, ...] = ()
    outdated: bool = False
    unread: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    backwards: tuple[tuple[str, str], ...] = ()


def search(
    db: Database | sqlite3.Connection,
    query: str,
    *,
    limit: int = 20,
    offset: int = 0,
    order: Order = "best",
    **filters: Unpack[Filters],
) -> Results:
    """Releases that answer a query, within filters. Blank queries give all releases, newest first.

    Newest is by the day of publication, or of the first capture where that is not known. The order is total:
    pages that follow each other neither repeat nor miss a release.
    """
    connection = db.conn if isinstance(db, Database) else db
    asked = ask(connection, query, filters, few=FEW if order == "best" else 1)
    if not asked.answers:
        return Results(
            query, 0, (), outdated=asked.outdated, unread=asked.query.unread, backwards=asked.query.backwards
        )
    page, total, exact = _page(connection, asked.answers, order, limit, offset)
    hits = tuple(_hits(connection, page))
    return Results(
        query, total, hits, exact, _spelled(asked.corrections, hits), asked.outdated, asked.query.unread,
        unknown(connection, asked.query), asked.query.backwards,
    )  # fmt: skip


def _page(
    connection: sqlite3.Connection, answers: Sequence[Answer], order: Order, limit: int, offset: int
) -> tuple[list[tuple[Ranked, Match]], int, int]:
    """(rows of the page, each with what found it; number of all entries; of those with all words)."""
    if order == "newest" or len(answers) == 1:
        only = answers[0]
        exact = 0 if only.match.partial else only.total
        rows, total = _rows(connection, only, order, limit, offset)
        return [(row, only.match) for row in rows], total, exact
    listed: dict[int, tuple[Ranked, Match]] = {}
    exact = 0
    for answer in answers:
        ranked = best(connection, answer.selection, answer.match.as_typed)
        for row in ranked[: _SOME if answer.match.partial else None]:
            listed.setdefault(row.n, (row, answer.match))
        if not answer.match.partial:
            exact = len(listed)
    entries = list(listed.values())
    return entries[offset : offset + limit], len(entries), exact


def _rows(
    connection: sqlite3.Connection, answer: Answer, order: Order, limit: int, offset: int
) -> tuple[list[Ranked], int]:
    if order == "newest" or not answer.selection.weights:
        return newest(connection, answer.selection, limit, offset), answer.total
    ranked = best(connection, answer.selection, answer.match.as_typed)
    folded = sum(row.copies for row in ranked)
    page = ranked[offset : offset + limit]
    if len(page) < limit and answer.total > RANKED:
        behind = RANKED + max(0, offset - len(ranked))
        page += newest(connection, answer.selection, limit - len(page), behind)
    return page, answer.total - folded


def _hits(connection: sqlite3.Connection, page: Sequence[tuple[Ranked, Match]]) -> list[Hit]:
    """The releases of these rows, in their order; one that was just withdrawn is left out."""
    rows = connection.execute(
        "SELECT s.n, r.id, r.title, r.publisher_id, p.name, r.published_on, r.first_seen_at, r.url,"
        " r.gone_at, coalesce(r.teaser, ''), r.text FROM search_rows s JOIN releases r ON r.id = s.release_id"
        " JOIN publishers p ON p.id = r.publisher_id WHERE s.n IN (SELECT value FROM json_each(?))",
        [json.dumps([row.n for row, _ in page])],
    )
    found = {row[0]: row[1:] for row in rows}
    finders = {match: Finder(connection, match) for _, match in page}
    return [_hit(found[row.n], row, match, finders[match]) for row, match in page if row.n in found]


def _hit(facts: Sequence[Any], row: Ranked, match: Match, finder: Finder) -> Hit:
    number, title, publisher_id, publisher, published_on, first_seen_at, url, gone_at, teaser, text = facts
    if in_text := finder.spans(text):
        shown = snippet(text, in_text)
    elif in_teaser := finder.spans(teaser):
        shown = snippet(teaser, in_teaser)
    else:
        shown = (Part(shortened(teaser or text), False),)
    return Hit(
        number, title, publisher_id, publisher, published_on, first_seen_at, url, gone_at,
        marked(title, finder.spans(title)), shown,
        score=round(row.score, 4), partial=match.partial, copies=row.copies,
        rewritten=" AND ".join(filter(None, (match.keys, match.literal))),
    )  # fmt: skip


def _spelled(corrections: Sequence[Correction], hits: Sequence[Hit]) -> tuple[Correction, ...]:
    """Corrections with their words as hits spell them; those that hits show, if any."""
    if not corrections:
        return ()
    spelling: dict[str, str] = {}
    for hit in hits:
        for part in (*hit.marked_title, *hit.snippet):
            if part.marked:
                spelling |= {
                    form: run.raw for run in runs(part.text) for form in run.forms if len(run.forms) == 1
                }
    return tuple(
        replace(each, shown=tuple(spelling[form] for form in each.forms if form in spelling) or each.forms)
        for each in corrections
    )
