"""A release as passages are looked for in it: its words, and those that only earlier versions of it have."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from functools import cached_property

from sqlite_utils import Database

from archive.derive.align import GAP, Stretch
from archive.derive.words import SHINGLE, Word, forms, numbers, shingles, winnow, words

FORMULA = 30
"""Words from which on a text that everybody repeats is no formula any more but a statement."""

_NEAR = 8  # places between two pieces of boilerplate up to which what lies between is boilerplate, too
_ENDS = re.compile(r"[\"”“»«’‘')\]]*(?:[.!?:…]|\s*\n|\s*$)")
_BEFORE_A_SENTENCE = " \t\u00a0\"„“”»«‚'([–-"


@dataclass(frozen=True, slots=True)
class Version:
    """The text of one version (``revisions.id``)."""

    revision_id: int
    text: str


@dataclass(frozen=True)
class Part:
    """Words of one version: those from place ``first`` to ``end`` of a document."""

    version: Version
    first: int
    end: int

    @cached_property
    def words(self) -> list[Word]:
        """Its words with their places in the text, which few documents are ever asked for."""
        return words(self.version.text)

    def span(self, first: int, end: int) -> tuple[int, int]:
        """Code points in the version's text of the document's words ``first`` to ``end``."""
        return self.words[first - self.first].start, self.words[end - 1 - self.first].end


class Document:
    """The words of a release, the current version first. ``hidden``: words that a newer version has, too."""

    def __init__(self, versions: list[Version]) -> None:
        self.parts: list[Part] = []
        self.forms: list[str] = []
        self.hidden = bytearray()
        self._hashes: list[int | None] = []
        seen: set[int] = set()
        for version in versions:
            found = forms(version.text)
            self._add(version, found, shingles(numbers(found)) if len(versions) > 1 else None, seen)

    @cached_property
    def numbers(self) -> list[int]:
        """Its words as numbers, which are quicker to compare; other words may have the same, very seldom."""
        return numbers(self.forms[: self.parts[-1].end] if self.parts else ())

    @cached_property
    def hashes(self) -> list[int | None]:
        """For each word a hash of the five words that begin with it, None where a newer version has them."""
        if self._hashes or not self.parts:
            return self._hashes
        only = shingles(self.numbers)
        return [*only, *[None] * (len(self.forms) - len(only))]

    @cached_property
    def places(self) -> list[tuple[int, int]]:
        """Where a fingerprint begins, and which."""
        return [
            (n, value) for n, value in enumerate(self.hashes) if value is not None and value in self.prints
        ]

    @cached_property
    def prints(self) -> frozenset[int]:
        """The fingerprints by which it is found."""
        chosen: set[int] = set()
        row: list[int] = []
        for value in [*self.hashes, None]:
            if value is not None:
                row.append(value)
            elif row:
                chosen |= winnow(row)
                row = []
        return frozenset(chosen)

    @property
    def current(self) -> int:
        """Number of words of the current version, which are the first."""
        return self.parts[0].end if self.parts else 0

    def masked(self, own: Set[int], everybodys: Set[int]) -> bytearray:
        """For each word whether it proves nothing: hidden, or boilerplate, its publisher's or everybody's."""
        mask = bytearray(self.hidden)
        for first, end in [*self._runs(own), *self._formulas(everybodys)]:
            mask[first:end] = b"\1" * (end - first)
        return mask

    def part(self, place: int) -> Part:
        """The part that has this word."""
        return next(part for part in self.parts if part.first <= place < part.end)

    def is_sentence(self, first: int, end: int) -> bool:
        """Whether these words are a whole sentence, or several, a heading or a line."""
        part = self.part(first)
        start, stop = part.span(first, end)
        before = part.version.text[:start].rstrip(_BEFORE_A_SENTENCE)
        begins = not before or before[-1] in ".!?:…\n"
        return begins and _ENDS.match(part.version.text, stop) is not None

    def _add(self, version: Version, found: list[str], hashes: list[int] | None, seen: set[int]) -> None:
        """Add the words of a version. ``hashes``: None for an only one, which is seldom asked for them."""
        fresh = self._fresh(hashes or [], len(found), seen)
        if self.parts and not any(fresh):
            return
        first = len(self.forms)
        self.parts.append(Part(version, first, first + len(found)))
        apart = GAP + 1  # more than a stretch bridges: none runs on from one version into another
        self.forms += [*found, *[f"\0{version.revision_id}"] * apart]
        self.hidden += bytes(not each for each in fresh) if first else bytes(len(found))
        self.hidden += b"\1" * apart
        if hashes is not None:
            shown = [value if not first or value not in seen else None for value in hashes]
            self._hashes += [*shown, *[None] * (len(found) + apart - len(shown))]
            seen.update(hashes)

    def _fresh(self, hashes: list[int], size: int, seen: Set[int]) -> bytearray:
        """For each word of a version whether one of its five is not in a newer version."""
        fresh = bytearray(size)
        for n, value in enumerate(hashes) if self.parts else ():
            if value not in seen:
                fresh[n : n + SHINGLE] = b"\1" * SHINGLE
        return fresh

    def _runs(self, of: Set[int]) -> list[tuple[int, int]]:
        """Stretches of words made of these fingerprints, with small holes filled."""
        found = self.prints & of
        places = [n for n, value in self.places if value in found] if found else []
        runs: list[tuple[int, int]] = []
        for place in places:
            if runs and place - (runs[-1][1] - SHINGLE) <= _NEAR:
                runs[-1] = (runs[-1][0], place + SHINGLE)
            else:
                runs.append((place, place + SHINGLE))
        return runs

    def _formulas(self, of: Set[int]) -> list[tuple[int, int]]:
        return [(first, end) for first, end in self._runs(of) if end - first < FORMULA]


def spans(one: Document, other: Document, stretch: Stretch) -> tuple[tuple[int, int], tuple[int, int]]:
    """Code points of a stretch in the version of each document that has it."""
    here = one.part(stretch.a).span(stretch.a, stretch.a_end)
    return here, other.part(stretch.b).span(stretch.b, stretch.b_end)


def load(db: Database, release_id: int) -> Document:
    """A release from its rows; its current version is the newest with the words of ``releases.text``."""
    versions = db.conn.execute(
        "SELECT v.id, r.text FROM releases r JOIN revisions v ON v.release_id = r.id WHERE r.id = ? LIMIT 2",
        [release_id],
    ).fetchall()  # most have one, which need not be looked up elsewhere in the file
    if len(versions) > 1:
        versions = db.conn.execute(
            "SELECT v.id, v.text FROM revisions v JOIN releases r ON r.id = v.release_id"
            " WHERE v.release_id = ? ORDER BY v.text = r.text DESC, v.seen_at DESC, v.id DESC",
            [release_id],
        ).fetchall()
    by_text: dict[str, Version] = {}
    for revision_id, text in versions:
        by_text.setdefault(text, Version(revision_id, text))
    return Document(list(by_text.values()))
