"""Commands that are killed at random moments."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from support import rows_hash

from archive.publish.verify import faults as export_faults
from faulty.bench import Bench, Row, readable
from faulty.runs import Run, copied, lost

_TOGETHER = 10
"""After so many kills the folder is looked at in full."""


def kills(bench: Bench, tries: int) -> Iterator[Row]:
    """``kill -9`` of crawls, rebuilds and exports, the latter a tenth as often."""
    yield _of_crawls(bench, tries)
    data = bench.archive("kills")
    yield _of_rebuilds(bench, data, max(1, tries // 10))
    yield _of_exports(bench, data, max(1, tries // 10))


def _of_crawls(bench: Bench, tries: int) -> Row:
    data, faults = bench.work / "killed", []
    longest = _seconds(bench.crawl(bench.work / "measured"))
    for number in range(tries):
        before = readable(data)
        if number % _TOGETHER == 5:
            bench.publish(3)
        _killed(bench, bench.crawl(data, "--full"), longest)
        faults += filter(None, [lost(before, data)] if before else [])
        if number % _TOGETHER == _TOGETHER - 1 or number == tries - 1:
            faults += bench.after(data, readable(data))
    return Row(
        "kill -9 of a crawl", tries, "all records stay, the next crawl goes on, rows = rebuild", faults
    )


def _of_rebuilds(bench: Bench, data: Path, tries: int) -> Row:
    faults, whole = [], rows_hash(data)
    with copied(data) as copy:
        longest = _seconds(Run("rebuild", "--data", str(copy)))
        for _ in range(tries):
            _killed(bench, Run("rebuild", "--data", str(copy)), longest)
            faults += [] if rows_hash(copy) == whole else ["the archive is not as it was"]
        ended = Run("rebuild", "--data", str(copy)).end()
        faults += (
            [] if ended.code == 0 and rows_hash(copy) == whole else [f"the next rebuild failed: {ended.said}"]
        )
    return Row("kill -9 of a rebuild", tries, "the old archive stays until the new one is whole", faults)


def _of_exports(bench: Bench, data: Path, tries: int) -> Row:
    faults, folder = [], bench.work / "export"
    longest = _seconds(Run("export", str(folder), "--data", str(data)))
    for _ in range(tries):
        _killed(bench, Run("export", str(folder), "--data", str(data)), longest)
        found = list(export_faults(folder, lambda *_: None)) if folder.exists() else []
        faults += [f"a broken export stands there: {found[0]}"] if found else []
    ended = Run("export", str(folder), "--data", str(data)).end()
    faults += [] if ended.code == 0 else [f"the next export failed: {ended.said}"]
    shutil.rmtree(folder)
    return Row("kill -9 of an export", tries, "an export is whole or not there", faults)


def _killed(bench: Bench, run: Run, longest: float) -> None:
    time.sleep(bench.chance.uniform(0, longest))
    run.kill()


def _seconds(run: Run) -> float:
    began = time.monotonic()
    run.end()
    return time.monotonic() - began
