"""After a relaunch the register says what a source was like: pages are read by the family of the day of their capture."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from loopback import release
from support import query, rows_hash

from archive.db import Archive
from archive.model import Hints, Page
from crawler.rebuild import rebuild
from crawler.recorder import Recorder

ENTRY = {"id": "kreis-probe", "name": "Kreis Probe", "kind": "kreis", "land": "XX", "homepage": "https://k.example/",
         "press": "https://k.example/presse"}  # fmt: skip
URL = "https://k.example/index.php?object=tx,1.2&ModID=7&FID=1.{}.1&NavID=3"
IKISS, LATER = ["ikiss", "2099-12-31"], ["drupal", "2100-12-31"]


def _crawl(data: Path, numbers: range, *earlier: list[str]) -> None:
    recorder = Recorder(data)
    entry: dict[str, Any] = {**ENTRY, **({"earlier": list(earlier)} if earlier else {})}
    recorder.note("source", "kreis-probe", entry)
    recorder.mend()
    for n in numbers:
        body = release(f"Meldung mit der Nummer {n}").encode()
        recorder.page(
            Page("", "", "kreis-probe", "release", "", URL.format(n), 200, (), body, hints=Hints("listing"))
        )
    recorder.finish()


def _families(data: Path) -> set[str]:
    """What the keys of the addresses show: iKISS keys name nothing but the FID."""
    keys = [key for (key,) in query(data, "SELECT key FROM release_urls")]
    return {"generic" if "navid" in key.lower() else "ikiss" for key in keys}


def _same_again(data: Path, tmp_path: Path) -> bool:
    rebuild(data, tmp_path / "again")
    return rows_hash(tmp_path / "again") == rows_hash(data)


def test_the_day_of_capture_chooses_the_family(tmp_path: Path) -> None:
    _crawl(tmp_path / "then", range(2), LATER, IKISS)
    _crawl(tmp_path / "past", range(2), ["ikiss", "2020-12-31"])
    assert (_families(tmp_path / "then"), _families(tmp_path / "past")) == ({"ikiss"}, {"generic"})
    assert _same_again(tmp_path / "then", tmp_path)


def test_what_the_register_says_later_holds_for_pages_read_before(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    data = tmp_path / "data"
    _crawl(data, range(3))
    assert _families(data) == {"generic"}
    _crawl(data, range(3, 5), IKISS)
    assert "made before the register said what kreis-probe was like earlier" in caplog.text
    assert (_families(data), query(data, "SELECT count(*) FROM releases")) == ({"ikiss"}, [(5,)])
    assert _same_again(data, tmp_path)
    caplog.clear()
    _crawl(data, range(1), IKISS)
    assert "rebuilding" not in caplog.text
    _crawl(data, range(1))
    assert _families(data) == {"generic"}
    assert _same_again(data, tmp_path)


def test_an_entry_that_concerns_no_page_makes_nothing_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        _crawl(tmp_path / "data", range(2))
        _crawl(tmp_path / "data", range(2), ["ikiss", "2020-12-31"])
    assert "rebuilding" not in caplog.text
    assert _same_again(tmp_path / "data", tmp_path)


def test_a_kill_between_entry_and_rows_is_mended_at_the_next_start(tmp_path: Path) -> None:
    data = tmp_path / "data"
    _crawl(data, range(2))
    killed = Recorder(data)
    killed.note("source", "kreis-probe", {**ENTRY, "earlier": [IKISS]})
    killed.archive.close()
    killed._lock.release()
    Recorder(data).finish()
    assert _families(data) == {"ikiss"}
    archive = Archive(data / "archive.db")
    assert archive.stale is None
    archive.close()
    assert _same_again(data, tmp_path)
