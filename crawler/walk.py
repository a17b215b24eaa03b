"""The way of one crawl through one source: what is asked, what is still open, and how it ended."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from archive.health.states import INTERRUPTED
from archive.model import Hints, Page, Role
from crawler.address import key
from crawler.discover import Item
from crawler.ingest import REGISTER
from crawler.recorder import Counts
from crawler.report import Result
from crawler.sources import Source

Place = Literal["head", "next", "back", "archive"]

_MANY = 3
"""So many pages must be unreadable before that says something of the source and not of the page."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A request that a walk wants to make.

    ``whole``: the list that the page belongs to is wanted to its end, and not only as far as it is unknown.
    ``conditional``: with the validators that the server gave. ``known``: a release was read there before.
    ``place``: a list's first page, a later one, one on the way back from its last, or a list by time;
    ``barren``: how many of those in a row on the way there brought nothing new.
    """

    url: str
    role: Role
    hints: Hints = field(default_factory=Hints)
    whole: bool = False
    conditional: bool = False
    known: bool = False
    place: Place = "head"
    barren: int = 0


@dataclass(frozen=True, slots=True)
class Before:
    """What the archive had of a source when the crawl began: its page family, and how many releases."""

    family: str = ""
    releases: int = 0


class Walk:
    """State of one source in one crawl.

    ``pages``: how many listing pages at most. ``waiting``: what is to be asked next, ``under_way``: how many
    are asked now. ``only_new``: the archive has the whole list, so only its head is of interest. ``checked``:
    listing and feed pages whose validators may be kept when all that they lead to is captured. ``resumed``:
    pages of lists that the last crawl put off. ``unfinished`` says why this crawl puts some off, None while
    it does not. ``listed_known``: addresses on the list that were known before; ``moved``: new addresses that
    led to known releases.
    """

    def __init__(self, source: Source, *, pages: int) -> None:
        self.source = source
        self.only_new = False
        self.failed: dict[str, tuple[int, str]] = {}
        self.waiting: deque[Ask] = deque()
        self.under_way = 0
        self.seen: dict[str, Item] = {}
        self.asked: set[str] = set()
        self.rechecked: set[str] = set()
        self.within: set[str] = set()
        self.checked: list[Page] = []
        self.finished = False
        self.resumed: list[Ask] = []
        self.unfinished: str | None = None
        self.before = Before()
        self.later: tuple[str, ...] = ()
        self.listed_known = 0
        self.moved = 0
        self.hint = "look at the page and check press, feed and family"
        self._pages_left = pages
        self._visited: set[str] = set()
        self._status: str | None = None
        self._error: str | None = None
        self._on_list: set[str] = set()
        self._not_modified = False
        self._put_off: list[Ask] = []
        self._challenges = 0
        self._late = 0
        self._erred = ""
        self._done: set[str] = set()

    @property
    def idle(self) -> bool:
        """Whether nothing of this source is waiting or under way."""
        return not self.waiting and not self.under_way

    @property
    def names_nothing(self) -> bool:
        """Whether neither list nor feed named or held a release, as of a site under repair."""
        return not self.seen and not self.within and not self._not_modified

    def reads_on(self, stage: str) -> bool:
        """Whether a further stage (sitemap, unread, known) begins now: each once, if the list was read."""
        return self._status is None and self.first_visit(f"stage {stage}")

    def unseen(self, items: Iterable[Item]) -> list[Item]:
        """Those of these items that this crawl meets for the first time."""
        fresh = [item for item in items if item.address.key not in self.seen]
        self.seen.update((item.address.key, item) for item in fresh)
        return fresh

    def ask(self, ask: Ask) -> None:
        """Put a request at the end of what is waiting."""
        self.waiting.append(ask)

    def take_up(self, kept: dict[str, Any] | None, *, walked: bool) -> None:
        """Begin where the last crawl ended: ``walked``: it read the whole list; ``kept``: it was paused.

        A list of which the first page was not come to was not walked at all.
        """
        left = kept["left"] if kept else []
        asks = [Ask(url, role, Hints(channel), whole) for url, role, channel, whole in left]
        nothing_yet = any(each.whole and each.url == self.source.press for each in asks)
        self.only_new = walked or (kept is not None and not nothing_yet)
        if kept and self.only_new:
            self.resumed, self._done = asks, set(kept["done"])

    def put_off(self, ask: Ask, why: str) -> None:
        """Leave a request to the next crawl; releases need not be kept, because a list named them."""
        if ask.role == "tdm":
            return
        self.unfinished = why
        if ask.role != "release":
            self._put_off.append(ask)

    def kept(self) -> dict[str, Any]:
        """What ``take_up`` needs, as plain JSON: pages put off, and keys of those not to be walked again."""
        left = [(each.url, each.role, each.hints.channel, each.whole) for each in self._put_off]
        return {"left": left, "done": sorted(self._done)}

    def read_list(self, page: Page, items: Iterable[Item], within: Iterable[str], *, whole: bool) -> bool:
        """A list's page was read: whether it brought items that no earlier page of the list had.

        ``within``: keys of the releases that the page holds itself. ``whole``: the list is walked to its end.
        """
        keys = set(map(key, (page.url, *page.via)))
        self._visited |= keys
        self._done |= keys if whole else set()
        self.within.update(within)
        named = {item.address.key for item in items} | set(within)
        news = not named <= self._on_list
        self._on_list |= named
        return news

    def following(self, ways: Iterable[str], *, news: bool, unknown: bool, whole: bool) -> str | None:
        """The list's next page, if it is wanted: of the ways to it the first that was not gone yet.

        It is while pages bring items that the list has not named yet (a pager that repeats its last page ends
        there) and, where the whole list was walked before, items that the archive does not know.
        """
        wanted = news and (unknown or whole)
        return next((url for url in ways if wanted and self.opens(url, whole=whole)), None)

    def opens(self, url: str, *, whole: bool) -> bool:
        """Whether a further page of lists is asked: each once, and not more than a crawl may."""
        seen = key(url) in self._visited or (whole and key(url) in self._done)
        if seen or self._pages_left <= 1:
            return False
        self._visited.add(key(url))
        self._pages_left -= 1
        return True

    def first_visit(self, url: str) -> bool:
        """Whether this address is met for the first time; it is remembered."""
        new = url not in self._visited
        self._visited.add(url)
        return new

    def not_modified(self) -> None:
        """The server says that the list is as it was when all of it was captured."""
        self._not_modified = True

    def listing_failed(self, status: str, reason: str) -> None:
        """A page of the list could not be read. The first ends the source so; a later one cuts it short."""
        if self._status is None and not (self._on_list or self._not_modified):
            self._status, self._error = status, reason
        elif self._error is None:
            self._error = f"list cut short: {reason}"

    def challenged(self, page: Page, why: str) -> None:
        """A bot wall answered: in place of a list, or of several releases, that ends the source."""
        self._challenges += 1
        if page.role == "listing" or self._challenges >= _MANY:
            self._status, self._error = "challenged", why
            self.waiting.clear()

    def held_up(self, why: str) -> None:
        """A page took too long to read: several of them end the source, for all others wait behind each."""
        self._late += 1
        if self._late >= _MANY:
            self._status, self._error = "failed", f"{self._late} of its pages {why}; the rest was not asked"
            self.waiting.clear()

    def is_past_end(self, page: Page) -> bool:
        """Whether a numbered page of the register's JSON is refused because the one before was the last."""
        api = self.source.api
        numbered = api is not None and api.start != api.url and page.hints.channel == REGISTER
        return numbered and page.status in (400, 404) and key(page.url) != key(api.start if api else "")

    def erred(self, what: str) -> None:
        """This program failed at an answer, and cannot know any more when the source is finished."""
        self._erred = self._erred or f": {what}"

    def interrupted(self) -> None:
        """The crawl was stopped before this source was finished."""
        self._status, self._error = "failed", INTERRUPTED + self._erred

    @property
    def read(self) -> bool:
        """Whether pages of the list could be read, and none says that it is as before or holds releases."""
        return self._status is None and not self._error and not self._not_modified and not self.within

    @property
    def listed(self) -> int:
        """How many releases the list named."""
        return len(self._on_list)

    def result(self, counts: Counts, relaunch: str | None = None) -> Result:
        """How the source ended. ``relaunch``: why its site seems to be made anew, None where it does not."""
        self.finished = True
        status, error = self._status, self._error
        if status is None and error:
            status = "failed"
        if status is None and self._challenges and not counts.read:
            status, error = "challenged", next(reversed(counts.failures.values()))
        if status is None and relaunch:
            status, error = "relaunched", relaunch
        if status is None and self.names_nothing and not self.unfinished:
            status = "empty"
            error = f"no release found on {self.source.press}; {self.hint}"
        if status is None and counts.failed >= _MANY and not counts.read:
            why = next(reversed(counts.failures.values()))
            status, error = "failed", f"none of {counts.failed} releases could be read: {why}"
        if status is None:
            status = "ok" if counts.new or counts.changed or counts.gone else "unchanged"
        return Result(self.source.id, status, error, counts, self.unfinished)
