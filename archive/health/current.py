"""In what state each source of an archive is now, and what that rests on."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

WELL = ("ok", "opted-out")
"""States in which nobody needs to do anything."""

_NOW = (
    "SELECT s.id, p.name, p.land, t.state, t.since, t.newest_on, t.gap_days, t.expected_on, t.error,"
    " (SELECT count(*) FROM source_crawls c JOIN crawls k ON k.id = c.crawl_id"
    "   WHERE c.source_id = s.id AND k.started_at >= t.since),"
    " k.started_at, c.status, c.error"
    " FROM sources s JOIN publishers p ON p.id = s.publisher_id"
    " JOIN source_states t ON t.source_id = s.id"
    "   AND t.crawl_id = (SELECT max(crawl_id) FROM source_states WHERE source_id = s.id)"
    " JOIN source_crawls c ON c.source_id = s.id"
    "   AND c.crawl_id = (SELECT max(crawl_id) FROM source_crawls WHERE source_id = s.id)"
    " JOIN crawls k ON k.id = c.crawl_id"
    " WHERE coalesce(json_extract(s.entry, '$.status'), '') <> 'retired' ORDER BY s.id"
)


@dataclass(frozen=True, slots=True)
class Condition:
    """A source's state (states.STATES) and its evidence, as known when the state began.

    ``since``: a UTC moment; ``newest``, ``expected``: ISO days, of the newest release and of when the next
    was due; ``gap``: usual days between days of publication; ``error``: what the look said that brought it.
    ``looks``: since then; ``looked_at``, ``status``, ``last_error``: of the last look. None: there is none.
    """

    source: str
    publisher: str
    land: str
    state: str
    since: str
    newest: str | None
    gap: int | None
    expected: str | None
    error: str | None
    looks: int
    looked_at: str
    status: str
    last_error: str | None

    @property
    def well(self) -> bool:
        """Whether nobody needs to do anything."""
        return self.state in WELL


def conditions(db: Database) -> list[Condition]:
    """The state of every source that was looked at and is not retired, by id."""
    return [Condition(*row) for row in db.execute(_NOW).fetchall()]
