"""Datasette's pages of tables in German, with what they lack for the blind: names of fields, headings."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import datasette
import yaml
from jinja2 import BaseLoader, Environment
from markupsafe import Markup

PHRASES = Path(__file__).with_name("tables.yml")
"""What the templates of ``OTHERS`` say, and what they say here."""

OTHERS = Path(datasette.__file__).with_name("templates")

_WORDS = {
    "contains": "enthält", "ends with": "endet mit", "starts with": "beginnt mit", "like": "wie (like)",
    "not like": "nicht wie (like)", "glob": "wie (glob)", "in": "eins von", "not in": "keins von",
    "array contains": "Liste enthält", "array does not contain": "Liste enthält nicht", "date": "Tag",
    "is null": "ist NULL", "is not null": "ist nicht NULL", "is blank": "ist leer",
    "is not blank": "ist nicht leer", "array": "Liste", "hide": "SQL verbergen", "show": "SQL zeigen",
    "home": "Startseite",
}  # fmt: skip
"""Words that come from Datasette's code."""

_FIELDS = {"sql": "SQL", "_filter_column": "Spalte", "_filter_op": "Vergleich", "_filter_value": "Wert",
           "_sort": "Sortieren nach"}  # fmt: skip
_FIELD = re.compile(
    rf'<(select|input|textarea)\b(?=[^>]*\bname="({"|".join(_FIELDS)})(?:_\d+)?")(?! type="hidden")'
)
_HEADING = re.compile(r"(</?)h3\b")


class German(BaseLoader):
    """The templates of another loader; Datasette's own ones speak German."""

    def __init__(self, loader: BaseLoader) -> None:
        self._loader = loader

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        """As Jinja wants it: source, path, and whether it is still so."""
        source, path, is_fresh = self._loader.get_source(environment, template)
        return (german(source) if path and OTHERS in Path(path).parents else source), path, is_fresh

    def list_templates(self) -> list[str]:
        """Names of all templates."""
        return self._loader.list_templates()


def german(source: str) -> str:
    """A template of Datasette's in German.

    >>> german('<input type="submit" value="Apply">')
    '<input type="submit" value="Anwenden">'
    """
    for theirs, ours in phrases().items():
        source = source.replace(theirs, ours)
    return source


@cache
def phrases() -> dict[str, str]:
    """What templates say, and what they say here; longer ones first."""
    found: dict[str, str] = yaml.safe_load(PHRASES.read_text("utf-8"))
    return dict(sorted(found.items(), key=lambda each: -len(each[0])))


def in_german(word: str) -> str:
    """A word that comes from Datasette's code; signs like "=" are as they are."""
    return _WORDS.get(word, word)


def labelled(page: str) -> Markup:
    """Content of one of Datasette's pages, below its h1.

    >>> labelled('<h3>3 Zeilen</h3><select name="_filter_op_1">')
    Markup('<h2>3 Zeilen</h2><select aria-label="Vergleich" name="_filter_op_1">')
    """
    named = _FIELD.sub(lambda found: f'<{found[1]} aria-label="{_FIELDS[found[2]]}"', page)
    return Markup(_HEADING.sub(r"\1h2", named))  # noqa: S704 - a page that Jinja has escaped
