"""Which stretches two texts share: runs of equal words, chained over small differences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from typing import NamedTuple, TypeVar

GAP = 10
"""Words that may differ between two runs of a stretch."""

_RUN = 3
_DENSITY = 0.5
_COST = 0.2  # equal words by which each word of a gap must be outweighed
_FREQUENT = 8  # places of the same three words in one text beyond which they are no evidence
_LOOK_BACK = 24

_Word = TypeVar("_Word", int, str)


class Words(NamedTuple):
    """Words to compare. ``masked``: for each word whether it is no evidence, because many texts have it."""

    forms: Sequence[str]
    masked: Sequence[bool | int]


class Stretch(NamedTuple):
    """A shared stretch: words a to a_end of one text are words b to b_end of the other; ``equal`` of them
    are the same and not masked."""

    a: int
    a_end: int
    b: int
    b_end: int
    equal: int


class _Chain(NamedTuple):
    score: float
    stretch: Stretch
    before: int


def begins(words: Sequence[int]) -> frozenset[tuple[int, ...]]:
    """All that runs of equal words can begin with in a text, given as numbers."""
    return frozenset(_begins(words))


def may_share(those: Set[tuple[int, ...]], words: Sequence[int], least: int) -> bool:
    """Whether a text may share a stretch of so many equal words with another, whose ``begins`` are ``those``.

    A quick test: where it says no, ``stretches`` finds none. For all runs of a stretch are made of such
    beginnings, and lie at most ten words apart: so they cover as many words. Masks are not looked at.
    """
    end = equal = 0
    for b, begin in enumerate(_begins(words)):
        if begin in those:
            equal = equal + b + _RUN - max(b, end) if b <= end + GAP else _RUN
            end = b + _RUN
            if equal >= least:
                return True
    return False


def stretches(one: Words, other: Words) -> list[Stretch]:
    """Stretches that two texts share, by place in the first; they overlap in neither text."""
    found = [stretch for stretch in _chained(_runs(one, other)) if _dense(stretch)]
    taken: list[Stretch] = []
    here, there = bytearray(len(one.forms)), bytearray(len(other.forms))
    for stretch in sorted(found, key=lambda s: (-s.equal, s.a, s.b)):
        if here.find(1, stretch.a, stretch.a_end) < 0 and there.find(1, stretch.b, stretch.b_end) < 0:
            taken.append(stretch)
            here[stretch.a : stretch.a_end] = b"\1" * (stretch.a_end - stretch.a)
            there[stretch.b : stretch.b_end] = b"\1" * (stretch.b_end - stretch.b)
    return sorted(taken)


def _runs(one: Words, other: Words) -> list[Stretch]:
    """Longest runs of equal words by place; each begins with three that are not masked."""
    begins = list(_begins(one.forms))
    wanted = set(begins)
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for b, begin in enumerate(_begins(other.forms)):
        if begin in wanted and not any(other.masked[b : b + _RUN]):
            places[begin].append(b)
    runs: list[Stretch] = []
    reached: dict[int, int] = {}  # by diagonal: where the last run on it ends in the first text
    for a, begin in enumerate(begins):
        found = places.get(begin, ())
        if not found or len(found) > _FREQUENT or any(one.masked[a : a + _RUN]):
            continue
        for b in found:
            if reached.get(a - b, -1) < a + _RUN:
                run = _longest(one, other, a, b)
                reached[a - b] = run.a_end
                runs.append(run)
    return runs


def _begins(words: Sequence[_Word]) -> Iterator[tuple[_Word, ...]]:
    """The words with which a run may begin, at each place."""
    return zip(*(words[n:] for n in range(_RUN)), strict=False)


def _longest(one: Words, other: Words, a: int, b: int) -> Stretch:
    """The run that begins here. It may go through masked words, but does not end with one."""
    length = end = equal = 0
    limit = min(len(one.forms) - a, len(other.forms) - b)
    while length < limit and one.forms[a + length] == other.forms[b + length]:
        length += 1
        if not (one.masked[a + length - 1] or other.masked[b + length - 1]):
            end, equal = length, equal + 1
    return Stretch(a, a + end, b, b + end, equal)


def _chained(runs: Sequence[Stretch]) -> list[Stretch]:
    """Best chains of runs: each follows in both texts at most ten words after the one before."""
    best: list[_Chain] = []
    for n, run in enumerate(runs):
        here = _Chain(run.equal, run, -1)
        for m in range(max(0, n - _LOOK_BACK), n):
            longer = _joined(best[m], run, m)
            if longer and longer.score > here.score:
                here = longer
        best.append(here)
    found = []
    used: set[int] = set()
    for n in sorted(range(len(best)), key=lambda n: (-best[n].score, n)):
        at, fresh = n, True
        while at >= 0:
            fresh = fresh and at not in used
            used.add(at)
            at = best[at].before
        if fresh:
            found.append(best[n].stretch)
    return found


def _joined(chain: _Chain, run: Stretch, before: int) -> _Chain | None:
    """A chain with one more run; None when that does not follow it closely."""
    done = chain.stretch
    overlap = max(0, done.a_end - run.a, done.b_end - run.b)
    gap = max(run.a - done.a_end, run.b - done.b_end) + overlap
    gain = run.equal - overlap
    if gain < 1 or gap > GAP:
        return None
    whole = Stretch(done.a, run.a_end, done.b, run.b_end, done.equal + gain)
    return _Chain(chain.score + gain - _COST * gap, whole, before)


def _dense(stretch: Stretch) -> bool:
    return stretch.equal >= _DENSITY * max(stretch.a_end - stretch.a, stretch.b_end - stretch.b)
