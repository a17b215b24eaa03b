"""Pages that answer 200 in place of a release: it is not there, or nobody can see it now."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from archive.derive.words import words
from archive.model import Page, Text
from archive.presence import Said
from crawler.address import key

_THING = r"(?:seite|inhalt|meldung|artikel|dokument|beitrag|datei|objekt|nachricht)\w{0,2}"
_NOT_THERE = (
    r"(?:(?:nicht|keine) (?:mehr )?(?:gefunden|vorhanden|verfügbar|auffindbar|erreichbar|online)"
    r"|existier(?:t|en) (?:leider )?nicht|gibt es (?:leider )?nicht)"
)
_NOT_FOUND = re.compile(
    rf"{_THING}\b.{{0,30}}{_NOT_THERE}|nicht gefunden$|"
    r"^(?:fehler|error)[\s:]*(?:404|410)\b|^(?:404|410)(?! \w)|^4(?:04|10) (?:fehler|error)|\bnot found\b",
    re.IGNORECASE,
)
_SAYS_SO = re.compile(
    rf"(?:angefordert|aufgerufen|gewünscht|gesucht|angegeben|gewählt)\w*\s+{_THING}\b.{{0,60}}{_NOT_THERE}",
    re.IGNORECASE | re.DOTALL,
)
_ERROR_PAGE = re.compile(
    r"(?:^|/)(?:404|410|error|fehler(?:seite)?|(?:seite-)?nicht-gefunden|not-?found)(?:-?404)?(?:\.\w+)?/?$",
    re.IGNORECASE,
)
_HOME = re.compile(r"/?(?:(?:de|index\.\w+|startseite(?:\.\w+)?|home(?:\.\w+)?|start)/?)?", re.IGNORECASE)
_PASSING = re.compile(
    r"wartungs(?:arbeiten|modus|seite|fenster)|vorübergehend nicht (?:erreichbar|verfügbar)|"
    r"(?:service|temporarily) unavailable|maintenance|(?:interner )?serverfehler|internal server error|"
    r"^(?:bitte )?(?:anmelden|anmeldung|einloggen|log[- ]?in|sign in|zugang(?: verweigert)?|access denied|"
    r"kein(?:e)? (?:zugriff|berechtigung|zugang))\b.{0,20}$",
    re.IGNORECASE,
)
_SHORT, _VERY_SHORT, _NOT_LONG = 150, 60, 400
_RUN = 3  # words in a row that two texts hardly share by chance
_SEVERAL = 3  # releases beside a text may be anything; so many that are most of it are a list
_HALF = 0.5
_FEW_WORDS = 20  # as of what a site says to head a list
_TELLING = re.compile(
    r"(?!press|meldung|mitteil|inform|weiter|artikel|beitrag|detail|nummer|nachricht|"
    r"kreis|landkreis|landrat|stadt|verwaltung)[^\W\d_]{5,}"
)
_STAND_IN = re.compile(
    r"^(?:herzlich )?(?:willkommen|startseite|home)\b|\bcookies?\b|privatsphäre|einwilligung|javascript|"
    r"\bbrowser\b|captcha|roboter|\b(?:kenn|pass)wort\b|\b(?:anmelden|einloggen|login)\b|zugriff verweigert|"
    r"\b(?:derzeit|zurzeit|zur zeit|momentan|vorübergehend|aktuell|im moment)\b.{0,40}"
    r"\bnicht (?:zur verfügung|erreichbar|verfügbar|abrufbar)|"
    r"\bdomain\b.{0,80}\b(?:kaufen|verkauf|sale|geparkt|parked|registriert)\b",
    re.DOTALL | re.MULTILINE,
)
_ROOT = 5  # letters of a word that other forms of it have, too
_SAID_ELSEWHERE = (None, "listing", "feed", "url")  # evidence for a day that is not the page's own


def leads_home(page: Page, homes: Iterable[str]) -> bool:
    """Whether an address redirected to a home or press page, or to one for errors: the release is not there.

    ``homes``: those that the source has.
    """
    if not page.via:
        return False
    path = urlsplit(page.url).path
    was_home = _HOME.fullmatch(urlsplit(page.via[0]).path) is not None
    at_home = _HOME.fullmatch(path) is not None and not urlsplit(page.url).query and not was_home
    return at_home or bool(_ERROR_PAGE.search(path)) or key(page.url) in {key(url) for url in homes if url}


def says_not_found(text: Text) -> bool:
    """Whether a page that answers 200 says that there is nothing (a soft 404)."""
    if text.words < _SHORT and _NOT_FOUND.search(text.title):
        return True
    return text.words < _VERY_SHORT and bool(_SAYS_SO.search(f"{text.teaser or ''} {text.text}"))


def says_not_now(text: Text) -> bool:
    """Whether a page that answers 200 says that it shows nothing now, or not to everybody."""
    return text.words < _VERY_SHORT and bool(_PASSING.search(text.title))


def is_other_by_now(text: Text, before: Said) -> bool:
    """Whether less than half of a page's words are those that it had, or less than half of those are left."""
    now = _said(text)
    return now != before.words and min(_share(now, [before.words]), _share(before.words, [now])) < _HALF


def lists_others(text: Text, before: Said, named: Sequence[Said]) -> bool:
    """Whether a page that showed a release before now shows a list in its place, as some sites made anew do.

    ``named``: the known releases that it leads to if it is read as a list. Their words are most of what it
    says then; or it says hardly anything beside them, and not the day that it had.
    """
    now = _said(text)
    share = _share(now, [each.words for each in named])
    little = (1 - share) * len(words(now)) < _FEW_WORDS and text.published_on != before.day
    return len(named) >= _SEVERAL and (little or share > _HALF)


def _said(text: Text) -> str:
    return f"{text.title}\n{text.teaser or ''}\n{text.text}"


def _share(said: str, others: Iterable[str]) -> float:
    """The share of words that stand in a row with others as they do in one of the other texts."""
    known = {run for each in others for run in _runs(each)}
    shared = [run in known for run in _runs(said)]
    met = [any(shared[max(0, n - _RUN + 1) : n + 1]) for n in range(len(words(said)))]
    return sum(met) / max(1, len(met))


def _runs(said: str) -> list[tuple[str, ...]]:
    forms = [word.form for word in words(said)]
    return [tuple(forms[n : n + _RUN]) for n in range(len(forms) - _RUN + 1)]


def is_another(text: Text, called: Iterable[str], by: str) -> bool:
    """Whether a page that answers 200 is not the release at all: a question about cookies, a home page.

    ``called``: what lists call the release, ``by``: what its publisher is called. A page is another one where
    not one word of the former stands in it, nor a day of its own, it is not long, and it speaks of what such
    pages speak of: some lists call their releases by words that these have not. „Weiterlesen“,
    „Pressemitteilung 12“ and what every page of an authority says (its name) tell nothing.
    """
    return _STAND_IN.search(_said(text).casefold()) is not None and is_unnamed(text, called, by)


def is_unnamed(text: Text, called: Iterable[str], by: str) -> bool:
    """Whether a page, not a long one, has no word of what lists call the release, nor a day of its own."""
    roots = {root for each in called for root in _roots(each)} - _roots(by)
    if len(roots) < 2 or text.words >= _NOT_LONG or text.published_from not in _SAID_ELSEWHERE:
        return False
    said = _said(text).casefold()
    return not any(root in said for root in roots)


def _roots(called: str) -> set[str]:
    return {word[:_ROOT] for word in _TELLING.findall(called.casefold())}
