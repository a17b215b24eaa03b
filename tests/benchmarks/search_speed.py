"""Size and speed of the search, on releases recombined from the sentences of given texts.

python tests/benchmarks/search_speed.py DOCS.jsonl [--releases 10000 --releases 100000 --releases 1000000] [--data DIR]

DOCS.jsonl has a line {"text"} a document. Prints index bytes per byte of text, CPU per release indexed, and for each
kind of query p50 and p99 of CPU milliseconds: newest and best first with snippets of 20 hits, and facets.
"""

from __future__ import annotations

import gc
import json
import random
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import click
from sqlite_utils import Database

from archive.db import Archive
from archive.model import release_id
from archive.search import facets, search
from archive.search.index import reindex

PUBLISHERS = 400
FIRST_DAY = date(2010, 1, 1)
DAYS = 5800
ASKED = 60


def sentences(documents: Path) -> list[str]:
    """All sentences of the documents."""
    with documents.open(encoding="utf-8") as lines:
        return [
            each for line in lines for each in re.split(r"(?<=[.!?])\s+", json.loads(line)["text"]) if each
        ]


def write(db: Database, number: int, said: list[str], chance: random.Random) -> int:
    """Releases of about 1,500 characters: bytes of their words."""
    publishers = [
        (f"kreis-{n}", f"Kreis Nummer {n}", "kreis", ("NW", "BY", "SN")[n % 3]) for n in range(PUBLISHERS)
    ]
    db.conn.executemany("INSERT INTO publishers (id, name, kind, land) VALUES (?, ?, ?, ?)", publishers)
    db.execute("INSERT INTO sources (id, publisher_id, homepage, press) VALUES ('s', 'kreis-0', '', '')")
    total = 0

    def rows() -> Iterator[tuple[object, ...]]:
        nonlocal total
        for n in range(number):
            title = chance.choice(said)[:80]
            text = " ".join(chance.choices(said, k=12))
            total += len((title + text).encode())
            url = f"https://benchmark.example/{n}"
            day = (FIRST_DAY + timedelta(chance.randrange(DAYS))).isoformat()
            yield release_id(url), publishers[n % PUBLISHERS][0], url, title, text, day, f"{day}T00:00:00Z"

    db.conn.executemany(
        "INSERT INTO releases (id, source_id, publisher_id, url, title, text, published_on, first_seen_at,"
        " last_seen_at, kind, language, words, extractor)"
        " VALUES (?1, 's', ?2, ?3, ?4, ?5, ?6, ?7, ?7, 'release', 'de', 200, 'benchmark')",
        rows(),
    )
    return total


def kinds(db: Database, said: list[str], chance: random.Random) -> dict[str, Callable[[], str]]:
    """Makers of queries by kind."""
    words = db.execute(
        "SELECT form, releases FROM wortform WHERE length(form) > 3 AND form GLOB '[a-z]*' ORDER BY releases DESC, form"
    ).fetchall()
    common = [form for form, _ in words[:200]]
    middle = [form for form, n in words if 100 <= n <= 1000] or common
    rare = [form for form, n in words if n <= 10] or middle

    def phrase() -> str:
        spoken = chance.choice(said).split()
        start = chance.randrange(max(1, len(spoken) - 3))
        return '"' + " ".join(spoken[start : start + 3]).replace('"', "") + '"'

    pick = chance.choice
    return {
        "rare": lambda: pick(rare),
        "middle": lambda: pick(middle),
        "common": lambda: pick(common),
        "two common": lambda: f"{pick(common)} {pick(common)}",
        "common, middle": lambda: f"{pick(common)} {pick(middle)}",
        "four words": lambda: f"{pick(common)} {pick(common)} {pick(middle)} {pick(rare)}",
        "ODER": lambda: f"{pick(common)} ODER {pick(common)}",
        "phrase": phrase,
        "prefix": lambda: pick(middle)[:4] + "*",
        "typo": lambda: pick(middle)[::-1],
        "von:": lambda: f"{pick(common)} von:kreis-{chance.randrange(PUBLISHERS)}",
        "land:": lambda: f"{pick(common)} land:NW",
        "ab: bis:": lambda: f"{pick(common)} ab:2015-03 bis:2015-08",
        "without": lambda: f"{pick(common)} -{pick(common)}",
        "art: mit:": lambda: f"{pick(common)} art:meldung -mit:anhang",
    }


def measure(ask: Callable[[], str], answer: Callable[[str], object]) -> tuple[float, float]:
    """(median, 99th percentile) of CPU milliseconds that answering takes."""
    spent = []
    for _ in range(ASKED):
        query = ask()
        started = time.process_time()
        answer(query)
        spent.append(1000 * (time.process_time() - started))
    spent.sort()
    return spent[len(spent) // 2], spent[int(0.99 * len(spent))]


def run(folder: Path, number: int, said: list[str]) -> None:
    """Build one archive and print its figures."""
    chance = random.Random(7)
    path = folder / f"{number}" / "archive.db"
    archive = Archive(path)
    with archive.db.atomic():
        size = write(archive.db, number, said, chance)
    archive.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = path.stat().st_size
    started = time.process_time()
    with archive.db.atomic():
        reindex(archive.db)
    spent = time.process_time() - started
    archive.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    index = path.stat().st_size - before
    click.echo(
        f"{number:,} releases, {size / number:.0f} bytes each: index {index / size:.2f} bytes a byte of text,"
        f" {1000 * spent / number:.2f} ms CPU each to index"
    )
    asking = kinds(archive.db, said, chance)
    gc.collect()
    gc.freeze()  # what building left in memory is no part of a query
    for kind, ask in asking.items():
        newest, best, counted = (
            measure(ask, answer)
            for answer in (
                partial(search, archive.db, order="newest"),
                partial(search, archive.db, order="best"),
                partial(facets, archive.db),
            )
        )
        click.echo(
            f"  {kind:<16} newest first p50 {newest[0]:6.1f}  p99 {newest[1]:6.1f}"
            f"    best first p50 {best[0]:6.1f}  p99 {best[1]:6.1f}"
            f"    facets p50 {counted[0]:6.1f}  p99 {counted[1]:6.1f}"
        )
    archive.close()


@click.command()
@click.argument("documents", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--releases", "numbers", type=int, multiple=True, default=(10_000, 100_000), show_default=True)
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="Where to keep the archives.")
def main(documents: Path, numbers: tuple[int, ...], data: Path | None) -> None:
    """Print figures for archives of these sizes."""
    said = sentences(documents)
    with tempfile.TemporaryDirectory() as folder:
        for number in numbers:
            run(data or Path(folder), number, said)


if __name__ == "__main__":
    main()
