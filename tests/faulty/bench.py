"""A press site on loopback that publishes on, and commands on archives of it."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from loopback import Answer, Site, page, release, serve

from faulty.runs import Play, Run, logged, lost, releases, unlike_rebuilt


@dataclass(frozen=True, slots=True)
class Row:
    """What was done how often, what is expected, what was not so, what the operator read, what else to say."""

    fault: str
    tries: int
    expected: str
    faults: list[str]
    message: str = ""
    note: str = ""

    @property
    def happened(self) -> str:
        """Nothing odd, or what was, in words."""
        odd = "; ".join(dict.fromkeys(self.faults))
        return ": ".join(filter(None, [f"**{odd}**" if odd else "as expected", self.note]))


@dataclass
class Bench:
    """A folder to work in and the site. ``chance`` chooses moments and lengths, the same in each run."""

    work: Path
    site: Site
    chance: random.Random = field(default_factory=lambda: random.Random(20261122))
    titles: list[str] = field(default_factory=list)

    def publish(self, count: int) -> None:
        """New releases at the head of the list."""
        for n in range(len(self.titles), len(self.titles) + count):
            self.titles.append(f"Meldung Nummer {n} aus dem Kreishaus")
            text = (
                f"Der Kreis hat zum {n}. Mal getagt und {n + 3} Beschlüsse über Brücken und Wege gefasst. "
                * 12
            )
            self.site.pages[f"/presse/{n}"] = Answer(
                release(self.titles[n], text), headers={"ETag": f'"{n}"'}
            )
        rows = "".join(
            f'<li><span>{1 + n % 28:02}.01.2026</span> <a href="/presse/{n}">{self.titles[n]}</a></li>'
            for n in reversed(range(len(self.titles)))
        )
        self.site.pages["/presse"] = page("Presse", f"<h1>Presse</h1><ul>{rows}</ul>")

    def crawl(self, data: Path, *more: str, play: Play | None = None) -> Run:
        """A crawl of the site, begun."""
        register = self.work / "sources.json"
        register.write_text(json.dumps([self.site.entry()]), "utf-8")
        return Run("crawl", "--sources", str(register), "--data", str(data), "--jobs", "1", *more, play=play)

    def after(self, data: Path, before: list[str]) -> list[str]:
        """Whatever is wrong with a folder after a fault and one more crawl."""
        gone = lost(before, data)
        ended = self.crawl(data).end()
        faults = [
            gone,
            "" if ended.code == 0 else f"the next crawl ended with {ended.code}: {ended.said[-300:]}",
        ]
        if ended.code == 0:
            missing = len(self.titles) - releases(data)
            faults += [
                unlike_rebuilt(data),
                f"{missing} releases are missing" if missing else "",
                lost(before, data),
            ]
        return list(filter(None, faults))

    def archive(self, name: str) -> Path:
        """A whole archive of what was published so far."""
        data = self.work / name
        ended = self.crawl(data).end()
        if ended.code:
            raise RuntimeError(ended.said)
        return data


@contextmanager
def bench(work: Path) -> Iterator[Bench]:
    """A bench with forty releases published."""
    with serve() as site:
        made = Bench(work, site)
        made.publish(40)
        yield made


def readable(data: Path) -> list[str]:
    """What can be read of the log now, for ``Bench.after``; nothing where there is none."""
    return logged(data) if (data / "captures").is_dir() else []
