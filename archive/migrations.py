"""Schema of archive.db, as steps that are applied in order and never edited once released.

A new column or table is a new step at the end of STEPS. The number of applied steps is ``meta.schema``.
Tables that later work fills are there from the start, so that readers can rely on their names.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlite_utils import Database


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


def _reuse(db: Database) -> None:
    """What finding copies and shared passages needs; all releases are looked at by the next derive."""
    for statement in _REUSE.split(";\n\n"):
        db.execute(statement)


_REUSE = """
CREATE TABLE stale (release_id INTEGER PRIMARY KEY);

INSERT INTO stale SELECT id FROM releases;

CREATE TRIGGER stale_new AFTER INSERT ON releases
BEGIN INSERT OR IGNORE INTO stale VALUES (new.id); END;

CREATE TRIGGER stale_changed AFTER UPDATE OF text, publisher_id, published_on, published_at, first_seen_at
ON releases
BEGIN INSERT OR IGNORE INTO stale VALUES (new.id); END;

CREATE TRIGGER stale_removed AFTER DELETE ON releases
BEGIN INSERT OR IGNORE INTO stale VALUES (old.id); END;

CREATE TRIGGER stale_version_new AFTER INSERT ON revisions
BEGIN INSERT OR IGNORE INTO stale VALUES (new.release_id); END;

CREATE TRIGGER stale_version_changed AFTER UPDATE OF release_id, seen_at, text ON revisions
BEGIN INSERT OR IGNORE INTO stale VALUES (old.release_id), (new.release_id); END;

CREATE TRIGGER stale_version_removed AFTER DELETE ON revisions
BEGIN INSERT OR IGNORE INTO stale VALUES (old.release_id); END;

CREATE TRIGGER stale_embed_new AFTER INSERT ON embeds
BEGIN INSERT OR IGNORE INTO stale VALUES (new.release_id); END;

CREATE TRIGGER stale_embed_changed AFTER UPDATE OF release_id, start, "end" ON embeds
BEGIN INSERT OR IGNORE INTO stale VALUES (old.release_id), (new.release_id); END;

CREATE TABLE fingerprints (
    release_id INTEGER PRIMARY KEY, carrier INTEGER NOT NULL, at TEXT NOT NULL, hashes BLOB NOT NULL
);

CREATE INDEX fingerprints_by_carrier ON fingerprints(carrier);

CREATE INDEX fingerprints_by_publisher ON fingerprints(carrier >> 16, at);

CREATE TABLE shingles (id INTEGER PRIMARY KEY);

CREATE TABLE boilerplate (publisher INTEGER, hash INTEGER, PRIMARY KEY (publisher, hash)) WITHOUT ROWID;

CREATE TABLE matches (
    release_id INTEGER, revision_id INTEGER, start INTEGER, "end" INTEGER,
    head_id INTEGER, head_revision_id INTEGER, head_start INTEGER, head_end INTEGER,
    PRIMARY KEY (release_id, revision_id, start, head_id, head_revision_id, head_start)
) WITHOUT ROWID;

CREATE INDEX matches_by_head ON matches(head_id);

CREATE TABLE copies (release_id INTEGER PRIMARY KEY, copy_of INTEGER NOT NULL);

CREATE INDEX copies_by_original ON copies(copy_of);

CREATE INDEX releases_by_cluster ON releases(cluster_id) WHERE cluster_id IS NOT NULL;

ALTER TABLE passages ADD COLUMN head_id INTEGER;

CREATE INDEX passages_by_head ON passages(head_id);

ALTER TABLE passage_uses ADD COLUMN attribution TEXT;

CREATE INDEX passage_uses_by_release ON passage_uses(release_id)"""

STEPS: tuple[Callable[[Database], None], ...] = (_first, _reuse)


def migrate(db: Database) -> None:
    """Bring a database to the newest schema, each step in a transaction of its own.

    Raises ValueError when the database was made by a newer version than this one.
    """
    done = 0
    if "meta" in db.table_names():
        done = int(db["meta"].get("schema")["value"])  # type: ignore[union-attr]
    if done > len(STEPS):
        raise ValueError(f"schema {done} is newer than this version knows ({len(STEPS)}): update kreispresse")
    for number, step in enumerate(STEPS[done:], start=done + 1):
        with db.atomic():
            db.execute("CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
            step(db)
            db.execute("INSERT OR REPLACE INTO meta VALUES ('schema', ?)", [str(number)])
