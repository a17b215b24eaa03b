"""The authorities, and each with its releases."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, unquote

from datasette import Response

from archive.search import search
from archive.web import paging
from archive.web.answer import ask, not_found, page
from archive.web.charts import chart
from archive.web.kreismap import kreis_map
from archive.web.queries import authorities as queries


async def authorities(datasette: Any, request: Any) -> Response:
    """``/behoerden``: all authorities by Land, with a map of the Kreise among them."""
    publishers = await ask(datasette, queries.publishers)
    values = {"publishers": publishers, "map": kreis_map(publishers, datasette.urls.path("/behoerde/"))}
    return await page(datasette, request, "authorities.html", values)


async def authority(datasette: Any, request: Any) -> Response:
    """``/behoerde/<id>``: one authority, where and how it publishes, and its releases, newest first."""
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
    values = {"publisher": publisher, "results": found, "pager": pager}
    if number == 1:
        values["months"] = chart(await ask(datasette, queries.months, publisher_id))
        values["changes"] = await ask(datasette, queries.changes, publisher_id)
        values["gaps"] = await ask(datasette, queries.gaps, publisher_id)
        values["missing"] = await ask(datasette, queries.missing, publisher_id)
    return await page(datasette, request, "authority.html", values)
