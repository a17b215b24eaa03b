"""The command ``kreispresse health``."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from archive.health.current import Condition, conditions
from crawler.condition import as_json as in_json
from crawler.condition import asleep, told
from crawler.notify import BadChannel, channels, tell
from crawler.options import data_option, json_option, opened

ILL = 3
"""Exit code when a source needs a look."""

NOT_SENT = 1
"""Exit code of --notify when a message could not be sent."""


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--land", help="Only sources of this Land, such as NW.")
@click.option("--notify", is_flag=True, help="Send what changed since the last time, by mail or webhook.")
@json_option
@data_option
def health(ids: tuple[str, ...], land: str | None, notify: bool, as_json: bool, data: Path) -> None:
    """Which sources are late, empty, failing, blocked …: since when, how it shows, and what to do next.

    \b
    kreispresse health
    kreispresse health kreis-unna --json
    kreispresse health --notify     after each crawl; docs/operators.md names the variables
    \b
    Without ID only sources that need a look. What is late follows from each source's own rhythm.
    \b
    Exit codes: 0 all well; 3 a source needs a look, or no crawl for two days; 2 wrong usage. With --notify:
    0 told, or nothing to tell; 1 a message could not be sent, it is tried again next time.
    """
    with opened(data) as db:
        if "source_states" not in db.table_names():
            raise click.UsageError("an earlier version made this archive; the next crawl tells states")
        known = conditions(db)
    if unknown := set(ids) - {each.source for each in known}:
        raise click.UsageError(f"never crawled: {', '.join(sorted(unknown))}; see 'kreispresse sources list'")
    chosen = [e for e in known if (not ids or e.source in ids) and land in (None, e.land, e.land.lower())]
    if notify:
        _notify(chosen, data)
        return
    silent = asleep(known, datetime.now(UTC))
    if as_json:
        click.echo(json.dumps([in_json(each) for each in chosen], ensure_ascii=False, indent=1))
    elif shown := told([each for each in chosen if ids or not each.well]):
        click.echo(shown)
    well = sum(each.well for each in chosen)
    click.echo(f"{well} of {len(chosen)} sources are well" + (f"; {silent}" if silent else ""), err=True)
    sys.exit(0 if well == len(chosen) and not silent else ILL)


def _notify(chosen: Sequence[Condition], data: Path) -> None:
    try:
        ways = channels(os.environ)
    except BadChannel as error:
        raise click.UsageError(str(error)) from error
    if not ways:
        raise click.UsageError("nobody is named: set KREISPRESSE_MAIL_TO or KREISPRESSE_WEBHOOK")
    try:
        sent, failed = tell(chosen, ways, data / "told.json")
    except OSError as error:
        raise click.ClickException(f"what was told cannot be kept, and is told again: {error}") from error
    for line in failed:
        click.echo(f"not sent by {line}", err=True)
    if not failed:
        click.echo(f"{sent} messages sent" if sent else "nothing new to tell", err=True)
    sys.exit(NOT_SENT if failed else 0)
