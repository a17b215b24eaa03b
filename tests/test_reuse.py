"""Copies and shared passages: the law of order, and what is a passage, a copy, a formula, the first."""

from __future__ import annotations

import random
import string
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reuse import Told, archived, clusters, embed, passages, remove, rows, tell

from archive.db import Archive
from archive.derive import derive, index, reuse
from archive.derive.align import Words, begins, may_share, stretches
from archive.derive.first import Dated, first
from archive.derive.matches import SENTENCE

STATEMENT = (
    "Wer Menschen begleitet, darf nicht jeden Herbst um den eigenen Arbeitsplatz bangen, und wer Hilfe sucht, soll im "
    "nächsten Frühjahr noch dieselbe Ansprechperson antreffen."
)


def sentence(seed: int, length: int = 14) -> str:
    """A sentence of invented words, always the same for a seed."""
    dice = random.Random(seed)
    words = ["".join(dice.choices(string.ascii_lowercase, k=dice.randint(3, 9))) for _ in range(length)]
    return " ".join(words).capitalize() + "."


def text(*seeds: int) -> str:
    return "\n\n".join(sentence(seed, (14, 9, 30, 8, 14)[seed % 5]) for seed in seeds)


def day(n: int) -> str:
    return f"2026-{1 + n // 28:02}-{1 + n % 28:02}"


def derived(archive: Archive, *told: Told) -> list[dict[int, str]]:
    tell(archive, *told)
    derive(archive.db)
    return passages(archive)


_STORY = st.lists(st.integers(0, 9), min_size=1, max_size=4)
_RELEASES = st.lists(
    st.tuples(st.sampled_from("abc"), _STORY, st.integers(1, 60), st.none() | _STORY), min_size=2, max_size=14
)


@settings(max_examples=25, deadline=None)
@given(_RELEASES, st.randoms(use_true_random=False), st.sampled_from([2, 11, 1 << 32]))
def test_any_order_of_saves_and_derivations_gives_the_same_rows(
    releases: Any, dice: random.Random, numbers: int
) -> None:
    """Also where the index has the same number for several releases or publishers."""
    with patch.object(index, "_number", lambda of, bits, number=index._number: number(of, bits) % numbers):
        _same_in_any_order(releases, dice)


def _same_in_any_order(releases: Any, dice: random.Random) -> None:
    before = [
        Told(str(n), publisher, text(100 + n, *story), day(on), at=n)
        for n, (publisher, story, on, _) in enumerate(releases)
    ]
    after = [
        told._replace(text=text(100 + n, *story), at=100 + n)
        for n, (told, (_, _, _, story)) in enumerate(zip(before, releases, strict=True)) if story
    ]  # fmt: skip
    with archived() as at_once, archived() as archive:
        tell(at_once, *before, *after)
        embed(at_once, before[0], 0, 80)
        remove(at_once, before[-1])
        derive(at_once.db)
        with patch.object(reuse, "_ALL_ANEW", 0):  # never all anew
            for told in [*dice.sample(before, len(before)), *dice.sample(after, len(after))]:
                tell(archive, told)
                if dice.random() < 0.5:
                    derive(archive.db)
            embed(archive, before[0], 0, 80)
            remove(archive, before[-1])
            derive(archive.db)
        assert rows(archive) == rows(at_once)


def test_a_copy_of_what_a_publisher_always_says_is_known_all_at_once_and_one_by_one() -> None:
    again = [Told(str(n), "a", text(0, 2, 4), day(28 * n + 1)) for n in range(4)]
    twice = Told("9", "a", text(0, 2, 4), day(28 * 3 + 3))
    for share in (reuse._ALL_ANEW, 0):
        with archived() as archive, patch.object(reuse, "_ALL_ANEW", share):
            tell(archive, *again, twice)
            derive(archive.db)
            assert [members for _, members in clusters(archive)] == [{again[3].id, twice.id}]


@pytest.mark.parametrize("other", [11, 5])
def test_releases_with_one_number_in_the_index_are_compared_and_no_copies_by_that(other: int) -> None:
    told = [Told("1", "a", text(1, 5, 7), day(1)), Told("2", "a", text(2, other, 8), day(2))]
    for share in (reuse._ALL_ANEW, 0):
        with (
            archived() as archive,
            patch.object(reuse, "_ALL_ANEW", share),
            patch.object(index, "_number", lambda of, bits: 1),
        ):
            assert len(derived(archive, *told)) == (other == 5)
            assert clusters(archive) == []


def test_what_else_a_carrier_has_makes_nothing_rarer() -> None:
    """A near copy without the shared sentence leaves its original: later releases stay as they are."""
    shared = sentence(90, 6)
    first = Told("a", "a", f"{text(0, 2, 4)} {shared}", day(1))
    near = Told("x", "a", text(0, 2, 4), day(4))
    others = [
        Told(n, n, f"{text(20 + i, 30 + i)} {shared} {text(40 + i)}", day(10 + i))
        for i, n in enumerate("bcz")
    ]
    noise = [Told(str(n), "n", text(100 + n, 200 + n, 300 + n), day(n)) for n in range(20)]
    with archived() as at_once, archived() as archive:
        tell(at_once, first, near, *others, *noise, near._replace(day=day(80), at=9))
        derive(at_once.db)
        tell(archive, first, near, *others, *noise)
        derive(archive.db)
        tell(archive, near._replace(day=day(80), at=9))
        derive(archive.db)
        assert rows(archive) == rows(at_once)


