"""Disks that are full, folders that may not be written, databases that are damaged: what to say of them."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

FAULTS = (OSError, sqlite3.Error)
"""What writing to a data folder may raise."""

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_IN_USE = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_OTHER_TABLES = ("no such table", "no such column")


def is_damaged(error: BaseException) -> bool:
    """Whether the fault is that archive.db is no database any more."""
    code = getattr(error, "sqlite_errorcode", None)
    said_so = isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)
    return code & 0xFF in _DAMAGED if code else said_so


def advice(error: BaseException, where: Path) -> str:
    """What happened to a data folder, or a file, and what to do next, for people."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if is_damaged(error):
        return (
            f"archive.db in {where} cannot be read ({error}); make it again with"
            f" 'kreispresse rebuild --data {where}'"
        )
    if code == sqlite3.SQLITE_FULL or getattr(error, "errno", None) in _FULL:
        return (
            f"there is no room for {where} ({error}). What was logged before is safe: make room, and run the"
            " same command again"
        )
    if isinstance(error, sqlite3.OperationalError) and str(error).startswith(_OTHER_TABLES):
        return (
            f"archive.db in {where} is not of this version ({error}): the next crawl brings it up to date, or"
            f" 'kreispresse rebuild --data {where}' makes it again"
        )
    if code in _IN_USE:
        return (
            f"archive.db in {where} is in use by another program ({error}): end that, and run the same"
            " command again"
        )
    return (
        f"{where} cannot be written ({error}). What was logged before is safe: check room, rights and disk,"
        " and run the same command again"
    )
