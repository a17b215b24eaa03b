"""How two wordings of one statement differ, told by words; its marks and capitals are no part of it."""

from __future__ import annotations

from collections import Counter
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from archive.derive.words import Word, words

MOST_PAIRS = 30_000
"""Places at which one word of both texts may meet: beyond that, texts are not compared word by word."""

_INSIDE = (".", ",", ":")

Kind = Literal["same", "gone", "new"]


class Run(NamedTuple):
    """Words that both texts have, or that only the old (gone) or the new one has."""

    kind: Kind
    text: str


def variants(old: str, new: str) -> tuple[Run, ...]:
    """The new text in runs, and between them what only the old one has.

    Words are compared without regard to case, marks between them and soft hyphens. Texts that would take too
    long to compare are told apart as wholes.

    >>> [run.text for run in variants("Die Brücke wird zehn Tage gesperrt.", "Die Brücke wird gesperrt")]
    ['Die Brücke wird ', 'zehn Tage ', 'gesperrt']
    """
    old_words, new_words = _words(old), _words(new)
    old_forms, new_forms = [word.form for word in old_words], [word.form for word in new_words]
    if _pairs(old_forms, new_forms) > MOST_PAIRS:
        return (Run("same", new),) if old_forms == new_forms else (Run("gone", old), Run("new", new))
    old_cuts, new_cuts = _cuts(old, old_words), _cuts(new, new_words)
    runs = [Run("same", new[: new_cuts[0]])]
    matcher = SequenceMatcher(None, old_forms, new_forms, autojunk=False)
    for what, a, a_end, b, b_end in matcher.get_opcodes():
        gone, now = old[old_cuts[a] : old_cuts[a_end]], new[new_cuts[b] : new_cuts[b_end]]
        runs += [Run("same", now)] if what == "equal" else [Run("gone", gone), Run("new", now)]
    return tuple(run for run in runs if run.text)


def _words(text: str) -> list[Word]:
    """Words, a number with points or commas as one: else of 365.000 only the 365 would have changed."""
    joined: list[Word] = []
    for word in words(text):
        last = joined[-1] if joined else None
        if (
            last
            and word.form.isdecimal()
            and last.form[-1].isdecimal()
            and text[last.end : word.start] in _INSIDE
        ):
            joined[-1] = Word(f"{last.form} {word.form}", last.start, word.end)
        else:
            joined.append(word)
    return joined


def _cuts(text: str, found: list[Word]) -> list[int]:
    """Where each word begins, and the text's end: marks and spaces go with the word before them."""
    return [*(word.start for word in found), len(text)]


def _pairs(one: list[str], other: list[str]) -> int:
    counts = Counter(other)
    return sum(number * counts[form] for form, number in Counter(one).items())
