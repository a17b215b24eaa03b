"""Which releases carry passages of any text: a speech, an article, a draft."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from archive.derive.align import stretches
from archive.derive.boilerplate import EVERYBODY, Boilerplate
from archive.derive.documents import Document, Version, spans
from archive.derive.index import Print
from archive.derive.matches import Finder, Masked, is_shown

_AFTER_ALL = "9999-12-31"


@dataclass(frozen=True, slots=True)
class Passage:
    """``text[start:end]`` of the traced text is ``[release_start:release_end]`` of a release's version.

    All are code points; ``text`` is the release's wording.
    """

    start: int
    end: int
    revision_id: int
    release_start: int
    release_end: int
    text: str


@dataclass(frozen=True, slots=True)
class Traced:
    """A release that carries passages of the text. ``published_on``: ISO day, None when it is not known."""

    id: int
    title: str
    url: str
    publisher_id: str
    publisher: str
    published_on: str | None
    first_seen_at: str
    passages: tuple[Passage, ...]


def trace(db: Database, text: str) -> list[Traced]:
    """Releases that carry passages of a text, also in former versions, the oldest first.

    What a release's publisher, or everybody, says again and again is no passage.
    """
    boilerplate = Boilerplate(db)
    finder = Finder(db, boilerplate)
    document = Document([Version(0, text)])
    traced = Masked(Print(0, -1, _AFTER_ALL, b""), document, frozenset(), boilerplate.of(EVERYBODY))
    common = finder.common(traced)
    found = []
    for each, places in common.earlier:
        if common.is_promising(places) and (passages := _passages(traced, finder.release(each.release_id))):
            found.append(_traced(db, each.release_id, passages))
    return found


def not_compared(db: Database) -> int:
    """Releases that cannot be found yet, because the crawl that brought them did not end."""
    return int(db.execute("SELECT count(*) FROM stale").fetchone()[0])


def _passages(traced: Masked, release: Masked) -> tuple[Passage, ...]:
    passages = []
    for stretch in stretches(traced.words, release.words):
        if is_shown(stretch, traced.document, release.document):
            here, (start, end) = spans(traced.document, release.document, stretch)
            version = release.document.part(stretch.b).version
            passages.append(Passage(*here, version.revision_id, start, end, version.text[start:end]))
    return tuple(passages)


def _traced(db: Database, release_id: int, passages: tuple[Passage, ...]) -> Traced:
    row = db.execute(
        "SELECT r.id, r.title, r.url, r.publisher_id, p.name, r.published_on, r.first_seen_at"
        " FROM releases r JOIN publishers p ON p.id = r.publisher_id WHERE r.id = ?",
        [release_id],
    ).fetchone()
    return Traced(*[*row, passages])
