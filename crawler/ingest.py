"""The one way from an observation to rows: the crawl goes it page by page, a rebuild with the whole log."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from archive.captures import Damage, Logged, read
from archive.db import Archive
from archive.model import Address, Note, Page, Release, Sighting
from archive.save import Change, missing, save, sighted, unchanged
from archive.tree import Unreadable
from crawler.address import key
from crawler.discover import Listing, read_feed, read_listing
from crawler.families import families
from crawler.family import Family, detect, releases


@dataclass(frozen=True, slots=True)
class Saved:
    """A release with its id and what this observation changed."""

    id: int
    change: Change
    release: Release


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one page brought. ``unreadable`` says why it brought nothing, None if there was nothing."""

    family: str = ""
    saved: tuple[Saved, ...] = ()
    listing: Listing | None = None
    gone: bool = False
    unreadable: str | None = None


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


def _page(archive: Archive, page: Page) -> Outcome:
    if page.status is None or page.role == "robots":
        return Outcome()
    if page.role == "release":
        return _release(archive, page)
    return _listing(archive, page) if page.status == 200 else Outcome()


def _release(archive: Archive, page: Page) -> Outcome:
    family = families().get(page.family, families()["generic"])
    asked = family.address((*page.via, page.url)[0])
    if page.status == 304:
        unchanged(archive.db, page, asked.key)
    elif page.status in (404, 410) or (page.status == 200 and _is_home(archive, page)):
        return Outcome(family.name, gone=missing(archive.db, page, asked.key, certain=page.status == 410))
    elif page.status == 200:
        try:
            found = releases(page, family)
        except Unreadable as error:
            return Outcome(family.name, unreadable=str(error))
        return Outcome(family.name, tuple(Saved(*save(archive.db, page, each), each) for each in found))
    return Outcome(family.name)


def _is_home(archive: Archive, page: Page) -> bool:
    """Whether a release's address redirected to the source's home or press page: the release is not there."""
    return bool(page.via) and key(page.url) in {key(url) for url in archive.homes(page.source)}


def _listing(archive: Archive, page: Page) -> Outcome:
    try:
        family = _family(page)
        homes = archive.homes(page.source)
        listing = read_feed(page, family) if page.role == "feed" else read_listing(page, family, homes)
    except Unreadable as error:
        return Outcome(page.family, unreadable=str(error))
    sighted(archive.db, page, [Sighting(Address(i.url, i.address.key), i.hints) for i in listing.items])
    archive.read_with(page.source, family.name)
    return Outcome(family.name, listing=listing)


def _family(page: Page) -> Family:
    if page.family in families():
        return families()[page.family]
    return detect(page, families())[0]
