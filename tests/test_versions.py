"""A version is a change of the release's own words: what rotates around them is none, every edit is one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from loopback import release
from rechecks import simulate
from support import query

from archive.model import Page, Release
from crawler import pages
from crawler.rebuild import rebuild
from crawler.recorder import Recorder

ENTRY = {"id": "kreis-probe", "name": "Kreis Probe", "kind": "kreis", "land": "XX", "homepage": "https://k.example/",
         "press": "https://k.example/presse"}  # fmt: skip


def test_looking_again_finds_edits_and_nothing_else() -> None:
    score = simulate(250, seed=7)
    assert (+score.false, +score.missed) == ({}, {})


def _page(text: str) -> Page:
    body = release("Ein Titel", f"{text} Das teilt die Pressestelle am Morgen mit. " * 3).encode()
    return Page(
        "",
        "",
        "kreis-probe",
        "release",
        "",
        "https://k.example/1",
        200,
        (("Content-Type", "text/html"),),
        body,
    )


def test_there_and_back_again_is_three_versions_and_another_extraction_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder(tmp_path)
    recorder.note("source", "kreis-probe", ENTRY)
    for text in ("Zehn kamen.", "Zehn kamen.", "Elf kamen.", "Zehn kamen."):
        recorder.page(_page(text))
    recorder.finish()
    assert [text[:10] for (text,) in query(tmp_path, "SELECT text FROM revisions ORDER BY seen_at")] == [
        "Zehn kamen", "Elf kamen.", "Zehn kamen"]  # fmt: skip
    read = pages.released

    def otherwise(page: Page, family: str) -> list[Release]:
        return [
            replace(r, content=replace(r.content, text=r.content.text + "\n\nMehr."))
            for r in read(page, family)
        ]

    monkeypatch.setattr(pages, "released", otherwise)
    rebuild(tmp_path)
    assert query(tmp_path, "SELECT count(*), min(text LIKE '%Mehr.') FROM revisions") == [(3, 1)]
