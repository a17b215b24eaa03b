"""When something is asked again: ever more rarely, spread over nights, and never for nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from archive.db import Known
from archive.model import Address
from crawler.plan import is_due, is_due_again

DAY0 = datetime(2026, 1, 1, tzinfo=UTC)


def _looks(key: str, days: int) -> list[int]:
    """Days after publication on which a release is looked at, when a crawl runs every night."""
    seen, looks = DAY0, []
    for day in range(days):
        now = DAY0 + timedelta(days=day, hours=3)
        if is_due_again(
            Known(Address(key, key), "2026-01-01", seen.isoformat(), missing=False, gone=False), now
        ):
            looks.append(day)
            seen = now
    return looks


def test_a_release_is_looked_at_on_a_decaying_plan() -> None:
    looks = _looks("k.example/1", 1500)
    assert looks[:3] == [1, 3, 7] or looks[0] == 2
    assert 9 <= len(looks) <= 11
    gaps = [after - before for before, after in pairwise(looks)]
    assert gaps[:5] == sorted(gaps[:5])


def test_looks_of_one_day_are_spread_over_nights() -> None:
    third_month = {next(day for day in _looks(f"k.example/{n}", 130) if day >= 85) for n in range(40)}
    assert len(third_month) >= 10


def test_what_is_missing_is_looked_at_until_that_is_confirmed() -> None:
    address = Address("k", "k")
    for missing, gone, due in ((True, False, True), (True, True, False), (False, True, False)):
        assert is_due_again(Known(address, "2026-01-01", DAY0.isoformat(), missing, gone), DAY0) is due


def test_failures_are_tried_ever_more_rarely() -> None:
    yesterday = (datetime.now(UTC) - timedelta(days=1, hours=1)).isoformat()
    long_ago = (datetime.now(UTC) - timedelta(days=400)).isoformat()
    now = datetime.now(UTC).isoformat()
    assert [is_due(n, now) for n in (0, 1, 2, 5)] == [True, True, False, False]
    assert [is_due(n, yesterday) for n in (2, 3, 8)] == [True, False, False]
    assert [is_due(n, long_ago) for n in (8, 9)] == [True, False]
