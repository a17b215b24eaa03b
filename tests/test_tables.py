"""Datasette's pages of tables speak German: no word of its templates is left as it is, and none is made up."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import sample

from archive.web.serve import build
from archive.web.tables import OTHERS, german, phrases

SHOWN = (
    "_crumbs.html",
    "_description_source_license.html",
    "_facet_results.html",
    "_suggested_facets.html",
    "_table.html",
    "database.html",
    "query.html",
    "row.html",
    "table.html",
)
"""Templates of Datasette's that a visitor may see; base.html and the error pages are ours."""

NO_WORDS = {"db", "sql", "json", "csv", "sqlite", "select", "from", "sqlite_version"}
"""What is said in both languages."""


def _words(template: str) -> Iterator[str]:
    """Words that a template says: between its elements, and in names that are read aloud or shown."""
    text = re.sub(r"{% block body_class %}.*", "", template)
    text = re.sub(r"<(style|script)\b.*?</\1>|{#.*?#}|{%.*?%}|{{.*?}}", " ", text, flags=re.DOTALL)
    shown = [*re.findall(r'(?:title|aria-label|placeholder)="([^"]*)"', text),
             *re.findall(r'type="submit" value="([^"]*)"', text), re.sub(r"<[^<>]*>", " ", text)]  # fmt: skip
    for each in shown:
        yield from re.findall(r"[^\W\d]\w*", unescape(each))


@pytest.mark.parametrize("name", SHOWN)
def test_every_word_of_a_template_is_ours(name: str) -> None:
    said_here = {word for ours in phrases().values() for word in _words(ours)}
    words = set(_words(german((OTHERS / name).read_text())))
    assert {word for word in words if word.lower() not in NO_WORDS} <= said_here


def test_every_phrase_is_in_a_template() -> None:
    said = [(OTHERS / name).read_text() for name in SHOWN]
    assert [theirs for theirs in phrases() if not any(theirs in each for each in said)] == []


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return build(sample.build(Path(tmp_path_factory.mktemp("tables"))))


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/archive", ("Tabellen", "Sichten", "verborgene Tabellen")),
        ("/archive/releases", ("Anwenden", "Diese Daten als", "Weitere Formate")),
        ("/archive/releases?kind__contains=e&_sort_desc=url", ("Zeilen", "enthält", "Filter entfernen")),
        ("/archive/releases?kind=nichts", ("keine Zeilen",)),
        ("/archive/releases?_where=1&_facet=kind&_size=1", ("1 weitere Bedingung", "Nächste Seite")),
        ("/archive/publishers/kreis-auenfeld", ("Verweise aus anderen Tabellen", "mit publisher_id in")),
        ("/archive?sql=select+1", ("Abfrage in SQL: 1 Zeile", "SQL verbergen", "Abfragen")),
        ("/archive?sql=select+:name&_hide_sql=1", ("Werte für die Abfrage", "SQL zeigen")),
    ],
)
def test_pages_of_tables_are_german(site: Any, path: str, says: tuple[str, ...]) -> None:
    page = asyncio.run(site.client.get(path))
    assert page.status_code == 200
    text = re.sub(r"<(style|script|pre|textarea)\b.*?</\1>", "", page.text, flags=re.DOTALL)
    shown = " ".join(unescape(re.sub(r"<[^<>]*>", "", text)).split())
    assert [each for each in says if each not in shown and f'"{each}"' not in text] == []
    assert not re.search(
        r"\b(?:rows?|sorted by|contains|starts with|View|Apply|Next page|This data)\b", shown
    )
