"""Facts over all rows: each step is a function of the rows, not of the order in which they came.

A step is a function of a database; it is listed in STEPS in the order in which steps need
each other. After any order of saves, deriving gives the same as deriving from nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlite_utils import Database

from archive.derive import health, issuers, mentions, reuse, updates
from archive.search.index import refresh

STEPS: tuple[Callable[[Database], None], ...] = (
    refresh,
    reuse.derive,
    updates.derive,
    issuers.derive,
    mentions.derive,
    health.derive,
)


def derive(db: Database) -> None:
    """Bring all derived tables up to date with the rows."""
    for step in STEPS:
        with db.atomic():
            step(db)
