"""A silence is told where it is unusual for this source, trouble when it lasts, and each thing once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.health.calendar import holidays
from archive.health.rhythm import expected_by
from archive.health.states import INTERRUPTED, STATES, TROUBLES, Look, turns

MONDAY = date(2025, 1, 6)


def workdays(first, number, *weekdays):
    days = (first + timedelta(days=n) for n in range(number))
    return [day for day in days if day.weekday() in (weekdays or range(5))]


def moment(day, hour=3):
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC).isoformat().replace("+00:00", "Z")


def look(day, status="unchanged", error=None, new=0, seen=10, unfinished=None):
    return Look(f"c{day}", moment(day), status, error, seen, new, unfinished)


def nights(first, number, **more):
    return [look(first + timedelta(days=n), **more) for n in range(number)]


def seen(days):
    """Releases of these days, each first seen in the night after."""
    return [(moment(day + timedelta(days=1), 4), day.isoformat()) for day in days]


def states(looks, releases, land="NW"):
    return [turn.state for turn in turns(looks, releases, land)]


@pytest.mark.parametrize(
    ("day", "lands"),
    [
        (date(2025, 4, 18), {"NW", "SN", "BE", "XX"}),
        (date(2025, 6, 19), {"NW", "BY", "SL"}),
        (date(2025, 10, 31), {"SN", "NI", "HH"}),
        (date(2025, 11, 19), {"SN"}),
        (date(2024, 11, 20), {"SN"}),
        (date(2025, 9, 20), {"TH"}),
    ],
)
def test_holidays_are_those_of_the_land(day, lands):
    asked = {"NW", "SN", "BE", "XX", "BY", "SL", "NI", "HH", "TH"}
    assert {land for land in asked if day in holidays(day.year, land)} >= lands
    if len(lands) == 1:
        assert {land for land in asked if day in holidays(day.year, land)} == lands


def test_a_daily_source_may_rest_at_weekends_and_christmas_but_not_a_working_week():
    days = [day for day in workdays(MONDAY, 345) if day not in holidays(day.year, "NW")]
    december = [day for day in days if day <= date(2025, 12, 12)]
    assert date(2025, 12, 15) < expected_by(december, "NW", december[-1]) < date(2025, 12, 22)
    before = [*december, *workdays(date(2025, 12, 15), 8)]
    assert expected_by(before, "NW", before[-1]) > date(2025, 12, 30)


def test_a_release_that_is_old_when_it_is_found_begins_another_silence():
    days = workdays(MONDAY, 56)
    after = days[-1] + timedelta(days=3)
    found = turns(
        [look(MONDAY + timedelta(days=n)) for n in (30, 90, 91)],
        [*seen(days), (moment(MONDAY + timedelta(days=91), 4), after.isoformat())],
        "NW",
    )
    assert [(turn.state, turn.newest) for turn in found][1:] == [("late", days[-1]), ("late", after)]
    assert found[-1].since == f"{after}T00:00:00Z"
    assert found[-1].expected > after


def test_a_weekly_source_is_late_after_weeks_not_days():
    days = workdays(MONDAY, 300, 3)
    assert timedelta(days=8) < expected_by(days, "NI", days[-1]) - days[-1] < timedelta(days=28)


def test_one_long_silence_long_ago_makes_nobody_deaf():
    days = workdays(MONDAY, 300)
    hole = [day for day in days if not date(2025, 5, 1) < day < date(2025, 8, 1)]
    whole, holed = (expected_by(each, "NI", days[-1]) - days[-1] for each in (days, hole))
    assert holed <= 3 * whole


def test_a_silence_that_nobody_could_hear_says_nothing():
    days = workdays(MONDAY, 300)
    holes = [day for day in days if day.month not in (5, 8)]
    ended = [(date(2025, 5, 2), date(2025, 6, 9)), (date(2025, 8, 1), date(2025, 9, 8))]
    deaf, whole = (expected_by(holes, "NI", days[-1], unread) - days[-1] for unread in ((), ended))
    assert whole <= timedelta(days=7) < timedelta(days=20) < deaf


def test_a_source_without_rhythm_has_half_a_year():
    assert expected_by([MONDAY], "NW", MONDAY) == MONDAY + timedelta(days=180)


DAYS = st.lists(st.dates(date(2023, 1, 1), date(2026, 1, 1)), min_size=1, max_size=80, unique=True).map(
    sorted
)


@given(DAYS, st.sampled_from(["NW", "SN", "??"]))
def test_what_is_expected_lies_ahead_and_the_later_silence_counts_the_later(days, land):
    by = expected_by(days, land, days[-1])
    assert by > days[-1]
    assert expected_by(days, land, days[-1] + timedelta(days=30)) > by


def test_a_frozen_list_is_told_once_and_is_well_again_with_the_next_release():
    days = workdays(MONDAY, 200)
    back = days[-1] + timedelta(days=60)
    looks = nights(MONDAY + timedelta(days=100), (back - MONDAY).days - 97)
    found = turns(looks, [*seen(days), *seen([back])], "NW")
    assert [turn.state for turn in found] == ["ok", "late", "ok"]
    late = found[1]
    assert late.newest == days[-1]
    assert late.since == f"{days[-1]}T00:00:00Z"
    assert days[-1] + timedelta(days=4) < late.expected < date.fromisoformat(late.crawl[1:])
    assert late.gap == 1


@pytest.mark.parametrize(("status", "state"), TROUBLES.items())
def test_trouble_is_told_when_the_next_look_finds_it_too(status, state):
    days = workdays(MONDAY, 40)
    well = nights(MONDAY, 30)
    first, second = (look(MONDAY + timedelta(days=30 + n), status, "no", seen=0) for n in range(2))
    assert states([*well, first], seen(days)) == ["ok"]
    assert states([*well, first, look(MONDAY + timedelta(days=31))], seen(days)) == ["ok"]
    again = look(MONDAY + timedelta(days=30), status, "no", seen=0)
    assert states([*well, first, again], seen(days)) == ["ok"], "twice on one day is one look"
    (_, told) = turns([*well, first, second], seen(days), "NW")
    assert (told.state, told.since, told.error) == (state, first.at, "no")


def test_who_cried_wolf_waits_longer_for_a_year():
    days = workdays(MONDAY, 300)[::3]
    calm, wary, again = (
        expected_by(days, "NI", days[-1], alarm=alarm) - days[-1]
        for alarm in (None, days[-1] - timedelta(days=90), days[-1] - timedelta(days=400))
    )
    assert calm == again < wary < 2 * calm


def test_trouble_that_was_there_from_the_beginning_is_told_at_once():
    assert states([look(MONDAY, "failed", "no")], []) == ["failing"]


def test_what_was_broken_off_or_put_off_says_nothing():
    broken = look(MONDAY + timedelta(days=1), "failed", INTERRUPTED)
    put_off = look(MONDAY + timedelta(days=2), seen=0, unfinished="time is up")
    assert states([look(MONDAY), broken, put_off], []) == ["ok"]
    trouble = [look(MONDAY + timedelta(days=n), "failed", "no") for n in (3, 4)]
    assert states([look(MONDAY), trouble[0], broken, put_off, trouble[1]], []) == ["ok", "failing"]


def test_days_that_no_release_can_have_break_nothing():
    odd = [(moment(MONDAY, 4), day) for day in ("1900-01-01", "2199-12-31", None)]
    (first, *_) = turns(nights(MONDAY, 60), [*odd, *seen(workdays(MONDAY, 30))], "??")
    assert first.newest == MONDAY, "what lies ahead was published when it was first seen, at the latest"


def test_a_relaunched_source_is_so_until_it_brings_something_new():
    looks = [
        look(MONDAY),
        look(MONDAY + timedelta(days=1), "relaunched", "made anew"),
        look(MONDAY + timedelta(days=2)),
    ]
    assert states(looks, seen([MONDAY])) == ["ok", "relaunched"]
    assert states([*looks, look(MONDAY + timedelta(days=3), "ok", new=1)], seen([MONDAY])) == [
        "ok",
        "relaunched",
        "ok",
    ]


def test_a_relaunch_is_told_of_a_silent_source_too():
    days = workdays(MONDAY, 100)
    silent = nights(MONDAY, 140)
    anew = look(MONDAY + timedelta(days=140), "relaunched", "made anew")
    after = nights(MONDAY + timedelta(days=141), 90)
    assert states([*silent, anew, *after], seen(days)) == ["ok", "late", "relaunched"]


def test_silence_while_nothing_could_be_read_is_none():
    days = workdays(MONDAY, 100)
    down = nights(MONDAY + timedelta(days=100), 40, status="failed", error="no")
    after = nights(MONDAY + timedelta(days=140), 3)
    assert states([*nights(MONDAY, 100), *down, *after], seen(days)) == ["ok", "failing", "ok"]


LOOKS = st.lists(
    st.tuples(st.sampled_from(["ok", "unchanged", "relaunched", "opted-out", *TROUBLES]), st.sampled_from([None, "x"]), st.integers(0, 3)),
    max_size=60,
).map(lambda each: [look(MONDAY + timedelta(days=n), *one) for n, one in enumerate(each)])  # fmt: skip


@given(LOOKS, st.lists(st.tuples(st.integers(0, 70), st.integers(-5, 400)), max_size=60), st.data())
def test_what_was_told_follows_from_what_was_known_then(looks, releases, data):
    known = [
        (
            moment(MONDAY + timedelta(days=at), 5),
            (MONDAY + timedelta(days=at - ago)).isoformat() if ago else None,
        )
        for at, ago in releases
    ]
    end = data.draw(st.integers(0, len(looks)))
    whole = turns(looks, known, "NW")
    until = looks[end].at if end < len(looks) else "~"
    part = turns(looks[:end], [each for each in known if each[0] < until], "NW")
    assert part == whole[: len(part)]
    assert {turn.state for turn in whole} <= set(STATES)
    assert all(
        one.state != other.state or (one.state == "late" and one.newest < other.newest)
        for one, other in pairwise(whole)
    )
