"""The recorder keeps the order of the log, and lets nobody wait who need not."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from pathlib import Path

import pytest
from loopback import release
from support import query

from archive.model import Page
from crawler.readers import Readers
from crawler.recorder import Recorder

ENTRY = {"id": "kreis-probe", "name": "Kreis Probe", "kind": "kreis", "land": "XX", "homepage": "https://k.example/",
         "press": "https://k.example/presse"}  # fmt: skip


def _page(n: int, status: int | None = 200) -> Page:
    body = release(f"Meldung Nummer {n}").encode() if status else b""
    error = {} if status else {"code": "timeout", "error": "no complete answer in time"}
    return Page(
        "", "", "kreis-probe", "release", "generic", f"https://k.example/{n}", status, (), body, **error
    )


def test_notes_and_failures_do_not_wait_for_a_page_that_is_still_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder(tmp_path)
    recorder.note("source", "kreis-probe", ENTRY)
    reading: Future[None] = Future()
    monkeypatch.setattr(
        Readers, "begin", lambda self, read, page, *args: reading if page.url[-1] == "0" else None
    )

    async def crawl() -> None:
        slow = asyncio.ensure_future(recorder.answer(_page(0)))
        await asyncio.sleep(0)
        recorder.page(_page(1, status=None))
        recorder.note("source", "kreis-zwei", {**ENTRY, "id": "kreis-zwei"})
        assert query(tmp_path, "SELECT id FROM sources") == [("kreis-probe",)]
        reading.set_result(None)
        quick = asyncio.ensure_future(recorder.answer(_page(2)))
        _, outcome = await slow
        assert [saved.change for saved in outcome.saved] == ["new"]
        await quick

    asyncio.run(crawl())
    assert query(tmp_path, "SELECT id FROM sources ORDER BY 1") == [("kreis-probe",), ("kreis-zwei",)]
    recorder.finish()
    assert query(tmp_path, "SELECT count(*) FROM releases") == [(2,)]
