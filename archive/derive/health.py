"""``source_states``: the states of each source in their order, made anew from all its looks and releases."""

from __future__ import annotations

from sqlite_utils import Database

from archive.health.states import Look, Turn, turns

_LOOKS = (
    "SELECT s.crawl_id, c.started_at, s.status, s.error, s.seen, s.new, s.unfinished FROM source_crawls s"
    " JOIN crawls c ON c.id = s.crawl_id WHERE s.source_id = ? ORDER BY c.started_at, c.id"
)
_RELEASES = (
    "SELECT first_seen_at, published_on FROM releases WHERE source_id = :source"
    " UNION SELECT s.first_seen_at, r.published_on FROM release_sources s"
    " JOIN releases r ON r.id = s.release_id WHERE s.source_id = :source AND r.source_id <> :source"
)


def source_states_table(db: Database) -> None:
    """As a step of the migrations: never edited once released."""
    db.execute(
        "CREATE TABLE source_states (source_id TEXT NOT NULL REFERENCES sources(id),"
        " crawl_id TEXT NOT NULL REFERENCES crawls(id), state TEXT NOT NULL, since TEXT NOT NULL,"
        " newest_on TEXT, gap_days INTEGER, expected_on TEXT, error TEXT, PRIMARY KEY (source_id, crawl_id))"
    )
    db.execute("CREATE INDEX source_states_by_crawl ON source_states(crawl_id)")


def derive(db: Database) -> None:
    """Fill ``source_states``."""
    lands = db.execute(
        "SELECT s.id, p.land FROM sources s JOIN publishers p ON p.id = s.publisher_id"
    ).fetchall()
    db.execute("DELETE FROM source_states")
    for source, land in lands:
        looks = [Look(*row) for row in db.execute(_LOOKS, [source])]
        rows = [_row(source, turn) for turn in turns(looks, db.execute(_RELEASES, {"source": source}), land)]
        db.conn.executemany("INSERT INTO source_states VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)


def _row(source: str, turn: Turn) -> tuple[str | int | None, ...]:
    days = [day.isoformat() if day else None for day in (turn.newest, turn.expected)]
    return (source, turn.crawl, turn.state, turn.since, days[0], turn.gap, days[1], turn.error)
