"""The search index: rows of search_rows, words and two full-text tables, kept in step with releases.

``releases_fts`` holds the words as they stand, ``releases_fts_keys`` the analyser's keys and the parts of
compounds. Both number their rows by day and release (``search_rows.n``), so that newest first needs no
sorting. ``wortform`` has each form of the texts with its key and parts: a reader needs no lexicon. The index
is a function of the rows of ``releases`` once ``refresh`` has run, whatever the order in which they came.
What ``hidden_releases`` names is in none of its tables.

Whoever writes a release's title, teaser, text or day says so: ``remove`` before, ``add`` after. In an archive
that is filled from its log the index is not made yet, and both do nothing, until ``reindex`` makes all of it.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from sqlite_utils import Database

from archive.progress import Tell, silent
from archive.search.analyser import FUNCTION_WORDS, key
from archive.search.entry import DAY, Entry, slot
from archive.search.lexicon import Lexicon, lexicon_version, shipped

OWN_NOUN = 3
"""Releases that must have a word as a noun before it counts as a part of the archive's compounds."""

_OWN_LETTERS = 4
_ALL_ANEW = 4  # from a quarter of the releases on, all anew is quicker than one by one
_BATCH = 2000
_KEYS = "text, title, text_parts, title_parts, facts"
_WORDS = "text, title, teaser"
_SHOWN = "r.id NOT IN (SELECT release_id FROM hidden_releases)"
_MADE = "EXISTS (SELECT 1 FROM meta WHERE key = 'lexicon')"  # by whichever version
_RELEASE = (
    f"SELECT r.id, publisher_id, land, title, coalesce(teaser, ''), text, {DAY}"
    " FROM releases r JOIN publishers p ON p.id = publisher_id"
)
_ROW = (
    f"INSERT INTO search_rows SELECT ?1, id, publisher_id, {DAY}, kind, changed_at IS NOT NULL,"
    " gone_at IS NOT NULL, EXISTS (SELECT 1 FROM attachments WHERE release_id = id)"
    " FROM releases WHERE id = ?2"
)


def add(db: Database, release: int) -> None:
    """Add a release that is not in the index, unless it is to be hidden, or the index still to be made.

    Words that are new to the index are split by the shipped lexicon.
    """
    if not db.execute(
        f"SELECT 1 FROM releases r WHERE r.id = ? AND {_SHOWN} AND {_MADE}", [release]
    ).fetchone():
        return
    entry = _entry(db, release)
    forms = entry.forms()
    db.conn.executemany(
        "INSERT INTO wortform VALUES (?, ?, ?, 1, ?) ON CONFLICT(form) DO UPDATE SET releases = releases + 1,"
        " nouns = nouns + excluded.nouns",
        [(form, key(form), "", noun) for form, noun in forms.items() if form not in FUNCTION_WORDS],
    )
    parts = _parts(db, forms)
    fresh = {form: " ".join(shipped().parts(form)) for form in _once(db, forms)}
    db.conn.executemany(
        "UPDATE wortform SET parts = ? WHERE form = ?", [(v, k) for k, v in fresh.items() if v]
    )
    number = _number(db, entry)
    db.execute(_ROW, [number, entry.id])
    _insert(db, [(number, entry)], parts | fresh)


def remove(db: Database, release: int) -> None:
    """Take a release out of the index, before it changes or goes; nothing where it is not in it."""
    row = db.execute("SELECT n FROM search_rows WHERE release_id = ?", [release]).fetchone()
    if row is None:
        return
    entry = _entry(db, release)
    _delete(db, row[0], entry, _parts(db, entry.forms()))
    db.execute("DELETE FROM search_rows WHERE n = ?", [row[0]])
    forms = [(noun, form) for form, noun in entry.forms().items()]
    db.conn.executemany(
        "UPDATE wortform SET releases = releases - 1, nouns = nouns - ? WHERE form = ?", forms
    )
    db.conn.executemany(
        "DELETE FROM wortform WHERE form = ? AND releases < 1", [(form,) for _, form in forms]
    )


@contextmanager
def moved(db: Database, releases: Sequence[int]) -> Iterator[None]:
    """Keep the index in step while something changes that these releases are found by."""
    for release in releases:
        remove(db, release)
    yield
    for release in releases:
        add(db, release)


