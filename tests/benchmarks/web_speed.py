"""CPU of the website's pages: a mixed set of requests to an archive of many releases, alone and while a crawl writes.

python tests/benchmarks/web_speed.py DOCS.jsonl [--releases 100000] [--requests 200] [--data DIR]

DOCS.jsonl has a line {"text"} a document; releases are recombined from its sentences as in search_speed.py, some of
them changed, gone, copied, or named in vain. With --data the archive is kept there and used again. Prints, for each
kind of page, median and 99th percentile of CPU milliseconds a request, then those of the whole mix; the process is
the website's alone. Wanted: 100 ms and 300 ms at 100,000 releases, 30 ms for lists that are newest first.
"""

from __future__ import annotations

import asyncio
import gc
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import click
from datasette.app import Datasette
from search_speed import kinds, sentences, write
from sqlite_utils import Database

from archive.db import Archive, connect
from archive.places.gazetteer import places
from archive.search.index import reindex
from archive.web.serve import build

_WORDS = """
INSERT INTO sources (id, publisher_id, homepage, press) SELECT 's-' || id, id, '', '' FROM publishers;

UPDATE releases SET source_id = 's-' || publisher_id;

INSERT INTO revisions (release_id, seen_at, title, teaser, text, published_on, sha256)
    SELECT id, first_seen_at, title, teaser, text, published_on, '' FROM releases;

INSERT INTO revisions (release_id, seen_at, title, teaser, text, published_on, sha256)
    SELECT id, substr(first_seen_at, 1, 10) || 'T12:00:00Z', title || ' neu', teaser, text, published_on, ''
    FROM releases WHERE id % 50 = 0;

UPDATE releases SET changed_at = substr(first_seen_at, 1, 10) || 'T12:00:00Z' WHERE id % 50 = 0;

INSERT INTO absences SELECT id, first_seen_at, substr(first_seen_at, 1, 10) || 'T10:00:00Z',
    substr(first_seen_at, 1, 10) || 'T18:00:00Z', NULL FROM releases WHERE id % 70 = 0;

UPDATE releases SET gone_at = substr(first_seen_at, 1, 10) || 'T18:00:00Z' WHERE id % 70 = 0;

INSERT INTO release_urls (url, release_id, key, sha256, last_ok_at)
    SELECT url, id, url, '', last_seen_at FROM releases;

INSERT INTO release_sources SELECT id, source_id, 'listing', first_seen_at FROM releases;

INSERT INTO sightings (key, source_id, channel, url, title, first_seen_at)
    SELECT url, source_id, 'listing', url, title, first_seen_at FROM releases;

INSERT INTO sightings (key, source_id, channel, url, title, first_seen_at)
    SELECT url || '?', source_id, 'feed', url || '?', title, first_seen_at FROM releases WHERE id % 90 = 0;

INSERT INTO clusters SELECT id, id, 2 FROM releases WHERE id % 40 = 0;

UPDATE releases SET cluster_id = id WHERE id % 40 = 0;

WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)
INSERT INTO crawls SELECT printf('c%04d', i), date('2024-01-01', i || ' days') || 'T05:00:00Z', NULL, '', 1, 24 FROM n;

INSERT INTO source_crawls
    SELECT c.id, s.id, CASE WHEN random() % 40 THEN 'ok' ELSE 'failed' END, 20, 90000, 3, 9, 1, 0, 0, 0, NULL, NULL
    FROM crawls c, sources s
"""


def grow(path: Path, number: int, said: list[str]) -> None:
    """Make an archive of so many releases, with all that pages ask of it."""
    archive = Archive(path)
    with archive.db.atomic():
        write(archive.db, number, said, random.Random(7))
        for statement in _WORDS.split(";\n\n"):
            archive.db.execute(statement)
        ids = [row[0] for row in archive.db.execute("SELECT id FROM publishers ORDER BY id")]
        archive.db.conn.executemany(
            "UPDATE publishers SET ags = ? WHERE id = ?",
            zip(sorted({place.kreis for place in places().values()}), ids, strict=False),
        )
    with archive.db.atomic():
        reindex(archive.db)
    archive.close()


