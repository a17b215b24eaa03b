"""state.db: what servers gave us to ask "has it changed?" with, hosts' rules, where walks were broken off.

Disposable: without it we ask in full, and walk whole lists again.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive.model import Page
from crawler.stop import writing
from crawler.storage import is_damaged

_TABLES = {
    "validators": "url TEXT PRIMARY KEY, etag TEXT, last_modified TEXT",
    "bodies": "url TEXT PRIMARY KEY, body BLOB",
    "looks": "url TEXT PRIMARY KEY",
    "walks": "source TEXT PRIMARY KEY, walk TEXT",
}
_AT = "at TEXT NOT NULL DEFAULT ''"  # time (UTC) of the observation that a row comes from
logger = logging.getLogger(__name__)

_HEADERS = (("etag", "If-None-Match"), ("last-modified", "If-Modified-Since"))


class State:
    """Validators and rules by address, walks by source, in a file that may be deleted at any time."""

    def __init__(self, path: Path) -> None:
        try:
            self._db = _opened(path)
        except sqlite3.DatabaseError as error:
            if not is_damaged(error):
                raise
            logger.warning("%s is damaged (%s) and begun anew: everything is asked in full once", path, error)
            path.unlink()
            self._db = _opened(path)

    def conditions(self, url: str) -> dict[str, str]:
        """Request headers that ask for a page only if it has changed; empty when nothing is known of it."""
        row = self._db.execute("SELECT etag, last_modified FROM validators WHERE url = ?", [url]).fetchone()
        return {name: value for (_, name), value in zip(_HEADERS, row or (), strict=False) if value}

    def remember(self, page: Page) -> None:
        """Keep the validators that came with a page, also that it came without."""
        values = [page.url, *(page.header(name) for name, _ in _HEADERS), page.at]
        with writing(), self._db.atomic():
            self._db.execute("INSERT OR REPLACE INTO validators VALUES (?, ?, ?, ?)", values)

    def keep(self, page: Page, most: int) -> None:
        """Keep a page's validators with so much of its body, which is needed when it has not changed."""
        self.remember(page)
        with writing(), self._db.atomic():
            values = [page.url, page.body[:most], page.at]
            self._db.execute("INSERT OR REPLACE INTO bodies VALUES (?, ?, ?)", values)

    def body(self, url: str) -> bytes | None:
        """Body that ``keep`` kept of an address, None when there is none."""
        row = self._db.execute("SELECT body FROM bodies WHERE url = ?", [url]).fetchone()
        return bytes(row[0]) if row else None

    def looked(self, url: str, at: str) -> None:
        """Remember when an address was asked that is not asked in every crawl."""
        with writing(), self._db.atomic():
            self._db.execute("INSERT OR REPLACE INTO looks VALUES (?, ?)", [url, at])

    def looked_at(self, url: str) -> str | None:
        """When an address was last asked, None when it never was."""
        row = self._db.execute("SELECT at FROM looks WHERE url = ?", [url]).fetchone()
        return str(row[0]) if row else None

    def pause(self, source: str, walk: dict[str, Any], at: str) -> None:
        """Keep where a source's walk is to go on, as plain JSON values; ``at``: when it was put off."""
        with writing(), self._db.atomic():
            self._db.execute("INSERT OR REPLACE INTO walks VALUES (?, ?, ?)", [source, json.dumps(walk), at])

    def walk(self, source: str) -> dict[str, Any] | None:
        """What ``pause`` kept of a source, None when there is nothing."""
        row = self._db.execute("SELECT walk FROM walks WHERE source = ?", [source]).fetchone()
        kept: dict[str, Any] | None = json.loads(row[0]) if row else None
        return kept

    def forget(self, gone: Callable[[str], bool]) -> None:
        """Keep nothing of addresses of which ``gone`` is true, not even in the file's free pages."""
        for table in ("validators", "bodies", "looks"):
            urls = [row[0] for row in self._db.execute(f"SELECT url FROM {table}").fetchall()]  # noqa: S608
            with writing(), self._db.atomic():
                old = [(url,) for url in urls if gone(url)]
                self._db.conn.executemany(f"DELETE FROM {table} WHERE url = ?", old)  # noqa: S608
        self._db.execute("VACUUM")

    def join(self, other: Path, gone: Callable[[str], bool]) -> None:
        """Take over what the state of another folder has of later days; ``other`` is no state in use.

        Nothing of addresses of which ``gone`` is true. What is known longer would be a danger: a page that is
        as it once was would pass for unchanged. Raises sqlite3.DatabaseError where it cannot be read.
        """
        State(other).close()
        self._db.register_function(gone, name="gone")
        self._db.attach("other", other)
        for table in _TABLES:
            key, *values = self._db[table].columns_dict
            theirs = ", ".join(f"theirs.{name}" for name in (key, *values))
            sets = ", ".join(f"{name} = excluded.{name}" for name in values)
            with writing(), self._db.atomic():
                self._db.execute(
                    f"INSERT INTO {table} ({key}, {', '.join(values)}) SELECT {theirs}"  # noqa: S608
                    f" FROM other.{table} theirs LEFT JOIN {table} ours USING ({key})"
                    f" WHERE CASE WHEN ours.at IS NULL OR theirs.at > ours.at THEN NOT gone(theirs.{key}) END"
                    f" ON CONFLICT ({key}) DO UPDATE SET {sets}"
                )
        self._db.execute("DETACH other")

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def _opened(path: Path) -> Database:
    """Raises sqlite3.DatabaseError where the file is damaged, anywhere in it."""
    db = Database(path)
    db.execute("PRAGMA synchronous = OFF")  # what a power cut damages is begun anew
    for table, columns in _TABLES.items():
        db.execute(f"CREATE TABLE IF NOT EXISTS {table} ({columns}, {_AT})")
        if "at" not in db[table].columns_dict:  # as an earlier version made it
            db.execute(f"ALTER TABLE {table} ADD COLUMN {_AT}")
    found = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise sqlite3.DatabaseError(" ".join(str(found).split()))
    return db
