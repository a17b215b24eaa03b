"""What the register said of a source, as the log keeps it, becomes rows of publishers and sources."""

from __future__ import annotations

import json
from typing import Any

from sqlite_utils import Database

from archive.search.index import moved


def register(db: Database, entry: dict[str, Any]) -> None:
    """Take over a register entry: the newest one holds. A successor counts once the archive knows it.

    So it is the same whether the successor's entry comes before or after.
    """
    publisher = entry.get("publisher", entry["id"])
    row = {name: entry[name] for name in ("name", "kind", "land")}
    row |= {name: entry.get(name) for name in ("ags", "valid_from", "valid_to")}
    successor = _known(db, entry.get("successor"))
    with moved(db, _of_another_land(db, publisher, entry["land"])):
        _upsert(db, "publishers", {"id": publisher, **row, "successor_id": successor})
    place = {"id": entry["id"], **{key: entry.get(key, "") for key in ("homepage", "press")}}
    family = {"family": entry["family"]} if entry.get("family") else {}
    said = {"entry": json.dumps(entry, ensure_ascii=False, sort_keys=True)}
    _upsert(db, "sources", {**place, "publisher_id": publisher, **said, **family})
    db.execute(
        "UPDATE publishers SET successor_id = :known WHERE successor_id IS NULL AND id IN"
        " (SELECT publisher_id FROM sources WHERE json_extract(entry, '$.successor') = :known)",
        {"known": publisher},
    )


def _of_another_land(db: Database, publisher: str, land: str) -> list[int]:
    """Releases of a publisher that stood under another Land: the index has each release's Land."""
    query = (
        "SELECT r.id FROM publishers p JOIN releases r ON publisher_id = p.id WHERE p.id = ? AND land <> ?"
    )
    return [row[0] for row in db.execute(query, [publisher, land])]


def _known(db: Database, id_: str | None) -> str | None:
    return id_ if db.execute("SELECT 1 FROM publishers WHERE id = ?", [id_]).fetchone() else None


def _upsert(db: Database, table: str, row: dict[str, Any]) -> None:
    names = ", ".join(row)
    changes = ", ".join(f"{name} = excluded.{name}" for name in row if name != "id")
    marks = ", ".join("?" * len(row))
    db.execute(
        f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT(id) DO UPDATE SET {changes}",
        list(row.values()),
    )
