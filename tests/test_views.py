"""Views for readers: one release of each text, what happened when, who followed whom."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest
import sample
from sqlite_utils import Database

from archive.db import Archive
from archive.registered import register


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    archive = Archive(sample.build(tmp_path) / "archive.db")
    yield archive.db
    archive.close()


def _ids(db: Database) -> list[int]:
    return [row[0] for row in db.execute("SELECT id FROM releases ORDER BY id")]


def _cluster(db: Database, number: int, members: list[int], first: int | None) -> None:
    db.execute("INSERT INTO clusters VALUES (?, ?, ?)", [number, first, len(members)])
    for member in members:
        db.execute("UPDATE releases SET cluster_id = ? WHERE id = ?", [number, member])


def test_each_text_has_one_release(db: Database) -> None:
    ids = _ids(db)
    _cluster(db, 1, ids[:3], ids[2])
    _cluster(db, 2, ids[3:5], None)
    rows = dict(db.execute("SELECT * FROM distinct_texts").fetchall())
    assert rows.pop(ids[2]) == 3
    assert [rows.pop(each, None) for each in ids[:2]] == [None, None]
    assert sorted(rows.pop(each, 0) for each in ids[3:5]) == [0, 2]
    assert rows == dict.fromkeys(ids[5:], 1)


def test_where_the_first_cannot_be_told_the_earliest_day_stands_for_the_text(db: Database) -> None:
    pair = [
        row[0]
        for row in db.execute(
            "SELECT id FROM releases WHERE published_on IS NOT NULL ORDER BY published_on DESC LIMIT 2"
        )
    ]
    db.execute("UPDATE releases SET published_on = '1999-01-01' WHERE id = ?", [pair[0]])
    _cluster(db, 1, pair, None)
    assert db.execute("SELECT release_id FROM distinct_texts WHERE releases = 2").fetchall() == [(pair[0],)]


def test_what_happened_is_told_with_its_time(db: Database) -> None:
    told = db.execute("SELECT release_id, change FROM release_changes WHERE change <> 'new'").fetchall()
    assert sorted(told) == sorted([(sample.BRIDGE_ID, "changed"), (sample.GONE_ID, "gone")])
    assert db.execute("SELECT count(*) FROM release_changes WHERE change = 'new'").fetchone()[0] == len(
        _ids(db)
    )
    since = db.execute("SELECT DISTINCT release_id FROM release_changes WHERE at > '2026-03-11'").fetchall()
    assert {row[0] for row in since} == {sample.BRIDGE_ID, sample.GONE_ID}


def _entry(name: str, ags: str, **more: str) -> dict[str, str]:
    return {"id": name, "name": name, "kind": "kreis", "land": "XX", "ags": ags, **more}


CHAIN = (
    _entry("altkreis", "99051", successor="mittelkreis", valid_to="1994"),
    _entry("mittelkreis", "99061", successor="neukreis", valid_from="1994", valid_to="2007"),
    _entry("neukreis", "99071", valid_from="2007"),
)


@pytest.mark.parametrize("order", list(permutations(CHAIN)))
def test_successors_lead_to_today_in_whatever_order_they_came(
    db: Database, order: tuple[dict[str, str], ...]
) -> None:
    for entry in order:
        register(db, entry)
    rows = db.execute(
        "SELECT ags, today_ags FROM publishers_today WHERE publisher_id LIKE '%kreis' ORDER BY ags"
    )
    assert rows.fetchall() == [("99051", "99071"), ("99061", "99071"), ("99071", "99071")]


def test_authorities_that_follow_each_other_in_a_ring_do_not_hang_a_reader(db: Database) -> None:
    register(db, _entry("a-kreis", "99081", successor="b-kreis"))
    register(db, _entry("b-kreis", "99082", successor="a-kreis"))
    assert db.execute("SELECT * FROM publishers_today WHERE publisher_id = 'a-kreis'").fetchall() == []
