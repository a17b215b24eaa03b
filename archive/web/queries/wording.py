"""What the pages of shared wording ask of archive.db."""

from __future__ import annotations

import json
import sqlite3
from itertools import groupby

from archive.web.german import sort_key
from archive.web.queries import DAY, LISTED, Row, first, rows

_NEAR = 90  # code points


def version(connection: sqlite3.Connection, release: int, revision: str | None) -> Row | None:
    """The version of a release with this id, without one its current version; None when there is none.

    ``current`` is 1 where its text is the release's.
    """
    return first(
        connection,
        "SELECT v.id AS revision_id, v.seen_at, v.text, v.text = r.text AS current, r.id, r.title,"
        " r.language, r.publisher_id, p.name AS publisher, r.published_on, r.first_seen_at"
        " FROM releases r JOIN publishers p ON p.id = r.publisher_id JOIN revisions v ON v.release_id = r.id"
        " WHERE r.id = :release"
        " AND (CAST(v.id AS TEXT) = :revision OR (:revision IS NULL AND v.text = r.text))"
        " ORDER BY v.seen_at DESC, v.id DESC LIMIT 1",
        {"release": release, "revision": revision},
    )


def passage(connection: sqlite3.Connection, revision: int, release: int, start: int, end: int) -> Row | None:
    """The passage that a span of a version is, or most of either is the other's; None when there is none."""
    return first(
        connection,
        "SELECT p.id, p.first_release_id AS first_id, p.size - (SELECT count(DISTINCT release_id)"
        " FROM passage_uses JOIN hidden_releases USING (release_id) WHERE passage_id = p.id) AS size,"
        ' min(u."end", :end) - max(u.start, :start) AS shared'
        " FROM passage_uses u JOIN passages p ON p.id = u.passage_id"
        ' WHERE u.release_id = :release AND u.revision_id = :revision AND u.start < :end AND u."end" > :start'
        ' AND 2 * (min(u."end", :end) - max(u.start, :start)) >= min(u."end" - u.start, :end - :start)'
        " ORDER BY shared DESC, p.size DESC, p.id LIMIT 1",
        {"release": release, "revision": revision, "start": start, "end": end},
    )


def carriers(connection: sqlite3.Connection, passage_id: int, limit: int, offset: int) -> list[Row]:
    """Releases that carry a passage, the oldest first; ``places`` are its spans in one version of each."""
    found = rows(
        connection,
        "SELECT DISTINCT r.id, r.title, r.publisher_id, p.name AS publisher, r.published_on, r.published_at,"
        " r.first_seen_at, r.gone_at FROM passage_uses u JOIN releases r ON r.id = u.release_id"
        " JOIN publishers p ON p.id = r.publisher_id WHERE u.passage_id = ?"
        f" AND {LISTED} ORDER BY {DAY}, r.published_at, r.id LIMIT ? OFFSET ?",
        [passage_id, limit, offset],
    )
    places = _places(connection, passage_id, [row["id"] for row in found])
    return [row | places[row["id"]] for row in found]


def shared_first_day(connection: sqlite3.Connection, passage_id: int) -> str | None:
    """The first day that carriers of a passage have, when several have it."""
    row = first(
        connection,
        "SELECT r.published_on AS day, count(DISTINCT r.id) AS releases FROM passage_uses u"
        " JOIN releases r ON r.id = u.release_id WHERE u.passage_id = ? AND r.published_on IS NOT NULL"
        f" AND {LISTED} GROUP BY r.published_on ORDER BY r.published_on LIMIT 1",
        [passage_id],
    )
    return row["day"] if row and row["releases"] > 1 else None


def publishers(connection: sqlite3.Connection, passage_id: int) -> list[Row]:
    """Authorities that carry a passage, by name: the number of their releases, and the first day."""
    found = rows(
        connection,
        "SELECT r.publisher_id AS id, p.name, count(DISTINCT r.id) AS releases,"
        f" min({DAY}) AS oldest FROM passage_uses u JOIN releases r ON r.id = u.release_id"
        f" JOIN publishers p ON p.id = r.publisher_id WHERE u.passage_id = ? AND {LISTED}"
        " GROUP BY r.publisher_id",
        [passage_id],
    )
    return sorted(found, key=lambda row: (sort_key(row["name"]), row["id"]))


def surroundings(connection: sqlite3.Connection, revision: int, start: int, end: int) -> tuple[str, str]:
    """The words before and behind a span of a version, a few of each."""
    row = first(
        connection,
        "SELECT substr(text, max(:start - :near, 0) + 1, min(:start, :near)) AS before,"
        " substr(text, :end + 1, :near) AS after, length(text) AS length FROM revisions WHERE id = :revision",
        {"revision": revision, "start": start, "end": end, "near": _NEAR},
    )
    if row is None:
        return "", ""
    before, after = row["before"], row["after"]
    if start > _NEAR:
        before = f"… {before.partition(' ')[2]}"
    if end + _NEAR < row["length"]:
        after = f"{after.rpartition(' ')[0]} …"
    return before, after


def _places(connection: sqlite3.Connection, passage_id: int, releases: list[int]) -> dict[int, Row]:
    """By release: its version that carries the passage, the newest of them, and where."""
    found = rows(
        connection,
        'SELECT u.release_id, u.revision_id, u.start, u."end", u.attribution, v.seen_at,'
        ' substr(v.text, u.start + 1, u."end" - u.start) AS words, v.text = r.text AS current'
        " FROM passage_uses u JOIN revisions v ON v.id = u.revision_id JOIN releases r ON r.id = u.release_id"
        " WHERE u.passage_id = ? AND u.release_id IN (SELECT value FROM json_each(?))"
        " ORDER BY u.release_id, current DESC, v.seen_at DESC, v.id, u.start",
        [passage_id, json.dumps(releases)],
    )
    places: dict[int, Row] = {}
    for (release, revision), group in groupby(found, key=lambda row: (row["release_id"], row["revision_id"])):
        there = list(group)
        version = {name: there[0][name] for name in ("seen_at", "current")} | {"revision_id": revision}
        places.setdefault(release, version | {"places": there})
    return places
