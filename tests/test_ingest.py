"""From the log to rows, whatever stands in it: hostile pages, damaged records, logs that came in later."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from loopback import page as html_page
from loopback import release
from support import query, rows_hash

from archive.captures import Logged, read
from archive.model import Hints, Page, Role
from crawler.rebuild import rebuild
from crawler.recorder import Recorder

ENTRY = {"id": "kreis-probe", "name": "Kreis Probe", "kind": "kreis", "land": "XX", "homepage": "https://k.example/",
         "press": "https://k.example/presse"}  # fmt: skip


def _page(
    body: bytes | str, role: Role = "release", url: str = "https://k.example/1", type: str = "text/html"
) -> Page:
    body = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    return Page(
        "", "", "kreis-probe", role, "", url, 200, (("Content-Type", type),), body, hints=Hints("listing", "")
    )


def _recorder(data: Path) -> Recorder:
    recorder = Recorder(data)
    recorder.note("source", "kreis-probe", ENTRY)
    return recorder


HOSTILE = [
    _page(release("Wien", day="9. Jänner 2026")),
    _page(release("Anfang der Zeit", day='<time datetime="0001-01-01T00:00:00+01:00">')),
    _page(release("Ende der Zeit", day='<time datetime="9999-12-31T23:59:59-12:00">')),
    _page(html_page("L", '<a href="http://[x">eins</a><a href="http://k.example:99999/">zwei</a><a href=/3>drei</a>', '<link rel=canonical href="http://[x">')),
    _page("<h1>Titel</h1><p>Müßig".encode("latin-1"), type="text/html; charset=undefined"),
    _page("<h1>Titel</h1><p>\ud800 Text mit halben Zeichen\x00 darin, der lang genug ist."),
    _page(html_page("L", "<ul><li>01.01.2026 <a href='http://[x'>Eine Meldung mit Titel</a></ul><!-- 1 --><a href=?2>2</a>"), "listing"),
    _page("<rss><channel><item><title>\\ud800</title><link>http://[x</link></item></channel></rss>", "feed", type="text/xml; charset=unicode_escape"),
    _page("<rss><channel><item><title>a</title><link>https://k.example:99999/</link></item></channel></rss>", "feed"),
    _page(b"\xff\xfe\x00", "listing"),
    _page(b"", "feed"),
    _page("<div>" * 20_000 + "<h1>tief</h1>"),
    _page("<h1>Leer</h1>"),
]  # fmt: skip


def test_hostile_pages_poison_neither_crawl_nor_rebuild(tmp_path: Path) -> None:
    recorder = _recorder(tmp_path / "data")
    for n, each in enumerate(HOSTILE):
        recorder.page(each)
        recorder.page(_page(release(f"Danach kommt Meldung {n}"), url=f"https://k.example/gut/{n}"))
    recorder.finish()
    assert query(tmp_path / "data", "SELECT count(*) FROM releases WHERE title LIKE 'Danach%'") == [
        (len(HOSTILE),)
    ]
    rebuild(tmp_path / "data", tmp_path / "again")
    assert rows_hash(tmp_path / "again") == rows_hash(tmp_path / "data")


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.binary(max_size=300) | st.text(alphabet="<>/=\"' abhlipr1.ä:&;[", max_size=300).map(str.encode),
                          st.sampled_from(["release", "listing", "feed", "robots"])), max_size=4))  # fmt: skip
def test_any_bytes_give_the_same_rows_again(
    tmp_path_factory: pytest.TempPathFactory, pages: list[tuple[bytes, Role]]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    recorder = _recorder(folder / "data")
    for n, (body, role) in enumerate(pages):
        recorder.page(_page(b"<h1>T</h1><p>" + body, role, f"https://k.example/{n}"))
    recorder.finish()
    rebuild(folder / "data", folder / "again")
    assert rows_hash(folder / "again") == rows_hash(folder / "data")


def test_no_single_damaged_record_stops_a_rebuild(tmp_path: Path) -> None:
    recorder = _recorder(tmp_path / "data")
    recorder.page(_page(release("Eine Meldung")))
    recorder.page(Page("", "", "kreis-probe", "release", "", "https://k.example/1", 404))
    recorder.note("result", "kreis-probe", {"status": "ok", "error": None, **dict.fromkeys(
        ("requests", "bytes", "not_modified", "seen", "new", "changed", "gone", "failed"), 0)})  # fmt: skip
    recorder.finish()
    file = next((tmp_path / "data" / "captures").iterdir())
    whole = file.read_bytes()
    ends = [entry.end for entry in read(tmp_path / "data" / "captures") if isinstance(entry, Logged)]
    starts = [ends[0] - 100, *ends[:-1]]
    for start, end in zip(starts, ends, strict=True):
        spoiled = bytearray(whole)
        spoiled[(start + end) // 2] ^= 0xFF
        file.write_bytes(spoiled)
        made = rebuild(tmp_path / "data", tmp_path / "again")
        assert len(made.damages) == 1


def test_a_log_that_comes_in_later_from_another_machine_is_put_in_its_place(tmp_path: Path) -> None:
    """Both machines' observations in order of time, whatever the order in which their files arrived."""
    first = _recorder(tmp_path / "a")
    first.page(_page(release("Eine Meldung", "Erste Fassung des Textes, wie sie zuerst zu lesen war.")))
    second = _recorder(tmp_path / "b")
    second.page(_page(release("Eine Meldung", "Zweite Fassung des Textes, die danach zu lesen war.")))
    first.page(_page(release("Eine Meldung", "Dritte Fassung des Textes, die zuletzt zu lesen war.")))
    first.finish()
    second.finish()
    for file in (tmp_path / "a" / "captures").iterdir():
        shutil.copy(file, tmp_path / "b" / "captures")
    Recorder(tmp_path / "b").finish()
    texts = [text for (text,) in query(tmp_path / "b", "SELECT text FROM revisions ORDER BY seen_at")]
    assert [text.split()[0] for text in texts] == ["Erste", "Zweite", "Dritte"]
    rebuild(tmp_path / "b", tmp_path / "again")
    assert rows_hash(tmp_path / "again") == rows_hash(tmp_path / "b")


def test_a_rebuild_into_another_archive_is_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        _recorder(tmp_path / name).finish()
    with pytest.raises(FileExistsError, match="log of its own"):
        rebuild(tmp_path / "a", tmp_path / "b")


def test_a_redirect_to_another_release_joins_nothing(tmp_path: Path) -> None:
    recorder = _recorder(tmp_path)
    for n in (1, 2):
        recorder.page(_page(release(f"Meldung {n}"), url=f"https://k.example/{n}"))
    moved = _page(release("Meldung 2"), url="https://k.example/2")
    recorder.page(
        Page(
            **{name: getattr(moved, name) for name in moved.__dataclass_fields__}
            | {"via": ("https://k.example/1",)}
        )
    )
    recorder.finish()
    assert query(tmp_path, "SELECT count(*) FROM releases") == [(2,)]
    assert query(tmp_path, "SELECT count(*) FROM absences") == [(1,)]
