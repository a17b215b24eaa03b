"""What a job does: bring a group's log here, crawl as ``kreispresse crawl`` does, bring the log back."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from crawler.cli import FAILED_SOURCE
from crawler.cluster.store import Store, data_folder
from crawler.folder import Locked

_SAID = "crawl.txt"
_WRONG_USAGE = 2
_END_SECONDS = 30.0


class Again(Exception):
    """A job that is to be tried again; the message says why."""


class Hopeless(Exception):
    """A job that would fail again; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine that works: its folder, the store, its register files, how many jobs it does at once.

    ``stalled``: seconds of silence after which the jobs of a worker go to others; ``push``: so many seconds
    of a crawl the loss of a machine may cost.
    """

    work: Path
    store: Store
    register: tuple[Path, ...] = ()
    at_once: int = 1
    stalled: float = 30.0
    push: float = 20.0

    @property
    def beat(self) -> float:
        """Seconds between two looks at whether a job is still its own."""
        return self.stalled / 10

    @property
    def patience(self) -> float:
        """Seconds without a proof of it, until it gives up: well before others may begin."""
        return self.stalled / 2


async def crawl(
    machine: Machine, group: str, sources: Sequence[str], owns: Callable[[], Awaitable[bool]], *, full: bool
) -> None:
    """Crawl the sources of a group of hosts. Raises Again or Hopeless where that did not go well.

    ``owns`` says whether the job is still this worker's; while it cannot be asked it raises OSError.
    """
    data = data_folder(machine.work, group)
    try:
        before = await asyncio.to_thread(machine.store.pull, group, data)
    except Locked as error:
        raise Again(str(error)) from error

    async def push() -> None:
        await asyncio.to_thread(machine.store.push_log, data, group, before)

    with (data / _SAID).open("wb") as said:
        command = _command(machine, data, sources, full)
        child = await asyncio.create_subprocess_exec(*command, stdout=said, stderr=said)
        try:
            await _watched(machine, group, child, owns, push)
        finally:
            await _ended(child)
            await push()
    _judge(child.returncode or 0, data)
    await asyncio.to_thread(machine.store.push, data, group)


def _command(machine: Machine, data: Path, sources: Sequence[str], full: bool) -> list[str]:
    files = [each for file in machine.register for each in ("--sources", str(file))]
    options = ["--data", str(data), "--jobs", "1", *files, *(["--full"] if full else [])]
    return [sys.executable, "-m", "crawler.cluster.child", str(os.getpid()), "crawl", *sources, *options]


async def _watched(
    machine: Machine,
    group: str,
    child: Process,
    owns: Callable[[], Awaitable[bool]],
    push: Callable[[], Coroutine[Any, Any, None]],
) -> None:
    """Wait for a crawl to end. A worker that cannot prove that the job is its own ends, as do its crawls."""
    proved = pushed = monotonic()
    pushing: asyncio.Task[None] | None = None
    while child.returncode is None:
        with suppress(TimeoutError):
            await asyncio.wait_for(child.wait(), machine.beat)
            break
        with suppress(OSError, TimeoutError):
            if not await asyncio.wait_for(owns(), machine.beat):
                _give_up(f"{group}: another worker has taken over the job")
            proved = monotonic()
        if monotonic() - proved > machine.patience:
            _give_up(f"{group}: the queue does not answer, so others may take over the job")
        if monotonic() - pushed > machine.push and (pushing is None or pushing.done()):
            pushing, pushed = asyncio.create_task(push()), monotonic()
    if pushing:
        await asyncio.gather(pushing, return_exceptions=True)  # what it did not do is done at the end


def _give_up(why: str) -> None:
    """End this process at once: what it would still say to the queue might be of another worker's job."""
    sys.stderr.write(f"{why}; this worker ends, and whoever supervises it starts it again\n")
    sys.stderr.flush()
    os._exit(os.EX_TEMPFAIL)


async def _ended(child: Process) -> None:
    """Let a crawl end that is not wanted any more: what it asked is still taken in."""
    if child.returncode is not None:
        return
    child.terminate()
    try:
        await asyncio.wait_for(child.wait(), _END_SECONDS)
    except TimeoutError:
        child.kill()
        await child.wait()


def _judge(code: int, data: Path) -> None:
    """Nothing where a crawl ended in order, failed sources included: these are in the log."""
    if code in (0, FAILED_SOURCE):
        return
    said = " ".join((data / _SAID).read_text("utf-8", "replace").split())[-500:]
    told = f"the crawl ended with {code}: {said}"
    raise Hopeless(told) if code == _WRONG_USAGE else Again(told)
