"""``kreispresse trace``: any text, the releases that carry passages of it, with right spans."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from reuse import Told, tell
from test_reuse import STATEMENT, sentence, text

from archive.db import Archive
from archive.derive import derive
from crawler.cli import main

FIRST = Told("1", "ministerium", f"{text(0)}\n\n{STATEMENT}", "2026-01-20")
SECOND = Told("2", "kreis", f"{STATEMENT} {text(1)}", "2026-01-22")
DROPPED = Told("3", "stadt", f"{text(2)} {sentence(99, 25)}", "2026-01-21")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("trace")
    archive = Archive(folder / "archive.db")
    tell(archive, SECOND, FIRST, DROPPED)
    tell(archive, DROPPED._replace(text=text(2), at=5))
    derive(archive.db)
    archive.close()
    return folder


def trace(data: Path, words: str | bytes, *options: str) -> Result:
    given = words if isinstance(words, bytes) else words.encode()
    return CliRunner().invoke(main, ["trace", "-", "--data", str(data), *options], input=given)


def test_the_oldest_comes_first_with_spans_on_both_sides(data: Path) -> None:
    speech = f"Meine Damen und Herren! {STATEMENT.upper()} Vielen Dank."
    found = json.loads(trace(data, speech, "--json").stdout)
    assert [(each["id"], each["published_on"]) for each in found] == [
        (FIRST.id, "2026-01-20"),
        (SECOND.id, "2026-01-22"),
    ]
    for each, told in zip(found, (FIRST, SECOND), strict=True):
        (passage,) = each["passages"]
        assert speech[passage["start"] : passage["end"]] == STATEMENT.upper().rstrip(".")
        assert (
            told.text[passage["release_start"] : passage["release_end"]] == passage["text"] == STATEMENT[:-1]
        )


def test_a_former_version_is_found(data: Path) -> None:
    found = json.loads(trace(data, sentence(99, 25), "--json").stdout)
    assert [each["id"] for each in found] == [DROPPED.id]


def test_for_people(data: Path) -> None:
    result = trace(data, STATEMENT)
    assert result.exit_code == 0
    assert result.stdout.index(str(FIRST.id)) < result.stdout.index(str(SECOND.id))
    assert "2 releases carry" in result.stderr


@pytest.mark.parametrize("words", ["", "?", "Guten Tag", sentence(12345, 400)])
def test_what_nobody_printed(data: Path, words: str) -> None:
    result = trace(data, words, "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, [])


@pytest.mark.parametrize(("words", "advice"), [(b"%PDF\0\x01", "pdftotext"), (b"Stra\xdfe", "UTF-8")])
def test_what_is_no_text(data: Path, words: bytes, advice: str) -> None:
    result = trace(data, words)
    assert result.exit_code == 2
    assert advice in result.stderr


def test_where_there_is_no_archive(tmp_path: Path) -> None:
    result = trace(tmp_path, STATEMENT)
    assert result.exit_code == 2
    assert "kreispresse crawl" in result.stderr
