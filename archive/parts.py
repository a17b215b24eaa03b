"""What belongs to a release's newest version beside its words: pictures, files, who speaks, what it holds."""

from __future__ import annotations

from sqlite_utils import Database

from archive.model import Text
from archive.spelling import file_named

TABLES = {
    "images": ("url", "caption", "credit"),
    "attachments": ("url", "title", "media_type"),
    "release_issuers": ("name",),
    "embeds": ("start", "end", "issuer", "title"),
}
"""Tables of a version's parts, numbered from 1, with the columns that a page fills."""


def replace_parts(db: Database, known: int, content: Text) -> None:
    """Make the parts of a release those of this content; what was read of its files stays."""
    read = _read(db, known, content)
    rows: dict[str, list[tuple[object, ...]]] = {
        "images": [(image.url, image.caption, image.credit) for image in content.images],
        "attachments": [(file.url, file.title, file.media_type) for file in content.attachments],
        "release_issuers": [(name,) for name in content.issuers],
        "embeds": [(part.start, part.end, part.issuer, part.title) for part in content.embeds],
    }
    for table, columns in TABLES.items():
        db.execute(f"DELETE FROM {table} WHERE release_id = ?", [known])
        names = ", ".join(f'"{column}"' for column in columns)
        marks = ", ".join("?" * (len(columns) + 2))
        db.conn.executemany(
            f"INSERT INTO {table} (release_id, n, {names}) VALUES ({marks})",
            [(known, n, *row) for n, row in enumerate(rows[table], 1)],
        )
    db.conn.executemany(
        "UPDATE attachments SET sha256 = ?, text = ? WHERE url = ? AND release_id = ?",
        [(*said, url, known) for url, said in read.items()],
    )


def _read(db: Database, known: int, content: Text) -> dict[str, tuple[str, str]]:
    """What was read of this content's files: address → (hash, text), also where one is only spelled anew."""
    rows = db.execute(
        "SELECT url, sha256, text FROM attachments WHERE release_id = ? AND sha256 IS NOT NULL", [known]
    ).fetchall()
    urls = [file.url for file in content.attachments]
    left = {file_named(url): (sha256, text) for url, sha256, text in rows if url not in urls}
    anew = {url: left[file_named(url)] for url in urls if file_named(url) in left}
    return anew | {url: (sha256, text) for url, sha256, text in rows if url in urls}
