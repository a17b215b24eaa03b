"""What to blacken on one page, and how words are blackened in strings that follow each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby

from archive.derive.words import words as words_of
from archive.withdrawals import Span, Withdrawn

BLACK = "█████"
"""What stands for words that were blackened, however many they were."""


@dataclass(frozen=True, slots=True)
class Pen:
    """What to blacken on one page. ``gone``: whether an address is withdrawn; ``spans``: of an address.

    ``own``: spans of the release whose page it is; ``parts``: whether a heading is that of a withdrawn
    release among many on the page; ``entries`` False: of what leads there only the link goes, not what may be
    the entry of a list around it.
    """

    withdrawn: Withdrawn
    gone: Callable[[str], bool]
    spans: Callable[[str], Sequence[Span]]
    own: tuple[Span, ...] = ()
    parts: Callable[[str], bool] = lambda _heading: False
    entries: bool = True

    def black(self, strings: Sequence[str], spans: Iterable[Span]) -> list[str]:
        """Strings that follow each other with █ for what is withdrawn, and for what these spans name.

        Of a string that is mostly withdrawn nothing stays.
        """
        joined = "\n".join(strings)
        found = words_of(joined)
        blocks, black = self.withdrawn.places([word.form for word in found], spans)
        if not blocks and not black:
            return list(strings)
        starts = [0, *accumulate(len(each) + 1 for each in strings)]
        numbers = iter(range(len(found)))
        number, made = next(numbers, None), []
        for string, start in zip(strings, starts, strict=False):
            inside = []
            while number is not None and found[number].start < start + len(string):
                inside.append(number)
                number = next(numbers, None)
            whole = inside and 2 * len(blocks.intersection(inside)) >= len(inside)
            marked = set(inside) if whole else (blocks | black).intersection(inside)
            spots = [(found[n].start - start, found[n].end - start, n in marked) for n in inside]
            made.append(_marked(string, spots))
        return made


def _marked(string: str, spots: Iterable[tuple[int, int, bool]]) -> str:
    """A string with one mark for each run of marked words; ``spots``: start, end, whether marked."""
    made, done = "", 0
    for marked, run in groupby(spots, key=lambda spot: spot[2]):
        if marked:
            first, *_, last = [*run] * 2
            made += string[done : first[0]] + BLACK
            done = last[1]
    return made + string[done:]
