"""The command line: each command checks its input, calls one function, and says what happened."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive import __version__
from crawler.cli_cluster import cluster
from crawler.cli_diagnose import diagnose
from crawler.cli_health import health
from crawler.cli_merge import merge
from crawler.cli_publish import export, verify
from crawler.cli_sources import sources
from crawler.limits import Clock, Limits, seconds_left
from crawler.logs import speak_json
from crawler.options import (
    LOCKED,
    check_writable,
    chosen_sources,
    crawlable,
    data_option,
    jobs_option,
    json_option,
    of_shard,
    opened,
    shard_option,
    sources_option,
    stored,
)  # fmt: skip
from crawler.report import Reporter, as_json, found_json, tell_compared, tell_found
from crawler.trace import trace
from crawler.withdraw import withdraw

if TYPE_CHECKING:
    from crawler.recorder import Recorder
    from crawler.shards import Shard

FAILED_SOURCE = 3
"""Exit code beside 0 (well), 2 (wrong usage or a bad register) and LOCKED."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Crawl, keep and search the press releases of Germany's Kreise, cities and Land ministries.

    \b
    Try it without internet:   kreispresse demo
    A first real crawl:        kreispresse crawl kreis-unna
    Search what was found:     kreispresse search Integrationszentrum
    """


for command in (trace, export, verify, withdraw, merge, cluster, health):
    main.add_command(command)


@main.command()
@data_option
@click.option("--port", type=int, default=0, help="Port of the website; a free one by default.")
@click.option("--no-serve", is_flag=True, help="Stop after the summary.")
def demo(data: Path, port: int, no_serve: bool) -> None:
    """Sample authorities on this machine: crawl them, archive them, open the website. Needs no internet.

    \b
    kreispresse demo
    kreispresse demo --data /tmp/demo --no-serve
    """
    from crawler.demo import NotADemo, run

    try:
        code = run(data, port=port, serve_website=not no_serve)
    except NotADemo as error:
        raise click.UsageError(str(error)) from error
    sys.exit(code)


@main.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--land", help="Only sources of this Land, such as NW.")
@sources_option
@data_option
@click.option("--full", is_flag=True, help="Visit every listing page and every known release again.")
@click.option(
    "--host-requests",
    type=click.IntRange(min=5),
    envvar="KREISPRESSE_HOST_REQUESTS",
    help="Ask one host at most so often (5000); the next crawl goes on with what is left.",
)
@click.option("--minutes", type=click.IntRange(min=1), help="Ask nobody any more after so many minutes.")
@click.option("--until", type=Clock(), help="Ask nobody any more after this time of day, such as 06:00.")
@jobs_option
@shard_option
@click.option(
    "--log-format", type=click.Choice(["lines", "json"]), envvar="KREISPRESSE_LOG_FORMAT", default="lines",
    help="json: what is said on the way is a JSON object a line, and no table follows.",
)  # fmt: skip
@click.option("--report", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.json",
              help="Write a report for machines.")  # fmt: skip
def crawl(
    ids: tuple[str, ...],
    land: str | None,
    files: tuple[Path, ...],
    data: Path,
    full: bool,
    host_requests: int | None,
    minutes: int | None,
    until: str | None,
    jobs: int,
    shard: Shard | None,
    log_format: str,
    report: Path | None,
) -> None:
    """Ask the sources for new releases and keep them. Without ID all active ones of the register.

    \b
    kreispresse crawl                          everything
    kreispresse crawl --land NW                one Land
    kreispresse crawl kreis-unna --full        one source, all of it again
    kreispresse crawl --host-requests 1000     a shorter night for each host
    kreispresse crawl --shard 2/3              the second of three machines; see 'kreispresse merge'
    kreispresse crawl --until 06:00            a night that ends; the next one goes on
    \b
    Exit codes: 0 well; 1 no room or right to write; 2 wrong usage or a bad register, nothing was asked; 3 a
    source that worked in its last crawl failed, the rest is saved; 4 another crawl works in the folder.
    """
    from crawler.folder import Locked
    from crawler.network import NoContact
    from crawler.run import run

    chosen = of_shard(crawlable(chosen_sources(ids, land, files), ids), shard, files)
    if report:
        check_writable(report)
    if log_format == "json":
        speak_json()
    limits = Limits(host_requests, seconds_left(minutes, until))
    try:
        with stored(data):
            recorder, reporter = run(chosen, data, full=full, limits=limits, jobs=jobs)
    except NoContact as error:
        raise click.UsageError(str(error)) from error
    except Locked as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(LOCKED)
    sys.exit(_tell(recorder, reporter, report))


@main.command()
@data_option
@click.option(
    "--into", type=click.Path(path_type=Path, file_okay=False), help="Another folder for the new archive.db."
)
@jobs_option
def rebuild(data: Path, into: Path | None, jobs: int) -> None:
    """Make archive.db again from the log, with this version's extraction, and tell what that changes.

    \b
    kreispresse rebuild
    kreispresse rebuild --data /srv/presse --into /tmp/new
    """
    from crawler.folder import Lock, Locked
    from crawler.rebuild import rebuild as rebuild_from_log
    from crawler.steps import Steps

    with stored(into or data):
        try:
            lock = Lock(data) if data.is_dir() else None
            made = rebuild_from_log(data, into, jobs, Steps())
        except (FileNotFoundError, FileExistsError) as error:
            raise click.UsageError(str(error)) from error
        except Locked as error:
            click.echo(f"Error: {error}", err=True)
            sys.exit(LOCKED)
    if lock:
        lock.release()
    for damage in made.damages:
        click.echo(
            f"{damage.file}: bytes {damage.start} to {damage.end} are {damage.kind} and were left out",
            err=True,
        )
    click.echo(f"{made.releases} releases from {made.records} observations")
    if made.compared:
        tell_compared(made.compared)


@main.command()
@click.argument("page", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False)
@click.option("--url", default="https://example.org/", help="Address that the page was captured from.")
@click.option("--batch", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE.jsonl",
              help='Many pages: a line {"id", "url", "file"[, "seen_on"]} each; files may be gzipped.'
)  # fmt: skip
@jobs_option
def extract(page: Path | None, url: str, batch: Path | None, jobs: int) -> None:
    """Show what a stored page says, as JSON.

    \b
    kreispresse extract page.html --url https://www.kreis.example/presse/1
    kreispresse extract --batch pages.jsonl > texts.jsonl
    """
    from crawler.extract import extract_batch, extract_file

    found: Iterable[dict[str, Any]]
    if batch is not None and page is None:
        found = extract_batch(batch, jobs)
    elif page is not None and batch is None:
        found = [extract_file(page, url)]
    else:
        raise click.UsageError("name one PAGE.html or --batch FILE.jsonl")
    for each in found:
        click.echo(json.dumps(each, ensure_ascii=False, indent=None if batch else 1))


@main.command()
@click.argument("words", nargs=-1, required=True)
@data_option
@json_option
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--newest", is_flag=True, help="Newest first instead of best first.")
def search(words: tuple[str, ...], data: Path, as_json: bool, limit: int, newest: bool) -> None:
    """Search the archive. All words must occur; inflections, umlauts and parts of compounds are met.

    \b
    "two words"   this phrase               titel:WORD     in the title only
    -WORD         without it                wörtlich:WORD  as it is written, no inflections
    A ODER B      one of them               von:NAME       of this authority (id, or words of its name)
    WORD*         any ending                land:NW        of authorities of this Land
    art:einladung (meldung, hinweis)        ab:2018-03 bis:2018   published in this time
    nur:geändert  nur:weg  mit:anhang       changed, gone, with files; -nur:weg: not gone
    \b
    kreispresse search Integrationszentrum
    kreispresse search '"Kommunales Integrationszentrum" -Kreistag' --json
    kreispresse search --newest Brücke ODER Tunnel von:kreis-unna ab:2024
    kreispresse search -- Brücke -Sperrung
    """
    from archive.search import search as find

    with opened(data) as db:
        found = find(db, " ".join(words), limit=limit, order="newest" if newest else "best")
    if as_json:
        click.echo(json.dumps(found_json(found), ensure_ascii=False, indent=1))
        return
    tell_found(found)


@main.command()
@data_option
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=int, default=8001, show_default=True)
@click.option(
    "--operator", type=click.Path(path_type=Path), envvar="KREISPRESSE_OPERATOR", metavar="FILE",
    help="The operator's details: a public website needs them (or variable KREISPRESSE_OPERATOR).",
)  # fmt: skip
def serve(data: Path, host: str, port: int, operator: Path | None) -> None:
    """Open the website of the archive, on this machine or, with the operator's details, for others.

    \b
    kreispresse serve
    kreispresse serve --data /srv/presse --port 8080
    kreispresse serve --operator operator.yml --host 0.0.0.0
    """
    from archive.web.serve import ServeError
    from archive.web.serve import serve as serve_website

    try:
        serve_website(data, host=host, port=port, operator=operator)
    except ServeError as error:
        raise click.UsageError(str(error)) from error


def _tell(recorder: Recorder, reporter: Reporter, report: Path | None) -> int:
    """Say how a crawl ended, write the report where one is wanted: the exit code."""
    reporter.ended(recorder.crawl)
    if report:
        told = as_json(recorder.crawl, reporter.results, recorder.hosts)
        with stored(report):
            report.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return FAILED_SOURCE if reporter.broken else 0


main.add_command(sources)
sources.add_command(diagnose)

if __name__ == "__main__":
    main()
