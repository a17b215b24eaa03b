"""The server of all hostile sites: one loopback port, each site told by the host that is asked for."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from loopback import page, release

MARK = "FALSCH"
"""Stands in everything that must not become a release."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One request: what is asked for, with which headers (names in small letters), and who gets the answer."""

    path: str
    headers: Mapping[str, str]
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        """As fast as the visitor takes it."""
        self.writer.write(data)
        await self.writer.drain()


Reply = bytes | Callable[[Visit], Awaitable[None]]
"""A whole answer with its head, or a function that writes one."""


@dataclass
class Site:
    """Answers by path; ``other`` answers all other paths, None means 404. ``good``: titles of real releases."""

    id: str
    host: str
    pages: dict[str, Reply] = field(default_factory=dict)
    other: Reply | None = None
    good: list[str] = field(default_factory=list)
    asked: int = 0

    @property
    def origin(self) -> str:
        """Beginning of all addresses of the site."""
        return f"http://{self.host}"

    def write(self, *more: str, count: int = 2, head: str = "", after: str = "") -> None:
        """Real releases, and a list that names them and ``more`` addresses besides."""
        for n in range(count):
            self.real(f"/presse/{n}", f"Meldung {n} von {self.id} über die neue Brücke")
        named = [(f"/presse/{n}", title) for n, title in enumerate(self.good)]
        self.list([*named, *((url, false_title(n)) for n, url in enumerate(more))], head, after)

    def real(self, path: str, title: str) -> None:
        """A real release."""
        self.good.append(title)
        self.pages[path] = answer(release(title))

    def list(self, named: list[tuple[str, str]], head: str = "", after: str = "") -> None:
        """The list of the site."""
        rows = "".join(
            f'<li><span>05.01.2026</span> <a href="{url}">{title}</a></li>' for url, title in named
        )
        self.pages["/presse"] = answer(page("Presse", f"<h1>Presse</h1><ul>{rows}</ul>{after}", head))


def false_title(n: int) -> str:
    """What a list calls a page that is no release; the page itself holds MARK instead."""
    return f"Radweg Nummer {n} am Kanal fertiggestellt"


def answer(
    body: bytes | str, status: str = "200 OK", type: str = "text/html; charset=utf-8", **headers: str | int
) -> bytes:
    """A whole answer; underscores in names of headers stand for hyphens."""
    raw = body.encode() if isinstance(body, str) else body
    said = {"Content-Type": type, "Content-Length": len(raw), "Connection": "close"}
    said |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in said.items())
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode("latin-1") + raw


NOTHING = answer("nicht gefunden", "404 Not Found")
"""What is shown where a site has nothing."""


@asynccontextmanager
async def serve(sites: Mapping[str, Site], tls: ssl.SSLContext) -> AsyncIterator[tuple[int, int]]:
    """The sites by host on two free ports of loopback: (http, https)."""

    visits: set[asyncio.Task[None]] = set()

    def visited(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(_visited(sites, reader, writer))
        visits.add(task)
        task.add_done_callback(visits.discard)

    plain = await asyncio.start_server(visited, "127.0.0.1", 0)
    secret = await asyncio.start_server(visited, "127.0.0.1", 0, ssl=tls)
    try:
        yield plain.sockets[0].getsockname()[1], secret.sockets[0].getsockname()[1]
    finally:
        plain.close()
        secret.close()
        for task in visits:
            task.cancel()
        await asyncio.gather(*visits, return_exceptions=True)


async def _visited(
    sites: Mapping[str, Site], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    with suppress(OSError, ssl.SSLError, asyncio.IncompleteReadError):
        await _answered(sites, reader, writer)
    writer.close()


async def _answered(
    sites: Mapping[str, Site], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
    visit = Visit(head[0].split(" ")[1], headers, writer)
    site = sites[headers["host"].partition(":")[0]]
    site.asked += 1
    reply = site.pages.get(visit.path, site.other)
    if reply is None:
        reply = NOTHING
    if isinstance(reply, bytes):
        await visit.send(reply)
    else:
        await reply(visit)
