"""The demo's sites crawled by one machine and by several: prints for each table whether the rows are the same.

    python tests/reliability/machines.py [--quick] [--machines N]

Both days are crawled, the second in full. The merge of the shards' logs is killed again and again at random
moments before it may end. Compared is all but what cannot be the same: times, and names and counts of crawls.
Ends with 1 where a table differs, a host was asked by two machines, or a killed merge left something behind.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

sys.path.insert(0, str(Path(__file__).parents[1]))

from support import query

from crawler.demo import sites

OF_CRAWLS = {"crawls", "source_crawls", "log_files"}
"""Tables that say what was asked when and by whom."""

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_CRAWL = re.compile(r"\d{8}T\d{12}Z-[0-9a-f]{4}")


def main() -> int:
    """Run it: 0 where all is as expected."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="the first day, and few kills, for CI")
    parser.add_argument("--machines", type=int, default=3, metavar="N")
    given = parser.parse_args()
    began = monotonic()
    with tempfile.TemporaryDirectory() as name, sites.serve() as served:
        folder = Path(name)
        asked = _crawled(folder, served, given.machines, days=1 if given.quick else 2)
        kills = _merged(folder, given.machines, kills=2 if given.quick else 25)
        faults = [*asked, *_compared(folder), *_left(folder)]
    print(f"{kills} merges killed; {monotonic() - began:.0f} s")
    for fault in faults:
        print(f"NOT AS EXPECTED: {fault}")
    return 1 if faults else 0


def _crawled(folder: Path, served: sites.Sites, machines: int, days: int) -> list[str]:
    """Crawl the sites alone and by shards: what is wrong with who asked which host."""
    (folder / "r.yml").write_text(json.dumps(served.entries), "utf-8")
    owners: dict[str, set[str]] = defaultdict(set)
    for day in range(1, days + 1):
        if day == 2:
            served.second_day()
        for name in ("one", *map(str, range(1, machines + 1))):
            before = len(served.requests)
            shard = [] if name == "one" else ["--shard", f"{name}/{machines}"]
            _run("crawl", "--data", str(folder / name), "--sources", str(folder / "r.yml"), *shard,
                 *(["--full"] if day == 2 else [])).wait()  # fmt: skip
            for host, _, _ in served.requests[before:]:
                owners[host] |= {name} - {"one"}
    sizes = [sum(name in each for each in owners.values()) for name in map(str, range(1, machines + 1))]
    print(f"{len(owners)} hosts, by machine: {sizes}")
    return [f"{host} was asked by machines {sorted(each)}" for host, each in owners.items() if len(each) != 1]


def _merged(folder: Path, machines: int, kills: int) -> int:
    """Merge the shards, killed at random moments as often as told: how often that came before the end.

    A merge that was killed is gone on with, and one that had ended begins anew.
    """
    into, chance, killed = folder / "all", random.Random(20261122), 0
    command = ("merge", *(str(folder / str(n)) for n in range(1, machines + 1)), "--into", str(into))
    began = monotonic()
    ended = _run(*command).wait() == 0
    lasts = monotonic() - began
    for _ in range(kills):
        if ended:
            shutil.rmtree(into)
        process = _run(*command)
        try:
            ended = process.wait(chance.uniform(lasts / 3, lasts)) == 0
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            ended, killed = False, killed + 1
    if _run(*command).wait() != 0:
        raise RuntimeError("the merge does not end well")
    return killed


def _run(*arguments: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "KREISPRESSE_GONE_AFTER": "0"}
    command = [sys.executable, "-m", "crawler.cli", *arguments]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _compared(folder: Path) -> Iterator[str]:
    """Tables of which the rows differ, but for times; prints how many rows each has."""
    one, several = _tables(folder / "one"), _tables(folder / "all")
    print(f"{'table':28}{'one':>8}{'several':>9}  same")
    for name in sorted(one):
        same = one[name] == several[name]
        if one[name]:
            print(f"{name:28}{len(one[name]):>8}{len(several[name]):>9}  {'yes' if same else 'NO'}")
        if not same:
            yield f"the rows of {name} differ"


def _tables(data: Path) -> dict[str, list[str]]:
    names = [row[0] for row in query(data, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    kept = [
        name
        for name in names
        if name not in OF_CRAWLS and "_fts" not in name and not name.startswith("sqlite_")
    ]
    with sqlite3.connect(data / "archive.db") as db:
        numbered = db.execute(
            "SELECT id, release_id, row_number() OVER (PARTITION BY release_id ORDER BY seen_at) FROM revisions"
        )
        names_of = {str(id_): f"{release}.{number}" for id_, release, number in numbered}
        names_of |= {str(id_): text for id_, text in db.execute("SELECT id, text FROM passages")}
        db.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, releases_fts, instance)")
        rows = {name: db.execute(f"SELECT * FROM {name}").fetchall() for name in (*kept, "temp.words")}
    return {name: sorted(_named(repr(row), names_of) for row in each) for name, each in rows.items()}


def _named(row: str, versions: dict[str, str]) -> str:
    """A row without times and names of crawls, and with versions named by release and number, not by time."""
    return re.sub(
        r"\d{9,16}", lambda found: versions.get(found[0], found[0]), _CRAWL.sub("", _TIME.sub("", row))
    )


def _left(folder: Path) -> Iterator[str]:
    """What a merge that was killed left behind."""
    for path in (folder / "all").rglob("*"):
        if path.suffix in (".part", ".new", ".both"):
            yield f"{path.name} was left behind"


if __name__ == "__main__":
    sys.exit(main())
