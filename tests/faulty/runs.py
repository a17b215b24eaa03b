"""Commands in processes that can be killed, and what is asked of a data folder afterwards."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from support import _command, forked, rows_hash

from archive.captures import Damage, read
from archive.model import Page
from crawler.rebuild import rebuild

Play = Callable[[], None]
"""Done in the process of a command before it begins: a limit, another clock."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: exit code (negative: the signal), and what it said on standard error."""

    code: int
    said: str


class Run:
    """A command that was begun; ``end`` waits for it, ``kill`` does not."""

    def __init__(self, *arguments: str, play: Play | None = None) -> None:
        self._folder = TemporaryDirectory()
        self._err = Path(self._folder.name, "err")
        environment = {**os.environ, "KREISPRESSE_GONE_AFTER": "0", "COVERAGE_PROCESS_CONFIG": ""}
        self.process = forked(_played, play, arguments, environment, os.devnull, str(self._err))
        self.process.start()

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.end()

    def end(self) -> Ended:
        """Wait for its end."""
        self.process.join(timeout=200)
        if self.process.exitcode is None:
            self.process.kill()
            self.process.join()
            return Ended(-1, "did not end within 200 s")
        said = self._err.read_text() if self._err.exists() else ""
        self._folder.cleanup()
        return Ended(self.process.exitcode, said)


def _played(play: Play | None, *command: object) -> None:
    if play:
        play()
    _command(*command)  # type: ignore[arg-type]


def logged(data: Path) -> list[str]:
    """What can be read of a folder's log: time and address of each observation."""
    entries = (each for each in read(data / "captures") if not isinstance(each, Damage))
    return [
        f"{o.at} {o.url if isinstance(o, Page) else o.topic}" for o in (each.observation for each in entries)
    ]


def lost(before: list[str], data: Path) -> str:
    """What was readable in the log and is no more; empty where all is."""
    missing = sorted(set(before) - set(logged(data)))
    return f"{len(missing)} records of the log are lost" if missing else ""


def unlike_rebuilt(data: Path) -> str:
    """Which tables are not as a rebuild of the log makes them; empty where all are."""
    with TemporaryDirectory(dir=data.parent) as again:
        rebuild(data, Path(again))
        now, made = rows_hash(data), rows_hash(Path(again))
    odd = [name for name in made if made[name] != now.get(name)]
    return f"not as rebuilt: {', '.join(odd)}" if odd else ""


@contextmanager
def copied(data: Path) -> Iterator[Path]:
    """A copy of a data folder that may be spoiled."""
    with TemporaryDirectory(dir=data.parent) as folder:
        copy = Path(folder, "data")
        shutil.copytree(data, copy)
        yield copy


def releases(data: Path) -> int:
    """How many releases a folder's archive has."""
    with sqlite3.connect(data / "archive.db") as db:
        return int(db.execute("SELECT count(*) FROM releases").fetchone()[0])
