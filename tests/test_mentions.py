from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reuse import Told, archived, remove, rows, tell

from archive.db import Archive
from archive.derive import derive, mentions
from archive.model import Note
from archive.places.gazetteer import places

WORDS = (
    "in Halle",
    "Gütersloher Rathaus",
    "Stadt Essen",
    "Kreis Lippe",
    "nach Neustadt",
    "das Essen",
    "Mülheim",
    "Köln",
)
REGIONS = ({"ags": "05754", "land": "NW"}, {"ags": "15002", "land": "ST"}, {"land": "HE"}, {"land": "XX"})


def region(archive: Archive, publisher: str, **facts: str) -> None:
    """What the register says of a publisher from now on."""
    entry = {"id": publisher, "name": publisher, "kind": "kreis", "homepage": "", "press": "", **facts}
    with archive.db.atomic():
        archive.note(Note("2026-06-02T00:00:00.000000Z", "c", "source", publisher, entry))


def found(archive: Archive) -> list[tuple[str, str, str]]:
    """Each mention as its AGS, its level and its words, in order."""
    derive(archive.db)
    query = (
        'SELECT ags, level, substr(text, start + 1, "end" - start) FROM mentions JOIN releases ON id = release_id'
        " ORDER BY release_id, start"
    )
    return archive.db.execute(query).fetchall()


def test_mentions_are_found_in_the_text() -> None:
    with archived() as archive:
        tell(archive, Told("1", "a", "Der Kreis Gütersloh, die Stadt 𝔾 Verl und Essen."))
        region(archive, "a", ags="05754", land="NW")
        assert found(archive) == [
            ("05754", "kreis", "Kreis Gütersloh"), ("05754044", "gemeinde", "Verl"), ("05113", "kreisfreie_stadt", "Essen"),
        ]  # fmt: skip


def test_another_text_or_region_brings_other_mentions() -> None:
    with archived() as archive:
        tell(archive, Told("1", "a", "Viel los in Halle."))
        region(archive, "a", ags="05754", land="NW")
        assert found(archive) == [("05754012", "gemeinde", "Halle")]
        region(archive, "a", ags="15088", land="ST")
        assert found(archive) == [("15002", "kreisfreie_stadt", "Halle")]
        tell(archive, Told("1", "a", "Viel los in Merseburg.", at=5))
        region(archive, "a", ags="15088", land="ST")
        assert found(archive) == [("15088220", "gemeinde", "Merseburg")]


def test_what_goes_takes_its_mentions_along() -> None:
    told = Told("1", "a", "Viel los in Köln.")
    with archived() as archive:
        tell(archive, told)
        assert len(found(archive)) == 1
        remove(archive, told)
        assert found(archive) == []


def test_other_names_or_rules_read_all_texts_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with archived() as archive:
        tell(archive, Told("1", "a", "Viel los in Köln."))
        found(archive)
        archive.db.execute("DELETE FROM mentions")
        assert found(archive) == []
        monkeypatch.setattr(mentions, "places_version", lambda: "other")
        assert len(found(archive)) == 1


def test_a_second_derivation_writes_nothing() -> None:
    with archived() as archive:
        tell(archive, Told("1", "a", "Viel los in Köln."))
        found(archive)
        before = archive.db.conn.total_changes
        derive(archive.db)
        assert archive.db.conn.total_changes == before


@settings(max_examples=15)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from("ab"), st.lists(st.sampled_from(WORDS), min_size=1, max_size=4), st.booleans()), min_size=1, max_size=8),
    st.tuples(st.sampled_from(REGIONS), st.sampled_from(REGIONS)),
)  # fmt: skip
def test_derivation_in_steps_gives_what_derivation_at_once_gives(saves, regions) -> None:
    told = [
        (Told(str(n), publisher, ". ".join(words), at=at), stop)
        for at, (n, publisher, words, stop) in enumerate(saves)
    ]
    derived = []
    for in_steps in (True, False):
        with archived() as archive:
            for each, stop in told:
                tell(archive, each)
                region(archive, each.publisher, **regions[each.publisher == "b"])
                if stop and in_steps:
                    derive(archive.db)
            derive(archive.db)
            derived.append(rows(archive, ("mentions", "unplaced")))
    assert derived[0] == derived[1]


def test_every_place_has_a_name_and_a_kreis() -> None:
    known = places()
    assert len(known) > 11_000
    for place in known.values():
        assert place.name
        assert len(place.ags) == (8 if place.level == "gemeinde" else 5)
        assert place.kreis in known
