"""Who speaks in a release beside or instead of its publisher: which authority of the archive that is."""

from __future__ import annotations

import re
from collections import defaultdict

from sqlite_utils import Database

_OF_LAND = re.compile(
    r"\s+(?:des landes|des freistaate?s|der freien (?:und|hansestadt)|nrw$|nordrhein-westfalen$).*"
)
_SAME = ((re.compile(r"^landkreis\b"), "kreis"), (re.compile(r"^landeshauptstadt\b"), "stadt"))


def derive(db: Database) -> None:
    """Fill ``release_issuers.publisher_id`` where one authority alone has the name, at least in the Land."""
    known: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for publisher, name, land in db.execute("SELECT id, name, land FROM publishers ORDER BY id"):
        known[name_key(name)].append((publisher, land))
    rows = db.execute(
        "SELECT i.release_id, i.n, i.name, i.publisher_id, p.land FROM release_issuers i"
        " JOIN releases r ON r.id = i.release_id JOIN publishers p ON p.id = r.publisher_id"
    ).fetchall()
    found = ((_only(known[name_key(name)], land), now, release, n) for release, n, name, now, land in rows)
    db.conn.executemany(
        "UPDATE release_issuers SET publisher_id = ? WHERE release_id = ? AND n = ?",
        [(publisher, release, n) for publisher, now, release, n in found if publisher != now],
    )


def name_key(name: str) -> str:
    """What spellings of an authority's name share: no Land, no difference of Kreis and Landkreis.

    >>> name_key("Ministerium für Bau des Landes Nordrhein-Westfalen") == name_key("Ministerium für Bau NRW")
    True
    >>> name_key("Landkreis Probe"), name_key("Landeshauptstadt Aue")
    ('kreis probe', 'stadt aue')
    """
    key = _OF_LAND.sub("", " ".join(name.casefold().split()))
    for pattern, same in _SAME:
        key = pattern.sub(same, key)
    return key


def _only(named: list[tuple[str, str]], land: str) -> str | None:
    """The only authority of a name, or the only one of this Land; None where there are none or several."""
    here = [publisher for publisher, its in named if its == land]
    candidates = here if len(named) > 1 else [publisher for publisher, _ in named]
    return candidates[0] if len(candidates) == 1 else None
