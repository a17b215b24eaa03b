"""The one way from an observation to rows: the crawl goes it page by page, a rebuild with the whole log."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin

from archive.captures import Damage, Logged
from archive.channels import titles
from archive.dates import berlin_day
from archive.db import Archive
from archive.files import keep_file
from archive.identity import follow, renamed
from archive.model import Address, Note, Page, Release, Sighting, Text
from archive.presence import left_out, missing, said_at, shown_elsewhere, unchanged
from archive.reservations import reservations, reserve, reserve_host
from archive.save import Change, save, sighted, unread
from archive.tree import Unreadable
from crawler import pages
from crawler.absent import (
    is_another,
    is_other_by_now,
    is_unnamed,
    leads_home,
    lists_others,
    says_not_found,
    says_not_now,
)
from crawler.address import host, is_address
from crawler.api import api
from crawler.challenge import challenge
from crawler.discover import Listing, is_json
from crawler.families import families
from crawler.family import Family
from crawler.pages import Around
from crawler.readers import Late, Readers
from crawler.tdm import read_rules, reserved

_LISTS = ("listing", "feed", "sitemap")
_OLDER = 3  # releases that stay on a page below one that is taken from it

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
    ``late``: reading it was given up, for it took too long.
    ``replaced``: how many releases link to a file that is another than before.
    """

    saved: tuple[Saved, ...] = ()
    listing: Listing | None = None
    gone: bool = False
    unreadable: str | None = None
    challenged: bool = False
    late: bool = False
    replaced: int = 0


def ingest(archive: Archive, logged: Logged, readers: Readers) -> Outcome:
    """Bring one record of the log into the rows, in one transaction."""
    with archive.reading(logged):
        if isinstance(logged.observation, Note):
            archive.note(logged.observation)
            return Outcome()
        outcome = _page(archive, logged.observation, readers)
    readers.forget(logged.observation)
    return outcome


def begin(archive: Archive, logged: Logged | Damage, readers: Readers) -> Future[Any] | None:
    """Begin to read an observation's page in another process, as its list is read by now; None: not begun.

    If ``ingest`` comes to want it read otherwise, it reads it anew.
    """
    page = logged.observation if isinstance(logged, Logged) else None
    if not isinstance(page, Page) or page.status != 200:
        return None
    if page.role == "release":
        return readers.begin(pages.released, page, _family(archive, page).name)
    if page.role == "file":
        return readers.begin(pages.paragraphs, page)
    return readers.begin(pages.listed, page, _around(archive, page)) if page.role in _LISTS else None


def _page(archive: Archive, page: Page, readers: Readers) -> Outcome:
    archive.expect(page.crawl, page.source, page.at)
    if page.role not in ("robots", "tdm") and (wall := challenge(page)):
        return Outcome(unreadable=wall, challenged=True)
    if page.role == "release":
        return _release(archive, page, readers)
    if page.role == "file":
        return _file(archive, page, readers)
    if page.role in _LISTS and page.status == 200:
        return _listing(archive, page, readers)
    if page.role == "tdm" and page.status in (200, 404, 410):
        _reserve_host(archive, page)
    return Outcome()


def _release(archive: Archive, page: Page, readers: Readers) -> Outcome:
    family = _family(archive, page)
    asked = family.address((*page.via, page.url)[0])
    if page.status == 304 and page.conditions:
        unchanged(archive.db, page, asked.key)
        return Outcome()
    if page.status == 200 and not leads_home(page, archive.homes(page.source)):
        return _save(archive, page, readers, family, asked)
    if page.status is not None and 300 <= page.status < 400 and is_address(_target(page)):
        return Outcome()
    unread(archive.db, page, asked.key)
    if page.status in (200, 404, 410):
        return _missing(archive, page, asked, certain=page.status == 410)
    return Outcome(unreadable=None if page.status is None else f"answered {page.status}")


def _file(archive: Archive, page: Page, readers: Readers) -> Outcome:
    """A file that releases link to; only PDF files are read."""
    if page.status != 200:
        return Outcome(unreadable=None if page.status in (None, 304) else f"answered {page.status}")
    try:
        text = readers.read(pages.paragraphs, page)
    except Unreadable as error:
        return _unreadable(error)
    return Outcome(replaced=keep_file(archive.db, page, (*page.via, page.url)[0], text))


def _unreadable(error: Unreadable) -> Outcome:
    return Outcome(unreadable=str(error), late=isinstance(error, Late))


def _missing(archive: Archive, page: Page, asked: Address, *, certain: bool = False) -> Outcome:
    """The release is not there: what that makes of it, and what to tell of the page."""
    follow(archive.db, asked.key)
    gone = missing(archive.db, page, asked.key, certain=certain)
    return Outcome(gone=gone, unreadable=f"answered {page.status}, but the release is not there")


def _target(page: Page) -> str:
    """Where an answer redirects to; empty where it does not."""
    try:
        return urljoin(page.url, page.header("location") or "") if page.header("location") else ""
    except ValueError:
        return ""


