"""The pages: one async function a route, all in ROUTES; larger families of pages have modules of their own.

What they ask is in queries, how they look in templates, how they are answered in answer.py. A new page is a
function, a line in ROUTES, a template, and a function in queries for each new question.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from datasette import Response

from archive.search import search
from archive.web import queries
from archive.web.answer import ask, contact, not_found, page, public
from archive.web.authorities import authorities, authority
from archive.web.data import data, download, politeness
from archive.web.feeds import FEEDS
from archive.web.legal import PAGES, legal
from archive.web.places import place
from archive.web.prose import prose
from archive.web.release import changes, release, release_file
from archive.web.searching import results, search_help
from archive.web.tracing import tracing
from archive.web.wording import wording

_BOT = Path(__file__).with_name("bot.md")
_GUIDE = Path(__file__).with_name("journalists.md")

START_SIZE = 10


async def start(datasette: Any, request: Any) -> Response:
    """Start page: search, size of the archive, newest releases."""
    figures = await ask(datasette, queries.figures)
    newest = await ask(datasette, search, "", limit=START_SIZE)
    return await page(datasette, request, "start.html", {"figures": figures, "hits": newest.hits})


async def bot(datasette: Any, request: Any) -> Response:
    """``/bot``: who asks the authorities' servers, how often, and how they stop it; for press offices."""
    values = {"text": prose(_BOT.read_text("utf-8")), "contact": contact(datasette)}
    return await page(datasette, request, "bot.html", values)


async def subscribe(datasette: Any, request: Any) -> Response:
    """``/abonnieren``: which feeds there are, and how a browser searches here from its address bar."""
    return await page(datasette, request, "subscribe.html")


async def opensearch(datasette: Any, request: Any) -> Response:
    """``/opensearch.xml``: how a browser searches here (OpenSearch 1.1)."""
    address = public(datasette, request, "/suche")
    body = await datasette.render_template("opensearch.xml", {"address": address})
    return Response(body, content_type="application/opensearchdescription+xml; charset=utf-8")


async def guide(datasette: Any, request: Any) -> Response:
    """``/anleitung``: how to work with the archive; for journalists."""
    return await page(datasette, request, "guide.html", {"text": prose(_GUIDE.read_text("utf-8"))})


async def closed(datasette: Any, request: Any) -> Response:
    """Datasette's pages about itself, which show paths and settings."""
    return await not_found(datasette, request)


ROUTES: tuple[tuple[str, Callable[[Any, Any], Awaitable[Response]]], ...] = (
    (r"^/$", start),
    (r"^/suche$", results),
    (r"^/hilfe$", search_help),
    (r"^/meldung/(?P<number>\d{1,16})$", release),
    (r"^/meldung/(?P<number>\d{1,16})\.(?P<ending>json|md|txt)$", release_file),
    (r"^/meldung/(?P<number>\d{1,16})/aenderungen$", changes),
    (r"^/wortlaut$", tracing),
    (r"^/wortlaut/(?P<number>\d{1,16})/(?P<start>\d{1,7})-(?P<end>\d{1,7})$", wording),
    (r"^/ort/(?P<ags>\d{5}(?:\d{3})?)$", place),
    (r"^/behoerden$", authorities),
    (r"^/behoerde/(?P<publisher>[^/]+)$", authority),
    (r"^/bot$", bot),
    (r"^/anleitung$", guide),
    (r"^/abonnieren$", subscribe),
    (r"^/daten$", data),
    (r"^/daten/abruf$", politeness),
    (r"^/daten/(?P<path>[\w./-]+)$", download),
    (r"^/opensearch\.xml$", opensearch),
    *FEEDS,
    *((rf"^/{name}$", legal(name)) for name in PAGES),
    (r"^/(?:-/(?!static/|static-plugins/)|_internal\b|_memory\b|:memory:)", closed),
)
