"""The search as a reader meets it: what is found, in which order, how it is shown."""

from __future__ import annotations

from collections import Counter

import pytest
import sample
from hypothesis import given, settings
from hypothesis import strategies as st
from library import library, put

from archive.db import connect
from archive.search import Facets, facets, plain, search
from archive.search.entry import day_number
from archive.search.query import parse


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    db = connect(sample.build(tmp_path_factory.mktemp("search")) / "archive.db")
    yield db
    db.close()


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """One release for each wording; its title says which."""
    archive, _ = library(tmp_path_factory.mktemp("shelf"), WORDINGS)
    yield archive.db
    archive.close()


WORDINGS = {
    "integration": "Das Kommunale Integrationszentrum berät im Kreishaus.",
    "guetersloh": "Der Kreis Gütersloh plant den Ausbau.",
    "landrat": "Dazu sagte der Landrat am Montag kein Wort.",
    "unterkunft": "Die Flüchtlingsunterkünfte sind belegt.",
    "money": "Dafür stehen 365.000 Euro bereit, davon 39,4 Prozent vom Land.",
    "gender": "Alle Bürger:innen sind eingeladen, die Ärzt*innen kommen auch.",
    "beautiful": "Es war ein schöner Abend, schön war auch das Wetter.",
    "already": "Das ist schon länger bekannt.",
    "ministry": "Das Ministerium hat zugestimmt.",
    "car": "Ein Auto blieb stehen.",
    "crossings": "Die Fußgängerübergänge werden erneuert.",
    "freight": "Das Güterverkehrskonzept liegt vor.",
    "corridor": "Er lief über den Gang.",
    "soft": "Der Win\u00adter\u00addienst streut.",
    "broken": "Die Grund-\nschule bleibt offen, die Haupt-\nund Nebensache auch.",
    "street": "Treffpunkt ist die Ecke Hölderlinstr. am Abend.",
    "old": "Das Schloß am Fluß ist naß.",
    "hyphens": "Der Hugo-Eckener-Ring und das Saudi-Arabien-Forum sind gesperrt.",
    "apart": "Ein Melder für den Einbruch kostet wenig. Jeder Einbruch ist einer zu viel, so ein Melder.",
    "women": "Die Seniorin und ihre Freundinnen wählten einen Termin in Berlin. Die Diebin ging zum Notar.",
    "gap": "Das Grund- buchblatt ist da, auch Vor- sowie Nachteile.",
    "lane": "Am Butterblumenweg entsteht ein Spielplatz.",
    "words": "Nach dem Unfall im Altersheim blieb das Elektrofahrrad liegen, der Vorwurf lautet Fahrerflucht.",
    "short": "In NRW hilft KI bei der Kfz-Zulassung.",
    "long": "Die Kraftfahrzeugzulassung in Nordrhein-Westfalen und der öffentliche Personennahverkehr nutzen künstliche Intelligenz.",
}


