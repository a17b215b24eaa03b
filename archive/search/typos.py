"""Typos: for a word that no release has, the words of the archive that are nearest."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from archive.search.abbreviations import others
from archive.search.analyser import FUNCTION_WORDS, Run, key, runs, variants
from archive.search.compounds import two_nouns
from archive.search.query import Query

_LEAST = 4  # a shorter word has too many neighbours
_TWO_TYPOS = 8
_CANDIDATES = 4
_LONGEST = 40
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_SCANNED = 20_000
_AT_ONCE = 500
_MOST = 12  # words of a query that are corrected


@dataclass(frozen=True, slots=True)
class Correction:
    """A word as typed, which no release has, and the archive's forms that were searched instead, best first.

    ``shown``: those forms as a hit spells them.
    """

    word: str
    forms: tuple[str, ...]
    shown: tuple[str, ...] = ()


def corrected(connection: sqlite3.Connection, query: Query) -> tuple[Correction, ...]:
    """The corrections of a query's words; what is quoted, excluded or short is taken as it is."""
    words = [
        run
        for clause in query.clauses if not clause.excludes
        for term in clause.terms if term.kind == "word"
        for run in runs(term.text) if len(run.forms) == 1
    ][:_MOST]  # fmt: skip
    found = [(run.raw, _nearest(connection, run)) for run in words]
    return tuple(Correction(word, forms) for word, forms in dict(found).items() if forms)


def _nearest(connection: sqlite3.Connection, run: Run) -> tuple[str, ...]:
    """Words of the archive for one that it does not have; empty where it has it, or nothing is near.

    A compound of two nouns of the archive is not two typos away from one with another noun at its end.
    """
    form = run.forms[0]
    usual = _LEAST <= len(form) <= _LONGEST and form.isalpha() and form not in FUNCTION_WORDS
    if not usual or others([key(form)]) or _has(connection, form):
        return ()
    near = _known(connection, _neighbours(form))
    if not near and len(form) >= _TWO_TYPOS:
        near = _known(connection, (each for each in _alike(connection, form) if distance(form, each, 2) <= 2))
        nouns = two_nouns(connection, form) if near else []
        if nouns and min(map(len, nouns)) >= _LEAST:  # "Feuerwehrhaus" is a word, no misspelt "Feuerwehrbus"
            near = [each for each in near if _ends_with(connection, each[0], nouns[-1])]
    best = sorted(near, key=lambda each: (each[0][:1] != form[:1], -each[1], each[0]))
    return tuple(each for each, _ in best[:_CANDIDATES])


def _has(connection: sqlite3.Connection, form: str) -> bool:
    wanted = " OR ".join(f'"{each}"' for each in (key(form), *variants(form)))
    query = "SELECT 1 FROM releases_fts_keys WHERE releases_fts_keys MATCH ? LIMIT 1"
    return connection.execute(query, [wanted]).fetchone() is not None


def _ends_with(connection: sqlite3.Connection, form: str, noun: str) -> bool:
    row = connection.execute("SELECT parts FROM wortform WHERE form = ?", [form]).fetchone()
    return noun in row[0].split()


def _known(connection: sqlite3.Connection, forms: Iterable[str]) -> list[tuple[str, int]]:
    """(form, number of releases) of those that the archive has."""
    found: list[tuple[str, int]] = []
    waiting = list(dict.fromkeys(forms))
    for start in range(0, len(waiting), _AT_ONCE):
        some = waiting[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(some))
        found += connection.execute(f"SELECT form, releases FROM wortform WHERE form IN ({marks})", some)
    return found


def _alike(connection: sqlite3.Connection, form: str) -> Iterator[str]:
    """Words of about this length that begin with the same three letters."""
    query = "SELECT form FROM wortform WHERE form >= ? AND form < ? AND length(form) BETWEEN ? AND ? LIMIT ?"
    first = form[:3]
    values = [first, first + "\U0010ffff", len(form) - 2, len(form) + 2, _SCANNED]
    return (row[0] for row in connection.execute(query, values))


def _neighbours(form: str) -> Iterator[str]:
    """All strings at a distance of one: a letter too many, too few, another, or two of them swapped."""
    for n in range(len(form) + 1):
        head, tail = form[:n], form[n:]
        if tail:
            yield head + tail[1:]
            yield from (head + letter + tail[1:] for letter in _ALPHABET)
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        yield from (head + letter + tail for letter in _ALPHABET)


def distance(one: str, other: str, limit: int) -> int:
    """Letters to add, leave out, replace or swap with their neighbour to make one word the other.

    What is more than ``limit`` is only told to be more.

    >>> distance("hbschrauber", "hubschrauber", 2), distance("ab", "ba", 2), distance("a", "bcde", 2)
    (1, 1, 3)
    """
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, its in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != its))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == its:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]