def pages(db: Database, said: list[str], chance: random.Random) -> dict[str, Callable[[], str]]:
    """Makers of addresses by kind of page, searches among them by kind of words."""
    releases = [row[0] for row in db.execute("SELECT id FROM releases ORDER BY id LIMIT 2000")]
    publishers = [row[0] for row in db.execute("SELECT id FROM publishers")]
    asked = kinds(db, said, chance)

    def searched(path: str, kind: str) -> Callable[[], str]:
        return lambda: path.format(quote(asked[kind]()))

    pick = chance.choice
    return {
        "start": lambda: "/",
        "newest": lambda: f"/suche?seite={chance.randrange(1, 50)}",
        "release": lambda: f"/meldung/{pick(releases)}",
        "authorities": lambda: "/behoerden",
        "authority": lambda: f"/behoerde/{pick(publishers)}",
        **{f"newest, {kind}": searched("/suche?q={}", kind) for kind in asked},
        **{
            f"best, {kind}": searched("/suche?sortierung=beste&q={}", kind)
            for kind in ("rare", "common", "four words")
        },
        "feed, search": searched("/feed/suche.atom?q={}", "common"),
        "feed, authority": lambda: f"/feed/behoerde/{pick(publishers)}.atom",
        "feed, changes": lambda: "/feed/aenderungen.atom",
        "feed, absences": lambda: "/feed/verschwunden.json",
    }


async def measure(site: Datasette, path: str) -> float:
    """CPU milliseconds of one request, of all threads of this process."""
    started = time.process_time()
    response = await site.client.get(path)
    spent = 1000 * (time.process_time() - started)
    if response.status_code != 200:
        raise click.ClickException(f"{path}: {response.status_code}")
    return spent


def percentile(spent: list[float], share: float) -> float:
    """The value below which this share of the others lies."""
    return sorted(spent)[int(share * (len(spent) - 1))]


async def tell(site: Datasette, makers: dict[str, Callable[[], str]], requests: int) -> None:
    """Ask, and print a line a kind and one for all."""
    spent: dict[str, list[float]] = {kind: [] for kind in makers}
    await measure(site, "/")
    gc.collect()
    gc.freeze()
    for n in range(requests):
        kind = list(makers)[n % len(makers)]
        spent[kind].append(await measure(site, makers[kind]()))
    for kind, each in spent.items():
        if each:
            click.echo(f"  {kind:<24} p50 {percentile(each, 0.5):7.1f}  p99 {percentile(each, 0.99):7.1f}")
    whole = [value for each in spent.values() for value in each]
    click.echo(f"  {'all':<24} p50 {percentile(whole, 0.5):7.1f}  p99 {percentile(whole, 0.99):7.1f}")


_WRITER = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=60)
n = 0
while True:
    n += 1
    with db:
        db.execute("UPDATE releases SET last_seen_at = last_seen_at || '' WHERE id % 997 = ?", [n % 997])
"""


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Another process writes releases without a pause, as the end of a crawl does."""
    with subprocess.Popen([sys.executable, "-c", _WRITER, str(path)]) as writer:
        yield
        writer.kill()


@click.command()
@click.argument("documents", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--releases", default=100_000, show_default=True)
@click.option("--requests", default=200, show_default=True)
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="Where the archive is kept.")
def main(documents: Path, releases: int, requests: int, data: Path | None) -> None:
    """Print the table."""
    said = sentences(documents)
    with tempfile.TemporaryDirectory() as temporary:
        folder = (data or Path(temporary)) / f"{releases}"
        if not (folder / "archive.db").exists():
            grow(folder / "archive.db", releases, said)
        site = build(folder)
        makers = pages(connect(folder / "archive.db"), said, random.Random(11))
        click.echo(f"{releases:,} releases, {requests} requests")
        asyncio.run(tell(site, makers, requests))
        with writing(folder / "archive.db"):
            click.echo("the same while a crawl writes")
            asyncio.run(tell(build(folder), makers, requests))


if __name__ == "__main__":
    main()
