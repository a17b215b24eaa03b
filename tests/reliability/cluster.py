"""Several workers on one queue, one of which is killed: prints what hosts saw, and what the archive holds.

    python tests/reliability/cluster.py [--quick] [--storage http://127.0.0.1:9000]

A PostgreSQL server, an S3-compatible server and the sites run on loopback; workers are processes, of two
machines' folders. One is killed while it waits for a page. Ends with 1 where a host was asked by two workers at
once, a release is missing or there twice, or the archive differs from that of a single crawl. Needs the extra
cluster and Debian's postgresql.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from time import monotonic, sleep

sys.path.insert(0, str(Path(__file__).parents[1]))

from loopback import Answer, Asked, Site, release, serve
from postgres import MISSING, binaries, postgres
from s3 import object_storage
from support import query

SIZES = {True: (3, 4), False: (12, 40)}
"""(hosts, releases of each), with --quick and without."""

WORKERS = {"a": "one", "b": "one", "c": "two"}
"""Names of the workers, each with the machine whose folder it works in."""

STALLED = 6.0
_PATIENCE = 120.0


def main() -> int:
    """Run it: 0 where all is as expected."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="few hosts and releases, for CI")
    parser.add_argument("--storage", metavar="URL", help="another S3 server, with an empty bucket 'presse'")
    quick, storage = parser.parse_args().quick, parser.parse_args().storage
    if binaries() is None:
        print(f"skipped: {MISSING}")
        return 0
    began = monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        sites = _sites(stack, *SIZES[quick])
        environment = {
            **os.environ, "KREISPRESSE_SOURCES": str(_register(folder, sites)), "KREISPRESSE_GONE_AFTER": "0",
            "KREISPRESSE_QUEUE": stack.enter_context(postgres()),
            **stack.enter_context(object_storage())[1], **({"AWS_ENDPOINT_URL": storage} if storage else {}),
        }  # fmt: skip
        killed, at = _work(sites, folder, environment)
        for command in (
            ["cluster", "merge", "--data", str(folder / "all")],
            ["crawl", "--data", str(folder / "one")],
        ):
            subprocess.run(_command(*command), env=environment, check=True, stdout=subprocess.DEVNULL)
        faults = [*_of_hosts(sites, killed, at), *_of_rows(folder, *SIZES[quick])]
    print(f"{monotonic() - began:.0f} s")
    for fault in faults:
        print(f"NOT AS EXPECTED: {fault}")
    return 1 if faults else 0


def _sites(stack: ExitStack, hosts: int, releases: int) -> list[Site]:
    sites = [stack.enter_context(serve()) for _ in range(hosts)]
    for site in sites:
        name = site.address[-5:]
        site.add_releases([f"Meldung {n} der Stelle {name} vom Dienstag" for n in range(releases)])
    return sites


def _register(folder: Path, sites: list[Site]) -> Path:
    path = folder / "sources.yml"
    path.write_text(json.dumps([site.entry(f"kreis-{n}") for n, site in enumerate(sites)]), "utf-8")
    return path


def _work(sites: list[Site], folder: Path, environment: dict[str, str]) -> tuple[str, float]:
    """Have the workers do all jobs, and kill the one that waits for a page: its name, and when that was."""
    asked, go_on = threading.Event(), threading.Event()
    title = sites[0].pages["/presse/2"]

    def stuck() -> Answer:
        if not asked.is_set():
            asked.set()
            go_on.wait(_PATIENCE)
        return Answer(title if isinstance(title, str) else release("?"))

    sites[0].pages["/presse/2"] = stuck
    for command in ("setup", "plan"):
        subprocess.run(_command("cluster", command), env=environment, check=True)
    workers = {name: _worker(name, folder / machine, environment) for name, machine in WORKERS.items()}
    if not asked.wait(_PATIENCE):
        raise TimeoutError("no worker came to the page at which one is killed")
    killed = _who(next(each for each in reversed(sites[0].asked) if each.path == "/presse/2"))
    workers[killed].kill()
    at = monotonic()
    workers[killed].wait()
    go_on.set()
    _until_empty(environment)
    for worker in workers.values():
        worker.send_signal(signal.SIGTERM)
        worker.wait(_PATIENCE)
    return killed, at


def _worker(name: str, work: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    options = ("--work", str(work), "--jobs", "1", "--stalled", str(STALLED))
    known = environment | {"KREISPRESSE_CONTACT": f"https://{name}.example/"}
    return subprocess.Popen(_command("cluster", "work", *options), env=known)


def _until_empty(environment: dict[str, str]) -> None:
    import psycopg

    until = monotonic() + _PATIENCE
    with psycopg.connect(environment["KREISPRESSE_QUEUE"], autocommit=True) as queue:
        while queue.execute("SELECT 1 FROM procrastinate_jobs WHERE status IN ('todo', 'doing')").fetchone():
            if monotonic() > until:
                raise TimeoutError("the queue does not become empty")
            sleep(0.2)


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "crawler.cli", *arguments]


def _who(asked: Asked) -> str:
    """The worker that asked, by the contact that it sends."""
    found = re.search(r"https://(\w+)\.example", asked.agent)
    return found.group(1) if found else "single crawl"


def _of_hosts(sites: list[Site], killed: str, at: float) -> Iterator[str]:
    """What is wrong with how hosts were asked; prints how they were."""
    print(f"{'host':24}{'workers':>10}{'requests':>10}{'asked twice':>13}")
    for site in sites:
        seen = [each for each in site.asked if _who(each) in WORKERS]
        order = [each for n, each in enumerate(map(_who, seen)) if n == 0 or _who(seen[n - 1]) != each]
        twice = len(seen) - len({each.path for each in seen})
        print(f"{site.address:24}{' '.join(order):>10}{len(seen):>10}{twice:>13}")
        if len(order) != len(set(order)):
            yield f"{site.address} was asked by {' '.join(order)} in turns"
        if any(later.began < each.ended for each, later in pairwise(seen)):
            yield f"{site.address} was asked twice at once"
        if any(each.began > at for each in seen if _who(each) == killed):
            yield f"{site.address} was asked by worker {killed} after that was killed"
        if killed not in order and twice:
            yield f"{site.address} was asked {twice} times again though nobody was killed there"


def _of_rows(folder: Path, hosts: int, releases: int) -> Iterator[str]:
    """What the archive of the workers has otherwise than that of a single crawl; prints what it has."""
    rows = "SELECT url, title, text, published_on, cluster_id FROM releases ORDER BY url"
    ours, single = (query(folder / name, rows) for name in ("all", "one"))
    revisions = query(folder / "all", "SELECT count(*) FROM revisions")[0][0]
    failed = query(
        folder / "all", "SELECT count(*) FROM source_crawls WHERE status NOT IN ('ok', 'unchanged')"
    )[0][0]
    print(f"{len(ours)} releases of {hosts * releases}, {revisions} versions, {failed} failed sources")
    if not len(ours) == revisions == hosts * releases:
        yield "a release is missing or there twice"
    if ours != single:
        yield "the rows differ from those of a single crawl"


if __name__ == "__main__":
    sys.exit(main())
