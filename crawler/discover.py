"""What a listing or a feed says: its releases, the way to older ones, and its feeds. Pure; asks nobody."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urldefrag, urlsplit

from lxml import etree, html

from archive.dates import find_day, parse_moment
from archive.decode import clean, decode
from archive.model import Address, Hints, Page
from archive.tree import Unreadable, absolute, parse, parse_xml, select, words
from crawler import address
from crawler.api import Api, read_api
from crawler.data import embedded_items, json_addresses, json_items, json_next
from crawler.family import Family
from crawler.learn import is_other_thing, learned_items
from crawler.pager import archives, names_a_time, next_page, numbered_pages
from crawler.split import split


@dataclass(frozen=True, slots=True)
class Item:
    """A release that a listing or feed names."""

    address: Address
    url: str
    hints: Hints


@dataclass(frozen=True, slots=True)
class Listing:
    """What one page of a list leads to; ``next`` is None on its last page, and where only numbers lead on.

    ``numbered``: its other pages that a pager names by number, ascending; ``archives``: lists by year or
    month, newest first; ``data``: JSON that fills the list by script, or frames, where the page itself
    names nothing. ``whole``: the page holds the releases themselves. ``by_script``: the page seems to be
    filled by script.
    ``reservation``: what the page says of text and data mining (TDM Reservation Protocol, header or meta
    element), None where it says nothing.
    """

    items: tuple[Item, ...]
    next: str | None = None
    numbered: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    archives: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    whole: bool = False
    by_script: bool = False
    reservation: str | None = None

    @property
    def ends_with_newest(self) -> bool:
        """Whether the days of a list rise and numbers lead to its other pages: its news are on the last."""
        days = [item.hints.day for item in self.items if item.hints.day]
        rise = len(days) >= _FEWEST and days == sorted(days) and days[0] < days[-1]
        return rise and bool(self.numbered)


_OF_THE_OFFICE = re.compile(
    r"/(?:presse-?(?:verteiler|kontakte?|stelle|fotos?)|verteiler|ansprechpartner(?:innen)?|kontakt|newsletter)(?:\.\w+)?/?$",
    re.IGNORECASE,
)
_OTHER_FEEDS = re.compile(
    r"veranstaltung|termin|kalender|kommentar|comment|ausschreib|vergabe|stellen|amtsblatt|event|job",
    re.IGNORECASE,
)
_TITLE = 500
_FEWEST = 3


def read_listing(page: Page, family: Family, homes: Iterable[str]) -> Listing:
    """Releases, next page and feeds that a list's page names. Raises Unreadable when it is no page of text.

    ``homes``: addresses of the source; links to other sites are left out.
    """
    sites = {address.site(url) for url in (page.url, *homes) if url}
    if is_json(page):
        body = decode(page.body)
        following = json_next(body, page.url)
        ours = following if following and _is_ours(following, sites) else None
        return Listing(_items(json_items(body, page.url), page, family, sites), ours)
    tree = parse(page)
    meta = next((e.get("content") for e in select(tree, "meta[name=tdm-reservation]")), None)
    reservation = page.header("tdm-reservation") or meta
    return replace(_read_listing(tree, page, family, sites), reservation=reservation)


def read_described(page: Page, family: Family, homes: Iterable[str], described: Api) -> Listing:
    """Releases and next page of a JSON listing of the register. Raises Unreadable where it is none."""
    sites = {address.site(url) for url in (page.url, *homes) if url}
    asked = (*page.via, page.url)[0]
    found, following = read_api(described, decode(page.body, page.header("content-type")), asked)
    here = following if following and _is_ours(following, sites) else None
    return Listing(_items(found, page, family, sites), here)


def _read_listing(tree: html.HtmlElement, page: Page, family: Family, sites: set[str]) -> Listing:
    listing = Listing(
        (),
        next=next_page(tree, page.url, family),
        numbered=numbered_pages(tree, page.url),
        feeds=tuple(_feeds(tree, sites)),
        archives=archives(tree, page.url, page.at[:10]),
    )
    if split(tree):
        return replace(listing, whole=True)
    elsewhere = (*json_addresses(tree, page.url), *_frames(tree, page.url))
    data = [url for url in elsewhere if _is_ours(url, sites)]
    embedded, by_script = embedded_items(tree, page.url), _is_by_script(tree)
    blocks = [_block(element, family) for element in select(tree, family.items)]
    learned = [b for b in blocks if b] or learned_items(tree, page.url)
    entries = [b for b in learned if b[0] not in listing.archives and not names_a_time(b[1])]
    items = _items(entries, page, family, sites)
    if items := _with_more(items, _items(embedded, page, family, sites)):
        return replace(listing, items=items)
    return replace(listing, data=tuple(data), by_script=by_script)


def _with_more(shown: tuple[Item, ...], told: tuple[Item, ...]) -> tuple[Item, ...]:
    """Entries that a list shows, and those that its JSON has beside them and a script shows on demand."""
    keys = {item.address.key for item in shown}
    if not keys <= {item.address.key for item in told}:
        return shown
    return (*shown, *(item for item in told if item.address.key not in keys))


def _items(
    found: Iterable[tuple[str, str, str | None]], page: Page, family: Family, sites: set[str]
) -> tuple[Item, ...]:
    items: dict[str, Item] = {}
    for url, title, day in found:
        if _is_ours(url, sites) and urldefrag(url)[0] != urldefrag(page.url)[0]:
            item = Item(family.address(url), url, Hints("listing", title[:_TITLE], day))
            items.setdefault(item.address.key, item)
    items = {key: i for key, i in items.items() if not is_of_the_office(i.url)} or items
    others = {key for key, item in items.items() if is_other_thing(item.url, item.hints.title or "")}
    # a list of hardly anything else lies under such an address, or is not ours to judge
    rest = tuple(item for key, item in items.items() if key not in others)
    return rest if len(rest) >= min(_FEWEST, len(others)) else tuple(items.values())


def is_of_the_office(url: str) -> bool:
    """Whether an address is that of a page on the press office itself: whom to ask, how to be told."""
    return _OF_THE_OFFICE.search(urlsplit(url).path) is not None


def _is_by_script(tree: html.HtmlElement) -> bool:
    """Whether a page says that it needs scripts, or waits for them."""
    asks = " ".join(words(each) for each in select(tree, "noscript"))
    waits = select(
        tree, "[data-src], [data-url], [id$=app], [class*=loading], [class*=spinner], [aria-busy=true]"
    )
    return "javascript" in asks.lower() or bool(waits)


def _frames(tree: html.HtmlElement, base: str) -> list[str]:
    """Pages that a page shows within itself."""
    framed = (absolute(base, frame.get("src")) for frame in select(tree, "iframe[src], frame[src]"))
    return [url for url in framed if url]


def _is_ours(url: str, sites: set[str]) -> bool:
    return address.is_address(url) and address.site(url) in sites


def is_json(page: Page) -> bool:
    """Whether an answer is JSON, by its type and its beginning."""
    return "json" in (page.header("content-type") or "").lower() and page.body.lstrip()[:1] in (b"{", b"[")


def read_feed(page: Page, family: Family) -> Listing:
    """Releases that an RSS or Atom feed names. Raises Unreadable when it is none."""
    try:
        root = parse_xml(page)
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"not a feed: {error}") from error
    entries = [] if root is None else [e for e in root.iter(etree.Element) if _local(e) in ("item", "entry")]
    if root is None or (not entries and _local(root) not in ("rss", "feed", "RDF")):
        raise Unreadable("not a feed: neither RSS nor Atom")
    items = [item for entry in entries if (item := _feed_item(entry, page.url, family))]
    return Listing(tuple({item.address.key: item for item in items}.values()))


def _block(element: html.HtmlElement, family: Family) -> tuple[str, str, str | None] | None:
    """(address, title, day) of one entry of a list; None when it links nowhere."""
    heading = next(iter(select(element, family.item_title)), None)
    links = [*(heading.iter("a") if heading is not None else ()), *element.iter("a")]
    if element.tag == "a":
        links.insert(0, element)
    if heading is not None and heading.getparent() is not None and heading.getparent().tag == "a":
        links.insert(0, heading.getparent())
    link = next((each for each in links if each.get("href", "").startswith("http")), None)
    if link is None:
        return None
    dated = next(iter(select(element, family.item_date)), None)
    when = parse_moment(dated.get("datetime") or words(dated)) if dated is not None else None
    title = words(heading) if heading is not None else words(link)
    return link.get("href"), title, when[0] if when else find_day(words(element))


def _feeds(tree: html.HtmlElement, sites: set[str]) -> list[str]:
    """Feeds that a page names, but for those of events, jobs, comments and the like."""
    found = []
    for link in select(tree, "link[rel~=alternate][href]"):
        kind = link.get("type", "")
        about = f"{link.get('title', '')} {link.get('href')}"
        if ("rss" in kind or "atom" in kind) and not _OTHER_FEEDS.search(about):
            found.append(link.get("href"))
    return [feed for feed in dict.fromkeys(found) if address.is_address(feed) and address.site(feed) in sites]


def _feed_item(entry: etree._Element, base: str, family: Family) -> Item | None:
    values = {_local(child): child for child in entry if isinstance(child.tag, str)}
    link = values.get("link")
    url = "" if link is None else (link.get("href") or link.text or "")
    guid = values.get("guid")
    if not url.strip() and guid is not None and guid.get("isPermaLink", "true") == "true":
        url = guid.text or ""
    if not url.strip():
        return None
    whole = absolute(base, url.strip())
    if whole is None or not address.is_address(whole):
        return None
    dated = next((values[name] for name in ("pubDate", "published", "date") if name in values), None)
    when = parse_moment(dated.text or "") if dated is not None else None
    title = clean("".join(map(str, values["title"].itertext())))[:_TITLE] if "title" in values else None
    return Item(family.address(whole), whole, Hints("feed", title, *(when or (None, None))))


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname
