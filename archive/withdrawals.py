"""What was withdrawn, as hashes alone: nothing can be read from them, and it is known when it comes again.

Hashed are keys of addresses, whole texts, stretches of twelve words, and bytes of files. Twelve words
cannot be guessed from their hash, as few words could be.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from archive.derive.words import words
from archive.model import Note
from archive.search.index import add, remove

CATEGORIES = {
    "personal-data": "personenbezogene Daten",
    "third-party-rights": "Rechte Dritter",
    "publishers-request": "Wunsch der herausgebenden Stelle",
    "error": "ein Fehler",
    "court": "eine gerichtliche Entscheidung",
}
"""Reasons for which something is withdrawn, each with its words for readers of the website."""

BLOCK = 12
"""Words of a hashed stretch of a text."""

_FEWEST = 5  # words that a text must have, for its hash alone to prove that it is the same text


@dataclass(frozen=True, slots=True)
class Span:
    """Words that are blackened wherever a release shows them.

    ``addresses``: hashes of the release's addresses; ``size``: how many words; ``sha256``: their hash.
    """

    addresses: frozenset[str]
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """All that is withheld. ``hashes``: of addresses, texts and files, each with the id of its withdrawal."""

    hashes: Mapping[str, int] = field(default_factory=dict)
    spans: tuple[Span, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.hashes or self.spans)

    def text(self, text: str) -> int | None:
        """The withdrawal that a text falls under: the whole text, or at least half of its words."""
        whole = self.hashes.get(whole_hash(text) or "")
        if whole is not None:
            return whole
        forms = [word.form for word in words(text)]
        runs = dict(self._blocks(forms))
        covered = {n for start in runs for n in range(start, start + BLOCK)}
        return next(iter(runs.values())) if covered and 2 * len(covered) >= len(forms) else None

    def places(self, forms: Sequence[str], spans: Iterable[Span]) -> tuple[set[int], set[int]]:
        """Which of a text's words are withdrawn, and which of them these spans blacken."""
        blocks = {n for start, _ in self._blocks(forms) for n in range(start, start + BLOCK)}
        black = {n for span in spans for start in range(len(forms) - span.size + 1)
                 if words_hash(forms[start : start + span.size]) == span.sha256
                 for n in range(start, start + span.size)}  # fmt: skip
        return blocks, black

    def _blocks(self, forms: Sequence[str]) -> Iterator[tuple[int, int]]:
        if self.hashes:
            for start in range(len(forms) - BLOCK + 1):
                withdrawal = self.hashes.get(words_hash(forms[start : start + BLOCK]))
                if withdrawal is not None:
                    yield start, withdrawal


