"""A text as a page shows it: paragraphs in pieces with marks, and releases inside the release."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

_PARAGRAPH = re.compile(r"\S(?:.|\n(?!\s*\n))*")


class Mark(NamedTuple):
    """``text[start:end]`` is to be marked; readers are led on by its number."""

    start: int
    end: int
    number: int


class Piece(NamedTuple):
    """A part of a paragraph. ``ends``: numbers of the marks whose last words these are."""

    text: str
    marked: bool = False
    ends: tuple[int, ...] = ()


Paragraph = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Paragraphs that follow each other. ``embed``: the row of the embedded release that they are, if any."""

    paragraphs: tuple[Paragraph, ...]
    embed: Mapping[str, Any] | None = None


def blocks(text: str, embeds: Iterable[Mapping[str, Any]] = (), marks: Sequence[Mark] = ()) -> list[Block]:
    """Cut a text at its embedded releases. Spans that overlap an earlier one or the text's end are left out.

    >>> [block.paragraphs for block in blocks("Eins.\\n\\nZwei.")]
    [((Piece(text='Eins.', marked=False, ends=()),), (Piece(text='Zwei.', marked=False, ends=()),))]
    >>> cut = blocks("Vorher.\\n\\nInnen.\\n\\nNachher.", [{"start": 9, "end": 15}])
    >>> [block.paragraphs[0][0].text for block in cut]
    ['Vorher.', 'Innen.', 'Nachher.']
    """
    found = []
    done = 0
    for embed in sorted(embeds, key=lambda embed: (embed["start"], embed["end"])):
        start, end = embed["start"], embed["end"]
        if done <= start < end <= len(text):
            found += [Block(marked(text, marks, done, start)), Block(marked(text, marks, start, end), embed)]
            done = end
    found.append(Block(marked(text, marks, done)))
    return [block for block in found if block.paragraphs]


def marked(text: str, marks: Sequence[Mark], start: int = 0, end: int | None = None) -> tuple[Paragraph, ...]:
    """The paragraphs of ``text[start:end]`` with their marks; they may overlap, and go over paragraphs.

    >>> marked("Der Kreis baut.", [Mark(4, 9, 1)])[0][1]
    Piece(text='Kreis', marked=True, ends=(1,))
    """
    stop = len(text) if end is None else end
    return tuple(
        _pieces(text, found.start(), found.start() + len(found[0].rstrip()), marks)
        for found in _PARAGRAPH.finditer(text, start, stop)
    )


def paragraphs(text: str) -> tuple[str, ...]:
    """The parts of a text between blank lines.

    >>> paragraphs("Eins.\\n\\n\\n Zwei,\\nweiter. ")
    ('Eins.', 'Zwei,\\nweiter.')
    """
    return tuple(found[0].rstrip() for found in _PARAGRAPH.finditer(text))


def _pieces(text: str, start: int, end: int, marks: Sequence[Mark]) -> Paragraph:
    near = [mark for mark in marks if mark.start < end and mark.end > start]
    edges = {edge for mark in near for edge in (mark.start, mark.end) if start < edge < end}
    cuts = [start, *sorted(edges), end]
    return tuple(
        Piece(
            text[one:other],
            any(mark.start <= one and other <= mark.end for mark in near),
            tuple(mark.number for mark in near if mark.end == other),
        )
        for one, other in pairwise(cuts)
    )
