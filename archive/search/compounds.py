"""Compounds that an archive's own words show: which two of its nouns make a word that it need not have."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from archive.search.analyser import key

_LEAST = 3


def two_nouns(connection: sqlite3.Connection, form: str) -> list[str]:
    """Keys of the two words that make a compound, as the archive's own words show them; empty for others.

    A part is a noun of the archive, or one with an "s" behind it; cuts near the middle come first.
    """
    if len(form) < 2 * _LEAST or not form.isalpha():
        return []
    cuts = range(_LEAST, len(form) - _LEAST + 1)
    pieces = (
        {form[:cut] for cut in cuts}
        | {form[:cut].removesuffix("s") for cut in cuts}
        | {form[cut:] for cut in cuts}
    )
    known = _nouns(connection, pieces)
    for cut in sorted(cuts, key=lambda cut: -min(cut, len(form) - cut)):
        first = next((each for each in (form[:cut], form[:cut].removesuffix("s")) if each in known), None)
        if first and form[cut:] in known:
            return [key(first), key(form[cut:])]
    return []


def _nouns(connection: sqlite3.Connection, forms: Iterable[str]) -> set[str]:
    marks = ", ".join("?" * len(found := list(forms)))
    query = f"SELECT form FROM wortform WHERE form IN ({marks}) AND nouns > 0"
    return {row[0] for row in connection.execute(query, found)}
