"""What of a site has moved between two looks at it: list, pager, addresses, days, charset, domain. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from archive.decode import declared
from archive.model import Page
from crawler import address
from crawler.family import releases
from crawler.readers import READER_FAULTS
from crawler.survey import Reading

_HALF = 0.5


class Moved(NamedTuple):
    """One thing that was otherwise, in words for people."""

    what: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Shape:
    """How a source looked at one time: its list as read, and a release's page; None where none was seen."""

    reading: Reading
    release: Page | None


def moved(before: Shape, after: Shape) -> list[Moved]:
    """What has moved, the most telling first; where no list answers any more, only what can be told then."""
    answers = after.reading.page.status == 200
    found = []
    for what, tell in (_PLACE | _LOOK if answers else _PLACE).items():
        was, now = tell(before), tell(after)
        if was != now and was and now:
            found.append(Moved(what, was, now))
    return found


def pattern(urls: Iterable[str]) -> str:
    """What addresses have in common, from the path on; „…" stands for what differs, or names the one thing.

    >>> pattern(["https://k.example/presse/2026/a.html", "https://k.example/presse/2025/b.html"])
    '/presse/…/….html'
    >>> pattern(["https://k.example/index.php?id=7&La=1"])
    '/index.php?La, id'
    """
    parts = [urlsplit(url) for url in urls]
    if not parts:
        return ""
    paths = [part.path.split("/") for part in parts]
    usual = max({len(path) for path in paths}, key=lambda n: sum(len(path) == n for path in paths))
    columns = list(zip(*(path for path in paths if len(path) == usual), strict=True))
    queries = sorted({name for name, _ in parse_qsl(parts[0].query)})
    folders = [_same(set(column)) for column in columns[:-1]]
    last = _same(set(columns[-1])) if queries else f"…{_ending(columns[-1][0])}"
    return "/".join([*folders, last]) + (f"?{', '.join(queries)}" if queries else "")


def _same(values: set[str]) -> str:
    return values.pop() if len(values) == 1 else "…"


def _ending(name: str) -> str:
    _, dot, ending = name.rpartition(".")
    return f"{dot}{ending}" if dot and len(ending) <= len("xhtml") else ""


def _answer(shape: Shape) -> str:
    page = shape.reading.page
    return f"answers {page.status}" if page.status else f"does not answer ({page.error})"


def _names(shape: Shape) -> str:
    reading = shape.reading
    if reading.named.whole:
        return "holds the releases itself"
    below = " (below it)" if reading.below else ""
    return f"names releases{below}" if reading.named.items else "names no release"


def _days(shape: Shape) -> str:
    items = shape.reading.named.items
    dated = sum(bool(item.hints.day) for item in items)
    return "" if not items else "beside each release" if dated >= _HALF * len(items) else "not on the list"


def _pager(shape: Shape) -> str:
    listing = shape.reading.listing
    ways = [*filter(None, [listing.next]), *listing.numbered][:1] or listing.archives[:1]
    return pattern(ways) or "none"


def _details(shape: Shape) -> str:
    return pattern(item.url for item in shape.reading.named.items)


def _day_of_release(shape: Shape) -> str:
    if shape.release is None or shape.release.status != 200:
        return ""
    try:
        content = releases(shape.release, shape.reading.family)[0].content
    except READER_FAULTS as error:
        return f"none: {error}"
    return f"from {content.published_from}" if content.published_from else "none"


def _path(shape: Shape) -> str:
    parts = urlsplit(shape.reading.page.url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


_PLACE: dict[str, Callable[[Shape], str]] = {
    "protocol": lambda shape: urlsplit(shape.reading.page.url).scheme,
    "domain": lambda shape: address.host(shape.reading.page.url),
    "press page": _path,
    "answer": _answer,
}
_LOOK: dict[str, Callable[[Shape], str]] = {
    "family": lambda shape: shape.reading.family.name,
    "list": _names,
    "releases at": _details,
    "pager": _pager,
    "days": _days,
    "day of a release": _day_of_release,
    "charset": lambda shape: (
        declared(shape.reading.page.body, shape.reading.page.header("content-type")) or "undeclared"
    ),
}
