"""Files that releases link to: which are known, and what reading one makes of the rows."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from archive.model import Page, id53
from archive.withdrawals import file_hash


@dataclass(frozen=True, slots=True)
class File:
    """A PDF file that releases link to; ``read``: whether it was read, ``keys``: those of the releases."""

    url: str
    read: bool
    keys: frozenset[str]


def files(db: Database, source: str) -> list[File]:
    """PDF files of a source's releases that are still there, those of the newest releases first."""
    rows = db.execute(
        "SELECT a.url, max(a.sha256 IS NOT NULL), group_concat(u.key, char(10)),"
        " max(coalesce(r.published_on, substr(r.first_seen_at, 1, 10))) AS day"
        " FROM attachments a JOIN releases r ON r.id = a.release_id"
        " JOIN release_urls u ON u.release_id = r.id"
        " WHERE r.source_id = ? AND a.media_type = 'application/pdf' AND r.gone_at IS NULL"
        " GROUP BY a.url ORDER BY day DESC, a.url",
        [source],
    )
    return [File(url, bool(read), frozenset(keys.split("\n"))) for url, read, keys, _ in rows]


def keep_file(db: Database, page: Page, url: str, text: Sequence[str]) -> int:
    """Keep what a file says at every release that links to it: of how many it is another file than before.

    Another file is a change of the release: a version with the same words and another hash.
    """
    now = file_hash(page.body)
    rows = db.execute("SELECT release_id, sha256 FROM attachments WHERE url = ?", [url]).fetchall()
    db.execute("UPDATE attachments SET sha256 = ?, text = ? WHERE url = ?", [now, "\n\n".join(text), url])
    replaced = {release for release, before in rows if before not in (None, now)}
    for release in sorted(replaced):
        _revise(db, release, page.at, now)
    return len(replaced)


def _revise(db: Database, release: int, at: str, file: str) -> None:
    before = db.execute(
        "SELECT sha256 FROM revisions WHERE release_id = ? ORDER BY seen_at DESC, id DESC LIMIT 1", [release]
    ).fetchone()
    sha256 = hashlib.sha256(f"{before and before[0]}\x1f{file}".encode()).hexdigest()
    db.execute(
        "INSERT OR IGNORE INTO revisions SELECT ?, id, ?, title, teaser, text, published_on, ? FROM releases"
        " WHERE id = ?",
        [id53(str(release), at, sha256), at, sha256, release],
    )
    db.execute("UPDATE releases SET changed_at = ? WHERE id = ?", [at, release])
