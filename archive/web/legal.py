"""Who runs the website, what it keeps of its readers, how to object: our texts, the operator's details."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from datasette import Response

from archive.web.answer import page
from archive.web.prose import prose

PAGES = ("impressum", "datenschutz", "barrierefreiheit", "rechte")
"""Each is an address and a template of this name."""


def legal(name: str) -> Callable[[Any, Any], Awaitable[Response]]:
    """The page of this name. Without details of an operator it says that the archive is not public."""

    async def answer(datasette: Any, request: Any) -> Response:
        details = datasette.plugin_config("kreispresse") or {}
        added = prose(details.get(name) or "")
        return await page(datasette, request, f"{name}.html", {"operator": details, "added": added})

    return answer
