"""In what state a source is, and since when: a function of its looks and of its releases' days.

A look is one crawl's result for the source. What a look says is told when the next one, on another day, says
the like: most outages are over by then. What the state was at any time follows from what was known then.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from archive.dates import berlin_day
from archive.health.rhythm import Span, expected_by, usual_gap

INTERRUPTED = "interrupted before the source was finished"
"""How the error of a look begins that was broken off: it says nothing of the source."""

TROUBLES = {
    "failed": "failing", "empty": "empty", "blocked": "blocked", "robots": "robots",
    "challenged": "challenged",
}  # fmt: skip
"""Results of looks at sources that could not be read, and the states that follow from them."""

STATES = ("ok", "late", *TROUBLES.values(), "relaunched", "opted-out")

_SHORT = timedelta(days=4)
"""A shorter silence is never unusual, nor is one below _GAPS usual gaps."""
_GAPS = 2

_NEVER = "~"  # behind every moment


@dataclass(frozen=True, slots=True)
class Look:
    """A row of source_crawls with its crawl's beginning (``at``, UTC)."""

    crawl: str
    at: str
    status: str
    error: str | None
    seen: int
    new: int
    unfinished: str | None

    @property
    def day(self) -> date:
        """The day on which it began."""
        return _day(self.at)

    @property
    def made(self) -> bool:
        """Whether it says anything: it was neither broken off nor put off before the list was read."""
        put_off = self.unfinished is not None and not self.seen and self.status not in TROUBLES
        return not (self.error or "").startswith(INTERRUPTED) and not put_off


@dataclass(frozen=True, slots=True)
class Turn:
    """A source came into a state; ``crawl``: the look that it was told by.

    ``since``: when that began, a UTC moment. ``newest``, ``gap``: its newest release's day and the usual gap,
    as known then, None where there was none; ``expected``: of a late one, by when a release was due at the
    latest; ``error``: what the look said.
    """

    crawl: str
    state: str
    since: str
    newest: date | None
    gap: int | None
    expected: date | None
    error: str | None


def turns(looks: Sequence[Look], releases: Iterable[tuple[str, str | None]], land: str) -> list[Turn]:
    """The states of a source one after another, from its first look on.

    ``looks``: oldest first; ``releases``: (first seen, a UTC moment; ISO day of publication or None).
    """
    source, told = _Source(land), list[Turn]()
    waiting = deque(sorted((at, day or "") for at, day in releases))
    for n, look in enumerate(looks):
        end = looks[n + 1].at if n + 1 < len(looks) else _NEVER
        while waiting and waiting[0][0] < end:
            source.learn(*waiting.popleft())
        if look.made and (turn := source.look(look)):
            told.append(turn)
    return told


@dataclass(slots=True)
class _Source:
    """What is known of a source after some of its looks.

    ``days``: of publication; ``doubted``: the first of the looks in trouble that are not over; ``unread``:
    times of trouble that was told; ``expected``: the newest day of publication, from when silence counts, and
    by when a release is due; ``alarm``: when a silence that was told last ended; ``newest``: the newest day
    of publication when a state was last told.
    """

    land: str
    state: str = ""
    days: list[date] = field(default_factory=list)
    doubted: Look | None = None
    unread: list[Span] = field(default_factory=list)
    expected: tuple[date, date, date] | None = None
    alarm: date | None = None
    newest: date | None = None

    def learn(self, at: str, published: str) -> None:
        """A release was first seen; a day that lies ahead of that is none of publication."""
        seen = _day(at)
        day = min(date.fromisoformat(published), seen) if published else seen
        place = bisect_left(self.days, day)
        if self.days[place : place + 1] != [day]:
            self.days.insert(place, day)

    def look(self, look: Look) -> Turn | None:
        """Heed a look that says something: the state that it brings, None where that stays.

        A silence after the one that was told is another, also where the source was not seen well between.
        """
        before = self.state
        if look.status in TROUBLES:
            self._doubt(look)
        else:
            self._judge(look)
        newest = self.days[-1] if self.days else None
        another = self.state == "late" and self.doubted is None and newest != self.newest
        if self.state == before and not another:
            return None
        self.newest = newest
        late = self.expected[2] if self.expected and self.state == "late" else None
        since = self.doubted.at if self.doubted else f"{newest}T00:00:00Z" if late else look.at
        return Turn(look.crawl, self.state, since, newest, usual_gap(self.days), late, look.error)

    def _doubt(self, look: Look) -> None:
        """Trouble: told at once only of a source that never was well, or that has some already."""
        self.doubted = self.doubted or look
        if not self.state or self.state in TROUBLES.values() or self.doubted.day < look.day:
            self.state = TROUBLES[look.status]

    def _judge(self, look: Look) -> None:
        """A look at a list that could be read, or is not to be asked."""
        if self.doubted and self.state in TROUBLES.values():
            self.unread.append((self.doubted.day, look.day))
        self.doubted = None
        if self.state == "late" and self.expected and self.days[-1] > self.expected[0]:
            self.alarm = look.day
        if look.status == "opted-out":
            self.state = look.status
        elif look.status == "relaunched" or (self.state == "relaunched" and not look.new):
            self.state = "relaunched"
        elif self._is_late(look.day):
            self.state = "late"
        else:
            self.state = "ok"

    def _is_late(self, today: date) -> bool:
        if not self.days:
            return False
        newest, since = self.days[-1], max([self.days[-1], *(end for _, end in self.unread[-1:])])
        silent = today - since
        if silent < _SHORT or silent < _GAPS * timedelta(days=usual_gap(self.days) or 0):
            return False
        if self.expected is None or self.expected[:2] != (newest, since):
            self.expected = (newest, since, expected_by(self.days, self.land, since, self.unread, self.alarm))
        return today > self.expected[2]


def _day(moment: str) -> date:
    """Day in Berlin of a UTC moment."""
    return date.fromisoformat(berlin_day(moment))
