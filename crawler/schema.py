"""The register as JSON Schema, from the facts that its loader checks: editors complete and mark by it."""

from __future__ import annotations

from typing import Any

from archive import lands
from crawler import api, evidence, sources
from crawler.families import families

_DAY = {"type": ["string", "integer"], "description": "ISO day, month or year: 2026-05-31, 2026-05, 2026"}
_ADDRESS = {"type": "string", "pattern": "^https?://"}
_ID = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}
_TEXT = {"type": "string", "minLength": 1}


def schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a register file."""
    entry = {
        "type": "object",
        "properties": _properties(),
        "additionalProperties": False,
        "required": [name for name in sources.REQUIRED if name not in ("homepage", "press")],
        "if": {"properties": {"status": {"enum": list(evidence.UNASKED)}}, "required": ["status"]},
        "then": {"required": ["reason"]},
        "else": {"required": ["homepage", "press"]},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Sources of press releases of German authorities",
        "type": "array",
        "items": entry,
    }


def _properties() -> dict[str, Any]:
    known: dict[str, Any] = {
        "id": {**_ID, "description": "never changes"},
        "name": {**_TEXT, "description": "the authority as it calls itself"},
        "kind": {"enum": list(sources.KINDS)},
        "land": {"enum": sorted(lands.LANDS)},
        "ags": {"type": "string", "pattern": "^([0-9]{5}|[0-9]{8})$", "description": "in quotes"},
        "publisher": {**_ID, "description": "id of the authority, where it has several sources"},
        "family": {"enum": sorted(families())},
        "delay": {"type": "number", "minimum": 0, "maximum": 3600, "description": "seconds"},
        "earlier": {"type": "array", "items": {"type": "object", "required": ["family", "until"]}},
        "expect": {"type": "object"},
        "status": {"enum": list(evidence.STATUSES), "description": _words(evidence.STATUSES)},
        "reason": {**_TEXT, "description": "why it has this status, in one line"},
        "since": {**_DAY, "description": "from when on it has this status"},
        "link": {**_ADDRESS, "description": "where the reason is to be read"},
        "valid_from": _DAY,
        "valid_to": _DAY,
        "successor": {**_ID, "description": "the authority that followed"},
        "evidence": _evidence(),
        "checked": _check(),
        "notes": {"type": "array", "items": _TEXT},
    }
    known |= dict.fromkeys(evidence.ADDRESSES, _ADDRESS)
    known["api"] = {"oneOf": [_ADDRESS, _api()]}
    return {name: known.get(name, {}) for name in (*sources.REQUIRED, *sources.OPTIONAL)}


def _api() -> dict[str, Any]:
    numbers = {name: {"type": "integer"} for name in api.NUMBERS}
    texts = dict.fromkeys(api.TEXTS, _TEXT)
    return {
        "type": "object",
        "properties": texts | numbers,
        "additionalProperties": False,
        "required": list(api.REQUIRED),
    }


def _evidence() -> dict[str, Any]:
    level = {"enum": list(evidence.LEVELS), "description": _words(evidence.LEVELS)}
    of = {
        "type": "object",
        "properties": {"level": level, "when": _DAY, "from": _ADDRESS},
        "additionalProperties": False,
        "required": ["level"],
    }
    names = dict.fromkeys(evidence.ADDRESSES, of)
    return {"type": "object", "properties": names, "additionalProperties": False}


def _check() -> dict[str, Any]:
    found = {"enum": list(evidence.FOUND), "description": _words(evidence.FOUND)}
    return {
        "type": "object",
        "properties": {"when": _DAY, "found": found},
        "additionalProperties": False,
        "required": ["when", "found"],
    }


def _words(meanings: dict[str, str]) -> str:
    return "; ".join(f"{name}: {meaning}" for name, meaning in meanings.items())
