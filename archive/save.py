"""How one observation of a release becomes rows: new, changed, the same, or no longer there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from sqlite_utils import Database

from archive import EXTRACTOR
from archive.model import Page, Release, Sighting, Text, id53, release_id

Change = Literal["new", "changed", "same"]

# Tables whose rows belong to one release and move with it when two rows prove to be one release.
_BELONGING = (
    "release_urls", "release_ids", "release_sources", "release_issuers", "revisions", "absences", "images",
    "attachments", "embeds",
)  # fmt: skip


def save(db: Database, page: Page, release: Release) -> tuple[int, Change]:
    """Add a release as read from a page, or what this observation changes of it: (id, what happened).

    Saving the same observation twice changes nothing.
    """
    known = _find(db, page, release)
    change: Change = "new"
    if known is None:
        known = _insert(db, page, release)
    else:
        release = replace(release, content=_keep_listed_day(db, known, release.content))
        change = _update(db, page, known, release.content)
    _addresses(db, page, known, release)
    _present(db, page.at, known)
    if page.hints.channel:
        sighted(db, page, [Sighting(release.addresses[0], page.hints)])
    _credit(db, [address.key for address in release.addresses])
    return known, change


def sighted(db: Database, page: Page, sightings: Iterable[Sighting]) -> None:
    """Remember which addresses a listing or feed named, and credit the channel to known releases."""
    rows = [
        (s.address.key, page.source, s.hints.channel, s.address.url, s.hints.title, s.hints.day, page.at)
        for s in sightings
    ]
    db.conn.executemany("INSERT OR IGNORE INTO sightings VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    _credit(db, [row[0] for row in rows])


def unchanged(db: Database, page: Page, key: str) -> None:
    """The server says that what it sent before for this address still holds."""
    for known in _known(db, [key]):
        db.execute(
            "UPDATE release_urls SET last_ok_at = ?, missing_since = NULL"
            " WHERE key = ? AND last_ok_at IS NOT NULL",
            [page.at, key],
        )
        _present(db, page.at, known)


def missing(db: Database, page: Page, key: str, *, certain: bool) -> bool:
    """An address no longer leads to its release. Returns whether a release's absence is confirmed by this.

    ``certain``: the server says so for good (410), so no second observation is waited for. A release is
    absent when none of the addresses that ever answered does.
    """
    db.execute(
        "UPDATE release_urls SET missing_since = ? WHERE key = ? AND missing_since IS NULL", [page.at, key]
    )
    absent = [_absent(db, page, known, certain=certain) for known in _known(db, [key])]
    return any(absent)


def _known(db: Database, keys: Sequence[str]) -> list[int]:
    """Ids of the releases that have an address with one of these keys, first seen first."""
    marks = ", ".join("?" * len(keys))
    rows = db.execute(
        "SELECT DISTINCT r.id FROM release_urls u JOIN releases r ON r.id = u.release_id"
        f" WHERE u.key IN ({marks}) ORDER BY r.first_seen_at, r.id",
        list(keys),
    )
    return [row[0] for row in rows]


def _find(db: Database, page: Page, release: Release) -> int | None:
    """The row of this release, if it has one: by address, else by the same words of the same publisher.

    An address that the page only claims (rel=canonical) counts when the title is the same there, because
    some sites give one canonical address to all their pages.
    """
    found = list(dict.fromkeys(_known(db, sorted(release.seen)) + _read_at(db, page.url, release.heading)))
    claimed = [address.key for address in release.addresses if address.key not in release.seen]
    if claimed:
        title = release.content.title
        found += [known for known in _known(db, claimed) if known not in found and _title(db, known) == title]
    found = found or _same_words(db, page.source, release.content)
    for other in found[1:]:
        _merge(db, found[0], other)
    return found[0] if found else None


def _read_at(db: Database, url: str, heading: str) -> list[int]:
    """The release first captured at exactly this address: its id says so, even when keys have changed."""
    query = (
        "SELECT id FROM releases WHERE id = :old UNION SELECT release_id FROM release_ids WHERE old_id = :old"
    )
    return [row[0] for row in db.execute(query, {"old": release_id(url, heading)})]


def _title(db: Database, known: int) -> str:
    return str(db.execute("SELECT title FROM releases WHERE id = ?", [known]).fetchone()[0])


def _same_words(db: Database, source: str, content: Text) -> list[int]:
    rows = db.execute(
        "SELECT id FROM releases WHERE publisher_id = (SELECT publisher_id FROM sources WHERE id = ?)"
        " AND title = ? AND published_on IS ? AND text = ? ORDER BY first_seen_at, id LIMIT 1",
        [source, content.title, content.published_on, content.text],
    )
    return [row[0] for row in rows]


def _merge(db: Database, keep: int, drop: int) -> None:
    """Two rows are one release: all that belongs to ``drop`` moves to ``keep``, its id stays known."""
    db.execute("INSERT OR IGNORE INTO release_ids VALUES (?, ?)", [drop, keep])
    for table in _BELONGING:
        db.execute(f"UPDATE OR IGNORE {table} SET release_id = ? WHERE release_id = ?", [keep, drop])
        db.execute(f"DELETE FROM {table} WHERE release_id = ?", [drop])
    db.execute("DELETE FROM releases WHERE id = ?", [drop])
    db.execute(
        "UPDATE releases SET (title, teaser, text, published_on) = (SELECT title, teaser, text, published_on"
        " FROM revisions WHERE release_id = :keep ORDER BY seen_at DESC, id LIMIT 1) WHERE id = :keep",
        {"keep": keep},
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
            new_id, page.source, page.source, release.addresses[0].url, content.title, content.teaser,
            content.text, content.place, content.published_on, content.published_at, content.published_from,
            release.kind, content.language, page.at, page.at, content.words, EXTRACTOR,
        ],
    )  # fmt: skip
    _revise(db, page.at, new_id, content)
    return new_id


def _update(db: Database, page: Page, known: int, content: Text) -> Change:
    """Take over a changed text. It has changed when the same address showed other words before.

    What another address of the same release shows is no change: two copies of a release may differ for ever.
    """
    before = db.execute(
        "SELECT sha256 FROM release_urls WHERE release_id = ? AND sha256 IS NOT NULL"
        " AND key = (SELECT key FROM release_urls WHERE url = ?)",
        [known, page.url],
    ).fetchone()
    latest = db.execute(
        "SELECT sha256 FROM revisions WHERE release_id = ? ORDER BY seen_at DESC, id LIMIT 1", [known]
    ).fetchone()
    if before is None or content.sha256 in (before[0], latest[0]):
        return "same"
    db.execute(
        "UPDATE releases SET title = ?, teaser = ?, text = ?, place = ?, published_on = ?, published_at = ?,"
        " published_from = ?, language = ?, words = ?, changed_at = ? WHERE id = ?",
        [
            content.title, content.teaser, content.text, content.place, content.published_on,
            content.published_at, content.published_from, content.language, content.words, page.at, known,
        ],
    )  # fmt: skip
    _revise(db, page.at, known, content)
    return "changed"


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
    """Add a version and make captions and attachments those of this version."""
    db.execute(
        "INSERT INTO revisions VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [id53(str(known), at), known, at, content.title, content.teaser, content.text, content.published_on,
         content.sha256],
    )  # fmt: skip
    for table in ("images", "attachments"):
        db.execute(f"DELETE FROM {table} WHERE release_id = ?", [known])
    db.conn.executemany(
        "INSERT INTO images VALUES (?, ?, ?, ?, ?)",
        [(known, n, image.url, image.caption, image.credit) for n, image in enumerate(content.images, 1)],
    )
    db.conn.executemany(
        "INSERT INTO attachments (release_id, n, url, media_type, title) VALUES (?, ?, ?, ?, ?)",
        [(known, n, file.url, file.media_type, file.title) for n, file in enumerate(content.attachments, 1)],
    )


def _addresses(db: Database, page: Page, known: int, release: Release) -> None:
    """Keep all addresses, what was read at those that answered, and when the one asked did so last."""
    for address in release.addresses:
        db.execute(
            "INSERT INTO release_urls (url, release_id, key) VALUES (?, ?, ?) ON CONFLICT(url) DO NOTHING",
            [address.url, known, address.key],
        )
        if address.key in release.seen:
            db.execute(
                "UPDATE release_urls SET sha256 = ?, missing_since = NULL WHERE key = ? AND release_id = ?",
                [release.content.sha256, address.key, known],
            )
        other = release_id(address.url, release.heading)
        if other != known:
            db.execute("INSERT OR IGNORE INTO release_ids VALUES (?, ?)", [other, known])
    db.execute(
        "UPDATE release_urls SET last_ok_at = ? WHERE url = ? AND release_id = ?", [page.at, page.url, known]
    )


def _present(db: Database, at: str, known: int) -> None:
    db.execute("UPDATE releases SET last_seen_at = ?, gone_at = NULL WHERE id = ?", [at, known])
    db.execute("UPDATE absences SET back_at = ? WHERE release_id = ? AND back_at IS NULL", [at, known])


def _absent(db: Database, page: Page, known: int, *, certain: bool) -> bool:
    still = (
        "SELECT 1 FROM release_urls WHERE release_id = ? AND last_ok_at IS NOT NULL AND missing_since IS NULL"
    )
    if db.execute(still, [known]).fetchone():
        return False
    unsettled = "release_id = :known AND back_at IS NULL"
    values = {"known": known, "at": page.at, "crawl": page.crawl}
    db.execute(
        "INSERT INTO absences (release_id, last_ok_at, first_missing_at)"
        " SELECT id, last_seen_at, :at FROM releases"
        f" WHERE id = :known AND NOT EXISTS (SELECT 1 FROM absences WHERE {unsettled})",
        values,
    )
    first, confirmed, hours = db.execute(
        "SELECT first_missing_at, confirmed_at, (SELECT gone_after_hours FROM crawls WHERE id = :crawl)"
        f" FROM absences WHERE {unsettled}",
        values,
    ).fetchone()
    waited = datetime.fromisoformat(page.at) - datetime.fromisoformat(first)
    if confirmed or not (certain or (first != page.at and waited >= timedelta(hours=hours))):
        return False
    db.execute(f"UPDATE absences SET confirmed_at = :at WHERE {unsettled}", values)
    db.execute("UPDATE releases SET gone_at = :at WHERE id = :known", values)
    return True


def _credit(db: Database, keys: Sequence[str]) -> None:
    """Copy the sightings of these addresses to the releases that have them."""
    for key in keys:
        db.execute(
            "INSERT OR IGNORE INTO release_sources"
            " SELECT u.release_id, s.source_id, s.channel, min(s.first_seen_at) FROM sightings s"
            " JOIN release_urls u ON u.key = s.key WHERE s.key = ?"
            " GROUP BY u.release_id, s.source_id, s.channel",
            [key],
        )
