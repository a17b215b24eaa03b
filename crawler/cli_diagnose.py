"""``kreispresse sources diagnose``: what is wrong with sources, and the entry that makes them work again."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli_sources import askable, surveyed, today, write_changes
from crawler.options import chosen_sources, data_option, jobs_option, json_option, sources_option
from crawler.sources import Source
from crawler.storage import advice

if TYPE_CHECKING:
    from crawler.repair import Diagnosis
    from crawler.stored import History
    from crawler.trial import Trial


@click.command("diagnose")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@sources_option
@data_option
@click.option("--to", metavar="URL", help="Where the site is now, if you know: its press page or home page.")
@click.option("--write", "writes", is_flag=True, help="Put what is proposed into the register.")
@jobs_option
@json_option
def diagnose(
    ids: tuple[str, ...], files: tuple[Path, ...], data: Path, to: str | None, writes: bool, jobs: int,
    as_json: bool,
) -> None:  # fmt: skip
    """Look at sources step by step, say what has moved since they last worked, and propose what to do.

    Asked are press page, feed, sitemap, home page and the newest release. With a data folder that knows the
    source, this is held against what its last good crawl and the first bad one met, and what is proposed is
    tried over all that is stored of it: no release may lose its id. Nothing is archived.

    \b
    kreispresse sources diagnose kreis-unna
    kreispresse sources diagnose kreis-unna --data /srv/presse --write
    kreispresse sources diagnose kreis-unna --to https://www.kreis-neu.de/ --write
    """
    from crawler.advice import advice, refusal
    from crawler.advice import as_json as plain
    from crawler.repair import diagnose as diagnosed

    if to and len(ids) > 1:
        raise click.UsageError("--to is for one source; name one ID")
    sources = askable(chosen_sources(ids, None, files), ids, None)
    stored = [_history(data, source) for source in sources]
    looks = surveyed([_at(source, to) if to else source for source in sources], deep=True)
    day = today()
    found = [diagnosed(*each, day) for each in zip(looks, sources, stored, strict=True)]
    tried = [_tried(data, said, jobs) for said in found]
    both = list(zip(found, tried, strict=True))
    changed = {
        said.source.id: said.changed
        for said, trial in both
        if writes and said.changed and not refusal(said, trial)
    }
    if changed:
        write_changes(files, changed)
    if as_json:
        told = [plain(said, trial, written=said.source.id in changed) for said, trial in both]
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        steps = (advice(said, trial, written=said.source.id in changed) for said, trial in both)
        click.echo("\n\n".join(steps))


def _at(source: Source, url: str) -> Source:
    """The source as if its entry named another address: a home page leads to its press page."""
    from crawler.address import is_address
    from crawler.naming import stranger

    if not is_address(url):
        raise click.UsageError(f"{url} is no complete address; begin it with https://")
    there = stranger(url)
    return replace(source, homepage=there.homepage, press=there.press, feed=None)


def _history(data: Path, source: Source) -> History | None:
    from crawler.stored import history

    try:
        return history(data, source.id)
    except sqlite3.DatabaseError as error:
        raise click.UsageError(advice(error, data)) from error


def _tried(data: Path, said: Diagnosis, jobs: int) -> Trial | None:
    """What the proposal makes of stored pages; None where it changes how none is read."""
    from crawler.steps import Steps
    from crawler.trial import trial

    if said.history is None or "earlier" not in said.changed:
        return None
    return trial(data / "captures", said.source, said.changed["earlier"], jobs, Steps())
