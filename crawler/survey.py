"""What one look at a source met: its list, feed, sitemap, where its home page leads. Pure; asks nobody."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from archive.model import Page
from archive.tree import parse, words
from crawler import address
from crawler.discover import Item, Listing, is_json, read_feed, read_listing
from crawler.families import families
from crawler.family import Family, detect
from crawler.readers import READER_FAULTS
from crawler.sitemap import read_sitemap
from crawler.sources import Source

SHARED_HOSTS = frozenset({"presse-service.de"})
"""Sites on which many authorities publish: the only ones beside its own that a home page may lead to."""

NO_FAMILY = families()["generic"]

_PRESS = (
    r"presse-?(?:mitteilung|meldung|information|bericht|nachricht)",
    r"presse-?(?:archiv|service|portal|dienst)",
    r"aktuelle[ -](?:meldung|nachricht|mitteilung)",
    r"\bpresse\b",
    r"\bmeldungen\b|\bnachrichten\b",
    r"\baktuelles\b|\bnews\b",
)
_LABEL = 6  # words: what is longer is no menu's label, but a release's title
_MUCH = 50_000  # characters: in so many the name of whoever publishes stands
_NOT_PRESS = re.compile(
    r"kontakt|abonn|newsletter|akkredit|verteiler|fotos?\b|bilder|termine|rss", re.IGNORECASE
)


@dataclass(slots=True)
class Reading:
    """A page of a list as read: with which family, why that, and what it names. ``error``: why nothing.

    ``below``: the list by year or the JSON that it leads to, where it names nothing itself.
    """

    page: Page
    family: Family = NO_FAMILY
    why: str = ""
    listing: Listing = field(default_factory=lambda: Listing(()))
    error: str | None = None
    below: Reading | None = None

    @property
    def named(self) -> Listing:
        """What it names, or what is named below it."""
        return self.below.listing if self.below else self.listing

    @property
    def names_releases(self) -> bool:
        """Whether it is a list: pages that hold the releases themselves count, too."""
        return bool(self.named.items) or self.named.whole


@dataclass(slots=True)
class Look:
    """All that one look at a source met. None: not asked, as neither entry nor what was met called for it.

    ``press``: its press page, ``home``: its home page, ``other``: a press page that one of them leads to.
    ``feed``: (address, items in it or why there are none); ``sitemap`` likewise. ``release``: the newest.
    """

    source: Source
    press: Reading | None = None
    home: Page | None = None
    other: Reading | None = None
    feed: tuple[str, Listing | str] | None = None
    sitemap: tuple[str, int | str] | None = None
    release: Page | None = None
    imprint: Page | None = None

    @property
    def list(self) -> Reading | None:
        """The page that names the releases, None where none was met; a home page only where no other does."""
        both = (self.other, self.press) if self.at_home else (self.press, self.other)
        return next((r for r in both if r and r.names_releases), None)

    @property
    def at_home(self) -> bool:
        """Whether the press page leads to the home page, which may have teasers of releases."""
        if self.press is None or not self.press.page.via:
            return False
        homes = {address.key(url) for url in (self.source.homepage, origin(self.source.press)) if url}
        return address.key(self.press.page.url) in homes

    @property
    def works(self) -> bool:
        """Whether the entry's press page or feed leads to releases."""
        in_feed = self.feed is not None and not isinstance(self.feed[1], str) and bool(self.feed[1].items)
        return in_feed or (self.list is not None and self.list is self.press)

    @property
    def lost(self) -> bool:
        """Whether the press page is not where the entry says: not named, gone, or leads to the home page."""
        if self.press is None:
            return True
        return self.press.page.status in (404, 410) or (self.at_home and self.list is not self.press)

    @property
    def newest(self) -> str | None:
        """ISO day of the newest release that list or feed name, None when they say no days."""
        items = list(self.list.named.items) if self.list else []
        if self.feed and not isinstance(self.feed[1], str):
            items += self.feed[1].items
        return max((item.hints.day for item in items if item.hints.day), default=None)


