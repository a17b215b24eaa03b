"""Exports: the same rows in every format, the same bytes each time, and nothing of others overwritten."""

from __future__ import annotations

import csv
import gzip
import json
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import frictionless
import pandas
import pytest
import sample
from click.testing import CliRunner, Result
from hidden import SOURCE, World

from archive import gaps
from archive.codebook import codebook
from archive.db import Archive, connect
from archive.model import Note, Text
from archive.publish import Occupied, export, packing
from archive.publish.changes import Unreadable
from archive.publish.datasheet import datasheet
from archive.publish.ledger import LEDGER, Noted, note, noted
from archive.publish.snapshot import Unfit
from archive.search.index import remove
from crawler.cli import main

HOSTILE = Text(
    title="=HYPERLINK(\"https://böse.example\";\"Klick\")",
    teaser="",
    text='+49 2541 18-0, "in Anführung", mit\nZeilen\r\nund\tTabs, \x01 und 😀.\n\n' + "@SUM(A1) lang; " * 20_000,
    place="-Ort",
    published_on="2026-03-01",
    published_from="dateline",
)  # fmt: skip
"""Formulas, quotes, line ends, controls, astral characters, and more than Python's csv reads by default."""


def build(folder: Path) -> Path:
    """The sample archive with a hostile release."""
    sample.build(folder)
    archive = Archive(folder / "archive.db")
    with archive.db.atomic():
        sample.Crawl(archive, "c4", "2026-03-15T06:00:00.{:06}Z").save(
            "stadt-moorburg", sample.address("stadt-moorburg", "x"), HOSTILE
        )
    archive.close()
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def exported(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports") / "first"
    export(data, folder, None)
    return folder


@pytest.fixture(scope="module")
def snapshot(exported: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """The exported database, as any SQLite opens it."""
    path = tmp_path_factory.mktemp("unpacked") / "archive.db"
    packing.unpack(exported / "archive.db.zst", path)
    connection = sqlite3.connect(path)
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def tables(exported: Path) -> dict[str, list[str]]:
    """Columns of each exported table."""
    package = json.loads((exported / "datapackage.json").read_text())
    return {each["name"]: [f["name"] for f in each["schema"]["fields"]] for each in package["resources"]}


def rows(connection: sqlite3.Connection, table: str, columns: list[str]) -> list[tuple[Any, ...]]:
    names = ", ".join(f'"{column}"' for column in columns)
    return sorted(connection.execute(f'SELECT {names} FROM "{table}"').fetchall(), key=repr)


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_two_exports_of_one_archive_are_the_same_bytes(data: Path, exported: Path, tmp_path: Path) -> None:
    for name in ("second", "third"):
        export(data, tmp_path / name, None)
        Archive(data / "archive.db").close()  # as a crawl does that finds nothing to ask
    assert content(exported) == content(tmp_path / "second") == content(tmp_path / "third")


def test_all_described_tables_are_there_and_helpers_of_the_search_are_not(
    tables: dict[str, list[str]], exported: Path
) -> None:
    assert {"releases", "revisions", "publishers", "clusters", "distinct_texts"} <= set(tables)
    assert not {"fingerprints", "search_rows", "wortform", "stale"} & set(tables)
    for folder in ("csv", "jsonl", "parquet"):
        assert {path.name.partition(".")[0] for path in (exported / folder).iterdir()} == set(tables)


def test_duckdb_reads_the_same_rows_from_parquet_and_json_lines(
    snapshot: sqlite3.Connection, exported: Path, tables: dict[str, list[str]]
) -> None:
    for table, columns in tables.items():
        expected = rows(snapshot, table, columns)
        names = ", ".join(f'"{column}"' for column in columns)
        found = duckdb.sql(f"SELECT {names} FROM '{exported}/parquet/{table}.parquet'").fetchall()
        assert sorted(found, key=repr) == expected, table
        with packing.reading(exported / "jsonl" / f"{table}.jsonl.zst") as lines:
            read = [tuple(json.loads(line).values()) for line in lines]
        assert sorted(read, key=repr) == expected, table
    texts = f"read_json('{exported}/jsonl/releases.jsonl.zst', maximum_object_size = 10000000)"
    expected = snapshot.execute("SELECT count(*), sum(length(text)) FROM releases").fetchall()
    assert duckdb.sql(f"SELECT count(*), sum(length(text)) FROM {texts}").fetchall() == expected


def test_pandas_reads_csv(exported: Path, snapshot: sqlite3.Connection) -> None:
    frame = pandas.read_csv(exported / "csv" / "releases.csv.gz", keep_default_na=False)
    assert list(frame.id) == [row[0] for row in snapshot.execute("SELECT id FROM releases ORDER BY id")]
    texts = dict(snapshot.execute("SELECT id, text FROM releases"))
    assert all(
        text.removeprefix("'") == texts[number] for number, text in zip(frame.id, frame.text, strict=True)
    )


def test_the_frictionless_validator_accepts_the_description_and_all_rows(exported: Path) -> None:
    report = frictionless.Package(str(exported / "datapackage.json")).validate()
    assert report.valid, report.flatten(["fieldName", "rowNumber", "message"])[:5]
    assert report.stats["errors"] == 0


def test_no_cell_is_a_formula_and_nothing_else_is_changed(
    exported: Path, snapshot: sqlite3.Connection, tables: dict[str, list[str]]
) -> None:
    csv.field_size_limit(10**9)
    for table, columns in tables.items():
        with gzip.open(exported / "csv" / f"{table}.csv.gz", "rt", encoding="utf-8", newline="") as file:
            head, *cells = list(csv.reader(file))
        assert head == columns
        assert not [
            cell for row in cells for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))
        ]
        plain = [[cell.removeprefix("'") for cell in row] for row in cells]
        expected = [
            ["" if value is None else str(value) for value in row] for row in rows(snapshot, table, columns)
        ]
        assert sorted(plain) == sorted(expected), table


