"""What of an observation may be logged: all of it, or what is left of it without what was withdrawn. Pure.

The crawl shields what it logs, a withdrawal what was logged before: both the same way, so that one leaves
nothing that the other would take away.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import urljoin

from archive.model import Note, Observation, Page, Release
from archive.pdf import is_pdf
from archive.tree import Unreadable
from archive.withdrawals import Span, Withdrawn, address_hash, file_hash
from crawler import pages
from crawler.address import is_address, key
from crawler.blacken import blackened
from crawler.families import families
from crawler.pages import Around
from crawler.pen import Pen
from crawler.readers import Readers

_ANY_TIME = "2000-01-01T00:00:00.000000Z"
_CACHED = 1 << 16


@dataclass(frozen=True, slots=True)
class Shielded:
    """What may be logged of an observation.

    ``learned``: hashes of further addresses that proved to lead to a withdrawn text, ``withdrawal``: which.
    """

    observation: Observation
    learned: frozenset[str] = frozenset()
    withdrawal: int | None = None


@lru_cache(maxsize=_CACHED)
def hashes_of(url: str) -> frozenset[str]:
    """Hashes of an address, for every way in which a family may write it; empty where it is none."""
    return frozenset(map(address_hash, keys_of(url)))


def keys_of(url: str) -> set[str]:
    """Keys of an address, for every way in which a family may write it; empty where it is none."""
    return {key(url), *(each.address(url).key for each in families().values())} if is_address(url) else set()


def shield(observation: Observation, withdrawn: Withdrawn, readers: Readers) -> Shielded:
    """What may be logged of an observation; the observation itself where nothing of it was withdrawn."""
    if isinstance(observation, Note) or not withdrawn:
        return Shielded(observation)
    page = observation
    where = frozenset[str]().union(*map(hashes_of, _addresses(page)))
    if (withdrawal := _first(withdrawn, where)) is not None:
        return Shielded(_removed(page, withdrawal))
    own = tuple(span for span in withdrawn.spans if span.addresses & where)
    if page.role == "file" or is_pdf(page):
        return _file(page, withdrawn, where, own, readers)
    if page.role == "release" and page.status == 200:
        withdrawal = next(filter(None, map(withdrawn.text, _texts(page, readers))), None)
        if withdrawal is not None:
            return Shielded(_removed(page, withdrawal), where - withdrawn.hashes.keys(), withdrawal)
    if page.hints.title:
        title = _pen(withdrawn, own).black([page.hints.title], own)[0]
        page = page if title == page.hints.title else replace(page, hints=replace(page.hints, title=title))
    if not page.body or page.role in ("robots", "tdm"):
        return Shielded(page)
    return _blackened(page, withdrawn, own, readers)


def _addresses(page: Page) -> list[str]:
    """Where a page was asked for, where it was found, and where it sends to."""
    target = page.header("location")
    try:
        return [page.url, *page.via, *([urljoin(page.url, target)] if target else [])]
    except ValueError:
        return [page.url, *page.via]


def _first(withdrawn: Withdrawn, hashes: Iterable[str]) -> int | None:
    return next((withdrawn.hashes[each] for each in sorted(hashes) if each in withdrawn.hashes), None)


def _removed(page: Page, withdrawal: int | None) -> Note:
    """The record that stands for a removed page: that there was one, and why there is none."""
    data = {"withdrawal": withdrawal, "role": page.role, "status": page.status}
    return Note(page.at, page.crawl, "removed", page.source, data)


def _file(
    page: Page, withdrawn: Withdrawn, where: frozenset[str], own: tuple[Span, ...], readers: Readers
) -> Shielded:
    """Files are kept or removed as a whole: nothing can be blackened in them."""
    withdrawal = _first(withdrawn, [file_hash(page.body)]) if page.body else None
    text = "\n\n".join(_texts(page, readers)) if withdrawal is None else ""
    if withdrawal is None:
        withdrawal = withdrawn.text(text)
    if withdrawal is not None:
        return Shielded(_removed(page, withdrawal), where - withdrawn.hashes.keys(), withdrawal)
    shows = own and _pen(withdrawn, own).black([text], own) != [text]
    return Shielded(_removed(page, None) if shows else page)


def _texts(page: Page, readers: Readers) -> list[str]:
    """What a page says, in whatever family; nothing where it cannot be read."""
    try:
        if page.role == "file":
            return readers.read(pages.paragraphs, page)
        return [each.content.text for each in readers.read(pages.unknown, _timed(page))[2]]
    except Unreadable:
        return []


def _blackened(page: Page, withdrawn: Withdrawn, own: tuple[Span, ...], readers: Readers) -> Shielded:
    """A page without the entries, the parts and the words that were withdrawn."""
    learned: dict[str, int] = {}
    for part in _parts(page, readers):
        withdrawal = withdrawn.text(part.content.text)
        if withdrawal is not None:
            learned |= dict.fromkeys(_part_hashes(page, part.heading), withdrawal)
    hashes = withdrawn.hashes.keys() | learned.keys()
    pen = replace(_pen(withdrawn, own), parts=lambda heading: bool(_part_hashes(page, heading) & hashes))
    shown = blackened(page, pen)
    if shown is not page:
        staying = [each for each in pen.black(_names(page, readers), own) if not pen.gone(each)]
        if _names(shown, readers) != staying:
            shown = blackened(page, replace(pen, entries=False))
    first = next(iter(learned.values()), None)
    return Shielded(shown, frozenset(learned) - withdrawn.hashes.keys(), first)


def _names(page: Page, readers: Readers) -> list[str]:
    """What a list names, or the paragraphs of a release: all must stay that is not withdrawn itself."""
    try:
        if page.role == "listing":
            _, listing = readers.read(pages.listed, page, Around("generic"))
            return [each.url for each in listing.items]
    except Unreadable:
        return []
    texts = _texts(page, readers) if page.role == "release" else []
    return [paragraph for text in texts for paragraph in text.split("\n\n")]


def _timed(page: Page) -> Page:
    """The page as of some day: before it is logged it has no time, and its words do not depend on it."""
    return page if page.at else replace(page, at=_ANY_TIME)


def _parts(page: Page, readers: Readers) -> list[Release]:
    """The releases that a list's page holds in full."""
    try:
        is_list = page.role == "listing" and page.status == 200
        return readers.read(pages.within, _timed(page), "generic") if is_list else []
    except Unreadable:
        return []


def _part_hashes(page: Page, heading: str) -> frozenset[str]:
    return frozenset(address_hash(f"{each}#{heading}") for each in keys_of(page.url))


def _pen(withdrawn: Withdrawn, own: tuple[Span, ...]) -> Pen:
    def gone(url: str) -> bool:
        return not withdrawn.hashes.keys().isdisjoint(hashes_of(url))

    def spans(url: str) -> list[Span]:
        return (
            [span for span in withdrawn.spans if span.addresses & hashes_of(url)] if withdrawn.spans else []
        )

    return Pen(withdrawn, gone, spans, own)