def found(db, query, **options):
    return {hit.title for hit in search(db, query, limit=100, **options).hits if not hit.partial}


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("Zentrum", "integration"),
        ("Zentren", "integration"),
        ("Guetersloh", "guetersloh"),
        ("Gutersloh", "guetersloh"),
        ("GÜTERSLOH", "guetersloh"),
        ("gu\u0308tersloh", "guetersloh"),
        ("Landräte", "landrat"),
        ("Flüchtlings Unterkunft", "unterkunft"),
        ("Flüchtlings-Unterkunft", "unterkunft"),
        ("365000", "money"),
        ("365 000 €", "money"),
        ("365.000", "money"),
        ("39.4 %", "money"),
        ("Bürgerinnen", "gender"),
        ("Bürger/innen", "gender"),
        ("Ärztin", "gender"),
        ("schon", "beautiful"),
        ("Ministerien", "ministry"),
        ("Autos", "car"),
        ("Fußgänger", "crossings"),
        ("Uebergang", "crossings"),
        ("Güterverkehr", "freight"),
        ("Winterdienst", "soft"),
        ("Grundschule", "broken"),
        ("Schulen", "broken"),
        ("Hölderlinstraße", "street"),
        ("Schloss Fluss nass", "old"),
        ("Eckenerring", "hyphens"),
        ("Saudiarabien", "hyphens"),
        ("Einbruchmelder", "apart"),
        ("Senior Freund", "women"),
        ("der Landrat in", "landrat"),
        ("Landrta", "landrat"),
        ("Flüchtlingsunterkumft", "unterkunft"),
        ("Integratiosszentrm", "integration"),
        ("Integrations Zentrum", "integration"),
        ("Güter Verkehr Konzepte", "freight"),
        ("Notarin", "women"),
        ("Diebe", "women"),
        ("Grundbuchblätter", "gap"),
        ("wörtlich:Grundschule", "broken"),
        ('"die Grundschule bleibt"', "broken"),
        ("Hölderlinstrasse", "street"),
        ('"Ecke Hölderlinstraße"', "street"),
        ("Butterblumen Weg", "lane"),
        ("Weg", "lane"),
        ("Nordrhein-Westfalen", "short"),
        ("Nordrhein Westfalen", "short"),
        ("Kraftfahrzeuge", "short"),
        ("Kfz-Zulassung", "long"),
        ("KI", "long"),
        ("NRW", "long"),
        ("Künstliche Intelligenz", "short"),
        ("Seniorin -Senior", "women"),
        ("OEPNV", "long"),
        ("Unfallflucht", "words"),
        ("E-Bike", "words"),
        ("Altenheime", "words"),
    ],
)
def test_what_germans_write_meets_what_germans_read(shelf, query, name):
    assert name in found(shelf, query)
    assert name in found(shelf, query, order="newest")


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("gut", "guetersloh"),
        ("wörtlich:schon", "beautiful"),
        ('"schon"', "beautiful"),
        ("Übergang", "corridor"),
        ("Hauptund", "broken"),
        ("Vorsowie", "gap"),
        ("wörtlich:Kraftfahrzeug", "short"),
        ("Benz", "women"),
        ("Term", "women"),
        ('"Zentrum"', "integration"),
        ("wörtlich:Landräte", "landrat"),
    ],
)
def test_what_only_looks_alike_is_not_found(shelf, query, name):
    assert name not in found(shelf, query)


def test_exact_words_find_themselves(shelf):
    assert found(shelf, "wörtlich:schon") == {"already"}
    assert found(shelf, "wörtlich:schön") == {"beautiful"}


