"""The pages: one async function a route, listed in ROUTES.

What they ask is in queries.py, how they look in templates. A new page is a function here, a line in ROUTES, a
template, and a function in queries.py for each new question.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, unquote, urlencode

from datasette import Response
from datasette.utils import sqlite_timelimit

from archive.search import Order, search
from archive.web import queries, versions
from archive.web.blocks import blocks, paragraphs
from archive.web.prose import prose

_BOT = Path(__file__).with_name("bot.md")

PAGE_SIZE = 20
START_SIZE = 10

CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
"""Our pages load a style sheet and an icon from here, and nothing else from anywhere."""

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Pager:
    """Where a page of a list stands among the others; ``previous`` and ``next`` are addresses, if any."""

    number: int
    last: int
    previous: str | None
    next: str | None


async def start(datasette: Any, request: Any) -> Response:
    """Start page: search, size of the archive, newest releases."""
    figures = await _ask(datasette, queries.figures)
    newest = await _ask(datasette, search, "", limit=START_SIZE)
    return await _page(datasette, request, "start.html", {"figures": figures, "hits": newest.hits})


async def results(datasette: Any, request: Any) -> Response:
    """``/suche``: releases that answer ``q``; all of them, newest first, when it is blank."""
    query = request.args.get("q") or ""
    order: Order = "best" if request.args.get("sortierung") == "beste" and query.strip() else "newest"
    number = _page_number(request)
    offset = (number - 1) * PAGE_SIZE
    found = await _ask(datasette, search, query, limit=PAGE_SIZE, offset=offset, order=order)
    values = {"q": query} if query.strip() else {}
    if order == "best":
        values["sortierung"] = "beste"
    pager = _pager(datasette, "/suche", values, number, found.total)
    if pager is None:
        return await not_found(datasette, request)
    return await _page(datasette, request, "search.html", {"results": found, "order": order, "pager": pager})


async def search_help(datasette: Any, request: Any) -> Response:
    """``/hilfe``: what a search may hold."""
    return await _page(datasette, request, "help.html")


async def release(datasette: Any, request: Any) -> Response:
    """``/meldung/<id>``: a release, or with ``fassung`` one of its versions. Former ids are redirected."""
    number = int(request.url_vars["number"])
    row = await _ask(datasette, queries.release, number)
    if row is None:
        if withdrawal := await _ask(datasette, queries.withdrawal, number):
            return await _page(datasette, request, "withdrawn.html", withdrawal, status=410)
        return await _moved(datasette, request, await _ask(datasette, queries.current_id, number))
    all_versions = await _ask(datasette, queries.revisions, number)
    current = max((n for n, one in enumerate(all_versions) if one["shown"]), default=len(all_versions) - 1)
    opened = current
    if "fassung" in request.args:
        ids = [str(one["id"]) for one in all_versions]
        if request.args["fassung"] not in ids:
            return await not_found(datasette, request)
        opened = ids.index(request.args["fassung"])
    version = None
    if opened != current:
        version = await _ask(datasette, queries.revision, all_versions[opened]["id"])
    belongings = await _ask(datasette, queries.belongings, number)
    belongings |= await _ask(datasette, queries.updates, number)
    if version is None:
        belongings["copies"] = await _ask(datasette, queries.copies, row)
        belongings["passages"] = await _ask(datasette, queries.passages, row)
    values = {
        "release": row,
        "version": version,
        "versions": all_versions,
        "current": current,
        "teaser": paragraphs((version or row)["teaser"] or ""),
        "blocks": blocks(version["text"]) if version else blocks(row["text"], belongings["embeds"]),
    }
    page = await _page(datasette, request, "release.html", values | belongings)
    if row["hidden"]:
        page.headers["X-Robots-Tag"] = "noindex"
    return page


async def changes(datasette: Any, request: Any) -> Response:
    """``/meldung/<id>/aenderungen``: words of the version ``bis`` (the last) beside those of ``von``."""
    number = int(request.url_vars["number"])
    row = await _ask(datasette, queries.release, number)
    given = {name: request.args.get(name) for name in ("von", "bis")}
    ids = versions.chosen(await _ask(datasette, queries.revisions, number), given) if row else None
    if ids is None:
        return await not_found(datasette, request)
    older, newer = [await _ask(datasette, queries.revision, each) for each in ids]
    shown = {"release": row, **versions.comparison(older or {}, newer or {})}
    return await _page(datasette, request, "changes.html", shown)


async def authorities(datasette: Any, request: Any) -> Response:
    """``/behoerden``: all authorities by Land."""
    publishers = await _ask(datasette, queries.publishers)
    return await _page(datasette, request, "authorities.html", {"publishers": publishers})


async def authority(datasette: Any, request: Any) -> Response:
    """``/behoerde/<id>``: one authority, where it publishes, and its releases, newest first."""
    publisher_id = unquote(request.url_vars["publisher"])
    publisher = await _ask(datasette, queries.publisher, publisher_id)
    if publisher is None:
        return await not_found(datasette, request)
    number = _page_number(request)
    offset = (number - 1) * PAGE_SIZE
    found = await _ask(datasette, search, "", limit=PAGE_SIZE, offset=offset, publisher=publisher_id)
    pager = _pager(datasette, f"/behoerde/{quote(publisher_id, safe='')}", {}, number, found.total)
    if pager is None:
        return await not_found(datasette, request)
    sources = await _ask(datasette, queries.sources, publisher_id)
    values = {"publisher": publisher, "sources": sources, "results": found, "pager": pager}
    return await _page(datasette, request, "authority.html", values)


async def bot(datasette: Any, request: Any) -> Response:
    """``/bot``: who asks the authorities' servers, how often, and how they stop it; for press offices."""
    contact = os.environ.get("KREISPRESSE_CONTACT", "")
    return await _page(
        datasette, request, "bot.html", {"text": prose(_BOT.read_text("utf-8")), "contact": contact}
    )


