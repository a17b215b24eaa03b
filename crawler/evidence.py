"""What the register says of its own entries: which are asked, what addresses rest on, who followed whom."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from crawler.address import is_address

STATUSES = {
    "active": "is crawled",
    "candidate": "is crawled only where its id is named: the evidence does not carry more yet",
    "opted-out": "the authority does not want to be crawled, and is never asked",
    "retired": "is no longer there, and is never asked",
}
"""Whether a source is asked."""

LEVELS = {
    "checked": "`kreispresse sources check` met it that day",
    "fetched": "a public document records that its author fetched it",
    "seen": "a stored copy of this very page was seen",
    "code": "public code names it",
    "list": "a list made by a machine names it",
    "parent": "it is the folder of known releases; the page itself was not seen",
    "host": "pages of its host were seen, this one was not",
    "guessed": "made from the name of a domain; nobody saw the page",
}
"""What an address rests on, strongest first."""

FOUND = {
    "well": "works as the register says",
    "found": "the register names no press page; one was found",
    "renamed": "redirects to another host that has the releases",
    "moved": "the press page has another address",
    "relaunched": "looks like another family than the register says",
    "empty": "answers, but names no release",
    "missing": "the press page is not there, and no other was found",
    "robots": "robots.txt forbids it or cannot be read",
    "blocked": "refuses us",
    "dead": "does not answer, or only with errors",
}
"""What a check of a source ends with."""

ADDRESSES = ("homepage", "press", "feed", "api")
"""Keys of an entry that are addresses which evidence can stand for."""

UNASKED = ("candidate", "retired")
"""Statuses that need a reason, and of which home and press page may be unknown."""

# not "on", which YAML 1.1 reads as true: "when"
KEYS = (
    "status", "reason", "since", "link", "valid_from", "valid_to", "successor", "evidence", "checked",
    "notes",
)  # fmt: skip
"""Keys of an entry that this module knows."""

_DAY = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DAYS = ("since", "valid_from", "valid_to")


def faults(entry: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with these keys of an entry, each with its remedy."""
    status = entry.get("status", "active")
    if not isinstance(status, str) or status not in STATUSES:
        yield f"status {status!r} is unknown; known are {', '.join(STATUSES)}"
    elif status in UNASKED and not entry.get("reason"):
        yield f"'reason' is missing; say in one line why the source is {status}"
    for name in _DAYS:
        if name in entry and not is_day(entry[name]):
            yield f"{name} {entry[name]!r} must be a day, month or year such as 2026-05-31, 2026-05 or 2026"
    if "reason" in entry and not isinstance(entry["reason"], str):
        yield "'reason' must be text; put it in quotes"
    if "link" in entry and not (isinstance(entry["link"], str) and is_address(entry["link"])):
        yield f"link {entry['link']!r} must be a complete address that begins with https:// or http://"
    if "successor" in entry and not (
        isinstance(entry["successor"], str) and _ID.fullmatch(entry["successor"])
    ):
        yield f"successor {entry['successor']!r} must be the id of the authority that followed"
    notes = entry.get("notes", [])
    if not isinstance(notes, list) or not all(isinstance(each, str) and each for each in notes):
        yield "'notes' must be a list of texts; begin each with '- ' and quote what holds a colon"
    yield from _wrong_evidence(entry)
    yield from _wrong_check(entry.get("checked", {"when": "2026", "found": "well"}))


def is_day(value: Any) -> bool:
    """Whether a value of the register is a day, or a month or year where more is not known.

    >>> [is_day(each) for each in (date(2026, 5, 31), "2026-05", 2026, "2026-13", "May", 20260, None)]
    [True, True, True, False, False, False, False]
    """
    text = str(value)
    if not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        return False
    return True


def plain(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry whose days are text, as JSON needs them: YAML reads them as dates and numbers."""
    dated: dict[str, Any] = {name: str(entry[name]) for name in _DAYS if name in entry}
    if "evidence" in entry:
        dated["evidence"] = {
            key: {name: str(value) for name, value in of.items()} for key, of in entry["evidence"].items()
        }
    if "checked" in entry:
        dated["checked"] = {name: str(value) for name, value in entry["checked"].items()}
    if "notes" in entry:
        dated["notes"] = tuple(entry["notes"])
    return {**entry, **dated}


def _wrong_evidence(entry: Mapping[str, Any]) -> Iterator[str]:
    known = entry.get("evidence", {})
    if not isinstance(known, dict):
        yield "'evidence' must say what addresses rest on, such as press: {level: seen, when: 2026-05}"
        return
    for name, of in known.items():
        if name not in ADDRESSES or not entry.get(name):
            yield f"evidence for {name!r}, which the entry does not have; remove it"
        elif not isinstance(of, dict) or not {"level"} <= set(of) <= {"level", "when", "from"}:
            yield f"evidence of {name} must be {{level: …}}, with 'when' and 'from' where they are known"
        elif str(of["level"]) not in LEVELS:
            yield f"level {of['level']!r} of {name} is unknown; known are {', '.join(LEVELS)}"
        elif "when" in of and not is_day(of["when"]):
            yield f"evidence of {name} when {of['when']!r} must be a day, month or year such as 2026-05-31"
        elif "from" in of and not (isinstance(of["from"], str) and is_address(of["from"])):
            yield f"evidence of {name} from {of['from']!r} must be the complete address observed"


def _wrong_check(check: Any) -> Iterator[str]:
    complete = isinstance(check, dict) and set(check) == {"when", "found"}
    if not complete or not is_day(check["when"]) or str(check["found"]) not in FOUND:
        yield f"'checked' must be {{when: DAY, found: …}} with one of {', '.join(FOUND)}"
