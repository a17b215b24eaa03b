"""The index stays in step with the rows, is the same whatever the order, and keeps nothing of what is removed."""

from __future__ import annotations

import hashlib
import re
import shutil
import sqlite3
import subprocess
from pathlib import Path

import duckdb
import duckdb_extension_sqlite_scanner
import pytest
import sample
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from library import AT, library, put

from archive.db import Archive, connect
from archive.derive import derive
from archive.merge import merge
from archive.migrations import migrate
from archive.model import Note
from archive.search import search
from archive.search.analyser import fold, key, runs
from archive.search.index import add, is_current, refresh, reindex, remove
from archive.search.lexicon import Lexicon, shipped
from archive.search.query import MAX_TERMS, parse, tokens
from archive.search.rewrite import Rewriter, spellings
from archive.search.schema import search_facts, search_tables, text_comes_first, typos_and_phrases_in_sql

NOUN = "Die Stadt lobt den Quarkberg und den Quark am Berg. "
TEXTS = {
    "a": NOUN + "Der Quarkbergweg ist offen.",
    "b": NOUN + "Das Zimtfest am Quarkberg beginnt.",
    "c": NOUN + "Das Zimtfest und der Zimt.",
    "d": "Ein Satz mit Zimtfesten, den Zimt und die Fülle.",
    "e": "Den Zimt und den Fülle-Zimt im Quarkbergwegbau sah sie.",
}


def contents(db) -> dict[str, str]:
    """All that the index holds, as hashes: its rows, its words, each occurrence in the full-text tables."""
    db.execute("DROP TABLE IF EXISTS temp.exact")
    db.execute("DROP TABLE IF EXISTS temp.keys")
    db.execute("CREATE VIRTUAL TABLE temp.exact USING fts5vocab(main, releases_fts, instance)")
    db.execute("CREATE VIRTUAL TABLE temp.keys USING fts5vocab(main, releases_fts_keys, instance)")
    rows = {
        name: sorted(map(repr, db.execute(f"SELECT * FROM {name}")))
        for name in ("search_rows", "wortform", "temp.exact", "temp.keys")
    }
    return {
        name: f"{len(some)} {hashlib.sha256(repr(some).encode()).hexdigest()}" for name, some in rows.items()
    }


def check(db) -> None:
    """FTS5's own check, and the index as it would be made anew."""
    db.execute("INSERT INTO releases_fts(releases_fts, rank) VALUES ('integrity-check', 1)")
    db.execute("INSERT INTO releases_fts_keys(releases_fts_keys) VALUES ('integrity-check')")
    refresh(db)
    before = contents(db)
    reindex(db)
    assert contents(db) == before


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(sorted(TEXTS)), cut=st.integers(0, 5))
def test_the_same_releases_give_the_same_index_in_any_order(tmp_path_factory, order, cut):
    archive, _ = library(tmp_path_factory.mktemp("order"), {})
    for n, name in enumerate(order):
        with archive.db.atomic():
            put(archive, name, TEXTS[name])
        if n == cut:
            derive(archive.db)
    derive(archive.db)
    assert contents(archive.db) == _reference(tmp_path_factory)
    archive.close()


_references: list[dict[str, str]] = []


def _reference(tmp_path_factory) -> dict[str, str]:
    if not _references:
        archive, _ = library(tmp_path_factory.mktemp("reference"), TEXTS)
        with archive.db.atomic():
            reindex(archive.db)
        _references.append(contents(archive.db))
        archive.close()
    return _references[0]


def test_an_archive_learns_compounds_from_its_own_nouns(tmp_path):
    archive, numbers = library(tmp_path, TEXTS)
    assert numbers["a"] not in [
        hit.id for hit in search(archive.db, "wörtlich:nichts ODER Quark Bergweg").hits if not hit.partial
    ]
    with archive.db.atomic():
        refresh(archive.db)
    assert {"quark", "berg"} <= set(
        archive.db.execute("SELECT parts FROM wortform WHERE form = 'quarkberg'").fetchone()[0].split()
    )
    assert numbers["b"] in [hit.id for hit in search(archive.db, "Quark").hits]
    archive.close()


def test_changes_and_merges_keep_the_index_in_step(tmp_path):
    archive, numbers = library(tmp_path, TEXTS)
    with archive.db.atomic():
        put(archive, "a", "Ganz anders steht das Tintenfass da.", moment=5, day="2025-05-05")
        merge(archive.db, numbers["b"], numbers["c"])
        check(archive.db)
    assert [hit.title for hit in search(archive.db, "Tintenfass").hits] == ["a"]
    assert len(search(archive.db, "Zimtfest ab:2025", order="newest").hits) == 2
    archive.close()


