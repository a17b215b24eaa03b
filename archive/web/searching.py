"""The search: results and its help."""

from __future__ import annotations

from typing import Any

from datasette import Response

from archive.search import Order, search
from archive.web import paging
from archive.web.answer import ask, not_found, page


async def results(datasette: Any, request: Any) -> Response:
    """``/suche``: releases that answer ``q``; all of them, newest first, when it is blank."""
    query = request.args.get("q") or ""
    order: Order = "best" if request.args.get("sortierung") == "beste" and query.strip() else "newest"
    number = paging.page_number(request)
    offset = (number - 1) * paging.PAGE_SIZE
    found = await ask(datasette, search, query, limit=paging.PAGE_SIZE, offset=offset, order=order)
    values = {"q": query} if query.strip() else {}
    if order == "best":
        values["sortierung"] = "beste"
    pager = paging.page_of(datasette, "/suche", values, number, found.total)
    if pager is None:
        return await not_found(datasette, request)
    return await page(datasette, request, "search.html", {"results": found, "order": order, "pager": pager})


async def search_help(datasette: Any, request: Any) -> Response:
    """``/hilfe``: what a search may hold."""
    return await page(datasette, request, "help.html")
