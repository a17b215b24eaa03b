"""Family: how the press pages of one CMS look. Which one a page belongs to, and the releases on it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import html

from archive.model import Address, Page, Release
from archive.pdf import is_pdf, read_pdf
from archive.text import Rules, kind, read_tree
from archive.tree import absolute, base_of, parse, select
from crawler import address
from crawler.split import split


@dataclass(frozen=True, slots=True)
class Family:
    """One CMS family as data: CSS selectors, and a function only where a selector cannot say it.

    ``marks``: selectors of which a listing or release of the family matches at least one; ``url_mark``: a
    pattern in its address. ``items``, ``item_title``, ``item_date``: one entry of a listing and its parts,
    empty to learn them from the page. ``next``: link to older entries. ``canonical``: the one address of a
    release that all others lead to; ``identity``: its key, where the address alone does not tell.
    """

    name: str
    marks: tuple[str, ...] = ()
    url_mark: str = ""
    items: str = ""
    item_title: str = ""
    item_date: str = ""
    next: str = ""
    rules: Rules = Rules()  # noqa: RUF009 - frozen, so it can be shared
    canonical: Callable[[str], str] = address.plain
    identity: Callable[[str], str | None] = lambda _url: None

    def address(self, url: str) -> Address:
        """An address of a release with the key that all its spellings share."""
        canonical = self.canonical(url)
        return Address(canonical, self.identity(url) or address.key(canonical))


def detect(
    page: Page, families: dict[str, Family], tree: html.HtmlElement | None = None
) -> tuple[Family, str]:
    """(family, reason) for a listing or release page: the family it bears most marks of, else the generic.

    ``tree`` saves parsing where the caller has done so; it stays as it is. Raises Unreadable when the page is
    no page of text.
    """
    tree = parse(page, links=False) if tree is None else tree
    best, seen = families["generic"], list[str]()
    for family in families.values():
        found = marks(page, family, tree)
        if len(found) > len(seen):
            best, seen = family, found
    return best, "; ".join(seen) or "no mark of a known family"


def marks(page: Page, family: Family, tree: html.HtmlElement) -> list[str]:
    """Marks of a family that a page, with its tree, bears."""
    found = [mark for mark in family.marks if select(tree, mark)]
    by_address = family.url_mark and re.search(family.url_mark, page.url, re.IGNORECASE)
    return [*found, f"address like {family.url_mark}"] if by_address else found


def releases(page: Page, family: Family, tree: html.HtmlElement | None = None) -> list[Release]:
    """The releases on a page, read from its bytes alone. Raises archive.tree.Unreadable when it has none.

    ``tree`` saves parsing where the caller has done so; it is used up.
    """
    if is_pdf(page):
        text = read_pdf(page)
        return [Release(family.address(page.url), text, _via(page, family), kind=kind(text))]
    tree = parse(page, links=False) if tree is None else tree
    claimed = _claimed(tree, page.url)
    text = read_tree(tree, page, family.rules)
    own = family.address(page.url)
    other = family.address(claimed) if claimed else own
    return [Release(own, text, _via(page, family), other if other.url != own.url else None, kind(text))]


def _via(page: Page, family: Family) -> tuple[Address, ...]:
    """Addresses that redirected to a page."""
    own = family.address(page.url)
    return tuple(each for each in map(family.address, page.via) if each.key != own.key)


def releases_within(page: Page, family: Family) -> list[Release]:
    """The releases that a list's page holds in full, each with its heading; empty where there are none."""
    found = list[Release]()
    where, taken = family.address(page.url), set[str]()
    for part in reversed(split(parse(page))):
        text = read_tree(part.tree, page, Rules())
        # of a series the last, which mostly is the oldest, keeps its bare heading when new ones come
        heading = part.heading if part.heading not in taken else f"{part.heading} {text.published_on}"
        taken.add(heading)
        fragment = part.anchor or re.sub(r"\W+", "-", heading.lower())
        own = Address(f"{where.url.partition('#')[0]}#{fragment}", f"{where.key}#{heading}")
        found.append(Release(own, text, kind=kind(text), heading=heading))
    return found[::-1]


def _claimed(tree: html.HtmlElement, url: str) -> str | None:
    """The canonical address that a page claims, if believable: on its own site and not the home page."""
    for link in select(tree, "link[rel=canonical]"):
        claim = absolute(base_of(tree, url), link.get("href", "")) or ""
        believable = address.is_address(claim) and address.site(claim) == address.site(url)
        if (
            believable
            and urlsplit(claim).path.strip("/")
            and address.net(urlsplit(claim).hostname or "") == address.net(urlsplit(url).hostname or "")
        ):
            return claim
    return None
