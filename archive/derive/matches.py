"""What a release has in common with earlier ones (table ``matches``), and which it copies (table ``copies``).

A release is compared with earlier ones only, the oldest first, and no further than until its words are
accounted for: so a text of many releases leads to its first, and a new release changes nothing of those
before it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence, Set
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache, partial
from itertools import pairwise
from typing import NamedTuple

from sqlite_utils import Database

from archive.derive import index
from archive.derive.align import Stretch, Words, begins, may_share, stretches
from archive.derive.boilerplate import EVERYBODY, Boilerplate
from archive.derive.documents import Document, load, spans
from archive.derive.index import Print, publisher_of
from archive.derive.overview import Shared
from archive.derive.words import SHINGLE

SHOWN = 12
"""Equal words that a passage must have …"""

SENTENCE = 8
"""… or that it must have when it is a whole sentence in both releases, word for word."""

ALIKE = 0.5
"""Share of both texts, boilerplate apart, that lies in what copies and near copies have in common …"""

OWN = 0.2
"""… and share that the longest other part of either may have where they are of two publishers."""

SERIES_DAYS = 30
"""Releases of one publisher that lie further apart are a series, never copies of each other."""

_TOGETHER = 24  # words within which two fingerprints must be shared to make a comparison worth while …
_RARE = 3  # … or the one that is shared is found in no more releases before
_LIKELY, _LIKELY_SHARE = 3, 0.04  # fingerprints from which on a release may be a copy
CACHED = 512
"""Releases that are held in memory at a time."""


class Match(NamedTuple):
    """A row of ``matches``: a span of a release's version that an earlier release, its head, has, too."""

    release_id: int
    revision_id: int
    start: int
    end: int
    head_id: int
    head_revision_id: int
    head_start: int
    head_end: int


@dataclass(frozen=True)
class Masked:
    """A release with its words as they count for the publisher and the archive as they are now.

    ``own``, ``everybodys``: boilerplate of its publisher, and of all.
    """

    print: Print
    document: Document
    own: Set[int]
    everybodys: Set[int]

    @cached_property
    def words(self) -> Words:
        """Its words, boilerplate masked."""
        return Words(self.document.forms, self.document.masked(self.own, self.everybodys))

    @property
    def evidence(self) -> int:
        """Words of its current version that are not masked."""
        return _unmasked(self, 0, self.document.current)


class Common(NamedTuple):
    """What a release shares with earlier ones, the oldest first, and at which of its words.

    ``rare``: words at which a fingerprint begins that only a few of them have.
    """

    earlier: list[tuple[Print, list[int]]]
    rare: frozenset[int]

    def is_promising(self, places: Collection[int]) -> bool:
        """Whether sharing these fingerprints makes a passage likely enough to compare the words."""
        near = any(b - a <= _TOGETHER for a, b in pairwise(sorted(places)))
        return near or not self.rare.isdisjoint(places)


class Finder:
    """Compares releases; holds what one run has read.

    ``document``: gives the words of a release; by default they are read from its rows. ``numbers``: gives
    them as numbers; by default those of the document, which is read for it. ``shared``: what several
    releases have, None where that is not known; no other fingerprint is looked up.
    """

    def __init__(
        self,
        db: Database,
        boilerplate: Boilerplate,
        document: Callable[[int], Document] | None = None,
        numbers: Callable[[int], Sequence[int]] | None = None,
        shared: Shared | None = None,
    ) -> None:
        self._numbers = numbers or self._numbers_read
        self._shared = shared
        self._db = db
        self._document = document or partial(load, db)
        self.boilerplate = boilerplate
        self.release = lru_cache(CACHED)(self._release)

    def meets(self, found: Print) -> bool:
        """Whether a release may share something with others, or be a copy, by what is known of all."""
        shared, own = self._shared, self.boilerplate.of(found.publisher)
        if shared is None or found.carrier in shared.carriers:
            return True
        return any(each in shared and each not in own for each in found.hashes)

    def common(self, release: Masked) -> Common:
        """Earlier releases with fingerprints of this one that are boilerplate of neither."""
        places: dict[int, list[int]] = {}
        for fingerprint, place in evident(release).items():
            for carrier in self.carriers(fingerprint):
                places.setdefault(carrier, []).append(place)
        hashes = release.document.hashes
        earlier = []
        for carrier, found in places.items():
            members = index.of_carrier(self._db, carrier)
            for each in members:
                its = found if len(members) == 1 else [n for n in found if hashes[n] in each.hashes]
                if its and each.order < release.print.order:
                    earlier.append((each, its))
        often = Counter(place for _, found in earlier for place in found)
        everybodys = self.boilerplate.of(EVERYBODY)
        rare = {n for n, number in often.items() if number <= _RARE and hashes[n] not in everybodys}
        return Common(sorted(earlier, key=lambda pair: pair[0].order), frozenset(rare))

    def carriers(self, fingerprint: int) -> list[int]:
        """Carriers of a fingerprint that is not boilerplate of their publisher; none if only one has it."""
        if self._shared is not None and fingerprint not in self._shared:
            return []
        return [
            carrier for carrier in index.carriers(self._db, fingerprint)
            if fingerprint not in self.boilerplate.of(publisher_of(carrier))
        ]  # fmt: skip

    def matches(self, release: Masked, common: Common) -> list[Match]:
        """The passages of a release that earlier ones have; of equal words those of the earliest only."""
        found: set[Match] = set()
        covered = bytearray(release.words.masked)
        beginnings = begins(release.document.numbers) if common.earlier else frozenset()
        for earlier, shared in common.earlier:
            places = [place for place in shared if not all(covered[place : place + SHINGLE])]
            if not common.is_promising(places):
                continue
            if not may_share(beginnings, self._numbers(earlier.release_id), SENTENCE):
                continue
            other = self.release(earlier.release_id)
            fingerprints = evident(other)
            if not common.is_promising([n for n in places if release.document.hashes[n] in fingerprints]):
                continue
            for stretch in stretches(release.words, other.words):
                if is_shown(stretch, release.document, other.document) and _is_news(stretch, covered):
                    covered[stretch.a : stretch.a_end] = b"\1" * (stretch.a_end - stretch.a)
                    found.add(_match(release, other, stretch))
        return sorted(found)

    def copied(self, release: Masked, common: Common) -> int | None:
        """The nearest earlier release of which this one is a copy or a near copy, None when there is none."""
        same = {each for each in self._of_one_original(release.print) if each.order < release.print.order}
        likely = {
            each for each, places in common.earlier
            if len(places) >= max(_LIKELY, _LIKELY_SHARE * max(release.print.size, each.size))
        }  # fmt: skip
        for each in sorted(same | likely, key=lambda each: each.order, reverse=True):
            if not is_series(release.print, each) and (
                each in same or is_copy(release, self.release(each.release_id))
            ):
                return each.release_id
        return None

    def _of_one_original(self, release: Print) -> list[Print]:
        """The releases of its carrier, without those that only have the same number there by chance."""
        members = [each for each in index.of_carrier(self._db, release.carrier) if each.size]
        if len(members) < 2:
            return members
        first = index.original(self._db, release)
        return [each for each in members if index.original(self._db, each) == first]

    def _release(self, release_id: int) -> Masked:
        found = index.known(self._db, release_id)
        if found is None:
            raise LookupError(f"release {release_id} is not in the index")
        own, everybodys = self.boilerplate.of(found.publisher), self.boilerplate.of(EVERYBODY)
        return Masked(found, self._document(release_id), own, everybodys)

    def _numbers_read(self, release_id: int) -> Sequence[int]:
        return self.release(release_id).document.numbers


