"""Are breakages found, and is anything told that is none? Three years of 400 sources that publish as they like.

    python tests/reliability/health.py [--quick] [--sources 400] [--seed N]

Each source has a habit of its own (tests/publishing.py), is looked at each night, breaks 0.6 times a year in one
of ten ways, and is down for a night or a few now and then without being broken. Rows are those that a crawl
writes; what is told of them are the rows of ``source_states`` that the archive derives.

An *expected interval* is the silence that the source, as it is at the time, exceeds once a year while all is well: found by
letting it publish for 40 years, and counted in expected days of publication, so that weekends, holidays
and lulls count as little as it publishes then. Of a source that publishes at random, one release a week, it is
four weeks: who alarms earlier is wrong more than once a year, after two *mean* gaps seven times.

Delays count from the breakage to the night in which the state was told, in expected intervals, and in mean gaps and
days; what was told wrongly before it broke counts as found at once. A false alarm is a state other than ok
that is told while nothing is wrong, and is counted by source and year; what is told in an outage of two nights or
more is true, and counted apart.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, pairwise
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import click
from sqlite_utils import Database

sys.path.insert(0, str(Path(__file__).parents[1]))

import publishing
from publishing import KINDS, YEAR, Day, Habit

from archive.derive import health
from archive.migrations import migrate
from archive.progress import Tell, silent
from archive.registered import register
from crawler.recorder import Counts
from crawler.report import Result
from crawler.steps import Steps

QUICK, SHARE, FALSE = 40, 0.9, 0.5
"""Of a bounded run: sources, and what it must reach; wanted is 1.0 found in time, and at most one false alarm."""

FIRST = date(2024, 3, 4)
BEFORE, YEARS, BREAKAGES, OUTAGES = 2 * YEAR, 3, 0.6, 1.8
SAID = {
    "empty": ("empty", "no release found on https://a.example/presse; look at the page and check press, feed and family"),
    "404": ("failed", "https://a.example/presse answered 404"),
    "503": ("failed", "https://a.example/presse answered 503"),
    "blocked": ("blocked", "https://a.example/presse answered 403"),
    "robots": ("robots", "robots.txt of a.example forbids /presse"),
    "challenge": ("challenged", "a bot wall wants proof that no machine asks"),
    "timeout": ("failed", "no complete answer in time"),
    "relaunch": ("relaunched", "of 10 addresses on its list 0 were known: the site seems to be made anew"),
}  # fmt: skip
LASTING = SAID.keys() - {"relaunch"}  # which is seen once
PASSING = ("503", "503", "timeout", "timeout", "empty", "robots")


@dataclass
class Breakage:
    """``start``, ``end``: days of the life (the first of the archive is BEFORE); ``unit``: the expected interval."""

    kind: str
    start: int
    end: int
    unit: float
    found: int | None = None


@dataclass
class Life:
    """A source: what it published, and what happened to it. ``sums``: chances added up to each day."""

    id: str
    land: str
    days: list[Day]
    breakages: list[Breakage] = field(default_factory=list)
    outages: list[tuple[int, int, str]] = field(default_factory=list)
    false: Counter[int] = field(default_factory=Counter)
    passing: int = 0
    sums: list[float] = field(default_factory=list)

    def passed(self, start: int, end: int) -> float:
        return self.sums[end] - self.sums[start]


def live(number: int, seed: int) -> Life:
    """A source with its habit, its breakages and its outages."""
    random = Random(f"{seed} {number}")
    habit = publishing.habit(random)
    end = BEFORE + YEARS * YEAR
    life = Life(
        f"source-{number}", habit.land, list(publishing.days(habit, FIRST - timedelta(BEFORE), end, random))
    )
    life.sums = list(accumulate((day.chance for day in life.days), initial=0.0))
    life.breakages = list(_breakages(life, habit, end, random))
    life.outages = list(_outages(end, random))
    return life


def _breakages(life: Life, habit: Habit, end: int, random: Random) -> Iterator[Breakage]:
    """What breaks, never two at a time, and each long enough to be found; none too near to the end for that."""
    at = BEFORE + 30
    while True:
        at += 60 + int(random.expovariate(BREAKAGES / YEAR / (1 - 60 * BREAKAGES / YEAR)))
        if at >= end:
            return
        unit = publishing.longest_in_a_year(habit.steady(at), 40, random)
        over = next((n for n in range(at, end) if life.passed(at, n) > 2 * unit), None)
        if over is None:
            return
        until = over + random.randint(15, 60)
        yield Breakage(random.choice(KINDS), at, min(until, end), unit)
        at = until


def _outages(end: int, random: Random) -> Iterator[tuple[int, int, str]]:
    """Times of a night, now and then of some, in which the site does not answer as it should."""
    at = BEFORE
    while (at := at + 1 + int(random.expovariate(OUTAGES / YEAR))) < end:
        nights = 1 + int(random.random() < 0.25) * random.randint(1, 3)
        yield at, at + nights, random.choice(PASSING)


def look(life: Life, n: int, before: int) -> tuple[str, str | None]:
    """Status and error of the look in the night before day n, but for what it brings; the last was ``before``."""
    for each in life.breakages:
        if each.start < n <= each.end:
            if each.kind in LASTING:
                return SAID[each.kind]
            if each.kind == "relaunch" and before <= each.start:
                return SAID["relaunch"]
    for start, end, kind in life.outages:
        if start < n <= end:
            return SAID[kind]
    return "unchanged", None


def releases(life: Life, seed: int) -> Iterator[tuple[int, int, int, str | None]]:
    """(day on which the archive may first see it, number of the day, number on it, day that it bears)."""
    random = Random(f"seen {seed} {life.id}")
    depth = random.choice((20, 100, 10_000))
    undated = random.choice((0, 0, 0, 0.1, 1))
    tardy = random.choice((0, 0, 0.1, 0.3))
    keeps = random.random() < 0.7
    known = sum(day.releases for day in life.days[:BEFORE])
    for n, day in enumerate(life.days):
        for number in range(day.releases):
            if n < BEFORE:
                known -= 1
                if known >= depth:
                    continue
            at = max(BEFORE, n + 1 + (random.randint(1, 2) if random.random() < tardy else 0))
            broken = next((each for each in life.breakages if each.start < at <= each.end), None)
            if broken and broken.kind != "relaunch":
                if not keeps and n < broken.end - 10:
                    continue
                at = broken.end + 1
            if at < len(life.days):
                yield at, n, number, None if random.random() < undated else day.day.isoformat()


def night(n: int) -> datetime:
    return datetime.combine(life_day(n), datetime.min.time(), UTC) + timedelta(hours=1, minutes=30)


def life_day(n: int) -> date:
    return FIRST + timedelta(days=n - BEFORE)


def moment(n: int, minutes: int = 0) -> str:
    return (night(n) + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


def write(db: Database, lives: list[Life], seed: int, tell: Tell) -> None:
    """The rows that nightly crawls of these sources leave."""
    nights = range(BEFORE, BEFORE + YEARS * YEAR)
    skipped = {n for n in nights if Random(f"no crawl {seed} {n}").random() < 0.01 and n > BEFORE}
    crawls = [
        (f"c{n:05}", moment(n), moment(n, 200), "simulation", 0, 24.0) for n in nights if n not in skipped
    ]
    db.conn.executemany("INSERT INTO crawls VALUES (?, ?, ?, ?, ?, ?)", crawls)
    for done, life in enumerate(lives, start=1):
        entry = {"id": life.id, "name": life.id, "kind": "kreis", "land": life.land,
                 "homepage": "https://a.example/", "press": "https://a.example/presse"}  # fmt: skip
        register(db, entry)
        _write_one(db, life, seed, [n for n in nights if n not in skipped])
        tell("sources written", done, len(lives))


def _write_one(db: Database, life: Life, seed: int, nights: list[int]) -> None:
    seen: dict[int, list[tuple[int, int, str | None]]] = defaultdict(list)
    for at, *release in releases(life, seed):
        seen[at].append(tuple(release))
    number, rows, results, waiting = int(life.id.split("-")[1]), [], [], list[Any]()
    open_at = BEFORE
    for before, n in pairwise([BEFORE - 1, *nights]):
        while open_at <= n:
            waiting += seen.pop(open_at, [])
            open_at += 1
        status, error = look(life, n, before)
        counts = Counts(requests=3)
        if status in ("unchanged", "relaunched"):
            counts.seen, counts.new = 10, len(waiting)
            for of_day, which, published in waiting:
                rows.append(_release(life, (number * 4096 + of_day) * 512 + which, published, moment(n, 5)))
            status, waiting = ("ok" if waiting and status == "unchanged" else status), []
        row = Result(life.id, status, error, counts).row()
        results.append({"crawl_id": f"c{n:05}", "source_id": life.id, **row})
    db.conn.executemany(
        "INSERT INTO releases (id, source_id, publisher_id, url, title, text, published_on, kind, language,"
        " first_seen_at, last_seen_at, words, extractor) VALUES (?, ?, ?, ?, 'T', '', ?, 'release', 'de', ?, ?, 0, '')",
        rows,
    )
    db.table("source_crawls").insert_all(results)


def _release(life: Life, number: int, published: str | None, seen: str) -> tuple[Any, ...]:
    return number, life.id, life.id, f"https://a.example/{number}", published, seen, seen


def judge(db: Database, life: Life) -> None:
    """Hold what was told of a source against what happened to it."""
    before = "ok"
    told = db.execute(
        "SELECT CAST(substr(crawl_id, 2) AS INTEGER), state FROM source_states WHERE source_id = ? ORDER BY 1", [life.id]
    ).fetchall()  # fmt: skip
    for n, state in told:
        broken = next((each for each in life.breakages if each.start < n <= each.end), None)
        if state == "ok":
            before = state
            continue
        if broken:
            broken.found = broken.found or n
        elif before == "ok" and any(start < n <= end and end - start > 1 for start, end, _ in life.outages):
            life.passing += 1
        elif before == "ok":
            life.false[(n - BEFORE) // YEAR] += 1
        before = state
    for each in life.breakages:  # what was told wrongly before is right now
        last = max((turn for turn in told if turn[0] <= each.start), default=(0, "ok"))
        if last[1] != "ok":
            each.found = each.start


def table(lives: list[Life]) -> list[str]:
    """A line for each way of breaking, and one for all."""
    head = (
        "broken by",
        "breakages",
        "found within 2 intervals",
        "median",
        "worst",
        "mean gaps",
        "days",
        "worst",
    )
    lines = [f"| {' | '.join(head)} |", "|---|" + "--:|" * (len(head) - 1)]
    for kind in (*KINDS, "all"):
        these = [(life, each) for life in lives for each in life.breakages if kind in (each.kind, "all")]
        found = [(life.passed(each.start, each.found), each) for life, each in these if each.found]
        if found:
            delays = [gaps / each.unit for gaps, each in found]
            days = [each.found - each.start for _, each in found]
            share = f"{in_time(these)} ({in_time(these) / len(these):.1%})"
            gaps = median(gaps for gaps, _ in found)
            lines.append(
                f"| {kind} | {len(these)} | {share} | {median(delays):.2f} | {max(delays):.2f} | {gaps:.1f}"
                f" | {median(days):.0f} | {max(days)} |"
            )
    return lines


def in_time(these: list[tuple[Life, Breakage]]) -> int:
    """How many of these were found within two expected intervals."""
    return sum(
        each.found is not None and life.passed(each.start, each.found) <= 2 * each.unit
        for life, each in these
    )


def summary(lives: list[Life]) -> tuple[str, bool]:
    """What was told wrongly, and whether all of it is as it should be in a bounded run."""
    years = [life.false[year] for life in lives for year in range(YEARS)]
    rates = [sum(life.false.values()) / YEARS for life in lives]
    these = [(life, each) for life in lives for each in life.breakages]
    said = (
        f"False alarms a source and year: {sum(rates) / len(rates):.2f} in the mean, {max(rates):.2f} at the worst"
        f" source; {sum(number > 1 for number in years)} of {len(years)} years of a source have more than one, the"
        f" worst {max(years)}. Outages of two nights or more, told and soon over:"
        f" {sum(life.passing for life in lives) / len(years):.2f} a source and year."
    )
    return said, in_time(these) >= SHARE * len(these) and sum(rates) / len(rates) <= FALSE


def run(sources: int, seed: int, tell: Tell = silent) -> list[Life]:
    """Let sources live, crawl and judge them."""
    lives = []
    for number in range(sources):
        lives.append(live(number, seed))
        tell("sources lived", number + 1, sources)
    db = Database(memory=True)
    migrate(db)
    write(db, lives, seed, tell)
    with db.atomic():
        health.derive(db)
    for life in lives:
        judge(db, life)
    return lives


@click.command()
@click.option("--quick", is_flag=True, help="Few sources, and exit code 1 when something is not as expected.")
@click.option("--sources", default=400, show_default=True)
@click.option("--seed", default=2026, show_default=True)
def main(quick: bool, sources: int, seed: int) -> None:
    """Print what is found, how late, and what is told wrongly."""
    lives = run(QUICK if quick else sources, seed, Steps())
    said, well = summary(lives)
    click.echo("\n".join([*table(lives), "", said]))
    sys.exit(1 if quick and not well else 0)


if __name__ == "__main__":
    main()
