"""What deriving copies and passages costs in archives of different size.

    python tests/benchmarks/reuse_cost.py [--sizes 1000,10000,30000,100000] [--daily 500]

Releases of about 350 invented words by 300 publishers: five in a hundred quote an earlier one, one in a hundred
copies one, each publisher ends with its own contact line. For each size: CPU of a daily run of so many new releases,
per release, and bytes of everything derived, per release. Only the derivation is measured, not the saving.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

from archive.db import Archive
from archive.derive import derive
from archive.model import id53
from archive.search.index import add

PUBLISHERS, WORDS = 300, 350
TABLES = (
    "fingerprints",
    "shingles",
    "boilerplate",
    "matches",
    "copies",
    "passages",
    "passage_uses",
    "clusters",
)


class Author:
    """Writes releases, always the same: words by Zipf's law, so that short sequences recur as in real text."""

    def __init__(self) -> None:
        self.dice = random.Random(1)
        syllables = [a + b for a in "bdfgklmnprstvwz" for b in ("a", "e", "i", "o", "u", "ei", "au")]
        self.vocabulary = [
            "".join(self.dice.choices(syllables, k=self.dice.randint(1, 4))) for _ in range(60_000)
        ]
        self.weights = list(accumulate(1 / (n + 10) for n in range(len(self.vocabulary))))
        self.lately: list[str] = []

    def text(self, publisher: int) -> str:
        kind = self.dice.random()
        if kind < 0.01 and self.lately:
            return self.dice.choice(self.lately)
        words = self.dice.choices(
            self.vocabulary, cum_weights=self.weights, k=self.dice.randint(WORDS // 2, WORDS * 3 // 2)
        )
        sentences = [" ".join(words[n : n + 14]).capitalize() + "." for n in range(0, len(words), 14)]
        if kind < 0.06 and self.lately:
            quoted = self.dice.choice(self.lately).split(". ")
            place = self.dice.randrange(len(quoted))
            sentences[len(sentences) // 2 : len(sentences) // 2] = quoted[place : place + 3]
        contact = (
            f"Pressestelle {publisher}, {' '.join(self.vocabulary[publisher * 20 : publisher * 20 + 15])}."
        )
        text = " ".join([*sentences, contact])
        self.lately = [*self.lately[-2000:], text]
        return text


def main() -> None:
    """Read the arguments, grow an archive, print a line a size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="1000,10000,30000,100000")
    parser.add_argument("--daily", type=int, default=500)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Path(folder) / "archive.db")
        _publishers(archive)
        author, there = Author(), 0
        print("releases   ms CPU a release, at first   in a daily run   bytes a release")
        for size in map(int, given.sizes.split(",")):
            first = _grow(archive, author, there, size - given.daily)
            daily = _grow(archive, author, size - given.daily, size)
            there = size
            print(
                f"{size:8}   {first:26.1f}   {daily:14.1f}   {_bytes(archive, Path(folder)) / size:15.0f}",
                flush=True,
            )
        archive.close()


def _publishers(archive: Archive) -> None:
    for n in range(PUBLISHERS):
        archive.db.execute(
            "INSERT INTO publishers (id, name, kind, land) VALUES (?, ?, 'kreis', 'XX')", [f"p{n}", f"P{n}"]
        )
        archive.db.execute(
            "INSERT INTO sources (id, publisher_id, homepage, press) VALUES (?, ?, '', '')",
            [f"p{n}", f"p{n}"],
        )
    archive.db.conn.commit()


def _grow(archive: Archive, author: Author, first: int, end: int) -> float:
    """Add releases and derive: milliseconds of CPU a release for the derivation."""
    with archive.db.atomic():
        for release, version in _rows(author, first, end):
            archive.db.execute(
                f"INSERT INTO releases ({', '.join(release)}) VALUES ({', '.join('?' * len(release))})",
                list(release.values()),
            )
            archive.db.execute("INSERT INTO revisions VALUES (?, ?, ?, ?, ?, ?, ?, ?)", version)
            add(archive.db, version[1])
    begun = time.process_time()
    derive(archive.db)
    return (time.process_time() - begun) / (end - first) * 1000


def _rows(author: Author, first: int, end: int) -> Iterator[tuple[dict[str, object], list[Any]]]:
    for n in range(first, end):
        publisher = author.dice.randrange(PUBLISHERS)
        day = (date(2020, 1, 1) + timedelta(days=n // 50)).isoformat()
        number, text = id53(str(n)), author.text(publisher)
        name, seen = f"p{publisher}", f"{day}T12:00:00.000000Z"
        release: dict[str, object] = {
            "id": number, "source_id": name, "publisher_id": name, "url": "", "title": "", "text": text, "published_on": day,
            "kind": "release", "language": "de", "first_seen_at": seen, "last_seen_at": seen, "words": 0, "extractor": "",
        }  # fmt: skip
        yield release, [id53("v", str(n)), number, seen, "", None, text, day, ""]


def _bytes(archive: Archive, folder: Path) -> int:
    """Bytes of the derived tables and their indexes: what a copy without them lacks."""
    with sqlite3.connect(folder / "copy.db") as copy:
        archive.db.conn.backup(copy)
        full = _size(copy)
        copy.execute("PRAGMA foreign_keys = OFF")
        for table in TABLES:
            copy.execute(f"DROP TABLE {table}")
        copy.commit()
        kept = _size(copy)
    (folder / "copy.db").unlink()
    return full - kept


def _size(db: sqlite3.Connection) -> int:
    pages, free, page = (
        db.execute(f"PRAGMA {each}").fetchone()[0] for each in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * page)


if __name__ == "__main__":
    main()