def refresh(db: Database) -> None:
    """Bring parts up to what the shipped lexicon and the archive's own nouns give, and rows to their places.

    Only releases with words whose parts change, or whose row moves, are indexed again; all, where the index
    is still to be made.
    """
    if not is_current(db.conn):
        reindex(db)
        return
    changed = _changed_parts(db)
    before: dict[int, int] = dict(db.execute("SELECT release_id, n FROM search_rows").fetchall())
    moved = {release: n for n, release in _numbers(db) if before[release] != n}
    affected = sorted({*_releases_with(db, changed), *moved})
    if not affected:
        return
    if len(affected) * _ALL_ANEW > len(before):
        _renumber(db)
        _fill(db, silent)
        return
    for release in affected:
        entry = _entry(db, release)
        _delete(db, before[release], entry, _parts(db, entry.forms()))
    _set_parts(db, changed)
    db.conn.executemany("DELETE FROM search_rows WHERE release_id = ?", [(release,) for release in moved])
    db.conn.executemany(_ROW, [(n, release) for release, n in moved.items()])
    for release in affected:
        entry = _entry(db, release)
        _insert(db, [(moved.get(release) or before[release], entry)], _parts(db, entry.forms()))


def reindex(db: Database, tell: Tell = silent) -> None:
    """The whole index anew from the rows, and the version that made it."""
    db.execute("DELETE FROM wortform")
    _renumber(db)
    _count(db, tell)
    _set_parts(db, _changed_parts(db))
    _fill(db, tell)
    db.execute("INSERT OR REPLACE INTO meta VALUES ('lexicon', ?)", [lexicon_version()])


def is_current(connection: sqlite3.Connection) -> bool:
    """Whether the index was made by this version's analyser and lexicon."""
    row = connection.execute("SELECT value FROM meta WHERE key = 'lexicon'").fetchone()
    return row is not None and row[0] == lexicon_version()


def _entry(db: Database, release: int) -> Entry:
    return Entry(*db.execute(f"{_RELEASE} WHERE r.id = ?", [release]).fetchone())


def _entries(db: Database, query: str) -> Iterator[Entry]:
    return (Entry(*row) for row in db.execute(query))


def _number(db: Database, entry: Entry) -> int:
    """The first free row from the release's slot on."""
    number = slot(entry.day, entry.id)
    if not db.execute("SELECT 1 FROM search_rows WHERE n = ?", [number]).fetchone():
        return number
    query = (
        "SELECT n + 1 FROM search_rows s WHERE n >= ? AND NOT EXISTS"
        " (SELECT 1 FROM search_rows t WHERE t.n = s.n + 1) ORDER BY n LIMIT 1"
    )
    return int(db.execute(query, [number]).fetchone()[0])


def _numbers(db: Database) -> Iterator[tuple[int, int]]:
    """(row, release) as all releases give them: in order of their slots, each behind the one before."""
    days = db.execute(f"SELECT r.id, {DAY} FROM releases r WHERE {_SHOWN}")
    last = 0
    for wanted, release in sorted((slot(day, release), release) for release, day in days):
        last = max(wanted, last + 1)
        yield last, release


def _parts(db: Database, forms: Iterable[str]) -> dict[str, str]:
    query = "SELECT form, parts FROM wortform WHERE form IN (SELECT value FROM json_each(?)) AND parts <> ''"
    return dict(db.execute(query, [json.dumps(list(forms))]).fetchall())


def _once(db: Database, forms: Iterable[str]) -> list[str]:
    """Those of the forms that only the release just counted has."""
    query = "SELECT form FROM wortform WHERE form IN (SELECT value FROM json_each(?)) AND releases = 1"
    return [row[0] for row in db.execute(query, [json.dumps(list(forms))])]


def _insert(db: Database, entries: Sequence[tuple[int, Entry]], parts: Mapping[str, str]) -> None:
    db.conn.executemany(
        f"INSERT INTO releases_fts_keys(rowid, {_KEYS}) VALUES (?, ?, ?, ?, ?, ?)",
        [(number, *entry.keys(parts)) for number, entry in entries],
    )
    db.conn.executemany(
        f"INSERT INTO releases_fts(rowid, {_WORDS}) VALUES (?, ?, ?, ?)",
        [(number, *entry.words()) for number, entry in entries],
    )


