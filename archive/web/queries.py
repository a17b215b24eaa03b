"""What the pages ask of archive.db: one function a question, all SQL of the website except the search.

Each takes an open connection and returns plain data: rows as dicts by column name.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from archive.web.german import sort_key

Row = dict[str, Any]

_MOST_COPIES, _MOST_PASSAGES, _MOST_OTHERS = 50, 30, 10
_DAY = "coalesce(r.published_on, substr(r.first_seen_at, 1, 10))"

_BELONGINGS = {
    "issuers": "SELECT name, publisher_id FROM release_issuers WHERE release_id = ? ORDER BY n",
    "images": "SELECT url, caption, credit FROM images WHERE release_id = ? ORDER BY n",
    "attachments": "SELECT url, media_type, title FROM attachments WHERE release_id = ? ORDER BY n",
    "embeds": 'SELECT start, "end", issuer, title, original_id FROM embeds WHERE release_id = ? ORDER BY n',
    "absences": "SELECT last_ok_at, first_missing_at, back_at FROM absences"
    " WHERE release_id = ? AND confirmed_at IS NOT NULL ORDER BY first_missing_at",
}


def figures(connection: sqlite3.Connection) -> Row:
    """Size of the archive: releases, publishers with one, first crawl (UTC) and oldest day (None if none)."""
    return _rows(
        connection,
        "SELECT (SELECT count(*) FROM releases) AS releases,"
        " (SELECT count(*) FROM publishers p"
        "   WHERE EXISTS (SELECT 1 FROM releases WHERE publisher_id = p.id)) AS publishers,"
        " (SELECT min(started_at) FROM crawls) AS since,"
        " (SELECT min(published_on) FROM releases) AS oldest",
    )[0]


def release(connection: sqlite3.Connection, number: int) -> Row | None:
    """A release with its publisher's name; None when there is none with this id.

    ``hidden`` is 1 where search engines are to pass it over.
    """
    return _first(
        connection,
        "SELECT r.*, p.name AS publisher, r.id IN (SELECT release_id FROM hidden_releases) AS hidden"
        " FROM releases r JOIN publishers p ON p.id = r.publisher_id WHERE r.id = ?",
        [number],
    )


def current_id(connection: sqlite3.Connection, old: int) -> int | None:
    """The id that a former id leads to, None when it was never one."""
    row = _first(connection, "SELECT release_id FROM release_ids WHERE old_id = ?", [old])
    return row["release_id"] if row else None


def withdrawal(connection: sqlite3.Connection, number: int) -> Row | None:
    """When and why the release with this id was withdrawn; None when it was not."""
    return _first(
        connection,
        "SELECT withdrawn_at, category FROM withdrawn_ids JOIN withdrawals ON id = withdrawal_id"
        " WHERE release_id = ?",
        [number],
    )


def belongings(connection: sqlite3.Connection, number: int) -> dict[str, list[Row]]:
    """All that belongs to a release beside its text; of its absences only those that were confirmed."""
    return {name: _rows(connection, query, [number]) for name, query in _BELONGINGS.items()}


def copies(connection: sqlite3.Connection, release: Row) -> list[Row]:
    """The other releases of a release's cluster, oldest first, with whether text and title are the same."""
    return _rows(
        connection,
        "SELECT r.id, r.title, r.publisher_id, p.name AS publisher, r.published_on, r.first_seen_at,"
        " r.text = :text AS same, r.id = c.first_release_id AS first, c.first_release_id AS first_id"
        " FROM releases r JOIN publishers p ON p.id = r.publisher_id JOIN clusters c ON c.id = r.cluster_id"
        f" WHERE r.cluster_id = :cluster_id AND r.id <> :id ORDER BY {_DAY}, r.id LIMIT {_MOST_COPIES}",
        {key: release[key] for key in ("id", "text", "cluster_id")},
    )


def updates(connection: sqlite3.Connection, number: int) -> dict[str, list[Row]]:
    """Releases that a release updates (``update_of``), and those that update it (``updated_by``)."""
    query = (
        "SELECT r.id, r.title, p.name AS publisher, r.published_on, r.first_seen_at FROM updates u"
        " JOIN releases r ON r.id = u.{} JOIN publishers p ON p.id = r.publisher_id WHERE u.{} = ?"
        f" ORDER BY {_DAY}, r.id"
    )
    ways = {"update_of": ("update_of", "release_id"), "updated_by": ("release_id", "update_of")}
    return {name: _rows(connection, query.format(*way), [number]) for name, way in ways.items()}


