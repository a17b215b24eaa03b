"""datasheet.md: what is in the archive and what is missing, in words that a reviewer understands."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from sqlite_utils import Database

from archive import ATTRIBUTION, LICENCE, gaps
from archive.numbers import Series, series
from archive.publish.snapshot import state

_MISSING_SHOWN = 30
_DAY_WIDTH = 10

_METHOD = Path(__file__).with_name("datasheet.md")
_PAUSE = 7  # days

_COUNTS = {
    "releases": "count(*) FROM releases",
    "publishers that have released something": "count(DISTINCT publisher_id) FROM releases",
    "sources that had a release": "count(DISTINCT source_id) FROM releases",
    "distinct texts; all other releases are copies of one of them": "count(*) FROM distinct_texts",
    "releases without a day": "count(*) FROM releases WHERE published_on IS NULL",
    "releases whose words changed after their capture": "count(*) FROM releases WHERE changed_at IS NOT NULL",
    "releases that their authority removed": "count(*) FROM releases WHERE gone_at IS NOT NULL",
    "withdrawals from the archive": "count(*) FROM withdrawals",
    "releases not yet compared with the others, for copies and passages": "count(*) FROM stale",
}
"""What is counted, in words, and how."""

_SOURCES = """
SELECT s.id, p.name, s.press, count(r.id), min(r.published_on), max(r.published_on)
FROM sources s JOIN publishers p ON p.id = s.publisher_id LEFT JOIN releases r ON r.source_id = s.id
GROUP BY s.id ORDER BY s.id
"""


class _Source(NamedTuple):
    id: str
    name: str
    press: str
    releases: int
    first: str | None
    last: str | None


def datasheet(db: Database) -> Iterator[str]:
    """The datasheet of an archive, as parts of a Markdown page."""
    yield f"# Datasheet\n\nState of the archive: {state(db) or 'nothing was crawled yet'} (UTC).\n\n"
    yield "## What is in it\n\n"
    yield from (f"* {line}\n" for line in _figures(db))
    yield f"\n## Rights\n\n{LICENCE} No licence is granted here, because nobody here could.\n\n"
    yield f"{ATTRIBUTION}\n\n"
    yield _METHOD.read_text("utf-8").format(pause=_PAUSE)
    sources = [_Source(*row) for row in db.execute(_SOURCES).fetchall()]
    missing = {source.id: gaps.unread(db, source.id) for source in sources}
    yield f"\n## Sources\n\nMissing at least {sum(missing.values())} releases, in "
    yield f"{sum(map(bool, missing.values()))} of {len(sources)} sources.\n\n"
    yield "| Source | Releases | First day | Last day | Missing at least |\n|---|--:|---|---|--:|\n"
    for source in sources:
        cells = (source.id, source.releases, source.first or "", source.last or "", missing[source.id])
        yield f"| {' | '.join(map(str, cells))} |\n"
    for source in sources:
        yield from _source(db, source, missing[source.id])


def _figures(db: Database) -> Iterator[str]:
    for words, count in _COUNTS.items():
        yield f"{words}: {db.execute(f'SELECT {count}').fetchone()[0]}"
    first, last = db.execute("SELECT min(published_on), max(published_on) FROM releases").fetchone()
    if first:
        yield f"days of publication: {first} to {last}"
    begun, crawls = db.execute("SELECT min(started_at), count(*) FROM crawls").fetchone()
    if begun:
        yield f"crawls: {crawls}, since {_day(begun)}"
    versions = (
        "SELECT key, value FROM meta WHERE key IN ('extractor', 'lexicon', 'schema', 'software') ORDER BY 1"
    )
    yield from (f"{key}: {value}" for key, value in db.execute(versions))


def _source(db: Database, source: _Source, missing: int) -> Iterator[str]:
    """All that is known of one source's gaps."""
    yield f"\n### {source.id}\n\n{_inert(source.name)}, {_inert(source.press) or 'no press page'}\n\n"
    if missing:
        yield f"* missing at least: {missing}\n"
    yield from (f"* {line}\n" for line in _gaps(db, source.id))
    if months := gaps.months(db, source.id):
        yield "\n" + _calendar(months)


def _gaps(db: Database, source: str) -> Iterator[str]:
    for channel, seen in gaps.channels(db, source).items():
        lacks = "nothing to compare it with" if seen.lacks is None else f"lacks at least {seen.lacks}"
        yield f"{channel}: named {seen.named}, {lacks}"
    if (window := gaps.window(db, source)) and window.older:
        yield f"list goes back to {window.oldest}; {window.older} releases are older"
    for outage in gaps.outages(db, source):
        until = f" until {_day(outage.until)}" if outage.until else ", not yet over"
        error = f": {_inert(outage.error)}" if outage.error else ""
        crawls = f", {outage.crawls} crawls" if outage.crawls > 1 else ""
        yield f"could not be read from {_day(outage.since)}{until} ({outage.status}{crawls}){error}"
    for begun in gaps.relaunches(db, source):
        yield f"site made anew, found on {_day(begun)}"
    for since, until in gaps.pauses(db, source, _PAUSE):
        yield f"not asked from {_day(since)} to {_day(until)}"
    yield from map(_numbers, series(db, source))


def _numbers(year: Series) -> str:
    told = f"numbers of {year.year}: {year.releases} releases bear one from {year.lowest} to {year.highest}"
    if not year.missing:
        return f"{told}, none is missing"
    shown = ", ".join(map(str, year.missing[:_MISSING_SHOWN]))
    more = f" and {len(year.missing) - _MISSING_SHOWN} more" if len(year.missing) > _MISSING_SHOWN else ""
    return f"{told}; {len(year.missing)} that no release bears: {shown}{more}"


def _calendar(months: Mapping[str, int]) -> str:
    """Releases by month, a line a year.

    >>> print(_calendar({"2026-01": 3, "2026-12": 1}), end="")
    | Year | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | Sum |
    |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
    | 2026 | 3 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 1 | 4 |
    """
    years: dict[int, list[int]] = defaultdict(lambda: [0] * 12)
    for month, releases in months.items():
        years[int(month[:4])][int(month[5:]) - 1] = releases
    lines: list[Sequence[object]] = [["Year", *range(1, 13), "Sum"]]
    lines += [[year, *years[year], sum(years[year])] for year in sorted(years)]
    table = [f"| {' | '.join(map(str, line))} |\n" for line in lines]
    return "".join([table[0], "|---|" + "--:|" * 13 + "\n", *table[1:]])


def _inert(text: str) -> str:
    """Words of others, on one line and without meaning to Markdown.

    >>> print(_inert("503 <b>*Ausfall*</b>\\n| "))
    503 \\<b\\>\\*Ausfall\\*\\</b\\> \\|
    """
    return re.sub(r"([\\`*\[\]<>|])", r"\\\1", " ".join(text.split()))


def _day(at: str) -> str:
    return at[:_DAY_WIDTH]
