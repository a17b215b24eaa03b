"""What a reader types, as clauses and filters. Any text is a query; what cannot be read is read as words.

Words must all occur; ``"…"``, ``„…“`` and ``»…«`` enclose phrases; ``-`` excludes; ``ODER`` between two words
asks for one of them; ``*`` behind three letters or more stands for any ending. ``titel:`` and ``wörtlich:``
stand before a word or phrase; ``von:``, ``land:``, ``art:``, ``nur:``, ``mit:``, ``ab:`` and ``bis:`` limit
the result.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal, NamedTuple

from archive.search.analyser import FUNCTION_WORDS, fold, key, runs
from archive.search.near import TOGETHER

Kind = Literal["word", "phrase", "literal", "prefix"]

MAX_TERMS = 64
"""Words, phrases and filters of a query that count; what comes after them is left out."""

_TELLING = 3  # letters of a word of several that may do alone
_LEAST_PREFIX = 3  # letters of a beginning: with fewer, too many words begin so
MAX_LENGTH = 1000
"""Characters of a query that count."""

QUOTES = '"„“”»«'
_SPAN = ("ab", "bis")  # these have no opposite but each other
_FIELD = r"von|land|art|nur|mit|ab|bis|titel|wörtlich|woertlich|wortlich"
_TERM = re.compile(
    rf"(?P<minus>(?<!\S)-)?(?:(?P<field>(?:(?:{_FIELD}):\s*)*)(?:[{QUOTES}](?P<phrase>[^{QUOTES}]*)[{QUOTES}]"
    rf"|(?P<word>{TOGETHER}|\d{{1,3}}(?:[ \u00a0\u202f]\d{{3}})+(?![\w.])|[^\s{QUOTES}]+)))",
    re.IGNORECASE,
)
_TOKEN = re.compile("[^\\W_](?:[^\\W_]|[\u0300-\u036f])*")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_LITERAL_FIELDS = frozenset(["wörtlich", "woertlich", "wortlich"])
_WORD_FIELDS = _LITERAL_FIELDS | {"titel"}
_FACTS = {
    f"{name}:{word}": fact
    for name, words, fact in (
        ("art", "meldung meldungen pressemitteilung pressemitteilungen", ("kind", "release")),
        ("art", "einladung einladungen", ("kind", "invitation")),
        ("art", "hinweis hinweise", ("kind", "notice")),
        ("art", "sonstiges", ("kind", "other")),
        ("nur", "geandert", ("changed", "1")),
        ("nur", "weg fort verschwunden", ("gone", "1")),
        ("mit", "anhang anhangen", ("attached", "1")),
    )
    for word in words.split()
}
"""Columns of search_rows with their values, by what is typed, folded."""
_QUESTIONS = """
wer wen wem wessen was wie wo wohin woher wann warum wieso weshalb wofur womit woran worum wozu wieviel
welche welcher welches welchem welchen
"""
_ASKING = frozenset(_QUESTIONS.split())
_LIGHT = """
man darf durfen muss mussen bekommt bekommen bekomme zahlt droht drohen gilt gelten lange viel viele lautet
heisst heissen hiess nennt genannt
"""
_ASKED = frozenset(_LIGHT.split())
"""Forms that in a question say no more than its first word does."""
_OR = frozenset(["ODER", "OR", "|"])
_AND = frozenset(["UND", "AND", "+", "&"])
_DAY = re.compile(
    r"(\d{4})(?:-(\d\d?)(?:-(\d\d?))?)?|(?:(?:(\d\d?)\.)?(\d\d?)\.)(\d{4})"
    r"|(\d\d?)\.(\d\d?)\.(\d\d)"
)


class Term(NamedTuple):
    """A word as the analyser reads it, or a phrase, a literal or the beginning of a word by its tokens."""

    kind: Kind
    text: str
    in_title: bool = False


class Clause(NamedTuple):
    """One of the terms must occur; none of them where it excludes."""

    terms: tuple[Term, ...]
    excludes: bool = False


class Limit(NamedTuple):
    """A release must have one of the values in this respect; none of them where it excludes.

    ``respect``: ``von`` and ``land`` with what was typed, else a column of search_rows.
    """

    respect: str
    values: tuple[str, ...]
    excludes: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """``since`` and ``until`` are ISO days, None where there is no such limit.

    ``unread``: limits as typed that could not be read; ``backwards``: spans of ISO days that end before they
    begin, which limit nothing. ``blank``: nothing was typed.
    """

    clauses: tuple[Clause, ...] = ()
    limits: tuple[Limit, ...] = ()
    since: str | None = None
    until: str | None = None
    unread: tuple[str, ...] = ()
    backwards: tuple[tuple[str, str], ...] = ()
    blank: bool = False

    @property
    def limited(self) -> bool:
        """Whether anything but words limits the result."""
        return bool(self.limits or self.since or self.until)


def parse(text: str) -> Query:
    """Read what was typed.

    >>> parse("Brücke ODER Tunnel -Stau").clauses[0].terms
    (Term(kind='word', text='Brücke', in_title=False), Term(kind='word', text='Tunnel', in_title=False))
    >>> parse("ab:2018-03 bis:2018").since, parse("ab:2018-03 bis:2018").until
    ('2018-03-01', '2018-12-31')
    """
    plain = unicodedata.normalize("NFC", _INVISIBLE.sub("", text[: 4 * MAX_LENGTH])).replace("\0", " ")
    plain = plain[:MAX_LENGTH].encode("utf-8", "replace").decode()  # half of a character, which no text has
    clauses: list[Clause] = []
    limits: dict[tuple[str, bool], list[str]] = {}
    unread: list[str] = []
    either = False
    typed = list(islice(_TERM.finditer(plain), MAX_TERMS))
    for found in typed:
        word, excludes = found["word"], bool(found["minus"])
        if word in _OR | _AND and not found["field"] and len(typed) > 1:
            either = word in _OR and bool(clauses)
            continue
        fields = [name.strip().lower() for name in found["field"].split(":") if name.strip()]
        value = (found["phrase"] if word is None else word).strip()
        limiting = next((name for name in fields if name not in _WORD_FIELDS), None)
        fact = _fact(limiting, value) if limiting and not (excludes and limiting in _SPAN) else None
        if fact:
            limits.setdefault((fact[0], excludes), []).append(fact[1])
        elif limiting:
            unread.append(f"{limiting}:{value}")
        elif term := _term(value, fields, quoted=word is None):
            if either and not excludes and not clauses[-1].excludes:
                clauses[-1] = Clause((*clauses[-1].terms, term))
            else:
                clauses.append(Clause((term,), excludes))
        either = False
    since, until = (limits.pop((name, False), [None])[-1] for name in _SPAN)
    named = (Limit(respect, tuple(values), excludes) for (respect, excludes), values in limits.items())
    return Query(
        _told_apart(_without_function_words(clauses)),
        tuple(named),
        since,
        until,
        tuple(unread),
        blank=not text.strip(),
    )


def _fact(name: str, value: str) -> tuple[str, str] | None:
    """What a limit asks for in which respect; None where it cannot be read."""
    if name in _SPAN:
        day = limit_day(value, last=name == "bis")
        return (name, day) if day else None
    return (name, value) if name in ("von", "land") else _FACTS.get(f"{name}:{fold(value)}")


def tokens(text: str) -> list[str]:
    """Words as the index of literal words has them."""
    return _TOKEN.findall(text.lower())


def _term(value: str, fields: Sequence[str], *, quoted: bool) -> Term | None:
    in_title = "titel" in fields
    spelled = " ".join(tokens(value))
    if not spelled and not next(runs(value), None):
        return None
    if not _LITERAL_FIELDS.isdisjoint(fields):
        return Term("literal", spelled, in_title) if spelled else None
    if quoted:
        return Term("phrase", spelled, in_title) if spelled else None
    if value.endswith("*") and len(spelled) >= _LEAST_PREFIX:
        return Term("prefix", spelled, in_title)
    return Term("word", value, in_title)


def _without_function_words(clauses: list[Clause]) -> tuple[Clause, ...]:
    """Without words like "in" and "der", unless there is nothing else: then they are searched literally.

    A question is also asked without words like "bekommt", where others are left.
    """
    asks = not _ASKING.isdisjoint(form for each in clauses[:2] for form in _forms(each.terms[0]))
    for empty in (FUNCTION_WORDS | _ASKED, FUNCTION_WORDS) if asks else (FUNCTION_WORDS,):
        telling = [each for each in clauses if not all(_says_nothing(term, empty) for term in each.terms)]
        if any(not clause.excludes for clause in telling):
            return tuple(telling)
    return tuple(Clause(tuple(map(_literally, each.terms)), each.excludes) for each in clauses)


def _told_apart(clauses: Sequence[Clause]) -> tuple[Clause, ...]:
    """Words to exclude that have the key of one that is wanted are excluded as they are spelled."""
    wanted = {
        each for clause in clauses if not clause.excludes for term in clause.terms for each in _keys(term)
    }
    return tuple(
        clause._replace(terms=tuple(map(_as_spelled, clause.terms)))
        if clause.excludes and (keys := _keys(clause.terms[0])) and keys <= wanted
        else clause
        for clause in clauses
    )


def _as_spelled(term: Term) -> Term:
    spelled = " ".join(tokens(term.text))
    return term._replace(kind="phrase", text=spelled) if spelled else term


def apart(words: Sequence[Clause]) -> Sequence[Clause]:
    """Where a run with hyphens is all that is asked for, its words: without numbers and short ones.

    >>> [clause.terms[0].text for clause in apart(parse("5-Prozent-Hürde").clauses)]
    ['prozent', 'hurde']
    """
    if len(words) != 1 or len(words[0].terms) != 1 or words[0].terms[0].kind != "word":
        return words
    term = words[0].terms[0]
    members = [form for run in runs(term.text) if run.joined for form in run.forms if form.isalpha()]
    telling = [form for form in members if len(form) >= _TELLING and form not in FUNCTION_WORDS]
    return [Clause((term._replace(text=form),)) for form in telling] if len(telling) > 1 else words


def _keys(term: Term) -> set[str]:
    return set(map(key, _forms(term)))


def _forms(term: Term) -> list[str]:
    """Forms of a term that is read by the analyser; none of others."""
    return [form for run in runs(term.text) for form in run.forms] if term.kind == "word" else []


def _literally(term: Term) -> Term:
    empty = _says_nothing(term, FUNCTION_WORDS)
    return Term("literal", " ".join(tokens(term.text)), term.in_title) if empty else term


def _says_nothing(term: Term, empty: frozenset[str]) -> bool:
    return term.kind == "word" and empty.issuperset(_forms(term))


def limit_day(value: str, *, last: bool) -> str | None:
    """First or last ISO day of a day, month or year as typed; None when it is none of them.

    >>> limit_day("2018-02", last=True), limit_day("1.3.18", last=False), limit_day("neulich", last=True)
    ('2018-02-28', '2018-03-01', None)
    """
    found = _DAY.fullmatch(value)
    if not found:
        return None
    iso_year, iso_month, iso_day, day, month, year, *short = found.groups()
    if short[2]:
        day, month, year = *short[:2], f"20{short[2]}"
    year, month, day = iso_year or year, iso_month or month, iso_day or day
    whole = int(month) if month else (12 if last else 1)
    if not 1 <= whole <= 12 or not 1900 <= int(year) <= 9999:
        return None
    days = calendar.monthrange(int(year), whole)[1]
    date = int(day) if day else (days if last else 1)
    return f"{int(year):04}-{whole:02}-{date:02}" if 1 <= date <= days else None
