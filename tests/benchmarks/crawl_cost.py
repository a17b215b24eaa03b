"""What a crawl costs: CPU, time and memory, beside Scrapy fetching the same pages and doing nothing.

    python tests/benchmarks/crawl_cost.py [PAGES] [HOSTS]
    python tests/benchmarks/crawl_cost.py 4000 400               a night of many sources
    python tests/benchmarks/crawl_cost.py 1000 --rounds 5        on a machine that is busy now and then
    python tests/benchmarks/crawl_cost.py --beside ENV/bin/python    beside other programs (others.py)

A server on this machine has so many pages of 80 KB (2,000) on so many hosts (8: addresses of the loopback
network). In turn, and in so many rounds: Scrapy alone, the other programs, a crawl with one process, a crawl with
one process a core, the same again with nothing new. Prints medians of the rounds: CPU seconds, the same per 1,000
pages, seconds, the largest process in MB, and ratios. The server's CPU does not count.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from typing import NamedTuple

from extract_cpu import day, made
from others import OTHERS

ON_A_LIST = 50
CORES = len(os.sched_getaffinity(0))
ALONE, ONE, SEVERAL = "Scrapy alone", "crawl --jobs 1", f"crawl --jobs {CORES}"
_PR_SET_CHILD_SUBREAPER = 36  # of Linux: whose parent has ended becomes ours, and its CPU is counted

_HOSTS = [f"127.0.{n // 200}.{1 + n % 200}" for n in range(1000)]

PLAIN = """
import sys
from scrapy import Spider
from scrapy.crawler import AsyncCrawlerProcess

class Plain(Spider):
    name = "plain"
    start_urls = open(sys.argv[1]).read().split()
    def parse(self, response): pass

process = AsyncCrawlerProcess({"LOG_LEVEL": "ERROR", "CONCURRENT_REQUESTS_PER_DOMAIN": 1, "DOWNLOAD_DELAY": 0})
process.crawl(Plain)
process.start()
"""


class Cost(NamedTuple):
    """CPU and wall seconds of a command with all its processes, and MB of the largest of them."""

    cpu: float
    wall: float
    memory: float


class Server(ThreadingHTTPServer):
    """Says nothing of clients that leave."""

    def handle_error(self, *_: object) -> None:
        """Nothing is told."""


class Press(BaseHTTPRequestHandler):
    """Press pages of one authority a host, with their lists; no two hosts have a release in common."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    releases = 0

    def do_GET(self) -> None:
        """A list, a release, or nothing."""
        number = _HOSTS.index(self.connection.getsockname()[0])
        body = answer(self.path, range(number * self.releases, (number + 1) * self.releases))
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing is told."""


@cache
def answer(path: str, releases: range) -> bytes:
    """The page at a path of the host that has these releases; empty where there is none."""
    if path.startswith("/presse/"):
        return made(int(path.removeprefix("/presse/")))
    if not path.startswith("/presse"):
        return b""
    number = int(path.partition("=")[2] or 1)
    shown = releases[(number - 1) * ON_A_LIST : number * ON_A_LIST]
    entries = "".join(
        f"<li><span>{day(n):%d.%m.%Y}</span> <a href=/presse/{n}>Haushalt {n} beschlossen</a>" for n in shown
    )
    more = f'<a rel=next href="/presse?seite={number + 1}">weiter</a>' if shown.stop < releases.stop else ""
    return f"<title>Presse</title><main><h1>Presse</h1><ul>{entries}</ul>{more}</main>".encode()


def served(hosts: int, releases: int) -> tuple[list[str], Callable[[], None]]:
    """Addresses of the hosts, and what ends the server; it runs in a process of its own."""
    Press.releases = releases
    server = Server(("0.0.0.0", 0), Press)
    process = multiprocessing.get_context("fork").Process(target=server.serve_forever, daemon=True)
    process.start()
    return [f"http://{host}:{server.server_port}" for host in _HOSTS[:hosts]], process.kill


def run(*command: str) -> Cost:
    """What a command costs; it must end well."""
    with multiprocessing.get_context("fork").Pool(1) as meter:
        return meter.apply(_measured, command)


def _measured(*command: str) -> Cost:
    """The same in a process that has no other children: also what outlives the command for a moment counts."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, own = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command}: exit {process.returncode}")
    wall = time.monotonic() - start
    with suppress(ChildProcessError):
        while True:
            os.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(used, wall, own.ru_maxrss / 1024)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pages", type=int, nargs="?", default=2000)
    parser.add_argument("hosts", type=int, nargs="?", default=8)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument(
        "--beside", metavar="PYTHON", help="Python that has trafilatura, newspaper4k or news-please"
    )
    given = parser.parse_args()
    addresses, stop = served(given.hosts, given.pages // given.hosts)
    costs: dict[str, list[Cost]] = {}
    for number in range(given.rounds):
        with tempfile.TemporaryDirectory() as folder:
            for name, command in commands(Path(folder), addresses, given.pages, given.beside):
                print(f"round {number + 1} of {given.rounds}: {name}", file=sys.stderr)
                costs.setdefault(name, []).append(run(*command))
    stop()
    medians = {name: Cost(*map(median, zip(*each, strict=True))) for name, each in costs.items()}
    for name, cost in medians.items():
        tell(name, cost, given.pages, medians[ALONE])
    ratio = median(b.wall / a.wall for a, b in zip(costs[ONE], costs[SEVERAL], strict=True))
    print(f"seconds of {SEVERAL}: {ratio:.2f} of {ONE}")


def commands(
    work: Path, addresses: Sequence[str], pages: int, beside: str | None
) -> Iterator[tuple[str, Sequence[str]]]:
    """(name, command) of one round, in their order; they write into an empty folder."""
    urls, register = work / "urls.txt", work / "register.json"
    each = pages // len(addresses)
    urls.write_text(
        "\n".join(f"{at}/presse/{h * each + n}" for n in range(each) for h, at in enumerate(addresses))
    )
    register.write_text(json.dumps([
        {"id": f"kreis-{n}", "name": f"Kreis {n}", "kind": "kreis", "land": "XX", "homepage": f"{at}/",
         "press": f"{at}/presse"} for n, at in enumerate(addresses)
    ]))  # fmt: skip
    yield ALONE, (sys.executable, "-c", PLAIN, str(urls))
    for name in OTHERS if beside else ():
        if subprocess.run([beside, "-c", f"import {name}"], capture_output=True, check=False).returncode:
            print(f"{beside} has no {name}", file=sys.stderr)
        else:
            (work / name).mkdir()
            yield name, (beside, "-c", OTHERS[name], str(urls), str(work / name))
    crawl = (sys.executable, "-m", "crawler.cli", "crawl", "--sources", str(register))
    yield ONE, (*crawl, "--data", str(work / "one"), "--jobs", "1")
    yield SEVERAL, (*crawl, "--data", str(work / "several"), "--jobs", str(CORES))
    yield "again, nothing new", (*crawl, "--data", str(work / "several"), "--jobs", str(CORES))


def tell(name: str, cost: Cost, pages: int, plain: Cost) -> None:
    """A line of the table."""
    per = 1000 * cost.cpu / pages
    print(
        f"{name:20} {cost.cpu:6.1f} CPU s, {per:5.1f} per 1,000 pages ({cost.cpu / plain.cpu:4.1f} of Scrapy alone),"
        f" {cost.wall:6.1f} s, {cost.memory:4.0f} MB",
        flush=True,
    )


if __name__ == "__main__":
    main()
