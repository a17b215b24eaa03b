"""How often somebody publishes, and whether a silence is unusual: functions of days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median_low

FEWEST_DAYS = 5
"""Days of publication below which no rhythm is told."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """``gap``: the median of the days between two days of publication; ``longest``: the longest of them."""

    gap: int
    longest: int


def rhythm(days: Iterable[str]) -> Rhythm | None:
    """Rhythm of ISO days, however ordered and however often each is there; None of too few days.

    >>> rhythm(["2026-03-02", "2026-03-02", "2026-03-03", "2026-03-05", "2026-03-06", "2026-03-09"])
    Rhythm(gap=1, longest=3)
    """
    there = sorted(map(date.fromisoformat, set(days)))
    if len(there) < FEWEST_DAYS:
        return None
    gaps = [(after - before).days for before, after in pairwise(there)]
    return Rhythm(median_low(gaps), max(gaps))


def silence(known: Rhythm | None, newest: str, looked: str) -> int | None:
    """Days from the newest release to a look that found nothing newer, where that is unusual. Days are ISO.

    Unusual is a silence longer than any between the days of a rhythm; None where it is not, or not known.

    >>> silence(Rhythm(1, 3), "2026-03-09", "2026-03-18"), silence(Rhythm(1, 3), "2026-03-09", "2026-03-12")
    (9, None)
    """
    days = (date.fromisoformat(looked) - date.fromisoformat(newest)).days
    return days if known and days > known.longest else None