def read_list(page: Page, source: Source) -> Reading:
    """A page as a crawl would read it as this source's list, but with the family that it shows itself."""
    if page.status != 200:
        return Reading(page, error=page.error or f"answered {page.status}")
    try:
        family, why = (NO_FAMILY, "JSON") if is_json(page) else _family(page, source)
        listing = read_listing(page, family, (source.homepage, source.press))
    except READER_FAULTS as error:
        return Reading(page, error=str(error)[:300])
    return Reading(page, family, why, listing)


def _family(page: Page, source: Source) -> tuple[Family, str]:
    """The entry's family where the page bears a mark of it, or of none; else the one with most marks."""
    named = families().get(source.family or "")
    if named is None:
        return detect(page, families())
    found = detect(page, {"generic": NO_FAMILY, named.name: named})
    other = found if found[0] is named else detect(page, families())
    return (named, "no mark of it, but of no other either") if other[0] is NO_FAMILY else other


def count_feed(page: Page, family: Family) -> Listing | str:
    """What a feed names, or why it names nothing."""
    if page.status != 200:
        return page.error or f"answered {page.status}"
    try:
        return read_feed(page, family)
    except READER_FAULTS as error:
        return str(error)[:300]


def count_sitemap(page: Page, reading: Reading, press: str) -> int | str:
    """How many releases a sitemap names, or what else it is."""
    if page.status != 200:
        return page.error or f"answered {page.status}"
    try:
        found = read_sitemap(page, reading.family, press, [item.url for item in reading.named.items])
    except READER_FAULTS as error:
        return str(error)[:300]
    return f"index of {len(found.archives)}" if found.archives else len(found.items)


def press_links(page: Page) -> list[str]:
    """Addresses that a home page calls its press releases, the likeliest first."""
    try:
        tree = parse(page)
    except READER_FAULTS:
        return []
    here = address.site(page.url)
    found: dict[str, float] = {}
    for link in tree.iter("a"):
        url, text = link.get("href", ""), f"{words(link)} {link.get('title', '')}"
        if not address.is_address(url) or address.site(url) not in {here, *SHARED_HOSTS}:
            continue
        label = len(text.split()) <= _LABEL
        rank = min(_rank(text), _rank(_last_part(url)) + 0.5) if label else len(_PRESS)
        if rank < len(_PRESS) and not _NOT_PRESS.search(text) and address.key(url) != address.key(page.url):
            found[url] = min(rank, found.get(url, rank))
    return sorted(found, key=lambda url: found[url])


def _last_part(url: str) -> str:
    """What an address calls the page itself, not the folders around it."""
    path = re.sub(r"/(?:index\.\w+)?$", "", urlsplit(url).path)
    return path.rpartition("/")[2].replace("-", " ")


def _rank(text: str) -> float:
    return next((n for n, words_ in enumerate(_PRESS) if re.search(words_, text, re.IGNORECASE)), len(_PRESS))


def imprint_link(page: Page) -> str | None:
    """Address of the imprint that a page names, None where it names none."""
    try:
        links = list(parse(page).iter("a"))
    except READER_FAULTS:
        return None
    found = (a.get("href") for a in links if re.match(r"\W*impressum", words(a), re.IGNORECASE))
    return next(
        (url for url in found if address.is_address(url) and address.site(url) == address.site(page.url)),
        None,
    )


def text_of(page: Page | None) -> str:
    """The first words of a page; empty where there is none or it cannot be read."""
    if page is None or page.status != 200:
        return ""
    try:
        return words(parse(page))[:_MUCH]
    except READER_FAULTS:
        return ""


def title_of(page: Page | None) -> str:
    """A page's title; empty where it has none."""
    if page is None or page.status != 200:
        return ""
    try:
        return " ".join((parse(page).findtext(".//title") or "").split())[:300]
    except READER_FAULTS:
        return ""


def first_item(look: Look) -> Item | None:
    """The newest release that list, else feed, name."""
    named = list(look.list.named.items) if look.list else []
    if look.feed and not isinstance(look.feed[1], str):
        named += look.feed[1].items
    return next(iter(named), None)


def origin(url: str) -> str:
    """Address of a host's root; empty for no address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/" if url else ""
