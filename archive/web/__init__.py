"""The website: a Datasette plugin whose pages come before Datasette's own. Only hooks; the pages are in pages.py."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from datasette import NotFound, hookimpl
from jinja2 import Environment

from archive import __version__
from archive.web import pages
from archive.web.german import FILTERS, absence

_STATIC = Path(__file__).with_name("static")

_DATASETTE_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
"""Datasette's own pages (tables, SQL) bring scripts and styles inside the page."""

_HEADERS = {
    "content-security-policy": _DATASETTE_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
}
"""Sent with every response that does not set them itself."""

_PASSING = ("interrupted", "database is locked")
"""What SQLite says when a question took longer than the time limit, or waited too long for a writer."""

Asgi = Callable[[Any, Any, Any], Awaitable[None]]


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Our pages."""
    return list(pages.ROUTES)


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Any) -> None:
    """German words as filters, and the addresses of static files with a hash of their content."""

    def static(name: str) -> str:
        digest = hashlib.sha256((_STATIC / name).read_bytes()).hexdigest()[:12]
        return f"{datasette.urls.static_plugins('kreispresse', name)}?{digest}"

    env.filters.update(FILTERS)
    env.filters["segment"] = partial(quote, safe="")
    env.tests["web_address"] = lambda url: url.lower().startswith(("http://", "https://"))
    env.globals["absence"] = absence
    env.globals["kreispresse"] = {
        "version": __version__,
        "style": static("kreispresse.css"),
        "icon": static("kreispresse.svg"),
        "title": datasette.metadata("title") or "Kreispresse",
        "licence": datasette.metadata("license"),
        "licence_url": datasette.metadata("license_url"),
    }


@hookimpl
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Any:
    """Our pages for "not found" and "took too long"; whoever asked for JSON gets Datasette's answer."""
    if request.path.endswith(".json"):
        return None
    if isinstance(exception, NotFound):
        return lambda: pages.not_found(datasette, request)
    if isinstance(exception, sqlite3.OperationalError) and str(exception) in _PASSING:
        return lambda: pages.busy(datasette, request)
    return None


@hookimpl
def asgi_wrapper() -> Callable[[Asgi], Asgi]:
    """Security headers on every response, Datasette's own pages and static files included."""

    def wrap(app: Asgi) -> Asgi:
        async def with_headers(scope: Any, receive: Any, send: Any) -> None:
            async def send_with_headers(message: Any) -> None:
                if message["type"] == "http.response.start":
                    headers = list(message.get("headers", []))
                    present = {name.lower() for name, _ in headers}
                    missing = {name: value for name, value in _HEADERS.items() if name.encode() not in present}
                    headers += [(name.encode(), value.encode()) for name, value in missing.items()]
                    message = {**message, "headers": headers}
                await send(message)

            await app(scope, receive, send_with_headers)

        return with_headers

    return wrap
