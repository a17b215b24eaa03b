"""Lists that a page fills by script from JSON: where that lies, and what it names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import html

from archive.dates import parse_moment
from archive.tree import absolute, select, words

_IN_SCRIPT = re.compile(r"""["']([^"'\s<>]{1,300}?\.json(?:\?[^"'\s<>]{0,200})?)["']""")
_TITLE = ("title", "titel", "headline", "ueberschrift", "name")
_URL = ("url", "link", "href", "permalink", "path", "pfad")
_DAY = (
    "date",
    "datum",
    "published",
    "publishedat",
    "publishdate",
    "datepublished",
    "publicationdate",
    "veroeffentlicht",
    "created",
    "pubdate",
)
_NEXT = ("next", "nextpage", "nexturl", "naechste", "naechsteseite")
_IN_PAGE = "script[type='application/json'], script[type='application/ld+json']"
_FEWEST = 2
_DEEPEST = 6


def json_addresses(tree: html.HtmlElement, base: str) -> list[str]:
    """Addresses of JSON that a page's scripts or data attributes name, in their order."""
    found = [value for element in tree.iter("*") for name, value in element.attrib.items()
             if name.startswith("data-") and re.search(r"\.json(?:\?|$)", value)]  # fmt: skip
    for script in select(tree, "script"):
        found += _IN_SCRIPT.findall(script.text or "")
    return list(dict.fromkeys(url for each in found if (url := absolute(base, each))))


def embedded_items(tree: html.HtmlElement, base: str) -> list[tuple[str, str, str | None]]:
    """(address, title, ISO day or None) of the best list in the JSON that a page carries in itself."""
    found = [
        json_items(script.text or "", base)
        for script in select(tree, _IN_PAGE)
        if _is_json(script.text or "")
    ]
    return max(found, key=_told, default=[])


def json_next(body: str, base: str) -> str | None:
    """Address of the next part of a JSON list, where the answer itself names it beside the list."""
    answer = json.loads(body)
    places = [answer, *answer.values()] if isinstance(answer, dict) else []
    named = [
        value
        for place in places
        if isinstance(place, dict)
        for name, value in place.items()
        if re.sub(r"[^a-z]", "", str(name).lower()) in _NEXT
        and isinstance(value, str)
        and re.match(r"https?://|[/?]", value)
    ]
    return absolute(base, named[0]) if named else None


def json_items(body: str, base: str) -> list[tuple[str, str, str | None]]:
    """(address, title, ISO day or None) of the list of objects with a title and an address that says most.

    Raises ValueError when the body is no JSON.
    """
    lists = [
        list(filter(None, (_item(each, base) for each in each_list)))
        for each_list in _lists(json.loads(body), 0)
    ]
    best = max(lists, key=_told, default=[])
    return best if len(best) >= _FEWEST else []


def _told(items: list[tuple[str, str, str | None]]) -> tuple[int, int]:
    """How much a list says: entries with a day, entries. Menus have none."""
    return sum(day is not None for _, _, day in items), len(items)


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), (dict, list))
    except (ValueError, RecursionError):
        return False


def _lists(value: Any, depth: int) -> Iterator[list[Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _lists(each, depth + 1)


def _item(value: Any, base: str) -> tuple[str, str, str | None] | None:
    if not isinstance(value, dict):
        return None
    plain = {re.sub(r"[^a-z]", "", str(name).lower()): each for name, each in value.items()}
    title = next((plain[name] for name in _TITLE if isinstance(plain.get(name), str)), "")
    url = next((plain[name] for name in _URL if isinstance(plain.get(name), str)), "")
    whole = absolute(base, url.strip()) if title and url else None
    if whole is None:
        return None
    when = next((parse_moment(str(plain[name])) for name in _DAY if plain.get(name)), None)
    return (
        whole,
        words(html.fromstring(f"<p>{title}</p>")),
        when[0] if when else None,
    )
