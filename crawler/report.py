"""What a crawl tells: progress while it runs, a table at its end, and JSON for machines."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, TextIO

import click

from archive.compare import excerpts
from archive.health.states import INTERRUPTED
from crawler.logs import tell

if TYPE_CHECKING:
    from archive.channels import Channel
    from archive.compare import Comparison
    from archive.model import Page
    from archive.search import Results
    from crawler.recorder import Counts, HostCounts
    from crawler.stop import Unwritable

_NAMED = 5
_OUTDATED = (
    "the index was made by another version, so words were searched only as they are written; the next"
    " 'kreispresse crawl' or 'kreispresse rebuild' makes it again"
)

_COLUMNS = ("requests", "bytes", "not_modified", "seen", "new", "changed", "gone", "failed")
_SHOWN = ("requests", "seen", "new", "changed", "gone", "failed")


@dataclass(frozen=True, slots=True)
class Result:
    """How one source ended; ``status`` as in the table source_crawls, ``error`` None when all was well.

    ``unfinished`` says why the rest is left to the next crawl, None where there is no rest. ``channels``:
    what listing, feed and sitemap named in all crawls, and what each misses.
    """

    source: str
    status: str
    error: str | None
    counts: Counts
    unfinished: str | None = None
    channels: Mapping[str, Channel] = field(default_factory=dict)

    @property
    def interrupted(self) -> bool:
        """Whether the crawl was stopped, or erred, before the source was finished."""
        return (self.error or "").startswith(INTERRUPTED)

    @property
    def well(self) -> bool:
        """Whether the source works: a site that was made anew does while its list names releases."""
        relaunched = self.status == "relaunched" and self.counts.seen > 0
        return self.status in ("ok", "unchanged", "opted-out") or relaunched

    def row(self) -> dict[str, Any]:
        """Columns of source_crawls, but for the names of crawl and source."""
        counted = {name: getattr(self.counts, name) for name in _COLUMNS}
        return {"status": self.status, **counted, "error": self.error, "unfinished": self.unfinished}


class Reporter:
    """Takes in what happens and shows nothing; the base of those that do.

    ``stopped``: why the crawl could not be brought to its end, None where it was.
    """

    def __init__(self) -> None:
        self.stopped: Unwritable | None = None
        self.results: list[Result] = []
        self.broken: list[Result] = []

    def page(self, page: Page) -> None:
        """A page was recorded."""

    def source(self, result: Result, before: str | None) -> None:
        """A source ended; ``before`` is its status in its last crawl, None when there was none."""
        self.results.append(result)
        if not result.well and (before in ("ok", "unchanged") or result.interrupted):
            self.broken.append(result)

    def ended(self, crawl: str) -> None:
        """The crawl of this name ended: say what is to be said of all."""


class Progress(Reporter):
    """One moving line on a terminal, one plain line a source elsewhere."""

    def __init__(self, sources: int, stream: TextIO = sys.stderr) -> None:
        super().__init__()
        self._sources, self._stream, self._pages, self._failures = sources, stream, 0, 0

    def page(self, page: Page) -> None:
        """Count a page and move the line."""
        self._pages += 1
        self._failures += page.status is None
        self._show()

    def source(self, result: Result, before: str | None) -> None:
        """Tell how a source ended."""
        super().source(result, before)
        reasons = "; ".join(filter(None, (result.error, result.unfinished)))
        reason = f" ({reasons})" if reasons else ""
        self._clear()
        self._stream.write(f"{result.source}: {result.status}, {result.counts.new} new{reason}\n")
        self._show()

    def ended(self, crawl: str) -> None:  # noqa: ARG002 - the table needs no name
        """Print a table, and what does not work any more."""
        self._clear()
        click.echo(table(self.results))
        for broken in self.broken:
            now = "" if broken.interrupted else "worked in its last crawl and is now "
            click.echo(f"{broken.source} {now}{broken.status}: {broken.error}", err=True)

    def _show(self) -> None:
        self._clear()
        if self._stream.isatty():
            new = sum(result.counts.new for result in self.results)
            self._stream.write(
                f"{len(self.results)} of {self._sources} sources, {self._pages} pages,"
                f" {new} new releases, {self._failures} failures"
            )
        self._stream.flush()

    def _clear(self) -> None:
        """Make room for a line of another kind, as ``steps.Steps`` does."""
        if self._stream.isatty():
            self._stream.write("\r\x1b[K")
            self._stream.flush()


class Events(Reporter):
    """An event a source, for machines."""

    def source(self, result: Result, before: str | None) -> None:
        """Log how a source ended."""
        super().source(result, before)
        tell("source ended", source=result.source, **result.row())

    def ended(self, crawl: str) -> None:
        """Log how many sources work, and which do not any more."""
        well = sum(result.well for result in self.results)
        broken = [result.source for result in self.broken]
        tell("crawl ended", crawl=crawl, sources=len(self.results), well=well, broken=broken)


def table(results: Sequence[Result]) -> str:
    """Summary of a crawl, one line a source and a sum.

    >>> from crawler.recorder import Counts
    >>> print(table([Result("kreis-a", "ok", None, Counts(requests=3, seen=2, new=2))]))
    source   status  requests  seen  new  changed  gone  failed
    kreis-a  ok             3     2    2        0     0       0
    sum      1 of 1         3     2    2        0     0       0
    """
    rows: list[tuple[str, ...]] = [("source", "status", *_SHOWN)]
    ordered = sorted(results, key=lambda result: result.source)
    rows += [(r.source, r.status, *(str(getattr(r.counts, name)) for name in _SHOWN)) for r in ordered]
    sums = (str(sum(getattr(result.counts, name) for result in results)) for name in _SHOWN)
    rows.append(("sum", f"{sum(result.well for result in results)} of {len(results)}", *sums))
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            cell.ljust(width) if n < 2 else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join([*lines, *_foot(ordered)])


def _foot(results: Sequence[Result]) -> list[str]:
    """What is to be said below the table."""
    said = {
        "the host's requests or the crawl's time are used up, they go on at the next crawl": [
            result.source for result in results if result.unfinished
        ],
        "channels that miss releases which others have (the report names some)": [
            f"{result.source} ({missing})" for result in results if (missing := _missing(result))
        ],
    }
    return [f"{what}: {_some(names)}" for what, names in said.items() if names]


def _missing(result: Result) -> str:
    """The channels of a source that miss something, with numbers; empty where none does."""
    return ", ".join(f"{name} {each.misses}" for name, each in result.channels.items() if each.misses)


def _some(names: Sequence[str]) -> str:
    """A few names and how many more there are.

    >>> _some(list("abcdefg"))
    'a, b, c, d, e and 2 more'
    """
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def as_json(crawl: str, results: Sequence[Result], hosts: Mapping[str, HostCounts]) -> dict[str, Any]:
    """A crawl for machines: every source with its counts and every address that failed, and every host."""
    return {
        "crawl": crawl,
        "hosts": {name: asdict(counts) for name, counts in sorted(hosts.items())},
        "sources": [
            {
                "id": r.source,
                **r.row(),
                "channels": {name: asdict(channel) for name, channel in r.channels.items()},
                "failures": [{"url": url, "reason": reason} for url, reason in r.counts.failures.items()],
            }
            for r in sorted(results, key=lambda result: result.source)
        ],
    }


def found_json(results: Results) -> list[dict[str, Any]]:
    """Hits of a search for machines, each with the expression that found it."""
    corrected = {each.word: list(each.shown) for each in results.corrections}
    return [
        {"id": hit.id, "score": hit.score, "title": hit.title, "url": hit.url, "publisher": hit.publisher_id,
         "published_on": hit.published_on, "snippet": "".join(part.text for part in hit.snippet),
         "marked": [part.text for part in (*hit.marked_title, *hit.snippet) if part.marked],
         "partial": hit.partial, "copies": hit.copies, "rewritten": hit.rewritten, "corrected": corrected}
        for hit in results.hits
    ]  # fmt: skip


def tell_found(results: Results) -> None:
    """Print the hits of a search; what was corrected, not understood or left out goes to standard error."""
    for hit in results.hits:
        snippet = "".join(part.text for part in hit.snippet)
        more = f"  (and {hit.copies} copies)" if hit.copies else ""
        about = f"{hit.id}  {hit.published_on or 'undated'}  {hit.publisher}{more}"
        click.echo(f"{about}\n    {hit.title}\n    {snippet}")
    for each in results.corrections:
        click.echo(f"no release has {each.word!r}; searched instead: {', '.join(each.shown)}", err=True)
    for unread in results.unread:
        click.echo(f"{unread}: not understood, left out; see kreispresse search --help", err=True)
    for begin, end in results.backwards:
        click.echo(f"ab:{begin} bis:{end}: ends before it begins, left out", err=True)
    for unknown in results.unknown:
        click.echo(f"{unknown}: no authority in this archive answers to that", err=True)
    if results.outdated:
        click.echo(_OUTDATED, err=True)
    if results.total > results.exact:
        click.echo(f"{results.total - results.exact} of them have only some of the words", err=True)
    shown = f", {len(results.hits)} shown" if results.total > len(results.hits) else ""
    click.echo(f"{results.total} found{shown}", err=True)


def tell_compared(found: Comparison) -> None:
    """Print what a rebuild changed; the largest differences go to standard error."""
    columns = ", ".join(f"{column} {count}" for column, count in found.columns.items())
    click.echo(
        f"{found.changed} releases read otherwise than before{f' ({columns})' if columns else ''},"
        f" {found.added} more, {found.lost} no longer there"
    )
    for each in found.largest:
        before, now = excerpts(each)
        click.echo(f"{each.release} {each.column}\n    before: {before}\n    now:    {now}", err=True)
