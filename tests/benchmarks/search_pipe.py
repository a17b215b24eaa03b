"""Index documents through the product's own code, then answer queries: the pipe of a search scorer.

python tests/benchmarks/search_pipe.py DOCS.jsonl [--own-words/--no-own-words] [--limit N]

DOCS.jsonl has a line {"id", "title", "text"} a document. Once it says "ready" on standard error, each line on standard
input is a query, answered by a line of ids, best first.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

import click

from archive.db import Archive
from archive.decode import visible
from archive.model import Address, Hints, Note, Page, Release, Text, release_id
from archive.save import save
from archive.search import search
from archive.search.index import refresh

_AT = "2026-01-01T00:00:00.{:06}Z"


def fill(archive: Archive, documents: Path) -> dict[int, int]:
    """Save all documents as releases of one source: the document of each release."""
    source = {"id": "pipe", "name": "Pipe", "kind": "other", "land": "XX", "homepage": "", "press": ""}
    archive.note(Note(_AT.format(1), "c", "source", "pipe", source))
    ids = {}
    for line in documents.open(encoding="utf-8"):
        document = json.loads(line)
        url = f"https://pipe.example/{document['id']}"
        page = Page(_AT.format(2), "c", "pipe", "release", "test", url, 200, hints=Hints())
        text = Text(
            visible(document["title"]), None, visible(document["text"])
        )  # as a page's text is cleaned
        save(archive.db, page, Release(Address(url, url), text))
        ids[release_id(url)] = int(document["id"])
    return ids


@click.command()
@click.argument("documents", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--own-words/--no-own-words",
    default=True,
    help="Whether compounds are split by the documents' words, too.",
)
@click.option("--limit", default=20)
def main(documents: Path, own_words: bool, limit: int) -> None:
    """Index DOCUMENTS and answer queries."""
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Path(folder) / "archive.db")
        started = time.process_time()
        with archive.db.atomic():
            ids = fill(archive, documents)
            if own_words:
                refresh(archive.db)
        spent = time.process_time() - started
        click.echo(
            f"ready: {len(ids)} documents, {1000 * spent / max(1, len(ids)):.2f} ms CPU each", err=True
        )
        for line in sys.stdin:
            hits = search(archive.db, line.strip("\n"), limit=limit).hits
            click.echo(" ".join(str(ids[hit.id]) for hit in hits))
            sys.stdout.flush()
        archive.close()


if __name__ == "__main__":
    main()
