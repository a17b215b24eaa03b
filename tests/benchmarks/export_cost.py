"""What an export of a large archive costs: time, memory and size, and the same of verifying it.

    python tests/benchmarks/export_cost.py [--releases 100000] [--data DIR]

Releases of about 350 invented words, one in ten with a second version, an address, a sighting and a channel
each, in the full-text index of words; keys, copies and passages are not derived, which takes far longer than
an export. With --data the archive is kept, and used again. Each command runs in a process of its own, whose largest resident memory is printed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

import click
from reuse_cost import PUBLISHERS, Author

from archive.db import Archive
from archive.model import id53

_KIB, _MB = 1024, 1_000_000
_RELEASE = (
    "INSERT INTO releases (id, source_id, publisher_id, url, title, text, published_on, first_seen_at, last_seen_at,"
    " kind, language, words, extractor) VALUES (?1, ?2, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 'release', 'de', 350, 'x')"
)
_VERSION = "INSERT INTO revisions VALUES (?, ?, ?, ?, NULL, ?, ?, '')"
_SIGHTING = (
    "INSERT INTO sightings (key, source_id, channel, url, title, published_on, first_seen_at)"
    " VALUES (?1, ?2, 'listing', ?1, ?3, ?4, ?5)"
)


@click.command()
@click.option("--releases", default=100_000, show_default=True)
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="Where to keep the archive.")
def main(releases: int, data: Path | None) -> None:
    """Print a line a command."""
    with tempfile.TemporaryDirectory() as folder:
        where = data or Path(folder) / "data"
        if not (where / "archive.db").exists():
            _make(where, releases)
        size = (where / "archive.db").stat().st_size
        click.echo(f"{releases:,} releases, archive.db {size / _MB:.0f} MB")
        out = Path(folder) / "export"
        _measure("export", str(out), "--data", str(where))
        _measure("verify", str(out))
        for kind in ("archive.db.zst", "parquet/*", "jsonl/*", "csv/*"):
            click.echo(f"  {kind:<15} {sum(path.stat().st_size for path in out.glob(kind)) / _MB:6.0f} MB")


def _measure(command: str, *arguments: str) -> None:
    """Run a command; the memory is that of the largest child so far, so the larger of two is printed twice."""
    before, begun = getrusage(RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "crawler.cli", command, *arguments],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    after, wall = getrusage(RUSAGE_CHILDREN), time.perf_counter() - begun
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    click.echo(f"{command}: {wall:.0f} s, {cpu:.0f} s CPU, at most {after.ru_maxrss * _KIB / _MB:.0f} MB")


def _make(data: Path, releases: int) -> None:
    archive, author = Archive(data / "archive.db"), Author()
    with archive.db.atomic():
        for n in range(PUBLISHERS):
            archive.db.execute(
                "INSERT INTO publishers (id, name, kind, land) VALUES (?1, ?1, 'kreis', 'XX')", [f"p{n}"]
            )
            archive.db.execute(
                "INSERT INTO sources (id, publisher_id, homepage, press) VALUES (?1, ?1, '', '')", [f"p{n}"]
            )
        for statement, row in _rows(author, releases):
            archive.db.execute(statement, row)
        archive.db.execute(
            "INSERT INTO search_rows SELECT row_number() OVER (ORDER BY published_on, id), id FROM releases"
        )
        archive.db.execute("INSERT INTO releases_fts(releases_fts) VALUES ('rebuild')")
    archive.close()


def _rows(author: Author, releases: int) -> Iterator[tuple[str, list[object]]]:
    """Statements with their values, release by release."""
    for n in range(releases):
        publisher = author.dice.randrange(PUBLISHERS)
        day = (date(2010, 1, 1) + timedelta(days=n // 20)).isoformat()
        number, name, url = id53(str(n)), f"p{publisher}", f"https://p{publisher}.example/{n}"
        seen, text = f"{day}T12:00:00.000000Z", author.text(publisher)
        yield _RELEASE, [number, name, url, text[:60], text, day, seen]
        for version in range(1 if n % 10 else 2):
            yield _VERSION, [id53(str(n), str(version)), number, seen, text[:60], text + " " * version, day]
        yield "INSERT INTO release_urls (url, release_id, key) VALUES (?1, ?2, ?1)", [url, number]
        yield "INSERT INTO release_sources VALUES (?, ?, 'listing', ?)", [number, name, seen]
        yield _SIGHTING, [url, name, text[:60], day, seen]


if __name__ == "__main__":
    main()
