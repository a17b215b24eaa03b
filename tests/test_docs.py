"""What is there is described: every table and column, every command, every setting that users set."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import yaml
from sqlite_utils import Database

from archive.codebook import codebook, page
from archive.migrations import migrate
from crawler.cli import main
from crawler.cli_sources import sources
from crawler.evidence import FOUND, LEVELS, STATUSES
from crawler.sources import OPTIONAL, REQUIRED, load

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def test_every_table_and_column_is_described_once() -> None:
    db = Database(memory=True)
    migrate(db)
    described = [(table.name, column.name) for table in codebook(db).tables() for column in table.columns]
    there = [
        (name, column[1])
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')").fetchall()
        if not name.startswith("releases_fts")
        for column in db.execute(f"PRAGMA table_info([{name}])").fetchall()
    ]
    assert sorted(described) == sorted(there)
    assert not list(_doubles(yaml.compose((ROOT / "archive" / "codebook.yml").read_text("utf-8"))))


def _doubles(node: yaml.Node) -> Iterator[str]:
    """Keys that a mapping has twice, of which PyYAML would take the last in silence."""
    if isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _doubles(child)
    elif isinstance(node, yaml.MappingNode):
        names = [key.value for key, _ in node.value]
        yield from (name for name in names if names.count(name) > 1)
        for _, child in node.value:
            yield from _doubles(child)


def test_what_may_be_null_says_what_that_means() -> None:
    db = Database(memory=True)
    migrate(db)
    book = codebook(db)
    for table in (each for each in book.tables() if each.name not in db.view_names()):
        nullable = {
            name for _, name, _, required, _, key in db.execute(f"PRAGMA table_info([{table.name}])")
            if not (required or key)
        }  # fmt: skip
        assert {column.name for column in table.columns if column.none} == nullable, table.name
        assert {column.origin for column in table.columns} <= set(book.origins)


def test_the_page_about_tables_is_the_codebook() -> None:
    written = (ROOT / "docs" / "tables.md").read_text("utf-8")
    assert written == page(), "run: python -m archive.codebook > docs/tables.md"


def test_every_command_is_described_and_has_an_example() -> None:
    described = (ROOT / "docs" / "commands.md").read_text("utf-8")
    for name, command in main.commands.items():
        assert f"kreispresse {name}" in described
        if not isinstance(command, click.Group):
            assert "kreispresse " in (command.help or "").partition("\n")[2], f"{name} --help has no example"


def test_every_command_about_sources_is_described_and_has_an_example() -> None:
    described = (ROOT / "docs" / "commands.md").read_text("utf-8")
    for name, command in sources.commands.items():
        assert f"sources {name}" in described
        assert f"kreispresse sources {name}" in (command.help or "").partition("\n")[2], name


def test_every_variable_is_described() -> None:
    code = "".join(path.read_text("utf-8") for path in (ROOT / "crawler").glob("*.py"))
    described = (ROOT / "docs" / "commands.md").read_text("utf-8")
    for name in set(re.findall(r"KREISPRESSE_[A-Z_]+", code)):
        assert name in described


def test_the_readme_has_a_line_to_run_and_a_line_to_test_each_with_its_twin() -> None:
    lines = [line.strip() for line in README.splitlines()]
    assert (
        sum(line.startswith("python3 -m venv") and line.endswith("kreispresse demo") for line in lines) == 1
    )
    assert sum(line.startswith("python3 -m venv") and "pytest" in line for line in lines) == 1
    assert sum(line.startswith("uv run") for line in lines) == 2


def test_the_entries_in_the_documents_are_good_ones(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "sources.md").read_text("utf-8")
    entries = re.findall(r"(?m)^    - id: .*\n(?:      .*\n)+", text)
    (tmp_path / "r.yml").write_text("".join(entries), "utf-8")
    assert [source.status for source in load([tmp_path / "r.yml"])] == ["active", "opted-out", "retired"]
    described = re.findall(r"(?m)^\| (`.+?`) \|", text.partition("## Keys")[2].partition("\n## ")[0])
    assert sorted(re.findall(r"`(\w+)`", " ".join(described))) == sorted((*REQUIRED, *OPTIONAL))
    assert all(f"`{level}`" in text for level in LEVELS)
    assert all(f"`{status}`" in text for status in STATUSES)
    found = (ROOT / "docs" / "commands.md").read_text("utf-8")
    assert all(f"| `{each}` |" in found for each in FOUND)


def test_links_between_documents_lead_somewhere() -> None:
    for document in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text("utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_constraints_name_every_dependency_with_one_version() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").split("\n")
    pinned = [line for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+]+(?: ; .+)?", line) for line in pinned), pinned
    names = {re.split("==", line)[0].lower().replace("-", "_") for line in pinned}
    wanted = re.findall(
        r'"([A-Za-z_][\w-]*)[>=<]', (ROOT / "pyproject.toml").read_text("utf-8").partition("[tool.")[0]
    )
    assert {name.lower().replace("-", "_") for name in wanted} - {"setuptools"} <= names
