"""One analyser for both sides: the words of a text or a query, and the keys under which they meet.

Pure functions. A *run* is what stands together in a text (a word, a number, words joined by hyphens); its
*forms* are its words in lower case with umlauts folded; a form's *key* is its stem. Compounds: lexicon.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.metadata import version
from itertools import pairwise
from typing import NamedTuple

import Stemmer

VERSION = "3"
"""Raise it with every change that can change a form, key or part: other indexes are then made again."""

_INVISIBLE = "\u00ad\u200b-\u200f\u2060\ufeff"
_WORD = rf"[^\W_]+(?:[{_INVISIBLE}\u0300-\u036f][^\W_]*)*"
_GENDER = r"(?:[:*_·/]-?(?:innen|in)\b|\((?:innen|in)\))"
_PAIRED = r"(?!(?:und|oder|bzw|beziehungsweise|sowie|bis|als|noch|statt|wie|auch|u|in|im|zu|zum|mit|auf)\b)"
_BREAK = rf"-[ \t]*\r?\n[ \t]*{_PAIRED}(?=[a-zäöüß])"
_GAP = rf"-[ \t]+{_PAIRED}(?=[a-zäöüß])"  # where a page's lines became one
_RUN = re.compile(
    rf"(?P<date>\b[0-3]?\d\.[01]?\d\.(?:19|20)\d\d\b)"
    rf"|(?P<number>\b\d{{1,3}}(?:[.\u0020\u00a0\u202f]\d{{3}})+\b(?:,\d+)?|\b\d+[.,]\d+\b)"
    rf"|(?P<word>{_WORD}(?:{_GENDER}|{_BREAK}{_WORD}|{_GAP}{_WORD}|[-\u2010\u2011]{_WORD}|\+(?!\w))*)"
    r"|(?P<sign>[€%§])"
)
_BROKEN = re.compile(rf"(?<=[^\W\d_]){_BREAK}")
_GROUPED = re.compile(r"\d{1,3}(?:[.\s]\d{3})+(?!\d)")
_AGE = re.compile(r"(?<=\d)(?=[^\W\d_]{3})")
_UNSEEN = re.compile(f"[{_INVISIBLE}]")
_SIGNS = {"€": "euro", "%": "prozent", "§": "paragraph"}
_SHORT = {"eur": "euro", "mio": "million", "mrd": "milliarde", "tsd": "tausend", "str": "strasse"}
_DIGRAPH = re.compile(r"(?:ae|oe|(?<![aäeq])ue)")
_LATIN = re.compile(r"(?<=[bcdfghlmnprsvziek])(?<!aum)ums?$")
_FOREIGN_PLURAL = re.compile(r"(?:[^aeiou][aoiuy]|[ie]o)s$")
_WOMEN = re.compile(r"(?<=\w{4})(?<!\bents)(?<!\bentr)(?<!\bzerr)(?<!\bgesp)(?<!\bvers)innen$")
_WOMAN = re.compile(
    r"(?<=ent|ant|ist|eur|log|gog|arz|irt|oss|zos|eug|ieb|bar|eld|alt|och|nig|hef|rat|dat|mat|lot|let|ekt|bot"
    r"|und|amt|leg|rzt|oph|raf|urg|ech|urk)in$|(?<=\wor)in$|(?<=\w[knstv]ar)in$"
)
"""Women by the ending of the men: the stemmer knows only those in -er; any -in would take Berlin, too."""

_LONGEST = 64

_FUNCTION_WORDS = """
ab aber alle allem allen aller alles als also am an auch auf aus bei beim bis bzw da dabei dadurch dafur
damit dann das dass davon dazu dein dem den denn der deren des dessen die dies diese diesem diesen dieser
dieses doch dort du durch ein eine einem einen einer eines er es etwa euch fur gegen gibt hat hatte
hatten haben habe hier hin ich ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres im in ins ist ja je jede
jedem jeden jeder jedes jedoch kann kein keine keinem keinen keiner konnen konnte konnten man mehr mein
mit nach nicht noch nun nur ob oder ohne sein seine seinem seinen seiner seines seit selbst sich sie sind
so sollen soll sollte sowie uber um und uns unser unter vom von vor wann war waren warum was weil welche
welchem welchen welcher welches wem wen wenn wer werden wird wie wieder wieso wir wo wurde wurden wozu zu
zum zur zwischen
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
"""Forms that carry no meaning of their own: they are not in the index of keys, and no query needs them."""


Token = tuple[str, str | None]
"""A run as it is written, and what it is: date, number, word or sign."""