def evident(release: Masked) -> dict[int, int]:
    """The fingerprints of a release that are not masked, with the place where each first is."""
    found: dict[int, int] = {}
    for place, value in release.document.places:
        if value not in found and not all(release.words.masked[place : place + SHINGLE]):
            found[value] = place
    return found


def is_shown(stretch: Stretch, one: Document, other: Document) -> bool:
    """Whether a stretch is long enough to be a passage."""
    if stretch.equal >= SHOWN:
        return True
    return (
        stretch.equal >= SENTENCE
        and stretch.equal == stretch.a_end - stretch.a == stretch.b_end - stretch.b
        and one.is_sentence(stretch.a, stretch.a_end)
        and other.is_sentence(stretch.b, stretch.b_end)
    )


def is_copy(one: Masked, other: Masked) -> bool:
    """Whether two releases say nearly the same: most of both lies in what they share.

    Of two publishers, a text with a longer part of its own quotes the other and is no copy of it; one
    publisher's release with one more paragraph is an update of its first.
    """
    shared = [s for s in stretches(one.words, other.words)
              if s.a_end <= one.document.current and s.b_end <= other.document.current]  # fmt: skip
    sides = ((one, [(s.a, s.a_end) for s in shared]), (other, [(s.b, s.b_end) for s in shared]))
    if one.print.publisher != other.print.publisher and any(_own_part(*side) > OWN for side in sides):
        return False
    return all(
        sum(_unmasked(side, *part) for part in parts) >= ALIKE * (side.evidence or 1) for side, parts in sides
    )


def _own_part(release: Masked, shared: list[tuple[int, int]]) -> float:
    """Longest part of a release's current version that is neither shared nor masked, as share of it."""
    known = bytearray(release.words.masked[: release.document.current])
    for first, end in shared:
        known[first:end] = b"\1" * (end - first)
    return max(map(len, bytes(known).split(b"\1"))) / (len(known) or 1)


def _unmasked(release: Masked, first: int, end: int) -> int:
    return end - first - sum(release.words.masked[first:end])


def is_series(one: Print, other: Print) -> bool:
    """Whether two releases of one publisher lie too far apart to be copies."""
    days = date.fromisoformat(one.at[:10]) - date.fromisoformat(other.at[:10])
    return one.publisher == other.publisher and abs(days.days) > SERIES_DAYS


def _is_news(stretch: Stretch, covered: bytearray) -> bool:
    """Whether enough of the stretch's words are not yet accounted for by earlier releases."""
    fresh = stretch.a_end - stretch.a - sum(covered[stretch.a : stretch.a_end])
    return fresh >= min(SHOWN, stretch.equal)


def _match(release: Masked, head: Masked, stretch: Stretch) -> Match:
    here, there = spans(release.document, head.document, stretch)
    revision = release.document.part(stretch.a).version.revision_id
    head_revision = head.document.part(stretch.b).version.revision_id
    return Match(release.print.release_id, revision, *here, head.print.release_id, head_revision, *there)
