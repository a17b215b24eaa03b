"""Facts over all rows: each step is a function of the rows, not of the order in which they came.

A step is a module here with a function ``derive(db)``; it is listed in STEPS in the order in which steps need
each other. After any order of saves, deriving gives the same as deriving from nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlite_utils import Database

from archive.derive import reuse

STEPS: tuple[Callable[[Database], None], ...] = (reuse.derive,)


def derive(db: Database) -> None:
    """Bring all derived tables up to date with the rows."""
    for step in STEPS:
        with db.atomic():
            step(db)