def test_what_limits_a_search_follows_what_is_written(tmp_path):
    archive, numbers = library(tmp_path, TEXTS)
    db, number = archive.db, numbers["a"]
    gone, attached = {"nur:weg": number}, {"mit:Anhang": number}

    def limits() -> dict[str, int]:
        return {
            query: hit.id
            for query in ("nur:weg", "nur:geändert", "mit:Anhang", "art:Einladung", "von:other")
            for hit in search(db, query).hits
        }

    db.execute("UPDATE releases SET gone_at = '2026-02-02T00:00:00Z' WHERE id = ?", [number])
    assert limits() == gone
    db.execute("INSERT INTO attachments (release_id, n, url) VALUES (?, 1, 'u'), (?, 2, 'v')", [number] * 2)
    assert limits() == gone | attached
    db.execute("DELETE FROM attachments WHERE n = 2")
    db.execute("UPDATE releases SET gone_at = NULL WHERE id = ?", [number])
    assert limits() == attached
    db.execute("DELETE FROM attachments")
    db.execute("UPDATE releases SET kind = 'invitation', changed_at = 'now' WHERE id = ?", [number])
    assert limits() == {"nur:geändert": number, "art:Einladung": number}
    with db.atomic():
        check(db)
    archive.close()


def test_releases_follow_their_authority_into_another_land(tmp_path):
    archive, _ = library(tmp_path, TEXTS)
    entry = {"id": "library", "name": "Library", "kind": "kreis", "land": "NI", "homepage": "", "press": ""}
    with archive.db.atomic():
        archive.note(Note(AT.format(9), "c", "source", "library", entry))
        check(archive.db)
    assert search(archive.db, "Zimtfest land:NI").total == 3
    assert search(archive.db, "Zimtfest land:XX").total == 0
    archive.close()


def test_a_database_of_an_older_schema_gets_its_index(tmp_path, monkeypatch):
    sample.build(tmp_path)
    db = connect(tmp_path / "archive.db", write=True)
    before = contents(db)
    for statement in (
        "DROP TRIGGER search_facts_of_release", "DROP TRIGGER search_facts_attached", "DROP TRIGGER search_facts_detached",
        "DROP VIEW suche_wortlaut", "DROP VIEW suche", "DROP VIEW frage_schluessel", "DROP VIEW search_texts", "DROP TABLE frage",
        "DROP TABLE releases_fts", "DROP TABLE releases_fts_keys", "DROP TABLE search_rows", "DROP TABLE wortform",
        "UPDATE meta SET value = 'none' WHERE key = 'lexicon'",
    ):  # fmt: skip
        db.execute(statement)
    db["releases"].enable_fts(["title", "teaser", "text"], create_triggers=True)
    search_tables(db)
    search_facts(db)
    text_comes_first(db)
    typos_and_phrases_in_sql(db)
    db.conn.commit()
    db.close()
    archive = Archive(tmp_path / "archive.db")
    assert is_current(archive.db.conn)
    assert contents(archive.db) == before
    archive.close()


def test_an_index_of_another_version_is_made_again_before_anything_is_written(tmp_path):
    archive, _ = library(tmp_path, TEXTS)
    with archive.db.atomic():
        refresh(archive.db)
    before = contents(archive.db)
    archive.db.execute("UPDATE meta SET value = 'another' WHERE key = 'lexicon'")
    archive.db.execute("DELETE FROM wortform")
    archive.db.conn.commit()
    archive.close()
    again = Archive(tmp_path / "archive.db")
    assert contents(again.db) == before
    again.close()


def test_what_is_removed_leaves_no_byte(tmp_path):
    archive, numbers = library(
        tmp_path, TEXTS | {"x": "Nur Zwetschgenknoedel und Kaesespaetzle-Zwirbel fehlen."}
    )
    db = archive.db
    with db.atomic():
        refresh(db)
        number = numbers["x"]
        remove(db, number)
        for table in ("revisions", "release_ids", "release_urls", "release_sources"):
            db.execute(f"DELETE FROM {table} WHERE release_id = ?", [number])
        db.execute("DELETE FROM releases WHERE id = ?", [number])
        refresh(db)
        for table in ("releases_fts", "releases_fts_keys"):
            db.execute(f"INSERT INTO {table}({table}) VALUES ('optimize')")
    db.conn.execute("VACUUM")
    archive.close()
    raw = (tmp_path / "archive.db").read_bytes().lower()
    for word in (b"zwetsch", b"knodel", b"knoedel", b"spatzl", b"spaetzl", b"zwirbel"):
        assert word not in raw
    assert b"quarkberg" in raw


