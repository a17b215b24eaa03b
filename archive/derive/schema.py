"""Tables of derived facts, as steps of the migrations: never edited once released."""

from __future__ import annotations

from sqlite_utils import Database


def reuse_tables(db: Database) -> None:
    """What finding copies and shared passages needs; all releases are looked at by the next derive."""
    for statement in _REUSE.split(";\n\n"):
        db.execute(statement)


def mention_tables(db: Database) -> None:
    """Places in the texts; all releases are read by the next derive.

    A publisher is written by an upsert, in whose triggers "OR IGNORE" would not be heeded.
    """
    for statement in _MENTIONS.split(";\n\n"):
        db.execute(statement)


def other_fingerprints(db: Database) -> None:
    """Fingerprints are other hashes than before: who says the same is looked for anew by the next derive."""
    db.execute("INSERT OR IGNORE INTO stale SELECT id FROM releases")


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

_MENTIONS = """
CREATE TABLE mentions (
    release_id INTEGER NOT NULL REFERENCES releases(id) ON DELETE CASCADE, ags TEXT NOT NULL,
    level TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, PRIMARY KEY (release_id, start)
) WITHOUT ROWID;

CREATE INDEX mentions_by_place ON mentions(ags, release_id);

CREATE TABLE unplaced (release_id INTEGER PRIMARY KEY);

INSERT INTO unplaced SELECT id FROM releases;

CREATE TRIGGER unplaced_new AFTER INSERT ON releases
BEGIN INSERT OR IGNORE INTO unplaced VALUES (new.id); END;

CREATE TRIGGER unplaced_changed AFTER UPDATE OF text, publisher_id ON releases
WHEN old.text <> new.text OR old.publisher_id <> new.publisher_id
BEGIN INSERT OR IGNORE INTO unplaced VALUES (new.id); END;

CREATE TRIGGER unplaced_moved AFTER UPDATE OF ags, land ON publishers
WHEN old.ags IS NOT new.ags OR old.land <> new.land
BEGIN
    INSERT INTO unplaced SELECT id FROM releases
    WHERE publisher_id = new.id AND id NOT IN (SELECT release_id FROM unplaced);
END"""
