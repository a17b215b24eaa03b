"""The commands ``kreispresse export`` and ``kreispresse verify``."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import click

from crawler.options import data_option
from crawler.steps import Steps
from crawler.storage import advice

DAMAGED_EXPORT = 1
"""Exit code of verify when something is wrong with the export."""


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@data_option
@click.option("--since", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="DIR2",
              help="Earlier export that CHANGES compares with; else the newest beside DIR.")  # fmt: skip
def export(folder: Path, data: Path, since: Path | None) -> None:
    """Write all of the archive for others: SQLite with search, Parquet, JSON Lines, CSV, and what they mean.

    \b
    kreispresse export exports/2026-11-22
    kreispresse export --data /srv/presse /srv/exports/2026-11 --since /srv/exports/2026-10
    \b
    DIR is made as DIR.part and takes its name when it is complete; an earlier export of that name is
    replaced, anything else left alone. The same archive gives the same bytes; 'kreispresse verify' checks.
    """
    from archive.publish import Occupied
    from archive.publish import export as write_export
    from archive.publish.changes import Unreadable
    from archive.publish.snapshot import Unfit

    progress = Steps()
    try:
        made = write_export(data, folder, since, progress)
    except FileNotFoundError:
        raise click.UsageError(
            f"there is no archive in {data}; run 'kreispresse crawl' or 'kreispresse demo'"
        ) from None
    except (Occupied, Unreadable) as error:
        raise click.UsageError(str(error)) from error
    except Unfit as error:
        raise click.UsageError(f"archive.db in {data} cannot be exported: {error}") from error
    except (OSError, sqlite3.OperationalError) as error:
        raise click.ClickException(
            f"{folder} was not written and stays as it was ({error}); is there room, and may you write?"
        ) from error
    except sqlite3.DatabaseError as error:
        raise click.UsageError(advice(error, data)) from error
    progress.clear()
    compared = f", compared with {made.since}" if made.since else ""
    click.echo(f"{folder}: {made.rows['releases']} releases, state of {made.at or 'no crawl yet'}{compared}")


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, exists=True, file_okay=False))
def verify(folder: Path) -> None:
    """Check an export: every byte, the database with its keys and its search, and that all formats agree.

    \b
    kreispresse verify exports/2026-11-22
    \b
    archive.db is unpacked for this where temporary files lie (variable TMPDIR) and removed again.
    \b
    Exit codes: 0 whole; 1 damaged, each fault is named; 2 wrong usage, or no export.
    """
    from archive.publish.sums import NAME
    from archive.publish.verify import faults

    if not (folder / NAME).is_file():
        raise click.UsageError(f"{folder} is no export: it has no {NAME}")
    progress, found = Steps(), 0
    for fault in faults(folder, progress):
        progress.clear()
        click.echo(fault)
        found += 1
    progress.clear()
    if found:
        click.echo(
            f"{folder}: {found} faults; export again, or copy it again from where it is whole", err=True
        )
        sys.exit(DAMAGED_EXPORT)
    click.echo(f"{folder}: whole")
