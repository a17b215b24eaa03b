"""In which language a text is written: by its most frequent words, for many pages declare a wrong one."""

from __future__ import annotations

import re

_EASY = re.compile(r"\b(?:in )?Leichter?\s+Sprache\b|\(leicht(?:e sprache)?\)", re.IGNORECASE)
_EASY_URL = re.compile(r"leichte?[-_]?sprache", re.IGNORECASE)
_COMMON = {
    "de": {"der", "die", "und", "den", "von", "zu", "das", "mit", "sich", "des", "für", "ist", "im", "dem",
           "nicht", "ein", "eine", "auf", "werden", "wird"},
    "en": {"the", "of", "and", "to", "is", "for", "on", "with", "that", "are", "by", "as", "from", "at",
           "this", "be", "was", "will", "have", "has"},
}  # fmt: skip
_FEWEST = 5


def language(text: str, title: str, url: str, declared: str) -> str:
    """Language subtag: de, de-simple for Leichte Sprache, en; the declared one where words do not tell.

    >>> language("Der Kreis hat die Brücke und den Weg in der Stadt für alle gebaut.", "Brücke", "", "en")
    'de'
    """
    if _EASY.search(title) or _EASY_URL.search(url):
        return "de-simple"
    words = re.findall(r"[a-zäöüß]+", text[:20_000].lower())
    count = {code: sum(word in common for word in words) for code, common in _COMMON.items()}
    best = max(count, key=lambda code: count[code])
    if count[best] >= _FEWEST and count[best] > 2 * min(count.values()):
        return best
    return declared.split("-", maxsplit=1)[0].strip().lower() or "de"
