"""Copies and shared passages of documents, as the archive finds them, for a scorer.

    python tests/benchmarks/reuse_predict.py DOCS.jsonl --pairs P.jsonl --passages Q.jsonl [--archive DIR]

A line of DOCS: {"id", "publisher", "date", "url", "text"}. The documents are saved into an archive as a crawl saves
releases, and derived. Lines of P: {"a", "b", "score"}; of Q: {"a", "a_start", "a_end", "b", "b_start", "b_end"} in
code points. A passage's uses are compared pair by pair, so that each pair says what exactly its two texts share.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

from archive.db import Archive
from archive.derive import derive
from archive.derive.align import Words, stretches
from archive.derive.boilerplate import Boilerplate
from archive.derive.matches import Finder, Masked, is_shown
from archive.model import Address, Note, Page, Release, Text
from archive.save import save

AT = "2026-01-01T00:00:00.{:06}Z"


def archived(documents: list[dict[str, Any]], folder: Path) -> tuple[Archive, dict[int, str]]:
    """An archive of the documents, derived, and the document of each release."""
    archive = Archive(folder / "archive.db")
    names = {}
    with archive.db.atomic():
        for publisher in sorted({each["publisher"] for each in documents}):
            entry = {
                "id": publisher,
                "name": publisher,
                "kind": "kreis",
                "land": "XX",
                "homepage": "",
                "press": "",
            }
            archive.note(Note(AT.format(0), "c", "source", publisher, entry))
        for n, each in enumerate(documents):
            address = Address(each["url"], each["url"])
            text = Text(each["id"], None, each["text"], published_on=each["date"], published_from="listing")
            page = Page(AT.format(n), "c", each["publisher"], "release", "x", each["url"], 200)
            names[save(archive.db, page, Release(address, text))[0]] = each["id"]
    derive(archive.db)
    return archive, names


def pairs(archive: Archive, names: dict[int, str]) -> Iterator[dict[str, Any]]:
    """All pairs of releases of one cluster."""
    clusters: dict[int, list[int]] = {}
    for number, cluster in archive.db.execute("SELECT id, cluster_id FROM releases WHERE cluster_id NOTNULL"):
        clusters.setdefault(cluster, []).append(number)
    for members in clusters.values():
        for a, b in combinations(sorted(members, key=names.__getitem__), 2):
            yield {"a": names[a], "b": names[b], "score": 1.0}


def passages(archive: Archive, names: dict[int, str]) -> Iterator[dict[str, Any]]:
    """What each pair of uses of a passage has in common."""
    finder = Finder(archive.db, Boilerplate(archive.db))
    for (passage,) in archive.db.execute("SELECT id FROM passages ORDER BY id").fetchall():
        uses = archive.db.execute(
            'SELECT release_id, start, "end" FROM passage_uses WHERE passage_id = ?', [passage]
        ).fetchall()
        for one, other in combinations(sorted(uses, key=lambda use: (names[use[0]], use)), 2):
            if one[0] != other[0]:
                yield from _shared(finder, names, one, other)


def _shared(
    finder: Finder, names: dict[int, str], one: tuple[int, int, int], other: tuple[int, int, int]
) -> Iterator[dict[str, Any]]:
    first, second = finder.release(one[0]), finder.release(other[0])
    for stretch in stretches(_outside_masked(first, one), _outside_masked(second, other)):
        if is_shown(stretch, first.document, second.document):
            start, end = first.document.parts[0].span(stretch.a, stretch.a_end)
            b_start, b_end = second.document.parts[0].span(stretch.b, stretch.b_end)
            yield {"a": names[one[0]], "a_start": start, "a_end": end,
                   "b": names[other[0]], "b_start": b_start, "b_end": b_end}  # fmt: skip


def _outside_masked(release: Masked, use: tuple[int, int, int]) -> Words:
    """A release's words, those outside of the use masked."""
    _, start, end = use
    words = release.document.parts[0].words
    mask = bytearray(release.words.masked)
    for n, word in enumerate(words):
        mask[n] |= word.end <= start or word.start >= end
    return Words(release.words.forms, mask)


def main() -> None:
    """Read the arguments, write the predictions."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("documents", type=Path, metavar="DOCS.jsonl")
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--passages", type=Path, required=True)
    given = parser.parse_args()
    documents = [json.loads(line) for line in given.documents.read_text("utf-8").split("\n") if line]
    with tempfile.TemporaryDirectory() as folder:
        begun = time.process_time()
        archive, names = archived(documents, Path(folder))
        print(f"{len(names)} documents saved and derived in {time.process_time() - begun:.1f} s CPU")
        for path, found in ((given.pairs, pairs(archive, names)), (given.passages, passages(archive, names))):
            path.write_text("".join(json.dumps(each) + "\n" for each in found), "utf-8")
        archive.close()


if __name__ == "__main__":
    main()
