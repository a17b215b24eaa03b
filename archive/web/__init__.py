"""The website: a Datasette plugin whose pages come before Datasette's own. Here are its hooks only."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from datasette import hookimpl
from jinja2 import Environment

from archive import __version__
from archive.web import answer, faults, pages, places
from archive.web.feed import xml_text
from archive.web.german import FILTERS, RELEASE_KINDS, absence
from archive.web.guard import Asgi, guarded
from archive.web.tables import German, in_german, labelled
from archive.web.turns import in_turns

_STATIC = Path(__file__).with_name("static")

_LIMITS = (
    (sqlite3.SQLITE_LIMIT_LENGTH, 32 << 20),
    (sqlite3.SQLITE_LIMIT_SQL_LENGTH, 100_000),
    (sqlite3.SQLITE_LIMIT_ATTACHED, 0),
)
"""Bytes of one value or row and of one question, and how many further files. A value is made in one go, so
that no time limit would keep a stranger's ``zeroblob(999999999)`` from taking the memory."""

Function = TypeVar("Function", bound=Callable[..., Any])

_hook: Callable[[Function], Function] = hookimpl  # which has no types


@_hook
def register_routes() -> list[tuple[str, Any]]:
    """Our pages."""
    return list(pages.ROUTES)


@_hook
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Bounds for every question, those of strangers included."""
    for limit, most in _LIMITS:
        conn.setlimit(limit, most)


@_hook
def prepare_jinja2_environment(env: Environment, datasette: Any) -> None:
    """Templates in German, its words as filters, addresses of static files with a hash of their content."""

    def static(name: str) -> str:
        digest = hashlib.sha256((_STATIC / name).read_bytes()).hexdigest()[:12]
        return f"{datasette.urls.static_plugins('kreispresse', name)}?{digest}"

    if env.loader:
        env.loader = German(env.loader)
    env.filters.update(FILTERS)
    env.filters["place"] = places.called
    env.filters["segment"] = partial(quote, safe="")
    env.filters["xml_text"] = xml_text
    env.filters["labelled"] = labelled
    env.filters["in_german"] = in_german
    env.tests["web_address"] = lambda url: url.lower().startswith(("http://", "https://"))
    env.globals["absence"] = absence
    env.globals["release_kinds"] = RELEASE_KINDS
    env.globals["kreispresse"] = {
        "version": __version__,
        "style": static("kreispresse.css"),
        "tables_style": static("tables.css"),
        "tables_script": static("tables.js"),
        "icon": static("kreispresse.svg"),
        "title": datasette.metadata("title") or "Kreispresse",
        "description": datasette.metadata("description"),
        "licence": datasette.metadata("license"),
        "licence_url": datasette.metadata("license_url"),
    }


@_hook
def skip_csrf(datasette: Any, scope: Any) -> bool:
    """No token, which needs a cookie, for the form that compares a text: it changes nothing."""
    return scope["path"] in ("/wortlaut", datasette.urls.path("/wortlaut"))


@_hook
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Any:
    """Our pages for what goes wrong; whoever asked for JSON gets Datasette's answer."""
    page = faults.page_for(exception)
    return None if request.path.endswith(".json") else lambda: page(datasette, request)


@_hook
def forbidden(datasette: Any, request: Any) -> Any:
    """Our page for what is not open to everybody."""
    return lambda: answer.refused(datasette, request, "", 403)


@_hook
def asgi_wrapper(datasette: Any) -> Callable[[Asgi], Asgi]:
    """Turns at the tables, and security headers on every response, static files included."""
    search_engines = (datasette.plugin_config("kreispresse") or {}).get("search_engines", False)
    return lambda app: guarded(
        in_turns(app, datasette), datasette.setting("base_url"), search_engines=search_engines
    )
