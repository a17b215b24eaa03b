"""The sample sites on loopback: `with serve() as sites:` and crawl them; nothing leaves this machine.

Each host answers from a table of pages. `Sites.second_day()` brings the corrections, the removal and the new
releases of the next day into force while the servers run.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

from crawler.demo.content import Content, Source, load
from crawler.demo.pages import NOT_FOUND, Page, Site, render, sites
from crawler.demo.styles import key

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Counts:
    """How many distinct releases a source shows on each day, and over both days."""

    day_one: int
    day_two: int
    in_total: int


class Host(ThreadingHTTPServer):
    """One site on a free port of 127.0.0.1; writes every request into `log`."""

    daemon_threads = True

    def __init__(self, site: Site, log: list[tuple[str, str, int]]) -> None:
        """Listen, and have the pages of the first day ready."""
        super().__init__(("127.0.0.1", 0), Handler)
        self.site, self.log = site, log
        self.address = f"127.0.0.1:{self.server_port}"
        self.pages: dict[str, Page] = {}
        self.show(day=1)

    def show(self, day: int) -> None:
        """Put the pages of `day` online; a page that reads as before keeps its validators."""
        before = self.pages
        after = render(self.site, day, f"http://{self.address}")
        self.pages = {
            name: before[name] if name in before and before[name].body == page.body else page
            for name, page in after.items()
        }

    def find(self, target: str) -> Page:
        """The page at `target` (path and query)."""
        return self.pages.get(key(target, self.site.style.asks), self.pages[NOT_FOUND])


class Handler(BaseHTTPRequestHandler):
    """Looks the page up, and answers 304 where the client already has it."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer waits 40 ms for an acknowledgement
    server: Host

    def do_GET(self) -> None:
        """Answer with the page."""
        self.answer()

    def do_HEAD(self) -> None:
        """Answer without the body."""
        self.answer()

    def answer(self) -> None:
        """Send status, headers and, unless it is not wanted, the body."""
        page = self.server.find(self.path)
        status = 304 if self.is_known(page) else page.status
        self.server.log.append((self.server.address, self.path, status))
        self.send_response(status)
        for name, value in page.headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(page.body)))
        self.end_headers()
        if status != 304 and self.command != "HEAD":
            self.wfile.write(page.body)

    def is_known(self, page: Page) -> bool:
        """Whether the request's conditions say that the client holds this very page (ETag before date)."""
        if "If-None-Match" in self.headers:
            return self.headers["If-None-Match"] == page.headers.get("ETag")
        since, modified = self.headers.get("If-Modified-Since"), page.headers.get("Last-Modified")
        if since is None or modified is None:
            return False
        return parsedate_to_datetime(modified) <= parsedate_to_datetime(since)

    def log_message(self, *_: object) -> None:
        """Stay silent: `Sites.requests` has it all."""


class Sites:
    """The running sample sites."""

    entries: list[dict[str, str]]
    """One register entry per source, without its family."""

    requests: list[tuple[str, str, int]]
    """Every request so far, in order: host with port, path with query, status."""

    def __init__(self, content: Content, hosts: list[Host], requests: list[tuple[str, str, int]]) -> None:
        """Describe what `hosts` serve; they append to `requests`."""
        self._hosts = hosts
        self.requests = requests
        self.entries = [entry(source, host) for host in hosts for source in host.site.sources]
        self.expected = {source.id: counts(source) for source in content.sources}
        """What each source publishes, by its id."""

    def second_day(self) -> None:
        """Bring the next day's corrections, removal and new releases into force."""
        for host in self._hosts:
            host.show(day=2)


@contextmanager
def serve() -> Iterator[Sites]:
    """Start every site on a free port, stop them all at the end."""
    content = load()
    requests: list[tuple[str, str, int]] = []
    with ExitStack() as stack:
        hosts = [stack.enter_context(running(Host(site, requests))) for site in sites(content)]
        yield Sites(content, hosts, requests)


@contextmanager
def running(host: Host) -> Iterator[Host]:
    """Answer requests in a thread of its own until the block ends."""
    thread = Thread(target=host.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        host.shutdown()
        host.server_close()
        thread.join()


def entry(source: Source, host: Host) -> dict[str, str]:
    """The register entry of a source; `feed` only where a crawler would not find it on the page."""
    base, style = f"http://{host.address}", host.site.style
    facts = {
        "id": source.id,
        "name": source.name,
        "kind": source.kind,
        "land": "XX",
        "homepage": base + style.home.format(code=source.code),
        "press": base + style.listing.format(code=source.code),
    }
    feed = {"feed": base + style.feed.format(code=source.code)} if source.feed == "registered" else {}
    return facts | feed


def counts(source: Source) -> Counts:
    """The number of releases of a source, day by day."""
    one, two = ({release.title for release in source.public(day)} for day in (1, 2))
    return Counts(day_one=len(one), day_two=len(two), in_total=len(one | two))
