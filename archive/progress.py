"""How long work says how far it is: to a function that whoever starts it gives."""

from __future__ import annotations

from collections.abc import Callable

Tell = Callable[[str, int, int | None], None]
"""Takes what is being done, how much of it is done, how much there is (None where not known)."""


def silent(what: str, done: int, total: int | None) -> None:
    """Tell nobody."""
