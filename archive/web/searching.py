"""The search: results with what they have in common, and its help."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from datasette import Response

from archive.search import Hit, facets, search
from archive.web import paging
from archive.web.answer import ask, not_found, page
from archive.web.asked import asked as read
from archive.web.charts import chart
from archive.web.queries import searching as queries


async def results(datasette: Any, request: Any) -> Response:
    """``/suche``: releases that answer ``q`` within filters; all of them, newest first, when it is blank."""
    asked = read(request.args)
    number = paging.page_number(request)
    offset = (number - 1) * paging.PAGE_SIZE
    found = await ask(
        datasette,
        search,
        asked.query,
        limit=paging.PAGE_SIZE,
        offset=offset,
        order=asked.order,
        **asked.filters,
    )
    pager = paging.page_of(datasette, "/suche", asked.values, number, found.total)
    if pager is None:
        return await not_found(datasette, request)
    copies = await ask(datasette, queries.copies, [hit.id for hit in found.hits])
    values = {
        "results": found,
        "hits": _folded(found.hits, copies),
        "copies": {release: size for release, (_, size) in copies.items()},
        "asked": asked,
        "pager": pager,
        "publishers": await ask(datasette, queries.publishers),
    }
    if asked.values and number == 1 and found.total:  # of all releases they would say little and cost much
        counts = await ask(datasette, facets, asked.query, **asked.filters)
        values |= {"counts": counts, "months": chart(dict(counts.months))}
    return await page(datasette, request, "search.html", values)


async def search_help(datasette: Any, request: Any) -> Response:
    """``/hilfe``: what a search may hold."""
    return await page(datasette, request, "help.html")


def _folded(hits: Iterable[Hit], copies: dict[int, tuple[int, int]]) -> list[Hit]:
    """Hits without those whose copy stands before them on the page."""
    first: dict[int, Hit] = {}
    for hit in hits:
        cluster, _ = copies.get(hit.id, (-hit.id, 0))
        first.setdefault(cluster, hit)
    return list(first.values())
