"""Releases inside releases: which release of another publisher it is (``embeds.original_id``)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from sqlite_utils import Database

from archive.derive import index
from archive.derive.align import Words, stretches
from archive.derive.documents import Part
from archive.derive.matches import Finder, Masked, evident

CONTAINED = 0.8
"""Share of the original's words that must stand in the embedded release …"""

COVERED = 0.5
"""… and share of the embedded release's words that must be the original's."""

_LIKELY = 0.4  # share of the original's fingerprints


def refresh(db: Database, finder: Finder, releases: Iterable[int]) -> None:
    """Find the originals of all that is embedded in these releases."""
    for release_id in sorted(releases):
        rows = db.conn.execute('SELECT n, start, "end" FROM embeds WHERE release_id = ?', [release_id])
        for n, start, end in rows.fetchall():
            original = _original(db, finder, finder.release(release_id), start, end)
            db.conn.execute(
                "UPDATE embeds SET original_id = ? WHERE release_id = ? AND n = ?", [original, release_id, n]
            )


def _original(db: Database, finder: Finder, release: Masked, start: int, end: int) -> int | None:
    if not release.document.parts:
        return None
    first, last = _places(release.document.parts[0], start, end)
    inside = Words(release.words.forms[first:last], release.words.masked[first:last])
    there = len(inside.forms) - sum(inside.masked)
    best: tuple[int, tuple[str, int]] | None = None
    for original in _likely(db, finder, release, range(first, last)):
        equal = sum(stretch.equal for stretch in stretches(inside, original.words))
        if equal and equal >= CONTAINED * original.evidence and equal >= COVERED * there:
            found = (-equal, original.print.order)
            best = min(best or found, found)
    return best[1][1] if best else None


def _places(part: Part, start: int, end: int) -> tuple[int, int]:
    """Which words of the current version stand between these code points."""
    starts = [word.start for word in part.words]
    return bisect_left(starts, start), bisect_left(starts, end)


def _likely(db: Database, finder: Finder, release: Masked, places: range) -> Iterable[Masked]:
    """Other publishers' releases of which a good part of the fingerprints stands at these places."""
    shared: dict[int, set[int]] = {}
    for fingerprint, place in evident(release).items():
        for carrier in finder.carriers(fingerprint) if place in places else ():
            shared.setdefault(carrier, set()).add(fingerprint)
    for carrier, found in sorted(shared.items()):
        for each in index.of_carrier(db, carrier):
            number = len(found & each.hashes)
            if each.publisher != release.print.publisher and number >= _LIKELY * each.size:
                yield finder.release(each.release_id)
