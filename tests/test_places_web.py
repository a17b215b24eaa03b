"""Pages of places, and the places on a release's page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from reuse import Told, tell

from archive.db import Archive
from archive.derive import derive
from archive.web.serve import build

PLACES = Told(
    "1",
    "kreis-a",
    "Es begann <b>still</b>.\n\nDer Kreis Gütersloh baut in Verl. Die Verler freuen sich.",
    "2026-03-01",
)
LATER = Told("2", "kreis-b", "In Verl wird gefeiert.", "2026-03-09")
MANY = [Told(f"3-{n}", "kreis-c", f"Meldung {n} aus Köln.", f"2026-02-{n + 1:02}") for n in range(23)]


@pytest.fixture(scope="module")
def get(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], httpx.Response]:
    folder: Path = tmp_path_factory.mktemp("places")
    archive = Archive(folder / "archive.db")
    tell(archive, LATER, PLACES, *MANY)
    derive(archive.db)
    archive.close()
    site = build(folder)
    return lambda path: asyncio.run(site.client.get(path))


def test_a_place_lists_its_releases_newest_first(get: Callable[[str], httpx.Response]) -> None:
    page = get("/ort/05754044").text
    assert "Meldungen über diesen Ort" in page
    assert 0 < page.index(f"/meldung/{LATER.id}") < page.index(f"/meldung/{PLACES.id}")
    assert "<mark>Verl</mark>" in page
    assert "<b>" not in page
    assert 'href="/ort/05754">Kreis Gütersloh</a>' in page
    assert "GeoBasis-DE" in page


def test_a_kreis_lists_its_towns_with_their_releases(get: Callable[[str], httpx.Response]) -> None:
    page = get("/ort/05754").text
    assert '<a href="/ort/05754044">Verl</a> <span class="count">2</span>' in page
    assert page.count("<article>") == 1


def test_pages_follow_each_other_without_gap(get: Callable[[str], httpx.Response]) -> None:
    first, second = get("/ort/05315").text, get("/ort/05315?seite=2").text
    shown = [told.id for told in MANY if f'"/meldung/{told.id}"' in first]
    rest = [told.id for told in MANY if f'"/meldung/{told.id}"' in second]
    assert (len(shown), len(rest)) == (20, 3)
    assert not set(shown) & set(rest)
    assert get("/ort/05315?seite=3").status_code == 404


def test_a_place_that_nobody_names_says_so(get: Callable[[str], httpx.Response]) -> None:
    assert "Keine Meldung des Archivs" in get("/ort/09162").text


@pytest.mark.parametrize("path", ["/ort/99999", "/ort/5754", "/ort/057540441", "/ort/Verl", "/ort/05754044'"])
def test_what_is_no_place(get: Callable[[str], httpx.Response], path: str) -> None:
    assert get(path).status_code == 404


def test_a_release_names_its_places_most_often_named_first(get: Callable[[str], httpx.Response]) -> None:
    page = get(f"/meldung/{PLACES.id}").text
    assert "Genannte Orte" in page
    assert 0 < page.index("/ort/05754044") < page.index('/ort/05754"')
