"""The command ``kreispresse trace``."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.options import data_option, json_option, opened

if TYPE_CHECKING:
    from archive.trace import Traced

_SHOWN = 300


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True))
@data_option
@json_option
def trace(file: Path, data: Path, as_json: bool) -> None:
    """Which releases carry passages of a text (UTF-8; - reads standard input), the oldest first.

    \b
    kreispresse trace rede.txt
    pdftotext entwurf.pdf - | kreispresse trace - --json
    \b
    A passage has at least twelve equal words, or is a whole sentence of eight. Other quotation marks,
    spellings with ae or ss, changed words and left-out sentences do not matter.
    """
    from archive.trace import not_compared
    from archive.trace import trace as find

    text = _read(file)
    with opened(data) as db:
        found, missing = find(db, text), not_compared(db)
    _tell(found, as_json=as_json)
    if missing:
        click.echo(f"{missing} releases are not compared yet: the next crawl does it", err=True)


def _read(file: Path) -> str:
    """The text in the file. Raises click.UsageError when it is none."""
    content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{file} is no text in UTF-8 ({error}); convert it first") from error
    if "\0" in text:
        raise click.UsageError(f"{file} is no text; convert it first, a PDF for instance with pdftotext")
    return text


def _tell(found: list[Traced], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([asdict(each) for each in found], ensure_ascii=False, indent=1))
        return
    for each in found:
        day = each.published_on or "undated"
        click.echo(f"{each.id}  {day}  {each.publisher}\n    {each.title}\n    {each.url}")
        for passage in each.passages:
            words = " ".join(passage.text.split())
            shown = words if len(words) <= _SHOWN else f"{words[: _SHOWN // 2]} … {words[-_SHOWN // 2 :]}"
            click.echo(f"    {passage.start}:{passage.end}  {shown}")
    click.echo(f"{len(found)} releases carry passages of this text", err=True)
