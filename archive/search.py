"""Full-text search over releases: what a reader types, as FTS5 expressions, and the releases that answer it.

The index folds accents (ü is u) but knows nothing of "ue" and "ß": a word is therefore searched as the OR of
its spellings. Used by the website and by ``kreispresse search``.
"""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal, NamedTuple

from sqlite_utils import Database

Order = Literal["best", "newest"]

MAX_TERMS = 64
"""Words and phrases of a query that count; what comes after them is left out."""

_QUOTES = '"„“”»«'
_TERM = re.compile(rf"((?<!\S)-)?(?:[{_QUOTES}]([^{_QUOTES}]*)[{_QUOTES}]|([^\s{_QUOTES}]+))")
_TOKEN = re.compile("[^\\W_](?:[^\\W_]|[\u0300-\u036f])*")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
# In "Frauen", "neue" and "Quelle" the letters ue are no umlaut.
_VARIABLE = re.compile(r"[äöüß]|ss|ae|oe|(?<![aäeq])ue")
_OTHER = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ae": "ä", "oe": "ö", "ue": "ü", "ss": "ß"}
_VARIED = 4  # places of a term whose spellings are combined freely: at most 16 spellings

# Noncharacters, which Unicode sets aside for use inside a program: where a match begins and ends.
_BEGIN, _END = "\ufdd0", "\ufdd1"
_SNIPPET_TOKENS, _SNIPPET_CHARACTERS = 36, 240
_DAY = "coalesce(r.published_on, substr(r.first_seen_at, 1, 10))"
_MATCHING = "SELECT rowid FROM releases_fts WHERE releases_fts MATCH ?"


class Part(NamedTuple):
    """A piece of a title or snippet; ``marked`` when it is what was searched for."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """One release of a result. ``published_on`` is an ISO day, ``first_seen_at`` and ``gone_at`` are UTC.

    ``snippet`` is where the words stand in the text, or how the release begins when no word was searched.
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


