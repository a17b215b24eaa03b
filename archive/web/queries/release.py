"""What the pages of a release ask of archive.db."""

from __future__ import annotations

import sqlite3

from archive.web.queries import Row, first, rows

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


def release(connection: sqlite3.Connection, number: int) -> Row | None:
    """A release with its publisher's name; None when there is none with this id."""
    return first(
        connection,
        "SELECT r.*, p.name AS publisher FROM releases r JOIN publishers p ON p.id = r.publisher_id"
        " WHERE r.id = ?",
        [number],
    )


def current_id(connection: sqlite3.Connection, old: int) -> int | None:
    """The id that a former id leads to, None when it was never one."""
    row = first(connection, "SELECT release_id FROM release_ids WHERE old_id = ?", [old])
    return row["release_id"] if row else None


def belongings(connection: sqlite3.Connection, number: int) -> dict[str, list[Row]]:
    """All that belongs to a release beside its text; of its absences only those that were confirmed."""
    return {name: rows(connection, query, [number]) for name, query in _BELONGINGS.items()}


def copies(connection: sqlite3.Connection, release: Row) -> list[Row]:
    """The other releases of a release's cluster, oldest first, with whether text and title are the same."""
    return rows(
        connection,
        "SELECT r.id, r.title, r.publisher_id, p.name AS publisher, r.published_on, r.first_seen_at,"
        " r.text = :text AS same, r.id = c.first_release_id AS first, c.first_release_id AS first_id"
        " FROM releases r JOIN publishers p ON p.id = r.publisher_id JOIN clusters c ON c.id = r.cluster_id"
        f" WHERE r.cluster_id = :cluster_id AND r.id <> :id ORDER BY {_DAY}, r.id LIMIT {_MOST_COPIES}",
        {key: release[key] for key in ("id", "text", "cluster_id")},
    )


def passages(connection: sqlite3.Connection, release: Row) -> list[Row]:
    """Passages that a release shares with others than its copies, in its order; with them as ``others``.

    ``revision_id`` is the version that has it; ``total`` counts all others, of which the oldest are listed.
    """
    found = rows(
        connection,
        'SELECT u.passage_id, u.revision_id, substr(v.text, u.start + 1, u."end" - u.start) AS words,'
        " p.first_release_id AS first_id, min(u.start) FROM passage_uses u"
        " JOIN passages p ON p.id = u.passage_id JOIN revisions v ON v.id = u.revision_id"
        " WHERE u.release_id = ? GROUP BY u.passage_id"
        f" ORDER BY v.seen_at DESC, u.start LIMIT {_MOST_PASSAGES}",
        [release["id"]],
    )
    for passage in found:
        others = rows(
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
    return rows(
        connection,
        "SELECT v.id, v.seen_at, v.title = r.title AND v.teaser IS r.teaser AND v.text = r.text AS shown"
        " FROM revisions v JOIN releases r ON r.id = v.release_id WHERE v.release_id = ?"
        " ORDER BY v.seen_at, v.id",
        [number],
    )


def revision(connection: sqlite3.Connection, number: int) -> Row | None:
    """One version of a release; None when there is none with this id."""
    return first(
        connection,
        "SELECT id, seen_at, title, teaser, text, published_on FROM revisions WHERE id = ?",
        [number],
    )
