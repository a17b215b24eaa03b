"""On which day a release was published, and which evidence says so."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise
from typing import Any, NamedTuple
from urllib.parse import unquote

from lxml import html

from archive.blocks import Block, blocks
from archive.dates import berlin_day, find_days, parse_moment
from archive.lines import is_date_line
from archive.model import Page
from archive.tree import select, words

_LABEL = re.compile(
    r"(?:Meldungsdatum|Veröffentlichungsdatum|Veröffentlicht|Erscheinungsdatum|Erschienen|^Eingestellt|Datum|"
    r"Pressemitteilung|Meldung|Presseinformation|Pressemeldung)\s*(?:Nr\.?\s*[\w/.-]+\s*)?(?:vom|am|:|,|\||[–-])*\s*$",
    re.IGNORECASE,
)
_NOT_PUBLISHED = re.compile(
    r"aktualisier(?:t|ung)|geändert|änderung|bearbeite|abgerufen|gedruckt|"
    r"\bheute ist\b|\bstand\b|modified|update|\b(?:bis|ab|seit|gültig|termin)\b",
    re.IGNORECASE,
)
_URL_DAY = re.compile(
    r"(?<!\d)(20\d\d)[-/_]?(\d\d)[-/_]?(\d\d)(?!\d)|(?<!\d)(\d\d)[-_](\d\d)[-_](20\d\d)(?!\d)"
)
_BEGINS = re.compile(r"\s*(?:[:–|-]\s*)?[„“\"»A-ZÄÖÜ]")
_META = (
    "meta[property='article:published_time'], meta[name='article:published_time'],"
    " meta[itemprop=datePublished], meta[name='DC.date.issued'], meta[name='dcterms.issued']"
)
_VAGUE = "meta[name='date']"
_RELATED = "aside, nav, footer, [class*=related], [class*=weitere], [class*=sidebar]"
_NEAR = 6
_LABELLED, _LONG, _SENTENCE = 400, 80, 60
_SHORT = 80
MANY_TIMES = 50
"""More time elements than these are no release's own, and take long to look at."""

_FEW_WORDS = 8
_LD_DEPTH = 8

Evidence = tuple[str, tuple[str, str | None]]


class Claims(NamedTuple):
    """What a page's head says of its day. ``vague``: what in many systems is the day of the last change."""

    sure: Sequence[Evidence]
    vague: Sequence[Evidence]


def claims(tree: html.HtmlElement, names: Iterable[str] = ()) -> Claims:
    """What a whole page's head says: JSON-LD, meta elements, a name that is nothing but a date."""
    named = (each for name in names if is_date_line(name) for each in _moment("title", name))
    return Claims([*_json_ld(tree), *_metas(tree, _META), *named], [*_metas(tree, _VAGUE)])


def _metas(tree: html.HtmlElement, css: str) -> Iterator[Evidence]:
    for element in select(tree, css):
        yield from _moment("meta", element.get("content", ""))


class Clues(NamedTuple):
    """Where to look: the page, the claims of its head, its body without the frame, the release's part, its
    title, and the family's own place for the date as a CSS selector, empty where it has none.
    """

    page: Page
    told: Claims
    root: html.HtmlElement
    main: html.HtmlElement
    title: str
    css: str = ""


class Dated(NamedTuple):
    """ISO day in Berlin, UTC moment or None where only the day is known, and the evidence for them."""

    day: str | None
    moment: str | None
    evidence: str | None


def published(clues: Clues) -> Dated:
    """When a page's release was published; three None without evidence.

    The best evidence counts; days after the capture are none. A time that elements, claims or lists give for
    the same day is taken over.
    """
    found = best(_evidence(clues), clues.page)
    if found.day and not found.moment:
        elements = (*_family(clues.main, clues.css), *_times(clues.main))
        timed = (*elements, *chain(*clues.told), *hinted(clues.page))
        moment = next((when[1] for _, when in timed if when[0] == found.day and when[1]), None)
        return found._replace(moment=moment)
    return found


def best(evidence: Iterable[Evidence], page: Page) -> Dated:
    """The first evidence, the most reliable first, that names no day after the page's capture."""
    latest = berlin_day(page.at)
    found = ((day, moment, name) for name, (day, moment) in evidence if day <= latest)
    return Dated(*next(found, (None, None, None)))


def _evidence(clues: Clues) -> Iterator[Evidence]:
    """All evidence for the day of publication, the most reliable first.

    A time element or label may speak of an event or of another release: it counts more than the head's claims
    only where nothing beside the title says otherwise.
    """
    yield from _family(clues.main, clues.css)
    times = list(_times(clues.main))
    around = blocks(clues.root)
    at = next((n for n, b in enumerate(around) if clues.title in b.text[: 2 * len(clues.title)]), -1)
    near = list(_near_title(around, at, clues.title)) if at >= 0 else []
    yield from (each for each in times if not near or each[1][0] == near[0][1][0])
    labels = list(_labelled(around))
    text = (n for n, b in enumerate(around) if n > at and b.kind == "text" and len(b.text) > _LONG)
    before = next(text, len(around)) if near else len(around)
    yield from (each for n, each in labels if n < before)
    yield from clues.told.sure
    yield from near
    yield from times
    yield from clues.told.vague
    yield from (each for _, each in labels)
    yield from _at_beginning(around)
    yield from hinted(clues.page)
    yield from in_url(clues.page.url)