@dataclass(frozen=True, slots=True)
class Results:
    """``total`` releases answer the query; ``hits`` are those of the page asked for."""

    query: str
    total: int
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A query as two FTS5 expressions, empty when it has no such part: what must match, and what must not."""

    wanted: str
    unwanted: str


def search(  # noqa: PLR0913
    db: Database | sqlite3.Connection,
    query: str,
    *,
    limit: int = 20,
    offset: int = 0,
    order: Order = "best",
    publisher: str | None = None,
) -> Results:
    """Releases that answer a query, of all publishers or one. Blank queries give all releases, newest first.

    Newest is by the day of publication, or of the first capture where that is not known. The order is total:
    pages that follow each other neither repeat nor miss a release.
    """
    connection = db.conn if isinstance(db, Database) else db
    match = parse(query)
    if query.strip() and not (match.wanted or match.unwanted):
        return Results(query, 0, ())
    where, values = _conditions(match, publisher)
    total: int = connection.execute(f"SELECT count(*) FROM releases r WHERE {where}", values).fetchone()[0]  # noqa: S608
    select = _select(match, order, where)
    ids = [row[0] for row in connection.execute(f"{select} LIMIT ? OFFSET ?", [*values, limit, offset])]
    return Results(query, total, tuple(_hits(connection, ids, match.wanted)))


def parse(query: str) -> Match:
    """What a reader typed, as FTS5 expressions. Any text is one; words without letter or digit are ignored.

    All words must occur; "…", „…“ and »…« enclose phrases, ``-`` excludes, ``*`` stands for any ending.

    >>> parse('Kreis -"alte Burg" grün*').wanted
    '("kreis") AND ("grün"* OR "gruen"*)'
    >>> parse('Kreis -"alte Burg" grün*').unwanted
    '("alte burg")'
    """
    wanted: list[str] = []
    unwanted: list[str] = []
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", query))
    for minus, phrase, word in _TERM.findall(text)[:MAX_TERMS]:
        tokens = _TOKEN.findall(phrase or word)
        if tokens:
            star = "*" if word.endswith("*") else ""
            found = " OR ".join(f'"{spelling}"{star}' for spelling in spellings(" ".join(tokens)))
            (unwanted if minus else wanted).append(f"({found})")
    return Match(" AND ".join(wanted), " OR ".join(unwanted))


def spellings(term: str) -> list[str]:
    """Ways to write a word or phrase: umlauts and ß, or the letters that stand for them; as given first.

    >>> spellings("Güler"), spellings("Gueler"), spellings("Straße"), spellings("neue Quelle")
    (['güler', 'gueler'], ['gueler', 'güler'], ['straße', 'strasse'], ['neue quelle'])
    """
    term = term.lower()
    places = list(_VARIABLE.finditer(term))
    if len(places) > _VARIED:
        return [term, _VARIABLE.sub(lambda place: _OTHER[place.group()], term)]
    choices: list[tuple[str, ...]] = []
    end = 0
    for place in places:
        choices += [(term[end : place.start()],), (place.group(), _OTHER[place.group()])]
        end = place.end()
    return list(dict.fromkeys("".join(parts) for parts in product(*choices, (term[end:],))))


def plain(parts: Sequence[Part]) -> str:
    """A title or snippet without its marks."""
    return "".join(part.text for part in parts)


def _conditions(match: Match, publisher: str | None) -> tuple[str, list[str]]:
    conditions, values = ["1"], []
    if match.wanted:
        conditions.append(f"r.id IN ({_MATCHING})")
        values.append(f"({match.wanted}) NOT ({match.unwanted})" if match.unwanted else match.wanted)
    elif match.unwanted:
        conditions.append(f"r.id NOT IN ({_MATCHING})")
        values.append(match.unwanted)
    if publisher is not None:
        conditions.append("r.publisher_id = ?")
        values.append(publisher)
    return " AND ".join(conditions), values


def _select(match: Match, order: Order, where: str) -> str:
    """Query for the ids in order. There is relevance only where words are wanted; most counts the title."""
    if order == "newest" or not match.wanted:
        return f"SELECT r.id FROM releases r WHERE {where} ORDER BY {_DAY} DESC, r.id DESC"  # noqa: S608
    where = where.replace(f"r.id IN ({_MATCHING})", "releases_fts MATCH ?", 1)
    return (
        "SELECT r.id FROM releases_fts JOIN releases r ON r.id = releases_fts.rowid"  # noqa: S608
        f" WHERE {where} ORDER BY bm25(releases_fts, 8.0, 3.0, 1.0), r.id DESC"
    )


def _hits(connection: sqlite3.Connection, ids: Sequence[int], wanted: str) -> list[Hit]:
    """The releases with these ids, in their order; one that was just withdrawn is left out."""
    rows = connection.execute(
        "SELECT r.id, r.title, r.publisher_id, p.name, r.published_on, r.first_seen_at, r.url, r.gone_at,"  # noqa: S608
        f" substr(coalesce(nullif(r.teaser, ''), r.text), 1, {_SNIPPET_CHARACTERS + 1})"
        " FROM releases r JOIN publishers p ON p.id = r.publisher_id"
        " WHERE r.id IN (SELECT value FROM json_each(?))",
        [json.dumps(ids)],
    )
    marked = _marked(connection, ids, wanted) if wanted else {}
    found = {}
    for row in rows:
        number, title, beginning = row[0], row[1], row[-1]
        unmarked = ((Part(title, False),), (Part(_shortened(beginning), False),))
        found[number] = Hit(*(*row[:-1], *marked.get(number, unmarked)))
    return [found[number] for number in ids if number in found]


def _marked(
    connection: sqlite3.Connection, ids: Sequence[int], wanted: str
) -> dict[int, tuple[tuple[Part, ...], tuple[Part, ...]]]:
    """Title and snippet of each release with the words marked; the teaser's where the text has none."""
    # "+" keeps SQLite from searching anew for every id, which takes seconds for a short prefix.
    rows = connection.execute(
        "SELECT rowid, highlight(releases_fts, 0, :begin, :end),"
        " snippet(releases_fts, 2, :begin, :end, '…', :tokens),"
        " snippet(releases_fts, 1, :begin, :end, '…', :tokens)"
        " FROM releases_fts WHERE releases_fts MATCH :wanted"
        " AND +rowid IN (SELECT value FROM json_each(:ids))",
        {"begin": _BEGIN, "end": _END, "tokens": _SNIPPET_TOKENS, "wanted": wanted, "ids": json.dumps(ids)},
    )
    marked = {}
    for number, title, text, teaser in rows:
        from_teaser = teaser and _BEGIN in teaser and _BEGIN not in text
        marked[number] = (_parts(title), _parts(teaser if from_teaser else text))
    return marked


def _parts(marked: str) -> tuple[Part, ...]:
    """Split at the marks. A mark without its counterpart, which only a hostile text can hold, marks nothing.

    >>> _parts("ein \\ufdd0Fest\\ufdd1 im \\ufdd0Kreis")
    (Part(text='ein ', marked=False), Part(text='Fest', marked=True), Part(text=' im Kreis', marked=False))
    """
    pieces = re.split(f"{_BEGIN}([^{_BEGIN}{_END}]*){_END}", marked)
    cleaned = [re.sub(r"\s+", " ", re.sub(f"[{_BEGIN}{_END}]", "", piece)) for piece in pieces]
    return tuple(Part(text, n % 2 == 1) for n, text in enumerate(cleaned) if text)


def _shortened(text: str) -> str:
    """A text's first words, with an ellipsis when there are more."""
    if len(text) > _SNIPPET_CHARACTERS:
        text = text[:_SNIPPET_CHARACTERS].rpartition(" ")[0] + " …"
    return " ".join(text.split())
