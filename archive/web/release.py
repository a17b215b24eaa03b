"""A release, in its newest words or those of one of its versions."""

from __future__ import annotations

from typing import Any

from datasette import Response

from archive.web.answer import ask, not_found, page
from archive.web.blocks import blocks, paragraphs
from archive.web.queries import release as queries


async def release(datasette: Any, request: Any) -> Response:
    """``/meldung/<id>``: a release, or with ``fassung`` one of its versions. Former ids are redirected."""
    number = int(request.url_vars["number"])
    row = await ask(datasette, queries.release, number)
    if row is None:
        return await _moved(datasette, request, await ask(datasette, queries.current_id, number))
    versions = await ask(datasette, queries.revisions, number)
    current = max((n for n, one in enumerate(versions) if one["shown"]), default=len(versions) - 1)
    opened = current
    if "fassung" in request.args:
        ids = [str(one["id"]) for one in versions]
        if request.args["fassung"] not in ids:
            return await not_found(datasette, request)
        opened = ids.index(request.args["fassung"])
    version = None
    if opened != current:
        version = await ask(datasette, queries.revision, versions[opened]["id"])
    belongings = await ask(datasette, queries.belongings, number)
    if version is None:
        belongings["copies"] = await ask(datasette, queries.copies, row)
        belongings["passages"] = await ask(datasette, queries.passages, row)
    values = {
        "release": row,
        "version": version,
        "versions": versions,
        "current": current,
        "teaser": paragraphs((version or row)["teaser"] or ""),
        "blocks": blocks(version["text"]) if version else blocks(row["text"], belongings["embeds"]),
    }
    return await page(datasette, request, "release.html", values | belongings)


async def _moved(datasette: Any, request: Any, current: int | None) -> Response:
    if current is None:
        return await not_found(datasette, request)
    query = f"?{request.query_string}" if request.query_string else ""
    return Response.redirect(datasette.urls.path(f"/meldung/{current}") + query, status=301)
