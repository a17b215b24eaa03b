"""Slow pages: the order of the log is kept, nobody waits who need not, and a source of them ends."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from loopback import release
from pebble import ProcessExpired
from support import query

from archive.model import Page
from crawler.readers import Readers
from crawler.recorder import Counts, Recorder
from crawler.sources import Source
from crawler.stop import Unwritable
from crawler.walk import Ask, Walk

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


def test_what_keeps_a_page_from_the_rows_reaches_all_who_wait_behind_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder(tmp_path)
    recorder.note("source", "kreis-probe", ENTRY)
    readings = {f"https://k.example/{n}": Future[None]() for n in range(3)}
    monkeypatch.setattr(Readers, "begin", lambda self, read, page, *args: readings[page.url])

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    async def crawl() -> list[Any]:
        waiting = [asyncio.ensure_future(recorder.answer(_page(n))) for n in range(3)]
        await asyncio.sleep(0)
        for reading in reversed(readings.values()):
            reading.set_result(None)
        return await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 60)

    monkeypatch.setattr("crawler.recorder.ingest", full)
    assert [type(each) for each in asyncio.run(crawl())] == [Unwritable] * 3
    recorder.release()


def test_a_reading_process_that_died_is_told_once_and_no_error_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder(tmp_path)
    recorder.note("source", "kreis-probe", ENTRY)
    reading: Future[None] = Future()
    monkeypatch.setattr(Readers, "_schedule", lambda self, read, page, *args: reading)
    large = replace(_page(0), body=b" " * (256 << 10))
    missed: list[dict[str, Any]] = []

    async def crawl() -> str | None:
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: missed.append(context))
        waiting = asyncio.ensure_future(recorder.answer(large))
        await asyncio.sleep(0)
        reading.set_exception(ProcessExpired("Abnormal termination"))
        _, outcome = await waiting
        return outcome.unreadable

    told = asyncio.run(crawl())
    gc.collect()
    assert told is not None
    assert told.startswith("ended the process that read it")
    assert missed == []
    recorder.release()


def test_a_source_of_pages_that_take_too_long_ends_after_three() -> None:
    source = Source("kreis-probe", "Probe", "kreis", "XX", "https://k.example/", "https://k.example/presse")
    walk = Walk(source, pages=9)
    for number in range(5):
        walk.ask(Ask(f"https://k.example/{number}", "release"))
    walk.held_up("took longer than 30 s to read")
    walk.held_up("took longer than 30 s to read")
    assert len(walk.waiting) == 5
    walk.held_up("took longer than 30 s to read")
    assert not walk.waiting
    assert not walk.reads_on("known")
    result = walk.result(Counts())
    assert (result.status, result.error) == (
        "failed", "3 of its pages took longer than 30 s to read; the rest was not asked",
    )  # fmt: skip
