"""The one way from an observation to rows: the crawl goes it page by page, a rebuild with the whole log."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from archive.captures import Damage, Logged, read
from archive.dates import berlin_day
from archive.db import Archive
from archive.files import keep_file
from archive.model import Address, Note, Page, Release, Sighting
from archive.presence import missing, unchanged
from archive.reservations import reservations, reserve, reserve_host
from archive.save import Change, save, sighted, unread
from crawler.absent import leads_home, says_not_found, says_not_now
from crawler.address import host, is_address
from crawler.api import api
from crawler.challenge import challenge
from crawler.discover import Listing, is_json, read_described, read_feed, read_listing
from crawler.families import families
from crawler.family import Family, detect
from crawler.readers import READER_FAULTS, read_file, read_releases, read_within, told
from crawler.sitemap import read_sitemap
from crawler.tdm import read_rules, reserved

REGISTER = "register"
"""What leads to a feed or JSON listing that the register names (the channel in the hints to its page)."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A release with its id and what this observation changed."""

    id: int
    change: Change
    release: Release


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one page brought. ``unreadable`` says why it brought nothing, None when nothing was to come.

    ``challenged``: a bot wall answered in its place, so that it says nothing of what was asked for.
    """

    saved: tuple[Saved, ...] = ()
    listing: Listing | None = None
    gone: bool = False
    unreadable: str | None = None
    challenged: bool = False


def ingest(archive: Archive, logged: Logged) -> Outcome:
    """Bring one record of the log into the rows, in one transaction."""
    with archive.reading(logged):
        if isinstance(logged.observation, Note):
            archive.note(logged.observation)
            return Outcome()
        return _page(archive, logged.observation)


def catch_up(archive: Archive, captures: Path) -> tuple[int, list[Damage]]:
    """Bring all of a log that is not yet in the rows into them: (records, unreadable stretches)."""
    records, damages = 0, []
    for entry in read(captures, archive.read_to()):
        if isinstance(entry, Damage):
            with archive.reading(entry):
                damages.append(entry)
        else:
            ingest(archive, entry)
            records += 1
    return records, damages


def in_order(archive: Archive, captures: Path) -> bool:
    """Whether what the log holds beyond the rows only continues it.

    It does not when a file came in later that began earlier (a log of another machine), or when a file is
    shorter than it was (a power cut): the rows must be made again then.
    """
    read_to = archive.read_to()
    sizes = {path.name: path.stat().st_size for path in captures.glob("*.warc.gz")}
    if any(sizes.get(name, end) < end for name, end in read_to.items()):
        return False
    unread_yet = (entry for entry in read(captures, read_to) if isinstance(entry, Logged))
    first = next(unread_yet, None)
    return first is None or first.observation.at > archive.last_at()


def _page(archive: Archive, page: Page) -> Outcome:
    archive.expect(page.crawl, page.source, page.at)
    if page.role not in ("robots", "tdm") and (wall := challenge(page)):
        return Outcome(unreadable=wall, challenged=True)
    if page.role == "release":
        return _release(archive, page)
    if page.role == "file":
        return _file(archive, page)
    if page.role in ("listing", "feed", "sitemap") and page.status == 200:
        return _listing(archive, page)
    if page.role == "tdm" and page.status in (200, 404, 410):
        _reserve_host(archive, page)
    return Outcome()


def _release(archive: Archive, page: Page) -> Outcome:
    family = _family(archive, page)
    asked = family.address((*page.via, page.url)[0])
    if page.status == 304 and page.conditions:
        unchanged(archive.db, page, asked.key)
        return Outcome()
    if page.status == 200 and not leads_home(page, archive.homes(page.source)):
        return _save(archive, page, family, asked)
    if page.status is not None and 300 <= page.status < 400 and is_address(_target(page)):
        return Outcome()
    unread(archive.db, page, asked.key)
    if page.status in (200, 404, 410):
        return _missing(archive, page, asked, certain=page.status == 410)
    return Outcome(unreadable=None if page.status is None else f"answered {page.status}")


def _file(archive: Archive, page: Page) -> Outcome:
    """A file that releases link to; only PDF files are read."""
    if page.status != 200:
        return Outcome(unreadable=None if page.status in (None, 304) else f"answered {page.status}")
    try:
        text = read_file(page)
    except READER_FAULTS as error:
        return Outcome(unreadable=told(error))
    keep_file(archive.db, page, (*page.via, page.url)[0], text)
    return Outcome()


def _missing(archive: Archive, page: Page, asked: Address, *, certain: bool = False) -> Outcome:
    """The release is not there: what that makes of it, and what to tell of the page."""
    gone = missing(archive.db, page, asked.key, certain=certain)
    return Outcome(gone=gone, unreadable=f"answered {page.status}, but the release is not there")


def _target(page: Page) -> str:
    """Where an answer redirects to; empty where it does not."""
    try:
        return urljoin(page.url, page.header("location") or "") if page.header("location") else ""
    except ValueError:
        return ""


def _save(archive: Archive, page: Page, family: Family, asked: Address) -> Outcome:
    try:
        found = read_releases(page, family.name)
    except READER_FAULTS as error:
        unread(archive.db, page, asked.key)
        return Outcome(unreadable=told(error))
    if all(says_not_now(each.content) for each in found):
        unread(archive.db, page, asked.key)
        return Outcome(unreadable=f"answered 200, but says only „{found[0].content.title}“")
    if all(says_not_found(each.content) for each in found):
        unread(archive.db, page, asked.key)
        return _missing(archive, page, asked)
    saved = tuple(Saved(*save(archive.db, page, each), each) for each in found)
    gone = [missing(archive.db, page, old, certain=False) for old in _left(archive, saved)]
    return Outcome(saved, gone=any(gone))


def _left(archive: Archive, saved: tuple[Saved, ...]) -> list[str]:
    """Keys of addresses that redirected here, but were those of other releases, which are gone from there."""
    left = []
    for each in saved:
        left += [via.key for via in each.release.via if archive.read_at(via.key) not in (None, each.id)]
    return left


def _listing(archive: Archive, page: Page) -> Outcome:
    try:
        family = _family(archive, page)
        homes = archive.homes(page.source)
        listing = _read(archive, page, family, homes)
    except READER_FAULTS as error:
        return Outcome(unreadable=told(error))
    if page.role == "feed" and not _trusted(archive, page, listing):
        return Outcome(unreadable="names no release that the list names: taken for another feed")
    sighted(archive.db, page, [Sighting(Address(i.url, i.address.key), i.hints) for i in listing.items])
    if page.role != "listing":
        return Outcome(listing=listing)
    if not _is_data(page):
        archive.read_with(page.source, family.name)
        _reserve(archive, page.source, listing.reservation)
    try:
        within = read_within(page, family.name) if listing.whole else []
    except READER_FAULTS as error:
        return Outcome(listing=listing, unreadable=told(error))
    return Outcome(tuple(Saved(*save(archive.db, page, each), each) for each in within), listing)


def _reserve(archive: Archive, source: str, said: str | None) -> None:
    """What a list says of text and data mining counts before what its host's file says of it."""
    press = archive.homes(source)[1]
    in_file = None if said else reserved(reservations(archive.db, host(press)), press)
    reserve(archive.db, source, said or in_file, "list" if said else "file")


