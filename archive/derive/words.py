"""Words of a text as they are compared, with their places, and the fingerprints by which texts meet.

Fingerprints are hashes of five words that follow each other, of which winnowing keeps about two in five: any
eight equal words have one in common (Schleimer, Wilkerson, Aiken: "Winnowing", 2003).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from archive.decode import ZERO_WIDTH

SHINGLE = 5
"""Words of a fingerprint."""

HASH_BITS = 32

_WINDOW = 4
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
    return [Word(_form(found.group()), found.start(), found.end()) for found in _WORD.finditer(text)]


def shingles(forms: Sequence[str]) -> list[int]:
    """A hash (32 bits) for each place at which five words begin."""
    return [_hash(" ".join(forms[n : n + SHINGLE])) for n in range(len(forms) - SHINGLE + 1)]


def winnow(hashes: Sequence[int]) -> set[int]:
    """The smallest of every four hashes that follow each other; of few, the smallest.

    >>> sorted(winnow([7, 3, 9, 8, 5, 6]))
    [3, 5]
    """
    if len(hashes) <= _WINDOW:
        return {min(hashes)} if hashes else set()
    return {min(hashes[n : n + _WINDOW]) for n in range(len(hashes) - _WINDOW + 1)}


def _hash(of: str) -> int:
    digest = hashlib.blake2b(of.encode("utf-8", "surrogatepass"), digest_size=HASH_BITS // 8).digest()
    return int.from_bytes(digest, "big")


@lru_cache(maxsize=1 << 16)
def _form(word: str) -> str:
    folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", word)).casefold()
    return unicodedata.normalize("NFC", folded).translate(_UMLAUTS)
