"""The authorities, and each with its releases."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, unquote

from datasette import Response

from archive.search import search
from archive.web import paging
from archive.web.answer import ask, not_found, page
from archive.web.queries import authorities as queries


async def authorities(datasette: Any, request: Any) -> Response:
    """``/behoerden``: all authorities by Land."""
    publishers = await ask(datasette, queries.publishers)
    return await page(datasette, request, "authorities.html", {"publishers": publishers})


async def authority(datasette: Any, request: Any) -> Response:
    """``/behoerde/<id>``: one authority, where it publishes, and its releases, newest first."""
    publisher_id = unquote(request.url_vars["publisher"])
    publisher = await ask(datasette, queries.publisher, publisher_id)
    if publisher is None:
        return await not_found(datasette, request)
    number = paging.page_number(request)
    offset = (number - 1) * paging.PAGE_SIZE
    found = await ask(datasette, search, "", limit=paging.PAGE_SIZE, offset=offset, publisher=publisher_id)
    pager = paging.page_of(datasette, f"/behoerde/{quote(publisher_id, safe='')}", {}, number, found.total)
    if pager is None:
        return await not_found(datasette, request)
    sources = await ask(datasette, queries.sources, publisher_id)
    values = {"publisher": publisher, "sources": sources, "results": found, "pager": pager}
    return await page(datasette, request, "authority.html", values)