def test_days_order_rows_and_alike_ids_get_rows_of_their_own(tmp_path):
    archive, _ = library(tmp_path, {})
    db = archive.db
    db.execute("PRAGMA foreign_keys = OFF")
    for name, day in (("old", "1999-12-31"), ("new", "2026-01-02"), ("never", None)):
        put(archive, name, "Gleicher Text.", day=day)
    number = db.execute("SELECT max(id) FROM releases").fetchone()[0]
    db.execute("CREATE TEMP TABLE twin AS SELECT * FROM releases WHERE id = ?", [number])
    db.execute("UPDATE twin SET id = id + 1")
    db.execute("INSERT INTO releases SELECT * FROM twin")
    add(db, number + 1)
    titles = [hit.title for hit in search(db, "gleich", order="newest").hits]
    assert len(titles) == 4
    assert titles[0] == "new"
    assert titles[-1] in ("old", "new")
    check(db)
    db.conn.rollback()
    archive.close()


# Letters as SQLite's tokenizer knows them: Unicode of 2012.
_WORDS = st.text(st.characters(codec="latin-1", categories=("L", "N")), min_size=1, max_size=12)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(_WORDS, min_size=1, max_size=6))
@example(words=["OR"])
@example(words=["UND", "ODER"])
def test_what_was_saved_is_found_by_each_of_its_words(fresh, words):
    archive = fresh
    text = " ".join(words)
    with archive.db.atomic():
        number = put(archive, hashlib.sha256(text.encode()).hexdigest(), text)
    for word in words:
        for query in (word, f"wörtlich:{word}", f'"{word}"'):
            assert number in [hit.id for hit in search(archive.db, query, limit=1000).hits], query


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    archive, _ = library(tmp_path_factory.mktemp("fresh"), {})
    yield archive
    archive.close()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(
        st.one_of(_WORDS, st.sampled_from(["Quarkberg", "Zimt-\nfest", "Quark- berg", "der", "NRW"])),
        max_size=9,
    )
)
def test_what_is_removed_leaves_the_index_as_it_was(stocked, words):
    before = contents(stocked.db)
    number = put(stocked, "guest", " ".join(words))
    remove(stocked.db, number)
    assert contents(stocked.db) == before
    stocked.db.conn.rollback()


@pytest.fixture(scope="module")
def stocked(tmp_path_factory):
    archive, _ = library(tmp_path_factory.mktemp("stocked"), TEXTS)
    yield archive
    archive.close()


HOSTILE = [
    "ü" * 400,
    "Strasse " * 300,
    "ab-" * 200,
    "Quark Berg " * 200,
    "a ODER " * 200,
    '"ßßßßßß" ' * 100,
    "Kfz " * 200,
    ("ab-" * 133 + " ") * 64,
    " ".join(f"{n}-" + "-".join(f"wort{m}" for m in range(40)) for n in range(64)),
]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.one_of(
        st.sampled_from(HOSTILE),
        st.lists(st.sampled_from(["Quark", "Berg", "ü", "-", " ", "ODER"]), max_size=300).map(" ".join),
    )
)
def test_what_a_query_asks_for_is_bounded(stocked, text):
    matches, corrections = Rewriter(stocked.db.conn).tiers(parse(text))
    tiers = list(matches)
    terms = [
        len(re.findall('"[^"]*"', f"{m.keys} {m.literal} {m.not_keys} {m.not_literal} {m.as_typed}"))
        for m in tiers
    ]
    assert len(tiers) <= 4
    assert max(terms) <= MAX_TERMS * 20
    assert len(corrections) <= MAX_TERMS


@given(text=st.text())
def test_runs_lie_in_the_text_in_order(text):
    end = 0
    for run in runs(text):
        assert end <= run.start < run.end <= len(text)
        assert text[run.start : run.end] == run.raw
        assert all(run.forms)
        assert all(key(form) for form in run.forms)
        end = run.end


@given(word=st.text(alphabet="aeioubcdrstnß", min_size=1, max_size=14))
def test_umlauts_and_their_substitutes_have_one_form(word):
    assert fold(word.replace("a", "ä")) == fold(word.replace("a", "ae").replace("aee", "ae" + "e"))