def _save(archive: Archive, page: Page, readers: Readers, family: Family, asked: Address) -> Outcome:
    try:
        found = readers.read(pages.released, page, family.name)
    except Unreadable as error:
        unread(archive.db, page, asked.key)
        return _unreadable(error)
    if all(says_not_now(each.content) for each in found):
        unread(archive.db, page, asked.key)
        return Outcome(unreadable=f"answered 200, but says only „{found[0].content.title}“")
    if all(_is_absent(archive, page, readers, asked, each.content) for each in found):
        unread(archive.db, page, asked.key)
        return _missing(archive, page, asked)
    called = list(filter(None, [page.hints.title, *titles(archive.db, page.source, asked.key)]))
    by = str(archive.entry(page.source).get("name", ""))
    if all(is_another(each.content, called, by) for each in found):
        unread(archive.db, page, asked.key)
        return Outcome(unreadable=f"answered 200 with „{found[0].content.title}“ in place of „{called[0]}“")
    strange = [each.content for each in found if is_unnamed(each.content, called, by)]
    if len(strange) == len(found) and all(_shows_other(archive, page, asked, each) for each in strange):
        unread(archive.db, page, asked.key)
        return _missing(archive, page, asked)
    saved = tuple(Saved(*save(archive.db, page, each), each) for each in found)
    gone = [missing(archive.db, page, old, certain=False) for old in _left(archive, saved)]
    return Outcome(saved, gone=any(gone))


def _is_absent(archive: Archive, page: Page, readers: Readers, asked: Address, now: Text) -> bool:
    """Whether a page says that nothing is there, or shows a list, or another's words, for a known release."""
    before = said_at(archive.db, [asked.key])
    if says_not_found(now) or not before or not is_other_by_now(now, before[0]):
        return says_not_found(now)
    try:
        listing = readers.read(pages.listed, page, _around(archive, page))[1]
    except Unreadable:
        return False
    named = said_at(archive.db, [item.address.key for item in listing.items])
    return lists_others(now, before[0], named) or shown_elsewhere(archive.db, page, asked.key, now.sha256)


def _shows_other(archive: Archive, page: Page, asked: Address, now: Text) -> bool:
    """Whether a known release's page has other words than it had, or an unknown one's those of another."""
    before = said_at(archive.db, [asked.key])
    if before:
        return is_other_by_now(now, before[0])
    return shown_elsewhere(archive.db, page, asked.key, now.sha256)


def _left(archive: Archive, saved: tuple[Saved, ...]) -> list[str]:
    """Keys of addresses that redirected here, but were those of other releases, which are gone from there."""
    left = []
    for each in saved:
        left += [via.key for via in each.release.via if archive.read_at(via.key) not in (None, each.id)]
    return left


def _listing(archive: Archive, page: Page, readers: Readers) -> Outcome:
    try:
        family, listing = readers.read(pages.listed, page, _around(archive, page))
    except Unreadable as error:
        return _unreadable(error)
    if page.role == "feed" and not _trusted(archive, page, listing):
        return Outcome(unreadable="names no release that the list names: taken for another feed")
    sighted(archive.db, page, [Sighting(Address(i.url, i.address.key), i.hints) for i in listing.items])
    if page.role != "listing":
        return Outcome(listing=listing)
    if not _is_data(page):
        archive.read_with(page.source, family)
        _reserve(archive, page.source, listing.reservation)
    try:
        within = readers.read(pages.within, page, family) if listing.whole else []
    except Unreadable as error:
        return replace(_unreadable(error), listing=listing)
    return replace(_held(archive, page, within), listing=listing) if within else Outcome(listing=listing)


def _held(archive: Archive, page: Page, within: Sequence[Release]) -> Outcome:
    """The releases that a page holds itself; what it leaves out of those that it held is missing."""
    where = _family(archive, page).address(page.url).key
    left = left_out(archive.db, page, where, [each.address.key for each in within], older=0)
    held = [renamed(archive.db, each, left) for each in within]
    keys = [each.address.key for each in held]
    saved = tuple(Saved(*save(archive.db, page, each), each) for each in held)
    left = left_out(archive.db, page, where, keys, older=_OLDER)
    gone = [missing(archive.db, page, former.key, certain=False) for _, former in left]
    return Outcome(saved, gone=any(gone))


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


def _trusted(archive: Archive, page: Page, feed: Listing) -> bool:
    """Whether a feed is one of releases: the register says so, or it names one that the list names, too.

    Where the list names none, as one that is filled by script, its page's feed takes its place.
    """
    named = [item.address.key for item in feed.items]
    register = page.hints.channel == REGISTER
    return register or archive.lists(page.source, named) or archive.is_fed(page.source)


def _around(archive: Archive, page: Page) -> Around:
    """What bears on how a list is read; its family is the register's for the day, else the list's own."""
    tells = page.role == "listing" and not _is_data(page)
    family = _named(archive, page) if tells else _family(archive, page).name
    described = api(archive.entry(page.source).get("api")) if page.hints.channel == REGISTER else None
    listed = tuple(archive.listed(page.source)) if page.role == "sitemap" else ()
    return Around(family, archive.homes(page.source), described, listed)


def _family(archive: Archive, page: Page) -> Family:
    """The family that the register names for the day, else that of the source's list."""
    name = _named(archive, page) or archive.family(page.source)
    return families().get(name, families()["generic"])


def _named(archive: Archive, page: Page) -> str | None:
    """The family that the register names for the day of an observation, None where it names none."""
    name = archive.family_then(page.source, berlin_day(page.at)) or page.family
    return name if name in families() else None


def _is_data(page: Page) -> bool:
    """Whether a list is JSON, which says nothing of the page family."""
    return is_json(page) or page.hints.channel == REGISTER
