"""state.db: what servers gave us to ask "has it changed?" with, hosts' rules, where walks were broken off.

Disposable: without it we ask in full, and walk whole lists again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive.model import Page

_TABLES = (
    "validators (url TEXT PRIMARY KEY, etag TEXT, last_modified TEXT)",
    "bodies (url TEXT PRIMARY KEY, body BLOB)",
    "looks (url TEXT PRIMARY KEY, at TEXT)",
    "walks (source TEXT PRIMARY KEY, walk TEXT)",
)
_HEADERS = (("etag", "If-None-Match"), ("last-modified", "If-Modified-Since"))


class State:
    """Validators and rules by address, walks by source, in a file that may be deleted at any time."""

    def __init__(self, path: Path) -> None:
        self._db = Database(path)
        for table in _TABLES:
            self._db.execute(f"CREATE TABLE IF NOT EXISTS {table}")

    def conditions(self, url: str) -> dict[str, str]:
        """Request headers that ask for a page only if it has changed; empty when nothing is known of it."""
        row = self._db.execute("SELECT etag, last_modified FROM validators WHERE url = ?", [url]).fetchone()
        return {name: value for (_, name), value in zip(_HEADERS, row or (), strict=False) if value}

    def remember(self, page: Page) -> None:
        """Keep the validators that came with a page; forget them where it came without."""
        etag, last_modified = (page.header(name) for name, _ in _HEADERS)
        with self._db.atomic():
            if etag or last_modified:
                values = [page.url, etag, last_modified]
                self._db.execute("INSERT OR REPLACE INTO validators VALUES (?, ?, ?)", values)
            else:
                self._db.execute("DELETE FROM validators WHERE url = ?", [page.url])

    def keep(self, page: Page, most: int) -> None:
        """Keep a page's validators with so much of its body, which is needed when it has not changed."""
        self.remember(page)
        with self._db.atomic():
            self._db.execute("INSERT OR REPLACE INTO bodies VALUES (?, ?)", [page.url, page.body[:most]])

    def body(self, url: str) -> bytes | None:
        """Body that ``keep`` kept of an address, None when there is none."""
        row = self._db.execute("SELECT body FROM bodies WHERE url = ?", [url]).fetchone()
        return bytes(row[0]) if row else None

    def looked(self, url: str, at: str) -> None:
        """Remember when an address was asked that is not asked in every crawl."""
        with self._db.atomic():
            self._db.execute("INSERT OR REPLACE INTO looks VALUES (?, ?)", [url, at])

    def looked_at(self, url: str) -> str | None:
        """When an address was last asked, None when it never was."""
        row = self._db.execute("SELECT at FROM looks WHERE url = ?", [url]).fetchone()
        return str(row[0]) if row else None

    def pause(self, source: str, walk: dict[str, Any]) -> None:
        """Keep where a source's walk is to go on, as plain JSON values."""
        with self._db.atomic():
            self._db.execute("INSERT OR REPLACE INTO walks VALUES (?, ?)", [source, json.dumps(walk)])

    def walk(self, source: str) -> dict[str, Any] | None:
        """What ``pause`` kept of a source, None when there is nothing."""
        row = self._db.execute("SELECT walk FROM walks WHERE source = ?", [source]).fetchone()
        kept: dict[str, Any] | None = json.loads(row[0]) if row else None
        return kept

    def forget(self, gone: Callable[[str], bool]) -> None:
        """Keep nothing of addresses of which ``gone`` is true, not even in the file's free pages."""
        for table in ("validators", "bodies", "looks"):
            urls = [row[0] for row in self._db.execute(f"SELECT url FROM {table}").fetchall()]  # noqa: S608
            with self._db.atomic():
                old = [(url,) for url in urls if gone(url)]
                self._db.conn.executemany(f"DELETE FROM {table} WHERE url = ?", old)  # noqa: S608
        self._db.execute("VACUUM")

    def close(self) -> None:
        """Close the file."""
        self._db.close()
