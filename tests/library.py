"""Archives of a few texts, made by the product's own calls."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from archive.db import Archive
from archive.model import Address, Hints, Note, Page, Release, Text, release_id
from archive.save import save

AT = "2026-01-01T00:00:00.{:06}Z"


def page(name: str, moment: int = 2) -> Page:
    """An observation of the release that has this name."""
    url = f"https://library.example/{name}"
    return Page(AT.format(moment), "c", "library", "release", "test", url, 200, hints=Hints())


def put(archive: Archive, name: str, text: str, *, moment: int = 2, day: str | None = None) -> int:
    """Save a text under its name."""
    address = Address(f"https://library.example/{name}", name)
    return save(archive.db, page(name, moment), Release(address, Text(name, None, text, published_on=day)))[0]


def library(folder: Path, texts: Mapping[str, str]) -> tuple[Archive, dict[str, int]]:
    """An archive with a release for each text, whose title is the text's name: (archive, ids by name)."""
    archive = Archive(folder / "archive.db")
    entry = {"id": "library", "name": "Library", "kind": "kreis", "land": "XX", "homepage": "", "press": ""}
    with archive.db.atomic():
        archive.note(Note(AT.format(1), "c", "source", "library", entry))
        for name, text in texts.items():
            put(archive, name, text)
    return archive, {name: release_id(f"https://library.example/{name}") for name in texts}
