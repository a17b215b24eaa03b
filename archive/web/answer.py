"""How every page is answered: questions put to archive.db, templates, and the pages for what went wrong."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from datasette import Response
from datasette.utils import sqlite_timelimit

CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
"""Our pages load a style sheet and an icon from here, and nothing else from anywhere."""

Answer = TypeVar("Answer")


async def ask(datasette: Any, question: Callable[..., Answer], *values: Any, **options: Any) -> Answer:
    """Put a question to archive.db in one of Datasette's reading threads, within its time limit."""

    def run(connection: sqlite3.Connection) -> Answer:
        with sqlite_timelimit(connection, datasette.setting("sql_time_limit_ms")):
            return question(connection, *values, **options)

    answer: Answer = await datasette.get_database("archive").execute_fn(run)
    return answer


async def page(
    datasette: Any, request: Any, template: str, values: Mapping[str, Any] | None = None, *, status: int = 200
) -> Response:
    """A template filled with values."""
    body = await datasette.render_template(template, dict(values or {}), request=request)
    return Response.html(body, status=status, headers={"Content-Security-Policy": CONTENT_POLICY})


def contact(datasette: Any) -> str:
    """Page or mail address of whoever runs this archive; empty when none is configured."""
    details = datasette.plugin_config("kreispresse") or {}
    return os.environ.get("KREISPRESSE_CONTACT") or details.get("email", "")


def public(datasette: Any, request: Any, path: str) -> str:
    """Address of a path, complete: below the operator's public address, else where the request came to."""
    details = datasette.plugin_config("kreispresse")
    if details:
        return f"{details['website'].rstrip('/')}{path}"
    return str(datasette.absolute_url(request, datasette.urls.path(path)))


def moved(datasette: Any, request: Any, path: str) -> Response:
    """To the address that a former one means now, with the same query."""
    query = f"?{request.query_string}" if request.query_string else ""
    return Response.redirect(datasette.urls.path(path) + query, status=301)


async def not_found(datasette: Any, request: Any) -> Response:
    """The page for addresses that lead nowhere."""
    return await page(datasette, request, "not_found.html", status=404)


async def busy(datasette: Any, request: Any) -> Response:
    """The page for questions that took too long, or that a writer kept from being answered."""
    return await page(datasette, request, "busy.html", status=503)


async def too_far(datasette: Any, request: Any) -> Response:
    """The page behind the last page of a long list that is offered."""
    return await page(datasette, request, "too_far.html", status=400)


async def refused(datasette: Any, request: Any, reason: str, status: int) -> Response:
    """The page for what cannot be asked, with what the database says against it, if anything."""
    values = {"reason": reason, "forbidden": status == 403}
    return await page(datasette, request, "refused.html", values, status=status)


async def failed(datasette: Any, request: Any) -> Response:
    """The page for our own faults."""
    return await page(datasette, request, "error.html", status=500)
