"""archive.db: opening it, what a crawl says of itself, and what the crawler asks of it.

What releases become in it is in save.py. All of it follows from the log: nothing here reads the clock.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive import LICENCE, __version__, extractor
from archive.captures import Damage, Logged
from archive.migrations import migrate
from archive.model import Address, Hints, Note
from archive.presence import LIVING
from archive.progress import Tell, silent
from archive.registered import register
from archive.search.index import is_current, reindex
from archive.withdrawals import keep

_BUSY_MS = 10_000
_CACHE_KIB = 131_072  # of pages while writing: fingerprints enter their index at random places

Earlier = dict[str, list[tuple[str, str]]]
"""For each source the page families of looks that it had before, with the last ISO day of each."""


def connect(path: Path, *, write: bool = False) -> Database:
    """Open an archive, by default for reading only. Raises FileNotFoundError when there is none to read."""
    if write:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path)
    elif path.exists():
        # what nobody can write to needs no lock; without this SQLite wants to make one there
        fixed = not (os.access(path.parent, os.W_OK) or path.with_name(f"{path.name}-wal").exists())
        uri = f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if fixed else ''}"
        connection = sqlite3.connect(uri, uri=True)
    else:
        raise FileNotFoundError(path)
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
    return Database(connection)


@dataclass(frozen=True, slots=True)
class Known:
    """An address that is known to lead to a release.

    ``day``: on which it was published, else first seen; ``last_ok_at``: when it last answered with the
    release; ``missing``: at the last look it did not; ``gone``: the release's absence is confirmed.
    """

    address: Address
    day: str
    last_ok_at: str
    missing: bool
    gone: bool


class Archive:
    """An archive.db open for writing.

    Raises ValueError when its schema is newer than this version. ``stale`` says why its rows must be made
    again from the log before more are added; None when they need not.
    """

    def __init__(self, path: Path, earlier: Earlier | None = None, tell: Tell = silent) -> None:
        """``earlier``: what the log's newest register entries say, where rows are made from the whole log.

        An index that is still to be made waits for all rows then. ``tell`` hears how far one is made first.
        """
        self.db = connect(path, write=True)
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = NORMAL")
        self.db.execute("PRAGMA foreign_keys = ON")
        self.db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        migrate(self.db)
        if earlier is None and not is_current(self.db.conn):
            with self.db.atomic():
                reindex(self.db, tell)
        self._expected: set[tuple[str, str]] = set()
        self._settled = earlier is not None
        self._earlier = earlier if earlier is not None else self._said_of_earlier()
        self.stale = self._describe()

    def close(self) -> None:
        """Bring the write-ahead log into the file and close it."""
        self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.db.close()

    @contextmanager
    def reading(self, logged: Logged | Damage) -> Iterator[None]:
        """One transaction for all that a record of the log brings, with the place up to which it is read."""
        with self.db.atomic():
            yield
            last_at = logged.observation.at if isinstance(logged, Logged) else ""
            self.db.execute(
                "INSERT INTO log_files VALUES (?, ?, ?) ON CONFLICT(name) DO UPDATE"
                " SET read_to = excluded.read_to, last_at = max(last_at, excluded.last_at)",
                [logged.file, logged.end, last_at],
            )

    def last_at(self) -> str:
        """Time of the last observation that was read from the log; empty when there is none."""
        return str(self.db.execute("SELECT coalesce(max(last_at), '') FROM log_files").fetchone()[0])

    def read_to(self) -> dict[str, int]:
        """For each log file the byte up to which its records are in the rows."""
        return {row["name"]: row["read_to"] for row in self.db["log_files"].rows}

    def note(self, note: Note) -> None:
        """Take over what a crawl said of itself, or what somebody withdrew."""
        if note.topic in ("withdrawal", "redaction", "noindex"):
            keep(self.db, note)
            if note.topic != "noindex" and not self._settled:
                self.mark_stale("made before something was withdrawn")
            return
        self.expect(note.crawl, note.source, note.at)
        if note.topic == "crawl":
            about = note.data
            facts = [note.at, about["software"], int(about["complete"]), about["gone_after_hours"]]
            self.db.execute(
                "UPDATE crawls SET started_at = ?, software = ?, complete = ?, gone_after_hours = ?"
                " WHERE id = ?",
                [*facts, note.crawl],
            )
        elif note.topic == "source":
            self._heed_earlier(note)
            register(self.db, note.data)
            self.db.execute("UPDATE sources SET last_crawl_id = ? WHERE id = ?", [note.crawl, note.source])
        elif note.topic == "result":
            row = {"crawl_id": note.crawl, "source_id": note.source, **note.data}
            self.db.table("source_crawls").insert(row)
        elif note.topic == "finished":
            self.db.execute("UPDATE crawls SET finished_at = ? WHERE id = ?", [note.at, note.crawl])

    def expect(self, crawl: str, source: str, at: str) -> None:
        """Make room for what belongs to a crawl or source whose own note was lost to damage in the log."""
        if (crawl, source) in self._expected:
            return
        self.db.execute("INSERT OR IGNORE INTO crawls VALUES (?, ?, NULL, 'unknown', 0, 24)", [crawl, at])
        if source and not self.homes(source):
            register(
                self.db,
                {"id": source, "name": source, "kind": "other", "land": "??", "homepage": "", "press": ""},
            )
        self._expected.add((crawl, source))

    def read_with(self, source: str, family: str) -> None:
        """Remember the page family that a source's list was read with."""
        self.db.execute("UPDATE sources SET family = ? WHERE id = ?", [family, source])

    def family(self, source: str) -> str:
        """Page family that a source's list was last read with; empty when it was not read yet."""
        row = self.db.execute("SELECT family FROM sources WHERE id = ?", [source]).fetchone()
        return (row and row[0]) or ""

    def family_then(self, source: str, day: str) -> str | None:
        """Page family that the register says a source had on an ISO day; None where it names none of then."""
        looks = [(until, family) for family, until in self._earlier.get(source, []) if day <= until]
        return min(looks)[1] if looks else None

    def knows(self, key: str) -> bool:
        """Whether a release was read at an address with this key."""
        return self.read_at(key) is not None

    def listed(self, source: str) -> list[str]:
        """Addresses that a source's list named."""
        query = "SELECT url FROM sightings WHERE source_id = ? AND channel = 'listing'"
        return [row[0] for row in self.db.execute(query, [source])]

    def lists(self, source: str, keys: list[str]) -> bool:
        """Whether a source's list named an address with one of these keys."""
        marks = ", ".join("?" * len(keys))
        query = f"SELECT 1 FROM sightings WHERE source_id = ? AND channel = 'listing' AND key IN ({marks})"
        return self.db.execute(query, [source, *keys]).fetchone() is not None

    def is_fed(self, source: str) -> bool:
        """Whether feeds alone have named a source's releases, or nothing has named or held any yet."""
        query = (
            "SELECT count(*) FILTER (WHERE channel = 'listing') = 0 AND (count(*) > 0 OR NOT EXISTS"
            " (SELECT 1 FROM releases WHERE source_id = :source)) FROM sightings WHERE source_id = :source"
        )
        return bool(self.db.execute(query, {"source": source}).fetchone()[0])

    def read_at(self, key: str) -> int | None:
        """Id of the release that was read at an address with this key, None when none was."""
        query = "SELECT release_id FROM release_urls WHERE key = ? AND sha256 IS NOT NULL"
        row = self.db.execute(query, [key]).fetchone()
        return row[0] if row else None

    def unread(self, source: str) -> list[tuple[str, str, Hints, int, str]]:
        """Addresses that a source named and at which no release was read yet, first named first.

        (address, key, what one channel said of it, how often it failed, when last: empty when never).
        """
        rows = self.db.execute(
            "SELECT url, key, channel, title, published_on, failures, coalesce(failed_at, '') FROM"
            " (SELECT url, key, channel, title, published_on, max(failures) OVER one AS failures,"
            " max(failed_at) OVER one AS failed_at, min(first_seen_at) OVER one AS first,"
            " row_number() OVER (PARTITION BY key ORDER BY published_on IS NULL, channel) AS n"
            " FROM sightings s WHERE source_id = ? AND NOT EXISTS"
            " (SELECT 1 FROM release_urls u WHERE u.key = s.key AND u.sha256 IS NOT NULL)"
            " WINDOW one AS (PARTITION BY key)) WHERE n = 1 ORDER BY first, key",
            [source],
        )
        return [(url, key, Hints(*said), n, at) for url, key, *said, n, at in rows]

    def known(self, source: str) -> list[Known]:
        """Where a source's releases were read, one spelling each, but no missing one of what is elsewhere."""
        rows = self.db.execute(
            "SELECT u.url, u.key, coalesce(r.published_on, substr(r.first_seen_at, 1, 10)),"
            " max(u.last_ok_at), u.missing_since NOTNULL, r.gone_at NOTNULL"
            " FROM release_urls u JOIN releases r ON r.id = u.release_id WHERE r.source_id = ?"
            f" AND u.last_ok_at NOTNULL AND (u.missing_since IS NULL OR NOT {LIVING})"
            " GROUP BY r.id, u.key ORDER BY r.first_seen_at, r.id",
            [source],
        )
        return [Known(Address(url, key), *more) for url, key, *more in rows]

    def there(self, source: str) -> int:
        """How many releases of a source are known and not gone."""
        query = "SELECT count(*) FROM releases WHERE source_id = ? AND gone_at IS NULL"
        return int(self.db.execute(query, [source]).fetchone()[0])

    def homes(self, source: str) -> tuple[str, ...]:
        """Home and press page of a source; empty when it is not in the archive."""
        row = self.db.execute("SELECT homepage, press FROM sources WHERE id = ?", [source]).fetchone()
        return tuple(row or ())

    def entry(self, source: str) -> dict[str, Any]:
        """What the register said of a source at its last crawl; empty when it is not in the archive."""
        row = self.db.execute("SELECT entry FROM sources WHERE id = ?", [source]).fetchone()
        entry: dict[str, Any] = json.loads(row[0]) if row and row[0] else {}
        return entry

    def last_status(self, source: str) -> str | None:
        """Status of a source's last crawl that ended in order, None when there is none."""
        query = "SELECT status FROM source_crawls JOIN crawls ON crawls.id = crawl_id WHERE source_id = ?"
        row = self.db.execute(f"{query} ORDER BY started_at DESC LIMIT 1", [source]).fetchone()
        return row[0] if row else None

    def walked(self, source: str) -> bool:
        """Whether the last crawl that began with a source read all of its list that it wanted."""
        return self._last_walk(source, "ok", "unchanged") == [(None,)]

    def paused(self, source: str) -> bool:
        """Whether the last crawl that began with a source went well, but left some to the next."""
        return self._last_walk(source, "ok", "unchanged", "relaunched") not in ([], [(None,)])

    def _last_walk(self, source: str, *statuses: str) -> list[tuple[str | None]]:
        query = (
            "SELECT unfinished FROM sources JOIN source_crawls ON source_id = id AND crawl_id = last_crawl_id"
            f" WHERE id = ? AND status IN ({', '.join('?' * len(statuses))})"
        )
        return list(self.db.execute(query, [source, *statuses]).fetchall())

    def _describe(self) -> str | None:
        made_by = {row["key"]: row["value"] for row in self.db["meta"].rows}
        if made_by.get("stale"):
            return str(made_by["stale"])
        if self.read_to() and made_by.get("extractor") != extractor():
            return f"made by extractor {made_by.get('extractor')}, this is {extractor()}"
        facts = {"extractor": extractor(), "software": __version__, "licence": LICENCE,
                 "log": "table log_files: file names and bytes read"}  # fmt: skip
        with self.db.atomic():
            self.db.conn.executemany(
                "INSERT INTO meta VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value",
                facts.items(),
            )
        return None

    def _said_of_earlier(self) -> Earlier:
        rows = self.db.execute("SELECT id, entry FROM sources WHERE entry IS NOT NULL")
        return {source: json.loads(entry).get("earlier", []) for source, entry in rows}

    def _heed_earlier(self, note: Note) -> None:
        """Notice that the register now says otherwise which family pages had that were read before."""
        before, now = self._earlier.get(note.source, []), note.data.get("earlier", [])
        if self._settled or list(map(list, now)) == list(map(list, before)):
            return
        self._earlier[note.source] = now
        last = max(until for _, until in (*before, *now))
        read = "SELECT 1 FROM sources s, crawls c WHERE s.id = ? AND substr(c.started_at, 1, 10) <= ?"
        if self.db.execute(read, [note.source, last]).fetchone():
            self.mark_stale(f"made before the register said what {note.source} was like earlier")

    def mark_stale(self, why: str) -> None:
        """Have the rows made again from the log before more are added, by whoever opens the archive next."""
        self.stale = why
        self.db.execute("INSERT OR REPLACE INTO meta VALUES ('stale', ?)", [why])
