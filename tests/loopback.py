"""A loopback web site for tests: answers from a table, remembers who asked for what and when."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from typing import Any


@dataclass
class Answer:
    """One page of the site. ``body`` may be a function that yields pieces, for bodies that are never built whole."""

    body: bytes | str | Callable[[], Iterator[bytes]] = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    type: str = "text/html; charset=utf-8"


@dataclass
class Asked:
    """One request as the site saw it; ``began`` and ``ended`` in seconds of the monotonic clock."""

    path: str
    agent: str
    headers: dict[str, str]
    began: float
    ended: float = 0.0


class Site:
    """Pages by path (with query); a path that is not there answers 404."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.pages: dict[str, Answer | str | Callable[[], Answer]] = {}
        self.asked: list[Asked] = []

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    def entry(self, id_: str = "kreis-probe", **more: Any) -> dict[str, Any]:
        """Register entry of this site with its list at /presse."""
        return {
            "id": id_, "name": f"Probe {id_}", "kind": "kreis", "land": "XX", "homepage": f"{self.address}/",
            "press": f"{self.address}/presse", **more,
        }  # fmt: skip

    def add_releases(self, titles: list[str], *, listing: str = "/presse") -> None:
        """A list in no known style with one page a title."""
        rows = []
        for n, title in enumerate(titles):
            self.pages[f"/presse/{n}"] = release(title)
            rows.append(f'<li><span>{1 + n % 28:02}.01.2026</span> <a href="/presse/{n}">{title}</a></li>')
        self.pages[listing] = page("Presse", f"<h1>Presse</h1><ul>{''.join(rows)}</ul>")


def page(title: str, main: str, head: str = "") -> str:
    return (
        f"<!doctype html><html lang=de><head><title>{title} | Probe</title>{head}</head><body>"
        f'<nav><a href="/">Startseite</a> <a href="/karriere">Karriere und Ausbildung im Kreis</a></nav>'
        f"<main>{main}</main><footer>Impressum</footer></body></html>"
    )


def release(title: str, text: str = "", day: str = "5. Januar 2026") -> str:
    text = text or (
        f"Der Kreis teilt mit, dass es zum Thema {title} viel Neues gibt. Die Verwaltung hat dazu alle Fragen geklärt "
        "und stellt die Ergebnisse in der kommenden Woche öffentlich vor."
    )
    return page(title, f"<h1>{title}</h1><p class=datum>{day}</p><p>{text}</p>")


class _Server(ThreadingHTTPServer):
    def handle_error(self, *about: Any) -> None:
        """Visitors that were killed are no error of the site."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(*about)


@contextmanager
def serve() -> Iterator[Site]:
    """A site on a free loopback port, gone at the end."""
    site = Site("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else each answer waits 40 ms for an acknowledgement

        def do_GET(self) -> None:
            asked = Asked(self.path, self.headers.get("User-Agent", ""), dict(self.headers), monotonic())
            site.asked.append(asked)
            try:
                self._answer(asked, site.pages.get(self.path, Answer("nicht gefunden", 404)))
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def _answer(self, asked: Asked, found: Answer | str | Callable[[], Answer]) -> None:
            answer = (
                Answer(found) if isinstance(found, str) else found if isinstance(found, Answer) else found()
            )
            etag = answer.headers.get("ETag")
            if etag and self.headers.get("If-None-Match") == etag:
                answer = Answer("", 304, {"ETag": etag})
            self.send_response(answer.status)
            for name, value in {"Content-Type": answer.type, **answer.headers}.items():
                self.send_header(name, value)
            if callable(answer.body):
                self.send_header("Connection", "close")
                self.end_headers()
                for piece in answer.body():
                    self.wfile.write(piece)
                self.close_connection = True
                return
            body = answer.body.encode() if isinstance(answer.body, str) else answer.body
            self.send_header("Content-Length", str(len(body)))
            # before the client can know: its next request is never seen as overlapping
            asked.ended = monotonic()
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = _Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
