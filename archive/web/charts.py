"""Numbers by month as bars: a drawing that a template shows with its table (charts.html)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from archive.web.german import period

MOST_MONTHS = 240
"""Longer spans are drawn by years: bars of less than a pixel say nothing."""

_WIDTH, _HEIGHT = 960, 120
_SVG = Markup(
    '<svg viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true" focusable="false">{}</svg>'
)
_BAR = Markup('<rect x="{:.2f}" y="{:.2f}" width="{:.2f}" height="{:.2f}"><title>{}: {}</title></rect>')


@dataclass(frozen=True, slots=True)
class Bar:
    """``period``: ISO month or year; ``name``: the same in words."""

    period: str
    name: str
    value: int


@dataclass(frozen=True, slots=True)
class Chart:
    """All bars from the first to the last, the first of the highest among them, and their drawing."""

    bars: tuple[Bar, ...]
    highest: Bar
    svg: Markup


def chart(by_month: Mapping[str, int]) -> Chart | None:
    """Bars for numbers by ISO month; months between them that have no number are 0. None without a month.

    >>> [(bar.name, bar.value) for bar in chart({"2025-12": 3, "2026-02": 1}).bars]
    [('Dezember 2025', 3), ('Januar 2026', 0), ('Februar 2026', 1)]
    """
    if not by_month:
        return None
    numbers = dict(by_month)
    span = list(_months(min(numbers), max(numbers)))
    if len(span) > MOST_MONTHS:
        numbers = _by_year(numbers)
        span = [str(year) for year in range(int(min(numbers)), int(max(numbers)) + 1)]
    bars = tuple(Bar(each, period(each), numbers.get(each, 0)) for each in span)
    return Chart(bars, max(bars, key=lambda bar: bar.value), _svg(bars))


def _months(first: str, last: str) -> Iterator[str]:
    start, end = (12 * int(month[:4]) + int(month[5:7]) - 1 for month in (first, last))
    return (f"{n // 12:04}-{n % 12 + 1:02}" for n in range(start, end + 1))


def _by_year(numbers: Mapping[str, int]) -> dict[str, int]:
    years: dict[str, int] = {}
    for month, value in numbers.items():
        years[month[:4]] = years.get(month[:4], 0) + value
    return years


def _svg(bars: tuple[Bar, ...]) -> Markup:
    """Bars only: words would be squeezed with the drawing, so the template sets them beside it."""
    top = max(bar.value for bar in bars) or 1
    step = _WIDTH / len(bars)
    drawn = (
        _BAR.format(n * step, _HEIGHT - height, step * 0.8, height, bar.name, bar.value)
        for n, bar in enumerate(bars)
        if (height := _HEIGHT * bar.value / top)
    )
    return _SVG.format(_WIDTH, _HEIGHT, Markup().join(drawn))