async def not_found(datasette: Any, request: Any) -> Response:
    """The page for addresses that lead nowhere."""
    return await _page(datasette, request, "not_found.html", status=404)


async def busy(datasette: Any, request: Any) -> Response:
    """The page for questions that took too long, or that a writer kept from being answered."""
    return await _page(datasette, request, "busy.html", status=503)


ROUTES: tuple[tuple[str, Callable[[Any, Any], Awaitable[Response]]], ...] = (
    (r"^/$", start),
    (r"^/suche$", results),
    (r"^/hilfe$", search_help),
    (r"^/meldung/(?P<number>\d{1,16})$", release),
    (r"^/meldung/(?P<number>\d{1,16})/aenderungen$", changes),
    (r"^/behoerden$", authorities),
    (r"^/behoerde/(?P<publisher>[^/]+)$", authority),
    (r"^/bot$", bot),
)


async def _ask(datasette: Any, question: Callable[..., Answer], *values: Any, **options: Any) -> Answer:
    """Put a question to archive.db in one of Datasette's reading threads, within its time limit."""

    def run(connection: sqlite3.Connection) -> Answer:
        with sqlite_timelimit(connection, datasette.setting("sql_time_limit_ms")):
            return question(connection, *values, **options)

    answer: Answer = await datasette.get_database("archive").execute_fn(run)
    return answer


async def _page(
    datasette: Any, request: Any, template: str, values: Mapping[str, Any] | None = None, *, status: int = 200
) -> Response:
    body = await datasette.render_template(template, dict(values or {}), request=request)
    return Response.html(body, status=status, headers={"Content-Security-Policy": CONTENT_POLICY})


async def _moved(datasette: Any, request: Any, current: int | None) -> Response:
    if current is None:
        return await not_found(datasette, request)
    query = f"?{request.query_string}" if request.query_string else ""
    return Response.redirect(datasette.urls.path(f"/meldung/{current}") + query, status=301)


def _page_number(request: Any) -> int:
    wanted = request.args.get("seite") or "1"
    return max(1, int(wanted)) if wanted.isascii() and wanted.isdigit() and len(wanted) < 9 else 1


def _pager(datasette: Any, path: str, values: dict[str, str], number: int, total: int) -> Pager | None:
    """None when the list has no such page."""
    last = max(1, -(-total // PAGE_SIZE))
    if number > last:
        return None

    def address(page: int) -> str | None:
        if not 1 <= page <= last:
            return None
        query = urlencode(values | ({"seite": str(page)} if page > 1 else {}))
        return f"{datasette.urls.path(path)}{'?' if query else ''}{query}"

    return Pager(number, last, address(number - 1), address(number + 1))
