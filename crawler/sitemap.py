"""Sitemaps: which of their addresses are releases, judged by those that the list names."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from lxml import etree

from archive.model import Hints, Page
from archive.tree import Unreadable, parse_xml
from crawler import address
from crawler.discover import Item, Listing, is_of_the_office
from crawler.family import Family

MOST = 50_000
"""As many addresses a sitemap may name by its own standard; more are left out."""

_PRESS = re.compile(r"press|meldung|nachricht|aktuell|news", re.IGNORECASE)
_SUB = 20
_LARGEST = 8 << 20


def read_sitemap(page: Page, family: Family, press: str, listed: Iterable[str]) -> Listing:
    """Releases that a sitemap names; ``archives``: the sitemaps of an index. Raises Unreadable otherwise.

    ``listed``: addresses that the source's list named. Of the sitemap's those count that lie where several of
    them do; where the list named none, those below the press page.
    """
    root = parse_xml(replace(page, body=unpacked(page.body)))
    kind = "" if root is None else etree.QName(root).localname
    if root is None or kind not in ("urlset", "sitemapindex"):
        raise Unreadable("not a sitemap")
    found = [(each.text or "").strip() for each in root.iter("{*}loc")][:MOST]
    here = [url for url in found if address.is_address(url) and address.host(url) == address.host(page.url)]
    if kind == "sitemapindex":
        press_first = sorted(here, key=lambda url: not _PRESS.search(url))
        return Listing((), archives=tuple(press_first[:_SUB]))
    wanted = _where(listed)
    lies = [url for url in here if (_place(url) in wanted if wanted else _below(url, press))]
    chosen = [url for url in lies if not is_of_the_office(url) and address.key(url) != address.key(press)]
    items = {
        item.address.key: item for item in (Item(family.address(u), u, Hints("sitemap")) for u in chosen)
    }
    return Listing(tuple(items.values()))


def is_packed(body: bytes) -> bool:
    """Whether a file is gzip by itself (.xml.gz)."""
    return body.startswith(b"\x1f\x8b")


def unpacked(body: bytes) -> bytes:
    """The sitemap in a file that may be packed, cut where a page's own limit is. Raises Unreadable."""
    if not is_packed(body):
        return body
    try:
        return zlib.decompressobj(wbits=31).decompress(body, _LARGEST)
    except zlib.error as error:
        raise Unreadable(f"not a sitemap: {error}") from error


def _where(listed: Iterable[str]) -> set[str]:
    """Places in which at least two of the listed addresses lie."""
    return {place for place, count in Counter(map(_place, listed)).items() if count > 1}


def _place(url: str) -> str:
    """Folder of an address, its numbers (years, months) left open.

    >>> _place("https://k.example/presse/2026/03/radweg-fertig.html")
    'k.example/presse/0/0/'
    """
    parts = urlsplit(url)
    return address.host(url).removeprefix("www.") + re.sub(r"\d+", "0", parts.path.rpartition("/")[0]) + "/"


def _below(url: str, press: str) -> bool:
    folder = (
        urlsplit(press).path.rpartition("/")[0] if "." in press.rpartition("/")[2] else urlsplit(press).path
    )
    path = urlsplit(url).path
    return (
        len(folder.strip("/")) > 0
        and path.startswith(folder.rstrip("/") + "/")
        and path.strip("/") != folder.strip("/")
    )
