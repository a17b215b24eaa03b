from __future__ import annotations

import sqlite3

import pytest
import sample
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.db import connect
from archive.search import MAX_TERMS, parse, plain, search, spellings


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    db = connect(sample.build(tmp_path_factory.mktemp("search")) / "archive.db")
    yield db
    db.close()


def ids(db, query, **options):
    return [hit.id for hit in search(db, query, limit=100, **options).hits]


@pytest.mark.parametrize("query", ["Güler", "Gueler", "GÜLER", "gu\u0308ler", "Gü\u00adler", "Gül*", "Gue*"])
def test_umlauts_are_found_however_they_are_written(db, query):
    assert {sample.BRIDGE_ID, sample.GONE_ID} <= set(ids(db, query))


def test_a_word_without_umlaut_finds_the_word_with_it(db):
    assert ids(db, "Guler") == [sample.BRIDGE_ID]


@pytest.mark.parametrize("query", ["Straße", "Strasse", "STRASSE", "STRAẞE"])
def test_sharp_s_and_double_s_are_the_same(db, query):
    assert ids(db, query) == [sample.GONE_ID]


def test_sharp_s_within_a_word(db):
    assert ids(db, "Muehlenstrasse") == ids(db, "Mühlenstraße") == [sample.BRIDGE_ID]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("Brücke Busse", True),
        ("Brücke Posaune", False),
        ('"Lager der Brücke"', True),
        ("„Lager der Bruecke“", True),
        ("»Lager der Brücke«", True),
        ('"Brücke der Lager"', False),
        ("Brücke -Busse", False),
        ("Brücke -Posaune", True),
        ('Brücke -"Lager der"', False),
        ("Umleit*", True),
        ("Umleit", False),
        ("zehn-Minuten", True),
        ("Brücke AND Busse", False),
    ],
)
def test_query_language(db, query, found):
    assert (sample.BRIDGE_ID in ids(db, query)) is found


def test_only_exclusions_list_the_rest(db):
    everything = ids(db, "")
    assert ids(db, "-Brücke") == [number for number in everything if number != sample.BRIDGE_ID]


def test_a_query_without_a_letter_finds_nothing(db):
    assert search(db, "§ – ?").total == 0


def test_title_counts_more_than_text(db):
    assert [hit.title for hit in search(db, "Brücke Umleitung", limit=1).hits] == [sample.BRIDGE.title]


def test_marks(db):
    hit = search(db, '"Henning Güler"').hits[0]
    assert [part.text for part in hit.snippet if part.marked] == ["Henning Güler"]
    assert plain(hit.marked_title) == hit.title == sample.BRIDGE.title


def test_a_word_of_the_teaser_shows_the_teaser(db):
    assert "befahrbar" in [part.text for part in search(db, "befahrbar").hits[0].snippet if part.marked]


def test_facts_of_a_hit(db):
    hit = search(db.conn, "Gueler Meissner").hits[0]
    assert (hit.publisher_id, hit.publisher, hit.published_on, hit.url) == (
        "landkreis-übertal",
        "Landkreis Übertal",
        "2026-02-20",
        sample.GONE_AT.url,
    )
    assert hit.gone_at


@pytest.mark.parametrize("query", ["", " \t", "Pressestelle"])
@pytest.mark.parametrize("order", ["newest", "best"])
def test_pages_neither_repeat_nor_miss(db, query, order):
    whole = search(db, query, limit=1000, order=order)
    paged = [
        hit.id
        for n in range(0, whole.total, 4)
        for hit in search(db, query, limit=4, offset=n, order=order).hits
    ]
    assert paged == [hit.id for hit in whole.hits]
    assert len(set(paged)) == whole.total >= 21


def test_newest_first_by_publication_else_first_capture(db):
    hits = search(db, "", limit=100).hits
    days = [hit.published_on or hit.first_seen_at[:10] for hit in hits]
    assert days == sorted(days, reverse=True)
    assert hits[0].title == sample.UNDATED.title


def test_one_publisher(db):
    assert {hit.publisher_id for hit in search(db, "", publisher="kreis-auenfeld").hits} == {"kreis-auenfeld"}
    assert search(db, "Feuerwehren", publisher="kreis-auenfeld").total == 1
    assert search(db, "Feuerwehren", publisher="nobody").total == 0


def test_marks_in_a_hostile_text_mark_nothing(tmp_path):
    db = connect(sample.build(tmp_path) / "archive.db", write=True)
    with db.atomic():
        db.execute(
            "UPDATE releases SET text = ? WHERE id = ?",
            ["\ufdd1a\ufdd0b Brücke\ufdd0 c\ufdd1", sample.BRIDGE_ID],
        )
    assert plain(search(db, "Brücke").hits[0].snippet) == "ab Brücke c"
    db.close()


# What breaks query languages: their own signs and words, among letters of any script.
_PIECES = st.sampled_from(
    ['"', "„", "“", "»", "*", "^", ":", "(", ")", "-", "+", "{", "}", "AND", "OR", "NOT", "NEAR",
     "NEAR(", "title:", " ", "\0", "ü", "ß", "ss", "ue", "Kreis", "\ud800", "\ufdd0", "\u0308", "٣",
     "漢", "😀"]
)  # fmt: skip
_QUERIES = st.one_of(st.text(), st.lists(st.one_of(_PIECES, st.text(max_size=3))).map("".join))


@settings(max_examples=300, deadline=None)
@given(query=_QUERIES)
def test_any_text_is_a_query(query):
    match = parse(query)
    for expression in filter(None, (match.wanted, match.unwanted)):
        _INDEX.execute("SELECT count(*) FROM t WHERE t MATCH ?", [expression]).fetchone()


@settings(max_examples=60, deadline=None)
@given(query=_QUERIES)
def test_any_text_can_be_searched(shared, query):
    assert search(shared, query, limit=3).total >= len(search(shared, query, limit=3, order="newest").hits)


@pytest.mark.parametrize(
    "text", ["ü" * 50_000, "ss " * 33_000, '"' * 100_000, "-a" * 50_000, "„Grüße " * 14_000]
)
def test_long_queries(db, text):
    assert search(db, text).query == text


def test_number_of_terms_and_spellings_is_bounded():
    assert parse("Grüße " * 1000).wanted.count("AND") == MAX_TERMS - 1
    assert max(len(spellings("ü" * n)) for n in range(30)) == 16


@given(word=st.text(alphabet="aeiouäöüßsdr", max_size=12))
def test_spellings_begin_with_the_word_itself(word):
    assert spellings(word)[0] == word


@pytest.fixture(scope="module")
def shared(db):
    return db


_INDEX = sqlite3.connect(":memory:")
_INDEX.execute("CREATE VIRTUAL TABLE t USING fts5 (a, tokenize = 'unicode61 remove_diacritics 2')")
