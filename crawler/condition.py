"""What the state of a source rests on, and what to do, in words for whoever looks after the archive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from archive.dates import berlin_day
from archive.health.current import Condition

_DIAGNOSE = "kreispresse sources diagnose {id}"
_CHECK = "kreispresse sources check {id}"
_NEXT = {
    "late": f"{_DIAGNOSE}   (does the page show newer releases?)",
    "failing": f"{_CHECK}   (has the page another address?)",
    "empty": f"{_DIAGNOSE}   (where is the list now?)",
    "blocked": f"ask the press office; {_CHECK} tells when it is over",
    "challenged": f"ask the press office; {_CHECK} tells when it is over",
    "robots": f"ask the press office whether it means us; {_CHECK} tells when it is over",
    "relaunched": f"{_CHECK} --write, then look at git diff",
}


def evidence(condition: Condition) -> str:
    """One sentence: since when, how it shows, and what was usual."""
    newest = f"newest release of {condition.newest}" if condition.newest else "no release yet"
    if condition.state == "late":
        return (
            f"no release since {condition.newest}; {_usual(condition)}, one was due by {condition.expected}"
        )
    if condition.state == "ok" and condition.last_error:
        return f"{newest}, {_usual(condition)}; only the last look met trouble: {condition.last_error}"
    if condition.state == "ok":
        return f"{newest}, {_usual(condition)}"
    if condition.state in ("relaunched", "opted-out"):
        return f"since {berlin_day(condition.since)}: {condition.error}"
    looks = "1 look" if condition.looks == 1 else f"{condition.looks} looks"
    return f"not read since {berlin_day(condition.since)}, {looks}: {condition.last_error or condition.error}"


def _usual(condition: Condition) -> str:
    if condition.gap is None:
        return "too few releases to tell how often"
    return "usually one a day" if condition.gap == 1 else f"usually one every {condition.gap} days"


def next_step(condition: Condition) -> str | None:
    """What to do, mostly a command; None where there is nothing to do."""
    step = _NEXT.get(condition.state)
    return step.format(id=condition.source) if step else None


def as_json(condition: Condition) -> dict[str, Any]:
    """A source's state for machines."""
    return {"id": condition.source, **asdict(condition), "well": condition.well,
            "evidence": evidence(condition), "next": next_step(condition)}  # fmt: skip


def told(shown: Sequence[Condition]) -> str:
    """Lines for people: each source with its state, what that rests on, and what to do."""
    lines = []
    for each in shown:
        lines.append(f"{each.source}  {each.state}  {evidence(each)}")
        lines += [f"    {step}"] if (step := next_step(each)) else []
    return "\n".join(lines)


def asleep(shown: Sequence[Condition], now: datetime) -> str | None:
    """What to say where no source was looked at for two days; None where one was."""
    last = max((datetime.fromisoformat(each.looked_at) for each in shown), default=now)
    days = (now - last).days
    return f"no crawl for {days} days, since {last.date()}: does the timer run?" if days > 1 else None
