"""state.db: what servers gave us to ask "has it changed?" with, and where walks were broken off.

Disposable: without it we ask in full, and walk whole lists again.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive.model import Page

_HEADERS = (("etag", "If-None-Match"), ("last-modified", "If-Modified-Since"))


class State:
    """Validators by address and walks by source, kept in a file that may be deleted at any time."""

    def __init__(self, path: Path) -> None:
        self._db = Database(path)
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS validators (url TEXT PRIMARY KEY, etag TEXT, last_modified TEXT)"
        )
        self._db.execute("CREATE TABLE IF NOT EXISTS walks (source TEXT PRIMARY KEY, walk TEXT)")

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

    def pause(self, source: str, walk: dict[str, Any]) -> None:
        """Keep where a source's walk is to go on, as plain JSON values."""
        with self._db.atomic():
            self._db.execute("INSERT OR REPLACE INTO walks VALUES (?, ?)", [source, json.dumps(walk)])

    def walk(self, source: str) -> dict[str, Any] | None:
        """What ``pause`` kept of a source, None when there is nothing."""
        row = self._db.execute("SELECT walk FROM walks WHERE source = ?", [source]).fetchone()
        kept: dict[str, Any] | None = json.loads(row[0]) if row else None
        return kept

    def close(self) -> None:
        """Close the file."""
        self._db.close()
