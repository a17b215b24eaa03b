"""CHANGES: what became of each release since an earlier export."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive.formulas import defused
from archive.publish import packing
from archive.publish.formats import paths
from archive.publish.package import PACKAGE

_ALL = ("new", "changed", "gone", "back", "joined", "withdrawn", "dropped")
_WORDS = ("title", "teaser", "text", "published_on")

_HEAD = """\
# What became of each release since the export of {since}: one line a release, parted by tabs.
# new; changed: other title, lead, text or day; gone: its absence was confirmed; back: no longer absent;
# joined: one release with that of release_id now; withdrawn: no longer in the archive, after withdrawals;
# dropped: no longer in the archive, because this version of the extraction finds no release there.
# {counts}
change	id	release_id	title
"""

_FIRST = """\
# There was no earlier export to compare with: everything is new.
change	id	release_id	title
"""

_CHANGED = """
SELECT 'new' AS change, r.id, r.id, r.title
FROM releases r LEFT JOIN earlier e ON e.id = r.id WHERE e.id IS NULL
UNION ALL
SELECT 'changed', r.id, r.id, r.title
FROM releases r JOIN earlier e ON e.id = r.id
WHERE e.words <> words_hash(r.title, r.teaser, r.text, r.published_on)
UNION ALL
SELECT iif(r.gone_at IS NULL, 'back', 'gone'), r.id, r.id, r.title
FROM releases r JOIN earlier e ON e.id = r.id WHERE e.gone <> (r.gone_at IS NOT NULL)
UNION ALL
SELECT 'joined', e.id, r.id, r.title
FROM earlier e JOIN release_ids i ON i.old_id = e.id JOIN releases r ON r.id = i.release_id
UNION ALL
SELECT iif(EXISTS (SELECT 1 FROM withdrawals WHERE withdrawn_at > :since), 'withdrawn', 'dropped'),
    e.id, NULL, NULL
FROM earlier e LEFT JOIN releases r ON r.id = e.id LEFT JOIN release_ids i ON i.old_id = e.id
WHERE r.id IS NULL AND i.old_id IS NULL
ORDER BY 1, 2
"""


class Unreadable(Exception):
    """An earlier export cannot be compared with; the message says why, and what to do."""


def previous(folder: Path, at: str) -> Path | None:
    """The newest export in a folder's place or beside it of an earlier state than ``at``, else None."""
    states = {path.parent: _created(path) for path in folder.absolute().parent.glob(f"*/{PACKAGE}")}
    earlier = {path: created for path, created in states.items() if "" < created < at}
    return max(earlier, key=lambda path: (earlier[path], path.name), default=None)


def changes(db: Database, since: Path | None) -> Iterator[str]:
    """The lines of CHANGES, with their ends. Raises Unreadable when ``since`` is no export, or damaged."""
    if since is None:
        yield _FIRST
        yield from (f"new\t{row[0]}\t{row[0]}\t{_flat(row[1])}\n" for row in _titles(db))
        return
    created = _created(since / PACKAGE)
    if not created:
        raise Unreadable(f"{since} is no export; name another with --since")
    _read(db, since)
    query = f"SELECT * FROM ({_CHANGED})"
    counted = Counter(row[0] for row in db.execute(query, {"since": created}))
    told = ", ".join(f"{counted[change]} {change}" for change in _ALL)
    yield _HEAD.format(since=created, counts=told)
    for change, number, now, title in db.execute(query, {"since": created}):
        yield f"{change}\t{number}\t{now or ''}\t{_flat(title or '')}\n"


def _titles(db: Database) -> Iterator[tuple[int, str]]:
    yield from db.execute("SELECT id, title FROM releases ORDER BY id")


def _created(package: Path) -> str:
    """State of the archive that an export was made of; empty where there is no export."""
    try:
        said = json.loads(package.read_bytes())
    except (OSError, ValueError):
        return ""
    mine = isinstance(said, dict) and said.get("name") == "kreispresse"
    return str(said.get("created", "")) if mine else ""


def _read(db: Database, since: Path) -> None:
    """Put what an earlier export had into a temporary table, and the hash of words beside it."""
    db.conn.create_function("words_hash", len(_WORDS), _words_hash, deterministic=True)
    db.execute(
        "CREATE TEMP TABLE earlier (id INTEGER PRIMARY KEY, words TEXT NOT NULL, gone INTEGER NOT NULL)"
    )
    _, releases, _ = paths(since, "releases")
    try:
        with packing.reading(releases) as lines:
            db.conn.executemany("INSERT INTO earlier VALUES (?, ?, ?)", map(_earlier, lines))
    except (OSError, ValueError, KeyError, *packing.DAMAGED) as error:
        raise Unreadable(f"{releases} cannot be read ({error}); name another export with --since") from error


def _earlier(line: bytes) -> tuple[int, str, bool]:
    row: Mapping[str, Any] = json.loads(line)
    return row["id"], _words_hash(*(row[name] for name in _WORDS)), row["gone_at"] is not None


def _words_hash(*words: str | None) -> str:
    return hashlib.sha256("\x1f".join(word or "" for word in words).encode()).hexdigest()


def _flat(text: str) -> str:
    return defused(" ".join(text.split()))
