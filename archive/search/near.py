"""What is one thing in several words: a day, a number, an amount, a measure, a road, a section of a law.

"A 46" asks for these two beside each other, and for "A46"; "1,25" for no text with a 1 here and a 25 there;
"8,3 m" for "8,3 Meter", too.
"""

from __future__ import annotations

import re
from functools import cache

from archive.dates import MONTHS
from archive.search.analyser import FUNCTION_WORDS, Run, fold, key, runs

_NUMBER = r"(?:\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d+(?:[.,]\d+)*)"
_SPACE = r"[ \t\u00a0\u202f]"
_MEASURES = (
    ("m", "Meter"), ("km", "Kilometer"), ("cm", "Zentimeter"), ("km/h", "Stundenkilometer"), ("ha", "Hektar"),
    ("m²", "qm", "Quadratmeter"), ("kg", "Kilogramm", "Kilo"), ("kW", "Kilowatt"), ("MW", "Megawatt"),
    ("Liter",), ("Tonne",), ("Gramm",), ("Promille",),
)  # fmt: skip
"""Units that follow a number, each with all its spellings; of single letters only "m": "5 G" is no weight."""

_MEASURE = "|".join(sorted((unit for units in _MEASURES for unit in units), key=len, reverse=True))

TOGETHER = (
    rf"\d{{1,2}}\.{_SPACE}*(?:{'|'.join(MONTHS)}|Maerz)\b(?:{_SPACE}+\d{{4}}(?!\w))?"
    rf"|(?:[a-z]|RB|RE|RS|IC|§|Paragra(?:ph|f)){_SPACE}\d+[a-z]?(?!\w|[.,:]\d)"
    rf"|{_NUMBER}(?:{_SPACE}?(?:Mio|Mrd|Tsd|Millionen?|Milliarden?|Tausend)\b\.?(?:{_SPACE}(?:€|%|(?:Euro|EUR|Prozent)\b))?"
    rf"|{_SPACE}?(?:€|%|(?:Euro|EUR|Prozent)\b)"
    rf"|{_SPACE}?(?:{_MEASURE})n?(?![\w/]))"
)
"""Regular expression, without regard to case, of words with spaces between that a query means as one."""

_UNPARTED = re.compile(rf"(?<=\d)(?=(?:{_MEASURE})n?$)", re.IGNORECASE)
_MONTH_FORMS = {fold(month): n for n, month in enumerate(MONTHS, 1)}
_UNITS = frozenset(map(key, ("euro", "prozent", "million", "milliarde", "tausend")))
_NAMED = re.compile(r"([a-z]{1,2}) ?(\d+[a-z]?)")
_LONGEST = 16  # words of one thing
_SECTION = ("paragraph", "paragraf")
_DATED = re.compile(r"\d{4}-\d\d?-\d\d?")


def ways(text: str) -> tuple[tuple[str, ...], ...]:
    """Keys that follow each other in texts that have what was typed; empty where it is no such thing.

    >>> ways("A 46"), ways("1,25"), ways("Kreis")
    ((('a', '46'), ('a46',)), (('1', '25'),), ())
    >>> ways("8,3 Meter")
    (('8', '3', 'm'), ('8', '3', 'met'))
    >>> ways("300kg") == ways("300 kg")
    True
    >>> ways("24.3.2025") == ways("24. März 2025")
    True
    """
    found = list(runs(_UNPARTED.sub(" ", text)))
    forms = [form for run in found for form in run.forms if form not in FUNCTION_WORDS]
    if day := _day(found, forms):
        return day
    named = _NAMED.fullmatch(" ".join(forms))
    if named:
        return named.groups(), ("".join(named.groups()),)
    keys = tuple(map(key, forms))
    others = [each for each in keys if not each.isdigit()]
    if not 2 <= len(keys) <= _LONGEST:
        return ()
    if not others:
        return keys, *((each,) for each in found[0].joined[:1] if len(found) == 1)
    amount = keys[0].isdigit() and (
        _UNITS.issuperset(others) or (len(keys) == 2 and forms[1] in _MONTH_FORMS)
    )
    if len(keys) == 2 and keys[0] in _SECTION and keys[1][0].isdigit():
        return tuple((way, keys[1]) for way in _SECTION)
    return (keys,) if amount else _measure(keys)


def _measure(keys: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """A number with a unit, in all spellings of the unit; empty for anything else."""
    size = next((n for n, each in enumerate(keys) if not each.isdigit()), 0)
    number, units = keys[:size], _spellings().get(keys[size:], ()) if size else ()
    written = (
        (f"{number[0]}{unit[0]}", *unit[1:]) for unit in units if size == 1 and len(unit[0]) < 3
    )  # "3kg"
    return (*((*number, *unit) for unit in units), *written)


@cache
def _spellings() -> dict[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Keys of each unit → those of all its spellings."""
    found = [
        [tuple(key(form) for run in runs(unit) for form in run.forms) for unit in units]
        for units in _MEASURES
    ]
    return {unit: tuple(units) for units in found for unit in units}


def _day(found: list[Run], forms: list[str]) -> tuple[tuple[str, ...], ...]:
    """A day with its year: in figures, as one key, and with the month's name."""
    if len(forms) != 3:
        return ()
    day, month, year = reversed(forms) if _DATED.fullmatch(found[0].raw) else forms
    number = _MONTH_FORMS.get(month) or (int(month) if len(found) == 1 and month.isdigit() else 0)
    if not (day.isdigit() and year.isdigit() and len(year) == 4 and 1 <= number <= 12):
        return ()
    if len(day) > 2 or not (found[0].joined or len(found) == 3):
        return ()
    plain, named = day.lstrip("0"), key(fold(MONTHS[number - 1]))
    days = dict.fromkeys((plain, f"{plain:0>2}"))
    return (f"{year}{number:02}{plain:0>2}",), *((each, named, year) for each in days)