def address_hash(key: str) -> str:
    """Hash of what all spellings of an address share."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def file_hash(body: bytes) -> str:
    """Hash of a file, as ``attachments.sha256`` has it."""
    return hashlib.sha256(body).hexdigest()


def words_hash(forms: Sequence[str]) -> str:
    """Hash of words in the form in which texts are compared."""
    return hashlib.sha256(" ".join(forms).encode("utf-8", "surrogatepass")).hexdigest()


def whole_hash(text: str) -> str | None:
    """Hash of a whole text; None where it is too short to prove that another one is the same."""
    forms = [word.form for word in words(text)]
    return words_hash(forms) if len(forms) >= _FEWEST else None


def text_hashes(text: str) -> set[str]:
    """Hashes of a whole text and of its stretches: in each paragraph one after the other, and its last."""
    found = {each for each in [whole_hash(text)] if each}
    for paragraph in text.split("\n\n"):
        inside = [word.form for word in words(paragraph)]
        last = len(inside) - BLOCK
        if last >= 0:
            found |= {words_hash(inside[n : n + BLOCK]) for n in (*range(0, last, BLOCK), last)}
    return found


def carried(texts: Iterable[str], among: Container[str]) -> set[str]:
    """Those hashes that stretches of these texts have."""
    found = set()
    for text in texts:
        forms = [word.form for word in words(text)]
        for start in range(len(forms) - BLOCK + 1):
            sha256 = words_hash(forms[start : start + BLOCK])
            if sha256 in among:
                found.add(sha256)
    return found


def withdrawn(db: Database) -> Withdrawn:
    """All that is withheld from an archive."""
    hashes = dict(db.execute("SELECT sha256, withdrawal_id FROM withdrawal_hashes ORDER BY 1").fetchall())
    rows = db.execute("SELECT sha256, words, address FROM redactions ORDER BY 1, 2, 3").fetchall()
    return Withdrawn(hashes, spans_of((address, size, sha256) for sha256, size, address in rows))


def spans_of(rows: Iterable[tuple[str, int, str]]) -> tuple[Span, ...]:
    """Rows (hash of an address, number of words, their hash) as spans."""
    found: dict[tuple[int, str], set[str]] = {}
    for address, size, sha256 in rows:
        found.setdefault((size, sha256), set()).add(address)
    return tuple(Span(frozenset(addresses), *span) for span, addresses in found.items())


def from_notes(notes: Iterable[Note]) -> Withdrawn:
    """All that the notes of a log withhold, whenever they do."""
    hashes: dict[str, int] = {}
    rows: list[tuple[str, int, str]] = []
    for note in notes:
        if note.topic == "withdrawal":
            hashes |= {sha256: note.data["id"] for sha256 in note.data["hashes"] if sha256 not in hashes}
        elif note.topic == "redaction":
            rows += [(address, size, sha256) for address in note.data["addresses"]
                     for size, sha256 in note.data["spans"]]  # fmt: skip
    return Withdrawn(hashes, spans_of(rows))


def keep(db: Database, note: Note) -> None:
    """Rows of what the log says was withdrawn, blackened, or taken out of search engines."""
    data: Mapping[str, Any] = note.data
    if note.topic == "withdrawal":
        db.execute(
            "INSERT OR IGNORE INTO withdrawals VALUES (?, ?, ?)", [data["id"], note.at, data["category"]]
        )
        hashes, ids = ([(each, data["id"]) for each in data[name]] for name in ("hashes", "ids"))
        db.conn.executemany("INSERT OR IGNORE INTO withdrawal_hashes VALUES (?, ?)", hashes)
        db.conn.executemany("INSERT OR IGNORE INTO withdrawn_ids VALUES (?, ?)", ids)
    elif note.topic == "redaction":
        rows = [(address, sha256, size, data["category"], note.at)
                for address in data["addresses"] for size, sha256 in data["spans"]]  # fmt: skip
        db.conn.executemany("INSERT OR IGNORE INTO redactions VALUES (?, ?, ?, ?, ?)", rows)
    elif note.topic == "noindex":
        _hide(db, data["ids"], data["category"], note.at)


def _hide(db: Database, ids: Sequence[int], category: str, at: str) -> None:
    """Take releases out of the index of words, whatever their ids are by now."""
    query = (
        "WITH asked(id) AS (SELECT value FROM json_each(?)) SELECT id FROM releases WHERE id IN asked"
        " OR id IN (SELECT release_id FROM release_ids WHERE old_id IN asked) ORDER BY id"
    )
    there = [row[0] for row in db.execute(query, [json.dumps(list(ids))]).fetchall()]
    for release in there:
        remove(db, release)
    rows = [(release, category, at) for release in ids]
    db.conn.executemany("INSERT OR IGNORE INTO noindexed VALUES (?, ?, ?)", rows)
    for release in there:
        add(db, release)


def withdrawal_tables(db: Database) -> None:
    """What was withdrawn, blackened and hidden, as a step of the migrations: never edited once released."""
    for statement in _TABLES.split(";\n\n"):
        db.execute(statement)


_TABLES = """
CREATE TABLE withdrawn_ids (
    release_id INTEGER PRIMARY KEY, withdrawal_id INTEGER NOT NULL REFERENCES withdrawals(id)
);

CREATE TABLE redactions (
    address TEXT, sha256 TEXT, words INTEGER NOT NULL, category TEXT NOT NULL, redacted_at TEXT NOT NULL,
    PRIMARY KEY (address, sha256)
) WITHOUT ROWID;

CREATE TABLE noindexed (release_id INTEGER PRIMARY KEY, category TEXT NOT NULL, hidden_at TEXT NOT NULL);

CREATE VIEW hidden_releases AS
    SELECT release_id FROM noindexed UNION
    SELECT i.release_id FROM noindexed n JOIN release_ids i ON i.old_id = n.release_id"""
