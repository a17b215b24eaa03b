"""Small archives for the tests of copies and passages: releases by fictional publishers, and the derived rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from archive.db import Archive
from archive.model import Address, Note, Page, Release, Text, release_id
from archive.save import save
from archive.search import index

DERIVED = ("fingerprints", "shingles", "boilerplate", "matches", "copies", "passages", "passage_uses", "clusters", "embeds",
           "stale")  # fmt: skip


class Told(NamedTuple):
    """A release as its publisher's page tells it; ``at`` is the second at which it is read."""

    name: str
    publisher: str
    text: str
    day: str | None = "2026-03-01"
    time: str | None = None
    at: int = 0

    @property
    def id(self) -> int:
        return release_id(f"https://{self.publisher}.example/{self.name}")


@contextmanager
def archived() -> Iterator[Archive]:
    with TemporaryDirectory() as folder:
        archive = Archive(Path(folder) / "archive.db")
        yield archive
        archive.close()


def tell(archive: Archive, *told: Told) -> None:
    """Save what was read, in this order."""
    with archive.db.atomic():
        for each in told:
            at = f"2026-06-01T00:{each.at // 60:02}:{each.at % 60:02}.000000Z"
            entry = {
                "id": each.publisher,
                "name": each.publisher,
                "kind": "kreis",
                "land": "XX",
                "homepage": "",
                "press": "",
            }
            archive.note(Note(at, "c", "source", each.publisher, entry))
            url = f"https://{each.publisher}.example/{each.name}"
            text = Text(f"Titel {each.name}", None, each.text, None, each.day, each.time, "listing")
            page = Page(at, "c", each.publisher, "release", "x", url, 200)
            save(archive.db, page, Release(Address(url, url), text))


def embed(archive: Archive, release: Told, start: int, end: int) -> None:
    with archive.db.atomic():
        archive.db.execute(
            'INSERT INTO embeds (release_id, n, start, "end") VALUES (?, 1, ?, ?)', [release.id, start, end]
        )


def remove(archive: Archive, release: Told) -> None:
    """Take a release out of all tables that hold it, as a withdrawal does."""
    with archive.db.atomic():
        index.remove(archive.db, release.id)
        for table in (
            "passage_uses",
            "embeds",
            "release_urls",
            "release_sources",
            "release_issuers",
            "revisions",
        ):
            archive.db.execute(f"DELETE FROM {table} WHERE release_id = ?", [release.id])
        archive.db.execute("DELETE FROM releases WHERE id = ?", [release.id])


def clusters(archive: Archive) -> list[tuple[int | None, set[int]]]:
    """Each cluster as its first release and its members."""
    found = []
    for number, first, size in archive.db.execute("SELECT * FROM clusters ORDER BY id").fetchall():
        members = {
            row[0] for row in archive.db.execute("SELECT id FROM releases WHERE cluster_id = ?", [number])
        }
        assert len(members) == size > 1
        found.append((first, members))
    return found


def rows(archive: Archive, tables: Iterable[str] = DERIVED) -> dict[str, Any]:
    """All derived rows, whatever their order."""
    found = {table: sorted(map(repr, archive.db.execute(f"SELECT * FROM {table}"))) for table in tables}
    return found | {
        "cluster_id": archive.db.execute("SELECT id, cluster_id FROM releases ORDER BY id").fetchall()
    }


def passages(archive: Archive) -> list[dict[int, str]]:
    """Each passage as what it is in each release, the longest first."""
    found = []
    for (number,) in archive.db.execute("SELECT id FROM passages ORDER BY words DESC, id"):
        uses = archive.db.execute(
            'SELECT u.release_id, substr(v.text, start + 1, "end" - start) FROM passage_uses u'
            " JOIN revisions v ON v.id = u.revision_id WHERE passage_id = ?", [number])  # fmt: skip
        found.append(dict(uses.fetchall()))
    return found