def _delete(db: Database, number: int, entry: Entry, parts: Mapping[str, str]) -> None:
    db.execute(
        f"INSERT INTO releases_fts_keys(releases_fts_keys, rowid, {_KEYS})"
        " VALUES ('delete', ?, ?, ?, ?, ?, ?)",
        [number, *entry.keys(parts)],
    )
    db.execute(
        f"INSERT INTO releases_fts(releases_fts, rowid, {_WORDS}) VALUES ('delete', ?, ?, ?, ?)",
        [number, *entry.words()],
    )


def _count(db: Database, tell: Tell) -> None:
    """Fill the table of words from all releases."""
    releases: Counter[str] = Counter()
    nouns: Counter[str] = Counter()
    total = _total(db)
    for n, entry in enumerate(_entries(db, f"{_RELEASE} WHERE {_SHOWN}"), 1):
        tell("words counted, releases", n, total)
        forms = entry.forms()
        releases.update(forms.keys())
        nouns.update(form for form, noun in forms.items() if noun)
    db.conn.executemany(
        "INSERT INTO wortform VALUES (?, ?, '', ?, ?)",
        (
            (form, key(form), releases[form], nouns[form])
            for form in sorted(releases)
            if form not in FUNCTION_WORDS
        ),
    )


def _changed_parts(db: Database) -> dict[str, str]:
    """Words whose parts are others than those they have, with those parts."""
    rows = db.execute("SELECT form, parts FROM wortform").fetchall()
    if not rows:
        return {}
    lexicon = own_lexicon(db)
    return {form: parts for form, before in rows if (parts := " ".join(lexicon.parts(form))) != before}


def own_lexicon(db: Database) -> Lexicon:
    """The shipped lexicon and the nouns that are frequent in the archive."""
    query = "SELECT form FROM wortform WHERE nouns >= ? AND length(form) >= ?"
    own = [row[0] for row in db.execute(query, [OWN_NOUN, _OWN_LETTERS]) if row[0].isalpha()]
    return Lexicon(shipped().words | set(own))


def _set_parts(db: Database, parts: Mapping[str, str]) -> None:
    db.conn.executemany("UPDATE wortform SET parts = ? WHERE form = ?", [(v, k) for k, v in parts.items()])


def _releases_with(db: Database, forms: Iterable[str]) -> list[int]:
    """Releases that have one of these words (or another of its key), in the order of their rows."""
    found: set[int] = set()
    for each in sorted({key(form) for form in forms}):
        match = f'{{title text title_parts text_parts}} : "{each}"'
        found.update(
            row[0]
            for row in db.execute(
                "SELECT rowid FROM releases_fts_keys WHERE releases_fts_keys MATCH ?", [match]
            )
        )
    query = "SELECT release_id FROM search_rows WHERE n IN (SELECT value FROM json_each(?)) ORDER BY n"
    return [row[0] for row in db.execute(query, [json.dumps(list(found))])]


def _renumber(db: Database) -> None:
    db.execute("DELETE FROM search_rows")
    db.conn.executemany(_ROW, _numbers(db))


def _total(db: Database) -> int:
    return int(db.execute("SELECT count(*) FROM releases").fetchone()[0])


def _fill(db: Database, tell: Tell) -> None:
    """Both full-text tables anew, in the order of their rows, by search_rows and words as they are."""
    changed = _changed_parts(db)
    _set_parts(db, changed)
    for table in ("releases_fts", "releases_fts_keys"):
        db.execute(f"INSERT INTO {table}({table}) VALUES ('delete-all')")
    parts = dict(db.execute("SELECT form, parts FROM wortform WHERE parts <> ''").fetchall())
    rows = db.execute(
        f"SELECT s.n, r.* FROM search_rows s JOIN ({_RELEASE}) r ON r.id = s.release_id ORDER BY s.n"
    )
    done, total = 0, _total(db)
    while batch := rows.fetchmany(_BATCH):
        done += len(batch)
        tell("indexed, releases", done, total)
        _insert(db, [(row[0], Entry(*row[1:])) for row in batch], parts)
