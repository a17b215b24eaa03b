"""What a million releases cost: time, memory and disk of saving, deriving, searching and showing them.

python tests/benchmarks/million.py DOCS.jsonl --data DIR [--releases 1000000] [--stage save …]

DOCS.jsonl has a line {"text"} a document. Releases are recombined from pieces of four words of these, so that words
are as frequent as in real texts and long stretches recur no more often; five in a hundred quote three sentences of
one of the 2,000 before them, one in a hundred copies one, and each of 400 authorities ends with its contact line.
Each stage is a process of its own, and prints the seconds it took, those of CPU of all its processes, the largest
memory of one, and the size of the archive. DIR keeps the archive: a stage can be run again, another day.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import resource
import subprocess
import sys
import time
from array import array
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import click
from search_speed import kinds, measure
from web_speed import pages, tell

from archive.db import Archive, connect
from archive.derive import STEPS
from archive.model import Address, Page, Release, Text
from archive.registered import register
from archive.save import save
from archive.search import facets, search
from archive.search.index import reindex
from archive.web.serve import build

AUTHORITIES = 400
FIRST_DAY, DAYS = date(2010, 1, 1), 5800
PIECE = 4  # words that stay together: fewer than a fingerprint has
LATELY = 2000
QUOTES, COPIES = 0.05, 0.01
_TOGETHER = 500  # releases saved in one transaction


class Pieces(Sequence[str]):
    """All words of the documents, four by four; held as one string of bytes, for memory is measured."""

    def __init__(self, documents: Path) -> None:
        self.ends, said = array("I", [0]), bytearray()
        with documents.open(encoding="utf-8") as lines:
            for line in lines:
                words = json.loads(line)["text"].split()
                for n in range(0, len(words) - PIECE, PIECE):
                    said += " ".join(words[n : n + PIECE]).encode()
                    self.ends.append(len(said))
        self.said = bytes(said)

    def __len__(self) -> int:
        return len(self.ends) - 1

    def __getitem__(self, n: Any) -> Any:
        return self.said[self.ends[n] : self.ends[n + 1]].decode()


def sentences(number: int, pieces: Pieces) -> list[str]:
    """What the release of this number says of its own."""
    chance = random.Random(number)
    said = (" ".join(chance.choices(pieces, k=chance.randint(2, 6))) for _ in range(chance.randint(6, 18)))
    return [f"{each.rstrip('.,;:')}." for each in said]


def release(number: int, total: int, pieces: Pieces) -> tuple[Page, Release]:
    """A release as it was read, always the same for a number."""
    chance = random.Random(-1 - number)
    authority = chance.randrange(AUTHORITIES)
    day = (FIRST_DAY + timedelta(number * DAYS // total)).isoformat()
    kind, said, other = chance.random(), sentences(number, pieces), number - chance.randint(1, LATELY)
    if other >= 0 and kind < COPIES:
        said = sentences(other, pieces)
    elif other >= 0 and kind < COPIES + QUOTES:
        said[2:2] = sentences(other, pieces)[1:4]
    title = " ".join(chance.choices(pieces, k=2))
    contact = f"Kontakt: Pressestelle {authority}, {' '.join(pieces[authority * 9 + n] for n in range(4))}."
    half = len(said) // 2
    text = "\n\n".join([" ".join(said[:half]), " ".join(said[half:]), contact])
    url = f"https://kreis-{authority}.example/presse/{number}"
    page = Page(f"{day}T12:00:00.{number % 1_000_000:06}Z", "2026", f"kreis-{authority}", "release", "", url)
    return page, Release(Address(url, url), Text(title, None, text, published_on=day, published_from="page"))


def saving(folder: Path, total: int, given: Pieces) -> None:
    """Save all that are not there yet, as a rebuild does: the search index is made from all at the end."""
    archive = Archive(folder / "archive.db", {})
    with archive.db.atomic():
        archive.expect("2026", "", "2026-01-01T00:00:00.000000Z")
        for n in range(AUTHORITIES):
            name = f"kreis-{n}"
            entry = {
                "id": name,
                "name": f"Kreis Nummer {n}",
                "kind": "kreis",
                "land": ("NW", "BY", "SN")[n % 3],
            }
            register(archive.db, {**entry, "homepage": "", "press": ""})
    begun = time.perf_counter()
    for first in range(archive.db["releases"].count, total, _TOGETHER):
        with archive.db.atomic():
            for number in range(first, min(first + _TOGETHER, total)):
                save(archive.db, *release(number, total, given))
        if first % 50_000 == 0:
            click.echo(f"  {first:>9,} {time.perf_counter() - begun:7.0f} s", err=True)
    archive.close()


def indexing(folder: Path, _total: int, _given: Pieces) -> None:
    """The index of the search."""
    archive = Archive(folder / "archive.db", {})
    with archive.db.atomic():
        reindex(archive.db)
    archive.close()


def deriving(folder: Path, _total: int, _given: Pieces) -> None:
    """Derive, step by step."""
    archive = Archive(folder / "archive.db")
    for step in STEPS[1:]:  # the first is the index of the search
        begun, spent = time.perf_counter(), _cpu()
        with archive.db.atomic():
            step(archive.db)
        click.echo(
            f"  {step.__module__:<28} {time.perf_counter() - begun:7.0f} s {_cpu() - spent:7.0f} s of CPU"
        )
    archive.close()


def searching(folder: Path, _total: int, given: Pieces) -> None:
    """Milliseconds of CPU of queries of each kind."""
    db = connect(folder / "archive.db")
    for kind, ask in kinds(db, given, random.Random(7)).items():
        answers: tuple[Callable[[str], object], ...] = (
            partial(search, db, order="newest"), partial(search, db, order="best"), partial(facets, db),
        )  # fmt: skip
        told = [measure(ask, answer) for answer in answers]
        shown = "   ".join(
            f"{what} p50 {p50:6.1f} p99 {p99:6.1f}"
            for what, (p50, p99) in zip(("newest", "best", "counts"), told, strict=True)
        )
        click.echo(f"  {kind:<16} {shown}")


def showing(folder: Path, _total: int, given: Pieces) -> None:
    """Milliseconds of CPU of the website's pages."""
    makers = pages(connect(folder / "archive.db"), given, random.Random(11))
    asyncio.run(tell(build(folder), makers, 200))


