"""The commands ``kreispresse cluster …``: crawling by many machines, with a queue and object storage."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from crawler.options import (
    chosen_sources,
    cores,
    crawlable,
    data_option,
    jobs_option,
    sources_option,
    whole_register,
)  # fmt: skip

if TYPE_CHECKING:
    from procrastinate import App

    from crawler.cluster.store import Store

Found = TypeVar("Found")

MISSING = "{error}: 'kreispresse cluster' needs what pip install 'kreispresse[cluster]' installs"

queue_option = click.option(
    "--queue", envvar="KREISPRESSE_QUEUE", required=True, metavar="postgresql://…",
    help="Database of the queue; better in the variable KREISPRESSE_QUEUE, for it may hold a password.",
)  # fmt: skip
store_option = click.option(
    "--store", envvar="KREISPRESSE_STORE", required=True, metavar="s3://…",
    help="Where the logs lie: s3://bucket/folder, gs://…, az://…, file:///folder (or KREISPRESSE_STORE).",
)  # fmt: skip


@click.group()
def cluster() -> None:
    """Crawl with many machines: jobs in PostgreSQL, logs in object storage. See docs/scale.md.

    \b
    kreispresse cluster setup                  once: the tables of the queue
    kreispresse cluster work                   on each machine, under a supervisor
    kreispresse cluster plan                   now; or each night: work --schedule '0 2 * * *'
    kreispresse cluster merge --data all       the archive of all logs
    """


@cluster.command()
@queue_option
def setup(queue: str) -> None:
    """Make the tables of the queue in a PostgreSQL database.

    \b
    kreispresse cluster setup --queue postgresql://presse@db.example/presse
    """
    with _extra():
        from crawler.cluster.queue import set_up

        new = _asked(queue, set_up)
    click.echo("the queue is ready" if new else "the queue was ready already; nothing was changed")


@cluster.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--land", help="Only sources of this Land, such as NW.")
@sources_option
@click.option("--full", is_flag=True, help="Visit every listing page and every known release again.")
@queue_option
def plan(ids: tuple[str, ...], land: str | None, files: tuple[Path, ...], full: bool, queue: str) -> None:
    """Put jobs into the queue, one for all sources that share hosts; without ID for all active ones.

    \b
    kreispresse cluster plan
    kreispresse cluster plan --land NW --full
    """
    planning = _planning(ids, land, files, full=full)
    with _extra():
        planned = _asked(queue, planning)
    click.echo(f"{planned} jobs planned")


@cluster.command()
@queue_option
@store_option
@sources_option
@click.option("--work", "folder", type=click.Path(path_type=Path, file_okay=False), default=Path("work"),
              show_default=True, help="Folder of this machine for the logs that it works on.")  # fmt: skip
@click.option("--jobs", type=click.IntRange(1, 64), default=cores, help="So many jobs at once; one a core.")
@click.option("--schedule", metavar="CRON", help="Plan at these times, such as '0 2 * * *' (UTC).")
@click.option("--until-empty", is_flag=True, help="End when nothing is left to do.")
@click.option("--stalled", type=click.FloatRange(min=2), default=30.0, show_default=True, metavar="SECONDS",
              help="A worker that was silent for so long has lost its jobs.")  # fmt: skip
def work(
    queue: str, store: str, files: tuple[Path, ...], folder: Path, jobs: int, schedule: str | None,
    until_empty: bool, stalled: float,
) -> None:  # fmt: skip
    """Work on jobs until stopped: each crawls the sources of one group of hosts.

    \b
    kreispresse cluster work --jobs 4
    kreispresse cluster work --schedule '0 2 * * *'
    \b
    Ends with 75 when the queue can no longer say that its jobs are its own: have it started again.
    """
    planning = _planning((), None, files, full=False)
    with _extra():
        from crawler.cluster.queue import Schedule
        from crawler.cluster.queue import work as work_on
        from crawler.cluster.work import Machine

        logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
        machine = Machine(folder, _store(store), files, jobs, stalled)
        repeated = Schedule(schedule, planning) if schedule else None
        _asked(queue, lambda app: work_on(app, machine, repeated, wait=not until_empty))


@cluster.command()
@queue_option
def status(queue: str) -> None:
    """Show which hosts wait, are worked at, or could not be crawled.

    \b
    kreispresse cluster status
    """
    with _extra():
        from crawler.cluster.queue import jobs as jobs_of

        found = _asked(queue, jobs_of)
    for job in found:
        click.echo(
            f"{job.status}  {job.group}" + (f"  tried {job.attempts} times before" if job.attempts else "")
        )
    click.echo(f"{len(found)} jobs are not done", err=True)


@cluster.command()
@store_option
@data_option
@jobs_option
def merge(store: str, data: Path, jobs: int) -> None:
    """Unite the logs of all hosts in one archive, and tell all machines what was withdrawn in it.

    \b
    kreispresse cluster merge --data /srv/presse
    """
    from crawler.cli_merge import tell_taken, working_in
    from crawler.merge_logs import bring_up, take
    from crawler.steps import Steps

    tell = Steps()
    with _extra(), working_in(data):
        logs = _store(store)
        taken = take(data, [file for files in logs.folders().values() for file in files], tell)
        releases = bring_up(data, jobs, tell)
        told = logs.tell_withdrawals(data)
    tell_taken(taken)
    if told:
        click.echo(f"{told} withdrawals are told to all machines: they heed them at their next jobs")
    click.echo(f"{data}: {releases} releases")


@contextmanager
def _extra() -> Iterator[None]:
    """Where the packages of the extra are used: says which command installs them where they are missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise click.UsageError(MISSING.format(error=error)) from error


def _store(url: str) -> Store:
    """The store at an address; ends with a message where nothing can read it."""
    from crawler.cluster.store import Store

    try:
        return Store(url)
    except ValueError as error:
        raise click.UsageError(
            f"--store {url}: {error}; give an address such as s3://bucket/folder"
        ) from error


def _planning(
    ids: tuple[str, ...], land: str | None, files: tuple[Path, ...], *, full: bool
) -> Callable[[App], Coroutine[Any, Any, int]]:
    """What puts the user's sources into a queue."""
    chosen, register = crawlable(chosen_sources(ids, land, files), ids), whole_register(files)

    async def planned(app: App) -> int:
        from crawler.cluster.queue import plan

        return await plan(app, chosen, register, full=full)

    return planned


def _asked(queue: str, ask: Callable[[App], Coroutine[Any, Any, Found]]) -> Found:
    """What is asked of an open queue; ends with a message where it cannot be used."""
    from crawler.cluster.queue import NoQueue, opened

    async def asked() -> Found:
        async with opened(queue) as app:
            return await ask(app)

    try:
        return asyncio.run(asked())
    except NoQueue as error:
        raise click.ClickException(str(error)) from error