def test_the_snapshot_is_compact_searchable_and_needs_no_second_file(snapshot: sqlite3.Connection) -> None:
    assert snapshot.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert snapshot.execute("PRAGMA freelist_count").fetchone() == (0,)
    snapshot.execute("INSERT INTO frage VALUES ('Bruecke Muehlenstrasse')")
    assert snapshot.execute("SELECT id FROM suche").fetchone() == (sample.BRIDGE_ID,)
    assert snapshot.execute("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'releases'").fetchone()[0] > 0
    snapshot.rollback()


def test_what_was_deleted_is_in_no_byte(data: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(data, tmp_path / "data"))
    archive = Archive(data / "archive.db")
    remove(archive.db, sample.GONE_ID)
    for table, key in (("release_urls", "release_id"), ("revisions", "release_id"), ("release_sources", "release_id"),
                       ("release_ids", "release_id"), ("absences", "release_id"), ("releases", "id")):  # fmt: skip
        archive.db.execute(f"DELETE FROM {table} WHERE {key} = ?", [sample.GONE_ID])
    archive.db.execute("UPDATE embeds SET original_id = NULL")
    archive.db.conn.commit()
    archive.close()
    export(data, tmp_path / "out", None)
    unpacked = packing.reading(tmp_path / "out" / "archive.db.zst").read()
    assert b"Kreisbuecherei" not in unpacked
    assert b"kreisbuecherei" not in unpacked
    assert b"Feuerwehren" in unpacked


def test_an_export_is_made_while_a_crawl_writes(data: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(data, tmp_path / "data"))
    archive = Archive(data / "archive.db")
    archive.db.execute("BEGIN IMMEDIATE")
    archive.db.execute("DELETE FROM images")
    export(data, tmp_path / "out", None)
    archive.db.execute("ROLLBACK")
    archive.close()
    assert len(duckdb.sql(f"SELECT * FROM '{tmp_path}/out/parquet/images.parquet'").fetchall()) == 1


def test_columns_are_described_as_the_codebook_does(exported: Path, data: Path) -> None:
    db = connect(data / "archive.db")
    package = json.loads((exported / "datapackage.json").read_text())
    described = {
        each["name"]: {f["name"]: f for f in each["schema"]["fields"]} for each in package["resources"]
    }
    for table in codebook(db).tables():
        for column in table.columns if table.exported else ():
            field = described[table.name][column.name]
            assert (field["description"], field.get("null"), field.get("unit")) == (
                column.holds,
                column.none,
                column.unit,
            )
    assert described["releases"]["gone_at"]["type"] == "datetime"
    assert described["releases"]["published_on"]["type"] == "date"
    db.close()


def test_the_datasheet_tells_of_each_source_what_is_missing(exported: Path, data: Path) -> None:
    told = (exported / "datasheet.md").read_text("utf-8")
    assert "* releases: 25\n" in told
    assert "could not be read from 2026-03-14, not yet over (failed): 503 Service Unavailable" in told
    assert "| 2026 | 6 | 1 | 1 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 8 |" in told
    db = connect(data / "archive.db")
    assert all(f"### {source}\n" in told for (source,) in db.execute("SELECT id FROM sources"))
    db.close()


def test_the_datasheet_of_a_holey_source_names_its_bounds(tmp_path: Path) -> None:
    db = Archive(tmp_path / "archive.db").db
    World(db, "opposed", 1)
    told = "".join(datasheet(db))
    for channel, seen in gaps.channels(db, SOURCE).items():
        assert f"* {channel}: named {seen.named}, lacks at least {seen.lacks}\n" in told
    assert f"Missing at least {gaps.unread(db, SOURCE)} releases, in 1 of 1 sources." in told
    assert "* list goes back to " in told
    db.close()