STAGES: dict[str, Callable[[Path, int, Pieces], None]] = {
    "save": saving, "index": indexing, "derive": deriving, "search": searching, "website": showing,
}  # fmt: skip


def _cpu() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def _figures(folder: Path, begun: float) -> str:
    memory = max(
        resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    disk = sum(path.stat().st_size for path in folder.iterdir())
    return (
        f"{time.perf_counter() - begun:.0f} s, {_cpu():.0f} s of CPU,"
        f" {memory // 1024} MB of memory, {disk / 1e9:.2f} GB on disk"
    )


@click.command()
@click.argument("documents", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--data", required=True, type=click.Path(path_type=Path, file_okay=False), help="Keeps it.")
@click.option("--releases", default=1_000_000, show_default=True)
@click.option("--stage", "stages", multiple=True, type=click.Choice(list(STAGES)), default=list(STAGES))
@click.option("--alone", is_flag=True, hidden=True)
def main(documents: Path, data: Path, releases: int, stages: tuple[str, ...], alone: bool) -> None:
    """Run the stages, each in a process of its own."""
    data.mkdir(parents=True, exist_ok=True)
    if not alone:
        for stage in stages:
            given = (str(documents), "--data", str(data), "--releases", str(releases))
            subprocess.run([sys.executable, __file__, *given, "--stage", stage, "--alone"], check=True)
        return
    logging.basicConfig(format="  %(message)s")
    logging.getLogger("archive").setLevel(logging.INFO)
    material = Pieces(documents)
    for stage in stages:
        click.echo(f"{stage}, {releases:,} releases")
        begun = time.perf_counter()
        STAGES[stage](data, releases, material)
        click.echo(f"{stage}: {_figures(data, begun)}")


if __name__ == "__main__":
    main()
