"""Whether a release is still there: signs of life, absences, and when an absence is confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlite_utils import Database

from archive.model import Address, Page

_SEVERAL, _SHARE = 5, 0.3
_FEW = 3  # with fewer that are newly missing nothing is said of the site
LIVING = (
    "EXISTS (SELECT 1 FROM release_urls living WHERE living.release_id = u.release_id"
    " AND living.last_ok_at IS NOT NULL AND living.missing_since IS NULL)"
)
"""Whether the release of a row u of release_urls is there under any address (SQL)."""

_OPEN = "SELECT 1 FROM absences a JOIN releases r ON r.id = a.release_id WHERE a.back_at IS NULL"
_MADE_ANEW = (
    "EXISTS (SELECT 1 FROM source_crawls s JOIN crawls c ON c.id = s.crawl_id"
    " WHERE s.source_id = r.source_id AND s.status = 'relaunched' AND a.last_ok_at < c.started_at)"
)


class Said(NamedTuple):
    """What a release says by now: its title, lead and text as one, and its ISO day, None without one."""

    words: str
    day: str | None


def said_at(db: Database, keys: Sequence[str]) -> list[Said]:
    """What the releases say that were read at addresses with these keys, each once."""
    marks = ", ".join("?" * len(keys))
    rows = db.execute(
        "SELECT title || char(10) || coalesce(teaser, '') || char(10) || text, published_on FROM releases"
        f" WHERE id IN (SELECT release_id FROM release_urls WHERE sha256 IS NOT NULL AND key IN ({marks}))"
        " ORDER BY id",
        list(keys),
    )
    return [Said(*row) for row in rows.fetchall()]


def read_at(db: Database, keys: Sequence[str], *, read: bool = True) -> list[int]:
    """Releases read at an address with one of these keys, or whose pages only claim it; oldest first."""
    marks = ", ".join("?" * len(keys))
    rows = db.execute(
        "SELECT DISTINCT r.id FROM release_urls u JOIN releases r ON r.id = u.release_id"
        f" WHERE (u.sha256 IS NOT NULL) = ? AND u.key IN ({marks}) ORDER BY r.first_seen_at, r.id",
        [read, *keys],
    )
    return [row[0] for row in rows]


def shown_elsewhere(db: Database, page: Page, key: str, sha256: str) -> bool:
    """Whether another release's address of the same source shows exactly these words."""
    query = (
        "SELECT 1 FROM release_urls u JOIN releases r ON r.id = u.release_id WHERE r.source_id = ?"
        " AND u.sha256 = ? AND r.id NOT IN (SELECT release_id FROM release_urls WHERE key = ?)"
    )
    return db.execute(query, [page.source, sha256, key]).fetchone() is not None


def left_out(
    db: Database, page: Page, where: str, held: Sequence[str], *, older: int
) -> list[tuple[int, Address]]:
    """Releases, each with its address there, that a page of whole releases held and now leaves out.

    ``where``: the page's key, ``held``: keys of what it holds now, from its top on; only what would stand
    above at least so many ``older`` ones: the last of such a page leave it by themselves, also where older
    ones are pinned to its top. What this crawl saw elsewhere is not left out.
    """
    rows = db.execute(
        "SELECT r.id, u.url, u.key, r.published_on, r.last_seen_at < c.started_at FROM release_urls u"
        " JOIN releases r ON r.id = u.release_id JOIN crawls c ON c.id = ?"
        " WHERE u.sha256 IS NOT NULL AND u.key > ? AND u.key < ? AND r.published_on IS NOT NULL",
        [page.crawl, f"{where}#", f"{where}$"],
    ).fetchall()
    there = {key: (known, day) for known, _, key, day, _ in rows if key in held}
    stays = {known for known, _ in there.values()}
    days = [there[key][1] for key in held if key in there]
    return [
        (known, Address(url, key))
        for known, url, key, day, before in rows
        if known not in stays and before and _below(day, days) >= older
    ]


def _below(day: str, days: Sequence[str]) -> int:
    """How many of the days on a page, from its top on, stand below the place of a further one.

    >>> _below("2026-01-15", ["2026-01-02", "2026-01-27", "2026-01-19", "2026-01-11"])
    1
    """
    return next((n for n, each in enumerate(reversed(days)) if each >= day), len(days))


def present(db: Database, at: str, known: int) -> None:
    """A release was there at this time; an absence that was open has ended."""
    db.execute("UPDATE releases SET last_seen_at = ?, gone_at = NULL WHERE id = ?", [at, known])
    db.execute("UPDATE absences SET back_at = ? WHERE release_id = ? AND back_at IS NULL", [at, known])


