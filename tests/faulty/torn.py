"""Files that a power cut left short, or that went bad."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from support import rows_hash

from archive.derive import derive
from crawler.folder import ready
from crawler.rebuild import rebuild
from crawler.state import State
from crawler.storage import advice
from faulty.bench import Bench, Row, readable
from faulty.runs import Run, copied, lost, unlike_rebuilt

Spoil = Callable[[Path, float], None]
"""Makes a file bad; the number from 0 to 1 says where."""


def torn(bench: Bench, tries: int) -> Iterator[Row]:
    """Truncation of each file at many lengths, bytes that went bad, and a database that is none."""
    whole = bench.archive("whole")
    yield _row(bench, whole, "the log is cut short", tries, "captures/*.warc.gz", _cut)
    yield _row(bench, whole, "bytes of the log went bad", tries, "captures/*.warc.gz", _blot)
    yield _row(bench, whole, "archive.db is cut short", tries, "archive.db", _cut)
    yield _row(bench, whole, "bytes of archive.db went bad", tries, "archive.db", _blot)
    yield _row(bench, whole, "state.db is cut short", tries, "state.db", _cut)
    killed = _with_wal(bench)
    yield _row(bench, killed, "the write-ahead log is cut short", tries, "archive.db-wal", _cut)
    yield _row(bench, killed, "bytes of the write-ahead log went bad", tries, "archive.db-wal", _blot)
    yield _not_a_database(bench, whole)


def _row(bench: Bench, data: Path, fault: str, tries: int, files: str, spoil: Spoil) -> Row:
    """Spoil a copy so often, and open it as a crawl does, or make it again where that is said."""
    faults: list[str] = []
    said: list[str] = []
    unnoticed = 0
    with copied(data) as copy:
        whole, log = _brought_up_to_date(copy, []), readable(copy)
    for _ in range(tries):
        with copied(data) as copy:
            for file in copy.glob(files):
                spoil(file, bench.chance.random())
            intact = readable(copy)
            rows = _brought_up_to_date(copy, said)
            if spoil is _cut and intact != log:
                faults += filter(None, [unlike_rebuilt(copy)])
            elif rows != whole:
                unnoticed += 1
                rebuild(copy)
                faults += [] if rows_hash(copy) == whole else ["made again, the rows are not as they were"]
            faults += filter(None, [lost(intact, copy)])
    if unnoticed and files != "archive.db":
        faults.append(f"{unnoticed} times the rows were not as they were")
    return Row(
        fault, tries, _expected(files), faults, said[0] if said else "", _noticed(len(said), unnoticed)
    )


def _expected(files: str) -> str:
    if files == "archive.db":
        return "the log makes it again, as it was; noticed at the start"
    return "what is whole is read, rows follow" if "captures" in files else "rows as they were"


def _noticed(named: int, unnoticed: int) -> str:
    """How damage of the database was met, in words."""
    parts = [f"{named} noticed at the start"] if named else []
    within = f"**{unnoticed} within texts and index were noticed by a rebuild only**"
    return ", ".join([*parts, within] if unnoticed else parts)


def _brought_up_to_date(data: Path, said: list[str]) -> dict[str, str]:
    """Hashes of the rows after what a crawl does at its beginning and its end; none where they cannot be read."""
    try:
        archive = ready(data)
        derive(archive.db)
        archive.close()
        State(data / "state.db").close()
    except sqlite3.DatabaseError as error:
        said.append(advice(error, data))
        rebuild(data)
    try:
        return rows_hash(data)
    except (sqlite3.Error, UnicodeDecodeError):
        return {}


def _cut(file: Path, where: float) -> None:
    with file.open("r+b") as opened:
        opened.truncate(int(where * file.stat().st_size))


def _blot(file: Path, where: float) -> None:
    with file.open("r+b") as opened:
        opened.seek(int(where * file.stat().st_size))
        opened.write(b"\xa5" * 64)


def _with_wal(bench: Bench) -> Path:
    """A folder as a crawl leaves it that is killed near its end."""
    data = bench.archive("wal")
    bench.publish(5)
    archive = ready(data)
    archive.close()
    reader = sqlite3.connect(data / "archive.db")
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM meta").fetchone()
    bench.crawl(data).end()
    copy = bench.work / "with-wal"
    shutil.copytree(data, copy)
    reader.close()
    return copy


def _not_a_database(bench: Bench, whole: Path) -> Row:
    with copied(whole) as copy:
        before = rows_hash(copy)
        (copy / "archive.db").write_bytes(b"kein SQLite " * 999)
        ended = bench.crawl(copy).end()
        noticed = ended.code == 2 and f"kreispresse rebuild --data {copy}" in ended.said
        again = Run("rebuild", "--data", str(copy)).end()
        faults = [] if noticed else [f"exit {ended.code}: {ended.said[-200:]}"]
        faults += [] if again.code == 0 and rows_hash(copy) == before else ["rebuilt otherwise"]
    message = ended.said.rpartition("Error: ")[2].strip()
    return Row(
        "archive.db is no database",
        1,
        "noticed at the start, names rebuild, rebuilt as it was",
        faults,
        message,
    )
