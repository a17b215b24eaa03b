"""What every table and column of archive.db holds, from codebook.yml and the schema: as data and as Markdown.

``python -m archive.codebook > docs/tables.md`` writes the page of the documentation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import yaml
from sqlite_utils import Database

from archive.migrations import migrate

_FILE = Path(__file__).with_name("codebook.yml")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # a tenth of the time, where PyYAML has libyaml

_HEAD = """# Tables of archive.db

<!-- Made from archive/codebook.yml by "python -m archive.codebook > docs/tables.md": change it there. -->

"""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table or view.

    ``type``: as declared, in views as the codebook says, because versions of SQLite differ there;
    ``key``: part of the primary key; ``none``: what NULL means, None where it cannot be NULL; ``unit``: None
    where there is none; ``origin``: a key of Codebook.origins.
    """

    name: str
    type: str
    key: bool
    holds: str
    none: str | None
    unit: str | None
    origin: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table or view; ``exported``: whether it is among the files of an export, or in the database only."""

    name: str
    holds: str
    origin: str
    exported: bool
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Tables that belong together; ``intro`` is Markdown and may be empty."""

    title: str
    intro: str
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class Codebook:
    """All sections, an introduction in Markdown, and what the words for origins mean."""

    intro: str
    origins: dict[str, str]
    sections: tuple[Section, ...]

    def tables(self) -> Iterator[Table]:
        """All tables and views, in the order of the codebook."""
        for section in self.sections:
            yield from section.tables


def codebook(db: Database) -> Codebook:
    """The codebook of a database of the newest schema.

    Raises KeyError where a described table or column is not there; that none is missing is for a test to see.
    """
    said = yaml.load(_FILE.read_text("utf-8"), _LOADER)  # noqa: S506 - it is a safe one
    sections = tuple(
        Section(
            section["title"],
            section.get("intro", ""),
            tuple(_table(db, name, table, said["units"]) for name, table in section["tables"].items()),
        )
        for section in said["sections"]
    )
    return Codebook(said["intro"], said["from"], sections)


def _table(db: Database, name: str, said: dict[str, Any], units: dict[str, str]) -> Table:
    schema = {row[1]: row for row in db.execute(f"PRAGMA table_info([{name}])")}
    views, columns = db.view_names(), []
    for column, text in said["columns"].items():
        about = {"is": text} if isinstance(text, str) else text
        _, _, declared, _, _, place_in_key = schema[column]
        kind = about.get("type", "TEXT") if name in views else declared
        unit = about.get("unit") or next((u for end, u in units.items() if column.endswith(end)), None)
        origin = about.get("from", said["from"])
        key = bool(place_in_key)
        columns.append(Column(column, kind, key, about["is"], about.get("none"), unit, origin))
    return Table(name, said["is"], said["from"], said.get("only") != "database", tuple(columns))


def markdown(book: Codebook) -> str:
    """The codebook to read: a heading a section and a table, a line a column."""
    origins = "".join(f"| {word} | {meaning} |\n" for word, meaning in book.origins.items())
    parts = [f"{book.intro}\n| From | Meaning |\n|---|---|\n{origins}"]
    for section in book.sections:
        parts.append("\n".join(filter(None, [f"## {section.title}\n", section.intro])))
        parts += map(_told, section.tables)
    return "\n".join(parts)


def _told(table: Table) -> str:
    only = "" if table.exported else "; in the database only"
    lines = [f"### `{table.name}`\n", f"{_capital(table.holds)}. From: {table.origin}{only}.\n"]
    lines += ["| Column | Type | Holds | Unit | NULL means |", "|---|---|---|---|---|"]
    for column in table.columns:
        origin = "" if column.origin == table.origin else f" (from: {column.origin})"
        kind = f"{column.type}, key" if column.key else column.type
        cells = [f"`{column.name}`", kind, column.holds + origin, column.unit or "", column.none or ""]
        lines.append("|" + "|".join(f" {cell} " if cell else " " for cell in cells) + "|")
    return "\n".join([*lines, ""])


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def page() -> str:
    """The page of the documentation about the tables: the codebook of an empty archive."""
    empty = Database(memory=True)
    migrate(empty)
    return _HEAD + markdown(codebook(empty))


if __name__ == "__main__":
    click.echo(page(), nl=False)
