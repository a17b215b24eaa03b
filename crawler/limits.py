"""Until when a crawl asks, and how often a host."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import click


@dataclass(frozen=True, slots=True)
class Limits:
    """How often one host is asked at most, and for how many seconds anybody is; None: as the settings say."""

    host_requests: int | None = None
    seconds: float | None = None

    def settings(self) -> dict[str, float]:
        """What of Scrapy's settings they change."""
        seconds = None if self.seconds is None else max(0.001, self.seconds)  # 0 would be no limit
        said = {"HOST_REQUESTS": self.host_requests, "SECONDS": seconds}
        return {name: value for name, value in said.items() if value is not None}


UNLIMITED = Limits()


class Clock(click.ParamType):  # type: ignore[type-arg]  # generic in newer versions only
    """A time of day, hours and minutes."""

    name = "HH:MM"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The time as given, if it is one."""
        if not re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", value):
            self.fail(f"{value!r} is no time of day such as 06:00", param, ctx)
        return value


def seconds_left(minutes: int | None, until: str | None) -> float | None:
    """How long a crawl that begins now may ask, None: as long as it takes; the shorter of two limits."""
    limits = [60.0 * minutes] if minutes else []
    if until:
        limits.append(seconds_to(until, datetime.now()))
    return min(limits, default=None)


def seconds_to(until: str, now: datetime) -> float:
    """Seconds from a moment, in this machine's zone, to the next time that its clock shows HH:MM.

    >>> seconds_to("06:00", datetime(2026, 3, 1, 23, 30)), seconds_to("06:00", datetime(2026, 3, 1, 5, 59))
    (23400.0, 60.0)
    """
    hour, minute = map(int, until.split(":"))
    then = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    then += timedelta(days=then <= now)
    return then.timestamp() - now.timestamp()  # not their difference: a clock may be set forward meanwhile
