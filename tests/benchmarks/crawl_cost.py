"""What a crawl costs: CPU, time and memory, beside Scrapy fetching the same pages and doing nothing.

    python tests/benchmarks/crawl_cost.py [PAGES] [HOSTS]
    python tests/benchmarks/crawl_cost.py 4000 400           a night of many sources

A server on this machine has so many pages of 80 KB (2,000) on so many hosts (8: addresses of the loopback
network). In turn: Scrapy alone, a crawl with one process, a crawl with one process a core, the same again with
nothing new. Prints CPU seconds, the same per 1,000 pages, seconds, the largest process in MB, and ratios. The server's
CPU does not count.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

from extract_cpu import day, made

ON_A_LIST = 50

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
    server = ThreadingHTTPServer(("0.0.0.0", 0), Press)
    process = multiprocessing.get_context("fork").Process(target=server.serve_forever, daemon=True)
    process.start()
    return [f"http://{host}:{server.server_port}" for host in _HOSTS[:hosts]], process.kill


def run(*command: str) -> Cost:
    """What a command costs; it must end well."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, own = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command}: exit {process.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(used, time.monotonic() - start, own.ru_maxrss / 1024)


def main() -> None:
    """Measure and print."""
    pages, hosts = (int(value) for value in (sys.argv[1:] + ["2000", "8"][len(sys.argv) - 1 :]))
    each = pages // hosts
    addresses, stop = served(hosts, each)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        urls, register = work / "urls.txt", work / "register.json"
        urls.write_text(
            "\n".join(f"{at}/presse/{h * each + n}" for n in range(each) for h, at in enumerate(addresses))
        )
        register.write_text(json.dumps([
            {"id": f"kreis-{n}", "name": f"Kreis {n}", "kind": "kreis", "land": "XX", "homepage": f"{at}/",
             "press": f"{at}/presse"} for n, at in enumerate(addresses)
        ]))  # fmt: skip
        crawl = (sys.executable, "-m", "crawler.cli", "crawl", "--sources", str(register))
        cores = str(len(os.sched_getaffinity(0)))
        plain = run(sys.executable, "-c", PLAIN, str(urls))
        tell("Scrapy alone", plain, pages, plain)
        one = run(*crawl, "--data", str(work / "one"), "--jobs", "1")
        tell("crawl --jobs 1", one, pages, plain)
        several = run(*crawl, "--data", str(work / "several"), "--jobs", cores)
        tell(f"crawl --jobs {cores}", several, pages, plain)
        print(f"wall time with {cores} processes: {several.wall / one.wall:.2f} of one")
        tell(
            "again, nothing new", run(*crawl, "--data", str(work / "several"), "--jobs", cores), pages, plain
        )
    stop()


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
