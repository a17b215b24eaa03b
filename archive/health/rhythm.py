"""How often somebody publishes, and until when the next release is to be expected: functions of days.

Silence is measured in *expected days of publication*: each day counts as much as its source publishes on
such days (weekday or holiday, summer, Christmas). In that measure a weekend is nearly nothing, and a
source's gaps are alike all the year; their mean and spread, and the longest of the last year, say what is
unusual.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import accumulate, pairwise
from statistics import NormalDist, median_low
from typing import NamedTuple

from archive.health.calendar import CHRISTMAS, PLAIN, SUMMER, SUNDAY, sorts

FEWEST_DAYS = 5
"""Days of publication below which no rhythm is told."""

UNKNOWN = timedelta(days=180)
"""So long a source may be silent that has no rhythm yet."""

ALARMS = 0.25
"""False alarms a year that a source's gaps would bring if they went on as they were."""

_RECENT = 30  # gaps of which the usual one is the median
_WINDOW = timedelta(days=730)
_YEAR = timedelta(days=365)
_FORGET = 40  # gaps after which an older one counts half
_OUTLIER = 1.3  # times the second longest gap: what one gap has more may have been a breakage
_AS_RANDOM = 3  # gaps of a source that publishes at random, added to what was seen
_UNSURE = 2.5  # by how much few gaps say less: their mean is an estimate
_WARY = 1.25  # times as long a silence is told in the year after one that ended by itself
_SELDOM = 0.2  # no gap is unusual that more than this share of gaps exceeds

_WEEKS = 8  # of an ordinary source, added to what was seen of each weekday
_AT_REST = 0.1  # of a working day, is what an ordinary source publishes on Saturdays, Sundays and holidays
_LULLS = {SUMMER: 0.8, CHRISTMAS: 0.2}  # of the rest of the year, for an ordinary source
_LULL_DAYS = 3.0  # expected days of publication of an ordinary source, added to what was seen of a lull
_LEAST = 1e-3  # what any day counts


def usual_gap(days: Sequence[date]) -> int | None:
    """Median of the last gaps between days of publication (ascending, each once), in days; None of too few.

    >>> usual_gap([date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 5), date(2026, 3, 6), date(2026, 3, 9)])
    1
    """
    if len(days) < FEWEST_DAYS:
        return None
    return median_low((after - before).days for before, after in pairwise(days[-_RECENT - 1 :]))


Span = tuple[date, date]
"""A time, by its first day and the first day behind it."""


class Gap(NamedTuple):
    """A silence between two days of publication, in expected days of it; the day on which it ended."""

    end: date
    length: float


def expected_by(
    days: Sequence[date], land: str, since: date, unread: Sequence[Span] = (), alarm: date | None = None
) -> date:
    """The day up to which a next release is to be expected of a source: later, its silence is unusual.

    ``days``: its days of publication, ascending, each once, at least one; ``since``: from when silence
    counts; ``unread``: times in which it could not be read: gaps in and around them say nothing, nor what
    is older than two years; ``alarm``: when a silence last ended that was told: see _WARY.
    """
    window = days[bisect_left(days, days[-1] - _WINDOW) :]
    if len(window) < FEWEST_DAYS:
        return since + UNKNOWN
    span = sorts(land, window[0], window[-1])
    places = [(day - window[0]).days for day in window]
    pace = _pace(_counts(span[1:]), _counts([span[place] for place in places[1:]]))
    passed = list(accumulate(map(pace.__getitem__, span)))
    sums = [passed[place] for place in places]
    heard = [not any(one < end and begun < other for begun, end in unread) for one, other in pairwise(window)]
    lengths = (other - one for one, other in pairwise(sums))
    gaps = [
        Gap(end, length) for end, length, counts in zip(window[1:], lengths, heard, strict=True) if counts
    ]
    if len(gaps) < FEWEST_DAYS - 1:
        return since + UNKNOWN
    year = sums[-1] / len(passed) * _YEAR.days
    wary = _WARY if alarm and since - alarm < _YEAR else 1.0
    return _reached(wary * _bound(gaps, year), pace, land, since)


