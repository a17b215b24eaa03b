"""What a stored page says, without a crawl: for a look at one page and for measuring on many."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive.captures import stamp
from archive.model import Page
from archive.tree import Unreadable
from crawler.families import families
from crawler.family import detect, releases

_GZIP = b"\x1f\x8b"


def extract_file(file: Path, url: str, seen_on: str | None = None) -> dict[str, Any]:
    """The first release on a page as plain JSON values; ``error`` says why where there is none.

    ``seen_on``: ISO day of the capture, after which no release is dated; None for today.
    """
    body = file.read_bytes()
    body = gzip.decompress(body) if body.startswith(_GZIP) else body
    at = f"{seen_on}T23:59:59.000000Z" if seen_on else stamp(datetime.now(UTC))
    page = Page(at=at, crawl="", source="", role="release", family="", url=url, status=200, body=body)
    try:
        family, reason = detect(page, families())
        found = releases(page, family)
    except Unreadable as error:
        return {"title": "", "text": "", "date": None, "error": str(error)}
    content = asdict(found[0].content)
    return {
        "date": content["published_on"],
        "kind": found[0].kind,
        **content,
        "family": family.name,
        "because": reason,
    }


def extract_batch(batch: Path) -> Iterator[dict[str, Any]]:
    """One result a line of a batch file; ``file`` in it is read from the batch file's own folder."""
    with batch.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                row = json.loads(line)
                url = (row.get("url") or "https://example.org/").strip()
                yield {"id": row["id"], **extract_file(batch.parent / row["file"], url, row.get("seen_on"))}
