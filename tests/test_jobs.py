"""Pages read by several processes: the same rows in the same order, and a slow page holds up nobody's reading."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from loopback import page as html
from loopback import release
from support import query, rows_hash

from archive.captures import Logged, read
from archive.db import Archive
from archive.model import Hints, Page, Role
from crawler import readers as limits
from crawler.catch_up import catch_up
from crawler.rebuild import rebuild
from crawler.recorder import Recorder

ENTRY = {"id": "kreis-probe", "name": "Kreis Probe", "kind": "kreis", "land": "XX", "homepage": "https://k.example/",
         "press": "https://k.example/presse"}  # fmt: skip
SLOW = f"<p {' '.join(f'a{n}=1' for n in range(15_000))}>"
LARGE = f"<!-- {'x' * 300_000} -->"


def _page(n: int, body: str, role: Role = "release") -> Page:
    return Page("", "", "kreis-probe", role, "", f"https://k.example/{n}", 200, (("Content-Type", "text/html"),),
                body.encode(), hints=Hints("listing", f"Meldung {n}", "2026-01-05"))  # fmt: skip


PAGES = [
    _page(0, html("Presse", "<ul>" + "".join(f'<li>{n:02}.01.2026 <a href="/{n}">Meldung Nummer {n} aus dem Kreis</a>'
                                             for n in range(1, 9)) + "</ul>"), "listing"),
    _page(1, release("Meldung Nummer 1 aus dem Kreis") + LARGE + SLOW),
    *(_page(n, release(f"Meldung Nummer {n} aus dem Kreis")) for n in range(2, 6)),
    _page(6, "<h1>Leer</h1>"),
    _page(2, release("Meldung Nummer 2 aus dem Kreis", "Ganz andere Worte als zuvor stehen nun da.")),
    Page("", "", "kreis-probe", "release", "", "https://k.example/3", 410),
    _page(7, release("Meldung Nummer 7 aus dem Kreis")),
]  # fmt: skip


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes read from the first page on."""
    monkeypatch.setattr(limits, "_FEW", 0)


def _recorded(data: Path, jobs: int) -> list[Any]:
    """What each of the pages brought, all of them answered at about the same time."""
    recorder = Recorder(data, jobs=jobs)
    recorder.note("source", "kreis-probe", ENTRY)

    async def answer() -> list[Any]:
        return await asyncio.gather(*map(recorder.answer, PAGES))

    outcomes = asyncio.run(answer())
    recorder.finish()
    return [
        (page.url, [saved.change for saved in outcome.saved], outcome.unreadable)
        for page, outcome in outcomes
    ]


def test_answers_read_side_by_side_are_saved_in_the_order_of_the_log(tmp_path: Path) -> None:
    several, one = _recorded(tmp_path / "several", jobs=2), _recorded(tmp_path / "one", jobs=1)
    assert several == one
    assert [url for url, _, _ in several] == [page.url for page in PAGES]
    assert query(tmp_path / "several", "SELECT count(*), sum(gone_at IS NOT NULL) FROM releases") == [(6, 1)]
    logged = [
        each.observation for each in read(tmp_path / "several" / "captures") if isinstance(each, Logged)
    ]
    assert [each.url for each in logged if isinstance(each, Page)] == [page.url for page in PAGES]
    archive = Archive(tmp_path / "several" / "archive.db")
    assert catch_up(archive, tmp_path / "several" / "captures", limits.Readers()) == (0, [])
    archive.close()


def test_a_note_waits_for_what_was_logged_before_it(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, jobs=2)
    recorder.note("source", "kreis-probe", ENTRY)
    seen: list[tuple[str, int]] = []

    def rows() -> tuple[str, int]:
        (found,) = recorder.archive.db.execute("SELECT name, (SELECT count(*) FROM releases) FROM publishers")
        return found

    async def answer(page: Page) -> None:
        await recorder.answer(page)
        seen.append(rows())

    async def crawl() -> None:
        under_way = [asyncio.create_task(answer(page)) for page in PAGES]
        await asyncio.sleep(0)  # all are logged, the first is being read
        recorder.note("source", "kreis-probe", {**ENTRY, "name": "Kreis Anders"})
        seen.append(rows())
        await asyncio.gather(*under_way)

    asyncio.run(crawl())
    recorder.finish()
    seen += query(tmp_path, "SELECT name, (SELECT count(*) FROM releases) FROM publishers")
    assert {number for name, number in seen if name == "Kreis Anders"} == {6}
    assert {name for name, _ in seen} == {ENTRY["name"], "Kreis Anders"}


def test_a_rebuild_by_several_processes_gives_the_same_rows(tmp_path: Path) -> None:
    _recorded(tmp_path / "data", jobs=1)
    told: list[tuple[int, int]] = []
    rebuild(tmp_path / "data", tmp_path / "again", 2, lambda _what, done, total: told.append((done, total)))
    assert rows_hash(tmp_path / "again") == rows_hash(tmp_path / "data")
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]
