"""The newest export of an archive, as the website offers it: its files with size and hash, no others."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_LEDGER = "exports.jsonl"
_SUMS = "SHA256SUMS"
_WHOLE = re.compile(r"\{.*\}")  # and not torn by a kill
_LINE = re.compile(r"(?m)^([0-9a-f]{64})  (?!.*\.\.)(\w[\w./-]*)$")


@dataclass(frozen=True, slots=True)
class File:
    """A file of an export: its path there, bytes, and hash in hexadecimal digits."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Export:
    """A finished export: state of the archive (UTC), where it lies, its files by path."""

    at: str
    folder: Path
    files: dict[str, File]


def newest(data: Path, withdrawn_at: str | None) -> Export | None:
    """The export of a data folder that was made last and is still there whole.

    None where there is none, or where it is older than the last withdrawal (UTC) and may hold its text.
    """
    for at, folder in _finished(data):
        files = _files(folder)
        if files:
            return Export(at, folder, files) if at >= (withdrawn_at or "") else None
    return None


def _finished(data: Path) -> Iterator[tuple[str, Path]]:
    """State and folder of each export, the last first."""
    ledger = data / _LEDGER
    lines = ledger.read_text("utf-8").splitlines() if ledger.is_file() else []
    for line in filter(_WHOLE.fullmatch, reversed(lines)):
        noted = json.loads(line)
        yield noted["at"], Path(noted["folder"])


def _files(folder: Path) -> dict[str, File]:
    """The list of hashes and the files that it names; empty where it, or one of them, is not there."""
    sums = folder / _SUMS
    if not sums.is_file():
        return {}
    listed = sums.read_bytes()
    named = {path: digest for digest, path in _LINE.findall(listed.decode())}
    named[_SUMS] = hashlib.sha256(listed).hexdigest()
    if not all((folder / path).is_file() for path in named):
        return {}
    return {path: File(path, (folder / path).stat().st_size, digest) for path, digest in named.items()}