def _reserve_host(archive: Archive, page: Page) -> None:
    """A host's file on text and data mining, or that there is none, for all sources on the host."""
    where = host((*page.via, page.url)[0])
    rules = read_rules(page.body) if page.status == 200 else []
    for source, press in reserve_host(archive.db, where, rules, page.at):
        if host(press) == where:
            reserve(archive.db, source, reserved(rules, press), "file")


def _read(archive: Archive, page: Page, family: Family, homes: tuple[str, ...]) -> Listing:
    if page.role == "feed":
        return read_feed(page, family)
    if page.role == "sitemap":
        return read_sitemap(page, family, homes[1] if homes else "", archive.listed(page.source))
    described = api(archive.entry(page.source).get("api")) if page.hints.channel == REGISTER else None
    return read_described(page, family, homes, described) if described else read_listing(page, family, homes)


def _trusted(archive: Archive, page: Page, feed: Listing) -> bool:
    """Whether a feed is one of releases: the register says so, or it names one that the list names, too."""
    return page.hints.channel == REGISTER or archive.lists(page.source, [i.address.key for i in feed.items])


def _family(archive: Archive, page: Page) -> Family:
    """The family that the register names for the day, else a list's own; for other pages that of the list."""
    named = archive.family_then(page.source, berlin_day(page.at)) or page.family
    if named in families():
        return families()[named]
    if page.role == "listing":
        found = detect(page, families())[0] if not _is_data(page) else None
        return found or families().get(archive.family(page.source), families()["generic"])
    return families().get(archive.family(page.source), families()["generic"])


def _is_data(page: Page) -> bool:
    """Whether a list is JSON, which says nothing of the page family."""
    return is_json(page) or page.hints.channel == REGISTER
