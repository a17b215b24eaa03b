"""What became of a text: which words stayed, which went, which are new, paragraph by paragraph. Pure.

Marks that an editor sets otherwise (quotation marks, dashes) make no other word.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby, zip_longest
from typing import Literal

from archive.spelling import folded

Kind = Literal["kept", "gone", "new"]

_ALIKE = 0.4  # share of words that two paragraphs have in common which are versions of one another
_MOST = 400_000  # pairs of words compared in one text: what is longer is shown by whole paragraphs
_MOST_PARAGRAPHS = 2_500  # pairs of paragraphs compared in one place
_WORD = re.compile(r"\S+\s*|\s+")


@dataclass(frozen=True, slots=True)
class Run:
    """Words that share a fate, with the blanks behind them."""

    kind: Kind
    text: str


Paragraph = tuple[Run, ...]


def differences(before: str, after: str) -> list[Paragraph]:
    """A text's paragraphs with all words of both versions; what went stands before what came in its place.

    >>> for paragraph in differences("Zehn kamen. Alle gingen.", "Elf kamen. Alle gingen.\\n\\nSo ist es."):
    ...     print([(run.kind, run.text) for run in paragraph])
    [('gone', 'Zehn '), ('new', 'Elf '), ('kept', 'kamen. Alle gingen.')]
    [('new', 'So ist es.')]
    """
    left, made = _MOST, []
    for old, new in _aligned(before.split("\n\n") if before else [], after.split("\n\n") if after else []):
        one, other = _WORD.findall(old or ""), _WORD.findall(new or "")
        cost = len(one) * len(other) if old != new else 0
        left -= cost
        if left < 0 and cost:
            made.append(_joined([("gone", old or ""), ("new", new or "")]))
        else:
            made.append(_joined(_words(one, other)))
    return made


def counted(paragraphs: Sequence[Paragraph], kind: Kind) -> int:
    """How many words share a fate."""
    return sum(len(run.text.split()) for runs in paragraphs for run in runs if run.kind == kind)


def _aligned(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str | None, str | None]]:
    """Paragraphs beside what became of them; None where there is none."""
    for kind, a, a_end, b, b_end in SequenceMatcher(None, before, after).get_opcodes():
        old, new = before[a:a_end], after[b:b_end]
        if kind == "equal" or len(old) * len(new) > _MOST_PARAGRAPHS:
            yield from zip_longest(old, new)
        else:
            yield from _paired(old, new)


def _paired(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str | None, str | None]]:
    """In their order those that are most alike beside each other, the others alone."""
    counts = [Counter(folded(each).split()) for each in old]
    others = [Counter(folded(each).split()) for each in new]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            paired = _alike(counts[i], others[j])
            with_pair = paired + best[i + 1][j + 1] if paired else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], with_pair)
    i = j = 0
    while i < len(old) and j < len(new):
        if best[i][j] == best[i + 1][j]:
            yield old[i], None
            i += 1
        elif best[i][j] == best[i][j + 1]:
            yield None, new[j]
            j += 1
        else:
            yield old[i], new[j]
            i, j = i + 1, j + 1
    yield from ((each, None) for each in old[i:])
    yield from ((None, each) for each in new[j:])


def _alike(one: Counter[str], other: Counter[str]) -> float:
    """Share of words in common; 0 where that is too little to be versions of one another."""
    share = 2 * (one & other).total() / max(1, one.total() + other.total())
    return share if share >= _ALIKE else 0.0


def _words(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[Kind, str]]:
    bare, others = [folded(word.strip()) for word in before], [folded(word.strip()) for word in after]
    for kind, a, a_end, b, b_end in SequenceMatcher(None, bare, others, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "kept", "".join(after[b:b_end])
        else:
            yield "gone", "".join(before[a:a_end])
            yield "new", "".join(after[b:b_end])


def _joined(runs: Iterator[tuple[Kind, str]] | Sequence[tuple[Kind, str]]) -> Paragraph:
    """Runs of one kind that follow each other as one; empty ones left out."""
    filled = (run for run in runs if run[1])
    grouped = groupby(filled, key=lambda run: run[0])
    return tuple(Run(kind, "".join(text for _, text in group)) for kind, group in grouped)
