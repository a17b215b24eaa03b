"""Copies and shared passages: the law of order, and what is a passage, a copy, a formula, the first."""

from __future__ import annotations

import random
import string

from hypothesis import given, settings
from hypothesis import strategies as st
from reuse import Told, archived, rows, tell

from archive.derive import derive

_LETTERS = random.Random(7)


def sentence(seed: int, length: int = 14) -> str:
    """A sentence of invented words, always the same for a seed."""
    dice = random.Random(seed)
    words = ["".join(dice.choices(string.ascii_lowercase, k=dice.randint(3, 9))) for _ in range(length)]
    return " ".join(words).capitalize() + "."


def text(*seeds: int) -> str:
    return "\n\n".join(sentence(seed) for seed in seeds)


_STORY = st.lists(st.integers(0, 9), min_size=1, max_size=4)
_RELEASES = st.lists(
    st.tuples(st.sampled_from("abc"), _STORY, st.integers(1, 60), st.none() | _STORY), min_size=2, max_size=12
)


def _day(n: int) -> str:
    return f"2026-{1 + n // 28:02}-{1 + n % 28:02}"


@settings(max_examples=60, deadline=None)
@given(_RELEASES, st.randoms(use_true_random=False))
def test_any_order_of_saves_and_derivations_gives_the_same_rows(releases, dice) -> None:  # type: ignore[no-untyped-def]
    first = [
        Told(str(n), publisher, text(100 + n, *story), _day(day), at=n)
        for n, (publisher, story, day, _) in enumerate(releases)
    ]
    then = [told._replace(text=text(100 + n, *later), at=100 + n)
            for n, (told, (_, _, _, later)) in enumerate(zip(first, releases, strict=True)) if later]  # fmt: skip
    with archived() as scratch, archived() as archive:
        tell(scratch, *first, *then)
        derive(scratch.db)
        shuffled = dice.sample(first, len(first))
        for told in [*shuffled, *dice.sample(then, len(then))]:
            tell(archive, told)
            if dice.random() < 0.5:
                derive(archive.db)
        derive(archive.db)
        assert rows(archive) == rows(scratch)
