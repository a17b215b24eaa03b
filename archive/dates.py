"""German dates and times as authorities write them, turned into days in Europe/Berlin and moments in UTC."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
    "Dezember",
)  # fmt: skip

_FIRST_YEAR, _LAST_YEAR = 1900, 2199

_MONTHS = {
    "jan": 1, "jän": 1, "feb": 2, "mär": 3, "mae": 3, "mar": 3, "apr": 4, "mai": 5, "jun": 6, "jul": 7,
    "aug": 8, "sep": 9, "okt": 10, "nov": 11, "dez": 12, "mrz": 3, "may": 5, "oct": 10, "dec": 12,
}  # fmt: skip
_NAMES = (
    "januar|jänner|jan|februar|feb|märz|maerz|mär|april|apr|mai|juni|jun|juli|jul|august|aug|"
    "september|sept|sep|oktober|okt|november|nov|dezember|dez|mrz|january|february|march|may|june|july|"
    "october|oct|december|dec"
)
_WRITTEN = re.compile(rf"(?<![\d.,])(\d{{1,2}})\.?\s*({_NAMES})\b\.?,?\s*(\d{{4}})(?!\d)", re.IGNORECASE)
_ENGLISH = re.compile(rf"(?<!\w)({_NAMES})\.?\s+(\d{{1,2}}),\s*(\d{{4}})(?!\d)", re.IGNORECASE)
_DOTTED = re.compile(r"(?<![\d.])(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d{2})(?![\d.]*\d)")
_ISO = re.compile(r"(?<!\d)((?:19|20)\d\d)-(\d\d)-(\d\d)(?!\d)")
_MAYBE = re.compile(r"\d(?:\.|\d\d-|/|,|\s*[a-z])", re.IGNORECASE)
_CLOCK = re.compile(
    r"(?<![\d:])([01]?\d|2[0-3])[:.]([0-5]\d)(?::\d\d)?\s*Uhr|(?<![\d:.])([01]?\d|2[0-3]):([0-5]\d)\b"
)


def find_days(text: str) -> list[tuple[int, int, str]]:
    """All German and ISO dates in a text as (start, end, ISO day), in order; impossible ones left out.

    >>> find_days("Gütersloh, 9. März 2018. Am 8.3.18 und am 23.Juni 2026, nicht am 31.02.2020.")
    [(11, 23, '2018-03-09'), (28, 34, '2018-03-08'), (42, 54, '2026-06-23')]
    >>> find_days("2026-03-01T22:30 Version 1.2.3.4")
    [(0, 10, '2026-03-01')]
    """
    found: list[tuple[int, int, str]] = []
    if not _MAYBE.search(text):
        return found
    for pattern, order, wanted in (
        (_WRITTEN, (3, 2, 1), "."),
        (_DOTTED, (3, 2, 1), "."),
        (_ENGLISH, (3, 1, 2), ","),
        (_ISO, (1, 2, 3), "-"),
    ):
        if wanted not in text and pattern is not _WRITTEN:
            continue
        for match in pattern.finditer(text):
            year, month, day = (match.group(i) for i in order)
            if iso := _day(year, month, day):
                found.append((match.start(), match.end(), iso))
    return sorted(found)


def find_day(text: str) -> str | None:
    """First date in a text as an ISO day, None when there is none."""
    return next((day for _, _, day in find_days(text)), None)


def parse_moment(value: str) -> tuple[str, str | None] | None:
    """Machine-readable or German date into (day in Berlin, moment in UTC or None when only the day is known).

    ISO 8601, the dates of feeds (RFC 822) and written German dates are read; a time without zone is Berlin's.
    Midnight sharp in Berlin counts as "only the day is known". None when nothing can be read.

    >>> parse_moment("2026-02-10T23:30:00Z")
    ('2026-02-11', '2026-02-10T23:30:00Z')
    >>> parse_moment("Tue, 10 Feb 2026 09:00:00 +0100")
    ('2026-02-10', '2026-02-10T08:00:00Z')
    >>> parse_moment("10.02.2026"), parse_moment("morgen")
    (('2026-02-10', None), None)
    """
    value = value.strip()
    moment = _iso_moment(value) or _mail_moment(value)
    if moment is not None and _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        local = moment.astimezone(BERLIN)
        # midnight sharp is what systems write that know only the day
        known = local.time().isoformat() != "00:00:00"
        return local.date().isoformat(), _utc(moment) if known else None
    days = find_days(value)
    if not days:
        return None
    _, end, day = days[0]
    return day, _at_clock(day, value[end:])


def berlin_day(moment: str) -> str:
    """Day in Berlin of a UTC moment.

    >>> berlin_day("2026-06-30T22:00:00.000000Z")
    '2026-07-01'
    """
    return datetime.fromisoformat(moment).astimezone(BERLIN).date().isoformat()


def _at_clock(day: str, rest: str) -> str | None:
    """UTC moment of a time of day that stands right behind a date; None when there is none."""
    match = _CLOCK.search(rest[:20])
    if not match:
        return None
    hour, minute = (int(part) for part in match.groups() if part is not None)
    local = datetime.fromisoformat(day).replace(hour=hour, minute=minute, tzinfo=BERLIN)
    return _utc(local)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _iso_moment(value: str) -> datetime | None:
    if len(value) < 16 or value[10:11] not in "Tt ":
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=BERLIN)


def _mail_moment(value: str) -> datetime | None:
    if ":" not in value:
        return None
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, IndexError):
        return None
    # "-0000" and missing zones are UTC by RFC 5322; the standard library returns them without a zone.
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _day(year: str, month: str, day: str) -> str | None:
    number = int(year) if len(year) == 4 else 2000 + int(year)
    if not _FIRST_YEAR <= number <= _LAST_YEAR:
        return None
    month_number = int(month) if month.isdigit() else _MONTHS[month.lower()[:3]]
    try:
        return date(number, month_number, int(day)).isoformat()
    except ValueError:
        return None
