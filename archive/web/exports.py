"""The newest export of an archive, as the website offers it: its files with size and hash, no others."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from archive.publish.ledger import noted
from archive.publish.sums import NAME as SUMS

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
    for each in reversed(noted(data)):
        files = _files(Path(each.folder))
        if files:
            return Export(each.at, Path(each.folder), files) if each.at >= (withdrawn_at or "") else None
    return None


def _files(folder: Path) -> dict[str, File]:
    """The list of hashes and the files that it names; empty where it, or one of them, is not there."""
    sums = folder / SUMS
    if not sums.is_file():
        return {}
    listed = sums.read_bytes()
    named = {path: digest for digest, path in _LINE.findall(listed.decode())}
    named[SUMS] = hashlib.sha256(listed).hexdigest()
    if not all((folder / path).is_file() for path in named):
        return {}
    return {path: File(path, (folder / path).stat().st_size, digest) for path, digest in named.items()}
