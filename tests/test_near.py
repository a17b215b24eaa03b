"""What a query means as one thing stands together in what it finds: days, numbers, amounts, roads, sections."""

from __future__ import annotations

import pytest
from library import library

from archive.search import search
from archive.search.near import ways

TEXTS = {
    "road": "Die Auffahrt zur A46 und die K 17 sind gesperrt.",
    "apart": "Ein 46-Jähriger aus Haus A zahlte 49 Mark, nicht 1 Euro und 25 Cent; 17 Kinder sangen ein hohes K.",
    "figures": "Bis zum 07.04.2025 liegt der Plan aus, Beginn 17.30 Uhr.",
    "month": "Am 24. März 2025 beginnt der Bau.",
    "amounts": "Er kostet 1,25 Millionen Euro, das Ticket 49 €, ein Anteil von 37 %.",
    "other": "Am 4. 7. beginnen 2025 Läufer um 30 Uhren und 17 Wecker, 25 Jahre nach 1 Lauf.",
    "measures": "Ein Turm von 8,3 Metern wiegt 300 kg, der Wagen fuhr 30km/h auf 250 m².",
    "scattered": "8 Turner und 3 Springer, einer springt 250 cm, der andere wiegt mit 300 Sachen viele kg.",
    "section": "Nach § 73 Absatz 4 gilt die Frist. Aktenzeichen 25.04.01-12/2023.",
    "sections": "Nach § 4 und nach 73 Tagen ist sie um.",
}


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    archive, _ = library(tmp_path_factory.mktemp("near"), TEXTS)
    yield archive.db
    archive.close()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("A 46", {"road"}),
        ("A46", {"road"}),
        ("K17", {"road"}),
        ("1,25", {"amounts"}),
        ("1,25 Mio. EUR", {"amounts"}),
        ("49 Euro", {"amounts"}),
        ("37 Prozent", {"amounts"}),
        ("7.4.2025", {"figures"}),
        ("7. April 2025", {"figures"}),
        ("2025-04-07", {"figures"}),
        ("24.03.2025", {"month"}),
        ("24. März", {"month"}),
        ("17:30 Uhr", {"figures"}),
        ("8,3 m", {"measures"}),
        ("300 Kilo", {"measures"}),
        ("300kg", {"measures"}),
        ("30km/h", {"measures"}),
        ("250qm", {"measures"}),
        ("30 km/h", {"measures"}),
        ("250 Quadratmeter", {"measures"}),
        ("§ 73", {"section"}),
        ("Paragraf 73", {"section"}),
        ("Az. 25.04.01-12/2023", {"section"}),
    ],
)
def test_one_thing_in_several_words_stands_together(db, query, names):
    found = search(db, query, order="newest")
    assert {hit.title for hit in found.hits} == names
    assert found.exact == 1


def test_where_none_has_it_together_those_follow_that_have_it_apart(db):
    found = search(db, "A 17", order="newest")
    assert [(hit.title, hit.partial) for hit in found.hits] == [("apart", True)]


@pytest.mark.parametrize(
    ("query", "mark"),
    [
        ("A 46", "A46"),
        ("1,25 Mio. €", "1,25 Millionen Euro"),
        ("24.3.2025", "24. März 2025"),
        ("§73", "§ 73"),
    ],
)
def test_it_is_marked_as_one(db, query, mark):
    (hit,) = search(db, query, order="newest").hits
    assert [part.text for part in hit.snippet if part.marked] == [mark]


@pytest.mark.parametrize("text", ["Kreis Unna", "12", "Covid-19", "Haus 12", "", "Mai 1"])
def test_other_words_may_stand_anywhere(text):
    assert ways(text) == ()
