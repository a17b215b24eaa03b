"""How long work tells how far it is."""

from __future__ import annotations

import io

import pytest
from library import library

from archive.captures import Log
from archive.db import Archive
from archive.model import Note
from crawler.catch_up import catch_up
from crawler.readers import Readers
from crawler.recorder import Counts
from crawler.report import Progress, Result
from crawler.robots import TIME_IS_UP
from crawler.steps import Steps


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def told(stream, total):
    tell = Steps(stream)
    for done in range(1, total + 1):
        tell("indexed, releases", done, total)
    return stream.getvalue()


def test_a_terminal_has_one_moving_line_that_ends():
    shown = told(Terminal(), 3000)
    assert shown.count("\r") == 100
    assert shown.endswith("indexed, releases: 3,000 of 3,000\n")
    assert shown.count("\n") == 1


def test_a_log_has_a_line_each_tenth():
    lines = told(io.StringIO(), 3000).splitlines()
    assert lines[0] == "indexed, releases: 300 of 3,000"
    assert len(lines) == 10
    assert not any("\r" in line or "\x1b" in line for line in lines)


@pytest.mark.parametrize("total", [0, 1, 19])
def test_short_work_is_not_told_of(total):
    assert told(io.StringIO(), total) == told(Terminal(), total) == ""


def test_an_index_of_another_version_is_made_again_aloud(tmp_path):
    archive, _ = library(tmp_path, {str(n): f"Text Nummer {n}." for n in range(3)})
    archive.db.execute("DELETE FROM meta WHERE key = 'lexicon'")
    archive.db.conn.commit()
    archive.close()
    heard = []
    Archive(tmp_path / "archive.db", tell=lambda *step: heard.append(step)).close()
    assert heard[-1] == ("indexed, releases", 3, 3)
    Archive(tmp_path / "archive.db", tell=lambda *step: pytest.fail(str(step))).close()


def test_reading_a_log_is_told_to_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr("crawler.catch_up._MEGABYTE", 1)
    log = Log(tmp_path / "captures", "20260101T000000Z-0000")
    entry = {"id": "s", "name": "S", "kind": "kreis", "land": "XX", "homepage": "", "press": ""}
    for _ in range(3):
        log.append(Note("", "20260101T000000Z-0000", "source", "s", entry))
    log.close()
    archive = Archive(tmp_path / "archive.db")
    heard = []
    catch_up(archive, tmp_path / "captures", Readers(), lambda *step: heard.append(step[1:]))
    archive.close()
    done = [done for done, _ in heard]
    assert len(heard) >= 3
    assert done == sorted(done)
    assert heard[-1][0] == heard[-1][1] > 0


def test_the_moving_line_of_a_crawl_makes_room_for_its_table(capsys):
    stream = Terminal()
    progress = Progress(2, stream)
    progress.source(Result("kreis-a", "ok", None, Counts(new=2), TIME_IS_UP), None)
    assert stream.getvalue().endswith("1 of 2 sources, 0 pages, 2 new releases, 0 failures")
    progress.ended("one")
    assert stream.getvalue().endswith("\r\x1b[K")
    shown = capsys.readouterr().out
    assert shown.startswith("source ")
    assert "the crawl's time" in shown
