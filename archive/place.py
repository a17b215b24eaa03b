"""The line with which releases begin: "Gütersloh, 9. März 2018.", "Kreis Probe |", "(krpb)"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from archive.dates import find_day

_NAME = r"[A-ZÄÖÜ][\w./-]*(?: (?:[a-z]{1,4}\.? ){0,2}[A-ZÄÖÜ(][\w()./-]*){0,3}"
_CODE = r"\([A-Za-zäöü/-]{2,12}\)"
_DAY = r"\d{1,2}\.\s?(?:\d{1,2}\.\s?|[A-Za-zä]{3,9}\.?\s?)\d{2,4}"
_WEEKDAY = r"(?:Mon|Diens|Donners|Frei|Sams|Sonn)tag|Mittwoch"
_DATED = re.compile(
    rf"^(?:{_CODE}\s*)?\(?(?P<place>{_NAME})(?:\s*{_CODE})?\s*[,/|]?\s*(?:[–—-]\s+)?"
    rf"(?:(?:{_WEEKDAY}),\s+)?(?:den\s+|am\s+|\()?"
    rf"(?P<date>{_DAY})\)?\s*(?:{_CODE})?\s*(?:(?:[.:|)]|[–—-])+\s*)"
)
_BRACKETED = re.compile(
    rf"^[\[(](?:(?:{_WEEKDAY}),\s+)?(?P<date>{_DAY})[\])]\s*(?:[:.–—-]\s*)?(?=[A-ZÄÖÜ„\"»])"
)
_NO_PLACE = re.compile(rf"{_WEEKDAY}|Von .*|Stand|Datum|Veröffentlicht.*|Erstellt.*|Aktualisiert.*|Termin.*")
_BAR = re.compile(rf"^(?P<place>{_NAME})\s+\|\s+")
_CODED = re.compile(rf"^(?:(?P<place>{_NAME})\s*[./]?\s*)?{_CODE}\s*(?:[–—:-]\s*|\.\s+)?(?=[A-ZÄÖÜ„\"»\d])")
_TOWN = re.compile(
    r"^(?P<place>[A-ZÄÖÜ]{3,}(?:[ /-][A-ZÄÖÜ]{3,}){0,3}|"
    r"(?:Kreis|Landkreis|Stadt) [A-ZÄÖÜ]\w+(?:[/-][A-ZÄÖÜ]\w+)?)"
    r"(?:\.|\s+[–—-])\s+(?=[A-ZÄÖÜ„\"»])"
)
_FIRST = 4


class Dateline(NamedTuple):
    """``place`` and ISO ``day`` that a text begins with, None where it names none, and the text without.

    ``before``: how many paragraphs stand before it: the first of them is a lead, whatever the markup says.
    """

    place: str | None
    day: str | None
    text: list[str]
    before: int = 0


def dateline(text: Sequence[str]) -> Dateline:
    """Place and day of a text's dateline, which is cut off.

    Only what is certain is one: a name with a date and a stop, a date in brackets, a name before a bar, the
    author's code in parentheses. With a date it may follow a lead and a heading, too.

    >>> dateline(["Bad Probe, 9. März 2018. Der Landrat kam."])
    Dateline(place='Bad Probe', day='2018-03-09', text=['Der Landrat kam.'], before=0)
    >>> dateline(["Rhein-Probe-Kreis (db) – Der Landrat kam."])
    Dateline(place='Rhein-Probe-Kreis', day=None, text=['Der Landrat kam.'], before=0)
    >>> dateline(["[03.03.2024] Der Landrat kam."])
    Dateline(place=None, day='2024-03-03', text=['Der Landrat kam.'], before=0)
    >>> dateline(["Corona – Die Zahl steigt."])
    Dateline(place=None, day=None, text=['Corona – Die Zahl steigt.'], before=0)
    """
    alone = re.fullmatch(rf"(?P<place>{_NAME}) {_CODE}", text[0]) if text[1:] else None
    if alone:
        return Dateline(alone.group("place"), None, list(text[1:]))
    for n, paragraph in enumerate(text[:_FIRST]):
        match, day = _begins(paragraph, first=n == 0)
        place = match and (match.groupdict().get("place") or "").rstrip(".,/ ")
        if match and not (place and _NO_PLACE.fullmatch(place)):
            rest = paragraph[match.end() :].strip()
            return Dateline(place or None, day, [*text[:n], *([rest] if rest else []), *text[n + 1 :]], n)
    return Dateline(None, None, list(text))


def _begins(paragraph: str, *, first: bool) -> tuple[re.Match[str] | None, str | None]:
    """How a paragraph begins, if it is with a dateline, and the day that it names."""
    match = _DATED.match(paragraph) or (_BRACKETED.match(paragraph) if first else None)
    day = find_day(match.group("date")) if match else None
    if day or not first:
        return match if day else None, day
    return _BAR.match(paragraph) or _CODED.match(paragraph) or _TOWN.match(paragraph), None
