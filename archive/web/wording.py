"""One statement and all releases that carry it."""

from __future__ import annotations

from typing import Any

from datasette import Response

from archive.variants import Run, variants
from archive.web import paging
from archive.web.answer import ask, moved, not_found, page
from archive.web.queries import Row
from archive.web.queries import wording as queries
from archive.web.queries.release import current_id


async def wording(datasette: Any, request: Any) -> Response:
    """``/wortlaut/<release id>/<start>-<end>``: who else says what a release says there, the oldest first.

    Offsets count code points of the release's text, or of the version that ``fassung`` names.
    """
    number, start, end = (int(request.url_vars[name]) for name in ("number", "start", "end"))
    path = f"/wortlaut/{{}}/{start}-{end}"
    version = await ask(datasette, queries.version, number, request.args.get("fassung"))
    if version is None and (current := await ask(datasette, current_id, number)):
        return moved(datasette, request, path.format(current))
    if version is None or not start < end <= len(version["text"]):
        return await not_found(datasette, request)
    values = {"version": version, "statement": version["text"][start:end], "start": start, "end": end}
    passage = await ask(datasette, queries.passage, version["revision_id"], number, start, end)
    if passage is None:
        return await page(datasette, request, "wording.html", values | {"carriers": []})
    asked = {"fassung": str(version["revision_id"])}
    wanted = paging.page_number(request)
    pager = paging.page_of(datasette, path.format(number), asked, wanted, passage["size"])
    if pager is None:
        return await not_found(datasette, request)
    values |= await _carriers(datasette, passage["id"], values["statement"], pager.number)
    return await page(datasette, request, "wording.html", values | {"passage": passage, "pager": pager})


async def _carriers(datasette: Any, passage_id: int, statement: str, number: int) -> dict[str, Any]:
    """The carriers on one page of them, with how their wording differs, and facts about all of them."""
    offset = (number - 1) * paging.PAGE_SIZE
    found = await ask(datasette, queries.carriers, passage_id, paging.PAGE_SIZE, offset)
    return {
        "carriers": [carrier | {"runs": _runs(statement, carrier)} for carrier in found],
        "publishers": await ask(datasette, queries.publishers, passage_id),
        "first_day": await ask(datasette, queries.shared_first_day, passage_id),
    }


def _runs(statement: str, carrier: Row) -> tuple[Run, ...]:
    """How a carrier's wording differs from the statement."""
    return variants(statement, " […] ".join(place["words"] for place in carrier["places"]))
