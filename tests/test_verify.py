"""``kreispresse verify``: no byte of an export changes unnoticed, and what is wrong inside is named."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import sample
from click.testing import CliRunner

from archive.db import connect
from archive.model import Note
from archive.publish import export, is_export, packing
from archive.publish.sums import NAME, sums
from archive.publish.verify import faults
from archive.withdrawals import keep
from crawler.cli import main


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    sample.build(folder / "data")
    export(folder / "data", folder / "export", None)
    return folder / "export"


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "export"))


def found(folder: Path) -> list[str]:
    return list(faults(folder))


def test_what_was_exported_is_whole(whole: Path) -> None:
    assert is_export(whole)
    assert found(whole) == []


def test_a_release_that_the_search_passes_over_is_no_fault(tmp_path: Path) -> None:
    data = sample.build(tmp_path / "data")
    with closing(connect(data / "archive.db", write=True)) as db, db.atomic():
        hidden = db.execute("SELECT id FROM releases LIMIT 1").fetchone()[0]
        keep(db, Note("2026-03-09T08:00:00Z", "", "noindex", data={"ids": [hidden], "category": "error"}))
    export(data, tmp_path / "export", None)
    assert found(tmp_path / "export") == []


def test_any_flipped_bit_is_found_and_its_file_named(whole: Path, copy: Path) -> None:
    dice = random.Random(9)
    for path in sorted(copy.rglob("*")):
        if path.is_file():
            before = path.read_bytes()
            after = bytearray(before)
            after[dice.randrange(len(after))] ^= 1 << dice.randrange(8)
            path.write_bytes(after)
            told = found(copy)
            assert told, path
            assert path.name == NAME or [line.partition(":")[0] for line in told] == [
                str(path.relative_to(copy))
            ]
            path.write_bytes(before)
    assert found(copy) == []


def test_every_byte_of_the_sums_counts(copy: Path) -> None:
    before = (copy / NAME).read_bytes()
    for place in range(0, len(before), 101):
        (copy / NAME).write_bytes(before[:place] + bytes([before[place] ^ 0x20]) + before[place + 1 :])
        assert found(copy), place
    for text in (before + b"\n", before[:-1], b"", before.replace(b"\n", b"\r\n")):
        (copy / NAME).write_bytes(text)
        assert found(copy)


def test_missing_and_additional_files_are_named(copy: Path) -> None:
    (copy / "CHANGES").unlink()
    (copy / "csv" / "virus.exe").write_text("x")
    assert [line.partition(":")[0] for line in found(copy)] == ["CHANGES", "csv/virus.exe"]


def resealed(folder: Path, *statements: str) -> list[str]:
    """Faults of an export whose database was changed, and its sums with it."""
    plain = folder.parent / "archive.db"
    packing.unpack(folder / "archive.db.zst", plain)
    with sqlite3.connect(plain) as db:
        for statement in statements:
            db.executescript(statement)
    packing.pack(plain, folder / "archive.db.zst")
    (folder / NAME).write_text(sums(folder), "utf-8")
    return found(folder)


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("DELETE FROM publishers WHERE id = 'kreis-auenfeld'", "names a row of publishers that is not there"),
        (
            "UPDATE releases SET text = 'Etwas anderes.' WHERE title LIKE 'Brücke%'",
            "releases_fts does not fit",
        ),
        (
            "DELETE FROM stale; INSERT INTO clusters VALUES (1, NULL, 2)",
            "clusters have as many releases as they say",
        ),
        (
            "DELETE FROM search_rows WHERE n IN (SELECT n FROM search_rows LIMIT 1)",
            "each release can be searched, unless it is hidden",
        ),
        (
            "INSERT INTO noindexed SELECT id, 'error', '' FROM releases LIMIT 1",
            "each release can be searched, unless it is hidden",
        ),
        ("DELETE FROM images", "images.csv.gz: 1 rows of images, the database has 0"),
        ("ALTER TABLE images DROP COLUMN credit", "images.csv.gz: other columns of images"),
        ("DROP TABLE images", "other columns of images"),
    ],
)
def test_what_is_wrong_inside_is_named_although_all_sums_are_right(
    copy: Path, statement: str, says: str
) -> None:
    told = resealed(copy, statement)
    assert any(says in line for line in told), told


@pytest.mark.parametrize(
    "file", ["archive.db.zst", "parquet/images.parquet", "jsonl/images.jsonl.zst", "datapackage.json"]
)
def test_files_that_are_not_what_they_are_called_are_faults(copy: Path, file: str) -> None:
    (copy / file).write_bytes(b'{"name": "kreispresse"}')
    (copy / NAME).write_text(sums(copy), "utf-8")
    assert any("cannot be read" in line for line in found(copy))


def test_formats_that_disagree_are_told(copy: Path) -> None:
    with packing.create(copy / "jsonl" / "images.jsonl.zst") as lines:
        lines.write(b"{}\n{}\n")
    shutil.copy(copy / "parquet" / "releases.parquet", copy / "parquet" / "images.parquet")
    package = json.loads((copy / "datapackage.json").read_text())
    package["resources"][0]["rows"] = 99
    (copy / "datapackage.json").write_text(json.dumps(package))
    assert resealed(copy) == [
        "datapackage.json: 99 rows of publishers, the database has 4",
        "images.parquet: 24 rows of images, the database has 1",
        "images.jsonl.zst: 2 rows of images, the database has 1",
    ]


@pytest.mark.parametrize(
    ("damage", "code", "says"),
    [
        (lambda folder: None, 0, "whole"),
        (lambda folder: (folder / "CHANGES").write_text("x"), 1, "CHANGES: not the bytes"),
        (lambda folder: (folder / NAME).unlink(), 2, "is no export"),
    ],
)
def test_the_exit_code_tells_whole_damaged_and_no_export(
    copy: Path, damage: Callable[[Path], None], code: int, says: str
) -> None:
    damage(copy)
    done = CliRunner().invoke(main, ["verify", str(copy)])
    assert (done.exit_code, says in done.output) == (code, True), done.output
