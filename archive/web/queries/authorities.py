"""What the pages of authorities ask of archive.db."""

from __future__ import annotations

import sqlite3
from datetime import date

from sqlite_utils import Database

from archive import gaps as archive_gaps
from archive.dates import berlin_day
from archive.health.rhythm import usual_gap
from archive.web.german import sort_key
from archive.web.queries import DAY, LISTED, Row, first, rows

_DAYS, _MOST_CHANGES, _MOST_MISSING, _MOST_OUTAGES = 31, 10, 20, 5

_PUBLISHERS = (
    "SELECT p.id, p.name, p.kind, p.ags, p.land,"
    " (SELECT count(*) FROM releases r WHERE r.publisher_id = p.id) AS releases,"
    f" (SELECT group_concat(day) FROM (SELECT DISTINCT {DAY} AS day FROM releases r"
    f"   WHERE r.publisher_id = p.id ORDER BY {DAY} DESC LIMIT {_DAYS})) AS days"
    " FROM publishers p"
)

_SOURCES = (
    "SELECT s.id, s.publisher_id, s.homepage, s.press, c.status, c.new, c.changed, c.error,"
    " k.started_at AS crawled_at, t.state, t.since, t.newest_on, t.expected_on FROM sources s"
    " LEFT JOIN source_crawls c ON c.source_id = s.id"
    "   AND c.crawl_id = (SELECT max(crawl_id) FROM source_crawls WHERE source_id = s.id)"
    " LEFT JOIN crawls k ON k.id = c.crawl_id"
    " LEFT JOIN source_states t ON t.source_id = s.id"
    "   AND t.crawl_id = (SELECT max(crawl_id) FROM source_states WHERE source_id = s.id)"
)


def publishers(connection: sqlite3.Connection) -> list[Row]:
    """All authorities by Land code and then by name, each with how it publishes and how it was last read.

    ``newest``: day, None without a release; ``gap``: usual days between two days of publication; ``looks``:
    the last result of each of its sources, and its state, with ``silent``: days, where that is unusual.
    """
    looks: dict[str, list[Row]] = {}
    for source in rows(connection, _SOURCES):
        looks.setdefault(source["publisher_id"], []).append(source)
    found = [_told(row, looks.get(row["id"], [])) for row in rows(connection, _PUBLISHERS)]
    return sorted(found, key=lambda row: (row["land"], sort_key(row["name"]), row["id"]))


def publisher(connection: sqlite3.Connection, publisher_id: str) -> Row | None:
    """One authority as in publishers(); None when there is none with this id."""
    row = first(connection, f"{_PUBLISHERS} WHERE p.id = ?", [publisher_id])
    if row is None:
        return None
    return _told(row, rows(connection, f"{_SOURCES} WHERE s.publisher_id = ? ORDER BY s.id", [publisher_id]))


def _told(row: Row, looks: list[Row]) -> Row:
    days = sorted(row["days"].split(",")) if row["days"] else []
    gap = usual_gap([date.fromisoformat(day) for day in days])
    looks = [look | {"silent": silent(look)} for look in looks]
    return row | {"looks": looks, "newest": days[-1] if days else None, "gap": gap}


def silent(look: Row) -> int | None:
    """Days from a late source's newest release to a look (``crawled_at``); None where that is as usual."""
    if look["state"] != "late":
        return None
    return (date.fromisoformat(berlin_day(look["crawled_at"])) - date.fromisoformat(look["newest_on"])).days


def gaps(connection: sqlite3.Connection, publisher_id: str) -> list[Row]:
    """What is or may be missing of an authority's sources: ``outages``, latest first, ``window``, ``unread``.

    As in archive.gaps; only sources of which anything is to be said.
    """
    db = Database(connection)
    sources = connection.execute(f"{_SOURCES} WHERE s.publisher_id = ? ORDER BY s.id", [publisher_id])
    found = [
        {
            "press": source[3],
            "outages": archive_gaps.outages(db, source[0])[: -_MOST_OUTAGES - 1 : -1],
            "window": archive_gaps.window(db, source[0]),
            "unread": archive_gaps.unread(db, source[0]),
        }
        for source in sources.fetchall()
    ]
    return [each for each in found if each["outages"] or each["window"] or each["unread"]]


def months(connection: sqlite3.Connection, publisher_id: str) -> dict[str, int]:
    """Number of an authority's releases by ISO month."""
    query = (
        f"SELECT substr({DAY}, 1, 7), count(*) FROM releases r WHERE publisher_id = ? GROUP BY 1 ORDER BY 1"
    )
    return dict(connection.execute(query, [publisher_id]).fetchall())


def changes(connection: sqlite3.Connection, publisher_id: str) -> list[Row]:
    """An authority's releases whose words changed or that are gone, the latest first: ``at``, ``what``."""
    query = " UNION ALL ".join(
        f"SELECT * FROM (SELECT id, title, {what} AS at, '{what}' AS what FROM releases r"
        f" WHERE publisher_id = :publisher AND {what} IS NOT NULL AND {LISTED}"
        f" ORDER BY {what} DESC LIMIT {_MOST_CHANGES})"
        for what in ("changed_at", "gone_at")
    )
    found = rows(connection, query, {"publisher": publisher_id})
    return sorted(found, key=lambda row: (row["at"], row["id"]), reverse=True)[:_MOST_CHANGES]


def missing(connection: sqlite3.Connection, publisher_id: str) -> tuple[int, list[Row]]:
    """Addresses that an authority's lists, feeds and sitemaps named and that could not be read yet.

    (how many, the newest of them): ``url``, ``title`` and ``published_on`` as named, ``failures``.
    """
    condition = (
        "FROM sources s JOIN sightings n ON n.source_id = s.id WHERE s.publisher_id = ? AND NOT EXISTS"
        " (SELECT 1 FROM release_urls u WHERE u.key = n.key AND u.sha256 IS NOT NULL)"
    )
    total = connection.execute(f"SELECT count(DISTINCT n.key) {condition}", [publisher_id]).fetchone()[0]
    newest = rows(
        connection,
        "SELECT n.url, max(n.title) AS title, max(n.published_on) AS published_on,"
        f" max(n.failures) AS failures {condition}"
        f" GROUP BY n.key ORDER BY max(n.first_seen_at) DESC, n.key LIMIT {_MOST_MISSING}",
        [publisher_id],
    )
    return total, newest
