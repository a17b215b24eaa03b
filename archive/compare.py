"""What two databases of one archive say differently of its releases: what another extraction changes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from archive.db import connect

_COLUMNS = ("title", "teaser", "text", "place", "published_on", "published_at", "kind", "language")
_SHOWN = 5
_EXCERPT = 80


@dataclass(frozen=True, slots=True)
class Difference:
    """A column of one release in both databases; None where the database has no such value."""

    release: int
    column: str
    before: str | None
    now: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many releases differ, by which columns, and how many only the new or the old database has.

    ``largest``: the differences of the most characters, largest first.
    """

    changed: int
    columns: dict[str, int]
    added: int
    lost: int
    largest: list[Difference]


def compare(before: Path, now: Path) -> Comparison:
    """What the database ``now`` says of releases that ``before`` does not. Raises sqlite3.DatabaseError."""
    db = connect(now)
    db.execute("ATTACH DATABASE ? AS old", [f"{before.absolute().as_uri()}?mode=ro"])
    added = "SELECT count(*) FROM releases WHERE id NOT IN (SELECT id FROM old.releases)"
    lost = "SELECT count(*) FROM old.releases WHERE id NOT IN (SELECT id FROM main.releases)"
    differ = " OR ".join(f"n.{name} IS NOT o.{name}" for name in _COLUMNS)
    values = ", ".join(f"o.{name}, n.{name}" for name in _COLUMNS)
    both = f"SELECT n.id, {values} FROM releases n JOIN old.releases o USING (id) WHERE {differ}"
    rows = db.execute(both)
    columns: Counter[str] = Counter()
    largest: list[Difference] = []
    changed = 0
    for known, *pairs in rows:
        changed += 1
        found = [
            Difference(known, column, *pairs[2 * n : 2 * n + 2])
            for n, column in enumerate(_COLUMNS)
            if pairs[2 * n] != pairs[2 * n + 1]
        ]
        columns.update(each.column for each in found)
        largest = sorted([*largest, *found], key=_size, reverse=True)[:_SHOWN]
    counts = [int(db.execute(query).fetchone()[0]) for query in (added, lost)]
    db.close()
    return Comparison(changed, dict(columns.most_common()), counts[0], counts[1], largest)


def excerpts(difference: Difference) -> tuple[str, str]:
    """Both values from where they begin to differ, shortened; „–" stands for none.

    >>> excerpts(Difference(1, "title", "Neue Brücke", "Neue Straße"))
    ('Brücke', 'Straße')
    """
    before, now = difference.before or "", difference.now or ""
    pairs = zip(before, now, strict=False)
    same = next((n for n, (one, other) in enumerate(pairs) if one != other), min(len(before), len(now)))
    start = before.rfind(" ", 0, same) + 1
    return _excerpt(before[start:]), _excerpt(now[start:])


def _excerpt(text: str) -> str:
    words = " ".join(text.split())
    return (words if len(words) <= _EXCERPT else f"{words[:_EXCERPT]} …") or "–"


def _size(difference: Difference) -> tuple[int, int]:
    lengths = [len(value or "") for value in (difference.before, difference.now)]
    return abs(lengths[0] - lengths[1]), max(lengths)