def ids(db, query, **options):
    return [hit.id for hit in search(db, query, limit=100, **options).hits if not hit.partial]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Brücke Busse", True),
        ("Brücke Posaune", False),
        ('"Lager der Brücke"', True),
        ("„Lager der Bruecke“", True),
        ("»Lager der Brücke«", True),
        ('"Brücke der Lager"', False),
        ("Brücke -Busse", False),
        ("Brücke -Posaune", True),
        ("Brücke -Brücken", True),
        ('Brücke -"Lager der"', False),
        ("Brücke -wörtlich:lager", False),
        ("Umleit*", True),
        ("titel:Umleit*", False),
        ("Mü*", False),
        ("zehn-Minuten", True),
        ("Posaune ODER Brücke", True),
        ('Posaune ODER "Lager der Brücke"', True),
        ('Posaune ODER "Lager der Brücke" Busse', True),
        ('Posaune ODER "Brücke der Lager"', False),
        ("titel:Brücke", True),
        ("titel:Umleitung", False),
        ('titel:"zwölf Tage"', True),
        ("Brücke von:kreis-auenfeld", True),
        ("Brücke von:Auenfeld", True),
        ('Brücke von:"Kreis Auenfeld"', True),
        ("Brücke von:stadt-moorburg", False),
        ("Brücke von:stadt-moorburg von:kreis-auenfeld", True),
        ("Brücke -von:kreis-auenfeld", False),
        ("Brücke -von:stadt-moorburg", True),
        ('"Lager der Brücke" von:kreis-auenfeld', True),
        ('"Lager der Brücke" von:stadt-moorburg', False),
        ("Brücke land:XX", True),
        ("Brücke land:ni", False),
        ("Brücke -land:XX", False),
        ("Brücke land:Beispiele", True),
        ("Brücke land:Niedersachsen", False),
        ("Brücke -land:NDS", True),
        ("Brücke von: Auenfeld", True),
        ('titel: Brücke von: "Stadt Moorburg"', False),
        ("Brücke ab:2026", True),
        ("Brücke ab:2026-03 bis:2026-03", True),
        ("Brücke ab:9.3.2026 bis:2026-03-09", True),
        ("Brücke ab:2026-03-10", False),
        ("Brücke bis:02.2026", False),
        ("Brücke ab:9.3.26", True),
        ("Brücke bis:08.03.26", False),
        ("von:kreis-auenfeld", True),
        ("bis:2026-03-08", False),
        ("Brücke art:Meldung", True),
        ("Brücke art:Einladungen", False),
        ("Brücke art:Hinweis art:Meldung", True),
        ("Brücke -art:Meldung", False),
        ("Brücke nur:geändert", True),
        ("Brücke nur:geaendert -nur:weg", True),
        ("Brücke nur:weg", False),
        ("Brücke mit:Anhang", True),
        ("-mit:Anhang", False),
        ('"Lager der Brücke" mit:Anhang', True),
        ('"Lager der Brücke" nur:weg', False),
        ("nur:geändert mit:Anhang land:XX ab:2026", True),
        ("-Brücke", False),
    ],
)
def test_query_language(db, query, expected):
    assert (sample.BRIDGE_ID in ids(db, query)) is expected
    assert (sample.BRIDGE_ID in ids(db, query, order="newest")) is expected


def test_only_exclusions_list_the_rest(db):
    everything = ids(db, "")
    assert ids(db, "-Brücke") == [number for number in everything if number != sample.BRIDGE_ID]


def test_a_query_without_a_letter_finds_nothing(db):
    assert search(db, "§§ – ?").total == search(db, "– ?").total == 0


def test_what_cannot_be_read_or_is_unknown_is_told(db):
    results = search(db, "Brücke ab:neulich art:gerücht von:nirgends land:QQ")
    assert (results.unread, results.unknown, results.total) == (
        ("ab:neulich", "art:gerücht"),
        ("von:nirgends", "land:QQ"),
        0,
    )


def test_a_corrected_word_is_told_as_the_archive_spells_it(shelf):
    (correction,) = search(shelf, "Guterslho").corrections
    assert (correction.word, correction.shown) == ("Guterslho", ("Gütersloh",))


def test_a_compound_of_known_nouns_is_no_typo_of_another(tmp_path):
    texts = {
        "bus": "Sie warteten im Feuerwehrbus auf Hilfe.",
        "house": "Gestern kam die Feuerwehr zum Haus der Familie.",
        "street": "Dann wird die Königstraße gesperrt, die Straße zum König.",
    }
    archive, _ = library(tmp_path, texts)
    house, street = (search(archive.db, query) for query in ("Feuerwehrhaus", "Königsstraße"))
    assert (house.corrections, {hit.title for hit in house.hits}) == ((), {"house"})
    assert [each.shown for each in street.corrections] == [("Königstraße",)]
    archive.close()


def test_best_first_goes_on_with_releases_that_have_some_of_the_words(shelf):
    results = search(shelf, "Landrat Montag Ministerium")
    assert results.exact == 0
    assert {hit.title for hit in results.hits} == {"landrat", "ministry"}
    assert all(hit.partial for hit in results.hits)


def test_where_no_release_has_a_word_with_hyphens_those_follow_that_have_some_of_it(shelf):
    hits = search(shelf, "Landrats-Ministeriums-Xylophon").hits
    assert (
        {"landrat", "ministry"} <= {hit.title for hit in hits if hit.partial} == {hit.title for hit in hits}
    )


