"""Updates that were published as releases of their own: ``updates``, made anew from all rows.

An update says that it is one ("aktualisiert", "Korrektur" …) in its title or where its text begins. It is
linked to the latest earlier release of the same publisher and nearly the same title, a few days back at most.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from itertools import takewhile

from sqlite_utils import Database

from archive.derive.words import words

DAYS = 7
"""Days that lie between a release and its update at most."""

_ALIKE = 0.8  # share of words that two titles must have in common, marks apart
_FEWEST = 2  # words of such a title
_BEGINS = 80
_MARK = (
    r"(?:aktualisier(?:t|ung)|update|korrektur|korrigiert|berichtig(?:t|ung)|richtigstellung|"
    r"neufassung|neue fassung|ergänz(?:t|ung)|nachtrag)"
)
_COUNT = r"(?:\s*(?:nr\.?|vom|am|um|von)?\s*\d[\d.:]*(?:\s*uhr)?)*"
_BEFORE = re.compile(rf"^\W*(?:{_MARK}|neu){_COUNT}\s*(?:\+\+|[:!|–\])]|-\s)\W*", re.IGNORECASE)
_BEHIND = re.compile(rf"\s*(?:[:|–(\[]|\+\+|\s-)\W*(?:{_MARK}|neu){_COUNT}\W*$", re.IGNORECASE)
_QUERY = (
    "SELECT publisher_id, id, coalesce(published_on, substr(first_seen_at, 1, 10)) || ' '"
    " || coalesce(published_at, '~') || ' ' || first_seen_at, title, substr(text, 1, ?) FROM releases"
)
_IN_TEXT = re.compile(rf"^\W*{_MARK}\b[^.\n]{{0,40}}[:!]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Titled:
    """A release by its bare title. ``at``: day, time, when first seen; ``says``: that it is an update."""

    id: int
    at: str
    title: str
    says: bool
    in_title: bool

    @property
    def day(self) -> date:
        """The day on which it was published, or first seen."""
        return date.fromisoformat(self.at[:10])

    @property
    def order(self) -> tuple[str, bool, str, int]:
        """Place among a publisher's releases: of one day, those that say so are the updates."""
        return self.at[:10], self.says, self.at, self.id


def bare_title(title: str) -> str:
    """A title without what says that it is that of an update.

    >>> bare_title("UPDATE 2: Brücke gesperrt"), bare_title("Brücke gesperrt (aktualisiert am 9.3.)")
    ('Brücke gesperrt', 'Brücke gesperrt')
    >>> bare_title("Neue Busse"), bare_title("Korrektur der Straßenkarte")
    ('Neue Busse', 'Korrektur der Straßenkarte')
    """
    return _BEHIND.sub("", _BEFORE.sub("", title))


def derive(db: Database) -> None:
    """Make the table anew: a function of titles, first words, days and publishers."""
    by_publisher: dict[str, list[_Titled]] = defaultdict(list)
    for row in db.conn.execute(_QUERY, [_BEGINS]):
        by_publisher[row[0]].append(_titled(*row[1:]))
    found = [pair for releases in by_publisher.values() for pair in _updates(releases)]
    db.conn.execute("DELETE FROM updates")
    db.conn.executemany("INSERT INTO updates VALUES (?, ?)", sorted(found))


def _titled(number: int, at: str, title: str, text: str) -> _Titled:
    bare = bare_title(title)
    in_title = bare != title
    return _Titled(number, at, bare, in_title or _IN_TEXT.match(text) is not None, in_title)


def _updates(releases: Iterable[_Titled]) -> list[tuple[int, int]]:
    """(update, what it updates) among the releases of one publisher."""
    ordered = sorted(releases, key=lambda each: each.order)
    found = []
    for n, update in enumerate(ordered):
        if update.says:
            before = takewhile(partial(_is_near, update), (ordered[m] for m in range(n - 1, -1, -1)))
            earlier = next((each for each in before if _is_same_matter(each, update)), None)
            found += [(update.id, earlier.id)] if earlier else []
    return found


def _is_near(update: _Titled, earlier: _Titled) -> bool:
    return (update.day - earlier.day).days <= DAYS


def _is_same_matter(earlier: _Titled, update: _Titled) -> bool:
    """Whether two titles are the same but for a few words; exactly, where only the text says "update"."""
    one, other = _forms(earlier.title), _forms(update.title)
    if other.total() < _FEWEST or not update.in_title:
        return one == other and other.total() >= _FEWEST
    return 2 * (one & other).total() >= _ALIKE * (one.total() + other.total())


@lru_cache(maxsize=1 << 12)
def _forms(title: str) -> Counter[str]:
    return Counter(word.form for word in words(title))


def updates_table(db: Database) -> None:
    """The table of updates, as a step of the migrations: never edited once released."""
    db.execute("CREATE TABLE updates (release_id INTEGER PRIMARY KEY, update_of INTEGER NOT NULL)")
    db.execute("CREATE INDEX updates_by_original ON updates(update_of)")
