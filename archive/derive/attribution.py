"""Who is said to have said a passage: "sagte die Landrätin", as it stands beside the quotation."""

from __future__ import annotations

import re

_SAYS = (
    r"(?:sag|beton|erklär|mein|ergänz|erläuter|lob|äußer|forder|versicher|wünsch|warn|appellier|resümier|berichte"
    r"|schilder|begründe|kommentier|kritisier|bekräftig|würdig|dank|zitier)(?:t|te|tet|ten|en)"
    r"|so|sprach|spricht|mach(?:t|te)|unterstr(?:eicht|ich)|h(?:ebt|ob)|f(?:ühr(?:t|te)|reut|reute)|teil(?:t|te)"
    r"|kündig(?:t|te)|stell(?:t|te)|w(?:eist|ies)|begrüß(?:t|te)|zeig(?:t|te)|schreib(?:t|en)|schrieb"
)
_OPEN, _CLOSE = '„“"»«‚‘’', '“”"«»‘’'
# A full stop within a sentence: after an abbreviation or a number, or before a small letter.
_INSIDE = r"(?:[^.!?:\n„“”\"»«]|(?<=Dr)\.|(?<=Prof)\.|(?<=St)\.|(?<=med)\.|(?<=\d)\.|\.(?=\S))"
_AFTER = re.compile(rf"[.,!?…]*[{_CLOSE}]+,?\s*((?:{_SAYS})\b{_INSIDE}{{2,160}})", re.IGNORECASE)
_BEFORE = re.compile(rf"((?:{_INSIDE}){{0,160}}\b(?:{_SAYS})\b(?:{_INSIDE}){{0,120}}):\s*[{_OPEN}]+\s*$")
_OPENS = re.compile(rf":\s*[{_OPEN}]+\s*$")
_WITHIN_REACH = 320


def attribution(text: str, start: int, end: int) -> str | None:
    """The words that say whose the quotation ``text[start:end]`` is, None when they cannot be told.

    They follow it, or stand before its opening quotation mark; else they are looked for within it.

    >>> quoted = "„Der Wald wird bunter“, sagte Dr. Ida Moos am Montag. Danach regnete es."
    >>> attribution(quoted, 1, 21)
    'sagte Dr. Ida Moos am Montag'
    >>> attribution('Försterin Moos lobte die Arbeit: "Der Wald wird bunter."', 34, 54)
    'Försterin Moos lobte die Arbeit'
    >>> attribution("Der Wald wird bunter, sagte niemand.", 0, 20) is None
    True
    """
    after = _AFTER.match(text, end)
    if after:
        return _tidy(after[1])
    before = _said_before(text[max(0, start - _WITHIN_REACH) : start])
    if before:
        return _tidy(before[1])
    inside = _AFTER.search(text, start, end + _WITHIN_REACH)
    if inside and inside.start() < end:
        return _tidy(inside[1])
    led = re.search(rf"[{_OPEN}]", text[start:end])
    before = _said_before(text[max(0, start - _WITHIN_REACH) : start + led.end()]) if led else None
    return _tidy(before[1]) if before else None


def _said_before(text: str) -> re.Match[str] | None:
    """Looked for only where a text ends as such words do: the search itself is slow."""
    return _BEFORE.search(text) if _OPENS.search(text) else None


def _tidy(words: str) -> str | None:
    return " ".join(words.split()).strip(" ,;–-") or None
