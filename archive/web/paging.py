"""Long lists in pages of a fixed size, each with an address of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from datasette.utils.asgi import Base400

PAGE_SIZE = 20

MOST_PAGES = 500
"""Nobody reads further; what is behind is for a narrower search, or for the data."""


class TooFar(Base400):  # type: ignore[misc]  # datasette has no types
    """A page behind the last one that is offered."""


@dataclass(frozen=True, slots=True)
class Pager:
    """Where a page of a list stands among the others; ``previous`` and ``next`` are addresses, if any."""

    number: int
    last: int
    previous: str | None
    next: str | None


def page_number(request: Any) -> int:
    """Which page is asked for; the first where that is no number. Raises TooFar."""
    wanted = request.args.get("seite") or "1"
    number = max(1, int(wanted)) if wanted.isascii() and wanted.isdigit() and len(wanted) < 9 else 1
    if number > MOST_PAGES:
        raise TooFar(f"seite: 1 to {MOST_PAGES}")
    return number


def page_of(datasette: Any, path: str, values: Mapping[str, str], number: int, total: int) -> Pager | None:
    """A page of a list at ``path`` with these query values; None when the list has no such page."""
    last = max(1, -(-total // PAGE_SIZE))
    if number > last:
        return None

    def address(page: int) -> str | None:
        if not 1 <= page <= min(last, MOST_PAGES):
            return None
        query = urlencode({**values, **({"seite": str(page)} if page > 1 else {})})
        return f"{datasette.urls.path(path)}{'?' if query else ''}{query}"

    return Pager(number, last, address(number - 1), address(number + 1))
