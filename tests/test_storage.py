"""Disks without room, damaged files: what was logged stays, the message says what to do, the next crawl goes on."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from faulty.bench import Bench, bench, readable
from faulty.disks import limit_files
from faulty.runs import Run, copied
from support import rows_hash

from archive.db import Archive, connect
from crawler.run import run
from crawler.state import State
from crawler.stop import writing
from crawler.storage import advice


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with bench(tmp_path_factory.mktemp("storage")) as made:
        made.archive("whole")
        yield made


def _sqlite(sql: str, path: Path | str = ":memory:", limit: str = "") -> sqlite3.Error:
    """The error that SQLite really raises."""
    with sqlite3.connect(path) as db:
        db.execute(limit)
        with pytest.raises(sqlite3.Error) as raised:
            db.execute(sql)
    return raised.value


def test_each_fault_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"kein SQLite" * 500)
    sqlite3.connect(tmp_path / "y").close()
    with sqlite3.connect(tmp_path / "busy") as holder:
        holder.execute("CREATE TABLE t (a)")
        holder.execute("BEGIN EXCLUSIVE")
        busy = _sqlite("SELECT * FROM t", tmp_path / "busy", "PRAGMA busy_timeout = 1")
    full = _sqlite("CREATE TABLE t AS SELECT zeroblob(99999)", limit="PRAGMA max_page_count = 2")
    said = {
        "make room": [OSError(errno.ENOSPC, "x"), OSError(errno.EFBIG, "x"), OSError(errno.EDQUOT, "x"), full],
        "check room, rights and disk": [OSError(errno.EROFS, "x"), PermissionError(errno.EACCES, "x"),
                                  _sqlite("CREATE TABLE t (a)", limit="PRAGMA query_only = 1")],
        "end that": [busy],
        "the next crawl": [_sqlite("SELECT * FROM meta"), _sqlite("SELECT rang FROM sqlite_master")],
        "kreispresse rebuild --data": [_sqlite("SELECT * FROM t", tmp_path / "x"), sqlite3.DatabaseError("page 3")],
    }  # fmt: skip
    for advised, errors in said.items():
        for error in errors:
            assert advised in advice(error, tmp_path), repr(error)


@pytest.mark.parametrize("kilobytes", [50, 900])
def test_a_crawl_without_room_stops_and_the_next_goes_on(
    press: Bench, tmp_path: Path, kilobytes: int
) -> None:
    ended = press.crawl(tmp_path / "data", play=partial(limit_files, kilobytes)).end()
    assert ended.code == 1
    assert ended.said.startswith("Error: ")
    assert "Traceback" not in ended.said
    assert "run the same command again" in ended.said.replace("\n", " ")
    assert press.after(tmp_path / "data", readable(tmp_path / "data")) == []


def test_a_fault_while_a_crawl_is_opened_is_told_as_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        with writing():
            raise OSError(errno.ENOSPC, "voll")

    monkeypatch.setattr("crawler.run.Recorder", refuse)
    monkeypatch.setattr("crawler.run.AsyncCrawlerProcess", lambda _: None)
    with pytest.raises(OSError, match="voll"):
        run([], tmp_path)


@pytest.mark.parametrize("place", [300, 4096 * 40])
def test_an_archive_that_is_damaged_anywhere_is_noticed_at_the_start_and_made_again(
    press: Bench, place: int
) -> None:
    with copied(press.work / "whole") as data:
        whole = rows_hash(data)
        before = len(press.site.asked)
        with (data / "archive.db").open("r+b") as file:
            file.seek(place)
            file.write(b"\xa5" * 4096)
        ended = press.crawl(data).end()
        assert (ended.code, "kreispresse rebuild --data" in ended.said) == (2, True)
        assert len(press.site.asked) == before
        assert Run("rebuild", "--data", str(data)).end().code == 0
        assert rows_hash(data) == whole


def test_a_damaged_state_is_begun_anew(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "state.db"
    first = State(path)
    first.looked("https://k.example/", "2026-03-01")
    first.close()
    path.write_bytes(path.read_bytes()[:5000] + b"\xff" * 9000)
    again = State(path)
    assert again.looked_at("https://k.example/") is None
    again.close()
    assert "begun anew" in caplog.text


def test_an_archive_that_nobody_may_write_to_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Archive(tmp_path / "archive.db").close()
    monkeypatch.setattr("os.access", lambda *_: False)
    db = connect(tmp_path / "archive.db")
    assert db["releases"].count == 0
    db.close()
    assert [path.name for path in tmp_path.iterdir()] == ["archive.db"]
