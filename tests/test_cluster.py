"""Many machines: the queue gives each host to one worker, the store has every log, a worker in doubt ends."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from logged import page, record
from postgres import MISSING, binaries, postgres
from s3 import Bucket, object_storage
from support import source_of

from archive.captures import Logged, read
from archive.model import Page
from crawler.cli import main
from crawler.folder import Lock

pytest.importorskip("procrastinate", reason="the extra cluster is not installed")
pytest.importorskip("obstore", reason="the extra cluster is not installed")

from crawler.cluster import queue, work
from crawler.cluster.store import Store, data_folder

GROUP = "k.example"
REGISTER = [
    source_of("one", "https://a.example/"),
    source_of("two", "https://a.example/x"),
    source_of("three", "https://b.example/"),
    replace(source_of("four", "https://b.example/x"), status="retired"),
    replace(source_of("five", "https://c.example/"), status="retired"),
]


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    with object_storage() as (bucket, variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        yield bucket


def _urls(data: Path) -> list[str]:
    logged = [each.observation for each in read(data / "captures") if isinstance(each, Logged)]
    return [each.url for each in logged if isinstance(each, Page)]


def test_machines_go_on_where_another_stopped_and_all_meet_in_one_archive(
    bucket: Bucket, tmp_path: Path
) -> None:
    store = Store("s3://presse/logs")
    first, second = (data_folder(tmp_path / name, GROUP) for name in ("first", "second"))
    store.pull(GROUP, first)
    file = record(first, page(1), page(2))
    whole = file.read_bytes()
    file.write_bytes(whole[:-70])  # as it was when it was brought to the store for the last time
    store.push(first, GROUP)
    file.write_bytes(whole)
    store.pull(GROUP, second)
    record(second, page(3))
    store.push(second, GROUP)
    store.pull(GROUP, first)
    store.push(first, GROUP)
    assert _urls(first) == [f"https://k.example/{n}" for n in (1, 2, 3)]
    puts = dict(bucket.objects)
    store.push_log(first, GROUP)
    assert bucket.objects == puts
    done = CliRunner().invoke(main, ["cluster", "merge", "--data", str(tmp_path / "all")])
    assert (done.exit_code, "2 new" in done.output, "3 releases" in done.output) == (0, True, True), (
        done.output
    )


def test_what_is_withdrawn_in_the_archive_goes_from_the_store(bucket: Bucket, tmp_path: Path) -> None:
    words = (
        "Der Bäckermeister Ottokar Wendelstein aus Niederaue hat heimlich gelauscht, sagt seine Nachbarin. "
    )
    store, machine = Store("s3://presse/logs"), data_folder(tmp_path / "machine", GROUP)
    record(machine, page(1, words), page(2))
    store.push(machine, GROUP)
    data = ["--data", str(tmp_path / "all")]
    assert CliRunner().invoke(main, ["cluster", "merge", *data]).exit_code == 0
    asked = ["withdraw", "https://k.example/1", "--reason", "court", "--yes", *data]
    assert CliRunner().invoke(main, asked).exit_code == 0
    for told in (True, False):
        done = CliRunner().invoke(main, ["cluster", "merge", *data])
        assert ("1 withdrawals are told" in done.output) is told, done.output
    before = store.pull(GROUP, machine)
    shown = dict(bucket.objects)
    store.push_log(machine, GROUP, before)
    assert bucket.objects == shown, "what is not yet taken out here must not go there again"
    record(machine, page(3))
    store.push(machine, GROUP)
    shutil.rmtree(tmp_path / "all")
    done = CliRunner().invoke(main, ["cluster", "merge", *data])
    assert "2 releases" in done.output
    assert _urls(tmp_path / "all") == ["https://k.example/2", "https://k.example/3"]


def test_a_store_that_is_away_is_said_to_be(tmp_path: Path) -> None:
    nowhere = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "KREISPRESSE_STORE": "rätsel://x"}
    done = CliRunner().invoke(main, ["cluster", "merge", "--data", str(tmp_path)], env=nowhere)
    assert (done.exit_code, "give an address such as" in done.output) == (2, True)


def test_without_the_extra_the_message_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in sys.modules if each.startswith(("crawler.cluster", "procrastinate"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "procrastinate", None)
    done = CliRunner().invoke(main, ["cluster", "status", "--queue", "postgresql://x"])
    assert (done.exit_code, "kreispresse[cluster]" in done.output) == (2, True)


class _Ended(Exception):
    """Stands for the end of the process."""


def _crawl(machine: work.Machine, owns: Callable[[], Awaitable[bool]]) -> None:
    asyncio.run(work.crawl(machine, GROUP, ["one"], owns, full=False))


@pytest.mark.parametrize("answer", [False, OSError("away")], ids=["taken", "away"])
def test_a_worker_that_cannot_prove_that_a_job_is_its_own_ends(
    answer: object, bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(code: int) -> None:
        raise _Ended(code)

    async def owns() -> bool:
        if isinstance(answer, OSError):
            raise answer
        return bool(answer)

    monkeypatch.setattr(os, "_exit", gone)
    monkeypatch.setattr(work, "_command", lambda *_: ["sleep", "60"])
    with pytest.raises(_Ended, match=str(os.EX_TEMPFAIL)):
        _crawl(work.Machine(tmp_path, Store("s3://presse/logs"), stalled=1.0), owns)


async def _mine() -> bool:
    return True


def test_a_job_that_would_fail_again_is_told_from_one_that_is_tried_again(
    bucket: Bucket, tmp_path: Path
) -> None:
    machine = work.Machine(tmp_path, Store("s3://presse/logs"), (tmp_path / "no such register",))
    with pytest.raises(work.Hopeless, match="no such register"):
        _crawl(machine, _mine)
    lock = Lock(data_folder(tmp_path, GROUP))
    with pytest.raises(work.Again, match="another crawl"):
        _crawl(machine, _mine)
    lock.release()


def test_a_crawl_ends_with_its_worker(tmp_path: Path) -> None:
    """The worker is another process than the one that the crawl is told of, as after that one's end."""
    command = [sys.executable, "-m", "crawler.cluster.child", str(os.getppid()), "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, "the worker of this crawl has ended" in done.stderr) == (1, True)


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    if binaries() is None:
        pytest.skip(MISSING)
    with postgres() as address:
        yield address


def _ask(address: str, *queries: str) -> list[Any]:
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        found = [connection.execute(each) for each in queries]  # type: ignore[call-overload]
        return list(found[-1].fetchall()) if found[-1].description else []


def test_the_queue_has_one_job_a_group_of_hosts_and_gives_up_none(database: str) -> None:
    def asked(ask: Callable[[Any], Awaitable[Any]]) -> Any:
        async def run() -> Any:
            async with queue.opened(database) as app:
                return await ask(app)

        return asyncio.run(run())

    async def planned(app: Any) -> int:
        return await queue.plan(app, REGISTER, REGISTER, full=False)

    with pytest.raises(queue.NoQueue, match="cluster setup"):
        asked(planned)
    assert [asked(queue.set_up) for _ in range(2)] == [True, False]
    assert [asked(planned) for _ in range(2)] == [2, 0]
    jobs = "SELECT lock, args->'sources' FROM procrastinate_jobs ORDER BY lock"
    assert _ask(database, jobs) == [("a.example", ["one", "two"]), ("b.example", ["three"])]
    register = "SELECT worker_id FROM procrastinate_register_worker_v1()"
    ((worker,),) = _ask(database, register)
    for _ in range(2):
        _ask(database, f"SELECT * FROM procrastinate_fetch_job_v2(NULL, {worker})")
    assert asked(planned) == 0

    async def reclaimed(app: Any) -> list[tuple[str, str, int]]:
        await queue._asked(app, queue._RECLAIM, seconds=60)
        return sorted((job.group, job.status, job.attempts) for job in await queue.jobs(app))

    assert asked(reclaimed) == [("a.example", "doing", 0), ("b.example", "doing", 0)]
    _ask(database, "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '2 minutes'",
         "INSERT INTO procrastinate_jobs (task_name, lock, queueing_lock, queue_name)"
         f" VALUES ('{queue.CRAWL}', 'b.example', 'b.example', 'default')")  # fmt: skip
    assert asked(reclaimed) == [
        ("a.example", "todo", 1),
        ("b.example", "failed", 1),
        ("b.example", "todo", 0),
    ]
    told = CliRunner().invoke(main, ["cluster", "status", "--queue", database])
    assert "todo  a.example  tried 1 times before" in told.output


def test_a_queue_that_does_not_answer_is_said_to(tmp_path: Path) -> None:
    done = CliRunner().invoke(
        main, ["cluster", "setup", "--queue", "postgresql://127.0.0.1:9/x?connect_timeout=1"]
    )
    assert (done.exit_code, "the queue does not answer" in done.output) == (1, True), done.output
