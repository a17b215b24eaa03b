"""A release's text as the page shows it: paragraphs, and releases inside the release."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Block:
    """Paragraphs that follow each other. ``embed``: the row of the embedded release that they are, if any."""

    paragraphs: tuple[str, ...]
    embed: Mapping[str, Any] | None = None


def blocks(text: str, embeds: Iterable[Mapping[str, Any]] = ()) -> list[Block]:
    """Cut a text at its embedded releases. Spans that overlap an earlier one or the text's end are left out.

    >>> blocks("Eins.\\n\\nZwei.")
    [Block(paragraphs=('Eins.', 'Zwei.'), embed=None)]
    >>> [block.paragraphs for block in blocks("Vorher.\\n\\nInnen.\\n\\nNachher.", [{"start": 9, "end": 15}])]
    [('Vorher.',), ('Innen.',), ('Nachher.',)]
    """
    found = []
    done = 0
    for embed in sorted(embeds, key=lambda embed: (embed["start"], embed["end"])):
        start, end = embed["start"], embed["end"]
        if done <= start < end <= len(text):
            found += [Block(paragraphs(text[done:start])), Block(paragraphs(text[start:end]), embed)]
            done = end
    found.append(Block(paragraphs(text[done:])))
    return [block for block in found if block.paragraphs]


def paragraphs(text: str) -> tuple[str, ...]:
    """The parts of a text between blank lines.

    >>> paragraphs("Eins.\\n\\n\\n Zwei,\\nweiter. ")
    ('Eins.', 'Zwei,\\nweiter.')
    """
    return tuple(part.strip() for part in re.split(r"\n\s*\n", text) if part.strip())
