"""SHA256SUMS: the files of an export and their hashes, as sha256sum writes and checks them."""

from __future__ import annotations

import hashlib
from pathlib import Path

NAME = "SHA256SUMS"


def sums(folder: Path) -> str:
    """A line for each file of a folder but this one, sorted by path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / NAME)
    return "".join(f"{sha256(path)}  {path.relative_to(folder).as_posix()}\n" for path in files)


def sha256(path: Path) -> str:
    """Hash of a file's bytes, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
