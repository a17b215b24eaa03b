"""Releases that their authority numbers ("Nr. 123/2018"), and the numbers that no release bears."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sqlite_utils import Database

_HEAD = 200
"""Characters at the beginning of a text in which its number may stand."""

_FEWEST, _MONTHS = 5, 12
_DENSE = 0.5

_NUMBER = re.compile(
    r"""
    \b (?: nr | nummer | pm | pi | pressedienst
        | (?:presse|medien) (?:mitteilung|information|meldung|info) ) \b
    [\s.:_-]* (?: nr\b [\s.:_-]* )?
    (?P<number> \d{1,4} )
    \s* [/_-] \s*
    (?P<year> (?:19|20)? \d\d ) (?! \d )
    """,
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Series:
    """The numbers of one year: how many releases bear one, lowest, highest, and what lacks between."""

    year: int
    releases: int
    lowest: int
    highest: int
    missing: tuple[int, ...]


def number(words: str, year: int) -> int | None:
    """The number that a release of a year bears; None where there is none, or one of another year.

    >>> number("Pressemitteilung Nr. 123/2018 vom 4. Mai", 2018), number("PM 17/18", 2018)
    (123, 17)
    >>> number("https://kreis.example/pressemitteilung-123-2018.html", 2018)
    123
    >>> number("Bebauungsplan 12/2018", 2018), number("Nr. 123/2017", 2018), number("PM 12-03-2018", 2018)
    (None, None, None)
    """
    for found in _NUMBER.finditer(words.replace("_", " ")):
        said = found["year"]
        if int(said) % 100 == year % 100 and (len(said) == 2 or int(said) == year):
            return int(found["number"])
    return None


def series(db: Database, source: str) -> list[Series]:
    """The years in which a source numbers its releases, oldest first.

    A year counts when enough releases bear a number, most numbers are there, and they are no months. That a
    number is missing does not prove a release: authorities skip numbers, and give them to what they never
    publish.
    """
    years: dict[int, list[int]] = defaultdict(list)
    for year, found in _numbers(db, source):
        years[year].append(found)
    return [
        Series(
            year,
            len(found),
            min(found),
            max(found),
            tuple(sorted({*range(min(found), max(found))} - {*found})),
        )
        for year, found in sorted(years.items())
        if len({*found}) >= max(_FEWEST, _DENSE * (max(found) - min(found) + 1)) and max(found) > _MONTHS
    ]


def _numbers(db: Database, source: str) -> Iterator[tuple[int, int]]:
    rows = db.execute(
        f"SELECT published_on, title, substr(text, 1, {_HEAD}), url FROM releases"
        " WHERE source_id = ? AND published_on IS NOT NULL ORDER BY published_on, id",
        [source],
    )
    for day, *places in rows:
        year = int(day[:4])
        found = next((each for place in places if (each := number(place, year)) is not None), None)
        if found is not None:
            yield year, found