class Moved:
    """An archive that goes on after an export of it."""

    def __init__(self, data: Path, exported: Path, folder: Path) -> None:
        self.data, self.exports = Path(shutil.copytree(data, folder / "data")), folder / "exports"
        shutil.copytree(exported, self.exports / "1")
        archive = Archive(self.data / "archive.db")
        with archive.db.atomic():
            crawl = sample.Crawl(archive, "c9", "2026-04-01T06:00:00.{:06}Z")
            self.new = sample.address("stadt-moorburg", "neu")
            crawl.save("stadt-moorburg", self.new, replace(sample.UNDATED, title="=Ganz\tneu"))
            crawl.save("kreis-auenfeld", sample.BRIDGE_AT, replace(sample.BRIDGE, text="Anders."))
            crawl.save("landkreis-übertal", sample.GONE_AT, sample.GONE)
        archive.close()

    def sql(self, *statements: str) -> None:
        archive = Archive(self.data / "archive.db")
        archive.db.execute("PRAGMA foreign_keys = OFF")
        for statement in statements:
            archive.db.execute(statement)
        archive.db.conn.commit()
        archive.close()

    def changes(self, name: str, since: Path | None = None) -> dict[str, list[list[str]]]:
        export(self.data, self.exports / name, since)
        told: dict[str, list[list[str]]] = {}
        for line in (self.exports / name / "CHANGES").read_text("utf-8").splitlines():
            change, *rest = line.split("\t")
            told.setdefault(change, []).append(rest)
        return told


@pytest.fixture
def moved(data: Path, exported: Path, tmp_path: Path) -> Moved:
    return Moved(data, exported, tmp_path)


def test_what_is_new_changed_and_back_since_the_export_beside_it(moved: Moved) -> None:
    told = moved.changes("2")
    assert told["changed"] == [[str(sample.BRIDGE_ID), str(sample.BRIDGE_ID), sample.BRIDGE.title]]
    assert [row[2] for row in told["new"]] == ["'=Ganz neu"]
    assert [row[0] for row in told["back"]] == [str(sample.GONE_ID)]
    assert not {"gone", "joined", "withdrawn", "dropped"} & set(told)


def test_an_export_is_not_compared_with_one_of_the_same_state(moved: Moved) -> None:
    first = moved.changes("2")
    assert moved.changes("3") == first


def test_what_is_no_longer_there_is_told_apart(moved: Moved) -> None:
    ids = [
        row[0]
        for row in connect(moved.data / "archive.db").execute(
            "SELECT id FROM releases WHERE title LIKE 'Feuer%' ORDER BY id"
        )
    ]
    joined, left = ids[:2]
    moved.sql(
        f"INSERT OR REPLACE INTO release_ids VALUES ({joined}, {sample.BRIDGE_ID})",
        f"DELETE FROM releases WHERE id IN ({joined}, {left})",
    )  # fmt: skip
    told = moved.changes("2")
    assert told["joined"] == [[str(joined), str(sample.BRIDGE_ID), sample.BRIDGE.title]]
    assert told["dropped"] == [[str(left), "", ""]]
    moved.sql("INSERT INTO withdrawals VALUES (1, '2026-04-02T00:00:00Z', 'privacy')")
    assert moved.changes("3", moved.exports / "1")["withdrawn"] == [[str(left), "", ""]]


def test_without_an_earlier_export_all_is_new(exported: Path, snapshot: sqlite3.Connection) -> None:
    lines = (exported / "CHANGES").read_text("utf-8").splitlines()
    assert (
        sum(line.startswith("new\t") for line in lines)
        == snapshot.execute("SELECT count(*) FROM releases").fetchone()[0]
    )


def test_a_damaged_or_foreign_folder_is_no_earlier_export(moved: Moved, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="is no export"):
        moved.changes("2", tmp_path)
    lines = moved.exports / "1" / "jsonl" / "releases.jsonl.zst"
    lines.write_bytes(lines.read_bytes()[:-9])
    with pytest.raises(Unreadable, match="cannot be read"):
        moved.changes("2")
    assert not (moved.exports / "2").exists()


def test_what_is_not_an_export_is_left_alone(data: Path, tmp_path: Path) -> None:
    for name, holds in (("own", "notes.txt"), ("rebuilt", "archive.db")):
        (tmp_path / name).mkdir()
        (tmp_path / name / holds).write_text("mine")
        with pytest.raises(Occupied, match="something else"):
            export(data, tmp_path / name, None)
        assert (tmp_path / name / holds).read_text() == "mine"
    (tmp_path / "out.part").mkdir()
    (tmp_path / "out.part" / "thesis.tex").write_text("mine")
    with pytest.raises(Occupied, match="in the way"):
        export(data, tmp_path / "out", None)
    (tmp_path / "file").write_text("mine")
    with pytest.raises(Occupied):
        export(data, tmp_path / "file", None)


