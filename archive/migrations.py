"""Schema of archive.db, as steps that are applied in order and never edited once released.

A new column or table is a new step at the end of STEPS. The number of applied steps is ``meta.schema``.
Tables that later work fills are there from the start, so that readers can rely on their names.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlite_utils import Database

from archive.derive.health import source_states_table
from archive.derive.schema import mention_tables, other_fingerprints, reuse_tables
from archive.derive.updates import updates_table
from archive.search.schema import (
    flags_are_indexed,
    search_facts,
    search_tables,
    text_comes_first,
    typos_and_phrases_in_sql,
)
from archive.views import reader_views
from archive.withdrawals import withdrawal_tables


def _first(db: Database) -> None:
    for statement in _FIRST.split(";\n\n"):
        db.execute(statement)
    db["releases"].enable_fts(  # type: ignore[union-attr]
        ["title", "teaser", "text"], tokenize="unicode61 remove_diacritics 2", create_triggers=True
    )


_FIRST = """
CREATE TABLE publishers (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, ags TEXT, land TEXT NOT NULL,
    valid_from TEXT, valid_to TEXT, successor_id TEXT REFERENCES publishers(id)
);

CREATE TABLE sources (
    id TEXT PRIMARY KEY, publisher_id TEXT NOT NULL REFERENCES publishers(id),
    homepage TEXT NOT NULL, press TEXT NOT NULL, family TEXT, last_crawl_id TEXT, tdm_reservation TEXT
);

CREATE TABLE releases (
    id INTEGER PRIMARY KEY,
    source_id TEXT NOT NULL REFERENCES sources(id), publisher_id TEXT NOT NULL REFERENCES publishers(id),
    url TEXT NOT NULL, title TEXT NOT NULL, teaser TEXT, text TEXT NOT NULL, place TEXT,
    published_on TEXT, published_at TEXT, published_from TEXT,
    kind TEXT NOT NULL, language TEXT NOT NULL,
    first_seen_at TEXT NOT NULL, last_seen_at TEXT NOT NULL, changed_at TEXT, gone_at TEXT,
    words INTEGER NOT NULL, cluster_id INTEGER REFERENCES clusters(id), extractor TEXT NOT NULL
);

CREATE INDEX releases_newest ON releases(coalesce(published_on, substr(first_seen_at, 1, 10)), id);

CREATE INDEX releases_newest_of ON releases(
    publisher_id, coalesce(published_on, substr(first_seen_at, 1, 10)), id
);

CREATE INDEX releases_by_source ON releases(source_id);

CREATE INDEX releases_by_title ON releases(publisher_id, title);

CREATE TABLE release_ids (old_id INTEGER PRIMARY KEY, release_id INTEGER NOT NULL REFERENCES releases(id));

CREATE TABLE release_urls (
    url TEXT PRIMARY KEY, release_id INTEGER NOT NULL REFERENCES releases(id),
    key TEXT NOT NULL, sha256 TEXT, last_ok_at TEXT, missing_since TEXT
);

CREATE INDEX release_urls_by_key ON release_urls(key);

CREATE INDEX release_urls_by_release ON release_urls(release_id);

CREATE TABLE release_sources (
    release_id INTEGER NOT NULL REFERENCES releases(id), source_id TEXT NOT NULL REFERENCES sources(id),
    channel TEXT NOT NULL, first_seen_at TEXT NOT NULL, PRIMARY KEY (release_id, source_id, channel)
);

CREATE TABLE sightings (
    key TEXT NOT NULL, source_id TEXT NOT NULL REFERENCES sources(id), channel TEXT NOT NULL,
    url TEXT NOT NULL, title TEXT, published_on TEXT, first_seen_at TEXT NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0, failed_at TEXT, PRIMARY KEY (key, source_id, channel)
);

CREATE TABLE release_issuers (
    release_id INTEGER NOT NULL REFERENCES releases(id), n INTEGER NOT NULL, name TEXT NOT NULL,
    publisher_id TEXT REFERENCES publishers(id), PRIMARY KEY (release_id, n)
);

CREATE TABLE revisions (
    id INTEGER PRIMARY KEY, release_id INTEGER NOT NULL REFERENCES releases(id), seen_at TEXT NOT NULL,
    title TEXT NOT NULL, teaser TEXT, text TEXT NOT NULL, published_on TEXT, sha256 TEXT NOT NULL
);

CREATE INDEX revisions_by_release ON revisions(release_id, seen_at);

CREATE TABLE absences (
    release_id INTEGER NOT NULL REFERENCES releases(id), last_ok_at TEXT NOT NULL,
    first_missing_at TEXT NOT NULL, confirmed_at TEXT, back_at TEXT,
    PRIMARY KEY (release_id, first_missing_at)
);

CREATE TABLE images (
    release_id INTEGER NOT NULL REFERENCES releases(id), n INTEGER NOT NULL, url TEXT NOT NULL,
    caption TEXT, credit TEXT, PRIMARY KEY (release_id, n)
);

CREATE TABLE attachments (
    release_id INTEGER NOT NULL REFERENCES releases(id), n INTEGER NOT NULL, url TEXT NOT NULL,
    media_type TEXT, title TEXT, text TEXT, sha256 TEXT, PRIMARY KEY (release_id, n)
);

