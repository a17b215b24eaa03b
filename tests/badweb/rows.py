"""A row of the table: what a site does, and what is expected of the archive; and where in a site it does so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from loopback import release

from badweb.server import MARK, Reply, Site, answer, false_title

Build = Callable[[Site], None]


@dataclass(frozen=True, slots=True)
class Row:
    """What a site does, and what is expected: all real releases of the site, nothing else, and the rest here.

    ``status`` of its source, ``says``: part of what is told of it; "|" parts what may be as well. ``names``: numbers
    by the part of a name before the site's own ("" for that itself), one after the other with each look-up.
    """

    does: str
    build: Build
    status: str
    says: str = ""
    names: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def expected(self) -> str:
        """The status and what is told, for people."""
        return " or ".join(self.status.split("|")) + (
            f": {' or '.join(self.says.split('|'))}" if self.says else ""
        )


@dataclass(frozen=True, slots=True)
class Size:
    """How large the large ones are.

    ``entries`` of a sitemap or feed, bytes of a ``robots``.txt, ``unpacked`` megabytes of a bomb, ``links`` of a list.
    """

    entries: int
    robots: int
    unpacked: int
    links: int


WHOLE = Size(entries=5_000_000, robots=50 << 20, unpacked=4096, links=10_000)
QUICK = Size(entries=100_000, robots=34 << 20, unpacked=256, links=100)

FALSE = release(
    f"{MARK}: das ist keine Meldung", f"{MARK} und noch einmal {MARK}, das darf niemand lesen. " * 9
)
"""A page that reads like a release, where it must not become one."""


def in_release(reply: Reply) -> Build:
    """A list with two real releases and one that answers so."""

    def build(site: Site) -> None:
        site.write("/presse/boese")
        site.pages["/presse/boese"] = reply

    return build


def in_list(reply: Reply) -> Build:
    """A list that answers so."""
    return lambda site: site.pages.update({"/presse": reply})


def in_robots(reply: Reply, *, closed: bool = False) -> Build:
    """A site whose robots.txt answers so; all else is well. ``closed``: none of it may be asked then."""

    def build(site: Site) -> None:
        site.write()
        site.pages["/robots.txt"] = reply
        if closed:
            site.good.clear()

    return build


def in_feed(reply: Reply) -> Build:
    """A list with two real releases and a feed that answers so."""

    def build(site: Site) -> None:
        site.write(head='<link rel=alternate type="application/rss+xml" href="/feed">')
        site.pages["/feed"] = reply

    return build


def in_sitemap(reply: Reply) -> Build:
    """A list with two real releases and a sitemap, named by robots.txt, that answers so."""

    def build(site: Site) -> None:
        site.write()
        site.pages["/sitemap.xml"] = reply
        site.pages["/robots.txt"] = answer(
            f"User-agent: *\nSitemap: {site.origin}/sitemap.xml\n", type="text/plain"
        )

    return build


def write_false(site: Site) -> None:
    """A list that names only false releases."""
    site.list([(f"/presse/{n}", false_title(n)) for n in range(4)])
