"""Shared passages: ``passages`` and ``passage_uses``, from ``matches``.

What releases share with the same words of one head, the earliest release that has them, is one passage with
many uses.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from sqlite_utils import Database

from archive.derive.attribution import attribution
from archive.derive.first import first_of
from archive.derive.matches import Match
from archive.derive.words import words
from archive.model import id53


class Use(NamedTuple):
    """``text[start:end]`` of a release's version is the passage, or a variant of it."""

    release_id: int
    revision_id: int
    start: int
    end: int


def refresh(db: Database, heads: Collection[int]) -> None:
    """Make the passages anew that lead to these heads."""
    for head in sorted(heads):
        old = db.conn.execute("SELECT id FROM passages WHERE head_id = ?", [head]).fetchall()
        db.conn.executemany("DELETE FROM passage_uses WHERE passage_id = ?", old)
        db.conn.executemany("DELETE FROM passages WHERE id = ?", old)
        rows = db.conn.execute("SELECT * FROM matches WHERE head_id = ?", [head])
        matches = [Match(*row) for row in rows]
        for uses in grouped(matches):
            _insert(db, uses)


def grouped(matches: Iterable[Match]) -> list[list[Use]]:
    """Matches with one head as passages, each as its uses, the head's own first.

    Two matches are of one passage when half of the shorter one's words in the head are the other's, too.
    """
    passages: list[list[Use]] = []
    ordered = sorted(matches, key=lambda m: (m.head_revision_id, m.head_start, m.head_end, m))
    for revision, group in groupby(ordered, key=lambda m: m.head_revision_id):
        for cluster in _clusters(list(group)):
            head = Use(cluster[0].head_id, revision, min(m.head_start for m in cluster),
                       max(m.head_end for m in cluster))  # fmt: skip
            uses = {Use(m.release_id, m.revision_id, m.start, m.end) for m in cluster}
            passages.append([head, *_apart(sorted(uses))])
    return passages


def _clusters(matches: Sequence[Match]) -> list[list[Match]]:
    clusters: list[list[Match]] = []
    for match in sorted(matches, key=lambda m: (m.head_start - m.head_end, m)):  # the longest first
        home = next((c for c in clusters if any(_overlap(match, other) for other in c)), None)
        if home is None:
            clusters.append([match])
        else:
            home.append(match)
    return clusters


def _overlap(one: Match, other: Match) -> bool:
    shared = min(one.head_end, other.head_end) - max(one.head_start, other.head_start)
    return 2 * shared >= min(one.head_end - one.head_start, other.head_end - other.head_start)


def _apart(uses: Iterable[Use]) -> list[Use]:
    """Uses without those that overlap an earlier one of the same version, joined to it."""
    joined: list[Use] = []
    for use in uses:
        last = joined[-1] if joined else None
        if last and last[:2] == use[:2] and use.start < last.end:
            joined[-1] = last._replace(end=max(last.end, use.end))
        else:
            joined.append(use)
    return joined


def _insert(db: Database, uses: Sequence[Use]) -> None:
    head = uses[0]
    text = _version(db, head)[head.start : head.end]
    number = id53("passage", *(str(each) for each in head))
    releases = {use.release_id for use in uses}
    db.conn.execute(
        "INSERT INTO passages (id, text, words, first_release_id, size, head_id) VALUES (?, ?, ?, ?, ?, ?)",
        [number, text, len(words(text)), first_of(db, releases), len(releases), head.release_id],
    )
    db.conn.executemany(
        'INSERT INTO passage_uses (passage_id, release_id, revision_id, start, "end", attribution)'
        " VALUES (?, ?, ?, ?, ?, ?)",
        [(number, *use, attribution(_version(db, use), use.start, use.end)) for use in uses],
    )


def _version(db: Database, use: Use) -> str:
    return str(db.conn.execute("SELECT text FROM revisions WHERE id = ?", [use.revision_id]).fetchone()[0])
