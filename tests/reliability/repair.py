"""Relaunches, and how many of them ``kreispresse sources diagnose --write`` repairs without editing by hand.

    python tests/reliability/repair.py [--quick] [NAME…]

Each drill (tests/drills) is a site on loopback that is crawled twice, 25 and 15 days ago, and then made
anew: in the look of another family, under other addresses, on another domain, by https, with another pager, with
days elsewhere, in another charset. A crawl three days ago meets that. Then the source is diagnosed with
``--write`` (where the name says so, with the new address named, ``--to``), and crawled again as that advises.

A drill is repaired when then every release of the new site is in the archive under its address there, none twice,
none gone, each under the id that it had; and when in a rebuild from the log all versions from before the relaunch
read as they did. The register is never edited otherwise. NAME: only drills whose name has this in it.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import click

sys.path.insert(0, str(Path(__file__).parents[1]))

from drills import Drill, serve
from drills.plan import drills
from support import kreispresse, query, rows_hash

from crawler.address import key

QUICK = (
    "typo3 to drupal", "drupal to ikiss", "ikiss to sitepark", "sitepark to presse_service",
    "presse_service to generic", "generic to typo3", "path without redirects", "domain, home page sent on",
    "domain left, new one named", "https", "days at the foot", "releases moved without",
)  # fmt: skip
WANTED = 0.8
TOGETHER = 15  # drills in one data folder


class Done(NamedTuple):
    """How one drill ended; ``faults``: what is not as it should be, none where it is repaired."""

    drill: Drill
    met: str
    told: dict[str, Any]
    faults: list[str]


class Kept(NamedTuple):
    """What an archive has of a source: title of each release by id, what was read as each version."""

    titles: dict[int, str]
    versions: dict[int, tuple[Any, ...]]

    @classmethod
    def of(cls, data: Path, source: str) -> Kept:
        rows = query(data, "SELECT v.id, r.id, v.title, v.teaser, v.text, v.published_on FROM revisions v"
                           " JOIN releases r ON r.id = v.release_id WHERE r.source_id = ?", source)  # fmt: skip
        titles = dict(query(data, "SELECT id, title FROM releases WHERE source_id = ?", source))
        return cls(titles, {row[0]: row[1:] for row in rows})


class Runs:
    """The commands that a drill needs, on all drills at once, in one data folder."""

    def __init__(self, folder: Path, trusted: Path) -> None:
        self.data = folder / "data"
        self._register, self._report = folder / "register.yml", folder / "report.json"
        self._env = {"SSL_CERT_FILE": str(trusted)}

    def write(self, chosen: Sequence[Drill]) -> None:
        self._register.write_text(json.dumps([drill.register() for drill in chosen]), "utf-8")

    def crawl(self, *options: str, days_ago: int = 0) -> dict[str, dict[str, Any]]:
        """Crawl all; how each source ended, by id."""
        self._run("crawl", *options, *self._sources, "--report", str(self._report), days_ago=days_ago)
        return {row["id"]: row for row in json.loads(self._report.read_text("utf-8"))["sources"]}

    def diagnose(self, *arguments: str) -> dict[str, dict[str, Any]]:
        found = self._run("sources", "diagnose", *arguments, *self._sources, "--json", "--write")
        return {each["id"]: each for each in json.loads(found)}

    def rebuild(self, into: Path) -> None:
        self._run("rebuild", "--data", str(self.data), "--into", str(into))

    @property
    def _sources(self) -> tuple[str, ...]:
        return "--sources", str(self._register), "--data", str(self.data)

    def _run(self, *arguments: str, days_ago: int = 0) -> str:
        done = kreispresse(*arguments, env=self._env, days_ago=days_ago)
        if done.returncode not in (0, 3):
            raise click.ClickException(f"{' '.join(arguments)}: {done.stderr}")
        return done.stdout


def run(chosen: Sequence[Drill]) -> list[Done]:
    """Go through these drills together."""
    with TemporaryDirectory() as name, serve(chosen, Path(name)) as trusted:
        runs, again = Runs(Path(name), trusted), Path(name, "again")
        _live(runs, chosen)
        before = {drill.id: Kept.of(runs.data, drill.id) for drill in chosen}
        for drill in chosen:
            drill.relaunch()
        met = runs.crawl(days_ago=3)
        told = _repair(runs, chosen)
        runs.rebuild(again)
        same = [] if rows_hash(again) == rows_hash(runs.data) else ["a rebuild gives other rows"]
        return [
            Done(
                drill,
                met[drill.id]["status"],
                told[drill.id],
                [*_faults(again, drill, before[drill.id]), *same],
            )
            for drill in chosen
        ]


def _live(runs: Runs, chosen: Sequence[Drill]) -> None:
    """The old sites are crawled, publish, and are crawled again."""
    runs.write(chosen)
    runs.crawl(days_ago=25)
    for drill in chosen:
        drill.publish()
    runs.crawl(days_ago=15)


def _repair(runs: Runs, chosen: Sequence[Drill]) -> dict[str, dict[str, Any]]:
    """What each diagnosis said; then the new sites publish, and are crawled."""
    told = runs.diagnose(*(drill.id for drill in chosen if not drill.to))
    for drill in chosen:
        told |= runs.diagnose(drill.id, "--to", drill.new.address + drill.to) if drill.to else {}
        drill.publish()
    runs.crawl("--full")
    return told


def _faults(data: Path, drill: Drill, before: Kept) -> list[str]:
    """What of the archive is not as the new site, and the past, would have it."""
    new, after = drill.new, Kept.of(data, drill.id)
    urls = {key(url) for (url,) in query(data, "SELECT url FROM release_urls")}
    there = [any(key(new.address + url) in urls for url in (new.url(i), *new.aliases(i))) for i in new.items]
    doubled = sum(n - 1 for n in Counter(after.titles.values()).values())
    counted = {
        "not found": there.count(False),
        "doubled": doubled,
        "too many": len(after.titles) - doubled - len(drill.old.items),
        "ids changed": sum(after.titles.get(id_) != title for id_, title in before.titles.items()),
        "old versions read otherwise": sum(
            after.versions.get(n) != read for n, read in before.versions.items()
        ),
        "gone": query(data, "SELECT count(gone_at) FROM releases WHERE source_id = ?", drill.id)[0][0],
    }
    return [f"{n} {what}" for what, n in counted.items() if n > 0]


def table(done: Sequence[Done]) -> str:
    """One line a drill, in Markdown."""
    lines = ["| Drill | The crawl met | Named as moved | Proposed | Repaired |", "|---|---|---|---|---|"]
    for each in done:
        moves = {move["what"] for move in (*each.told["moved_then"], *each.told["moved_now"])}
        proposed = [name for name in each.told["proposal"] or () if "." not in name and name != "checked"]
        lines.append(
            f"| {each.drill.name} | {each.met} | {', '.join(sorted(moves)) or '–'} | {', '.join(sorted(proposed)) or '–'} |"
            f" {'**no**: ' + '; '.join(each.faults) if each.faults else 'yes'} |"
        )
    return "\n".join(lines)


@click.command()
@click.option("--quick", is_flag=True, help="A part of them; ends with 1 where one of those is not repaired.")
@click.argument("names", nargs=-1, metavar="[NAME]...")
def main(quick: bool, names: tuple[str, ...]) -> None:
    """Print a table of relaunches and the share that was repaired."""
    named = [drill for drill in drills() if any(part in drill.name for part in names or [""])]
    chosen = [drill for drill in named if not quick or drill.name in QUICK]
    done: list[Done] = []
    while len(done) < len(chosen):
        done += run(chosen[len(done) : len(done) + TOGETHER])
        click.echo(f"{len(done)} of {len(chosen)} drills", err=True)
    click.echo(table(done))
    repaired = sum(not each.faults for each in done)
    click.echo(f"\n{repaired} of {len(done)} repaired without editing by hand: {repaired / len(done):.0%}")
    sys.exit(repaired < (len(done) if quick else WANTED * len(done)))


if __name__ == "__main__":
    main()
