"""Logs of a few pages, written by the same calls as a crawl's."""

from __future__ import annotations

from pathlib import Path

from loopback import release

from archive.model import Hints, Page
from crawler.recorder import Recorder

ENTRY = {"id": "kreis-probe", "name": "Kreis Probe", "kind": "kreis", "land": "XX", "homepage": "https://k.example/",
         "press": "https://k.example/presse"}  # fmt: skip


def page(n: int, words: str = "") -> Page:
    """An observation of the n-th release, with these words in it."""
    body = release(f"Meldung Nummer {n}", f"Der Kreis hat zum {n}. Mal getagt. {words}" * 8).encode()
    return Page("", "", "kreis-probe", "release", "generic", f"https://k.example/{n}", 200, (), body,
                hints=Hints("listing", f"Meldung {n}", "2026-01-05"))  # fmt: skip


def record(data: Path, *pages: Page) -> Path:
    """Crawl these pages into a folder: the log's file."""
    before = set((data / "captures").glob("*"))
    recorder = Recorder(data)
    recorder.note("source", "kreis-probe", ENTRY)
    for each in pages:
        recorder.page(each)
    recorder.finish()
    return (set((data / "captures").glob("*")) - before).pop()