def test_what_has_a_rare_word_is_not_hidden_by_newer_releases_with_a_common_one(tmp_path, monkeypatch):
    monkeypatch.setattr("archive.search.rewrite.RANKED", 5)
    monkeypatch.setattr("archive.search.ranking.RANKED", 5)
    archive, _ = library(tmp_path, {})
    with archive.db.atomic():
        put(archive, "old", "Im Kreis gab es eine Posaune.", day="2019-05-01")
        for n in range(8):
            put(archive, f"new {n}", "Im Kreis gab es nichts davon.", day="2025-05-01")
    hits = search(archive.db, "Posaune Orgel Kreis").hits
    assert (hits[0].title, len(hits)) == ("old", 6)
    assert [hit.title for hit in search(archive.db, "Posaune Orgel Kreis", order="newest").hits] == ["old"]
    archive.close()


def test_title_counts_more_than_text(db):
    assert [hit.title for hit in search(db, "Brücke Umleitung", limit=1).hits] == [sample.BRIDGE.title]


def test_copies_are_folded_when_best_comes_first(tmp_path):
    archive, numbers = library(tmp_path, {str(n): "Die Sperrung dauert an." for n in range(3)})
    archive.db.execute("INSERT INTO clusters VALUES (7, ?, 2)", [numbers["0"]])
    archive.db.execute("UPDATE releases SET cluster_id = 7 WHERE id IN (?, ?)", [numbers["0"], numbers["1"]])
    results = search(archive.db, "Sperrung")
    assert (results.total, sorted(hit.copies for hit in results.hits)) == (2, [0, 1])
    assert search(archive.db, "Sperrung", order="newest").total == 3
    archive.close()


@pytest.mark.parametrize(
    ("query", "name", "marks"),
    [
        ("Zentrum", "integration", ["Integrationszentrum"]),
        ("Bürger", "gender", ["Bürger:innen"]),
        ("365000 Euro", "money", ["365.000 Euro"]),
        ("Grundschule", "broken", ["Grund- schule"]),
        ("wörtlich:Grundschule", "broken", ["Grund- schule"]),
        ("Winterdienst", "soft", ["Win\u00adter\u00addienst"]),
        ('"schöner Abend"', "beautiful", ["schöner Abend"]),
        ("Fluecht*", "unterkunft", ["Flüchtlingsunterkünfte"]),
        ("Guterslho", "guetersloh", ["Gütersloh"]),
    ],
)
def test_marks_stand_in_the_original_text(shelf, query, name, marks):
    (hit,) = (hit for hit in search(shelf, query).hits if hit.title == name)
    assert [part.text for part in hit.snippet if part.marked] == marks
    assert plain(hit.snippet).strip("… ") == " ".join(WORDINGS[name].split())


def test_a_snippet_is_where_most_words_are(tmp_path):
    text = "Eine Brücke. " + "Füllwort und noch eines. " * 60 + "Die Brücke am Rathaus." + " Mehr davon." * 60
    archive, _ = library(tmp_path, {"a": text})
    (hit,) = search(archive.db, "Brücke Rathaus").hits
    assert [part.text for part in hit.snippet if part.marked] == ["Brücke", "Rathaus"]
    assert plain(hit.snippet).startswith("… ")
    assert plain(hit.snippet).endswith(" …")
    assert len(plain(hit.snippet)) < 300
    archive.close()


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


@pytest.mark.parametrize(
    "query", ["", " \t", "Pressestelle", "Brücke ODER Pressestelle", '"das teilt"', "Rathaus teilt"]
)
@pytest.mark.parametrize("order", ["newest", "best"])
def test_pages_neither_repeat_nor_miss(db, query, order):
    whole = search(db, query, limit=1000, order=order)
    paged = [
        hit.id
        for n in range(0, whole.total, 4)
        for hit in search(db, query, limit=4, offset=n, order=order).hits
    ]
    assert paged == [hit.id for hit in whole.hits]
    assert len(set(paged)) == whole.total >= 3


