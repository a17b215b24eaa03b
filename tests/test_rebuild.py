"""The law: the same log gives the same rows, in any folder, after any interruption."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import subprocess
import time
import zlib
from collections.abc import Callable
from pathlib import Path

from loopback import Answer, Site, release
from support import kreispresse, query, report, rows_hash

from archive.captures import Logged, read
from archive.db import Archive
from archive.model import Hints, Page
from crawler.catch_up import catch_up, in_order
from crawler.readers import Readers
from crawler.rebuild import rebuild
from crawler.recorder import Recorder

ENTRY = {"id": "kreis-probe", "name": "Kreis Probe", "kind": "kreis", "land": "XX", "homepage": "https://k.example/",
         "press": "https://k.example/presse"}  # fmt: skip


def _page(n: int, version: int = 0) -> Page:
    body = release(
        f"Meldung Nummer {n}", f"Der Kreis hat zum {n}. Mal getagt, Fassung {version}. " * 8
    ).encode()
    return Page("", "", "kreis-probe", "release", "generic", f"https://k.example/{n}", 200, (("ETag", f'"{n}"'),), body,
                hints=Hints("listing", f"Meldung {n}", "2026-01-05"))  # fmt: skip


def _log_of_three_pages(data: Path) -> Path:
    recorder = Recorder(data)
    recorder.note("source", "kreis-probe", ENTRY)
    for n in range(3):
        recorder.page(_page(n))
    recorder.finish()
    return next((data / "captures").iterdir())


def _record_until_killed(data: Path, first: int) -> None:
    recorder = Recorder(data)
    recorder.note("source", "kreis-probe", ENTRY)
    for n in range(first, first + 10_000):
        recorder.page(_page(n))
        if n % 5 == 0:
            recorder.page(_page(n, version=1))


def _size_of_log(data: Path) -> int:
    return sum(file.stat().st_size for file in (data / "captures").glob("*"))


def _pages_in_log(data: Path) -> list[str]:
    logged = [entry.observation for entry in read(data / "captures") if isinstance(entry, Logged)]
    return [each.url for each in logged if isinstance(each, Page)]


def test_twenty_kills_lose_no_page_of_the_log_and_double_none(tmp_path: Path) -> None:
    """Killed at random moments, the next start brings in what was logged; in the end rows = rebuild of the log."""
    data = tmp_path / "data"
    fork = multiprocessing.get_context("fork")
    chance = random.Random(20260322)
    for run in range(20):
        process = fork.Process(target=_record_until_killed, args=(data, run * 10_000))
        before = _size_of_log(data)
        process.start()
        while run % 2 and _size_of_log(data) < before + 2000 and process.is_alive():
            time.sleep(0.002)  # every other run is killed among its pages, however long it took to begin
        time.sleep(chance.uniform(0.02, 0.15))
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join()
    Recorder(data).finish()
    logged = _pages_in_log(data)
    assert len(logged) >= 10
    assert sorted(url for (url,) in query(data, "SELECT url FROM releases")) == sorted(set(logged))
    assert query(data, "SELECT count(*) FROM revisions") == [(len(logged),)]
    rebuild(data, tmp_path / "again")
    assert rows_hash(tmp_path / "again") == rows_hash(data)


def test_a_torn_tail_costs_one_record_and_is_told_once(tmp_path: Path) -> None:
    file = _log_of_three_pages(tmp_path)
    whole = file.read_bytes()
    ends = [entry.end for entry in read(tmp_path / "captures") if isinstance(entry, Logged)]
    file.write_bytes(whole[: ends[-2] - 20])  # inside the last page; the note of the end is gone, too
    made = rebuild(tmp_path, tmp_path / "again")
    assert [damage.kind for damage in made.damages] == ["torn"]
    assert query(tmp_path / "again", "SELECT count(*) FROM releases") == [(2,)]
    archive = Archive(tmp_path / "again" / "archive.db")
    assert catch_up(archive, tmp_path / "captures", Readers()) == (0, [])
    archive.close()


def test_a_crawl_that_was_killed_goes_on_without_asking_again(site: Site, tmp_path: Path) -> None:
    import json
    import sys
    import threading

    titles = [f"Meldung Nummer {n} aus dem Kreishaus" for n in range(12)]
    site.add_releases(titles)
    halfway, killed = threading.Event(), threading.Event()

    def slow() -> Answer:
        halfway.set()
        assert killed.wait(100)
        return Answer(release(titles[6]))

    site.pages["/presse/6"] = slow
    register = tmp_path / "r.yml"
    register.write_text(json.dumps([site.entry()]), "utf-8")
    options = [
        "crawl",
        "--sources",
        str(register),
        "--data",
        str(tmp_path / "data"),
        "--report",
        str(tmp_path / "report.json"),
    ]
    with subprocess.Popen(
        [sys.executable, "-m", "crawler.cli", *options], stderr=subprocess.DEVNULL
    ) as process:
        assert halfway.wait(100)
        process.kill()
    killed.set()
    captured = set(_pages_in_log(tmp_path / "data"))
    before = len(site.asked)
    assert kreispresse(*options).returncode == 0
    assert sorted(title for (title,) in query(tmp_path / "data", "SELECT title FROM releases")) == sorted(
        titles
    )
    again = {site.address + path for path in site.paths()[before:]}
    assert again & captured <= {f"{site.address}/robots.txt", f"{site.address}/presse"}
    rebuild(tmp_path / "data", tmp_path / "again")
    assert rows_hash(tmp_path / "again") == rows_hash(tmp_path / "data")


def test_rebuild_after_crawls_with_every_kind_of_observation(
    site: Site, crawl: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    site.add_releases([f"Meldung Nummer {n} aus dem Kreishaus" for n in range(5)])
    for n in range(5):
        site.pages[f"/presse/{n}"] = Answer(str(site.pages[f"/presse/{n}"]), headers={"ETag": f'"{n}"'})
    site.pages["/presse/4"] = Answer(status=301, headers={"Location": "/neu/4"})
    site.pages["/neu/4"] = release("Meldung Nummer 4 aus dem Kreishaus")
    site.pages["/presse/3"] = Answer("kaputt", 500)
    crawl(site.entry())
    site.pages["/presse/0"] = Answer("fort", 404)
    site.pages["/presse/1"] = Answer(
        release("Meldung Nummer 1 aus dem Kreishaus", "Ganz anderer Text als vorher, und zwar mit Absicht.")
    )
    site.pages["/presse/3"] = release("Meldung Nummer 3 aus dem Kreishaus")
    for _ in range(2):
        crawl(site.entry(), options=("--full",))
    assert report(tmp_path)["kreis-probe"]["gone"] == 1
    for into in (tmp_path / "again", tmp_path / "elsewhere" / "deep"):
        rebuild(tmp_path / "data", into)
        assert rows_hash(into) == rows_hash(tmp_path / "data")
    before = rows_hash(tmp_path / "data")
    assert kreispresse("rebuild", "--data", str(tmp_path / "data")).returncode == 0
    assert rows_hash(tmp_path / "data") == before


def test_files_without_an_observation_do_not_disturb_the_order(tmp_path: Path) -> None:
    """A crawl killed at its very beginning leaves one, and so may another program."""
    file = _log_of_three_pages(tmp_path)
    empty = file.read_bytes()[: _end_of_first_member(file)]
    (file.parent / "20200101T000000000000Z-0000-0000.warc.gz").write_bytes(empty)
    (file.parent / "other.warc.gz").write_bytes(empty)
    archive = Archive(tmp_path / "archive.db")
    assert in_order(archive, file.parent)
    archive.close()


def _end_of_first_member(file: Path) -> int:
    inflate = zlib.decompressobj(wbits=31)
    whole = file.read_bytes()
    inflate.decompress(whole)
    return len(whole) - len(inflate.unused_data)


def test_rebuild_is_refused_while_a_crawl_works(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    done = kreispresse("rebuild", "--data", str(tmp_path))
    recorder.finish()
    assert done.returncode == 4
    assert "another crawl or rebuild works in" in done.stderr


def test_a_corrupt_record_is_told_by_rebuild(tmp_path: Path) -> None:
    file = _log_of_three_pages(tmp_path)
    ends = [entry.end for entry in read(tmp_path / "captures") if isinstance(entry, Logged)]
    spoiled = bytearray(file.read_bytes())
    spoiled[(ends[2] + ends[3]) // 2] ^= 0xFF
    file.write_bytes(spoiled)
    done = kreispresse("rebuild", "--data", str(tmp_path))
    assert "are corrupt and were left out" in done.stderr
    assert query(tmp_path, "SELECT count(*) FROM releases") == [(2,)]
