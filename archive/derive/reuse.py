"""Who says the same: copies, shared passages and originals of embedded releases, for what has changed.

The table ``stale`` (filled by triggers) names the releases whose words, day or publisher have changed. They
are looked at again, with those on whose words the change bears: later releases with the same fingerprints,
and all that carry a fingerprint that became boilerplate or is none any more.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import chain

from sqlite_utils import Database

from archive.derive import boilerplate, clusters, embeds, index, passages
from archive.derive.boilerplate import EVERYBODY, Boilerplate
from archive.derive.documents import Document, load
from archive.derive.index import Print
from archive.derive.matches import CACHED, Finder, evident
from archive.derive.overview import Numbered, Shared

_ALL_ANEW = 4  # from a quarter of the releases on, all anew is quicker than one by one
_ORDER = (
    "SELECT id, publisher_id, coalesce(published_on, substr(first_seen_at, 1, 10)) || ' '"
    " || coalesce(published_at, '~') FROM releases"
)
_TOLD = 10_000
# in the order in which they are emptied: what refers to others first
_TABLES = (
    "fingerprints",
    "shingles",
    "boilerplate",
    "matches",
    "copies",
    "passage_uses",
    "passages",
    "clusters",
)
_log = logging.getLogger(__name__)

_Documents = Callable[[int], Document]


def derive(db: Database) -> None:
    """Bring clusters, passages and originals up to date with the releases."""
    changed = {row[0] for row in db.conn.execute("SELECT release_id FROM stale")}
    if not changed:
        return
    document = lru_cache(CACHED)(partial(load, db))
    if len(changed) * _ALL_ANEW >= db["releases"].count:
        _all_anew(db, document)
    else:
        _what_changed(db, changed, document)
    db.conn.execute("DELETE FROM stale")


def _all_anew(db: Database, document: _Documents) -> None:
    db.conn.execute("UPDATE releases SET cluster_id = NULL WHERE cluster_id IS NOT NULL")
    for table in _TABLES:
        db.conn.execute(f"DELETE FROM {table}")  # noqa: S608
    shared = Shared()
    with Numbered() as numbered:
        index.fill(db, _all_prints(db, document, numbered), shared)
        boilerplate.fill(db, shared)
        finder = Finder(db, Boilerplate(db), document, numbered.of, shared)
        everything = [row[0] for row in db.conn.execute("SELECT release_id FROM fingerprints ORDER BY 1")]
        passages.refresh(db, _compare(db, finder, everything))
    linked = db.conn.execute("SELECT release_id FROM copies UNION SELECT copy_of FROM copies").fetchall()
    clusters.refresh(db, [row[0] for row in linked])
    embeds.refresh(db, finder, _with_embeds(db, set(everything)))


def _what_changed(db: Database, changed: set[int], document: _Documents) -> None:
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
    linked = again.union(*(clusters.connected(db, each) for each in again))
    heads = again | _forget(db, again)
    passages.refresh(db, heads | _compare(db, finder, sorted(again)))
    clusters.refresh(db, linked)
    embeds.refresh(db, finder, _with_embeds(db, sharing | again))


def _all_prints(db: Database, document: _Documents, numbered: Numbered) -> Iterator[Print]:
    """What the index is to know of all releases, in the order in which they lie in the file.

    Their words are kept as numbers on the way.
    """
    for n, (number, publisher, at) in enumerate(db.conn.execute(f"{_ORDER} ORDER BY id"), 1):
        if n % _TOLD == 0:
            _log.info("read %d releases for passages", n)
        numbered.add(number, document(number).numbers)
        yield index.printed(number, publisher, at, document(number).prints)


def _prints(db: Database, releases: Iterable[int], document: _Documents) -> list[Print]:
    """What the index is to know of those that exist."""
    found = (db.conn.execute(f"{_ORDER} WHERE id = ?", [each]).fetchone() for each in sorted(releases))
    rows = (row for row in found if row)
    return [index.printed(number, publisher, at, document(number).prints) for number, publisher, at in rows]


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
    there = {each for each in changed if index.known(db, each)}
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


def _forget(db: Database, releases: Iterable[int]) -> set[int]:
    """Forget matches and copies of these releases: the heads of those matches."""
    heads: set[int] = set()
    for number in sorted(releases):
        rows = db.conn.execute("SELECT head_id FROM matches WHERE release_id = ?", [number])
        heads |= {row[0] for row in rows}
        db.conn.execute("DELETE FROM matches WHERE release_id = ?", [number])
        db.conn.execute("DELETE FROM copies WHERE release_id = ?", [number])
    return heads


def _compare(db: Database, finder: Finder, releases: Sequence[int]) -> set[int]:
    """Find matches and copies of these releases: the heads of those matches."""
    heads: set[int] = set()
    for n, number in enumerate(releases, 1):
        if n % _TOLD == 0:
            _log.info("compared %d of %d releases", n, len(releases))
        found = index.known(db, number)
        if found is None or not finder.meets(found):
            continue
        release = finder.release(number)
        common = finder.common(release)
        matches = finder.matches(release, common)
        heads |= {match.head_id for match in matches}
        db.conn.executemany("INSERT INTO matches VALUES (?, ?, ?, ?, ?, ?, ?, ?)", matches)
        if original := finder.copied(release, common):
            db.conn.execute("INSERT INTO copies VALUES (?, ?)", [number, original])
    return heads


def _with_embeds(db: Database, releases: set[int]) -> set[int]:
    embedding = {row[0] for row in db.conn.execute("SELECT DISTINCT release_id FROM embeds")}
    return {each for each in embedding & releases if index.known(db, each)}