CREATE TABLE embeds (
    release_id INTEGER NOT NULL REFERENCES releases(id), n INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, issuer TEXT, title TEXT, original_id INTEGER,
    PRIMARY KEY (release_id, n)
);

CREATE TABLE clusters (id INTEGER PRIMARY KEY, first_release_id INTEGER, size INTEGER NOT NULL);

CREATE TABLE passages (
    id INTEGER PRIMARY KEY, text TEXT NOT NULL, words INTEGER NOT NULL, first_release_id INTEGER,
    size INTEGER NOT NULL
);

CREATE TABLE passage_uses (
    passage_id INTEGER NOT NULL REFERENCES passages(id), release_id INTEGER NOT NULL REFERENCES releases(id),
    revision_id INTEGER NOT NULL REFERENCES revisions(id), start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    PRIMARY KEY (passage_id, release_id, revision_id, start)
);

CREATE TABLE crawls (
    id TEXT PRIMARY KEY, started_at TEXT NOT NULL, finished_at TEXT, software TEXT NOT NULL,
    complete INTEGER NOT NULL, gone_after_hours REAL NOT NULL
);

CREATE TABLE source_crawls (
    crawl_id TEXT NOT NULL REFERENCES crawls(id), source_id TEXT NOT NULL REFERENCES sources(id),
    status TEXT NOT NULL, requests INTEGER NOT NULL, bytes INTEGER NOT NULL, not_modified INTEGER NOT NULL,
    seen INTEGER NOT NULL, new INTEGER NOT NULL, changed INTEGER NOT NULL, gone INTEGER NOT NULL,
    failed INTEGER NOT NULL, error TEXT, PRIMARY KEY (crawl_id, source_id)
);

CREATE INDEX source_crawls_by_source ON source_crawls(source_id, crawl_id);

CREATE TABLE withdrawals (id INTEGER PRIMARY KEY, withdrawn_at TEXT NOT NULL, category TEXT NOT NULL);

CREATE TABLE withdrawal_hashes (
    sha256 TEXT PRIMARY KEY, withdrawal_id INTEGER NOT NULL REFERENCES withdrawals(id)
);

CREATE TABLE log_files (name TEXT PRIMARY KEY, read_to INTEGER NOT NULL, last_at TEXT NOT NULL)"""


def _entries(db: Database) -> None:
    """What the register says of a source decides how its pages are read, so that it belongs to the rows."""
    db.execute("ALTER TABLE sources ADD COLUMN entry TEXT")


def _unfinished(db: Database) -> None:
    """A crawl may end before a source's list does, and all is well."""
    db.execute("ALTER TABLE source_crawls ADD COLUMN unfinished TEXT")


def _channels(db: Database) -> None:
    """What a source's channels named is asked for at the end of each of its crawls."""
    db.execute("CREATE INDEX release_sources_by_source ON release_sources(source_id)")


def _reservations(db: Database) -> None:
    """A host's file of reservations holds for all its sources, also for those that come later."""
    db.execute(
        "CREATE TABLE reservations (host TEXT PRIMARY KEY, rules TEXT NOT NULL, seen_at TEXT NOT NULL)"
    )
    db.execute("ALTER TABLE sources ADD COLUMN tdm_from TEXT")


def _changes(db: Database) -> None:
    """The website shows the latest changes and absences, of all and of one publisher, and what is missing."""
    for statement in (
        "CREATE INDEX releases_changed ON releases(changed_at) WHERE changed_at IS NOT NULL",
        "CREATE INDEX releases_changed_of ON releases(publisher_id, changed_at) WHERE changed_at IS NOT NULL",
        "CREATE INDEX releases_gone_of ON releases(publisher_id, gone_at) WHERE gone_at IS NOT NULL",
        "CREATE INDEX absences_known ON absences(coalesce(back_at, confirmed_at)) WHERE confirmed_at NOTNULL",
        "CREATE INDEX sources_by_publisher ON sources(publisher_id)",
        "CREATE INDEX sightings_by_source ON sightings(source_id)",
    ):
        db.execute(statement)


STEPS: tuple[Callable[[Database], None], ...] = (
    _first,
    _entries,
    _unfinished,
    _channels,
    _reservations,
    search_tables,
    reuse_tables,
    mention_tables,
    reader_views,
    search_facts,
    text_comes_first,
    typos_and_phrases_in_sql,
    _changes,
    withdrawal_tables,
    updates_table,
    flags_are_indexed,
    source_states_table,
    other_fingerprints,
)


def steps_done(db: Database) -> int:
    """How many of STEPS a database has. Raises ValueError when a newer version than this one made it."""
    done = 0
    if "meta" in db.table_names():
        done = int(db["meta"].get("schema")["value"])  # type: ignore[union-attr]
    if done > len(STEPS):
        raise ValueError(f"schema {done} is newer than this version knows ({len(STEPS)}): update kreispresse")
    return done


def migrate(db: Database) -> None:
    """Bring a database to the newest schema, each step in a transaction of its own.

    Raises ValueError when a newer version than this one made it.
    """
    done = steps_done(db)
    for number, step in enumerate(STEPS[done:], start=done + 1):
        with db.atomic():
            db.execute("CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
            step(db)
            db.execute("INSERT OR REPLACE INTO meta VALUES ('schema', ?)", [str(number)])
