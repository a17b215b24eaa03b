"""What is read of one page, by what it is for: functions of it and of plain values, for any process.

Each raises archive.tree.Unreadable, and where a page is hostile any of readers.READER_FAULTS.
"""

from __future__ import annotations

from dataclasses import dataclass

from archive.model import Page, Release
from archive.pdf import is_pdf, pdf_paragraphs
from archive.tree import parse
from crawler import family as reading
from crawler.api import Api
from crawler.discover import Listing, read_described, read_feed, read_listing
from crawler.families import families
from crawler.sitemap import read_sitemap


@dataclass(frozen=True, slots=True)
class Around:
    """What is known of a list's source that bears on how the list is read.

    ``family``: None where the list itself tells it; ``homes``: home and press page; ``api``: a JSON listing
    of the register; ``listed``: addresses that the source's list named, for its sitemap.
    """

    family: str | None
    homes: tuple[str, ...] = ()
    api: Api | None = None
    listed: tuple[str, ...] = ()


def released(page: Page, family: str) -> list[Release]:
    """The releases on a page or in a file, read as one of this family."""
    return reading.releases(page, families()[family])


def within(page: Page, family: str) -> list[Release]:
    """The releases that a list's page holds in full."""
    return reading.releases_within(page, families()[family])


def listed(page: Page, around: Around) -> tuple[str, Listing]:
    """(name of the family, what the list leads to) of a listing, feed or sitemap."""
    family = families()[around.family] if around.family else reading.detect(page, families())[0]
    return family.name, _listing(page, family, around)


def paragraphs(page: Page) -> list[str]:
    """Paragraphs of a PDF file that releases link to, empty where it has no text."""
    return pdf_paragraphs(page.body)


def unknown(page: Page) -> tuple[str, str, list[Release]]:
    """(family, why that, releases) of a page of which nothing is known."""
    if is_pdf(page):
        return "generic", "a PDF file", released(page, "generic")
    tree = parse(page, links=False)
    family, reason = reading.detect(page, families(), tree)
    return family.name, reason, reading.releases(page, family, tree)


def _listing(page: Page, family: reading.Family, around: Around) -> Listing:
    if page.role == "feed":
        return read_feed(page, family)
    if page.role == "sitemap":
        return read_sitemap(page, family, around.homes[1] if around.homes else "", around.listed)
    if around.api:
        return read_described(page, family, around.homes, around.api)
    return read_listing(page, family, around.homes)
