"""Logs of several machines as one: every file once, and whole where any of its copies is."""

from __future__ import annotations

import filecmp
import logging
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from heapq import merge as in_order
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from archive.captures import Damage, members
from archive.db import Archive, connect
from archive.derive import derive
from archive.model import Note
from archive.progress import Tell, silent
from archive.records import observation
from archive.withdrawals import withdrawn
from crawler.folder import ready
from crawler.rebuild import rebuild
from crawler.shield import hashes_of
from crawler.state import State

logger = logging.getLogger(__name__)

Fetch = Callable[[Path], object]
"""Writes a copy of a file to a path."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A log file of another machine: its name, its bytes, and how to get it."""

    name: str
    size: int
    fetch: Fetch


@dataclass(slots=True)
class Taken:
    """What was taken over of other logs: files that are new here, files that had less here, and records."""

    new: int = 0
    completed: int = 0
    known: int = 0
    records: int = 0
    damages: list[Damage] = field(default_factory=list)


def offered(data: Path) -> list[Offered]:
    """The log files of a data folder."""
    files = sorted((data / "captures").glob("*.warc.gz"))
    return [Offered(path.name, path.stat().st_size, copy_of(path)) for path in files]


def copy_of(path: Path) -> Fetch:
    """How to get a file of this machine."""
    return lambda to: shutil.copyfile(path, to)


def take(data: Path, files: Sequence[Offered], tell: Tell = silent) -> Taken:
    """Put log files into a data folder, for whoever has its lock.

    What is there with the same size is left alone. Stopped at any moment, each file is as it was or complete.
    """
    captures = data / "captures"
    captures.mkdir(parents=True, exist_ok=True)
    taken = Taken()
    for n, file in enumerate(files, 1):
        ours, part = captures / file.name, captures / f"{file.name}.part"
        if ours.exists() and ours.stat().st_size == file.size:
            taken.known += 1
        else:
            file.fetch(part)
            _take(data, ours, part, taken)
        tell("log files looked at", n, len(files))
    for left in (*captures.glob("*.part"), *captures.glob("*.both")):
        left.unlink()
    return taken


def _take(data: Path, ours: Path, part: Path, taken: Taken) -> None:
    """Put a copy in the place of our own file, or what our own lacks of it into that."""
    if not ours.exists():
        taken.new += 1
        records, damages = _checked(part)
        taken.records += records
        taken.damages += [replace(each, file=ours.name) for each in damages]
    else:
        united = part.with_suffix(".both")
        taken.records += unite(ours, part, united)
        united.replace(part)
        if filecmp.cmp(ours, part, shallow=False):
            taken.known += 1
            return
        taken.completed += 1
        _mark_stale(data, ours.name)
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(ours)


def _checked(path: Path) -> tuple[int, list[Damage]]:
    """How many records of a file can be read, and which stretches cannot."""
    records, damages = 0, []
    for member, _, _ in members(path):
        if isinstance(member, Damage):
            damages.append(member)
        records += not isinstance(member, Damage)
    return records, damages


def _mark_stale(data: Path, name: str) -> None:
    """Have rows made again, of which some came from a file that now holds more."""
    if (data / "archive.db").exists():
        archive = Archive(data / "archive.db")
        archive.mark_stale(f"made when {name} was less complete")
        archive.close()


def unite(ours: Path, theirs: Path, into: Path) -> int:
    """Write one file of two copies: every record that one of them holds whole. How many ours had not.

    Copies differ where one was cut off or damaged, or where one lacks what was withdrawn: what stands for a
    removed page is then preferred. No two observations of a file have the same time.
    """
    lacking = 0
    with into.open("wb") as file:
        both = in_order(_records(ours, mine=True), _records(theirs, mine=False), key=itemgetter(0))
        for _, same in groupby(both, key=itemgetter(0)):
            copies = [record for _, record in same]
            best = max(copies, key=lambda each: (each.removed, each.mine))
            lacking += not any(each.mine for each in copies)
            file.write(best.packed)
    return lacking


@dataclass(frozen=True, slots=True)
class _Record:
    packed: bytes
    mine: bool
    removed: bool


def _records(path: Path, *, mine: bool) -> Iterator[tuple[str, _Record]]:
    """The whole records of a file by time; what the file says of itself comes first."""
    with path.open("rb") as file:
        for member, start, end in members(path):
            if isinstance(member, Damage):
                continue
            read = observation(member)
            file.seek(start)
            removed = isinstance(read, Note) and read.topic == "removed"
            yield (read.at if read else ""), _Record(file.read(end - start), mine, removed)


def take_state(data: Path, fetch: Fetch) -> None:
    """Take over what another folder's state.db knows later than ours; nothing where it cannot be read.

    Nothing of addresses that the rows withhold, so bring_up comes before.
    """
    part = data / "state.db.part"
    fetch(part)
    withheld = _withheld(data)
    with closing(State(data / "state.db")) as state:
        try:
            state.join(part, lambda url: not withheld.isdisjoint(hashes_of(url)))
        except sqlite3.DatabaseError as error:
            logger.warning("a state.db cannot be read and was left out (%s): pages are asked in full", error)
    part.unlink()


def bring_up(data: Path, jobs: int = 1, tell: Tell = silent) -> int:
    """Make the rows follow from the log, derived facts included: how many releases there are.

    For whoever has the folder's lock. Nothing stays of what was withdrawn in any of the logs.
    """
    before = _withheld(data)
    if not (data / "archive.db").exists():
        rebuild(data, None, jobs, tell)
    archive = ready(data, jobs)
    derive(archive.db)
    releases = int(archive.db["releases"].count)
    archive.close()
    fresh = _withheld(data) - before
    if fresh and (data / "state.db").exists():
        with closing(State(data / "state.db")) as state:
            state.forget(lambda url: not fresh.isdisjoint(hashes_of(url)))
    return releases


def _withheld(data: Path) -> set[str]:
    """Hashes of all that the rows withhold; nothing where there are none yet."""
    if not (data / "archive.db").exists():
        return set()
    with closing(connect(data / "archive.db")) as db:
        return set(withdrawn(db).hashes)
