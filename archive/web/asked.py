"""What a search is asked for, as the address of its page says it: words, filters, order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol
from urllib.parse import urlencode

from archive.search import Filters, Order
from archive.search.query import QUOTES

_LIMITS: Mapping[str, Literal["publisher", "land", "kind", "since", "until"]] = {
    "behoerde": "publisher", "land": "land", "art": "kind", "ab": "since", "bis": "until",
}  # fmt: skip
_FLAGS: Mapping[str, Literal["changed", "gone", "attachments"]] = {
    "geaendert": "changed", "weg": "gone", "anhang": "attachments",
}  # fmt: skip
_PHRASE = re.compile(rf"(?<!\S)[{QUOTES}]([^{QUOTES}]*)[{QUOTES}]")
_EITHER = re.compile(rf"([{QUOTES}][^{QUOTES}]*[{QUOTES}])|(?<=\S\s)oder(?=\s+[^\s-])")
_PERIOD = "zeitraum"
_LONGEST_QUERY, _LONGEST = 1000, 200  # characters: each address stands on a page hundreds of times


@dataclass(frozen=True, slots=True)
class Asked:
    """``values``: the parameters of the address that say something, in a fixed order."""

    query: str
    order: Order
    filters: Filters
    values: Mapping[str, str]

    @property
    def unquoted(self) -> str:
        """The query with the phrases that it wants as words; empty where it wants none.

        >>> asked({"q": 'von:"Kreis Unna" „Neue Brücke“'}).unquoted, asked({"q": "Brücke"}).unquoted
        ('von:"Kreis Unna" Neue Brücke', '')
        """
        plain, phrases = _PHRASE.subn(r"\1", self.query)
        return plain.strip() if phrases else ""

    @property
    def either(self) -> str:
        """The query with "oder" in capitals, in which it asks for one of two; empty where there is none.

        >>> asked({"q": 'Kita oder "mehr oder weniger"'}).either, asked({"q": "Kita ODER Schule"}).either
        ('Kita ODER "mehr oder weniger"', '')
        """
        meant = _EITHER.sub(lambda found: found[1] or "ODER", self.query)
        return "" if meant == self.query else meant

    def address(self, **changes: str | None) -> str:
        """The query string with other values; None or "" leaves a parameter out. Empty where none is left.

        >>> asked({"q": "Brücke", "land": "NW", "seite": "3"}).address(land=None, ab="2018")
        '?q=Br%C3%BCcke&ab=2018'
        """
        values = {name: value for name, value in {**self.values, **changes}.items() if value}
        return f"?{urlencode(values)}" if values else ""


class Parameters(Protocol):
    """Those of a request; the first of several with one name counts."""

    def get(self, name: str, /) -> str | None:
        """The value; None when there is none."""


def asked(args: Parameters) -> Asked:
    """Read the parameters of an address; ``zeitraum`` is a day, month or year that is both first and last.

    >>> asked({"q": " ", "zeitraum": "2018-03", "weg": "1", "sortierung": "beste"}).filters
    {'since': '2018-03', 'until': '2018-03', 'gone': True}
    """
    query = (args.get("q") or "")[:_LONGEST_QUERY]
    order: Order = "best" if args.get("sortierung") == "beste" and query.strip() else "newest"
    period = (args.get(_PERIOD) or "")[:_LONGEST].strip()
    values = {"q": query} if query.strip() else {}
    filters: Filters = {}
    for name, limit in _LIMITS.items():
        value = (args.get(name) or "")[:_LONGEST].strip() or (period if name in ("ab", "bis") else "")
        if value:
            filters[limit] = values[name] = value
    for name, flag in _FLAGS.items():
        if args.get(name):
            filters[flag] = True
            values[name] = "1"
    if order == "best":
        values["sortierung"] = "beste"
    return Asked(query, order, filters, values)
