"""What tests use: the command line in a process of its own, the last report, rows to compare."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

PUBLIC = {"id": "a", "name": "A", "kind": "kreis", "land": "XX", "homepage": "https://a.example/",
          "press": "https://a.example/p"}  # fmt: skip
"""A register entry in the open net, which no test may really ask."""


def kreispresse(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "crawler.cli", *arguments], capture_output=True, text=True, check=False, timeout=100,
        env={**os.environ, "KREISPRESSE_GONE_AFTER": "0", **(env or {})},
    )  # fmt: skip


def report(tmp_path: Path) -> dict[str, dict[str, Any]]:
    """The last crawl's report by source."""
    return {row["id"]: row for row in json.loads((tmp_path / "report.json").read_text())["sources"]}


def query(data: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with sqlite3.connect(data / "archive.db") as db:
        return db.execute(sql, values).fetchall()


def rows_hash(data: Path) -> dict[str, str]:
    """Hash of the rows of every table, the words of the search index included, whatever the order of rows."""
    with sqlite3.connect(data / "archive.db") as db:
        db.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, releases_fts, instance)")
        db.execute("CREATE VIRTUAL TABLE temp.keys USING fts5vocab(main, releases_fts_keys, instance)")
        names = [
            r[0]
            for r in db.execute("SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE '%fts%'")
        ]
        hashes = {}
        for name in [*names, "temp.words", "temp.keys"]:
            rows = sorted(map(repr, db.execute(f"SELECT * FROM {name}")))
            hashes[name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
        return hashes
