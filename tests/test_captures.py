"""The log: what goes in comes out, and what a kill tears is told from what is whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive import captures
from archive.captures import Damage, Log, Logged, read, stamp
from archive.model import Hints, Note, Observation, Page

_words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)
_pages = st.builds(
    Page, at=st.just(""), crawl=st.just(""), source=st.just("kreis-probe"),
    role=st.sampled_from(["listing", "feed", "release", "robots"]), family=st.sampled_from(["", "typo3"]),
    url=st.from_regex(r"\Ahttps://kreis\.example/[a-z0-9/?=&%.-]{0,30}\Z"), status=st.sampled_from([200, 301, 304, 404, 599]),
    headers=st.lists(st.tuples(st.sampled_from(["Content-Type", "ETag", "X-A"]),
                               st.from_regex(r"\A[!-~]([ -~]{0,20}[!-~])?\Z")), max_size=3).map(tuple),
    body=st.binary(max_size=3000), via=st.lists(st.just("https://kreis.example/alt"), max_size=2).map(tuple),
    hints=st.builds(Hints, channel=_words, title=st.none() | _words.filter(bool)),
)  # fmt: skip
_failures = st.builds(
    Page, at=st.just(""), crawl=st.just(""), source=st.just("s"), role=st.just("release"), family=st.just(""),
    url=st.just("https://kreis.example/x"), error=_words,
)  # fmt: skip
_notes = st.builds(
    Note, at=st.just(""), crawl=st.just(""), topic=st.sampled_from(["crawl", "source", "result", "finished"]),
    source=st.sampled_from(["", "kreis-probe"]), data=st.dictionaries(_words, _words | st.integers() | st.none(), max_size=3),
)  # fmt: skip


def _written(
    folder: Path, observations: list[Observation], crawl: str = "20260101T000000Z-0000"
) -> list[Logged]:
    log = Log(folder, crawl)
    logged = [log.append(observation) for observation in observations]
    log.close()
    return logged


def _page(n: int) -> Page:
    return Page(
        "",
        "",
        "s",
        "release",
        "generic",
        f"https://kreis.example/{n}",
        200,
        body=f"<p>Meldung {n}".encode() * 50,
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(st.lists(_pages | _failures | _notes, max_size=6))
def test_what_is_logged_is_read(
    tmp_path_factory: pytest.TempPathFactory, observations: list[Observation]
) -> None:
    folder = tmp_path_factory.mktemp("log")
    logged = _written(folder, observations)
    found = list(read(folder))
    assert found == [
        entry if not (isinstance(entry.observation, Page) and entry.observation.status == 304) else found[n]
        for n, entry in enumerate(logged)
    ]
    # a "not modified" has no body to keep, all else of it is kept
    for entry, back in zip(logged, found, strict=True):
        assert isinstance(back, Logged)
        assert back.end == entry.end
        assert back.observation.at == entry.observation.at


def test_times_ascend_across_crawls_even_when_the_clock_is_set_back(tmp_path: Path) -> None:
    log = Log(tmp_path, "20990101T000000Z-0000", after="2099-01-01T00:00:00.000000Z")
    times = [log.append(_page(n)).observation.at for n in range(3)]
    log.close()
    assert times == [f"2099-01-01T00:00:00.00000{n}Z" for n in (1, 2, 3)]


def test_every_torn_tail_is_noticed_and_costs_only_its_record(tmp_path: Path) -> None:
    logged = _written(tmp_path, [_page(n) for n in range(3)])
    file = next(tmp_path.glob("*.warc.gz"))
    whole = file.read_bytes()
    for cut in range(logged[1].end + 1, logged[2].end, 7):
        file.write_bytes(whole[:cut])
        *kept, damage = read(tmp_path)
        assert kept == logged[:2]
        assert damage == Damage(file.name, logged[1].end, cut, "torn")


def test_a_corrupt_record_does_not_hide_those_behind_it(tmp_path: Path) -> None:
    logged = _written(tmp_path, [_page(n) for n in range(4)])
    file = next(tmp_path.glob("*.warc.gz"))
    spoiled = bytearray(file.read_bytes())
    middle = (logged[0].end + logged[1].end) // 2
    spoiled[middle] ^= 0xFF
    file.write_bytes(spoiled)
    found = list(read(tmp_path))
    assert [e for e in found if isinstance(e, Logged)] == [logged[0], *logged[2:]]
    assert [e for e in found if isinstance(e, Damage)] == [
        Damage(file.name, logged[0].end, logged[1].end, "corrupt")
    ]


def test_reading_goes_on_where_it_stopped(tmp_path: Path) -> None:
    logged = _written(tmp_path, [_page(n) for n in range(3)])
    assert list(read(tmp_path, {logged[0].file: logged[0].end})) == logged[1:]
    assert list(read(tmp_path, {logged[2].file: logged[2].end})) == []


def test_a_large_log_goes_on_in_a_second_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(captures, "FILE_BYTES", 500)
    logged = _written(tmp_path, [_page(n) for n in range(6)])
    assert len(list(tmp_path.glob("*.warc.gz"))) > 1
    assert list(read(tmp_path)) == logged


def test_records_of_other_programs_are_passed_over(tmp_path: Path) -> None:
    from io import BytesIO

    from warcio.warcwriter import WARCWriter

    logged = _written(tmp_path, [_page(1)])
    with (tmp_path / "00-other.warc.gz").open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        writer.write_record(
            writer.create_warc_record("https://a.example/", "resource", payload=BytesIO(b"x"))
        )
    assert list(read(tmp_path)) == logged


def test_a_stock_warc_reader_reads_the_log(tmp_path: Path) -> None:
    from warcio.archiveiterator import ArchiveIterator

    _written(tmp_path, [_page(1), Note("", "", "finished")])
    with next(tmp_path.glob("*.warc.gz")).open("rb") as file:
        kinds = [
            (record.rec_type, record.content_stream().read()[:13])
            for record in ArchiveIterator(file, check_digests="raise")
        ]
    assert [kind for kind, _ in kinds] == ["warcinfo", "response", "metadata"]
    assert kinds[1][1] == b"<p>Meldung 1<"


def test_stamp_is_utc() -> None:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    assert stamp(datetime(2026, 1, 1, 1, tzinfo=ZoneInfo("Europe/Berlin"))) == "2026-01-01T00:00:00.000000Z"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(
    st.lists(_pages | _failures | _notes, max_size=6),
    st.sampled_from(["s", "kreis-probe", "kreis", "nobody"]),
)
def test_what_concerns_one_source_is_all_of_it_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, observations: list[Observation], source: str
) -> None:
    folder = tmp_path_factory.mktemp("log")
    impostor = replace(_page(1), source="t", body=f'{{"source": "{source}", "source": ""}}'.encode())
    first = _written(folder, [impostor, *observations])
    _written(folder, [_page(2)], "20260102T000000Z-0000")
    whole = [entry for entry in read(folder) if isinstance(entry, Logged)]
    assert list(read(folder, source=source)) == [e for e in whole if e.observation.source in ("", source)]
    assert list(read(folder, crawl="20260101T000000Z-0000")) == first
