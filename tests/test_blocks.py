"""A text cut for a page: nothing is lost, and exactly what is to be marked is marked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archive.web.blocks import Mark, blocks, marked, paragraphs

TEXTS = st.text(st.sampled_from("ab \n"), max_size=40)
SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=5)


@given(TEXTS, SPANS)
def test_pieces_put_together_are_the_paragraphs(text: str, spans: list[tuple[int, int]]) -> None:
    marks = [Mark(start, end, n) for n, (start, end) in enumerate(spans)]
    joined = tuple("".join(piece.text for piece in paragraph) for paragraph in marked(text, marks))
    assert joined == paragraphs(text)


@given(TEXTS, SPANS)
def test_what_lies_in_a_span_is_marked_and_nothing_else(text: str, spans: list[tuple[int, int]]) -> None:
    upper = "".join(
        char.upper() if any(start <= n < end for start, end in spans) else char for n, char in enumerate(text)
    )
    marks = [Mark(start, end, n) for n, (start, end) in enumerate(spans)]
    shown = tuple(
        "".join(piece.text.upper() if piece.marked else piece.text for piece in paragraph)
        for paragraph in marked(text, marks)
    )
    assert shown == paragraphs(upper)


def test_a_mark_over_paragraphs_ends_once_where_it_ends() -> None:
    cut = marked("Eins zwei.\n\nDrei vier.", [Mark(5, 16, 7)])
    assert [[piece.ends for piece in paragraph] for paragraph in cut] == [[(), ()], [(7,), ()]]


def test_marks_go_into_embedded_releases() -> None:
    cut = blocks("Vorher.\n\nInnen steht es.\n\nNachher.", [{"start": 9, "end": 24}], [Mark(15, 20, 1)])
    assert [[piece.marked for piece in block.paragraphs[0]] for block in cut] == [
        [False],
        [False, True, False],
        [False],
    ]
