"""How authorities publish, for simulations: habits of many kinds, day by day, and what breaks.

Nothing here knows how anybody looks for breakages.
"""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from dateutil.easter import easter

YEAR = 365
SOUTH_AND_WEST = ("BW", "BY", "HE", "NW", "RP", "SL")
NORTH_AND_EAST = ("NI", "SH", "MV", "BB", "ST", "TH")
KINDS = (
    "frozen",
    "silent stop",
    "empty",
    "404",
    "503",
    "blocked",
    "robots",
    "challenge",
    "relaunch",
    "relaunch, old list stays",
)


@dataclass(frozen=True)
class Habit:
    """How one authority publishes, when all is well.

    ``a_day``: releases on an ordinary working day; ``style``: random, bursty or planned (a day of the week, every
    ``every`` weeks); ``week``: what each day of the week has; ``rest``: of a working day on holidays; ``lulls``: what
    is left in summer (``summer``: first day of the year of its six weeks) and around Christmas; ``away``: of the
    year the person who publishes is away, in weeks of their own; ``drift``: factor a year; ``turn``: day on
    which the rate changes by ``factor``.
    """

    land: str
    a_day: float
    style: str
    every: int
    week: tuple[float, ...]
    rest: float
    summer: int
    lulls: tuple[float, float]
    away: float
    burst: float
    drift: float
    turn: int
    factor: float

    def steady(self, day: int) -> Habit:
        """This habit as it is on a day (counted from the first), without any further change."""
        return replace(self, a_day=self.level(day), drift=1.0, turn=10**9)

    def level(self, day: int) -> float:
        """Releases on an ordinary working day, at that time."""
        return self.a_day * self.drift ** (day / YEAR) * (self.factor if day >= self.turn else 1.0)


@dataclass(frozen=True)
class Day:
    """What was published on a day, and the chance that anything would be, by the habit alone."""

    day: date
    releases: int
    chance: float


def habit(random: Random) -> Habit:
    """Any authority: from several releases a day to one a month."""
    a_week = math.exp(random.uniform(math.log(0.23), math.log(25)))
    style = random.choices(("random", "bursty", "planned"), (50, 35, 15))[0]
    week = [random.gammavariate(6, 1) for _ in range(5)] + [random.choice((0, 0, 0.1, 0.5)) for _ in range(2)]
    return Habit(
        land=random.choice(SOUTH_AND_WEST + NORTH_AND_EAST), a_day=a_week / 5, style=style,
        every=1 if a_week > 1 else random.choice((1, 2, 4)),
        week=tuple(5 * each / sum(week[:5]) for each in week), rest=random.uniform(0, 0.3),
        summer=random.randint(172, 212), lulls=(random.uniform(0.3, 1), random.uniform(0, 0.5)),
        away=random.choice((0, 0.02, 0.06)) if a_week < 5 else 0, burst=random.uniform(0, 2),
        drift=math.exp(random.gauss(0, 0.2)), turn=random.choice([10**9] * 6 + [random.randint(500, 1400)]),
        factor=math.exp(random.choice((-1, 1)) * random.uniform(0.4, 1.2)),
    )  # fmt: skip


def days(has: Habit, first: date, number: int, random: Random) -> Iterator[Day]:
    """So many days of an authority's life."""
    mood, away, stir = 0.0, 0, 0
    planned = _plan(has, first, number, random) if has.style == "planned" else {}
    for n in range(number):
        day = first + timedelta(days=n)
        usual = _share(has, day)
        mood = 0.85 * mood + random.gauss(0, 0.5)
        away = away - 1 if away else (random.randint(5, 14) if random.random() < has.away / 7 else 0)
        stir = stir - 1 if stir else (random.randint(2, 7) if random.random() < has.burst / YEAR else 0)
        share = usual * (0.15 if away else 1) * (3 if stir else 1)
        if has.style == "planned":
            chance = planned.get(n, 0.0) * min(1.0, usual)
            happens = random.random() < planned.get(n, 0.0) * min(1.0, share)
            yield Day(day, max(1, _poisson(has.level(n), random)) if happens else 0, chance)
            continue
        rate = has.level(n) * share
        if has.style == "bursty":
            rate *= math.exp(mood - 0.45)
        yield Day(day, _poisson(rate, random), 1 - math.exp(-has.level(n) * usual))


def longest_in_a_year(has: Habit, years: int, random: Random) -> float:
    """The silence that this authority exceeds once a year while all is well, in chances added up."""
    silences, passed = [], 0.0
    for each in days(has, date(2001, 1, 1), years * YEAR, random):
        passed += each.chance
        if each.releases:
            silences.append(passed)
            passed = 0.0
    return max(1.0, sorted(silences)[-min(years, len(silences))]) if silences else 1.0


def _plan(has: Habit, first: date, number: int, random: Random) -> dict[int, float]:
    """Chances of the days on which a release is planned, now and then a day or two late."""
    day_of_week, plan = bisect(list(accumulate(has.week[:5])), random.uniform(0, 4.99)), {}
    start = (day_of_week - first.weekday()) % 7
    kept = random.uniform(0.85, 1)
    for week, n in enumerate(range(start, number, 7)):
        if week % has.every == 0:
            plan[n + random.choice((0, 0, 0, 0, 1, 2))] = kept
    return plan


def _share(has: Habit, day: date) -> float:
    share = has.week[day.weekday()]
    if _is_holiday(day, has.land):
        share = min(share, has.rest)
    summer, christmas = has.lulls
    if has.summer <= day.timetuple().tm_yday < has.summer + 42:
        share *= summer
    if (day.month, day.day) >= (12, 23) or (day.month, day.day) <= (1, 4):
        share *= christmas
    return share


def _is_holiday(day: date, land: str) -> bool:
    fixed = {(1, 1), (5, 1), (10, 3), (12, 25), (12, 26)}
    fixed |= {(11, 1)} if land in SOUTH_AND_WEST and land != "HE" else {(10, 31)}
    after = {-2, 1, 39, 50} | ({60} if land in SOUTH_AND_WEST else set())
    return (day.month, day.day) in fixed or (day - easter(day.year)).days in after


def _poisson(rate: float, random: Random) -> int:
    number, product, least = 0, random.random(), math.exp(-min(rate, 50.0))
    while product > least:
        number += 1
        product *= random.random()
    return number