def test_all_anew_leaves_nothing_of_what_was_before() -> None:
    with archived() as archive:
        told = [Told(str(n), "ab"[n % 2], text(n // 2, 20 + n), day(n)) for n in range(8)]
        assert len(derived(archive, *told)) == 4
        again = [each._replace(text=text(60 + n), at=9) for n, each in enumerate(told)]
        with patch.object(reuse, "_ALL_ANEW", 0):
            tell(archive, *again)
            derive(archive.db)
            one_by_one = rows(archive)
        archive.db.execute("INSERT OR IGNORE INTO stale SELECT id FROM releases")
        derive(archive.db)
        assert rows(archive) == one_by_one


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 9), max_size=60), st.lists(st.integers(0, 9), max_size=60))
def test_the_quick_test_for_stretches_never_denies_one(one: list[int], other: list[int]) -> None:
    words, others = [Words([str(n) for n in each], bytearray(len(each))) for each in (one, other)]
    longest = max((stretch.equal for stretch in stretches(words, others)), default=0)
    assert longest < SENTENCE or may_share(begins(one), other, SENTENCE)


def test_a_passage_of_many_releases_is_one_with_many_uses() -> None:
    told = [Told(str(n), f"kreis-{n}", f"{text(n)} {STATEMENT} {text(50 + n)}", day(n)) for n in range(12)]
    with archived() as archive:
        found = derived(archive, *told)
        assert [set(each) for each in found] == [{each.id for each in told}]
        assert set(found[0].values()) == {STATEMENT.rstrip(".")}
        assert archive.db.execute("SELECT first_release_id, size FROM passages").fetchall() == [
            (told[0].id, 12)
        ]


@pytest.mark.parametrize(
    "written",
    [
        STATEMENT.upper(),
        STATEMENT.replace("ä", "ae").replace("ü", "ue"),
        STATEMENT.replace("Ansprechperson", "An\u00adsprech\u00adper\u00adson"),
        STATEMENT.replace("ä", "a\u0308"),
        f"„{STATEMENT.replace('bangen, und', 'bangen“, sagte die Staatssekretärin, „und')}“",
        STATEMENT.replace("eigenen ", "").replace("dieselbe", "die gleiche"),
    ],
)
def test_other_spellings_quotes_and_small_changes_do_not_matter(written: str) -> None:
    one, other = Told("1", "a", f"{text(0)} {STATEMENT}"), Told("2", "b", f"{written} {text(5)}", day(40))
    with archived() as archive:
        assert [set(each) for each in derived(archive, one, other)] == [{one.id, other.id}]


def test_a_short_passage_must_be_a_whole_sentence() -> None:
    whole = "Der neue Kreisel entlastet endlich die müde Altstadt."
    within = f"Wie man hört: {whole[:-1]} nach Jahren des Wartens."
    with archived() as archive:
        assert (
            len(derived(archive, Told("1", "a", f"{text(0)} {whole}"), Told("2", "b", f"{whole} {text(2)}")))
            == 1
        )
    with archived() as archive:
        assert not derived(
            archive, Told("1", "a", f"{text(0)} {whole}"), Told("2", "b", f"{within} {text(2)}")
        )


def test_a_name_is_no_passage() -> None:
    name = "Ministerium für Wald, Wiesen, Wasser und Wetter des Landes Seenmark"
    with archived() as archive:
        told = [Told(str(n), "ab"[n], f"Das {name} {text(n)} Beim {name} {text(10 + n)}") for n in range(2)]
        assert derived(archive, *told) == []


def test_what_a_publisher_always_says_proves_nothing_from_the_fourth_time_on() -> None:
    contact = sentence(77, 20)
    told = [Told(str(n), "a", f"{text(n, 10 + n, 20 + n)} {contact}", day(n)) for n in range(4)]
    other = Told("9", "b", f"{contact} {text(9)}", day(9))
    with archived() as archive:
        assert len(derived(archive, *told[:3], other)) == 1
        assert derived(archive, told[3]) == []
        remove(archive, told[0])
        assert len(derived(archive)) == 1


def test_a_formula_of_several_publishers_proves_nothing_but_a_long_statement_does() -> None:
    formula, statement = sentence(78, 13), f"{STATEMENT} {sentence(79, 20)}"
    told = [
        Told(f"{n}", "abc"[n % 3], f"{text(n)} {formula} {text(50 + n, 60 + n)} {statement}", day(8 * n))
        for n in range(6)
    ]
    with archived() as archive:
        found = derived(archive, *told)
        assert [len(each) for each in found] == [6]
        assert formula[:-1] not in "".join(found[0].values())


