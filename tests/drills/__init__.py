"""Relaunches to drill repairs with: an old site, what becomes of it, and the truth to compare with.

Each drill has hosts of its own on loopback; its authority and its releases stay the same while looks, addresses
and hosts change. Domains are loopback numbers, so that each is a site of its own. ``plan`` has all of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from world.content import Writer
from world.server import Host, listening
from world.styles import drupal, municipal, presse_service, typo3, wordpress
from world.styles.base import Style

from drills.certificate import HOLDER, certificate

LOOKS: dict[str, type[Style]] = {
    "typo3": typo3.Routed, "sitepark": municipal.Sitepark, "ikiss": municipal.Ikiss,
    "presse_service": presse_service.First, "drupal": drupal.Drupal, "generic": wordpress.WordPress,
}  # fmt: skip
"""One site in the look of each family."""

RELEASES = 14
OTHER = "127.0.0.2"  # another site than 127.0.0.1: what the two have in common is no domain


@dataclass
class Drill:
    """One relaunch. ``entry``: what the register says beside the least; ``to``: path on the new site that is named.

    ``hosts``: the old one, and where there is one, the new.
    """

    name: str
    kind: str
    old: Style
    new: Style
    change: Callable[[Drill], None]
    entry: dict[str, Any] = field(default_factory=dict)
    to: str = ""
    hosts: list[Host] = field(default_factory=list)

    @property
    def id(self) -> str:
        return "amt-" + re.sub(r"[^a-z0-9]+", "-", self.name.lower())

    def register(self) -> dict[str, Any]:
        at = self.hosts[0].address
        return {
            "id": self.id, "name": f"Amt {self.name}", "kind": "behoerde", "land": "XX", "homepage": f"{at}/",
            "press": at + self.old.press, **self.entry,
        }  # fmt: skip

    def publish(self) -> None:
        """One more release, on whichever site is there."""
        newest = self.old.items[0]
        item = Writer(f"{self.name} {newest.n}").one(newest.day + timedelta(1))
        item.n = newest.n + 1
        for items in {id(style.items): style.items for style in (self.old, self.new)}.values():
            items.insert(0, item)
        self.old._table = self.new._table = None

    def relaunch(self) -> None:
        self.change(self)
        self.publish()


def dressed(look: type[Style], name: str, like: Style | None = None, **given: Any) -> Style:
    """A site in a look, with releases of its own or those of another site."""
    about = {"count": RELEASES, "name": name, "authority": f"Amt {name}", **given}
    style: Style = type(look.__name__, (look,), about)()
    style.items = like.items if like else style.items
    return style


@contextmanager
def serve(chosen: Sequence[Drill], folder: Path) -> Iterator[Path]:
    """Hosts of these drills until the block ends; the certificate that is to be trusted by https."""
    trusted, tls = certificate(folder)
    with ExitStack() as stack:

        def add(drill: Drill, style: Style, *where: Any) -> str:
            host = Host([style])
            host.address = stack.enter_context(listening(host, *where))
            drill.hosts.append(host)
            return host.address

        for drill in chosen:
            drill.old.address = add(drill, drill.old)
            if drill.kind == "domain":
                add(drill, drill.new, OTHER)
            if drill.kind == "https":
                add(drill, drill.new, HOLDER, tls)
            if "feed" in drill.entry:
                drill.entry["feed"] = drill.old.address + drill.old.feed_url
        yield trusted
