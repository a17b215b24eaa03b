"""The command ``kreispresse withdraw``."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.withdrawals import CATEGORIES
from crawler.options import LOCKED, cores, data_option, opened, stored

if TYPE_CHECKING:
    from archive.db import Archive
    from archive.model import Topic
    from archive.publish.ledger import Noted
    from crawler.takedown import Found

_SHOWN = 20
_FINAL = {
    "withdrawal": "Its text, versions, files and logged pages are deleted and cannot be brought back.",
    "redaction": "The words are deleted in every version and in the log and cannot be brought back.",
    "noindex": "It stays readable at its address; search engines and the search by words pass over it.",
}
_ALONG = {
    "same": "The same text, which goes in any case",
    "near": "Nearly the same text, which goes, too",
    "passage": "Passages of it, which are blackened there",
}


@click.command()
@click.argument("url")
@click.option("--reason", type=click.Choice(list(CATEGORIES)), required=True, help="Shown in its place.")
@click.option("--yes", is_flag=True, help="Yes to all that would be asked.")
@click.option("--keep-others", is_flag=True, help="Leave other releases with parts of the text as they are.")
@click.option("--redact", metavar="START:END", help="Only blacken these characters of the current text.")
@click.option("--noindex", is_flag=True, help="Only keep it out of search engines and the search by words.")
@data_option
def withdraw(
    url: str, reason: str, yes: bool, keep_others: bool, redact: str | None, noindex: bool, data: Path
) -> None:
    """Take a release (address or id) out of archive and log, for good: no crawl or rebuild brings it back.

    \b
    kreispresse withdraw https://www.kreis.example/presse/1 --reason personal-data
    kreispresse withdraw 4711 --reason court --yes
    kreispresse withdraw 4711 --reason personal-data --redact 120:134
    kreispresse withdraw 4711 --reason publishers-request --noindex
    \b
    Other releases with the same text go with it. Those with nearly the same text go, too, and passages of
    it in others are blackened, if you agree (or say --yes); --keep-others leaves them. A website that runs
    shows nothing of it any more; restart it to have the old file leave the disk, and look to your backups.
    """
    from crawler.folder import Lock, Locked, ready
    from crawler.stop import unwrapped
    from crawler.takedown import NotKnown

    if redact and noindex:
        raise click.UsageError("--redact and --noindex are two things; give one of them at a time")
    span = _span(redact) if redact else None
    with opened(data):
        pass
    with stored(data), unwrapped():
        try:
            lock = Lock(data)
        except Locked as error:
            click.echo(f"Error: {error}", err=True)
            sys.exit(LOCKED)
        try:
            archive = ready(data, cores())
            _withdraw(archive, data, url, reason, _Answers(yes, keep_others), span, noindex=noindex)
        except NotKnown as error:
            raise click.UsageError(str(error)) from error
        finally:
            lock.release()


class _Answers:
    """What the user says, or has said before."""

    def __init__(self, yes: bool, keep_others: bool) -> None:
        self._yes, self.keep_others = yes, keep_others

    def agrees(self, question: str) -> bool:
        """Whether the user agrees. Ends with exit code 2 where nobody can be asked."""
        if self._yes:
            return True
        if not sys.stdin.isatty():
            raise click.UsageError("there is no terminal to ask on: say --yes if you are sure")
        return click.confirm(question, err=True)


def _withdraw(
    archive: Archive, data: Path, url: str, reason: str, answers: _Answers, span: tuple[int, int] | None,
    *, noindex: bool,
) -> None:  # fmt: skip
    from archive.publish.ledger import noted
    from crawler import takedown

    release = takedown.find(archive.db, url)
    _show([release])
    topic: Topic
    if span:
        topic, shown = "redaction", takedown.span(archive.db, release, *span)
        click.echo(f"These words are blackened, wherever the release has them: „{shown}“", err=True)
        said = takedown.blackening(archive.db, release, shown)
    elif noindex:
        topic, said = "noindex", takedown.hiding(archive.db, release)
    else:
        topic = "withdrawal"
        said = takedown.whole(archive.db, release, _along(takedown.others(archive.db, release), answers))
    click.echo(_FINAL[topic], err=True)
    if not answers.agrees("Go on?"):
        click.echo("nothing was changed", err=True)
        return
    said["category"] = reason
    takedown.carry_out(archive, data, topic, said, jobs=cores()).close()
    click.echo(f"done: {release.id}")
    _tell_exports(noted(data))


def _along(others: Sequence[Found], answers: _Answers) -> list[Found]:
    """The other releases that are concerned, as far as the user agrees."""
    going = []
    for how, told in _ALONG.items():
        group = [each for each in others if each.how == how]
        if not group or (answers.keep_others and how != "same"):
            continue
        click.echo(f"{told} ({len(group)}):", err=True)
        _show(group)
        if how == "same" or answers.agrees("Do that?"):
            going += group
    return going


def _show(releases: Sequence[Found]) -> None:
    for each in releases[:_SHOWN]:
        click.echo(f"  {each.id}  {each.publisher}: {each.title}\n    {each.url}", err=True)
    if len(releases) > _SHOWN:
        click.echo(f"  and {len(releases) - _SHOWN} more", err=True)


def _tell_exports(made: Sequence[Noted]) -> None:
    if made:
        click.echo(
            "These exports were made before and are to be made again, and the old ones deleted:", err=True
        )
    for each in made:
        click.echo(f"  {each.at}  {each.folder}  {each.sha256}", err=True)


def _span(given: str) -> tuple[int, int]:
    """START:END as numbers. Raises click.UsageError where it is none."""
    found = re.fullmatch(r"(\d{1,9}):(\d{1,9})", given)
    if not found or int(found.group(1)) >= int(found.group(2)):
        raise click.UsageError(f"--redact {given} is no span; give two numbers such as 120:134")
    return int(found.group(1)), int(found.group(2))
