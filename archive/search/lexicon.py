"""Compounds: which words a form is made of, by a lexicon of words that form compounds.

The shipped lexicon is ``lexicon.txt``: forms, one a line, sorted. An archive's own nouns are added to it
(``index.refresh``). How the file is made: ``python -m archive.search.compile --help``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from archive.search.analyser import analyser, key, variants

LEAST = 3
"""Letters of a compound's shortest part."""

LINKS = ("s", "es", "n", "en", "er", "e")
"""Sounds between the parts of a compound."""

_ENDINGS = ("e", "n", "en", "er", "ern", "s", "es")
_LONGEST = 48
_MOST_PARTS = 5
_FREE_HEAD, _FREE_FIRST = 5, 4
"""Letters of a known last and an unknown first part, where only the last is known; streets may have fewer."""

_STREETS = frozenset(["weg", "ring", "damm", "park", "pfad", "ufer"])
_PREFIX_WORDS = """
anti auseinander ausser beisammen daher dahin daneben davor dazwischen durch einander ent entgegen fort
gegen gegenuber heim heraus herbei herein herunter hervor hinaus hinein hinter hinunter hinweg hyper
inner inter miss mitver nach nieder ober riesen selbst super trans uber ultra umher unter unver unvor
voran voraus vorbei vorher voruber vorver wider wieder wiederver zurecht zuruck zusammen
"""
_PREFIXES = frozenset(_PREFIX_WORDS.split())
_NEVER_LAST = frozenset(
    [
        "innen",
        "aussen",
        "chen",
        "lein",
        "heit",
        "heiten",
        "keit",
        "keiten",
        "schaft",
        "schaften",
        "lich",
        "isch",
    ]
)


_Split = tuple[int, int, int, tuple[str, ...], tuple[int, ...]]
"""Number of parts, minus the letters of the shortest, where the last begins, the parts, where each begins."""


class Lexicon:
    """Words that form compounds, and how forms are split into them."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = frozenset(words)

    def parts(self, form: str) -> tuple[str, ...]:
        """Further keys under which a form is found: those of its parts, of their parts, of uncertain plurals.

        >>> Lexicon(["integration", "zentrum"]).parts("integrationszentrum")
        ('integration', 'zentr')
        """
        found = [*variants(form)]
        waiting = [form]
        for each in waiting:
            parts, stretches = self._pieces(each)
            found += [further for part in (*parts, *stretches) for further in (key(part), *variants(part))]
            waiting += parts
        return tuple(dict.fromkeys(each for each in found if each != key(form)))

    def split(self, form: str) -> tuple[str, ...]:
        """Forms that a compound is made of, in order; empty when it is none.

        The fewest parts win, then the split whose shortest part is longest, then the one with the longest
        last part. Where only the last part is known, the rest counts as one word unless it is a prefix.
        """
        return self._pieces(form)[0]

    def _pieces(self, form: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Parts of a compound, and where it has more than two, what is left without its last or first."""
        size = len(form)
        if not 2 * LEAST <= size <= _LONGEST or not form.isalpha():
            return (), ()
        best: dict[int, _Split] = {size: (0, -size, 0, (), ())}
        for start in (*range(size - LEAST, LEAST - 1, -1), 0):
            options = [
                (count + 1, max(shortest, -len(part)), tail or start, (part, *parts), (start, *cuts))
                for end, (count, shortest, tail, parts, cuts) in best.items()
                if LEAST <= end - start < size and (part := self._part(form[start:end], end == size))
            ]
            if options:
                best[start] = min(options)
        count, _, _, parts, cuts = best.get(0, (0, 0, 0, (), ()))
        if not 1 < count <= _MOST_PARTS:
            return self._free(form), ()
        return parts, (form[: cuts[-1]], form[cuts[1] :]) if count > 2 else ()

    def _part(self, piece: str, last: bool) -> str:
        """The word that a piece of a compound is, without the sounds that link it to the next; else empty.

        A last piece stays as it is, inflected or not.
        """
        if last:
            bare = (
                piece,
                *(piece.removesuffix(ending) for ending in _ENDINGS if len(piece) > LEAST + len(ending)),
            )
            return piece if piece not in _NEVER_LAST and not self.words.isdisjoint(bare) else ""
        if piece in self.words:
            return piece
        for link in LINKS:
            if piece.endswith(link) and piece[: -len(link)] in self.words and len(piece) - len(link) > LEAST:
                return piece[: -len(link)]
        return piece + "e" if len(piece) > LEAST and piece + "e" in self.words else ""

    def _free(self, form: str) -> tuple[str, ...]:
        """A known last part behind an unknown first one, as in names of streets; the longest."""
        for start in range(_FREE_FIRST, len(form) - LEAST + 1):
            first, last = form[:start], form[start:]
            known = last in self.words if len(last) >= _FREE_HEAD else last in _STREETS
            if known and first not in _PREFIXES and last not in _NEVER_LAST:
                return first, last
        return ()


@cache
def shipped() -> Lexicon:
    """The lexicon of this version."""
    return Lexicon(_text().split())


@cache
def lexicon_version() -> str:
    """What makes the index: analyser, stemmer, and the shipped lexicon by its hash."""
    return f"{analyser()} lexicon-{hashlib.sha256(_text().encode()).hexdigest()[:12]}"


@cache
def _text() -> str:
    return files("archive.search").joinpath("lexicon.txt").read_text("utf-8")
