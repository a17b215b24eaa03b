"""What a source's answers lead to: further pages of lists, feeds, sitemaps, releases. Asks nobody itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice

from archive.files import files
from archive.model import Hints, Page
from archive.presence import are_waiting, many_are_missing, others_are_missing
from crawler import address
from crawler.discover import Item, Listing
from crawler.ingest import REGISTER, Outcome
from crawler.plan import again, evenly, is_due, is_due_again, is_old
from crawler.recorder import Recorder
from crawler.tdm import address_of
from crawler.walk import Ask, Before, Place, Walk

RECHECKS = 100
"""Known releases that are looked at again in one crawl of a source, when it is not a full one."""

OTHERS = 10
"""Releases that are asked before one that was missing is."""

RESERVATIONS_DAYS, FILES_DAYS = 30, 30
"""So long what a host reserves (TDM), and a file that could not be read, is not asked again."""

CHEAP, FILES_SHARE = 3, 1.25
"""A crawl that asks fewer pages than this, or than so many a release asked, may ask files, too."""

FEW_FILES = 2
"""So many files a crawl of a whole list asks in any case."""

BARREN = 2
"""So many lists by month in a row may bring nothing new before no further one is looked for."""

FEW, FEW_KNOWN = 5, 0.1
"""With fewer releases nothing is said of a relaunch; as large a share of a new list may be known before."""

MADE_ANEW = "the site seems to be made anew, check press, feed, family"
MOST_MISSING = "of {1} known releases that were asked {0} are missing: " + MADE_ANEW

BY_SCRIPT = (
    "its list is filled by script, and neither sitemap, feed nor JSON was found: it needs attention; name its"
    " feed or api in the register"
)


class Leads:
    """Puts into walks what is to be asked next, by what the archive knows already.

    ``full``: every listing page and known release again.
    """

    def __init__(self, recorder: Recorder, *, full: bool) -> None:
        self._recorder = recorder
        self._full = full
        self._hosts: set[str] = set()

    def begin(self, walk: Walk) -> None:
        """The head of the list, and where the last crawl stopped before the list was walked."""
        archive, source, only_new = self._recorder.archive, walk.source, walk.only_new
        walk.failed = {key: (n, at) for _, key, _, n, at in archive.unread(source.id)}
        heads = (source.press, source.api and source.api.start)
        self._resume(walk, [each for each in walk.resumed if each.url in heads])
        if only_new and source.api:
            self._to_feeds(walk, ())  # the JSON is the list; its page only shows it
        elif walk.opens(source.press, whole=False):
            walk.ask(Ask(source.press, "listing", whole=not only_new, conditional=only_new))
        self._resume(walk, walk.resumed)

    def _resume(self, walk: Walk, asks: Sequence[Ask]) -> None:
        """Pages that were put off, as they were wanted then: each once."""
        for each in asks:
            feed = each.role == "feed"
            if walk.first_visit(f"feed:{each.url}") if feed else walk.opens(each.url, whole=False):
                walk.ask(each)

    def take_up(self, walk: Walk) -> None:
        """Say how much of a source's list this crawl walks; before the crawl is noted as its last one."""
        archive, source = self._recorder.archive, walk.source.id
        walk.before = Before(archive.family(source), archive.there(source))
        if not self._full:
            paused = self._recorder.state.walk(source) if archive.paused(source) else None
            walk.take_up(paused, walked=archive.walked(source))

    def after(self, walk: Walk, page: Page, outcome: Outcome, ask: Ask) -> None:
        """What the answer to an Ask leads to."""
        if outcome.challenged:
            walk.challenged(page, outcome.unreadable or "")
        elif page.role == "release":
            walk.moved += any(saved.change != "new" for saved in outcome.saved) and not ask.known
        elif page.role in ("tdm", "file"):
            self._after_seldom_asked(page, ask)
        elif page.role == "feed":
            if outcome.listing:
                walk.checked.append(replace(page, body=b""))
                self._to_new(walk, outcome.listing.items)
        elif page.role == "sitemap":
            if outcome.listing:
                self._to_new(walk, outcome.listing.items)
                self.to_sitemaps(walk, outcome.listing.archives)
        elif page.role == "listing":
            if outcome.listing is None:
                _no_list(walk, page, outcome, ask)
            else:
                self._after_listing(walk, page, outcome, outcome.listing, ask)
            self._to_feeds(walk, outcome.listing.feeds if outcome.listing else ())

    def after_failure(self, walk: Walk, page: Page, ask: Ask, status: str) -> None:
        """What is asked although nothing usable came."""
        if page.role == "file" or (page.role == "tdm" and status == "robots"):
            self._recorder.state.looked(ask.url, page.at)
        if page.role == "listing":
            walk.listing_failed(status, page.error or "")
            self._to_feeds(walk, ())

    def to_reservations(self, walk: Walk) -> None:
        """What the host of the list reserves of text and data mining: once a crawl, and seldom."""
        url = address_of(walk.source.press)
        if url not in self._hosts and is_old(self._recorder.state.looked_at(url), RESERVATIONS_DAYS):
            self._hosts.add(url)
            walk.ask(Ask(url, "tdm", conditional=True))

    def _after_seldom_asked(self, page: Page, ask: Ask) -> None:
        self._recorder.state.looked(ask.url, page.at)
        if page.status != 304 and page.url == ask.url:
            self._recorder.state.remember(page)

    def to_sitemaps(self, walk: Walk, urls: Sequence[str]) -> None:
        """Sitemaps, each once."""
        for url in urls:
            if walk.opens(url, whole=False):
                walk.ask(Ask(url, "sitemap"))

    def to_unread(self, walk: Walk) -> None:
        """Releases that were named earlier, but could not be read or were not come to."""
        for url, key, hints, failures, failed_at in self._recorder.archive.unread(walk.source.id):
            if key not in walk.asked and is_due(failures, failed_at):
                walk.asked.add(key)
                walk.ask(Ask(url, "release", hints))

    def to_known(self, walk: Walk) -> None:
        """Known releases: all of them in a full crawl, else those that are due; the longest unseen first."""
        archive = self._recorder.archive
        known = [each for each in archive.known(walk.source.id) if each.address.key not in walk.asked]
        known.sort(key=lambda each: each.last_ok_at)
        if not self._full:
            now = datetime.now(UTC)
            known = [each for each in known if is_due_again(each, now)][:RECHECKS]
        for each in known:
            walk.ask(again(walk, archive, each))
            walk.rechecked.add(each.address.key)

    def to_others(self, walk: Walk) -> None:
        """Where a release is missing, others, before it is asked again: is it the release, or the site?

        They are taken evenly from the oldest to the newest.
        """
        archive, source = self._recorder.archive, walk.source.id
        if not are_waiting(archive.db, source):
            return
        known = [each for each in archive.known(source) if not each.gone and not each.missing]
        others = [each for each in known if each.address.key not in walk.asked]
        for each in evenly(others, OTHERS):
            walk.asked.add(each.address.key)
            walk.rechecked.add(each.address.key)
            walk.ask(again(walk, archive, each))

    def to_files(self, walk: Walk) -> None:
        """PDF files that releases link to, while the crawl stays cheap; those of re-checked releases again.

        Where the list was walked before, the files of new releases are read at once.
        """
        recorder, source = self._recorder, walk.source
        sites = {address.site(url) for url in source.addresses}
        known = [each for each in files(recorder.archive.db, source.id) if address.site(each.url) in sites]
        for each in known:
            if each.read and each.keys & walk.rechecked:
                walk.ask(Ask(each.url, "file", conditional=True))
        unread = [e for e in known if not e.read and is_old(recorder.state.looked_at(e.url), FILES_DAYS)]
        fresh = {each.url for each in unread if walk.only_new and each.keys & walk.asked}
        spare = int(max(CHEAP, FILES_SHARE * len(walk.asked))) - recorder.counts[source.id].requests
        least = 0 if walk.only_new else FEW_FILES
        older = [each.url for each in unread if each.url not in fresh][: max(least, spare)]
        for url in (*sorted(fresh), *older):
            walk.ask(Ask(url, "file"))

    def relaunch(self, walk: Walk) -> str | None:
        """Why a source's site seems to have been made anew, and what to look at; None where it does not.

        Its list says so, or most of the known releases that were asked are missing.
        """
        others = others_are_missing(self._recorder.archive.db, walk.source.id, self._recorder.crawl)
        return self._list_made_anew(walk) or (MOST_MISSING.format(*others) if others else None)

    def _list_made_anew(self, walk: Walk) -> str | None:
        """What a list shows of that its site was made anew; None where it shows nothing.

        Nearly nothing on its list was known before, though much of the source was, and there is another sign
        of it: new addresses lead to known releases, another page family, many known releases missing.
        """
        archive, source, before = self._recorder.archive, walk.source.id, walk.before
        if before.releases < FEW or walk.listed_known > FEW_KNOWN * walk.listed or not walk.read:
            return None
        family = archive.family(source)
        other_family = before.family not in ("", family)
        if walk.listed < FEW and not other_family:
            return None
        signs = {
            f"its page family was {before.family} and is {family}": other_family,
            f"{walk.moved} lead to known releases": walk.moved >= max(FEW, walk.listed / 2),
            "many known releases are missing": many_are_missing(archive.db, source),
        }
        seen = "; ".join(sign for sign, there in signs.items() if there)
        listed = f"of {walk.listed} addresses on its list {walk.listed_known} were known"
        return f"{listed}; {seen}: {MADE_ANEW}" if seen else None

    def _after_listing(self, walk: Walk, page: Page, outcome: Outcome, listing: Listing, ask: Ask) -> None:
        if listing.by_script:
            walk.hint = BY_SCRIPT
        if (listing.items or listing.whole) and not listing.ends_with_newest:
            walk.checked.append(replace(page, body=b""))
        new = any(saved.change == "new" for saved in outcome.saved)
        unknown = new or any(not self._known(item) for item in listing.items)
        within = [saved.release.address.key for saved in outcome.saved]
        walk.listed_known += sum(self._known(i) for i in listing.items if i.address.key not in walk.seen)
        news = walk.read_list(page, listing.items, within, whole=ask.whole)
        self._to_new(walk, listing.items)
        turns = listing.ends_with_newest and ask.place == "head" and not ask.whole
        place: Place = "back" if turns or ask.place == "back" else "next"
        onward = (*filter(None, [listing.next]), *listing.numbered)
        ways = listing.numbered[::-1] if place == "back" else onward
        if following := walk.following(ways, news=news, unknown=unknown or turns, whole=ask.whole):
            walk.ask(Ask(following, "listing", page.hints, whole=ask.whole, place=place))
        self._to_lists(walk, listing, replace(ask, barren=0 if news else ask.barren + 1), unknown=unknown)

    def _to_lists(self, walk: Walk, listing: Listing, ask: Ask, *, unknown: bool) -> None:
        """JSON that fills a list, and lists by time: all of them, or the newest where the rest is known.

        Beside a pager, lists by time wait until that has ended: mostly they repeat what it led to.
        """
        for url in listing.data:
            if walk.opens(url, whole=ask.whole):
                walk.ask(Ask(url, "listing", whole=ask.whole, conditional=not ask.whole))
        by_pager = ask.place == "next" or listing.next or listing.numbered
        if by_pager and ask.place != "archive":
            walk.later = listing.archives or walk.later
        elif ask.barren <= BARREN:
            fresh = (url for url in listing.archives if walk.opens(url, whole=ask.whole))
            told = listing.items and (listing.feeds or walk.source.feed)
            for url in fresh if ask.whole else islice(fresh, unknown or (ask.place == "head" and not told)):
                walk.ask(replace(ask, url=url, hints=Hints(), conditional=not ask.whole, place="archive"))

    def to_archives(self, walk: Walk) -> None:
        """A list by time where a pager led on, too: only if it brings news, others are read.

        The oldest, where the whole list is walked; else the newest, if the pager led to nothing known.
        """
        newest, oldest = walk.later[:1], walk.later[-1:]
        beyond = () if walk.listed_known else newest
        for url in beyond if walk.only_new else oldest:
            if walk.opens(url, whole=not walk.only_new):
                walk.ask(Ask(url, "listing", whole=not walk.only_new, place="archive", barren=BARREN))

    def _to_feeds(self, walk: Walk, found: Sequence[str]) -> None:
        """The register's JSON and feed, else feeds that the list's first page names: it tells the family."""
        api, feed, only_new = walk.source.api, walk.source.feed, walk.only_new
        if api and walk.opens(api.start, whole=False):
            walk.ask(Ask(api.start, "listing", Hints(REGISTER), whole=not only_new, conditional=only_new))
        channel = REGISTER if feed else "listing"
        for url in [feed] if feed else found:
            if walk.first_visit(f"feed:{url}"):
                walk.ask(Ask(url, "feed", Hints(channel), conditional=only_new))

    def _to_new(self, walk: Walk, items: Sequence[Item]) -> None:
        """Releases that this crawl meets for the first time and the archive does not know."""
        for item in walk.unseen(items):
            if not self._known(item) and is_due(*walk.failed.get(item.address.key, (0, ""))):
                walk.asked.add(item.address.key)
                walk.ask(Ask(item.url, "release", item.hints))

    def _known(self, item: Item) -> bool:
        return self._recorder.archive.knows(item.address.key)


def _no_list(walk: Walk, page: Page, outcome: Outcome, ask: Ask) -> None:
    """A list's page brought none: because it is as before, or because it could not be read.

    A menu may name a year or month that has no page (any more): that cuts nothing short.
    """
    if ask.place == "archive" and page.status in (404, 410):
        return
    if page.status == 304 and page.conditions:
        walk.not_modified()
    elif not walk.is_past_end(page):
        status = "blocked" if page.status in (401, 403, 429) else "failed"
        walk.listing_failed(status, outcome.unreadable or f"{page.url} answered {page.status}")
