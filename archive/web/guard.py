"""What every response goes through: security headers, what search engines may keep, tables as CSV."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import re
from collections.abc import Awaitable, Callable
from typing import Any

from archive.formulas import defused

Asgi = Callable[[Any, Any, Any], Awaitable[None]]

_TABLE_SCRIPT = "DATASETTE_ALLOW_FACET = {};"
_SCRIPTS = " ".join(
    f"'sha256-{base64.b64encode(hashlib.sha256(_TABLE_SCRIPT.format(value).encode()).digest()).decode()}'"
    for value in ("true", "false")
)

TABLES_POLICY = (
    f"default-src 'none'; script-src 'self' {_SCRIPTS}; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Datasette's pages of tables: they hold styles, and one script of one line that is allowed by its hash."""

_HEADERS = (
    (b"content-security-policy", TABLES_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
"""Sent with every response that does not set them itself."""

_NOT_KEPT = (b"x-robots-tag", b"noindex")

_OUR_WORDS = re.compile(
    "/(?:hilfe|anleitung|behoerden|bot|abonnieren|daten|rechte|impressum|datenschutz|barrierefreiheit)?"
)
"""Pages that search engines may always keep, because they hold no texts of others."""


def guarded(app: Asgi, base_url: str, *, search_engines: bool) -> Asgi:
    """The website with the headers of this module; ``search_engines`` may keep texts of others, too."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        path = path_below(base_url, scope)
        kept = search_engines or bool(_OUR_WORDS.fullmatch(path))
        added = _HEADERS if kept else (*_HEADERS, _NOT_KEPT)
        as_csv = path.endswith(".csv")

        async def send_guarded(message: Any) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": _with(message.get("headers", []), added)}
            elif as_csv and message["type"] == "http.response.body":
                message = {**message, "body": _defused(message.get("body", b""))}
            await send(message)

        await app(scope, receive, send_guarded)

    return answer


def path_below(base_url: str, scope: Any) -> str:
    """Path of a request as if the website stood at the root, whether or not a proxy leaves its own in it."""
    return "/" + str(scope.get("path", "")).removeprefix(base_url).lstrip("/")


def _with(headers: Any, added: Any) -> list[Any]:
    present = {name.lower() for name, _ in headers}
    return [*headers, *(header for header in added if header[0] not in present)]


def _defused(body: bytes) -> bytes:
    """Rows of CSV without formulas. Datasette sends every row as a piece of its own."""
    out = io.StringIO()
    rows = csv.reader(io.StringIO(body.decode("utf-8", "replace"), newline=""))
    csv.writer(out).writerows([defused(cell) for cell in row] for row in rows)
    return out.getvalue().encode()
