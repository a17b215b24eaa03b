"""Differences between two wordings: nothing of either is lost, and only words count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.derive.words import words
from archive.variants import MOST_PAIRS, variants

TEXTS = st.text(st.sampled_from("abÄß „“.,\n\u00ad")) | st.text()


@given(TEXTS, TEXTS)
def test_the_runs_put_together_are_the_new_text_and_the_words_of_the_old_one(old: str, new: str) -> None:
    runs = variants(old, new)
    assert "".join(run.text for run in runs if run.kind != "gone") == new
    told = " ".join(run.text for run in runs if run.kind != "new")
    assert [word.form for word in words(told)] == [word.form for word in words(old)]


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert {run.kind for run in variants(text, text)} <= {"same"}


def test_marks_case_and_soft_hyphens_are_no_difference() -> None:
    runs = variants("Die Brücke „am Rathaus“ bleibt zu.", 'die Brü\u00adcke "am Rathaus" bleibt zu!')
    assert [run.kind for run in runs] == ["same"]


def test_a_changed_number_is_told_alone() -> None:
    old, new = "Das kostet 365.000 Euro im Jahr.", "Das kostet 356.000 Euro im Jahr."
    told = [(run.kind, run.text.strip()) for run in variants(old, new) if run.kind != "same"]
    assert told == [("gone", "365.000"), ("new", "356.000")]


@pytest.mark.parametrize("word", ["a", "der Kreis"])
def test_texts_of_the_same_words_again_and_again_are_told_apart_as_wholes(word: str) -> None:
    many = f"{word} " * (MOST_PAIRS // 100)
    assert [run.kind for run in variants(many, many + "ende")] == ["gone", "new"]
    assert [run.kind for run in variants(many, many)] == ["same"]