def test_pages_behind_the_ranked_releases(db, monkeypatch):
    monkeypatch.setattr("archive.search.ranking.RANKED", 5)
    monkeypatch.setattr("archive.search.RANKED", 5)
    whole = [hit.id for hit in search(db, "Pressestelle", limit=1000).hits]
    paged = [hit.id for n in range(0, 30, 3) for hit in search(db, "Pressestelle", limit=3, offset=n).hits]
    assert paged == whole
    assert set(whole) == set(ids(db, "Pressestelle", order="newest"))


def test_newest_first_by_publication_else_first_capture(db):
    for query in ("", "Pressestelle ODER Archiv"):
        hits = search(db, query, limit=100, order="newest").hits
        days = [hit.published_on or hit.first_seen_at[:10] for hit in hits]
        assert days == sorted(days, reverse=True)
    assert search(db, "").hits[0].title == sample.UNDATED.title


def test_one_publisher(db):
    assert {hit.publisher_id for hit in search(db, "", publisher="kreis-auenfeld").hits} == {"kreis-auenfeld"}
    assert search(db, "Feuerwehren", publisher="kreis-auenfeld").total == 1
    assert search(db, "Feuerwehren", publisher="nobody").total == 0


@pytest.mark.parametrize(
    ("filters", "query"),
    [
        ({"publisher": "kreis-auenfeld"}, "von:kreis-auenfeld"),
        ({"land": "ni"}, "land:NI"),
        ({"kind": "notice"}, "art:Hinweis"),
        ({"since": "2026-01-03", "until": "2026-02"}, "ab:2026-01-03 bis:2026-02"),
        ({"changed": True}, "nur:geändert"),
        ({"gone": True}, "nur:weg"),
        ({"attachments": True}, "mit:Anhang"),
        ({"publisher": None, "changed": False, "since": ""}, ""),
    ],
    ids=str,
)
def test_filters_of_a_caller_are_those_of_the_query(db, filters, query):
    for words in ("", "Pressestelle ODER Brücke ODER lesen ODER Archiv"):
        assert ids(db, words, **filters) == ids(db, f"{words} {query}") != []
        assert facets(db, words, **filters) == facets(db, f"{words} {query}")


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("Wer bekommt Kindergeld?", ["Kindergeld?"]),
        ("Ab wann gilt der neue Fahrplan", ["neue", "Fahrplan"]),
        ("Verein bekommt Förderung", ["Verein", "bekommt", "Förderung"]),
        ("wie lange", ["lange"]),
        ("Wer zahlt -Wildunfall", ["zahlt", "Wildunfall"]),
    ],
)
def test_a_question_is_asked_without_its_empty_words(query, asked):
    assert [clause.terms[0].text for clause in parse(query).clauses] == asked


@pytest.mark.parametrize(
    ("query", "unread"), [("-ab:2000", "ab:2000"), ("Brücke -BIS:2018-03", "bis:2018-03")]
)
def test_a_span_cannot_be_excluded_and_is_told_as_unread(db, query, unread):
    assert search(db, query).unread == (unread,)


def test_a_span_that_ends_before_it_begins_is_told_and_left_out(db):
    results = search(db, "Brücke ab:2026 bis:2025")
    assert (results.backwards, results.unread) == ((("2026-01-01", "2025-12-31"),), ())
    assert sample.BRIDGE_ID in [hit.id for hit in results.hits]
    assert search(db, "Brücke", since="2026", until="2025").backwards == results.backwards
    assert ids(db, "Brücke ab:2026", until="2025") == []


def test_filters_of_a_caller_and_of_the_query_both_hold(db):
    assert ids(db, "von:kreis-auenfeld", publisher="stadt-moorburg") == []
    assert ids(
        db, "ab:2026-01-02 bis:2026-02-04", since="2026-01-03", until="2026-03", order="newest"
    ) == ids(db, "ab:2026-01-03 bis:2026-02-04", order="newest")
    assert search(db, "", since="neulich", until="2026-13").unread == ("ab:neulich", "bis:2026-13")