def hinted(page: Page) -> Iterator[Evidence]:
    """What the list or feed that led to a page says of its day."""
    if page.hints.day:
        yield page.hints.channel or "listing", (page.hints.day, page.hints.time)


def _moment(name: str, value: str) -> Iterator[Evidence]:
    when = parse_moment(value)
    if when:
        yield name, when


def _family(tree: html.HtmlElement, css: str) -> Iterator[Evidence]:
    for element in select(tree, css):
        yield from _moment(
            "time element" if element.get("datetime") else "date", element.get("datetime") or words(element)
        )


def _times(main: html.HtmlElement) -> Iterator[Evidence]:
    """Time elements but for those of related lists, of changes, and of sentences that tell of an event."""
    related = {time for block in select(main, _RELATED) for time in block.iter("time")}
    for element in select(main, "time[itemprop=datePublished], time")[:MANY_TIMES]:
        names = f"{element.get('itemprop', '')} {element.get('class', '')}"
        around = f"{names} {_text_before(element)} {words(element)}"
        if element not in related and not _NOT_PUBLISHED.search(around) and not in_sentence(element):
            yield from _moment("time element", element.get("datetime") or words(element))


def in_sentence(time: html.HtmlElement) -> bool:
    """Whether a time element is part of a running text."""
    line = next(time.iterancestors("p", "li", "td", "blockquote"), None)
    text = words(line) if line is not None else ""
    return len(text) >= _SENTENCE and text[-1] in ".!?"


def _labelled(around: Sequence[Block]) -> Iterator[tuple[int, Evidence]]:
    """(number of the paragraph, day behind a label as "Meldungsdatum:"); not where a sentence goes on."""
    for n, (before, block) in enumerate(pairwise(("", *(block.text for block in around)))):
        for start, end, _ in find_days(block[:_LABELLED]):
            label = block[max(0, start - 80) : start] if start else before[-80:]
            rest = block[end:].strip()
            ends = len(rest) < _SHORT or (_LABEL.match(label) and not rest[:1].islower())
            if _LABEL.search(label) and (start or len(before) < _SHORT) and ends:
                yield from ((n, each) for each in _moment("labelled date", block[start : end + 20]))


def _near_title(around: Sequence[Block], at: int, title: str) -> Iterator[Evidence]:
    """A date in a short line right above or below the heading, where sites put it."""
    near = sorted(
        range(max(0, at - _NEAR), min(len(around), at + _NEAR + 1)), key=lambda n: (abs(n - at), -n)
    )
    for n in near:
        text = around[n].text.removeprefix("- ")
        for line in dict.fromkeys((text.replace(title, " ", 1), text)):  # a break alone may part the two
            days = find_days(line[:_SHORT])
            if days and len(line) < _SHORT and _stands_alone(line, *days[0][:2]):
                yield from _moment("date at the title", line)


def _at_beginning(around: Sequence[Block]) -> Iterator[Evidence]:
    """A date with which the first paragraph of some length begins."""
    for block in around:
        if block.kind == "text" and len(block.text) > _LONG:
            days = find_days(block.text[:_SHORT])
            if days and days[0][0] == 0 and _BEGINS.match(block.text[days[0][1] :]):
                yield from _moment("dateline", block.text[: days[0][1]])


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether a line tells a date and no story: few words beside it, none that give it another sense."""
    beside = f"{text[:start]} {text[end:]}"
    span = re.search(r"\d\.?\s*(?:[–-]|bis|und)\s*$", text[:start])
    return not span and len(beside.split()) <= _FEW_WORDS and not _NOT_PUBLISHED.search(beside)


def _json_ld(tree: html.HtmlElement) -> Iterator[Evidence]:
    for script in select(tree, "script[type='application/ld+json']"):
        try:
            content = json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue
        for value in (*_of_articles(content), *_values(content, "datePublished", depth=_LD_DEPTH)):
            yield from _moment("json-ld", value)


def _of_articles(content: Any) -> Iterator[str]:
    """Days of what a page says itself to be: an article at the top of its JSON-LD, not one in a list."""
    top = content.get("@graph", [content]) if isinstance(content, dict) else content
    for each in top if isinstance(top, list) else ():
        if isinstance(each, dict) and re.search(r"Article|Posting|Report", str(each.get("@type"))):
            yield from (day for day in [each.get("datePublished")] if isinstance(day, str))


def _values(content: Any, name: str, *, depth: int) -> Iterator[str]:
    if depth and isinstance(content, dict):
        if isinstance(content.get(name), str):
            yield content[name]
        for value in content.values():
            yield from _values(value, name, depth=depth - 1)
    elif depth and isinstance(content, list):
        for value in content:
            yield from _values(value, name, depth=depth - 1)


def in_url(url: str) -> Iterator[Evidence]:
    """Days that an address names."""
    for match in _URL_DAY.finditer(unquote(url)):
        year, month, day = match.group(1, 2, 3) if match.group(1) else match.group(6, 5, 4)
        yield from _moment("url", f"{year}-{month}-{day}")


def _text_before(element: html.HtmlElement) -> str:
    previous = element.getprevious()
    before = (previous.tail if previous is not None else (element.getparent().text or "")) or ""
    return before[-40:]