class Run(NamedTuple):
    """What stands together in a text: ``text[start:end]`` is ``raw``, its forms in order.

    ``joined``: a hyphenated run as one word, and each two of its words that follow each other; else empty.
    ``noun``: written with a capital.
    """

    start: int
    end: int
    raw: str
    forms: tuple[str, ...]
    joined: tuple[str, ...]
    noun: bool


def runs(text: str) -> Iterator[Run]:
    """All runs of a text, in order; offsets count code points of the text as given.

    >>> [run.forms for run in runs("365.000 € für Bürger:innen, Frei\\u00adbad- und NRW-Fest")]
    [('365000',), ('euro',), ('fur',), ('burgerinnen',), ('freibad',), ('und',), ('nrw', 'fest')]
    """
    for start, end, token in located(text):
        forms, joined = read(token)
        if forms:
            yield Run(start, end, token[0], forms, joined, token[0][0].isupper())


def located(text: str) -> Iterator[tuple[int, int, Token]]:
    """Where runs stand in a text, unread: (start, end, token)."""
    return ((*found.span(), (found.group(), found.lastgroup)) for found in _RUN.finditer(text))


@lru_cache(maxsize=1 << 16)
def read(token: Token) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(forms, joined) of a run; both empty where it has nothing to be found by."""
    raw, kind = token
    if kind == "sign":
        return (_SIGNS[raw],), ()
    if kind == "number":
        grouped = re.sub(r"[.\s](?=\d{3}(?:\D|$))", "", raw) if _GROUPED.match(raw) else raw
        return tuple(re.split("[.,]", grouped)), ()
    if kind == "date":
        day, month, year = raw.split(".")
        return (day.lstrip("0") or "0", month.lstrip("0") or "0", year), (f"{year}{month:0>2}{day:0>2}",)
    text = re.sub(_BREAK, "", _UNSEEN.sub("", raw))
    text = re.sub(r"[:*_·/(]-?(innen|in)\b\)?", r"\1", text)
    members = tuple(
        form for each in re.split(r"[-\u2010\u2011+]\s*", _AGE.sub("-", text)) if (form := fold(each))
    )
    if len(members) < 2:
        return members, ()
    pairs = [one + other for one, other in pairwise(members)]
    return members, tuple(dict.fromkeys(["".join(members)[:_LONGEST], *pairs]))


def fold(word: str) -> str:
    """A word as a form: lower case, umlauts, ß and other accents folded, at most 64 letters.

    >>> fold("Gütersloh"), fold("GUETERSLOH"), fold("Straße"), fold("Waldstr"), fold("neue"), fold("Café")
    ('gutersloh', 'gutersloh', 'strasse', 'waldstrasse', 'neue', 'cafe')
    """
    lower = unicodedata.normalize("NFC", word).lower().replace("ß", "ss")
    plain = _DIGRAPH.sub(lambda found: found.group()[0], lower)
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
        plain = "".join(c for c in plain if c.isalnum())
    if plain.endswith("str") and len(plain) > len("str"):
        plain += "asse"
    return _SHORT.get(plain, plain)[:_LONGEST]


def whole(text: str) -> str:
    r"""A text whose words are not broken at the ends of lines.

    >>> whole("Die Grund-\nschule, die Haupt-\nund die Neben-\n  stelle")
    'Die Grundschule, die Haupt-\nund die Nebenstelle'
    """
    return _BROKEN.sub("", text) if "-" in text else text


@lru_cache(maxsize=1 << 17)
def key(form: str) -> str:
    """The stem under which a form meets its inflections.

    >>> key("landrate"), key("landrat"), key("ministerien"), key("ministerium"), key("zentren")
    ('landrat', 'landrat', 'ministeri', 'ministeri', 'zentr')
    """
    if form.isdigit():
        return form
    plain = _LATIN.sub("", form) if len(form) > 5 else form
    plain = _WOMEN.sub("", _WOMAN.sub("", plain))
    return str(_stemmer().stemWord(plain))


@lru_cache(maxsize=1 << 16)
def variants(form: str) -> tuple[str, ...]:
    """Further keys of a form, where its ending may be a plural that the stemmer does not know.

    >>> variants("autos"), variants("thema"), variants("haus")
    (('auto',), ('them',), ())
    """
    found = []
    if len(form) > 4 and _FOREIGN_PLURAL.search(form) and not form.endswith("nis"):
        found.append(key(form[:-1]))
    if len(form) > 4 and re.search(r"[bcdfghklmnprstvz][ao]$", form):
        found.append(key(form[:-1]))
    return tuple(each for each in found if each != key(form))


@cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("german", 0)


def analyser() -> str:
    """What makes keys: our version and the stemmer's."""
    return f"{VERSION} PyStemmer-{version('PyStemmer')}"