def passages(connection: sqlite3.Connection, release: Row) -> list[Row]:
    """Passages that a release shares with others than its copies, in its order; with them as ``others``.

    ``revision_id`` is the version that has it; ``total`` counts all others, of which the oldest are listed.
    """
    found = _rows(
        connection,
        'SELECT u.passage_id, u.revision_id, substr(v.text, u.start + 1, u."end" - u.start) AS words,'
        " p.first_release_id AS first_id, min(u.start) FROM passage_uses u"
        " JOIN passages p ON p.id = u.passage_id JOIN revisions v ON v.id = u.revision_id"
        " WHERE u.release_id = ? GROUP BY u.passage_id"
        f" ORDER BY v.seen_at DESC, u.start LIMIT {_MOST_PASSAGES}",
        [release["id"]],
    )
    for passage in found:
        others = _rows(
            connection,
            "SELECT r.id, r.title, r.publisher_id, p.name AS publisher, r.published_on, r.first_seen_at,"
            " u.*, min(u.start) FROM passage_uses u JOIN releases r ON r.id = u.release_id"
            " JOIN publishers p ON p.id = r.publisher_id"
            " WHERE u.passage_id = :passage AND r.id <> :id AND NOT coalesce(r.cluster_id = :cluster_id, 0)"
            f" GROUP BY r.id ORDER BY {_DAY}, r.id",
            {"passage": passage["passage_id"], "id": release["id"], "cluster_id": release["cluster_id"]},
        )
        passage |= {"total": len(others), "others": others[:_MOST_OTHERS]}
    return [passage for passage in found if passage["total"]]


def revisions(connection: sqlite3.Connection, number: int) -> list[Row]:
    """The versions of a release, first seen first. ``shown`` is 1 where its words are the release's."""
    return _rows(
        connection,
        "SELECT v.id, v.seen_at, v.title = r.title AND v.teaser IS r.teaser AND v.text = r.text AS shown"
        " FROM revisions v JOIN releases r ON r.id = v.release_id WHERE v.release_id = ?"
        " ORDER BY v.seen_at, v.id",
        [number],
    )


def revision(connection: sqlite3.Connection, number: int) -> Row | None:
    """One version of a release; None when there is none with this id."""
    return _first(
        connection,
        "SELECT id, seen_at, title, teaser, text, published_on FROM revisions WHERE id = ?",
        [number],
    )


def publishers(connection: sqlite3.Connection) -> list[Row]:
    """All authorities with number of releases and newest day, by Land code and then by name."""
    rows = _rows(
        connection,
        "SELECT p.id, p.name, p.land, coalesce(c.releases, 0) AS releases, c.newest FROM publishers p"
        " LEFT JOIN (SELECT publisher_id, count(*) AS releases, max(published_on) AS newest FROM releases"
        "   GROUP BY publisher_id) c ON c.publisher_id = p.id",
    )
    return sorted(rows, key=lambda row: (row["land"], sort_key(row["name"]), row["id"]))


def publisher(connection: sqlite3.Connection, publisher_id: str) -> Row | None:
    """One authority; None when there is none with this id."""
    return _first(connection, "SELECT id, name, kind, ags, land FROM publishers WHERE id = ?", [publisher_id])


def sources(connection: sqlite3.Connection, publisher_id: str) -> list[Row]:
    """The places where an authority publishes, each with the result of its last crawl (None if none)."""
    return _rows(
        connection,
        "SELECT s.id, s.homepage, s.press, c.status, c.new, c.changed, c.error, k.started_at AS crawled_at"
        " FROM sources s"
        " LEFT JOIN source_crawls c ON c.source_id = s.id"
        "   AND c.crawl_id = (SELECT max(crawl_id) FROM source_crawls WHERE source_id = s.id)"
        " LEFT JOIN crawls k ON k.id = c.crawl_id"
        " WHERE s.publisher_id = ? ORDER BY s.id",
        [publisher_id],
    )


def _rows(
    connection: sqlite3.Connection, query: str, values: Sequence[Any] | Mapping[str, Any] = ()
) -> list[Row]:
    cursor = connection.execute(query, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _first(connection: sqlite3.Connection, query: str, values: Sequence[Any]) -> Row | None:
    return next(iter(_rows(connection, query, values)), None)