def _pace(there: Sequence[Sequence[int]], met: Sequence[Sequence[int]]) -> tuple[float, ...]:
    """What each sort of day (calendar.sorts) has of a day of publication.

    ``there``, ``met``: days, and days of publication, by season and weekday. Weekdays are compared in the
    plain times of the year, unless nothing is known of these; then lulls with what plain times would have.
    """
    base = PLAIN if sum(met[PLAIN]) >= FEWEST_DAYS else max(range(3), key=lambda season: sum(met[season]))
    working = sum(met[base][:5]) / max(1, sum(there[base][:5]))
    ordinary = [working] * 5 + [working * _AT_REST] * 2
    rates = [
        (seen + _WEEKS * usual) / (number + _WEEKS)
        for seen, number, usual in zip(met[base], there[base], ordinary, strict=True)
    ]
    shares = [1.0] * 3
    for lull, usual in _LULLS.items():
        hoped = sum(number * rate for number, rate in zip(there[lull], rates, strict=True))
        shares[lull] = (sum(met[lull]) + _LULL_DAYS * usual) / (hoped + _LULL_DAYS)
    return tuple(max(_LEAST, share * rate) for share in shares for rate in rates)


def _counts(days: Sequence[int]) -> list[list[int]]:
    """How many days there are of each season, by weekday."""
    found = Counter(days)
    return [
        [found[7 * season + weekday] for weekday in range(SUNDAY + 1)]
        for season in (PLAIN, SUMMER, CHRISTMAS)
    ]


def _bound(gaps: Sequence[Gap], year: float) -> float:
    """Expected days of publication in silence beyond which silence is unusual; a ``year`` has so many.

    A gamma distribution with the gaps' mean and spread, later ones counting more, is exceeded so seldom that
    there are ALARMS a year; and no gap of the last year was longer.
    """
    most = _OUTLIER * sorted(gap.length for gap in gaps)[-2]
    fair = [min(gap.length, most) for gap in gaps]
    weights: list[float] = [0.5 ** (age / _FORGET) for age in range(len(gaps) - 1, -1, -1)]
    total = sum(weights)
    mean = sum(weight * length for weight, length in zip(weights, fair, strict=True)) / total
    spread = sum(weight * (length - mean) ** 2 for weight, length in zip(weights, fair, strict=True))
    variance = (spread + _AS_RANDOM * mean**2) / (total + _AS_RANDOM)
    tail = _gamma_tail(mean, variance, min(_SELDOM, ALARMS * mean / year)) * (1 + _UNSURE / total)
    recent = [length for gap, length in zip(gaps, fair, strict=True) if gap.end > gaps[-1].end - _YEAR]
    return max(tail, *recent)


def _gamma_tail(mean: float, variance: float, share: float) -> float:
    """What a gamma distribution exceeds with this probability (approximation of Wilson and Hilferty).

    >>> round(_gamma_tail(1.0, 1.0, 0.01), 2), round(_gamma_tail(1.0, 0.25, 0.01), 2)  # exactly 4.61, 2.51
    (4.61, 2.52)
    """
    shape = mean**2 / variance
    z = NormalDist().inv_cdf(1 - share)
    return float(mean * (1 - 1 / (9 * shape) + z / (3 * shape**0.5)) ** 3)


def _reached(bound: float, pace: Sequence[float], land: str, since: date) -> date:
    """The day on which so many expected days of publication have passed; never more than ten years later."""
    for length in (_YEAR / 5, 10 * _YEAR):  # nearly always the first is enough
        sums = accumulate(map(pace.__getitem__, sorts(land, since + timedelta(days=1), since + length)))
        found = next((n for n, passed in enumerate(sums, start=1) if passed > bound), length.days)
        if found < length.days:
            break
    return since + timedelta(days=found)
