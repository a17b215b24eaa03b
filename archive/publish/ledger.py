"""Which exports were made of an archive: a line each in a file of its data folder."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

LEDGER = "exports.jsonl"


@dataclass(frozen=True, slots=True)
class Noted:
    """A finished export: state of the archive (UTC), its folder, hash of its SHA256SUMS."""

    at: str
    folder: str
    sha256: str


def note(data: Path, made: Noted) -> None:
    """Remember where an export lies: whoever withdraws a release must know which ones carry it."""
    lines = _lines(data)
    torn = "\n" if lines and not lines[-1].endswith("\n") else ""
    with (data / LEDGER).open("a", encoding="utf-8") as ledger:
        ledger.write(f"{torn}{json.dumps(asdict(made), ensure_ascii=False)}\n")


def noted(data: Path) -> list[Noted]:
    """The exports that were noted, the first first; lines that a kill has torn are passed over."""
    found = []
    for line in _lines(data):
        try:
            said = json.loads(line)
            found.append(Noted(*(str(said[name]) for name in ("at", "folder", "sha256"))))
        except (ValueError, KeyError, TypeError):
            continue
    return found


def _lines(data: Path) -> list[str]:
    """Lines with their ends, also of a file that ends within a letter."""
    ledger = data / LEDGER
    return ledger.read_text("utf-8", "replace").splitlines(keepends=True) if ledger.is_file() else []
