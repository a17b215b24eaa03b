"""Pages that hold many full releases, one heading each: where one ends and the next begins."""

from __future__ import annotations

import re
from collections import defaultdict
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree, html

from archive.dates import find_days
from archive.frame import prune
from archive.tree import select, words

_HEADINGS = ("h2", "h3", "h4", "summary", "dt")
_FEWEST = 3
_LEAST_TEXT = 150
_DATE_WITHIN = 120
_MORE = re.compile(r"\b(?:mehr|weiterlesen|weitere informationen|details)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """One release of a page: its heading, the anchor to it (or empty), and a tree of its own."""

    heading: str
    anchor: str
    tree: html.HtmlElement


def split(tree: html.HtmlElement) -> list[Part]:
    """The full releases that a page holds, in its order; empty where it is no such page.

    Each has a heading that is no link, a date near it, and a text after it; there are at least three.
    """
    body = tree.find("body")
    main = prune(deepcopy(tree if body is None else body))
    by_parent: dict[html.HtmlElement, list[html.HtmlElement]] = defaultdict(list)
    for heading in main.iter(*_HEADINGS):
        parent = heading.getparent()
        by_parent[parent].append(heading)
    groups = [each for each in by_parent.values() if len({heading.tag for heading in each}) == 1]
    singles = [each[0] for each in by_parent.values() if len(each) == 1]
    wrapped = [(heading, list(heading.getparent())) for heading in singles]
    candidates = [*(_between(each) for each in groups if len(each) >= _FEWEST), wrapped]
    for sections in sorted(candidates, key=len, reverse=True):
        parts = [_part(heading, nodes) for heading, nodes in sections if _is_release(heading, nodes)]
        if len(parts) >= _FEWEST and len(parts) * 2 > len(sections):
            return parts
    return []


def _between(headings: list[html.HtmlElement]) -> list[tuple[html.HtmlElement, list[html.HtmlElement]]]:
    """Headings of one parent, each with itself and the siblings up to the next."""
    siblings = list(headings[0].getparent())
    place = {each: n for n, each in enumerate(siblings)}
    starts = [place[heading] for heading in headings] + [len(siblings)]
    return [(h, siblings[starts[n] : starts[n + 1]]) for n, h in enumerate(headings)]


def _is_release(heading: html.HtmlElement, nodes: list[html.HtmlElement]) -> bool:
    linked = heading.find(".//a[@href]") is not None or next(heading.iterancestors("a"), None) is not None
    if linked or len(words(heading).split()) < 2:
        return False
    elements = [node for node in nodes if isinstance(node.tag, str)]
    text = " ".join(words(node) for node in elements)
    links = [words(link) for node in elements for link in node.iter("a")]
    dated = bool(find_days(text[: len(words(heading)) + _DATE_WITHIN]))
    return dated and len(text) >= _LEAST_TEXT and not any(map(_MORE.search, links))


def _day_apart(heading: str) -> tuple[str, str]:
    """The day before a heading's words or in brackets behind them, empty where there is none; the words.

    >>> _day_apart("5. Oktober 2026 – Radweg fertig"), _day_apart("Radweg fertig (5.10.2026)")
    (('5. Oktober 2026', 'Radweg fertig'), ('5.10.2026', 'Radweg fertig'))
    >>> _day_apart("Rathaus geschlossen am 24.12.2026")
    ('', 'Rathaus geschlossen am 24.12.2026')
    """
    days = find_days(heading)
    for start, end, _ in (*days[:1], *days[-1:]):
        before, after = heading[:start].rstrip(), heading[end:].strip(" :|–-,")
        if not before and after:
            return heading[:end], after
        if before.endswith(("(", "[")) and after in (")", "]"):
            return heading[start:end], before[:-1].rstrip()
    return "", heading


def _part(heading: html.HtmlElement, nodes: list[html.HtmlElement]) -> Part:
    page = html.Element("html")
    main = etree.SubElement(etree.SubElement(page, "body"), "main")
    title = etree.SubElement(main, "h1")
    day, title.text = _day_apart(words(heading))
    if day:
        etree.SubElement(main, "p").text = day
    for node in nodes:
        if node is not heading:
            main.append(deepcopy(node))
    anchor = heading.get("id") or next((a.get("id") or a.get("name") or "" for a in select(heading, "a")), "")
    return Part(words(heading), anchor, page)