def test_an_earlier_or_interrupted_export_is_replaced(data: Path, exported: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()

    def stop(what: str, done: int, total: int | None) -> None:
        if what == "revisions":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(data, folder, None, stop)
    assert [path.name for path in tmp_path.rglob("*")] == ["out"]
    (tmp_path / "out.part").mkdir()
    (tmp_path / "out.part" / "archive.db").write_text("left behind by a power cut")
    export(data, folder, None)
    export(data, folder, None)
    assert content(folder) == content(exported)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_folders_may_have_any_name(data: Path, exported: Path, tmp_path: Path) -> None:
    folder = tmp_path / "50 %20 für? #1"
    export(data, folder, None)
    assert content(folder) == content(exported)


def test_each_export_leaves_a_line_behind(data: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(data, tmp_path / "data"))
    (data / LEDGER).unlink()
    for name in ("1", "2"):
        export(data, tmp_path / name, None)
    lines = [json.loads(line) for line in (data / LEDGER).read_text("utf-8").splitlines()]
    assert [line["folder"] for line in lines] == [str(tmp_path / "1"), str(tmp_path / "2")]
    assert {(line["at"][:10], line["sha256"]) for line in lines} == {("2026-03-15", lines[0]["sha256"])}


def test_a_line_that_was_torn_costs_no_other(tmp_path: Path) -> None:
    made = [Noted(f"2026-03-1{n}T06:00:00Z", "/srv/für", "ab" * 32) for n in range(2)]
    note(tmp_path, made[0])
    whole = (tmp_path / LEDGER).read_bytes()
    (tmp_path / LEDGER).write_bytes(whole + whole[: whole.index("ü".encode()) + 1])
    note(tmp_path, made[1])
    assert noted(tmp_path) == made


def test_an_archive_of_another_schema_says_what_to_do(tmp_path: Path) -> None:
    Archive(tmp_path / "archive.db").close()
    for schema, way_out in (("1", "kreispresse rebuild"), ("99", "update kreispresse")):
        with sqlite3.connect(tmp_path / "archive.db") as db:
            db.execute("UPDATE meta SET value = ? WHERE key = 'schema'", [schema])
        with pytest.raises(Unfit, match=way_out):
            export(tmp_path, tmp_path / "out", None)


def test_an_archive_in_which_nothing_is_yet_can_be_exported(tmp_path: Path) -> None:
    Archive(tmp_path / "archive.db").close()
    made = export(tmp_path, tmp_path / "out", None)
    assert (made.at, made.rows["releases"]) == ("", 0)
    assert frictionless.Package(str(tmp_path / "out" / "datapackage.json")).validate().valid
    assert duckdb.sql(f"SELECT * FROM '{tmp_path}/out/parquet/releases.parquet'").fetchall() == []


def test_hours_and_other_fractions_are_exact(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive.db")
    archive.note(
        Note(
            "2026-02-01T00:00:00.000000Z",
            "c1",
            "crawl",
            data={"software": "x", "complete": False, "gone_after_hours": 0.1},
        )
    )
    archive.db.conn.commit()
    archive.close()
    export(tmp_path, tmp_path / "out", None)
    assert duckdb.sql(f"SELECT gone_after_hours FROM '{tmp_path}/out/parquet/crawls.parquet'").fetchall() == [
        (0.1,)
    ]


def test_what_cannot_be_written_says_so_and_leaves_the_rest(data: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    done = run("export", str(tmp_path / "file" / "out"), "--data", str(data))
    assert (done.exit_code, "was not written" in done.stderr) == (1, True)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def test_the_command_shows_what_it_does_and_where_it_is(data: Path, tmp_path: Path) -> None:
    done = run("export", str(tmp_path / "out"), "--data", str(data))
    assert (done.exit_code, done.stdout.startswith(f"{tmp_path}/out: 25 releases, state of 2026-03-15")) == (
        0,
        True,
    )
    assert {"archive.db", "releases", "datasheet.md", "SHA256SUMS"} <= set(done.stderr.split())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("{new}", "--data", "{none}"), "there is no archive"),
        (("{data}", "--data", "{data}"), "something else than an export"),
        (("{new}", "--data", "{data}", "--since", "{data}"), "is no export; name another"),
        (("{new}", "--data", "{broken}"), "kreispresse rebuild"),
    ],
)
def test_wrong_usage_says_what_to_do(
    data: Path, tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "archive.db").write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    places = {"new": tmp_path / "new", "none": tmp_path / "none", "data": data, "broken": tmp_path / "broken"}
    done = run("export", *(each.format(**places) for each in arguments))
    assert (done.exit_code, says in done.stderr) == (2, True), done.stderr
    assert not list(tmp_path.glob("new*"))
