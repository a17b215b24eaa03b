"""Tables as they stand in docs/reliability.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table in Markdown; each cell on one line, and what would end it replaced."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        f"| {' | '.join(' '.join(str(cell).replace('|', '¦').split()) for cell in line)} |" for line in lines
    )
