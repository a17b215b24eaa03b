"""What the feeds ask of archive.db."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection

from archive.web.queries import DAY, LISTED, Row, rows

_RELEASE = (
    "SELECT r.id, r.title, r.url, r.publisher_id, p.name AS publisher, r.published_on, r.published_at,"
    " r.first_seen_at, r.changed_at, coalesce(r.teaser, substr(r.text, 1, 600)) AS beginning"
)

_SEEING = "('ok', 'unchanged', 'relaunched')"
"""States of a look that would have seen what is new."""

_BLIND = (
    "SELECT s.id, p.name AS publisher, p.id AS publisher_id FROM sources s"
    " JOIN publishers p ON p.id = s.publisher_id CROSS JOIN source_crawls c ON c.source_id = s.id"
    "   AND c.crawl_id = (SELECT max(crawl_id) FROM source_crawls WHERE source_id = s.id)"
    f" WHERE c.status NOT IN {_SEEING} ORDER BY p.name, s.id"
)

_SINCE = (
    "SELECT k.id AS crawl_id, k.started_at FROM source_crawls c JOIN crawls k ON k.id = c.crawl_id"
    " WHERE c.source_id = :source AND c.crawl_id > coalesce((SELECT crawl_id FROM source_crawls"
    f"   WHERE source_id = :source AND status IN {_SEEING} ORDER BY crawl_id DESC LIMIT 1), '')"
    " ORDER BY c.crawl_id LIMIT 1"
)


def releases(connection: sqlite3.Connection, ids: Collection[int]) -> dict[int, Row]:
    """Releases by id, with what a feed says of them."""
    found = rows(
        connection,
        f"{_RELEASE} FROM releases r JOIN publishers p ON p.id = r.publisher_id"
        " WHERE r.id IN (SELECT value FROM json_each(?))",
        [json.dumps(list(ids))],
    )
    return {row["id"]: row for row in found}


def carriers(connection: sqlite3.Connection, passage_id: int, limit: int) -> list[Row]:
    """Releases that carry a passage, the newest first."""
    return rows(
        connection,
        f"{_RELEASE} FROM releases r JOIN publishers p ON p.id = r.publisher_id WHERE r.id IN"
        f" (SELECT release_id FROM passage_uses WHERE passage_id = ?) AND {LISTED}"
        f" ORDER BY {DAY} DESC, r.id LIMIT ?",
        [passage_id, limit],
    )


def changes(connection: sqlite3.Connection, publisher: str | None, limit: int) -> list[Row]:
    """Releases of a publisher, None: of all, whose words changed, the latest change first."""
    return rows(
        connection,
        f"{_RELEASE} FROM releases r JOIN publishers p ON p.id = r.publisher_id"
        f" WHERE r.changed_at NOTNULL AND {LISTED} {_of(publisher)}"
        " ORDER BY r.changed_at DESC, r.id LIMIT :limit",
        {"publisher": publisher, "limit": limit},
    )


def absences(connection: sqlite3.Connection, publisher: str | None, limit: int) -> list[Row]:
    """Confirmed absences of these releases, with them, the latest to be confirmed or to end first."""
    tables = "releases r JOIN absences a" if publisher else "absences a JOIN releases r"
    return rows(
        connection,
        f"{_RELEASE}, a.last_ok_at, a.first_missing_at, a.confirmed_at, a.back_at"
        f" FROM {tables} ON r.id = a.release_id JOIN publishers p ON p.id = r.publisher_id"
        f" WHERE a.confirmed_at NOTNULL AND {LISTED} {_of(publisher)}"
        " ORDER BY coalesce(a.back_at, a.confirmed_at) DESC, r.id LIMIT :limit",
        {"publisher": publisher, "limit": limit},
    )


def states(connection: sqlite3.Connection, publisher: str | None, limit: int) -> list[Row]:
    """Sources of a publisher, None: of all, that came into another state, the latest first.

    That a new source is well is no news. ``crawled_at``: when the state was told.
    """
    return rows(
        connection,
        "SELECT t.source_id, t.crawl_id, t.state, t.since, t.newest_on, t.expected_on, s.press,"
        " p.id AS publisher_id, p.name AS publisher, coalesce(k.finished_at, k.started_at) AS crawled_at"
        " FROM source_states t JOIN crawls k ON k.id = t.crawl_id JOIN sources s ON s.id = t.source_id"
        " JOIN publishers p ON p.id = s.publisher_id WHERE (t.state <> 'ok' OR EXISTS"
        " (SELECT 1 FROM source_states e WHERE e.source_id = t.source_id AND e.crawl_id < t.crawl_id))"
        f" {_of(publisher, 's')} ORDER BY t.crawl_id DESC, t.source_id LIMIT :limit",
        {"publisher": publisher, "limit": limit},
    )


def _of(publisher: str | None, table: str = "r") -> str:
    return f"AND {table}.publisher_id = :publisher" if publisher else ""


def blind(connection: sqlite3.Connection, publishers: Collection[str] | None) -> list[Row]:
    """Sources of these publishers, None: of all, that could not be read since a crawl, up to the last.

    ``crawl_id`` and ``started_at`` are of the first crawl that could not.
    """
    found = [
        row for row in rows(connection, _BLIND) if publishers is None or row["publisher_id"] in publishers
    ]
    return [row | rows(connection, _SINCE, {"source": row["id"]})[0] for row in found]
