"""The logs of several machines give the rows of one crawl, whichever came first, whatever some of them lack."""

from __future__ import annotations

import gzip
import io
import shutil
from collections.abc import Iterable
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from logged import page, record
from support import Crawled, query, rows_hash, source_of
from warcio.warcwriter import WARCWriter

from archive.captures import Logged, read
from archive.model import Note, Observation
from archive.records import record as as_record
from crawler.cli import main
from crawler.folder import Lock
from crawler.rebuild import rebuild
from crawler.shards import Shard, groups
from crawler.state import State

OF_CRAWLS = {"crawls", "source_crawls", "source_states", "sources", "log_files"}
"""Tables that say which crawl, and which file, something comes from."""


def _merge(*folders: Path, into: Path) -> Result:
    done = CliRunner().invoke(main, ["merge", *map(str, folders), "--into", str(into)])
    assert done.exit_code == 0, done.output
    return done


def _write(path: Path, observations: Iterable[Observation]) -> None:
    """A log file of observations that keep their times."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for each in observations:
            packed = io.BytesIO()
            writer = WARCWriter(packed, gzip=False, warc_version="WARC/1.1")
            writer.write_record(as_record(writer, each))
            file.write(gzip.compress(packed.getvalue(), mtime=0))


def _divided(data: Path, into: Path, count: int) -> list[Path]:
    """The log of whole crawls as shards would have written it, at the same times."""
    observations = [each.observation for each in read(data / "captures") if isinstance(each, Logged)]
    entries = {
        each.source: each.data for each in observations if isinstance(each, Note) and each.topic == "source"
    }
    group = groups([source_of(id_, each["homepage"], each["press"]) for id_, each in entries.items()])
    folders = []
    for number in range(1, count + 1):
        mine = [
            each for each in observations if not each.source or group[each.source] in Shard(number, count)
        ]
        folders.append(into / str(number))
        for crawl in sorted({each.crawl for each in mine}):
            own = f"{crawl[:-4]}{number:04}"
            log = [replace(each, crawl=own) for each in mine if each.crawl == crawl]
            _write(folders[-1] / "captures" / f"{own}-0000.warc.gz", log)
    return folders


def _of_crawls(data: Path) -> list[list[tuple[object, ...]]]:
    """What is said of crawls beside their names and those of files."""
    names = {"source_crawls": "crawl_id", "source_states": "crawl_id", "sources": "last_crawl_id"}
    wanted = {
        table: [row[1] for row in query(data, f"PRAGMA table_info({table})") if row[1] != name]
        for table, name in names.items()
    }
    wanted["crawls"] = ["started_at", "finished_at", "software", "complete", "gone_after_hours"]
    return [
        sorted(set(query(data, f"SELECT {', '.join(columns)} FROM {name}")), key=repr)
        for name, columns in wanted.items()
    ]


def test_merged_shards_are_one_crawl_row_for_row_in_whatever_order(crawled: Crawled, tmp_path: Path) -> None:
    shards = _divided(crawled.data, tmp_path / "shards", 2)
    assert all(any((shard / "captures").iterdir()) for shard in shards)
    wanted = rows_hash(crawled.data)
    _merge(*shards, into=tmp_path / "at-once")
    for shard in reversed(shards):
        _merge(shard, into=tmp_path / "one-by-one")
    for data in (tmp_path / "at-once", tmp_path / "one-by-one"):
        made = rows_hash(data)
        assert {name for name, each in made.items() if each != wanted[name]} <= OF_CRAWLS
        assert _of_crawls(data) == _of_crawls(crawled.data)
    assert rows_hash(tmp_path / "at-once") == rows_hash(tmp_path / "one-by-one")


def test_the_same_merge_again_changes_nothing(tmp_path: Path) -> None:
    record(tmp_path / "one", page(1), page(2))
    record(tmp_path / "two", page(3))
    told = _merge(tmp_path / "one", tmp_path / "two", into=tmp_path / "all").output
    assert "2 new, 0 more complete than before, 0 known" in told
    assert f"{tmp_path / 'all'}: 3 releases" in told
    before = {path: path.read_bytes() for path in (tmp_path / "all").rglob("*") if path.is_file()}
    assert "0 new, 0 more complete than before, 2 known; 0 records" in _merge(
        tmp_path / "one", tmp_path / "two", tmp_path / "one", tmp_path / "all", into=tmp_path / "all").output  # fmt: skip
    assert {p: b for p, b in before.items() if p.name != "archive.db"} == {
        p: p.read_bytes() for p in before if p.name != "archive.db"
    }


def test_the_merge_of_a_later_night_is_added_to_the_rows(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    record(tmp_path / "one", page(1))
    _merge(tmp_path / "one", into=tmp_path / "all")
    record(tmp_path / "one", page(1, "Und noch mehr."))
    record(tmp_path / "two", page(2))
    _merge(tmp_path / "one", tmp_path / "two", into=tmp_path / "all")
    assert "rebuilding" not in caplog.text
    rebuild(tmp_path / "all", tmp_path / "again")
    assert rows_hash(tmp_path / "all") == rows_hash(tmp_path / "again")
    assert query(tmp_path / "all", "SELECT count(*) FROM revisions") == [(3,)]


@pytest.mark.parametrize("order", list(permutations(("cut", "spoiled"))), ids="-".join)
def test_copies_that_were_cut_off_or_spoiled_make_each_other_whole(
    order: tuple[str, ...], tmp_path: Path
) -> None:
    file = record(tmp_path / "whole", *map(page, range(6)))
    ends = [each.end for each in read(tmp_path / "whole" / "captures") if isinstance(each, Logged)]
    content = file.read_bytes()
    spoiled = bytearray(content[: ends[-2]])
    spoiled[(ends[2] + ends[3]) // 2] ^= 0xFF
    for name, copy in (("cut", content[: ends[4] - 9]), ("spoiled", spoiled), ("end", content)):
        (tmp_path / name / "captures").mkdir(parents=True)
        (tmp_path / name / "captures" / file.name).write_bytes(copy)
    first = _merge(tmp_path / order[0], into=tmp_path / "all")
    assert "cannot be read" in first.output
    told = _merge(tmp_path / order[1], into=tmp_path / "all").output
    assert "1 more complete than before" in told
    assert query(tmp_path / "all", "SELECT count(*) FROM releases") == [(6,)]
    _merge(tmp_path / "end", into=tmp_path / "all")
    assert rows_hash(tmp_path / "all")["releases"] == rows_hash(tmp_path / "whole")["releases"]
    assert query(tmp_path / "all", "SELECT finished_at IS NULL FROM crawls") == [(0,)]
    assert "1 known" in _merge(tmp_path / order[0], into=tmp_path / "all").output


@pytest.mark.parametrize("withdrawn_in", ["one", "all"])
def test_what_was_withdrawn_in_one_folder_is_withheld_in_all(withdrawn_in: str, tmp_path: Path) -> None:
    words = (
        "Der Bäckermeister Ottokar Wendelstein aus Niederaue hat heimlich gelauscht, sagt seine Nachbarin. "
    )
    for name, first in (("one", 1), ("two", 3)):
        record(tmp_path / name, page(first, words), page(first + 1))
        state = State(tmp_path / name / "state.db")
        state.remember(replace(page(first), at="2026-01-05T00:00:00.000000Z"))
        state.close()
    _merge(tmp_path / "one", into=tmp_path / "all")
    done = CliRunner().invoke(main, ["withdraw", "https://k.example/1", "--reason", "court", "--yes", "--data",
                                     str(tmp_path / withdrawn_in)])  # fmt: skip
    assert done.exit_code == 0, done.output
    for _ in range(2):
        told = _merge(tmp_path / "one", tmp_path / "two", into=tmp_path / "all").output
    assert "0 new, 0 more complete than before" in told
    assert "Wendelstein" not in " ".join(
        row[0] for row in query(tmp_path / "all", "SELECT text FROM releases")
    )
    for file in (tmp_path / "all" / "captures").iterdir():
        assert b"Wendelstein" not in gzip.decompress(file.read_bytes())
    assert b"k.example/1" not in (tmp_path / "all" / "state.db").read_bytes()
    rebuild(tmp_path / "all", tmp_path / "again")
    assert rows_hash(tmp_path / "all") == rows_hash(tmp_path / "again")


def test_a_merge_that_was_stopped_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, n in (("one", 1), ("two", 2)):
        record(tmp_path / name, page(n))
    copy = shutil.copyfile

    def cut_off(source: Path, target: Path) -> None:
        copy(source, target)
        if source.is_relative_to(tmp_path / "two"):
            target.write_bytes(target.read_bytes()[:99])
            raise OSError("No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "copyfile", cut_off)
        done = CliRunner().invoke(
            main, ["merge", str(tmp_path / "one"), str(tmp_path / "two"), "--into", str(tmp_path / "all")]
        )
    assert (done.exit_code, "the merge is not complete" in done.output) == (1, True)
    _merge(tmp_path / "one", tmp_path / "two", into=tmp_path / "all")
    assert query(tmp_path / "all", "SELECT count(*) FROM releases") == [(2,)]
    assert not list((tmp_path / "all").rglob("*.part"))


def test_folders_that_are_crawled_or_hold_no_log_are_refused(tmp_path: Path) -> None:
    record(tmp_path / "one", page(1))
    lock = Lock(tmp_path / "one")
    busy = CliRunner().invoke(main, ["merge", str(tmp_path / "one"), "--into", str(tmp_path / "all")])
    lock.release()
    assert (busy.exit_code, f"works in {tmp_path / 'one'}" in busy.output) == (4, True)
    for name in ("empty", "all"):
        (tmp_path / name).mkdir()
    for folder, said in (("empty", "no log in"), ("all", "all there is")):
        done = CliRunner().invoke(main, ["merge", str(tmp_path / folder), "--into", str(tmp_path / "all")])
        assert (done.exit_code, said in done.output) == (2, True), done.output


def test_of_what_servers_gave_the_later_holds(tmp_path: Path) -> None:
    """An older validator would make a page that is as it once was pass for unchanged."""
    times = ["2026-01-05T00:00:00.000000Z", "2026-01-06T00:00:00.000000Z"]
    for order in permutations([("a", times[0], (("ETag", '"1"'),)), ("b", times[1], ())]):
        mine, other = ((tmp_path / f"{order[0][0]}-{name}.db", at, headers) for name, at, headers in order)
        for path, at, headers in (mine, other):
            state = State(path)
            state.remember(replace(page(1), at=at, headers=headers))
            state.keep(replace(page(int(at == times[0])), at=at, url="https://k.example/robots.txt"), 10_000)
            state.pause("kreis-probe", {"left": [], "done": [at]}, at)
            state.close()
        state = State(mine[0])
        state.join(other[0], lambda _: False)
        assert state.conditions("https://k.example/1") == {}
        assert b"Meldung Nummer 0" in (state.body("https://k.example/robots.txt") or b"")
        assert state.walk("kreis-probe") == {"left": [], "done": [times[1]]}
        state.close()


def test_a_state_that_cannot_be_read_costs_nothing_else(tmp_path: Path) -> None:
    record(tmp_path / "one", page(1))
    (tmp_path / "one" / "state.db").write_bytes(b"nothing that SQLite knows" * 50)
    _merge(tmp_path / "one", into=tmp_path / "all")
    assert query(tmp_path / "all", "SELECT count(*) FROM releases") == [(1,)]


def test_a_damaged_archive_is_said_to_be_and_how_to_make_it_again(tmp_path: Path) -> None:
    record(tmp_path / "one", page(1))
    (tmp_path / "all").mkdir()
    (tmp_path / "all" / "archive.db").write_bytes(b"nothing that SQLite knows" * 50)
    done = CliRunner().invoke(main, ["merge", str(tmp_path / "one"), "--into", str(tmp_path / "all")])
    assert (done.exit_code, f"kreispresse rebuild --data {tmp_path / 'all'}" in done.output) == (2, True)
    rebuild(tmp_path / "all")
    _merge(tmp_path / "one", into=tmp_path / "all")
    assert query(tmp_path / "all", "SELECT count(*) FROM releases") == [(1,)]
