"""One slow host with the lists of many authorities, and as many fast hosts with one each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from loopback import Asked

from world import Source, Truth
from world.server import Host
from world.styles.base import Page, Style


class _Small(Style):
    """Three releases on one page; several of them share a host."""

    count = 3
    days = 30
    number = 0

    def basic(self) -> dict[str, Page]:
        shared = {"/", "/robots.txt", "/intern/dienstplan", *(url for _, url in self.service_links())}
        return {url: page for url, page in super().basic().items() if not self.number or url not in shared}


def _small(name: str, number: int) -> Style:
    place = f"/amt{number}/presse"
    given = {
        "name": name, "number": number, "authority": f"Amt {name.title()}", "press": place,
        "detail_url": place + "/{i.slug}",
    }  # fmt: skip
    return type(name.title(), (_Small,), given)()


@dataclass
class Slow:
    """Entries for the register by speed, and who was asked when (``Asked.began`` and ``ended``)."""

    slow: list[Source]
    fast: list[Source]

    def entries(self) -> list[dict[str, Any]]:
        return [source.entry() for source in (*self.slow, *self.fast)]

    @property
    def truth(self) -> list[Truth]:
        return [truth for source in (*self.slow, *self.fast) for truth in source.truth]

    @property
    def asked(self) -> list[Asked]:
        """Requests to the slow host in order."""
        return sorted(self.slow[0].host.asked, key=lambda asked: asked.began)

    @property
    def asked_fast(self) -> list[Asked]:
        """Requests to all fast hosts in order."""
        return sorted((a for source in self.fast for a in source.host.asked), key=lambda asked: asked.began)

    def together(self) -> int:
        """How often the slow host was asked while it still answered; should be 0."""
        return sum(after.began < (before.ended or after.began + 1) for before, after in pairwise(self.asked))

    def gap(self) -> float:
        """The shortest time from the begin of one request to the slow host to the begin of the next."""
        return min((after.began - before.began for before, after in pairwise(self.asked)), default=0.0)


@contextmanager
def serve_slow(sources: int = 10, pause: float = 0.2) -> Iterator[Slow]:
    """One host with ``sources`` lists that takes ``pause`` seconds for each answer; ``sources`` fast hosts."""
    with ExitStack() as stack:
        parts = [_small(f"slow-{n}", n) for n in range(sources)]
        host = stack.enter_context(Host.serve(parts, pause))
        slow = [Source(style, host, f"kreis-{style.name}") for style in parts]
        fast = []
        for n in range(sources):
            style = _small(f"fast-{n}", 0)
            fast.append(Source(style, stack.enter_context(Host.serve([style])), f"kreis-{style.name}"))
        yield Slow(slow, fast)
