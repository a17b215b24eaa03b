"""Options that commands share, and the checks of what a user gave."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlite_utils import Database

from archive.db import connect
from crawler.shards import Shard, in_shard
from crawler.sources import SHIPPED, BadRegister, Source, load, uncrawlable
from crawler.storage import FAULTS, advice, is_damaged

LOCKED = 4
"""Exit code where another process works in the data folder."""


def cores() -> int:
    """Cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)  # which macOS has not
    return len(affinity(0)) if affinity else os.cpu_count() or 1


data_option = click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), envvar="KREISPRESSE_DATA",
    default=Path("data"), show_default=True, help="Folder of the archive (or variable KREISPRESSE_DATA).",
)  # fmt: skip
sources_option = click.option(
    "--sources", "files", type=click.Path(path_type=Path), multiple=True, metavar="FILE",
    help="Register to use instead of the shipped one; may be given several times.",
)  # fmt: skip
jobs_option = click.option(
    "--jobs", type=click.IntRange(1, 64), default=cores, metavar="N",
    help="So many processes work; by default one a core.",
)  # fmt: skip


def _shard(_context: click.Context, _parameter: click.Parameter, value: str | None) -> Shard | None:
    try:
        return Shard.parse(value) if value else None
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


shard_option = click.option(
    "--shard", metavar="K/N", callback=_shard,
    help="Only the K-th of N parts of the hosts: another machine asks each of the others.",
)  # fmt: skip
json_option = click.option("--json", "as_json", is_flag=True, help="JSON for machines.")


@contextmanager
def opened(data: Path) -> Iterator[Database]:
    """The archive of a data folder for reading; ends with a message and exit code 2 where there is none."""
    try:
        db = connect(data / "archive.db")
    except FileNotFoundError:
        raise click.UsageError(
            f"there is no archive in {data}; run 'kreispresse crawl' or 'kreispresse demo'"
        ) from None
    try:
        with stored(data):
            yield db
    finally:
        db.close()


@contextmanager
def stored(data: Path) -> Iterator[None]:
    """Ends with what to do next where there is no room or right to write (1), or a damaged archive (2)."""
    try:
        yield
    except BrokenPipeError:
        raise  # whoever read what we print went away: click knows what to do
    except FAULTS as error:
        told = advice(error, data)
        raise (click.UsageError if is_damaged(error) else click.ClickException)(told) from error


def check_writable(report: Path) -> None:
    """Better before the crawl than after it."""
    try:
        report.open("a").close()
    except OSError as error:
        raise click.UsageError(f"the report cannot be written: {error}") from error


def register_files(files: tuple[Path, ...]) -> list[Path]:
    """Register files: those named, else those of the variable KREISPRESSE_SOURCES, else the shipped ones."""
    if not files and os.environ.get("KREISPRESSE_SOURCES"):
        return [Path(name) for name in os.environ["KREISPRESSE_SOURCES"].split(":") if name]
    return list(files) or sorted(SHIPPED.glob("*.yml"))


def whole_register(files: tuple[Path, ...]) -> list[Source]:
    """All sources of the register; ends with a message and exit code 2 where it has faults."""
    try:
        return load(register_files(files))
    except BadRegister as error:
        raise click.UsageError(f"the register has faults, nothing was asked:\n{error}") from error


def chosen_sources(ids: tuple[str, ...], land: str | None, files: tuple[Path, ...]) -> list[Source]:
    """Sources that the user named; ends with a message and exit code 2 where there are none."""
    register = whole_register(files)
    known = {source.id for source in register}
    if unknown := [each for each in ids if each not in known]:
        raise click.UsageError(f"not in the register: {', '.join(unknown)}; see 'kreispresse sources list'")
    chosen = [s for s in register if (not ids or s.id in ids) and (land is None or s.land == land.upper())]
    if not chosen:
        raise click.UsageError("no source is chosen; see 'kreispresse sources list'")
    return chosen


def crawlable(chosen: list[Source], ids: tuple[str, ...]) -> list[Source]:
    """Of the sources that the user chose those that a crawl is for: candidates only where their id is named.

    Ends with a message and exit code 2 where a named one cannot be crawled, or none is left.
    """
    if faults := [fault for source in chosen if source.id in ids and (fault := uncrawlable(source))]:
        raise click.UsageError("\n".join(faults))
    left = [source for source in chosen if source.status != "candidate" or source.id in ids]
    if all(source.status == "retired" for source in left):
        raise click.UsageError("no active source is chosen; see 'kreispresse sources list --status active'")
    return left


def of_shard(chosen: list[Source], shard: Shard | None, files: tuple[Path, ...]) -> list[Source]:
    """Of these sources those of a shard, all of them without one; says so where there is none."""
    mine = in_shard(chosen, whole_register(files), shard) if shard else chosen
    if not mine:
        click.echo("no source falls to this shard: there is nothing to ask", err=True)
    return mine
