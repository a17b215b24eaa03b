"""Which of several releases was first, where that can be told."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlite_utils import Database


class Dated(NamedTuple):
    """A release with its ISO day in Berlin and its UTC time; None where they are not known."""

    release_id: int
    day: str | None
    time: str | None


def first_of(db: Database, release_ids: Collection[int]) -> int | None:
    """The release that was published first; None when that cannot be told."""
    rows = db.conn.execute(
        "SELECT id, published_on, published_at FROM releases WHERE id IN (SELECT value FROM json_each(?))",
        [json.dumps(sorted(release_ids))],
    )
    return first([Dated(*row) for row in rows])


def first(releases: Sequence[Dated]) -> int | None:
    """The only one on the first day, or the one with the earliest time if all on that day have one.

    A release without a day may have been the first.

    >>> first([Dated(1, "2026-03-02", None), Dated(2, "2026-03-01", None)])
    2
    >>> first([Dated(1, "2026-03-01", "2026-03-01T10:00:00Z"), Dated(2, "2026-03-01", None)]) is None
    True
    """
    days = [each.day for each in releases if each.day]
    if not days or len(days) < len(releases):
        return None
    on_first_day = [each for each in releases if each.day == min(days)]
    if len(on_first_day) == 1:
        return on_first_day[0].release_id
    times = sorted((each.time, each.release_id) for each in on_first_day if each.time)
    if len(times) < len(on_first_day) or times[0][0] == times[1][0]:
        return None
    return times[0][1]
