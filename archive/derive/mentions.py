"""Places in the texts: ``mentions``, of the releases whose text or publisher's region has changed.

The table ``unplaced`` (filled by triggers) names them. ``meta.places`` says by which names and rules mentions
were found: when these change, all releases are read again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

from sqlite_utils import Database

from archive.places.find import find
from archive.places.gazetteer import places_version
from archive.places.region import Region

_STEP = 10_000
_log = logging.getLogger(__name__)


def derive(db: Database) -> None:
    """Bring mentions up to date with the releases, and with the names and rules of this version."""
    if db.execute("SELECT value FROM meta WHERE key = 'places'").fetchone() != (places_version(),):
        db.execute("INSERT OR IGNORE INTO unplaced SELECT id FROM releases")
        db.execute("INSERT OR REPLACE INTO meta VALUES ('places', ?)", [places_version()])
    db.execute("DELETE FROM mentions WHERE release_id IN (SELECT release_id FROM unplaced)")
    db.conn.executemany("INSERT INTO mentions VALUES (?, ?, ?, ?, ?)", _mentions(db))
    db.execute("DELETE FROM unplaced")


def _mentions(db: Database) -> Iterator[tuple[int, str, str, int, int]]:
    rows = db.conn.execute(
        "SELECT r.id, r.text, p.ags, p.land FROM unplaced JOIN releases r ON r.id = release_id"
        " JOIN publishers p ON p.id = r.publisher_id ORDER BY r.id"
    )
    for n, (release_id, text, ags, land) in enumerate(rows, 1):
        for mention in find(text, Region(ags, land)):
            yield release_id, *mention
        if n % _STEP == 0:
            _log.info("looked for places in %d releases", n)
