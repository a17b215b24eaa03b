"""A release, in its newest words or those of one of its versions, as a page and to take along."""

from __future__ import annotations

from typing import Any

from datasette import Response

from archive.web import versions as versions_of
from archive.web.answer import ask, contact, moved, not_found, page, public
from archive.web.blocks import Block, Mark, blocks, paragraphs
from archive.web.formats import FORMATS, citation
from archive.web.queries import Row
from archive.web.queries import release as queries


async def release(datasette: Any, request: Any) -> Response:
    """``/meldung/<id>``: a release, or with ``fassung`` one of its versions. Former ids are redirected."""
    number = int(request.url_vars["number"])
    row = await ask(datasette, queries.release, number)
    if row is None:
        return await _elsewhere(datasette, request, number)
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
    belongings |= await ask(datasette, queries.updates, number)
    if version is None:
        belongings["copies"] = await ask(datasette, queries.copies, row)
        belongings["passages"] = await ask(datasette, queries.passages, row)
    shown = row | versions[opened] | (version or {})
    here = f"/meldung/{number}" + (f"?fassung={versions[opened]['id']}" if version else "")
    values = {
        "release": row,
        "version": version,
        "versions": versions,
        "current": current,
        "teaser": paragraphs((version or row)["teaser"] or ""),
        "blocks": blocks(version["text"]) if version else _blocks(row, versions[current], belongings),
        "citation": citation(row, shown, public(datasette, request, here)),
        "contact": contact(datasette),
        "in_common": await ask(datasette, queries.longest_place, row) if belongings.get("copies") else None,
    }
    answer = await page(datasette, request, "release.html", values | belongings)
    if row["hidden"]:
        answer.headers["X-Robots-Tag"] = "noindex"
    return answer


async def changes(datasette: Any, request: Any) -> Response:
    """``/meldung/<id>/aenderungen``: words of the version ``bis`` (the last) beside those of ``von``."""
    number = int(request.url_vars["number"])
    row = await ask(datasette, queries.release, number)
    if row is None:
        return await _elsewhere(datasette, request, number, "/aenderungen")
    given = {name: request.args.get(name) for name in ("von", "bis")}
    ids = versions_of.chosen(await ask(datasette, queries.revisions, number), given)
    if ids is None:
        return await not_found(datasette, request)
    older, newer = [await ask(datasette, queries.revision, each) for each in ids]
    shown = {"release": row, **versions_of.comparison(older or {}, newer or {})}
    return await page(datasette, request, "changes.html", shown)


async def release_file(datasette: Any, request: Any) -> Response:
    """``/meldung/<id>.json``, ``.md``, ``.txt``: a release in its newest words."""
    number, ending = int(request.url_vars["number"]), request.url_vars["ending"]
    row = await ask(datasette, queries.release, number)
    if row is None:
        return await _elsewhere(datasette, request, number, f".{ending}")
    belongings = await ask(datasette, queries.belongings, number)
    belongings["versions"] = await ask(datasette, queries.revisions, number)
    belongings["copies"] = await ask(datasette, queries.copies, row)
    belongings["passages"] = await ask(datasette, queries.passages, row)
    address = public(datasette, request, f"/meldung/{number}")
    media_type, told = FORMATS[ending]
    return Response(told(row, belongings, address), content_type=media_type)


def _blocks(row: Row, version: Row, belongings: dict[str, list[Row]]) -> list[Block]:
    """The text of the newest version, cut at its embedded releases, with its shared passages marked."""
    marks = [
        Mark(start, end, n)
        for n, passage in enumerate(belongings["passages"], start=1)
        if passage["revision_id"] == version["id"]
        for start, end in passage["places"]
    ]
    return blocks(row["text"], belongings["embeds"], marks)


async def _elsewhere(datasette: Any, request: Any, number: int, ending: str = "") -> Response:
    """Why there is no release with this id: it was withdrawn, has another id now, or never was."""
    if withdrawal := await ask(datasette, queries.withdrawal, number):
        return await page(datasette, request, "withdrawn.html", withdrawal, status=410)
    current = await ask(datasette, queries.current_id, number)
    if current is None:
        return await not_found(datasette, request)
    return moved(datasette, request, f"/meldung/{current}{ending}")
