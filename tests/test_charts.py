"""Charts say in bars what their table says in numbers."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from archive.web.charts import MOST_MONTHS, chart

MONTHS = st.builds(lambda year, month: f"{year}-{month:02}", st.integers(1900, 2100), st.integers(1, 12))


@given(st.dictionaries(MONTHS, st.integers(0, 10**6), min_size=1))
def test_nothing_is_lost_and_bars_follow_each_other(numbers):
    drawn = chart(numbers)
    periods = [bar.period for bar in drawn.bars]
    assert sum(bar.value for bar in drawn.bars) == sum(numbers.values())
    assert periods == sorted(set(periods))
    assert len(periods) <= MOST_MONTHS
    assert drawn.highest.value == max(bar.value for bar in drawn.bars)


def test_the_highest_bar_fills_the_drawing_and_nothing_has_none():
    svg = chart({"2026-01": 10, "2026-03": 5}).svg
    heights = re.findall(r' height="([\d.]+)"', svg)
    assert [float(height) for height in heights] == [120, 60]
    assert "<title>März 2026: 5</title>" in svg


def test_long_spans_are_drawn_by_years():
    assert [bar.name for bar in chart({"1990-05": 1, "2026-02": 1}).bars][:2] == ["1990", "1991"]


def test_without_numbers_there_is_no_chart():
    assert chart({}) is None
