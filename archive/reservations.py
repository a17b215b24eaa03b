"""What is reserved of text and data mining: by a source's list itself, or by a file of its host."""

from __future__ import annotations

import json

from sqlite_utils import Database


def reserve(db: Database, source: str, reservation: str | None, said_by: str) -> None:
    """Remember what is reserved of a source, by its "list" or its host's "file"; None: nothing."""
    values = [reservation, said_by if reservation else None, source]
    db.execute("UPDATE sources SET tdm_reservation = ?, tdm_from = ? WHERE id = ?", values)


def reserve_host(db: Database, host: str, rules: list[tuple[str, str]], at: str) -> list[tuple[str, str]]:
    """Remember a host's rules; (id, press page) of all sources whose lists say nothing themselves."""
    values = [host, json.dumps(rules, ensure_ascii=False), at]
    db.execute("INSERT OR REPLACE INTO reservations VALUES (?, ?, ?)", values)
    query = "SELECT id, press FROM sources WHERE tdm_from IS NOT 'list' ORDER BY id"
    return [(source, press) for source, press in db.execute(query).fetchall()]


def reservations(db: Database, host: str) -> list[tuple[str, str]]:
    """Rules of a host: (pattern of paths, "1" or "0"); none where its file is not there or not asked."""
    row = db.execute("SELECT rules FROM reservations WHERE host = ?", [host]).fetchone()
    return [(location, value) for location, value in json.loads(row[0])] if row else []
