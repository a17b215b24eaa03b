"""What a stored page says, without a crawl: for a look at one page and for measuring on many."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from archive.captures import stamp
from archive.model import Page
from archive.tree import Unreadable
from crawler import pages
from crawler.readers import Readers, ahead

_GZIP = b"\x1f\x8b"
_AHEAD = 32  # pages of a batch that are being read before their turn comes


def extract_file(file: Path, url: str) -> dict[str, Any]:
    """The first release on a page as plain JSON values; ``error`` says why where there is none."""
    with closing(Readers()) as readers:
        return _said(_stored(file, url, None), readers)


def extract_batch(batch: Path, jobs: int = 1) -> Iterator[dict[str, Any]]:
    """One result a line of a batch file, in their order; ``file`` in it is read from the batch file's folder.

    ``jobs``: so many processes read.
    """
    with closing(Readers(jobs)) as readers, batch.open(encoding="utf-8") as lines:
        rows = (_row(batch.parent, line) for line in lines if line.strip())
        for id_, page in ahead(rows, lambda row: _begin(row[1], readers), _AHEAD):
            yield {"id": id_, **_said(page, readers)}


def _row(folder: Path, line: str) -> tuple[Any, Page | str]:
    """(id, page or why there is none) of a line of a batch."""
    try:
        row = json.loads(line)
        id_, file, url = row["id"], folder / row["file"], (row.get("url") or "https://example.org/").strip()
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        return None, f"not a row of a batch: {error!r}"
    return id_, _stored(file, url, row.get("seen_on"))


def _stored(file: Path, url: str, seen_on: str | None) -> Page | str:
    """A stored page, or why it cannot be read. ``seen_on``: ISO day of the capture, None for today."""
    try:
        body = file.read_bytes()
        body = gzip.decompress(body) if body.startswith(_GZIP) else body
        at = f"{date.fromisoformat(seen_on)}T23:59:59.000000Z" if seen_on else stamp(datetime.now(UTC))
    except (ValueError, OSError, EOFError, zlib.error) as error:
        return str(error)
    return Page(at=at, crawl="", source="", role="release", family="", url=url, status=200, body=body)


def _begin(page: Page | str, readers: Readers) -> None:
    if isinstance(page, Page):
        readers.begin(pages.unknown, page)


def _said(page: Page | str, readers: Readers) -> dict[str, Any]:
    """What a page says; no release on it is dated after its capture."""
    if isinstance(page, str):
        return _nothing(page)
    try:
        family, reason, found = readers.read(pages.unknown, page)
    except Unreadable as error:
        return _nothing(str(error))
    finally:
        readers.forget(page)
    content = asdict(found[0].content)
    about = {"date": content["published_on"], "kind": found[0].kind}
    return {**about, **content, "family": family, "because": reason}


def _nothing(error: str) -> dict[str, Any]:
    return {"title": "", "text": "", "date": None, "error": error}