@pytest.mark.parametrize("query", ["", "Pressestelle", "Brücke ODER Pressestelle", '"das teilt"', "-Brücke"])
def test_facets_count_what_newest_first_lists(db, query):
    hits = search(db, query, limit=1000, order="newest").hits
    counted = facets(db, query)
    days = Counter((hit.published_on or hit.first_seen_at)[:7] for hit in hits)
    assert counted.months == tuple(sorted(days.items()))
    spread = {each.id: (each.name, each.releases) for each in counted.publishers}
    authorities = Counter((hit.publisher_id, hit.publisher) for hit in hits)
    assert spread == {id_: (name, number) for (id_, name), number in authorities.items()}
    assert [each.releases for each in counted.publishers] == sorted(authorities.values(), reverse=True)
    assert counted.complete


def test_facets_of_nothing_and_of_too_many(db, monkeypatch):
    assert facets(db, "Posaunenchorprobe") == facets(db, "– ?") == Facets()
    monkeypatch.setattr("archive.search.counts.COUNTED", 3)
    newest = [hit.published_on or hit.first_seen_at for hit in search(db, "", limit=3).hits]
    counted = facets(db, "")
    assert sum(number for _, number in counted.months) == 3
    assert {month for month, _ in counted.months} == {day[:7] for day in newest}
    assert not counted.complete


def test_an_index_of_another_version_is_noticed_and_searched_literally(tmp_path):
    db = connect(sample.build(tmp_path) / "archive.db", write=True)
    with db.atomic():
        db.execute("UPDATE meta SET value = 'another' WHERE key = 'lexicon'")
    results = search(db, "Brücke")
    assert results.outdated
    assert sample.BRIDGE_ID in [hit.id for hit in results.hits]
    assert search(db, "Brücken").total == 0
    db.close()


@given(st.dates(), st.dates())
def test_numbers_of_days_are_ordered_as_days(one, other):
    if min(one.year, other.year) >= 1900 and max(one.year, other.year) < 2200:
        assert (one < other) == (day_number(one.isoformat()) < day_number(other.isoformat()))


# What breaks query languages: their own signs and words, among letters of any script.
_PIECES = st.sampled_from(
    ['"', "„", "“", "»", "*", "^", ":", "(", ")", "-", "+", "{", "}", "AND", "OR", "NOT", "NEAR", "ODER", "UND",
     "NEAR(", "title:", "titel:", "von:", "land:", "ab:", "bis:", "art:", "nur:", "mit:", "nur:weg", "wörtlich:", "ab:2018-99", "1.1.1900", "ab:9999",
     " ", "\0", "ü", "ß", "ss", "ue", "Kreis", "Burgermiester", "\ud800", "\ufdd0", "\u0308", "٣", "漢", "😀", "²", ":innen", "12.345"]
)  # fmt: skip
_QUERIES = st.one_of(st.text(), st.lists(st.one_of(_PIECES, st.text(max_size=3))).map("".join))


@settings(max_examples=150, deadline=None)
@given(query=_QUERIES, order=st.sampled_from(["best", "newest"]))
def test_any_text_is_a_query(shared, query, order):
    results = search(shared, query, limit=3, order=order)
    assert results.total >= len(results.hits)
    assert facets(shared, query).complete


@pytest.mark.parametrize(
    "text",
    ["ü" * 50_000, "ss " * 33_000, '"' * 100_000, "-a" * 50_000, "„Grüße " * 14_000, "a-" * 50_000, "Xyzwort " * 9000,
     "von:a " * 9000, "von: " * 9000, "1 000 " * 9000, "1." * 9000, "A 1 " * 9000, "ab:" * 9000, ":innen" * 9000, "Wort*" * 9000, "a* " * 200],
    ids=lambda text: text[:8],
)  # fmt: skip
def test_long_queries(db, text):
    assert search(db, text).query == text


@pytest.fixture(scope="module")
def shared(db):
    return db
