"""How one observation of a release becomes rows: new, changed, the same, or no longer there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

from sqlite_utils import Database

from archive import extractor
from archive.merge import merge
from archive.model import Address, Page, Release, Sighting, Text, id53, release_id
from archive.parts import replace_parts
from archive.presence import present
from archive.search.index import add, remove
from archive.spelling import folded

Change = Literal["new", "changed", "same"]

ALIKE = 0.9
"""Share of words that two texts of the same title must have in common to be one release at two addresses."""

_FEW_WORDS = 20
_SAID = "coalesce(teaser, '') || ' ' || text"


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
        change = _update(db, page, known, release)
    _keep_addresses(db, page, known, release)
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


def alike(one: str, other: str) -> bool:
    """Whether two texts share nearly all their words.

    >>> alike("a b c d e f g h i j k", "a b c d e f g h i j k l"), alike("a b", "a c")
    (True, False)
    """
    words, others = Counter(folded(one).split()), Counter(folded(other).split())
    return 2 * (words & others).total() >= ALIKE * (words.total() + others.total())


def _said(content: Text) -> str:
    """Lead and text: what one site sets apart as a lead is the text's first paragraph on another."""
    return f"{content.teaser or ''} {content.text}"


def _numbers(text: str) -> list[str]:
    """All numbers of a text: two releases of a series (roads, days, cases) differ in little else."""
    return sorted(re.findall(r"\d+", text))


def _find(db: Database, page: Page, release: Release) -> int | None:
    """The row of this release, if it has one.

    Its own address is certain. Addresses that redirected here, that the page claims, or that other pages
    claimed for it, count only when the texts are alike there: some sites redirect what is gone to anything,
    and name one canonical address on all their pages.
    """
    found = _at(db, [release.address.key]) or _first_read_at(db, page.url, release.heading)
    named = [*release.via, *([release.claimed] if release.claimed else [])]
    others = [each.key for each in named]
    likely = _at(db, others) + _at(db, [release.address.key, *others], read=False)
    content = release.content
    found += [known for known in likely if known not in found and _reads_like(db, known, content)]
    found = found or _same_words(db, page.source, content)
    marks = ", ".join("?" * len(found))
    rows = db.execute(f"SELECT id FROM releases WHERE id IN ({marks}) ORDER BY first_seen_at, id", found)
    ordered = [row[0] for row in rows.fetchall()]
    for other in ordered[1:]:
        merge(db, ordered[0], other)
    return ordered[0] if ordered else None


def _at(db: Database, keys: Sequence[str], *, read: bool = True) -> list[int]:
    """Releases read at an address with one of these keys, or whose pages only claim it; oldest first."""
    marks = ", ".join("?" * len(keys))
    rows = db.execute(
        "SELECT DISTINCT r.id FROM release_urls u JOIN releases r ON r.id = u.release_id"
        f" WHERE (u.sha256 IS NOT NULL) = ? AND u.key IN ({marks}) ORDER BY r.first_seen_at, r.id",
        [read, *keys],
    )
    return [row[0] for row in rows]


def _first_read_at(db: Database, url: str, heading: str) -> list[int]:
    """The release first captured at exactly this address: its id says so, however keys are made."""
    rows = db.execute("SELECT id FROM releases WHERE id = ?", [release_id(url, heading)])
    return [row[0] for row in rows]


def _reads_like(db: Database, known: int, content: Text) -> bool:
    title, said = db.execute(f"SELECT title, {_SAID} FROM releases WHERE id = ?", [known]).fetchone()
    return folded(title) == folded(content.title) and alike(said, _said(content))


def _same_words(db: Database, source: str, content: Text) -> list[int]:
    """The publisher's release of the same title, day, numbers and files' names with nearly the same text.

    Without a day, or with only a few words, that proves nothing: it may be a site's notice of repairs.
    """
    if content.published_on is None or content.words < _FEW_WORDS:
        return []
    rows = db.execute(
        f"SELECT id, title, {_SAID},"
        " (SELECT group_concat(title, '|') FROM attachments WHERE release_id = releases.id) FROM releases"
        " WHERE publisher_id = (SELECT publisher_id FROM sources WHERE id = ?)"
        " AND coalesce(published_on, substr(first_seen_at, 1, 10)) = ? AND published_on IS NOT NULL"
        " ORDER BY first_seen_at, id",
        [source, content.published_on],
    ).fetchall()
    files = "|".join(file.title or "" for file in content.attachments) or None
    said = _said(content)
    return [
        known for known, title, other, others in rows
        if folded(title) == folded(content.title)
        and others == files and alike(other, said) and _numbers(other) == _numbers(said)
    ][:1]  # fmt: skip


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
    """Take over a changed text. It has changed when the same address showed other words before.

    What another address of the same release shows is no change: two copies of a release may differ for ever.
    """
    content = release.content
    before = db.execute(
        "SELECT sha256 FROM release_urls WHERE release_id = ? AND key = ? AND sha256 IS NOT NULL",
        [known, release.address.key],
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
        if address not in release.via or _at(db, [address.key]) in ([], [known]):
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
