"""Which release of the rows a page shows: by its address, else by its words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from sqlite_utils import Database

from archive.merge import merge
from archive.model import Address, Page, Release, Text, release_id
from archive.presence import read_at
from archive.spelling import folded

ALIKE = 0.9
"""Share of words that two texts of the same title must have in common to be one release at two addresses."""

_FEW_WORDS = 20
_SAID = "coalesce(teaser, '') || ' ' || text"


def alike(one: str, other: str) -> bool:
    """Whether two texts share nearly all their words.

    >>> alike("a b c d e f g h i j k", "a b c d e f g h i j k l"), alike("a b", "a c")
    (True, False)
    """
    words, others = Counter(folded(one).split()), Counter(folded(other).split())
    return 2 * (words & others).total() >= ALIKE * (words.total() + others.total())


def find(db: Database, page: Page, release: Release) -> int | None:
    """The row of this release, if it has one.

    Its own address is certain. Addresses that redirected here, that the page claims, or that other pages
    claimed for it, count only when the texts are alike there: some sites redirect what is gone to anything,
    and name one canonical address on all their pages. Behind a redirect the title may be another one, where
    day and numbers are the same.
    """
    found = read_at(db, [release.address.key]) or _first_read_at(db, page.url, release.heading)
    named = [*release.via, *([release.claimed] if release.claimed else [])]
    others = [each.key for each in named]
    likely = read_at(db, others) + read_at(db, [release.address.key, *others], read=False)
    content = release.content
    found += [known for known in likely if known not in found and _reads_like(db, known, content)]
    moved = read_at(db, [each.key for each in release.via])
    found += [known for known in moved if known not in found and _is_retitled(db, known, content)]
    found = found or _same_words(db, page.source, content)
    marks = ", ".join("?" * len(found))
    rows = db.execute(f"SELECT id FROM releases WHERE id IN ({marks}) ORDER BY first_seen_at, id", found)
    ordered = [row[0] for row in rows.fetchall()]
    for other in ordered[1:]:
        merge(db, ordered[0], other)
    return ordered[0] if ordered else None


def renamed(db: Database, release: Release, left: Sequence[tuple[int, Address]]) -> Release:
    """A release on a page of whole ones, as moved from one that is ``left`` out there and reads like it.

    Under the same title it is that one: in a series, headings pass from one release to the next.
    """
    content = release.content
    alike_days = [each for each in left if _day(db, each[0]) == content.published_on is not None]
    same = [former for known, former in alike_days if _reads_like(db, known, content)]
    if same:
        return replace(release, address=same[0])
    if read_at(db, [release.address.key]):
        return release
    return replace(
        release, via=tuple(former for known, former in left if _is_retitled(db, known, content))[:1]
    )


def follow(db: Database, key: str) -> None:
    """Where a release is missing, take for it what came since with its day, numbers and nearly its text.

    Its title is another, else it had been known when it came; only where no second one may be it.
    """
    for known in read_at(db, [key]):
        *where, before = db.execute(
            f"SELECT publisher_id, published_on, last_seen_at, {_SAID} FROM releases WHERE id = ?", [known]
        ).fetchone()
        since = db.execute(
            f"SELECT id, first_seen_at, {_SAID} FROM releases WHERE publisher_id = ?"
            " AND coalesce(published_on, substr(first_seen_at, 1, 10)) = ? AND published_on IS NOT NULL"
            " AND first_seen_at > ? AND gone_at IS NULL",
            where,
        ).fetchall()
        like = [(other, at) for other, at, said in since if _agree(before, said)]
        if len(like) == 1:
            other, at = like[0]
            merge(db, known, other)
            db.execute("UPDATE releases SET changed_at = ? WHERE id = ?", [at, known])


def _said(content: Text) -> str:
    """Lead and text: what one site sets apart as a lead is the text's first paragraph on another."""
    return f"{content.teaser or ''} {content.text}"


def _numbers(text: str) -> list[str]:
    return sorted(re.findall(r"\d+", text))


def _agree(before: str, said: str) -> bool:
    """Whether two texts of more than a few words have the same numbers and nearly all words in common.

    Two releases of a series (roads, days, cases) differ in little but their numbers.
    """
    return len(said.split()) >= _FEW_WORDS and _numbers(before) == _numbers(said) and alike(before, said)


def _first_read_at(db: Database, url: str, heading: str) -> list[int]:
    """The release first captured at exactly this address: its id says so, however keys are made."""
    rows = db.execute("SELECT id FROM releases WHERE id = ?", [release_id(url, heading)])
    return [row[0] for row in rows]


def _reads_like(db: Database, known: int, content: Text) -> bool:
    title, said = db.execute(f"SELECT title, {_SAID} FROM releases WHERE id = ?", [known]).fetchone()
    return folded(title) == folded(content.title) and alike(said, _said(content))


def _is_retitled(db: Database, known: int, content: Text) -> bool:
    """Whether a release has the same day, numbers and nearly the same text, under whatever title."""
    query = f"SELECT published_on, {_SAID} FROM releases WHERE id = ?"
    day, before = db.execute(query, [known]).fetchone()
    return day is not None and day == content.published_on and _agree(before, _said(content))


def _day(db: Database, known: int) -> str | None:
    row = db.execute("SELECT published_on FROM releases WHERE id = ?", [known]).fetchone()
    return row[0] if row else None


def _same_words(db: Database, source: str, content: Text) -> list[int]:
    """The publisher's release of the same title, day, numbers and files' names with nearly the same text.

    Without a day, or with only a few words, that proves nothing: it may be a site's notice of repairs.
    """
    if content.published_on is None:
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
        and others == files and _agree(other, said)
    ][:1]  # fmt: skip
