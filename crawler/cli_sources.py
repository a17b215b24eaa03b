"""Commands about the register: ``kreispresse sources …``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.dates import BERLIN
from crawler.edit import Changes, Uneditable, entry_text, write
from crawler.evidence import STATUSES
from crawler.options import chosen_sources, json_option, register_files, sources_option, whole_register
from crawler.sources import KINDS, Source

if TYPE_CHECKING:
    from crawler.survey import Look

NOT_WORKING = 3
"""Exit code of a check in which an active source does not work."""


@click.group()
def sources() -> None:
    """Look at the register of sources, check it, and add to it."""


land_option = click.option("--land", help="Only sources of this Land, such as NW.")
status_option = click.option(
    "--status", type=click.Choice(list(STATUSES)), help="Only sources of this status."
)


@sources.command("list")
@sources_option
@land_option
@status_option
@click.option("--kind", type=click.Choice(list(KINDS)), help="Only authorities of this kind.")
@click.option("--family", help="Only sources of this page family; 'none': those without one.")
@click.option("--name", "part", help="Only sources whose id or name contains this.")
@json_option
def list_sources(
    files: tuple[Path, ...], land: str | None, status: str | None, kind: str | None, family: str | None,
    part: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Sources, one a line: id, Land, kind, name, status, what the press page rests on, press page.

    \b
    kreispresse sources list --status active
    kreispresse sources list --land ni --kind kreis --json
    """
    wanted = {"status": status, "kind": kind, "family": family}
    chosen = [
        source
        for source in chosen_sources((), land, files)
        if all(value in (None, getattr(source, key) or "none") for key, value in wanted.items())
        and (part or "").lower() in f"{source.id} {source.name}".lower()
    ]
    if not chosen:
        raise click.UsageError("no source is like that; leave out a filter")
    if as_json:
        click.echo(json.dumps([source.entry() for source in chosen], ensure_ascii=False, indent=1))
        return
    for s in chosen:
        of = s.evidence.get("press", {})
        evidence = f"{of.get('level', '')} {of.get('when', '')}".strip()
        click.echo(f"{s.id}\t{s.land}\t{s.kind}\t{s.name}\t{s.status}\t{evidence}\t{s.press}")


@sources.command("show")
@click.argument("id_", metavar="ID")
@sources_option
def show_source(id_: str, files: tuple[Path, ...]) -> None:
    """One source with all that the register says of it, as JSON.

    \b
    kreispresse sources show kreis-unna
    """
    click.echo(json.dumps(chosen_sources((id_,), None, files)[0].entry(), ensure_ascii=False, indent=1))


@sources.command("schema")
def show_schema() -> None:
    """JSON Schema of register files, for editors.

    \b
    kreispresse sources schema > crawler/sources/schema.json
    """
    from crawler.schema import schema

    click.echo(json.dumps(schema(), ensure_ascii=False, indent=1))


@sources.command("check")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@sources_option
@land_option
@status_option
@click.option(
    "--write", "writes", is_flag=True, help="Put evidence, addresses, family and status into the files."
)
@json_option
def check_sources(
    ids: tuple[str, ...], files: tuple[Path, ...], land: str | None, status: str | None, writes: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """Ask each source once and say whether it works as the register says. Without ID all active ones.

    Asked are press page, feed, sitemap, and where the press page is not there the home page; robots.txt and
    pauses are kept as in a crawl. Nothing is archived.

    \b
    kreispresse sources check kreis-unna
    kreispresse sources check --land NW --write
    kreispresse sources check --status candidate --json > candidates.json
    \b
    Exit codes: 0 well; 2 wrong usage, nothing was asked; 3 an active source does not work.
    """
    from crawler.tell import finding, table
    from crawler.verdict import changes, judge

    asked = askable(chosen_sources(ids, land, files), ids, status)
    looks = surveyed(asked)
    judged = [(look, *judge(look)) for look in looks]
    if as_json:
        click.echo(json.dumps([finding(*each) for each in judged], ensure_ascii=False, indent=1))
    else:
        click.echo(table([finding(*each) for each in judged]))
    if writes:
        day = today()
        new = {look.source.id: changes(look, found, why, day) for look, found, why in judged}
        write_changes(files, new)
    broken = [look for look, found, _ in judged if look.source.status == "active" and found != "well"]
    click.get_current_context().exit(NOT_WORKING if broken else 0)


@sources.command("add")
@click.argument("url")
@sources_option
def add_source(url: str, files: tuple[Path, ...]) -> None:
    """Look at a press page, or a home page that leads to one, and print an entry for the register.

    \b
    kreispresse sources add https://www.kreis-beispiel.de/presse
    kreispresse sources add https://www.kreis-beispiel.de/ >> my.yml
    """
    from crawler.address import is_address, key
    from crawler.naming import authority, proposal, stranger
    from crawler.verdict import judge

    if not is_address(url):
        raise click.UsageError(f"{url} is no complete address; begin it with https://")
    register = whole_register(files)
    if same := [source.id for source in register if source.press and key(source.press) == key(url)]:
        raise click.UsageError(f"this press page is in the register: kreispresse sources diagnose {same[0]}")
    (look,) = surveyed([stranger(url)], deep=True)
    found, why = judge(look)
    if look.list is None and found in ("dead", "robots", "blocked", "missing"):
        raise click.ClickException(f"no entry is proposed: {why}; try the page of the list itself")
    known, because = authority(look, register)
    click.echo(entry_text(proposal(look, known, register, today())))
    click.echo(f"# {because}", err=True)
    if known is None:
        click.echo("# correct name, kind and land; add ags where there is one", err=True)
    elif not known.press or known.status == "candidate":
        click.echo(f"# put it in the place of the entry {known.id} in {known.land.lower()}.yml", err=True)
    if look.list is None:
        click.echo(f"# {why}", err=True)


def write_changes(files: tuple[Path, ...], changed: Mapping[str, Changes]) -> None:
    """Change entries in the files of the register, and name those that were changed."""
    for file in register_files(files):
        try:
            if write(file, changed):
                click.echo(f"changed {file}", err=True)
        except (Uneditable, OSError) as error:
            raise click.ClickException(f"{file}: {error}") from error


def askable(chosen: Sequence[Source], ids: tuple[str, ...], status: str | None) -> list[Source]:
    """Of the chosen those that may be asked; exit code 2 where a named one may not, or none is left."""
    refused = [s for s in chosen if s.id in ids and s.status in ("opted-out", "retired")]
    if refused:
        raise click.UsageError("; ".join(f"{s.id} is {s.status} and not asked" for s in refused))
    asked = [s for s in chosen if s.id in ids or (not ids and s.status == (status or "active"))]
    asked = [s for s in asked if s.status not in ("opted-out", "retired")]
    if not asked:
        raise click.UsageError("no source is chosen that may be asked; see 'kreispresse sources list'")
    return asked


def surveyed(asked: Sequence[Source], *, deep: bool = False) -> list[Look]:
    """Look at sources, with a line on standard error as each is done."""
    from crawler.network import NoContact
    from crawler.surveyor import survey
    from crawler.verdict import judge

    def done(look: Look) -> None:
        found, why = judge(look)
        click.echo(f"{look.source.id}: {found}" + (f" ({why})" if why else ""), err=True)

    try:
        return survey(asked, done if len(asked) > 1 else lambda _look: None, deep=deep)
    except NoContact as error:
        raise click.UsageError(str(error)) from error


def today() -> date:
    """The day in Germany."""
    return datetime.now(BERLIN).date()
