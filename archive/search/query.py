"""What a reader types, as clauses and filters. Any text is a query; what cannot be read is read as words.

Words must all occur; ``"…"``, ``„…“`` and ``»…«`` enclose phrases; ``-`` excludes; ``ODER`` between two words
asks for one of them; ``*`` at a word's end stands for any ending. ``titel:`` and ``wörtlich:`` stand before a
word or phrase; ``von:``, ``land:``, ``ab:`` and ``bis:`` filter.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from archive.search.analyser import FUNCTION_WORDS, runs

Kind = Literal["word", "phrase", "literal", "prefix"]

MAX_TERMS = 64
"""Words, phrases and filters of a query that count; what comes after them is left out."""

_LONGEST_TERM = 400
_QUOTES = '"„“”»«'
_FIELD = r"von|land|ab|bis|titel|wörtlich|woertlich|wortlich"
_TERM = re.compile(
    rf"(?P<minus>(?<!\S)-)?(?:(?P<field>(?:(?:{_FIELD}):)*)(?:[{_QUOTES}](?P<phrase>[^{_QUOTES}]*)[{_QUOTES}]"
    rf"|(?P<word>\d{{1,3}}(?:[ \u00a0\u202f]\d{{3}})+(?![\w.])|[^\s{_QUOTES}]+)))",
    re.IGNORECASE,
)
_TOKEN = re.compile("[^\\W_](?:[^\\W_]|[\u0300-\u036f])*")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_OR = frozenset(["ODER", "OR", "|"])
_AND = frozenset(["UND", "AND", "+", "&"])
_DAY = re.compile(r"(\d{4})(?:-(\d\d?)(?:-(\d\d?))?)?|(?:(?:(\d\d?)\.)?(\d\d?)\.)(\d{4})")


class Term(NamedTuple):
    """A word as the analyser reads it, or a phrase, a literal or the beginning of a word by its tokens."""

    kind: Kind
    text: str
    in_title: bool = False


class Clause(NamedTuple):
    """One of the terms must occur; none of them where it excludes."""

    terms: tuple[Term, ...]
    excludes: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """``since`` and ``until`` are ISO days, None where there is no such limit. Filters are as typed.

    ``blank``: nothing was typed. Notices are filters that could not be read.
    """

    clauses: tuple[Clause, ...] = ()
    publishers: tuple[str, ...] = ()
    lands: tuple[str, ...] = ()
    not_publishers: tuple[str, ...] = ()
    not_lands: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    unread: tuple[str, ...] = field(default=())
    blank: bool = False

    @property
    def filters(self) -> bool:
        """Whether anything but words limits the result."""
        named = self.publishers or self.lands or self.not_publishers or self.not_lands
        return bool(named or self.since or self.until)


def parse(text: str) -> Query:
    """Read what was typed.

    >>> parse("Brücke ODER Tunnel -Stau").clauses[0].terms
    (Term(kind='word', text='Brücke', in_title=False), Term(kind='word', text='Tunnel', in_title=False))
    >>> parse("ab:2018-03 bis:2018").since, parse("ab:2018-03 bis:2018").until
    ('2018-03-01', '2018-12-31')
    """
    plain = unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).replace("\0", " ")
    plain = plain.encode("utf-8", "replace").decode()  # half of a character, which no text has
    clauses: list[Clause] = []
    filters: dict[str, list[str]] = {}
    limits: dict[str, str] = {}
    unread: list[str] = []
    either = False
    for found in list(_TERM.finditer(plain))[:MAX_TERMS]:
        word = found["word"]
        if word in _OR | _AND and not found["field"]:
            either = word in _OR and bool(clauses)
            continue
        fields = {name.lower() for name in found["field"].split(":") if name}
        value = (found["phrase"] if word is None else word)[:_LONGEST_TERM].strip()
        if fields & {"von", "land"}:
            name = ("not_" if found["minus"] else "") + ("publishers" if "von" in fields else "lands")
            filters.setdefault(name, []).append(value)
        elif fields & {"ab", "bis"}:
            name = "ab" if "ab" in fields else "bis"
            day = _limit(value, last=name == "bis")
            if day:
                limits[name] = day
            else:
                unread.append(f"{name}:{value}")
        elif term := _term(value, fields, quoted=word is None):
            if either and not found["minus"] and not clauses[-1].excludes:
                clauses[-1] = Clause((*clauses[-1].terms, term))
            else:
                clauses.append(Clause((term,), bool(found["minus"])))
        either = False
    named = {name: tuple(values) for name, values in filters.items()}
    return Query(
        _without_function_words(clauses), **named, since=limits.get("ab"), until=limits.get("bis"),
        unread=tuple(unread), blank=not text.strip(),
    )  # fmt: skip


def tokens(text: str) -> list[str]:
    """Words as the index of literal words has them."""
    return _TOKEN.findall(text.lower())


def _term(value: str, fields: set[str], *, quoted: bool) -> Term | None:
    in_title = "titel" in fields
    spelled = " ".join(tokens(value))
    if not spelled and not next(runs(value), None):
        return None
    if fields & {"wörtlich", "woertlich", "wortlich"}:
        return Term("literal", spelled, in_title) if spelled else None
    if quoted:
        return Term("phrase", spelled, in_title) if spelled else None
    if value.endswith("*") and spelled:
        return Term("prefix", spelled, in_title)
    return Term("word", value, in_title)


def _without_function_words(clauses: list[Clause]) -> tuple[Clause, ...]:
    """Without words like "in" and "der", unless there is nothing else: then they are searched literally."""
    telling = [clause for clause in clauses if clause.excludes or not all(map(_says_nothing, clause.terms))]
    if any(not clause.excludes for clause in telling):
        return tuple(clause for clause in telling if not all(map(_says_nothing, clause.terms)))
    return tuple(Clause(tuple(map(_literally, each.terms)), each.excludes) for each in clauses)


def _literally(term: Term) -> Term:
    return Term("literal", " ".join(tokens(term.text)), term.in_title) if _says_nothing(term) else term


def _says_nothing(term: Term) -> bool:
    return term.kind == "word" and all(
        form in FUNCTION_WORDS for run in runs(term.text) for form in run.forms
    )


def _limit(value: str, *, last: bool) -> str | None:
    """First or last day of a day, month or year; None when it is none of them."""
    found = _DAY.fullmatch(value)
    if not found:
        return None
    iso_year, iso_month, iso_day, day, month, year = found.groups()
    year, month, day = iso_year or year, iso_month or month, iso_day or day
    whole = int(month) if month else (12 if last else 1)
    if not 1 <= whole <= 12 or not 1900 <= int(year) <= 9999:
        return None
    days = calendar.monthrange(int(year), whole)[1]
    date = int(day) if day else (days if last else 1)
    return f"{int(year):04}-{whole:02}-{date:02}" if 1 <= date <= days else None
