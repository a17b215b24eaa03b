"""Jobs in PostgreSQL, by Procrastinate: one a group of hosts, under a lock that only one worker has."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import procrastinate
import psycopg
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.types import JSONValue

from crawler.cluster.work import Again, Machine, crawl
from crawler.shards import groups
from crawler.sources import Source

logger = logging.getLogger(__name__)

CRAWL, PLAN = "kreispresse.crawl", "kreispresse.plan"
_TRIES, _PAUSE = 5, 8  # so it is tried again after 8, 64, 512, 4096 seconds
_KEPT_HOURS = 30 * 24

_OWNER = "SELECT worker_id FROM procrastinate_jobs WHERE id = %(job)s AND status = 'doing'"
_BUSY = "SELECT lock FROM procrastinate_jobs WHERE status = 'doing' AND task_name = %(task)s"
_SHOWN = (
    "SELECT lock, status::text, attempts FROM procrastinate_jobs WHERE task_name = %(task)s"
    " AND status NOT IN ('succeeded') ORDER BY status, lock"
)
_RECLAIM = """
WITH stalled AS (
    SELECT job.id, job.queueing_lock
    FROM procrastinate_jobs job
    LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
    WHERE job.status = 'doing' AND (worker.id IS NULL
        OR worker.last_heartbeat < now() - make_interval(secs => %(seconds)s))
    FOR UPDATE OF job SKIP LOCKED
)
SELECT id, CASE WHEN EXISTS (
    SELECT 1 FROM procrastinate_jobs other
    WHERE other.status = 'todo' AND other.queueing_lock = stalled.queueing_lock
) THEN procrastinate_finish_job_v1(id, 'failed', false)::text
ELSE procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL)::text END FROM stalled
"""
"""In one statement, so that no two workers do it for one job. Where the next one waits, it has failed."""


class NoQueue(RuntimeError):
    """The queue cannot be used; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Job:
    """A group of hosts in the queue: ``status`` is todo, doing, failed or aborted."""

    group: str
    status: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """When jobs are planned, as cron writes it (UTC), and what plans them in an open application."""

    cron: str
    plan: Callable[[procrastinate.App], Awaitable[int]]


@asynccontextmanager
async def opened(address: str) -> AsyncIterator[procrastinate.App]:
    """Procrastinate on a database; ``address``: how libpq connects to it. Raises NoQueue."""
    try:
        await (await psycopg.AsyncConnection.connect(address)).close()
        app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=address))
        async with app.open_async():
            yield app
    except (ConnectorException, psycopg.Error) as error:
        raise NoQueue(f"the queue does not answer: {error.__cause__ or error}") from error


async def set_up(app: procrastinate.App) -> bool:
    """Make the queue's tables: whether they were not there before."""
    if await app.job_manager.check_connection_async():
        return False
    await app.schema_manager.apply_schema_async()
    return True


async def plan(
    app: procrastinate.App, chosen: Iterable[Source], register: Sequence[Source], *, full: bool
) -> int:
    """Put a job into the queue for each group of hosts that has none: how many. Retired sources need none."""
    await _check(app)
    await app.job_manager.delete_old_jobs(_KEPT_HOURS, include_failed=True, include_aborted=True)
    rows = await app.connector.execute_query_all_async(_BUSY, task=CRAWL)
    busy, of = {row["lock"] for row in rows}, groups(register)
    wanted: dict[str, list[JSONValue]] = {}
    for source in (each for each in chosen if each.status != "retired"):
        wanted.setdefault(of[source.id], []).append(source.id)
    planned = 0
    for group in sorted(wanted.keys() - busy):
        job = app.configure_task(CRAWL, lock=group, queueing_lock=group)
        try:
            await job.defer_async(group=group, sources=[*wanted[group]], full=full)
            planned += 1
        except AlreadyEnqueued:
            logger.info("%s waits already", group)
    return planned


async def jobs(app: procrastinate.App) -> list[Job]:
    """All jobs that are waiting, worked at, or did not end well."""
    await _check(app)
    rows = await app.connector.execute_query_all_async(_SHOWN, task=CRAWL)
    return [Job(row["lock"], row["status"], row["attempts"]) for row in rows]


async def work(
    app: procrastinate.App, machine: Machine, schedule: Schedule | None, *, wait: bool = True
) -> None:
    """Work on jobs until stopped, or without ``wait`` until there is none."""

    async def run(context: Any, group: str, sources: Sequence[str], *, full: bool) -> None:
        worker = await _owners(app, context.job.id)

        async def owns() -> bool:
            return await _owners(app, context.job.id) == worker

        try:
            await crawl(machine, group, sources, owns, full=full)
        except asyncio.CancelledError as error:
            raise Again(f"{group}: the worker is stopped") from error
        except (Again, OSError) as error:
            logger.warning("%s: %s; it is tried again later", group, error)
            raise

    again = procrastinate.RetryStrategy(
        max_attempts=_TRIES, exponential_wait=_PAUSE, retry_exceptions=[Again, OSError]
    )
    app.task(name=CRAWL, pass_context=True, retry=again)(run)
    if schedule:
        _repeat(app, schedule)
    await _check(app)
    reclaiming = asyncio.create_task(_reclaim(app, machine.stalled))
    try:
        await app.run_worker_async(
            concurrency=machine.at_once, wait=wait, delete_jobs="successful", shutdown_graceful_timeout=1.0,
            update_heartbeat_interval=machine.stalled / 6, stalled_worker_timeout=machine.stalled,
            fetch_job_polling_interval=machine.stalled / 6,
        )  # fmt: skip
    finally:
        reclaiming.cancel()


def _repeat(app: procrastinate.App, schedule: Schedule) -> None:
    """Have jobs planned at the times of a schedule, by one of the workers that have it."""

    async def plan_again(timestamp: int) -> None:
        logger.info("planned %d jobs for %d", await schedule.plan(app), timestamp)

    app.periodic(cron=schedule.cron)(app.task(name=PLAN, queueing_lock=PLAN)(plan_again))


async def _owners(app: procrastinate.App, job: int) -> list[int]:
    """The worker that has a job, as a list that is empty when none has."""
    return [row["worker_id"] for row in await _asked(app, _OWNER, job=job)]


async def _reclaim(app: procrastinate.App, stalled: float) -> None:
    """Give jobs of workers that are silent to others, again and again."""
    while True:
        with suppress(OSError):  # the database is away: so it is for the workers, who will say so
            if rows := await _asked(app, _RECLAIM, seconds=stalled):
                logger.warning("%d jobs of workers that are silent are tried again", len(rows))
        await asyncio.sleep(stalled / 3)


async def _asked(app: procrastinate.App, query: str, **values: Any) -> list[dict[str, Any]]:
    """Rows of a query; raises OSError where the database does not answer."""
    try:
        return list(await app.connector.execute_query_all_async(query, **values))
    except ConnectorException as error:
        raise OSError(str(error)) from error


async def _check(app: procrastinate.App) -> None:
    if not await app.job_manager.check_connection_async():
        raise NoQueue("the database has no queue yet; make it with 'kreispresse cluster setup'")
