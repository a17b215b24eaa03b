"""Copies and near copies of one text: ``clusters``, from ``copies``."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlite_utils import Database

from archive.derive import index
from archive.derive.first import first_of
from archive.derive.index import Print
from archive.derive.matches import is_series
from archive.model import id53


def refresh(db: Database, releases: Iterable[int]) -> None:
    """Make the clusters anew to which these releases belong, or belonged."""
    done: set[int] = set()
    for release_id in sorted(releases):
        if release_id not in done:
            members = connected(db, release_id)
            done |= members
            _write(db, members)
    db.conn.execute(
        "DELETE FROM clusters WHERE NOT EXISTS (SELECT 1 FROM releases WHERE cluster_id = clusters.id)"
    )


def divided(prints: Iterable[Print], copied: dict[int, int]) -> list[list[Print]]:
    """Releases that copy one another as clusters, in order of time.

    ``copied``: of which earlier release each is a copy. A release joins that one's cluster unless its own
    publisher has a release there that lies too far back: then it begins another.
    """
    home: dict[int, list[Print]] = {}
    clusters: list[list[Print]] = []
    for each in sorted(prints, key=lambda each: each.order):
        cluster = home.get(copied.get(each.release_id, each.release_id))
        if cluster is None or any(is_series(each, member) for member in cluster):
            cluster = []
            clusters.append(cluster)
        cluster.append(each)
        home[each.release_id] = cluster
    return clusters


def connected(db: Database, release_id: int) -> set[int]:
    """All releases that are linked to this one by copying."""
    rows = db.conn.execute(
        "WITH RECURSIVE linked(id) AS (SELECT ? UNION"
        " SELECT c.copy_of FROM copies c JOIN linked ON c.release_id = linked.id UNION"
        " SELECT c.release_id FROM copies c JOIN linked ON c.copy_of = linked.id) SELECT id FROM linked",
        [release_id],
    )
    return {row[0] for row in rows}


def _write(db: Database, members: Collection[int]) -> None:
    prints = [found for each in sorted(members) if (found := index.known(db, each))]
    copied = {
        each: row[0] for each in members
        if (row := db.conn.execute("SELECT copy_of FROM copies WHERE release_id = ?", [each]).fetchone())
    }  # fmt: skip
    for cluster in divided(prints, copied):
        number = id53("cluster", str(cluster[0].release_id)) if len(cluster) > 1 else None
        if number:
            first = first_of(db, [each.release_id for each in cluster])
            db.conn.execute(
                "INSERT INTO clusters VALUES (?, ?, ?) ON CONFLICT(id) DO UPDATE"
                " SET first_release_id = excluded.first_release_id, size = excluded.size",
                [number, first, len(cluster)],
            )
        db.conn.executemany(
            "UPDATE releases SET cluster_id = ? WHERE id = ? AND cluster_id IS NOT ?",
            [(number, each.release_id, number) for each in cluster],
        )
