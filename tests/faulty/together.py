"""Clocks that are set back, two crawls at once, readers while a crawl writes."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from loopback import Answer, release
from sqlite_utils import Database

from archive.captures import Damage, read
from archive.db import connect
from archive.migrations import STEPS
from archive.search import search
from faulty.bench import Bench, Row, readable
from faulty.runs import Run, unlike_rebuilt


def together(bench: Bench, tries: int) -> Iterator[Row]:
    """What else happens to a folder."""
    yield _clock(bench, tries)
    yield _two(bench, tries)
    yield _readers(bench)


def set_back(days: float) -> None:
    """In this process the clock of all that reads it is set back, and back by an hour more at every tenth look."""
    import archive.captures
    import crawler.leads
    import crawler.plan
    import crawler.robots

    looks = iter(range(10**9))

    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):  # type: ignore[no-untyped-def,override]
            return datetime.now(tz) - timedelta(days=days, hours=next(looks) // 10)

    for module in (archive.captures, crawler.leads, crawler.plan, crawler.robots):
        module.datetime = Clock


def _clock(bench: Bench, tries: int) -> Row:
    data, faults = bench.archive("clock"), []
    for number in range(tries):
        bench.publish(2)
        before = readable(data)
        ended = bench.crawl(data, "--full", play=partial(set_back, [0.01, 1, 400, 9000][number % 4])).end()
        faults += [] if ended.code == 0 else [f"exit {ended.code}: {ended.said[-200:]}"]
        times = [each.observation.at for each in read(data / "captures") if not isinstance(each, Damage)]
        faults += [] if times == sorted(set(times)) else ["times do not ascend"]
        faults += bench.after(data, before)
    return Row(
        "clock set back (minutes to 24 years, and again within the crawl)",
        tries,
        "times ascend, rows = rebuild",
        faults,
    )


def _two(bench: Bench, tries: int) -> Row:
    data, faults = bench.work / "two", []
    held = bench.site.pages["/presse/0"]

    def slow() -> Answer:
        time.sleep(1.2)
        return held if isinstance(held, Answer) else Answer(release("nie"))

    message = ""
    for _ in range(tries):
        bench.publish(1)
        bench.site.pages["/presse/0"] = slow
        first = bench.crawl(data, "--full")
        asked = len(bench.site.asked)
        while len(bench.site.asked) == asked and first.process.is_alive():
            time.sleep(0.01)
        others = [bench.crawl(data), Run("rebuild", "--data", str(data))]
        for ended in (other.end() for other in others):
            faults += [] if ended.code == 4 else [f"the second ended with {ended.code}: {ended.said[-200:]}"]
            message = ended.said.rpartition("Error: ")[2].strip()
        bench.site.pages["/presse/0"] = held
        ended = first.end()
        faults += [] if ended.code == 0 else [f"the first ended with {ended.code}: {ended.said[-200:]}"]
    faults += filter(None, [unlike_rebuilt(data)])
    return Row(
        "a second crawl, and a rebuild, during a crawl",
        2 * tries,
        "ends with 4, the first goes on",
        faults,
        message,
    )


def _readers(bench: Bench) -> Row:
    """Searches, SQL and exports as long as a first crawl and a full one write."""
    data, faults, looks = bench.work / "read", [], 0
    for more in ((), ("--full",)):
        bench.publish(10)
        run = bench.crawl(data, *more)
        while run.process.is_alive():
            time.sleep(0.01)
            looks += (data / "archive.db").exists()
            faults += _looked(data)
            if looks % 40 == 3 and (data / "archive.db").exists():
                export = Run("export", str(bench.work / "while"), "--data", str(data)).end()
                faults += (
                    []
                    if export.code == 0 or "no archive" in export.said
                    else [f"export: {export.said[-200:]}"]
                )
        ended = run.end()
        faults += [] if ended.code == 0 else [f"the crawl ended with {ended.code}: {ended.said[-200:]}"]
    faults += filter(None, [unlike_rebuilt(data)])
    return Row("readers (SQL, search, export) during a crawl", looks, "no error on either side", faults)


def _looked(data: Path) -> list[str]:
    """One look of a reader: what was wrong with it."""
    try:
        db = connect(data / "archive.db")
    except FileNotFoundError:
        return []
    with closing(db):
        try:
            return _seen(db)
        except sqlite3.Error as error:
            return [f"a reader: {error}"]


def _seen(db: Database) -> list[str]:
    """What of one state of the archive is half."""
    with db.conn:
        db.execute("BEGIN")
        if "meta" not in db.table_names() or db["meta"].get("schema")["value"] != str(len(STEPS)):
            return []  # it is only being made
        count = db["releases"].count
        found = search(db, "Kreishaus", limit=1)
        short = db.execute("SELECT count(*) FROM releases WHERE text = ''").fetchone()[0]
    return [] if found.total <= count and not short else ["a reader saw half a release"]
