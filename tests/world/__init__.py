"""A loopback world of invented authorities with known contents, for tests of whole crawls.

Each style is a host of its own (presse_service: one host, two authorities); what each is like stands at the head
of its class in ``styles``. Addresses in ``Truth`` and paths in ``World.asked`` are as they stand in the links.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from world.server import Host
from world.styles import STYLES
from world.styles.base import Style


@dataclass
class Truth:
    """One release that a crawl has to find; ``former`` are its addresses from before a relaunch."""

    title: str
    day: str
    text: str
    urls: list[str]
    kind: str = "release"
    former: list[str] = field(default_factory=list)


@dataclass
class Source:
    """One authority: what is to be found there, and where a crawler must not go."""

    style: Style
    host: Host
    id: str

    @property
    def press(self) -> str:
        return self.host.address + self.style.press

    @property
    def truth(self) -> list[Truth]:
        """What is to be found now, in the order of the list."""
        return [
            Truth(
                item.title, item.day.isoformat(), "\n\n".join(item.paragraphs),
                [self.host.address + url for url in self.style.addresses(item)],
                item.kind, [self.host.address + url for url in item.former],
            )
            for item in self.style.items
            if item.kind in {"release", "invitation", "notice"} and self.style.findable
        ]  # fmt: skip

    @property
    def others(self) -> list[str]:
        """Addresses in the press list that are not releases: jobs, gazettes, events."""
        kinds = {"release", "invitation", "notice"}
        return [
            self.host.address + self.style.url(item) for item in self.style.items if item.kind not in kinds
        ]

    @property
    def forbidden(self) -> list[str]:
        return list(self.style.disallow)

    @property
    def traps(self) -> list[str]:
        return list(self.style.traps)

    @property
    def soft404(self) -> list[str]:
        """Addresses that answer 200 and say that there is nothing."""
        return [self.host.address + path for path in self.style.soft404]

    @property
    def attention(self) -> bool:
        """Whether nothing can be found here without running scripts."""
        return not self.style.findable

    def entry(self) -> dict[str, Any]:
        return {
            "id": self.id, "name": self.style.authority, "kind": self.style.kind, "land": "XX",
            "homepage": f"{self.host.address}/", "press": self.press,
        }  # fmt: skip


class World:
    def __init__(self, sources: dict[str, Source]) -> None:
        self.sources = sources

    def entries(self, *styles: str) -> list[dict[str, Any]]:
        """Register entries of these styles, or of all; presse_service means both of its authorities."""
        return [
            source.entry()
            for name, source in self.sources.items()
            if not styles or name in styles or name.removesuffix("_2") in styles
        ]

    def asked(self, style: str) -> list[str]:
        """Paths with query that this source's host was asked for, in order, robots.txt and the like too."""
        return [asked.path for asked in self.sources[style].host.asked]

    def forget(self) -> None:
        """Empty the list of what was asked, before the next crawl."""
        for source in self.sources.values():
            source.host.asked.clear()

    def disallowed(self, style: str) -> list[str]:
        """What was asked although robots.txt disallows it; should be empty."""
        return _under(self.asked(style), self.sources[style].forbidden)

    def trapped(self, style: str) -> list[str]:
        """What was asked inside the traps; should be empty."""
        return _under(self.asked(style), self.sources[style].traps)

    def relaunch(self, style: str, *, redirects: bool) -> None:
        """The same releases under new addresses in another look; the press URL stays.

        What was linked before answers 301 to the new address, or 404. A style that nobody can read stays.
        """
        self.sources[style].style.relaunch(redirects)

    def publish(self, style: str, n: int = 1) -> list[str]:
        """New releases at the head of the list; returns their titles, oldest first."""
        return [self.sources[style].style.publish().title for _ in range(n)]


def _under(paths: list[str], prefixes: list[str]) -> list[str]:
    starts = tuple(map(unquote, prefixes))
    return [path for path in paths if re.sub(r";jsessionid=[^?]*", "", unquote(path)).startswith(starts)]


@contextmanager
def serve(styles: Sequence[str] | None = None) -> Iterator[World]:
    """The hosts of these styles, or of all, on free loopback ports, gone at the end."""
    sources: dict[str, Source] = {}
    with ExitStack() as stack:
        for name in styles or STYLES:
            parts = [style() for style in STYLES[name]]
            host = stack.enter_context(Host.serve(parts))
            for n, style in enumerate(parts, 1):
                key = name if n == 1 else f"{name}_{n}"
                sources[key] = Source(style, host, f"{style.kind}-{key.replace('_', '-')}")
        yield World(sources)
