"""The examples in docs/researchers.md work on an export as it is."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
import sample

from archive.publish import export, packing

_PAGE = (Path(__file__).parents[1] / "docs" / "researchers.md").read_text("utf-8")


def examples(language: str) -> list[str]:
    """The page's examples in a language."""
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```$", _PAGE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export with its database unpacked and a table of the reader's own."""
    work = tmp_path_factory.mktemp("researcher")
    export(sample.build(work / "data"), work / "export", None)
    packing.unpack(work / "export" / "archive.db.zst", work / "export" / "archive.db")
    (work / "export" / "population.csv").write_text("ags,population\n99001,50000\n99003,100000\n")
    return work / "export"


@pytest.mark.parametrize("example", examples("sql"), ids=lambda sql: " ".join(sql.split())[:40])
def test_sql_finds_something(folder: Path, example: str) -> None:
    db = sqlite3.connect(folder / "archive.db")
    *before, question, _ = example.split(";")
    for statement in before:
        db.execute(statement)
    assert db.execute(question).fetchall()
    db.close()


@pytest.mark.parametrize("example", examples("python"), ids=lambda code: " ".join(code.split())[7:40])
def test_python_prints_something(
    folder: Path, example: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    exec(compile(example, "docs/researchers.md", "exec"), {})
    assert capsys.readouterr().out.strip()


def test_pandas_computes_what_the_page_says(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    (example,) = [each for each in examples("python") if "pandas" in each]
    found: dict[str, object] = {}
    exec(example, found)
    rates = found["rates"].set_index("ags").per_100000.to_dict()  # type: ignore[attr-defined]
    assert rates == {"99001": pytest.approx(14.0), "99003": pytest.approx(9.0)}


def test_there_are_examples_for_all_who_were_promised_some() -> None:
    assert len(examples("sql")) > 4
    assert [any(word in each for each in examples("python")) for word in ("sqlite3", "pandas", "duckdb")] == [
        True
    ] * 3
    assert len(examples("r")) == 1
