"""Pages that would take minutes, gigabytes or the process to read cost only themselves; files are read as text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from os import getpid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reads import read_with_little, who

from archive.model import Hints, Page
from archive.pdf import pdf_paragraphs, read_pdf
from archive.tree import Unreadable
from crawler import pages
from crawler import readers as limits
from crawler.demo.files import pdf
from crawler.readers import Readers

BODY = (
    "<h1>Brücke gesperrt</h1><p>Der Kreis hat die Brücke gesperrt und bittet alle um Verständnis dafür.</p>"
)
FILLER = "<!-- %s -->" % ("x" * 300_000)


def page(body: bytes, *, title: str | None = None, day: str | None = None) -> Page:
    return Page("2026-03-20T10:00:00.000000Z", "c", "s", "release", "", "https://k.example/1", 200, (), body,
                hints=Hints("listing", title, day))  # fmt: skip


ENDLESS = f"{BODY}<p {' '.join(f'a{n}=1' for n in range(100_000))}>x</p>".encode()


@pytest.fixture
def readers() -> Iterator[Readers]:
    readers = Readers()
    yield readers
    readers.close()


def test_a_page_that_takes_too_long_is_unreadable_and_the_next_is_read(readers: Readers, monkeypatch) -> None:
    monkeypatch.setattr(limits, "SECONDS", 1)
    with pytest.raises(limits.Late, match="took longer than 1 s"):
        readers.read(pages.released, page(ENDLESS), "generic")
    found = readers.read(pages.released, page((BODY + FILLER).encode()), "generic")
    assert found[0].content.title == "Brücke gesperrt"


def test_a_list_that_takes_too_long_is_unreadable_too(readers: Readers, monkeypatch) -> None:
    monkeypatch.setattr(limits, "SECONDS", 1)
    with pytest.raises(Unreadable, match="took longer than 1 s"):
        readers.read(pages.listed, replace(page(ENDLESS), role="listing"), pages.Around(None))


def test_a_page_that_needs_too_much_memory_is_unreadable(readers: Readers) -> None:
    hungry = (BODY + "<p>Ein Satz mit Worten.</p>" * 200_000).encode()
    with pytest.raises(Unreadable, match=r"MemoryError|want of|not HTML|alloc"):
        readers.read(read_with_little, page(hungry), "generic")


def test_what_was_begun_otherwise_is_read_anew(monkeypatch) -> None:
    monkeypatch.setattr(limits, "_FEW", 0)
    one, other = page(BODY.encode()), page(BODY.replace("Brücke", "Straße").encode())
    with closing(Readers(jobs=2)) as readers:
        assert readers.begin(pages.released, one, "generic") is not None
        assert readers.begin(who, other, "begun") is not None
        assert readers.read(pages.released, one, "generic")[0].content.title == "Brücke gesperrt"
        assert readers.read(who, other, "asked for") == ("asked for", getpid())
        assert readers.read(who, other, "begun") != ("begun", getpid())


@pytest.mark.parametrize("body", [
    b"%PDF-1.7 garbage", b"%PDF-1.4\n" + b"\x00" * 5000, pdf(["Brücke"])[:400], pdf([]),
])  # fmt: skip
def test_broken_and_empty_files_say_why(body: bytes) -> None:
    with pytest.raises(Unreadable, match="PDF"):
        read_pdf(page(body))


LINES = [
    "Kreis Probe", "Pressemitteilung", "Auenfurt, 9. März 2026", "", "Neue Brücke über die Aue ist offen", "",
    "Der Landrat hat die neue Brücke über die Aue eröffnet. Viele Gäste aus dem Kreis und der Nach-",
    "barschaft kamen. Die Brücke ist 40 Meter lang.", "", "Die Arbeiten haben zwei Jahre gedauert.", "",
    "Pressekontakt: Kreis Probe, Tel. 01234 567-890",
]  # fmt: skip


def test_a_release_that_is_a_file() -> None:
    text = read_pdf(page(pdf(LINES)))
    assert text.title == "Neue Brücke über die Aue ist offen"
    assert text.text.split("\n\n") == [
        "Der Landrat hat die neue Brücke über die Aue eröffnet. Viele Gäste aus dem Kreis und der Nachbarschaft kamen. Die Brücke ist 40 Meter lang.",
        "Die Arbeiten haben zwei Jahre gedauert.",
    ]
    assert (text.published_on, text.published_from) == ("2026-03-09", "date at the title")


def test_the_lists_title_and_day_count_more_than_guesses() -> None:
    text = read_pdf(page(pdf(LINES), title="Neue Brücke", day="2026-03-10"))
    assert (text.title, text.published_on, text.published_from) == ("Neue Brücke", "2026-03-10", "listing")


def test_a_file_is_read_in_a_process_of_its_own(readers: Readers) -> None:
    (found,) = readers.read(pages.released, page(pdf(LINES)), "generic")
    assert found.content.title == "Neue Brücke über die Aue ist offen"
    with pytest.raises(Unreadable, match="PDF"):
        readers.read(pages.released, page(b"%PDF-1.4 no"), "generic")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=600))
def test_any_file_is_read_or_unreadable(rest: bytes) -> None:
    try:
        assert isinstance(pdf_paragraphs(b"%PDF-1.4\n" + rest), list)
    except Unreadable as error:
        assert str(error)