@given(word=st.text(alphabet="abendstrumlkich", min_size=1, max_size=30), cut=st.integers(3, 12))
def test_parts_are_shorter_than_their_compound(word, cut):
    lexicon = Lexicon([word[:cut], word[cut:], "land", "rat"])
    for part in lexicon.split(word):
        assert 3 <= len(part) < len(word) + 2
    assert key(word) not in lexicon.parts(word)


@pytest.mark.parametrize(
    "word", ["gutersloh", "ubergang", "beispiel", "minister", "gegenstand", "verantwortung", "burgerinnen"]
)
def test_words_that_only_look_like_compounds_stay_whole(word):
    assert not {"gut", "gang", "spiel", "mini", "stand"} & set(shipped().parts(word))


def test_the_shipped_lexicon_is_sorted_forms():
    words = sorted(shipped().words)
    assert len(words) > 10_000
    assert all(word == fold(word) and len(word) >= 3 for word in words)


def test_number_of_terms_and_spellings_is_bounded():
    assert len(parse("Grüße " * 1000).clauses) <= MAX_TERMS
    assert max(len(spellings("ü" * n)) for n in range(30)) == 16


@given(word=st.text(alphabet="aeiouäöüßsdr", max_size=12))
def test_spellings_begin_with_the_word_itself(word):
    assert spellings(word)[0] == word


def test_tokens_are_those_of_the_exact_table():
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE t USING fts5(x, tokenize = 'unicode61 remove_diacritics 0')")
    text = "Bürger:innen zahlen 365.000 € (§ 5 UrhG) – ÄRZTE, Straßen-Fest_2"
    db.execute("INSERT INTO t VALUES (?)", [text])
    db.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, instance)")
    assert [row[0] for row in db.execute("SELECT term FROM v ORDER BY offset")] == tokens(text)


ASKING = [
    ("suche", "Muehlenstrasse", True), ("suche", "Mühlenstraße, gesperrt!", True), ("suche", "BRÜCKEN", True),
    ("suche", "Brücke Posaune", False), ("suche", "", False), ("suche", '") OR (', False),
    ("suche", "Muehlnestrasse gespertr", True), ("suche", "Fußgängeri", True), ("suche", "Xyzzyx", False),
    ("suche_wortlaut", "Lager der Brücke", True), ("suche_wortlaut", '"LAGER der Brücke"', True),
    ("suche_wortlaut", "Brücke der Lager", False), ("suche_wortlaut", '") OR (', False), ("suche_wortlaut", "", False),
]  # fmt: skip


@pytest.mark.parametrize("shell", ["module", "sqlite3"])
@pytest.mark.parametrize(("view", "words", "expected"), ASKING)
def test_a_stock_sqlite_searches_with_the_same_keys(stock, shell, view, words, expected):
    ask = words.replace("'", "''")
    statements = f"INSERT INTO frage VALUES ('{ask}'); SELECT id FROM {view};"
    if shell == "sqlite3" and not shutil.which("sqlite3"):
        pytest.skip("no sqlite3 shell here")
    if shell == "sqlite3":
        done = subprocess.run(["sqlite3", str(stock), statements], capture_output=True, text=True, check=True)
        found = [int(line) for line in done.stdout.split()]
    else:
        db = sqlite3.connect(stock)
        db.execute(statements.partition(";")[0])
        found = [row[0] for row in db.execute(re.sub("^.*?;", "", statements))]
        db.close()
    assert (sample.BRIDGE_ID in found) is expected


def test_duckdb_hands_questions_on_and_gets_the_same_answers(stock, tmp_path):
    (extension,) = Path(duckdb_extension_sqlite_scanner.__file__).parent.rglob("*.duckdb_extension")
    copy = shutil.copy(stock, tmp_path / "copy.db")
    with duckdb.connect() as asking:
        asking.execute(f"LOAD '{extension}'")
        asking.execute(f"ATTACH '{copy}' AS a (TYPE sqlite)")
        for view, words, expected in ASKING:
            asking.execute("INSERT INTO a.frage VALUES (?)", [words])
            found = asking.execute(f"SELECT id FROM sqlite_query('a', 'SELECT id FROM {view}')").fetchall()
            assert (sample.BRIDGE_ID in {int(row[0]) for row in found}) is expected, words


@pytest.fixture(scope="module")
def stock(tmp_path_factory) -> Path:
    return sample.build(tmp_path_factory.mktemp("stock")) / "archive.db"


def test_migrating_twice_changes_nothing(tmp_path):
    archive, _ = library(tmp_path, TEXTS)
    before = contents(archive.db)
    migrate(archive.db)
    assert contents(archive.db) == before
    archive.close()