def unchanged(db: Database, page: Page, key: str) -> None:
    """The server says that what it sent before for this address still holds."""
    db.execute(
        "UPDATE release_urls SET last_ok_at = ?, missing_since = NULL"
        " WHERE key = ? AND last_ok_at IS NOT NULL",
        [page.at, key],
    )
    for known in read_at(db, [key]):
        present(db, page.at, known)


def missing(db: Database, page: Page, key: str, *, certain: bool) -> bool:
    """An address no longer leads to its release. Returns whether a release's absence is confirmed by this.

    ``certain``: the server says so for good (410), so no second observation is waited for. A release is
    absent when none of the addresses that ever answered does.
    """
    db.execute(
        "UPDATE release_urls SET missing_since = ? WHERE key = ? AND missing_since IS NULL", [page.at, key]
    )
    there = read_at(db, [key])
    for known in there:
        lead_to_living(db, known)
    confirmed = [_absent(db, page, known, certain=certain) for known in there]
    return any(confirmed)


def lead_to_living(db: Database, known: int) -> None:
    """Show a release with the address that answered last, where the one that it is shown with is missing."""
    db.execute(
        "UPDATE releases SET url = living.url FROM (SELECT url FROM release_urls WHERE release_id = :known"
        " AND last_ok_at IS NOT NULL AND missing_since IS NULL"
        " ORDER BY last_ok_at DESC, url LIMIT 1) AS living"
        " WHERE id = :known AND EXISTS (SELECT 1 FROM release_urls u WHERE u.url = releases.url"
        " AND u.release_id = :known AND u.missing_since IS NOT NULL)",
        {"known": known},
    )


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
        " SELECT id, last_seen_at, :at FROM releases WHERE id = :known"
        f" AND NOT EXISTS (SELECT 1 FROM absences WHERE {unsettled})",
        values,
    )
    first, confirmed, hours = db.execute(
        "SELECT first_missing_at, confirmed_at, (SELECT gone_after_hours FROM crawls WHERE id = :crawl)"
        f" FROM absences WHERE {unsettled}",
        values,
    ).fetchone()
    waited = datetime.fromisoformat(page.at) - datetime.fromisoformat(first)
    if (
        confirmed
        or (not certain and _is_doubtful(db, page, known))
        or not (certain or (first != page.at and waited >= timedelta(hours=hours)))
    ):
        return False
    db.execute(f"UPDATE absences SET confirmed_at = :at WHERE {unsettled}", values)
    db.execute("UPDATE releases SET gone_at = :at WHERE id = :known", values)
    return True


def _is_doubtful(db: Database, page: Page, known: int) -> bool:
    """Whether that a release is missing may say something of its site, and nothing of the release."""
    return (
        many_are_missing(db, page.source)
        or others_are_missing(db, page.source, page.crawl) is not None
        or _left_by_relaunch(db, known)
    )


def others_are_missing(db: Database, source: str, crawl: str) -> tuple[int, int] | None:
    """(missing, asked) where most of the known releases that a crawl asks prove to be missing; else None.

    Those that were missing before do not count: others are asked in order to tell one thing from the other.
    """
    missing, there = db.execute(
        "SELECT count(*) FILTER (WHERE a.first_missing_at >= c.started_at),"
        " count(*) FILTER (WHERE a.release_id IS NULL AND r.last_seen_at >= c.started_at)"
        " FROM releases r JOIN crawls c ON c.id = :crawl"
        " LEFT JOIN absences a ON a.release_id = r.id AND a.back_at IS NULL"
        " WHERE r.source_id = :source AND r.first_seen_at < c.started_at",
        {"source": source, "crawl": crawl},
    ).fetchone()
    return (missing, missing + there) if missing >= _FEW and missing > there else None


def are_waiting(db: Database, source: str) -> bool:
    """Whether releases of a source are missing of which it is not yet clear that they are gone."""
    query = f"{_OPEN} AND r.source_id = ? AND a.confirmed_at IS NULL AND NOT {_MADE_ANEW}"
    return db.execute(query, [source]).fetchone() is not None


def _left_by_relaunch(db: Database, known: int) -> bool:
    """Whether a source was made anew since a release of it was last there."""
    return db.execute(f"{_OPEN} AND r.id = ? AND {_MADE_ANEW}", [known]).fetchone() is not None


def many_are_missing(db: Database, source: str) -> bool:
    """Whether so much of a source is missing at once that its site has changed, and not its releases."""
    missing, known = db.execute(
        "SELECT count(DISTINCT r.id) FILTER (WHERE a.back_at IS NULL AND a.confirmed_at IS NULL"
        " AND a.release_id IS NOT NULL), count(DISTINCT r.id)"
        " FROM releases r LEFT JOIN absences a ON a.release_id = r.id WHERE r.source_id = ?",
        [source],
    ).fetchone()
    return bool(missing > max(_SEVERAL, _SHARE * known))
