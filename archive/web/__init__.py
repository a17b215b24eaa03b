"""The website: a Datasette plugin whose pages come before Datasette's own. Here are its hooks only."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
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

_HEADERS = (
    (b"content-security-policy", _DATASETTE_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
)
"""Sent with every response that does not set them itself."""

_RAW = "/archive"
"""Datasette's pages of tables and rows, which search engines need not show: releases have their own."""

_PASSING = ("interrupted", "database is locked")
"""What SQLite says when a question took longer than the time limit, or waited too long for a writer."""

Asgi = Callable[[Any, Any, Any], Awaitable[None]]
Function = TypeVar("Function", bound=Callable[..., Any])

_hook: Callable[[Function], Function] = hookimpl  # which has no types


@_hook
def register_routes() -> list[tuple[str, Any]]:
    """Our pages."""
    return list(pages.ROUTES)


@_hook
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
        "description": datasette.metadata("description"),
        "licence": datasette.metadata("license"),
        "licence_url": datasette.metadata("license_url"),
    }


@_hook
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Any:
    """Our pages for "not found" and "took too long"; whoever asked for JSON gets Datasette's answer."""
    if request.path.endswith(".json"):
        return None
    if isinstance(exception, NotFound):
        return lambda: pages.not_found(datasette, request)
    if isinstance(exception, sqlite3.OperationalError) and str(exception) in _PASSING:
        return lambda: pages.busy(datasette, request)
    return None


@_hook
def asgi_wrapper() -> Callable[[Asgi], Asgi]:
    """Security headers on every response, Datasette's own pages and static files included."""

    def wrap(app: Asgi) -> Asgi:
        async def with_headers(scope: Any, receive: Any, send: Any) -> None:
            async def send_with_headers(message: Any) -> None:
                if message["type"] == "http.response.start":
                    headers = list(message.get("headers", []))
                    present = {name.lower() for name, _ in headers}
                    headers += [header for header in _HEADERS if header[0] not in present]
                    if scope["path"].startswith(_RAW):
                        headers.append((b"x-robots-tag", b"noindex"))
                    message = {**message, "headers": headers}
                await send(message)

            await app(scope, receive, send_with_headers)

        return with_headers

    return wrap
