"""Who says the same: copies, shared passages and originals of embedded releases, for what has changed.

The table ``stale`` (filled by triggers) names the releases whose words, day or publisher have changed. They
are looked at again, with those on whose words the change bears: later releases with the same fingerprints,
and all that carry a fingerprint that became boilerplate or is none any more.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from itertools import chain

from sqlite_utils import Database

from archive.derive import boilerplate, clusters, embeds, index, passages
from archive.derive.boilerplate import EVERYBODY, Boilerplate
from archive.derive.documents import Document, load
from archive.derive.index import Print
from archive.derive.matches import CACHED, Finder, evident

_STEP = 1000
_log = logging.getLogger(__name__)


def derive(db: Database) -> None:
    """Bring clusters, passages and originals up to date with the releases."""
    changed = {row[0] for row in db.conn.execute("SELECT release_id FROM stale")}
    if not changed:
        return
    document = lru_cache(CACHED)(partial(load, db))
    new = _prints(db, changed, document)
    before = [found for each in sorted(changed) if (found := index.known(db, each))]
    sizes = {each: index.size(db, each) for each in {each.publisher for each in (*before, *new)}}
    old, now = index.update(db, changed, new)
    changed |= {each.release_id for each in (*old, *now)}
    proved_nothing = Boilerplate(db)
    flipped = boilerplate.refresh(db, sizes, old, now)
    finder = Finder(db, Boilerplate(db), document)
    moved = _moved(db, finder, proved_nothing, flipped)
    again, sharing = _concerned(db, finder, changed, old, moved)
    _compare(db, finder, again)
    embeds.refresh(db, finder, _with_embeds(db, sharing | again))
    db.conn.execute("DELETE FROM stale")


def _prints(db: Database, releases: Iterable[int], document: Callable[[int], Document]) -> list[Print]:
    """What the index is to know of those that exist."""
    prints = []
    for release_id in sorted(releases):
        row = db.conn.execute(
            "SELECT publisher_id, coalesce(published_on, substr(first_seen_at, 1, 10)) || ' '"
            " || coalesce(published_at, '~') FROM releases WHERE id = ?",
            [release_id],
        ).fetchone()
        if row:
            prints.append(index.printed(release_id, row[0], row[1], document(release_id).prints))
    return prints


def _moved(
    db: Database, finder: Finder, before: Boilerplate, flipped: Iterable[tuple[int, int]]
) -> set[Print]:
    """Releases that read otherwise since a fingerprint became boilerplate, or ceased to be.

    Within a publisher's long boilerplate one fingerprint more or less masks the same words.
    """
    moved: set[Print] = set()
    for publisher, fingerprint in sorted(flipped):
        for carrier in index.carriers(db, fingerprint):
            for each in index.of_carrier(db, carrier):
                if each not in moved and not (
                    each.publisher == publisher and _reads_same(finder, before, each)
                ):
                    moved.add(each)
    return moved


def _reads_same(finder: Finder, before: Boilerplate, each: Print) -> bool:
    release = finder.release(each.release_id)
    mask = release.document.masked(before.of(each.publisher), before.of(EVERYBODY))
    return mask == release.words.masked


def _concerned(
    db: Database, finder: Finder, changed: set[int], old: Iterable[Print], moved: set[Print]
) -> tuple[set[int], set[int]]:
    """(Releases that are to be compared again, all that share a fingerprint with what has changed)."""
    total = db.conn.execute("SELECT count(*) FROM fingerprints").fetchone()[0]
    there = {each for each in changed if index.known(db, each)}
    if len(there) == total:
        return changed, there
    later = changed | {each.release_id for each in moved}
    sharing: set[int] = set()
    earliest: dict[int, tuple[str, int]] = {}  # by carrier: before which its releases need not be looked at
    for each, hashes in chain(
        ((release.print, set(evident(release))) for release in map(finder.release, sorted(there))),
        ((each, set(each.hashes)) for each in moved.union(old)),
    ):
        for fingerprint in hashes - set(finder.boilerplate.of(each.publisher)):
            for carrier in finder.carriers(fingerprint):
                earliest[carrier] = min(earliest.get(carrier, each.order), each.order)
        earliest[each.carrier] = min(earliest.get(each.carrier, each.order), each.order)
    for carrier, order in earliest.items():
        for each in index.of_carrier(db, carrier):
            sharing.add(each.release_id)
            if each.order > order:
                later.add(each.release_id)
    return later, sharing


def _compare(db: Database, finder: Finder, releases: set[int]) -> None:
    """Make matches and copies of these releases anew, and the passages and clusters that follow from them."""
    linked = set[int]().union(*(clusters.connected(db, each) for each in releases))
    heads = set(releases)
    for number in sorted(releases):
        rows = db.conn.execute("SELECT head_id FROM matches WHERE release_id = ?", [number])
        heads |= {row[0] for row in rows}
        db.conn.execute("DELETE FROM matches WHERE release_id = ?", [number])
        db.conn.execute("DELETE FROM copies WHERE release_id = ?", [number])
    prints = [found for number in releases if (found := index.known(db, number))]
    for n, each in enumerate(sorted(prints, key=lambda found: found.order), 1):
        release = finder.release(each.release_id)
        common = finder.common(release)
        matches = finder.matches(release, common)
        heads |= {match.head_id for match in matches}
        db.conn.executemany("INSERT INTO matches VALUES (?, ?, ?, ?, ?, ?, ?, ?)", matches)
        if original := finder.copied(release, common):
            db.conn.execute("INSERT INTO copies VALUES (?, ?)", [each.release_id, original])
        if n % _STEP == 0:
            _log.info("compared %d of %d releases", n, len(prints))
    passages.refresh(db, heads)
    clusters.refresh(db, linked | releases)


def _with_embeds(db: Database, releases: set[int]) -> set[int]:
    embedding = {row[0] for row in db.conn.execute("SELECT DISTINCT release_id FROM embeds")}
    return {each for each in embedding & releases if index.known(db, each)}
