"""What the pages of data and politeness ask of archive.db."""

from __future__ import annotations

import sqlite3
from urllib.parse import urlsplit

from archive.web.queries import Row, rows

CRAWLS = 30
"""So many of the last crawls of each source are told of: machines may share the sources out among them."""

_ADDED = ("requests", "bytes", "not_modified")

_ASKED = (
    "SELECT s.press, c.crawl_id, c.requests, c.bytes, c.not_modified, c.status"
    " FROM sources s CROSS JOIN source_crawls c ON c.source_id = s.id AND c.crawl_id >= coalesce("
    "   (SELECT crawl_id FROM source_crawls WHERE source_id = s.id ORDER BY crawl_id DESC"
    f"   LIMIT 1 OFFSET {CRAWLS - 1}), '')"
)


def hosts(connection: sqlite3.Connection) -> list[Row]:
    """What the hosts of the press pages were asked in the last crawls, by name.

    ``crawls``; of all of them ``requests``, ``not_modified`` and ``bytes``; ``most``: requests in one crawl;
    ``refused``: crawls in which it refused, or wanted proof that no machine asks.
    """
    found: dict[str, dict[str, Row]] = {}
    for row in rows(connection, _ASKED):
        crawls = found.setdefault(urlsplit(row["press"]).hostname or "", {})
        crawl = crawls.setdefault(row["crawl_id"], {**dict.fromkeys(_ADDED, 0), "refused": False})
        crawl |= {name: crawl[name] + row[name] for name in _ADDED}
        crawl["refused"] |= row["status"] in ("blocked", "challenged")
    return [{"host": host, **_told(list(crawls.values()))} for host, crawls in sorted(found.items()) if host]


def _told(crawls: list[Row]) -> Row:
    sums = {name: sum(crawl[name] for crawl in crawls) for name in (*_ADDED, "refused")}
    return {"crawls": len(crawls), "most": max(crawl["requests"] for crawl in crawls), **sums}


def withdrawn_at(connection: sqlite3.Connection) -> str | None:
    """When anything was last withdrawn (UTC); None: never."""
    last: str | None = connection.execute("SELECT max(withdrawn_at) FROM withdrawals").fetchone()[0]
    return last
