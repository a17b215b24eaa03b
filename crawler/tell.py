"""Looks in words: a table, JSON, and a diagnosis step by step. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from archive.model import Page
from crawler.family import releases
from crawler.readers import READER_FAULTS
from crawler.survey import Look, Reading
from crawler.verdict import judge

_COLUMNS = ("id", "found", "answer", "releases", "newest", "family", "feed", "sitemap", "tdm")
_SHOWN = 5


def finding(look: Look, found: str, why: str) -> dict[str, Any]:
    """What a check says of a source, as plain JSON values; None where there is nothing to say."""
    reading = look.list or look.press
    page = look.press.page if look.press else look.home
    listing = reading.named if reading else None
    return {
        "id": look.source.id,
        "status": look.source.status,
        "found": found,
        "why": why or None,
        "robots": "forbids" if found == "robots" else "allows",
        "answer": page.status if page else None,
        "press": reading.page.url if reading else None,
        "redirected_from": list(reading.page.via) if reading else [],
        "family": reading.family.name if reading and reading.page.status == 200 else None,
        "releases": len(listing.items) if listing else 0,
        "newest": look.newest,
        "feed": _feed(look),
        "sitemap": look.sitemap[1] if look.sitemap else None,
        "tdm": listing.reservation if listing else None,
    }


def _feed(look: Look) -> int | str | None:
    """Items in the feed, or why there are none."""
    if look.feed is None:
        return None
    return look.feed[1] if isinstance(look.feed[1], str) else len(look.feed[1].items)


def table(findings: Sequence[dict[str, Any]]) -> str:
    """Findings as a table, and below it the reason of each that is not well."""
    rows = [_COLUMNS] + [tuple(_cell(each[name]) for name in _COLUMNS) for each in findings]
    widths = [max(len(row[n]) for row in rows) for n in range(len(_COLUMNS))]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    lines += [f"{each['id']}: {each['found']}: {each['why']}" for each in findings if each["why"]]
    return "\n".join(lines)


def _cell(value: object) -> str:
    text = "–" if value is None else str(value)
    return text if len(text) <= 24 else text[:23] + "…"


def diagnosis(look: Look) -> str:
    """One source step by step, and at the end what it comes to."""
    source = look.source
    lines = [f"{source.id}: {source.name}, {source.status}"]
    if look.press:
        lines += [f"press page   {source.press}", *_reading(look.press, source.family)]
    if look.home:
        lines += [f"home page    {look.home.url}", f"  answer     {_answer(look.home)}"]
    if look.other:
        lines += [f"it leads to  {look.other.page.url}", *_reading(look.other, source.family)]
    if look.feed:
        lines += [f"feed         {look.feed[0]}", f"  items      {_feed(look)}"]
    if look.sitemap:
        lines += [f"sitemap      {look.sitemap[0]}", f"  releases   {look.sitemap[1]}"]
    if look.release:
        lines += [f"release      {look.release.url}", *_release(look.release, look.list or look.press)]
    found, why = judge(look)
    return "\n".join([*lines, f"finding      {found}" + (f": {why}" if why else "")])


def _reading(reading: Reading, family: str | None) -> Iterator[str]:
    listing = reading.listing
    yield f"  answer     {_answer(reading.page)}"
    if reading.error:
        yield f"  fault      {reading.error}"
        return
    yield f"  family     {reading.family.name}: {reading.why}" + (f"; register: {family}" if family else "")
    yield f"  releases   {'the page holds them itself' if listing.whole else len(listing.items)}"
    for item in listing.items[:_SHOWN]:
        yield f"             {item.hints.day or 'no day':10}  {item.hints.title}  {item.url}"
    yield f"  next page  {next(iter((*filter(None, [listing.next]), *listing.numbered)), 'none found')}"
    if listing.archives:
        yield f"  by time    {len(listing.archives)} lists, newest {listing.archives[0]}"
    if listing.data:
        yield f"  JSON       {' '.join(listing.data[:_SHOWN])}"
    if listing.by_script:
        yield "  script     the page seems to be filled by script"
    if listing.reservation is not None:
        yield f"  tdm        reservation {listing.reservation}"
    if reading.below:
        yield f"below it     {reading.below.page.url}"
        yield from _reading(reading.below, None)


def _answer(page: Page) -> str:
    if page.status is None:
        return f"none: {page.error}"
    via = f", redirected from {' '.join(page.via)}" if page.via else ""
    return f"{page.status} {page.header('content-type') or 'without type'}, {len(page.body)} bytes{via}"


def _release(page: Page, reading: Reading | None) -> Iterator[str]:
    yield f"  answer     {_answer(page)}"
    if page.status != 200 or reading is None:
        return
    try:
        content = releases(page, reading.family)[0].content
    except READER_FAULTS as error:
        yield f"  fault      {error}"
        return
    yield f"  title      {content.title}"
    yield f"  day        {content.published_on or 'none'}, from {content.published_from or 'nothing'}"
    yield f"  text       {content.words} words"