def test_a_formula_of_many_publishers_over_a_long_time_proves_nothing() -> None:
    formula = sentence(78, 13)
    told = [
        Told(f"{n}", f"kreis-{n}", f"{text(n, 40 + n)} {formula} {text(80 + n)}", day(10 * n))
        for n in range(8)
    ]
    with archived() as archive:
        assert [len(each) for each in derived(archive, *told[:7])] == [7]
        assert derived(archive, told[7]) == []


def test_near_copies_of_one_publisher_count_once() -> None:
    story = text(0, 2, 4)
    told = [Told(str(n), "a", f"{story} {text(20 + n)}", day(1)) for n in range(5)]
    with archived() as archive:
        derived(archive, *told, Told("9", "b", story, day(2)))
        assert [members for _, members in clusters(archive)] == [
            {*(each.id for each in told), Told("9", "b", "").id}
        ]
        assert archive.db.execute("SELECT count(*) FROM boilerplate").fetchone() == (0,)


def test_a_dropped_statement_is_traced_to_the_version_that_had_it() -> None:
    kept = text(0, 2)
    one = Told("1", "a", f"{kept} {STATEMENT}", day(1))
    other = Told("2", "b", f"{STATEMENT} {text(4)}", day(2))
    with archived() as archive:
        derived(archive, one, other)
        found = derived(archive, one._replace(text=kept, at=9))
        assert [set(each) for each in found] == [{one.id, other.id}]
        revision = archive.db.execute(
            "SELECT revision_id FROM passage_uses WHERE release_id = ?", [one.id]
        ).fetchone()
        assert archive.db.execute("SELECT text FROM revisions WHERE id = ?", revision).fetchone() == (
            one.text,
        )


def test_a_series_is_no_cluster() -> None:
    """Not even where another publisher's copy lies between."""
    story = text(0, 2, 4)
    week = [Told(str(n), "a", f"{story} Stand: Woche {n}.", day(7 * n)) for n in range(6)]
    with archived() as archive:
        derived(archive, *week, Told("9", "b", story, day(21)))
        for _, members in clusters(archive):
            days = [n for n, each in enumerate(week) if each.id in members]
            assert 7 * (max(days) - min(days)) <= 30


def test_a_release_that_quotes_another_at_length_is_no_copy_of_it() -> None:
    story = text(2, 7, 12)
    with archived() as archive:
        derived(archive, Told("1", "a", story), Told("2", "b", f"{text(17, 22)} {story}", day(2)))
        assert clusters(archive) == []


def test_the_original_of_an_embedded_release() -> None:
    story = text(2, 7, 12)
    original = Told("1", "ministerium", f"{story} {text(1)}", day(9))
    around = Told("2", "b", f"{text(0)}\n\n{story}\n\n{text(5)}", day(3))
    own = Told("3", "b", story, day(2))
    with archived() as archive:
        tell(archive, around, own, Told("4", "c", f"{text(2)} {text(30, 32, 34)}"))
        start = around.text.index(story)
        embed(archive, around, start, start + len(story))
        derive(archive.db)
        assert archive.db.execute("SELECT original_id FROM embeds").fetchall() == [(None,)]
        derived(archive, original)  # is published, or found, only later
        assert archive.db.execute("SELECT original_id FROM embeds").fetchall() == [(original.id,)]


@pytest.mark.parametrize(
    ("releases", "expected"),
    [
        ([("2026-03-02", None), ("2026-03-01", None)], 1),
        ([("2026-03-01", "2026-03-01T09:00:00Z"), ("2026-03-01", "2026-03-01T08:00:00Z")], 1),
        ([("2026-03-01", None), ("2026-03-01", "2026-03-01T08:00:00Z")], None),
        ([("2026-03-01", "2026-03-01T08:00:00Z"), ("2026-03-01", "2026-03-01T08:00:00Z")], None),
        ([("2026-03-01", None), (None, None)], None),
        ([("2026-03-01", None), ("2026-03-01", None), ("2026-02-28", None)], 2),
    ],
)
def test_who_was_first(releases: list[tuple[str | None, str | None]], expected: int | None) -> None:
    dated = [Dated(n, *each) for n, each in enumerate(releases)]
    assert first(dated) == first(dated[::-1]) == expected


@pytest.mark.parametrize(
    "strange", ["", "…!?", "\U0001f600 " * 500, "ja " * 3000, "\ud800 wort " * 9, "\0" * 50]
)
def test_strange_texts_break_nothing(strange: str) -> None:
    story = f"{strange.encode('utf-8', 'replace').decode()} {text(2)}"
    with archived() as archive:
        assert len(derived(archive, Told("1", "a", story), Told("2", "b", f"{story} {text(5)}"))) == 1


def test_a_second_derivation_finds_nothing_to_do() -> None:
    with archived() as archive:
        derived(archive, Told("1", "a", STATEMENT), Told("2", "b", STATEMENT))
        before = archive.db.conn.total_changes
        derive(archive.db)
        assert archive.db.conn.total_changes == before
