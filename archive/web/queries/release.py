"""What the pages of a release ask of archive.db."""

from __future__ import annotations

import sqlite3

from archive.web.queries import DAY, LISTED, Row, first, rows

_MOST_COPIES, _MOST_PASSAGES, _MOST_OTHERS = 50, 30, 10

_BELONGINGS = {
    "issuers": "SELECT name, publisher_id FROM release_issuers WHERE release_id = ? ORDER BY n",
    "images": "SELECT url, caption, credit FROM images WHERE release_id = ? ORDER BY n",
    "attachments": "SELECT url, media_type, title, length(text) AS characters FROM attachments"
    " WHERE release_id = ? ORDER BY n",
    "embeds": 'SELECT start, "end", issuer, title, original_id FROM embeds WHERE release_id = ? ORDER BY n',
    "places": "SELECT ags FROM mentions WHERE release_id = ? GROUP BY ags ORDER BY count(*) DESC, min(start)",
    "absences": "SELECT last_ok_at, first_missing_at, back_at FROM absences"
    " WHERE release_id = ? AND confirmed_at IS NOT NULL ORDER BY first_missing_at",
}


def release(connection: sqlite3.Connection, number: int) -> Row | None:
    """A release with its publisher's name and its source's pages; None when there is none with this id.

    ``hidden`` is 1 where search engines are to pass it over.
    """
    return first(
        connection,
        "SELECT r.*, p.name AS publisher, s.homepage, s.press,"
        " r.id IN (SELECT release_id FROM hidden_releases) AS hidden FROM releases r"
        " JOIN publishers p ON p.id = r.publisher_id JOIN sources s ON s.id = r.source_id WHERE r.id = ?",
        [number],
    )


def current_id(connection: sqlite3.Connection, old: int) -> int | None:
    """The id that a former id leads to, None when it was never one."""
    row = first(connection, "SELECT release_id FROM release_ids WHERE old_id = ?", [old])
    return row["release_id"] if row else None


def withdrawal(connection: sqlite3.Connection, number: int) -> Row | None:
    """When and why the release with this id was withdrawn; None when it was not."""
    return first(
        connection,
        "SELECT withdrawn_at, category FROM withdrawn_ids JOIN withdrawals ON id = withdrawal_id"
        " WHERE release_id = ?",
        [number],
    )


def updates(connection: sqlite3.Connection, number: int) -> dict[str, list[Row]]:
    """Releases that a release updates (``update_of``), and those that update it (``updated_by``)."""
    query = (
        "SELECT r.id, r.title, p.name AS publisher, r.published_on, r.first_seen_at FROM updates u"
        " JOIN releases r ON r.id = u.{} JOIN publishers p ON p.id = r.publisher_id WHERE u.{} = ?"
        f" AND {LISTED} ORDER BY {DAY}, r.id"
    )
    ways = {"update_of": ("update_of", "release_id"), "updated_by": ("release_id", "update_of")}
    return {name: rows(connection, query.format(*way), [number]) for name, way in ways.items()}


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
        f" WHERE r.cluster_id = :cluster_id AND r.id <> :id AND {LISTED}"
        f" ORDER BY {DAY}, r.id LIMIT {_MOST_COPIES}",
        {key: release[key] for key in ("id", "text", "cluster_id")},
    )


def passages(connection: sqlite3.Connection, release: Row) -> list[Row]:
    """Passages that a release shares with others than its copies, in its order; with them as ``others``.

    ``revision_id`` is the version that has it at ``places``, the longest of which are its ``words``;
    ``total`` counts all others, of which the oldest are listed.
    """
    found: dict[int, Row] = {}
    for use in _uses(connection, release["id"]):
        passage = found.setdefault(use["passage_id"], use | {"places": []})
        if use["revision_id"] == passage["revision_id"]:
            passage["places"].append((use["start"], use["end"]))
            passage["words"] = max(passage["words"], use["words"], key=len)
    for passage in list(found.values())[:_MOST_PASSAGES]:
        others = rows(
            connection,
            "SELECT r.id, r.title, r.publisher_id, p.name AS publisher, r.published_on, r.first_seen_at,"
            " u.*, min(u.start), count(*) OVER () AS total FROM passage_uses u"
            " JOIN releases r ON r.id = u.release_id JOIN publishers p ON p.id = r.publisher_id"
            " WHERE u.passage_id = :passage AND r.id <> :id AND NOT coalesce(r.cluster_id = :cluster_id, 0)"
            f" AND {LISTED} GROUP BY r.id ORDER BY {DAY}, r.id LIMIT {_MOST_OTHERS}",
            {"passage": passage["passage_id"], "id": release["id"], "cluster_id": release["cluster_id"]},
        )
        passage |= {"total": others[0]["total"] if others else 0, "others": others}
    return [passage for passage in found.values() if passage.get("total")]


def longest_place(connection: sqlite3.Connection, release: Row) -> Row | None:
    """The longest span of a release's present text that others carry, too; None when there is none."""
    return first(
        connection,
        'SELECT u.revision_id, u.start, u."end" FROM passage_uses u JOIN revisions v ON v.id = u.revision_id'
        ' WHERE u.release_id = :id AND v.text = :text ORDER BY u."end" - u.start DESC, u.start LIMIT 1',
        {"id": release["id"], "text": release["text"]},
    )


def revisions(connection: sqlite3.Connection, number: int) -> list[Row]:
    """The versions of a release, first seen first. ``shown`` is 1 where its words are the release's."""
    return rows(
        connection,
        "SELECT v.id, v.seen_at, v.sha256,"
        " v.title = r.title AND v.teaser IS r.teaser AND v.text = r.text AS shown"
        " FROM revisions v JOIN releases r ON r.id = v.release_id WHERE v.release_id = ?"
        " ORDER BY v.seen_at, v.id",
        [number],
    )


def revision(connection: sqlite3.Connection, number: int) -> Row | None:
    """One version of a release; None when there is none with this id."""
    return first(
        connection,
        "SELECT id, seen_at, title, teaser, text, published_on, sha256 FROM revisions WHERE id = ?",
        [number],
    )


def _uses(connection: sqlite3.Connection, release_id: int) -> list[Row]:
    """Where a release carries passages: the newest version first, and there in order."""
    return rows(
        connection,
        'SELECT u.passage_id, u.revision_id, u.start, u."end",'
        ' substr(v.text, u.start + 1, u."end" - u.start) AS words, p.first_release_id AS first_id'
        " FROM passage_uses u JOIN passages p ON p.id = u.passage_id JOIN revisions v ON v.id = u.revision_id"
        " WHERE u.release_id = ? ORDER BY v.seen_at DESC, v.id, u.start",
        [release_id],
    )
