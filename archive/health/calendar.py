"""On which days offices work: public holidays by Land, and the lulls of summer and Christmas."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from itertools import chain

from dateutil.easter import easter

SUNDAY = 6
"""On these, as on public holidays, offices rest; numbered as by date.weekday()."""

PLAIN, SUMMER, CHRISTMAS = 0, 1, 2
"""Times of the year. All school holidays of summer lie between the last week of June and early September."""

_AFTER_EASTER = {-2: "", 1: "", 39: "", 50: "", 60: "BW BY HE NW RP SL"}
_FIXED = {
    (1, 1): "", (1, 6): "BW BY ST", (3, 8): "BE MV", (5, 1): "", (8, 15): "BY SL", (9, 20): "TH", (10, 3): "",
    (10, 31): "BB HB HH MV NI SH SN ST TH", (11, 1): "BW BY NW RP SL", (12, 25): "", (12, 26): "",
}  # fmt: skip
"""Lands that have a holiday, none named: all. As the holiday laws of the Länder stood in 2026."""


def sorts(land: str, first: date, last: date) -> list[int]:
    """The sort of each day from one to another: 7 times its season, and its weekday (holidays as Sundays).

    ``land``: code of the register; others have the holidays that all have.

    >>> sorts("NW", date(2026, 6, 4), date(2026, 6, 5)), sorts("NI", date(2026, 6, 4), date(2026, 6, 5))
    ([6, 4], [3, 4])
    """
    years = [_year(land, year) for year in range(first.year, last.year + 1)]
    begin = first.toordinal() - date(first.year, 1, 1).toordinal()
    return list(chain(*years))[begin : begin + (last - first).days + 1]


@lru_cache(maxsize=512)
def _year(land: str, year: int) -> tuple[int, ...]:
    rest, first = holidays(year, land), date(year, 1, 1).toordinal()
    days = map(date.fromordinal, range(first, date(year + 1, 1, 1).toordinal()))
    return tuple(7 * season(day) + (SUNDAY if day in rest else day.weekday()) for day in days)


def season(day: date) -> int:
    """Time of the year of a day: PLAIN, SUMMER or CHRISTMAS.

    >>> season(date(2027, 1, 3)), season(date(2026, 8, 1)), season(date(2026, 3, 1))
    (2, 1, 0)
    """
    at = (day.month, day.day)
    if at >= (12, 22) or at <= (1, 6):
        return CHRISTMAS
    return SUMMER if (6, 25) <= at <= (9, 7) else PLAIN


def holidays(year: int, land: str) -> frozenset[date]:
    """Public holidays of a Land; Assumption counts for all of Bavaria, where most Gemeinden have it."""
    return frozenset(_holidays(year, land))


def _holidays(year: int, land: str) -> Iterator[date]:
    for (month, day), lands in _FIXED.items():
        if not lands or land in lands.split():
            yield date(year, month, day)
    for after, lands in _AFTER_EASTER.items():
        if not lands or land in lands.split():
            yield easter(year) + timedelta(days=after)
    if land == "SN":  # Buß- und Bettag: the Wednesday before 23 November
        last = date(year, 11, 22)
        yield last - timedelta(days=(last.weekday() - 2) % 7)
