"""What describes an export to programs: datapackage.json (Frictionless Data Package) and CITATION.cff."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import yaml
from sqlite_utils import Database

from archive import ATTRIBUTION, LICENCE, __version__
from archive.codebook import Codebook, Column, Table

PACKAGE = "datapackage.json"

_TITLE = "Kreispresse: press releases of Germany's Kreise, cities and Land ministries"
_TYPES = {"INTEGER": "integer", "REAL": "number"}
_TEXTS = {"UTC, ISO 8601": "datetime", "day in Europe/Berlin, ISO 8601": "date"}


def datapackage(db: Database, book: Codebook, rows: Mapping[str, int], at: str) -> str:
    """The description of all CSV files, as JSON; ``rows`` by table; ``at``: the state of the archive, UTC."""
    package = {
        "name": "kreispresse",
        "title": _TITLE,
        "description": f"{LICENCE} {ATTRIBUTION} What is missing is told in datasheet.md.",
        **({"created": at} if at else {}),
        "kreispresse": __version__,
        "resources": [_resource(db, table, rows) for table in book.tables() if table.name in rows],
    }
    return json.dumps(package, ensure_ascii=False, indent=1) + "\n"


def citation(at: str, sha256: str) -> str:
    """How to cite an export (Citation File Format); ``sha256`` is that of its archive.db.zst."""
    released = {"date-released": at[:10], "version": at} if at else {}
    cited = {
        "cff-version": "1.2.0",
        "message": "Cite the state with its hash, and with each release its authority and its address.",
        "type": "dataset",
        "title": _TITLE,
        "authors": [{"name": "Kreispresse"}],
        **released,
        "abstract": f"{LICENCE} {ATTRIBUTION}",
        "identifiers": [
            {"type": "other", "value": f"sha256:{sha256}", "description": "SHA-256 of archive.db.zst"}
        ],
    }
    return yaml.safe_dump(cited, allow_unicode=True, sort_keys=False, width=100)


def _resource(db: Database, table: Table, rows: Mapping[str, int]) -> dict[str, Any]:
    key = [column.name for column in table.columns if column.key]
    references = [
        {"fields": here, "reference": {"resource": "" if there == table.name else there, "fields": field}}
        for _, _, there, here, field, *_ in db.execute(f"PRAGMA foreign_key_list([{table.name}])")
    ]
    return {
        "name": table.name,
        "description": table.holds,
        "source": table.origin,
        "profile": "tabular-data-resource",
        "path": f"csv/{table.name}.csv.gz",
        "format": "csv",
        "compression": "gz",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "rows": rows[table.name],
        "schema": {
            "fields": [_field(column) for column in table.columns],
            **({"primaryKey": key} if key else {}),
            **({"foreignKeys": references} if references else {}),
        },
    }


def _field(column: Column) -> dict[str, Any]:
    """A column; only numbers can be required, because an empty text and NULL look alike to readers of CSV."""
    required = column.none is None and column.type in _TYPES
    return {
        "name": column.name,
        "type": _TYPES.get(column.type) or _TEXTS.get(column.unit or "", "string"),
        "description": column.holds,
        "source": column.origin,
        **({"unit": column.unit} if column.unit else {}),
        **({"null": column.none} if column.none else {}),
        **({"constraints": {"required": True}} if required else {}),
    }
