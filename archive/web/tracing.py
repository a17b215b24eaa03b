"""Any text, and the releases that carry parts of it. Nothing of it is stored, and nothing logged."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from datasette import Response
from sqlite_utils import Database

from archive.derive.matches import SENTENCE, SHOWN
from archive.trace import Passage, Traced, not_compared, trace
from archive.variants import Run, variants
from archive.web.answer import ask, busy, page
from archive.web.blocks import Mark, marked
from archive.web.faults import page_for
from archive.web.queries.wording import surroundings
from archive.web.turns import TooMany, text_in_turn

LONGEST = 100_000
"""Characters of a text that may be looked for."""

_BODY = 12 * LONGEST
"""Bytes of a request that are kept: a character takes up to twelve in a form."""

_MOST_CARRIERS = 12
_LONG = 500  # characters


class Carrier(NamedTuple):
    """A release that has words of a place: where, what stands around them, and how they differ."""

    release: Traced
    passage: Passage
    before: str
    after: str
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """``text[start:end]`` of the text that was looked for. So many ``releases`` carry words of it."""

    start: int
    end: int
    releases: int
    carriers: tuple[Carrier, ...]


class _Found(NamedTuple):
    age: int  # place among all releases that carry something, the oldest first
    release: Traced
    passage: Passage


async def tracing(datasette: Any, request: Any) -> Response:
    """``/wortlaut``: a form; a text that is posted is compared with all releases."""
    limits = {"longest": LONGEST, "shown": SHOWN, "sentence": SENTENCE}
    if request.method != "POST":
        return await page(datasette, request, "tracing.html", limits)
    text = await _posted(request)
    if text is None or len(text) > LONGEST:
        return await page(datasette, request, "tracing.html", limits | {"too_long": True}, status=413)
    if not text.strip():
        return await page(datasette, request, "tracing.html", limits | {"blank": True})
    try:
        async with text_in_turn():
            places, waiting = await ask(datasette, _places, text)
    except (sqlite3.OperationalError, TooMany) as fault:
        if not isinstance(fault, TooMany) and page_for(fault) is not busy:
            raise
        values = limits | {"too_slow": True, "kept": text}
        return await page(datasette, request, "tracing.html", values, status=503)
    marks = [Mark(place.start, place.end, n) for n, place in enumerate(places, start=1)]
    values = {"text": text, "paragraphs": marked(text, marks), "places": places, "waiting": waiting}
    return await page(datasette, request, "tracing.html", limits | values)


async def _posted(request: Any) -> str | None:
    """The field ``text`` of a form; None when the form is too long: it is read to its end, but not kept."""
    body = bytearray()
    more = True
    while more:
        message = await request.receive()
        more = message.get("more_body", False)
        if len(body) <= _BODY:
            body += message.get("body", b"")
    if len(body) > _BODY:
        return None
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return fields.get("text", [""])[0].replace("\r\n", "\n").replace("\0", " ")


def _places(connection: sqlite3.Connection, text: str) -> tuple[list[Place], int]:
    """(places of the text that releases carry, in order; number of releases that were not compared yet)."""
    db = Database(connection)
    together: list[list[_Found]] = []
    end = -1
    hidden = {row[0] for row in connection.execute("SELECT release_id FROM hidden_releases")}
    listed = (release for release in trace(db, text) if release.id not in hidden)
    found = [
        _Found(age, release, passage) for age, release in enumerate(listed) for passage in release.passages
    ]
    for each in sorted(found, key=lambda each: each.passage.start):
        if each.passage.start >= end:  # what overlaps is one place
            together.append([])
        together[-1].append(each)
        end = max(end, each.passage.end)
    return [_place(connection, text, group) for group in together], not_compared(db)


def _place(connection: sqlite3.Connection, text: str, found: list[_Found]) -> Place:
    shown = sorted(found, key=lambda each: each.age)[:_MOST_CARRIERS]
    return Place(
        min(each.passage.start for each in found),
        max(each.passage.end for each in found),
        len({each.age for each in found}),
        tuple(_carrier(connection, text, each) for each in shown),
    )


def _carrier(connection: sqlite3.Connection, text: str, found: _Found) -> Carrier:
    passage = found.passage
    runs = map(_shortened, variants(text[passage.start : passage.end], passage.text))
    around = surroundings(connection, passage.revision_id, passage.release_start, passage.release_end)
    return Carrier(found.release, passage, *around, tuple(runs))


def _shortened(run: Run) -> Run:
    """What is the same need not be read twice as a whole: it stands in the text above."""
    if run.kind != "same" or len(run.text) <= _LONG:
        return run
    beginning, end = run.text[: _LONG // 2].rpartition(" ")[0], run.text[-_LONG // 2 :].partition(" ")[2]
    return run._replace(text=f"{beginning} […] {end}")
