"""Readers of the website all at once: alone, during a crawl, beside slow clients, beside huge questions in SQL.

    python tests/reliability/serving.py [--quick]

An archive is crawled from made pages on this machine and served by the product's own command, in a process of its
own. Fifty readers ask for pages one after another, without a pause, so the figures are of a full house, not of a
usual one. Prints a row for each: answers, faults, median and 99th percentile in milliseconds. Ends with 1 when
something is not as wanted: no fault anywhere; during a crawl and beside slow clients a 99th percentile at most twice
the quiet one (five times with --quick, whose few answers scatter); beside huge questions that and the time that one
of them may take.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import click
import httpx

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
from crawl_cost import served
from extract_cpu import WORDS

from archive.db import connect

READERS = 50
SLOW = 200
HUGE = 6
LIMIT = 3.0  # seconds for one question in SQL, as docs/operators.md says
_HUGE_SQL = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n, releases"


class Seen(NamedTuple):
    """How many answers there were, what was wrong with others, and seconds of each."""

    faults: list[str]
    seconds: list[float]

    def at(self, share: float) -> float:
        """Seconds within which this share of answers came."""
        return sorted(self.seconds)[int(share * (len(self.seconds) - 1))]


def addresses(data: Path, base: str) -> list[str]:
    """Pages that readers ask for, each kind as often as it is likely."""
    with closing(connect(data / "archive.db")) as db:
        releases = [row[0] for row in db.execute("SELECT id FROM releases ORDER BY id LIMIT 60")]
    words = [word for word in WORDS if word.isalpha() and len(word) > 4]
    found = ["/", "/behoerden", "/hilfe", "/suche?q=", "/feed/suche.atom?q=Kreis"]
    found += [f"/suche?q={word}" for word in words[:20]]
    found += [f"/suche?q={a}+{b}&sortierung=beste" for a, b in zip(words, words[7:27], strict=False)]
    return [base + each for each in (*found, *(f"/meldung/{n}" for n in releases))]


async def read(pages: Sequence[str], readers: int, each: int) -> Seen:
    """So many readers at once, each asking so often."""
    seen = Seen([], [])

    async def reader(number: int) -> None:
        chance = random.Random(number)
        async with httpx.AsyncClient(timeout=60) as client:
            for _ in range(each):
                page = chance.choice(pages)
                began = time.monotonic()
                try:
                    status = (await client.get(page, follow_redirects=True)).status_code
                except httpx.HTTPError as error:
                    seen.faults.append(f"{page}: {error!r}")
                    continue
                seen.seconds.append(time.monotonic() - began)
                if status != 200:
                    seen.faults.append(f"{page}: {status}")

    await asyncio.gather(*map(reader, range(readers)))
    return seen


@asynccontextmanager
async def meanwhile(doing: Iterable[Coroutine[None, None, None]]) -> AsyncIterator[None]:
    """Have others at work, from a second before until the end."""
    tasks = [asyncio.create_task(each) for each in doing]
    await asyncio.sleep(1)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def slow_clients(base: str) -> AsyncIterator[None]:
    """Clients that send a letter of a request each second, and others that never read their answer."""
    host, port = base.removeprefix("http://").split(":")

    async def drip(number: int) -> None:
        _, writer = await asyncio.open_connection(host, int(port))
        try:
            request = b"GET /behoerden HTTP/1.1\r\nHost: a\r\n" + b"X-Slow: yes\r\n" * 100
            if number % 2:
                writer.write(request[:35] + b"\r\n")  # the whole of a request; what comes back is left lying
                await asyncio.sleep(3600)
            for byte in request:
                writer.write(bytes([byte]))
                await asyncio.sleep(1)
        finally:
            writer.close()

    async with meanwhile(map(drip, range(SLOW))):
        yield


@asynccontextmanager
async def huge_questions(base: str, took: list[float]) -> AsyncIterator[None]:
    """Clients that ask in SQL for what would never end, again and again; ``took`` gets the seconds of each."""

    async def ask() -> None:
        async with httpx.AsyncClient(timeout=60) as client:
            while True:
                began = time.monotonic()
                await client.get(f"{base}/archive.json", params={"sql": _HUGE_SQL})
                took.append(time.monotonic() - began)

    async with meanwhile(ask() for _ in range(HUGE)):
        yield


@contextmanager
def command(*arguments: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A command of the product that runs meanwhile, interrupted at the end."""
    with log.open("wb") as to:
        process = subprocess.Popen(
            [sys.executable, "-m", "crawler.cli", *arguments], stdout=to, stderr=subprocess.STDOUT
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def register(path: Path, hosts: Sequence[str], first: int) -> Path:
    """A register of a source for each host."""
    path.write_text(json.dumps([
        {"id": f"kreis-{n}", "name": f"Kreis {n}", "kind": "kreis", "land": "XX", "homepage": f"{at}/",
         "press": f"{at}/presse"} for n, at in enumerate(hosts, first)
    ]))  # fmt: skip
    return path


def listening(log: Path) -> str:
    """Where the website says that it is."""
    for _ in range(300):
        if found := re.search(r"http://[\d.]+:\d+", log.read_text("utf-8")):
            return found.group()
        time.sleep(0.1)  # until it says so, at most half a minute
    sys.exit(f"the website did not start: {log.read_text('utf-8')}")


def row(what: str, seen: Seen, wanted: str, good: bool) -> bool:
    """Print a row of the table; whether it is as wanted."""
    good = good and not seen.faults
    click.echo(
        f"| {what} | {len(seen.seconds)} | {len(seen.faults)} | {1000 * seen.at(0.5):.0f} | {1000 * seen.at(0.99):.0f}"
        f" | {wanted} | {'yes' if good else 'NO'} |"
    )
    for fault in seen.faults[:5]:
        click.echo(f"  {fault}", err=True)
    return good


@click.command()
@click.option("--quick", is_flag=True, help="A small archive and few requests.")
def main(quick: bool) -> None:
    """Print the table."""
    pages, each, times = (100, 2, 5) if quick else (3000, 20, 2)
    hosts, stop = served(6, pages // 2)
    with tempfile.TemporaryDirectory() as folder:
        data, log = Path(folder) / "data", Path(folder) / "serve.log"
        first = register(Path(folder) / "first.json", hosts[:2], 0)
        second = register(Path(folder) / "second.json", hosts[2:], 2)
        crawl = ("crawl", "--data", str(data), "--jobs", "1", "--sources")
        subprocess.run([sys.executable, "-m", "crawler.cli", *crawl, str(first)], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        with command("serve", "--data", str(data), "--port", "0", log=log):
            base = listening(log)
            asked = addresses(data, base)
            asyncio.run(read(asked, 1, 30))
            good = asyncio.run(
                table(asked, base, each, times, (*crawl, str(second)), Path(folder) / "crawl.log")
            )
    stop()
    sys.exit(not good)


async def table(
    pages: Sequence[str], base: str, each: int, times: int, crawl: Sequence[str], log: Path
) -> bool:
    """Print all rows; whether all are as wanted: slower than the quiet house by no more than ``times``."""
    click.echo("| meanwhile | answers | faults | median ms | 99 % within ms | wanted | as wanted |")
    click.echo("|---|---|---|---|---|---|---|")
    quiet = await read(pages, READERS, each)
    most = times * quiet.at(0.99)
    good = row("nothing", quiet, "no fault", True)
    with command(*crawl, log=log) as crawling:
        await asyncio.sleep(2)
        seen = await read(pages, READERS, each)
        ran = crawling.poll() is None
    good &= row(
        "a crawl" + ("" if ran else " (which ended)"), seen, f"{times} times nothing's", seen.at(0.99) <= most
    )
    async with slow_clients(base):
        seen = await read(pages, READERS, each)
    good &= row(f"{SLOW} slow clients", seen, f"{times} times nothing's", seen.at(0.99) <= most)
    took: list[float] = []
    async with huge_questions(base, took):
        seen = await read(pages, READERS, each)
    good &= row(
        f"{HUGE} huge questions in SQL",
        seen,
        f"that and {LIMIT:.0f} s",
        seen.at(0.99) <= most + LIMIT,
    )
    click.echo(f"\n{len(took)} of these ended, at most {max(took):.1f} s after they were asked")
    return good


if __name__ == "__main__":
    main()
