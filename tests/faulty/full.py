"""Disks without room, folders that may not be written."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path

from support import rows_hash

from faulty.bench import Bench, Row, readable
from faulty.disks import filled, limit_files, read_only, small_disk
from faulty.runs import Ended, Play, Run

_DISK = 24_000
_EXPECTED = "ends with 1 and says so; with room it goes on, rows = rebuild"
Room = Callable[[int], tuple[AbstractContextManager[None], Play | None]]
"""For kilobytes: what makes the room as small, around a command or within its process."""


def full(bench: Bench, tries: int, *, own_disks: bool) -> Iterator[Row]:
    """Disk full at all kinds of write; where we may mount none, a limit to the size of files is the disk."""
    work = bench.work / "disk"
    if own_disks:
        with small_disk(work, _DISK) as disk:
            yield from _commands(bench, disk, tries, lambda room: (filled(disk, room), None), "no room")
            yield _read_only(bench, disk)
        return
    work.mkdir()
    limited: Room = lambda room: (nullcontext(), partial(limit_files, room))  # noqa: E731
    yield from _commands(bench, work, tries, limited, "files may not grow")


def _commands(bench: Bench, disk: Path, tries: int, room: Room, fault: str) -> Iterator[Row]:
    data = disk / "data"
    sizes = [round(1.55**n) for n in range(4, 4 + tries)] if tries > 12 else [60, 900]
    yield _first_crawls(bench, data, sizes, room, fault)
    bench.crawl(data).end()
    yield _later_crawls(bench, data, sizes, room, fault)
    yield _rebuilds(bench, data, sizes, room, fault)
    yield _exports(bench, data, sizes, room, fault)
    yield _reports(bench, data, room, fault)


def _first_crawls(bench: Bench, data: Path, sizes: Sequence[int], room: Room, fault: str) -> Row:
    faults: list[str] = []
    said: list[str] = []
    for size in sizes:
        around, play = room(size)
        with around:
            ended = bench.crawl(data, play=play).end()
        faults += _told(ended, said)
        faults += bench.after(data, readable(data))
        shutil.rmtree(data)
    return Row(f"{fault}: first crawl (log, archive.db, state.db)", len(sizes), _EXPECTED, faults, _one(said))


def _later_crawls(bench: Bench, data: Path, sizes: Sequence[int], room: Room, fault: str) -> Row:
    faults: list[str] = []
    said: list[str] = []
    for size in sizes:
        bench.publish(2)
        before = readable(data)
        around, play = room(size)
        with around:
            faults += _told(bench.crawl(data, play=play).end(), said)
        faults += bench.after(data, before)
    return Row(f"{fault}: a later crawl (write-ahead log)", len(sizes), _EXPECTED, faults, _one(said))


def _rebuilds(bench: Bench, data: Path, sizes: Sequence[int], room: Room, fault: str) -> Row:
    faults: list[str] = []
    said: list[str] = []
    whole = rows_hash(data)
    for command in (
        ("rebuild", "--data", str(data)),
        ("rebuild", "--data", str(data), "--into", str(data.parent / "into")),
    ):
        for size in sizes:
            around, play = room(size)
            with around:
                faults += _told(Run(*command, play=play).end(), said)
            faults += [] if rows_hash(data) == whole else ["the archive is not as it was"]
        faults += _well(Run(*command).end())
    shutil.rmtree(data.parent / "into")
    return Row(
        f"{fault}: rebuild, rebuild --into",
        2 * len(sizes),
        "says so; the old archive stays as it was",
        faults,
        _one(said),
    )


def _exports(bench: Bench, data: Path, sizes: Sequence[int], room: Room, fault: str) -> Row:
    faults: list[str] = []
    said: list[str] = []
    folder = data.parent / "export"
    for size in sizes:
        around, play = room(size)
        with around:
            faults += _told(Run("export", str(folder), "--data", str(data), play=play).end(), said)
    faults += _well(Run("export", str(folder), "--data", str(data)).end())
    faults += _well(Run("verify", str(folder)).end())
    return Row(f"{fault}: export", len(sizes), "says so; the next one is whole", faults, _one(said))


def _reports(bench: Bench, data: Path, room: Room, fault: str) -> Row:
    """The disk fills up while the crawl runs; the report comes last."""
    before = readable(data)
    said: list[str] = []
    around, play = room(0)
    with around:
        faults = _told(bench.crawl(data, "--report", str(data.parent / "report.json"), play=play).end(), said)
    faults += bench.after(data, before)
    return Row(f"{fault}: report", 1, _EXPECTED, faults, _one(said))


def _read_only(bench: Bench, disk: Path) -> Row:
    data = disk / "data"
    before, faults, said = readable(data), [], []
    bench.publish(2)
    with read_only(disk):
        for run in (bench.crawl(data), bench.crawl(disk / "new"), Run("rebuild", "--data", str(data)),
                    Run("export", str(disk / "other"), "--data", str(data))):  # fmt: skip
            ended = run.end()
            faults += _told(ended, said) if ended.code else ["wrote where nothing can be written"]
        faults += _well(Run("search", "Kreishaus", "--data", str(data)).end())
    faults += bench.after(data, before)
    return Row(
        "read-only folder: crawl, first crawl, rebuild, export, search",
        5,
        "says so; search works",
        faults,
        _one(said),
    )


def _told(ended: Ended, said: list[str]) -> list[str]:
    """Nothing, or what is wrong with how a command ended that perhaps had no room."""
    if ended.code == 0:
        return []
    message = ended.said.rpartition("Error: ")[2].strip()
    said.append(message)
    odd = "Traceback" in ended.said or ended.code not in (1, 2)
    return [f"exit {ended.code}: {ended.said[-300:]}"] if odd or "rebuild --data" in message else []


def _well(ended: Ended) -> list[str]:
    return [] if ended.code == 0 else [f"with room: exit {ended.code}: {ended.said[-300:]}"]


def _one(said: list[str]) -> str:
    """The message that came most often."""
    return max(said, key=said.count, default="")
