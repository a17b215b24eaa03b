"""Views for readers of the data, as a step of the migrations: never edited once released."""

from __future__ import annotations

from sqlite_utils import Database


def reader_views(db: Database) -> None:
    """One release of each text, what happened when, and which authority is there today."""
    for statement in _VIEWS.split(";\n\n"):
        db.execute(statement)


_VIEWS = """
CREATE VIEW distinct_texts AS
SELECT r.id AS release_id, coalesce(c.size, 1) AS releases
FROM releases r LEFT JOIN clusters c ON c.id = r.cluster_id
WHERE c.id IS NULL OR r.id = coalesce(c.first_release_id, (
    SELECT m.id FROM releases m WHERE m.cluster_id = c.id
    ORDER BY coalesce(m.published_on, substr(m.first_seen_at, 1, 10)), m.first_seen_at, m.id LIMIT 1
));

CREATE VIEW release_changes AS
SELECT first_seen_at AS at, id AS release_id, 'new' AS change FROM releases
UNION ALL
SELECT v.seen_at, v.release_id, 'changed' FROM revisions v
WHERE v.seen_at > (SELECT min(seen_at) FROM revisions WHERE release_id = v.release_id)
UNION ALL
SELECT confirmed_at, release_id, 'gone' FROM absences WHERE confirmed_at IS NOT NULL
UNION ALL
SELECT back_at, release_id, 'back' FROM absences WHERE confirmed_at IS NOT NULL AND back_at IS NOT NULL;

CREATE VIEW publishers_today AS
WITH RECURSIVE followed(publisher_id, today_id, steps) AS (
    SELECT id, id, 0 FROM publishers
    UNION ALL
    SELECT publisher_id, successor_id, steps + 1 FROM followed JOIN publishers ON id = today_id
    WHERE successor_id IS NOT NULL AND steps < 100
)
SELECT f.publisher_id, p.ags, f.today_id, t.ags AS today_ags
FROM followed f JOIN publishers p ON p.id = f.publisher_id JOIN publishers t ON t.id = f.today_id
WHERE t.successor_id IS NULL"""
