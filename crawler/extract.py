"""What a stored page says, without a crawl: for a look at one page and for measuring on many."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from archive.captures import stamp
from archive.model import Page
from crawler.readers import read_unknown

_GZIP = b"\x1f\x8b"


def extract_file(file: Path, url: str, seen_on: str | None = None) -> dict[str, Any]:
    """The first release on a page as plain JSON values; ``error`` says why where there is none.

    ``seen_on``: ISO day of the capture, after which no release is dated; None for today.
    """
    try:
        body = file.read_bytes()
        body = gzip.decompress(body) if body.startswith(_GZIP) else body
        day = date.fromisoformat(seen_on).isoformat() if seen_on else None
        at = f"{day}T23:59:59.000000Z" if day else stamp(datetime.now(UTC))
        page = Page(at=at, crawl="", source="", role="release", family="", url=url, status=200, body=body)
        family, reason, found = read_unknown(page)
    except (ValueError, OSError, EOFError, zlib.error) as error:
        return {"title": "", "text": "", "date": None, "error": f"{error}"}
    content = asdict(found[0].content)
    return {
        "date": content["published_on"],
        "kind": found[0].kind,
        **content,
        "family": family,
        "because": reason,
    }


def extract_batch(batch: Path) -> Iterator[dict[str, Any]]:
    """One result a line of a batch file; ``file`` in it is read from the batch file's own folder."""
    with batch.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield _extract_row(batch.parent, line)


def _extract_row(folder: Path, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
        id_, file, url = row["id"], folder / row["file"], (row.get("url") or "https://example.org/").strip()
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        return {
            "id": None,
            "title": "",
            "text": "",
            "date": None,
            "error": f"not a row of a batch: {error!r}",
        }
    return {"id": id_, **extract_file(file, url, row.get("seen_on"))}
