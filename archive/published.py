"""On which day a release was published, and which evidence says so."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from lxml import html

from archive.dates import berlin_day, find_days, parse_moment
from archive.model import Page
from archive.tree import select, words

_LABEL = re.compile(
    r"(?:Meldungsdatum|Veröffentlichungsdatum|Veröffentlicht|Erscheinungsdatum|Erschienen|Datum|Pressemitteilung|"
    r"Meldung|Presseinformation|Pressemeldung)\s*(?:Nr\.?\s*[\w/.-]+\s*)?(?:vom|am|:|,|\||[–-])*\s*$",
    re.IGNORECASE,
)
_NOT_PUBLISHED = re.compile(r"aktualisiert|geändert|stand|modified|update", re.IGNORECASE)
_URL_DAY = re.compile(
    r"(?<!\d)(20\d\d)[-/_](\d\d)[-/_](\d\d)(?!\d)|(?<!\d)(\d\d)[-_](\d\d)[-_](20\d\d)(?!\d)"
)
_META = "meta[property='article:published_time'], meta[name='date'], meta[name='DC.date.issued']"
_RELATED = "aside, nav, footer, [class*=related], [class*=weitere], [class*=sidebar]"
_HEAD_CHARACTERS = 400

Evidence = tuple[str, tuple[str, str | None]]


def published(
    tree: html.HtmlElement, page: Page, main: html.HtmlElement, css: str = ""
) -> tuple[str | None, str | None, str | None]:
    """(ISO day in Berlin, UTC moment or None, evidence) of a page's release; three None without evidence.

    ``css`` selects the family's own place for the date. The best evidence counts; days after the capture are
    none. A time that another piece of evidence gives for the same day is taken over.
    """
    latest = berlin_day(page.at)
    found = [(name, when) for name, when in _evidence(tree, page, main, css) if when[0] <= latest]
    if not found:
        return None, None, None
    name, (day, moment) = found[0]
    moment = moment or next((when[1] for _, when in found if when[0] == day and when[1]), None)
    return day, moment, name


def _evidence(tree: html.HtmlElement, page: Page, main: html.HtmlElement, css: str) -> Iterator[Evidence]:
    """All evidence for the day of publication, the most reliable first."""
    yield from _family(tree, css)
    yield from _times(main)
    yield from _labelled(main)
    yield from _json_ld(tree)
    for element in select(tree, _META):
        yield from _moment("meta", element.get("content", ""))
    yield from _near_title(main)
    if page.hints.day:
        yield (page.hints.channel or "listing", (page.hints.day, page.hints.time))
    yield from _in_url(page.url)


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
    related = {time for block in select(main, _RELATED) for time in block.iter("time")}
    for element in select(main, "time[itemprop=datePublished], time"):
        names = f"{element.get('itemprop', '')} {element.get('class', '')}"
        around = f"{names} {_text_before(element)} {words(element)}"
        if element not in related and not _NOT_PUBLISHED.search(around):
            yield from _moment("time element", element.get("datetime") or words(element))


def _labelled(main: html.HtmlElement) -> Iterator[Evidence]:
    text = words(main)
    for start, end, _ in find_days(text):
        if _LABEL.search(text[max(0, start - 80) : start]):
            yield from _moment("labelled date", text[start : end + 20])


def _near_title(main: html.HtmlElement) -> Iterator[Evidence]:
    """A date that stands alone in the first lines, where sites put it above or below the heading."""
    seen = 0
    for element in main.iter(
        "p", "span", "div", "li", "small", "strong", "em", "td", "dd", "h2", "h3", "h4", "h5"
    ):
        text = words(element)
        days = find_days(text[:60])
        if days and len(text) < 60 and not _NOT_PUBLISHED.search(text[: days[0][0]]):
            yield from _moment("date at the title", text)
        seen += len(element.text or "")
        if seen > _HEAD_CHARACTERS:
            return


def _json_ld(tree: html.HtmlElement) -> Iterator[Evidence]:
    for script in select(tree, "script[type='application/ld+json']"):
        try:
            content = json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue
        for value in _values(content, "datePublished", depth=8):
            yield from _moment("json-ld", value)


def _values(content: Any, name: str, *, depth: int) -> Iterator[str]:
    if depth and isinstance(content, dict):
        if isinstance(content.get(name), str):
            yield content[name]
        for value in content.values():
            yield from _values(value, name, depth=depth - 1)
    elif depth and isinstance(content, list):
        for value in content:
            yield from _values(value, name, depth=depth - 1)


def _in_url(url: str) -> Iterator[Evidence]:
    for match in _URL_DAY.finditer(unquote(url)):
        year, month, day = match.group(1, 2, 3) if match.group(1) else match.group(6, 5, 4)
        yield from _moment("url", f"{year}-{month}-{day}")


def _text_before(element: html.HtmlElement) -> str:
    previous = element.getprevious()
    before = (previous.tail if previous is not None else (element.getparent().text or "")) or ""
    return before[-40:]
