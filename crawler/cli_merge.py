"""The command ``kreispresse merge``."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.options import LOCKED, data_option, jobs_option
from crawler.storage import advice

if TYPE_CHECKING:
    from crawler.merge_logs import Taken


@click.command()
@click.argument("folders", nargs=-1, required=True, metavar="DIR...",
                type=click.Path(path_type=Path, exists=True, file_okay=False))  # fmt: skip
@data_option
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the united archive, if not that of --data.",
)
@jobs_option
def merge(folders: tuple[Path, ...], data: Path, into: Path | None, jobs: int) -> None:
    """Unite the logs of other data folders with that of this one, and make its rows of all of them.

    \b
    kreispresse merge /mnt/one /mnt/two --into all       the shards of two machines
    kreispresse merge /srv/presse --data .               what is known to a machine that gets more hosts
    \b
    The other folders stay as they are. The same merge again changes nothing; one that was stopped goes on.
    What was withdrawn in one of them is withheld in all. Exit code 4: somebody crawls into one of them.
    """
    from crawler.merge_logs import bring_up, copy_of, offered, take, take_state
    from crawler.steps import Steps

    data = into or data
    others, tell = _others(folders, data), Steps()
    with working_in(*filter(_may_be_crawled, others), data):
        taken = take(data, [file for folder in others for file in offered(folder)], tell)
        releases = bring_up(data, jobs, tell)
        for state in (folder / "state.db" for folder in others):
            if state.exists():
                take_state(data, copy_of(state))
    tell_taken(taken)
    click.echo(f"{data}: {releases} releases")


@contextmanager
def working_in(*folders: Path) -> Iterator[None]:
    """Have the locks of data folders, the last of which is written; ends with a message where that fails."""
    from crawler.folder import Lock, Locked
    from crawler.stop import unwrapped

    try:
        with ExitStack() as locks, unwrapped():
            for folder in folders:
                locks.callback(Lock(folder).release)
            yield
    except Locked as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(LOCKED)
    except sqlite3.DatabaseError as error:
        raise click.UsageError(advice(error, folders[-1])) from error
    except OSError as error:
        raise click.ClickException(
            f"{error}: the merge is not complete; is there room, and may you read and write? Then merge again"
        ) from error


def _others(folders: tuple[Path, ...], data: Path) -> list[Path]:
    """The folders but for the target, each once; ends with a message where one has no log."""
    others = {each.resolve(): each for each in folders if each.resolve() != data.resolve()}
    if not others:
        raise click.UsageError(f"{data} is all there is: name the folders of other machines, too")
    for folder in others.values():
        if not (folder / "captures").is_dir():
            raise click.UsageError(f"there is no log in {folder}: name a folder that --data named in a crawl")
    return list(others.values())


def _may_be_crawled(folder: Path) -> bool:
    """Whether a crawl may work in a folder, which then is to be locked; not so in one mounted read-only."""
    return os.access(folder, os.W_OK)


def tell_taken(taken: Taken) -> None:
    """Print what of other logs was taken over, and what of them cannot be read."""
    for each in taken.damages:
        click.echo(
            f"{each.file}: bytes {each.start} to {each.end} are {each.kind} and cannot be read", err=True
        )
    click.echo(
        f"log files: {taken.new} new, {taken.completed} more complete than before, {taken.known} known;"
        f" {taken.records} records taken over"
    )
