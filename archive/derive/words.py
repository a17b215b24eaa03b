"""Words of a text as they are compared, with their places, and the fingerprints by which texts meet.

Fingerprints are hashes of five words that follow each other, of which winnowing keeps about two in five: any
eight equal words have one in common (Schleimer, Wilkerson, Aiken: "Winnowing", 2003). The hash of five is of
the "multilinear" family of Lemire and Kaser: a sum of products of the words' own hashes and fixed numbers.
All this is stored: whoever changes it adds a migration that makes all releases ``stale``.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from archive.decode import ZERO_WIDTH

SHINGLE = 5
"""Words of a fingerprint."""

HASH_BITS = 32

_WINDOW = 4
_MOST_KNOWN, _LONGEST_KNOWN = 1 << 17, 64
_WORD = re.compile(f"[^\\W_](?:[^\\W_]|[\u0300-\u036f{ZERO_WIDTH}])*")
_INVISIBLE = re.compile(f"[{ZERO_WIDTH}]")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


class Word(NamedTuple):
    """A word in the form in which it is compared; ``text[start:end]`` is how it stands there."""

    form: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """All words of a text: letters and digits, without regard to case, umlauts, ß and soft hyphens.

    >>> words("Rad\\u00adweg, Straße")
    [Word(form='radweg', start=0, end=7), Word(form='strasse', start=9, end=15)]
    """
    return [Word(_FORMS[found.group()], found.start(), found.end()) for found in _WORD.finditer(text)]


def forms(text: str) -> list[str]:
    """The forms of all words of a text, without their places.

    >>> forms("Radweg, Straße")
    ['radweg', 'strasse']
    """
    return [_FORMS[found] for found in _WORD.findall(text)]


def numbers(of: Iterable[str]) -> list[int]:
    """A number (32 bits) for each form: other forms have, nearly always, another."""
    return [_NUMBERS[form] for form in of]


def shingles(of: Sequence[int]) -> list[int]:
    """A hash (32 bits) for each place at which five words (their numbers) begin."""
    a, b, c, d, e = _ODD
    fives = zip(*(of[n:] for n in range(SHINGLE)), strict=False)
    return [(a * v + b * w + c * x + d * y + e * z >> 32) & _MOST for v, w, x, y, z in fives]


def winnow(hashes: Sequence[int]) -> set[int]:
    """The smallest of every four hashes that follow each other; of few, the smallest.

    >>> sorted(winnow([7, 3, 9, 8, 5, 6]))
    [3, 5]
    """
    if len(hashes) <= _WINDOW:
        return {min(hashes)} if hashes else set()
    return set(map(min, *(hashes[n:] for n in range(_WINDOW))))


def _hash(of: str, size: int) -> int:
    digest = hashlib.blake2b(of.encode("utf-8", "surrogatepass"), digest_size=size).digest()
    return int.from_bytes(digest, "big")


def _form(word: str) -> str:
    folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", word)).casefold()
    return unicodedata.normalize("NFC", folded).translate(_UMLAUTS)


def _number(form: str) -> int:
    return _hash(form, HASH_BITS // 8)


class _Known(dict[str, Any]):
    """What a function gives for words, worked out once: a plain lookup, quicker than that of lru_cache."""

    def __init__(self, function: Callable[[str], Any]) -> None:
        self._function = function

    def __missing__(self, word: str) -> Any:
        found = self._function(word)
        if len(word) <= _LONGEST_KNOWN:
            if len(self) >= _MOST_KNOWN:
                self.clear()
            self[word] = found
        return found


_FORMS, _NUMBERS = _Known(_form), _Known(_number)
_MOST = (1 << HASH_BITS) - 1
_ODD = tuple(_hash(f"place {n}", 8) | 1 for n in range(SHINGLE))
