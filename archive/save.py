"""How one observation of a release becomes rows: new, changed, the same, or no longer there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

from sqlite_utils import Database

from archive import extractor
from archive.identity import find
from archive.model import Address, Page, Release, Sighting, Text, id53, release_id
from archive.parts import replace_parts
from archive.presence import lead_to_living, present, read_at
from archive.search.index import add, remove

Change = Literal["new", "changed", "same"]


def save(db: Database, page: Page, release: Release) -> tuple[int, Change]:
    """Add a release as read from a page, or what this observation changes of it: (id, what happened).

    Saving the same observation twice changes nothing.
    """
    known = find(db, page, release)
    change: Change = "new"
    if known is None:
        known = _insert(db, page, release)
    else:
        release = replace(release, content=_keep_listed_day(db, known, release.content))
        change = _update(db, page, known, release)
        if change == "same" and _changed_in_moving(db, known, release):
            change = "changed"
    _keep_addresses(db, page, known, release)
    lead_to_living(db, known)
    present(db, page.at, known)
    if page.hints.channel:
        sighted(db, page, [Sighting(release.address, page.hints)])
    _credit(db, [release.address.key, *(each.key for each in release.via)])
    return known, change


def sighted(db: Database, page: Page, sightings: Iterable[Sighting]) -> None:
    """Remember which addresses a listing or feed named, and credit the channel to known releases."""
    rows = [
        (s.address.key, page.source, s.hints.channel, s.address.url, s.hints.title, s.hints.day, page.at)
        for s in sightings
    ]
    db.conn.executemany(
        "INSERT OR IGNORE INTO sightings (key, source_id, channel, url, title, published_on, first_seen_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    _credit(db, [row[0] for row in rows])


def unread(db: Database, page: Page, key: str) -> None:
    """An address that was named brought no release: it is asked again later, and ever more rarely.

    Several attempts of one crawl count once.
    """
    db.execute(
        "UPDATE sightings SET failed_at = :at, failures = failures + (coalesce(failed_at, '') <"
        " (SELECT started_at FROM crawls WHERE id = :crawl)) WHERE key = :key AND source_id = :source",
        {"at": page.at, "crawl": page.crawl, "key": key, "source": page.source},
    )


def _insert(db: Database, page: Page, release: Release) -> int:
    new_id = release_id(page.url, release.heading)
    content = release.content
    db.execute(
        "INSERT INTO releases (id, source_id, publisher_id, url, title, teaser, text, place, published_on,"
        " published_at, published_from, kind, language, first_seen_at, last_seen_at, words, extractor)"
        " VALUES (?, ?, (SELECT publisher_id FROM sources WHERE id = ?),"
        " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            new_id, page.source, page.source, release.url, content.title, content.teaser, content.text,
            content.place, content.published_on, content.published_at, content.published_from, release.kind,
            content.language, page.at, page.at, content.words, extractor(),
        ],
    )  # fmt: skip
    _revise(db, page.at, new_id, content)
    add(db, new_id)
    return new_id


def _update(db: Database, page: Page, known: int, release: Release) -> Change:
    """Take over a changed text. It has changed when the same address showed other words before, or the one
    that redirected to a new one.

    What another address of the same release shows is no change: two copies of a release may differ for ever.
    """
    content, own = release.content, release.address.key
    former = release.via[0].key if release.via else own
    before = db.execute(
        "SELECT sha256 FROM release_urls WHERE release_id = ? AND key IN (?, ?) AND sha256 IS NOT NULL"
        " ORDER BY key <> ?",
        [known, own, former, own],
    ).fetchone()
    latest = db.execute(
        "SELECT sha256 FROM revisions WHERE release_id = ? ORDER BY seen_at DESC, id LIMIT 1", [known]
    ).fetchone()
    if before is None or content.sha256 in (before[0], latest[0]):
        return "same"
    remove(db, known)
    db.execute(
        "UPDATE releases SET title = ?, teaser = ?, text = ?, place = ?, published_on = ?, published_at = ?,"
        " published_from = ?, kind = ?, language = ?, words = ?, changed_at = ? WHERE id = ?",
        [
            content.title, content.teaser, content.text, content.place, content.published_on,
            content.published_at, content.published_from, release.kind, content.language, content.words,
            page.at, known,
        ],
    )  # fmt: skip
    _revise(db, page.at, known, content)
    add(db, known)
    return "changed"


def _changed_in_moving(db: Database, known: int, release: Release) -> bool:
    """Whether the words first read at a new address are others than an old one had that now redirects there.

    Until that was known, it was taken for another release; from now on the change is told.
    """
    keys = [each.key for each in release.via]
    marks = ", ".join("?" * len(keys))
    moved = db.execute(
        "SELECT max(v.seen_at) FROM revisions v JOIN release_urls u USING (release_id) WHERE v.release_id = ?"
        f" AND v.sha256 = ? AND u.sha256 <> v.sha256 AND u.last_ok_at < v.seen_at AND u.key IN ({marks})",
        [known, release.content.sha256, *keys],
    ).fetchone()[0]
    if moved is None:
        return False
    db.execute("UPDATE releases SET changed_at = ? WHERE id = ?", [moved, known])
    return True


def _keep_listed_day(db: Database, known: int, content: Text) -> Text:
    """A day that only a listing or feed told holds, too, when the page is read again without it."""
    if content.published_on is not None:
        return content
    day, moment, evidence = db.execute(
        "SELECT published_on, published_at, published_from FROM releases WHERE id = ?", [known]
    ).fetchone()
    if evidence not in ("listing", "feed", "sitemap"):
        return content
    return replace(content, published_on=day, published_at=moment, published_from=evidence)


def _revise(db: Database, at: str, known: int, content: Text) -> None:
    """Add a version and make all that belongs to it that of this version."""
    db.execute(
        "INSERT OR IGNORE INTO revisions VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [id53(str(known), at, content.sha256), known, at, content.title, content.teaser, content.text,
         content.published_on, content.sha256],
    )  # fmt: skip
    replace_parts(db, known, content)


def _keep_addresses(db: Database, page: Page, known: int, release: Release) -> None:
    """Keep the addresses at which the release was read, and the one that its page claims.

    A claimed address has no hash of words: whoever is read there takes it over.
    """
    own = release.address
    asked = own if release.heading else Address(page.url, own.key)
    for address in dict.fromkeys([own, asked, *release.via]):
        if address not in release.via or read_at(db, [address.key]) in ([], [known]):
            _read_here(db, known, address, release)
    if not release.heading:
        db.execute("UPDATE release_urls SET last_ok_at = ? WHERE url = ?", [page.at, page.url])
    if release.claimed:
        db.execute(
            "INSERT INTO release_urls (url, release_id, key) VALUES (?, ?, ?) ON CONFLICT(url) DO NOTHING",
            [release.claimed.url, known, release.claimed.key],
        )


def _read_here(db: Database, known: int, address: Address, release: Release) -> None:
    sha256 = release.content.sha256
    db.execute(
        "INSERT INTO release_urls (url, release_id, key, sha256) VALUES (?, ?, ?, ?) ON CONFLICT(url)"
        " DO UPDATE SET release_id = excluded.release_id, key = excluded.key",
        [address.url, known, address.key, sha256],
    )
    db.execute(
        "UPDATE release_urls SET sha256 = ?, missing_since = NULL WHERE key = ? AND release_id = ?",
        [sha256, address.key, known],
    )
    other = release_id(address.url, release.heading)
    if not db.execute("SELECT 1 FROM releases WHERE id = ?", [other]).fetchone():
        db.execute("INSERT OR IGNORE INTO release_ids VALUES (?, ?)", [other, known])


def _credit(db: Database, keys: Sequence[str]) -> None:
    """Copy the sightings of these addresses to the releases that have them."""
    for key in keys:
        db.execute(
            "INSERT OR IGNORE INTO release_sources"
            " SELECT u.release_id, s.source_id, s.channel, min(s.first_seen_at) FROM sightings s"
            " JOIN release_urls u ON u.key = s.key AND u.sha256 IS NOT NULL WHERE s.key = ?"
            " GROUP BY u.release_id, s.source_id, s.channel",
            [key],
        )
