"""The pages of authorities: where they are, how they publish, what changed, what is known to be missing."""

from __future__ import annotations

import asyncio
import json
import re

import pytest
import sample
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from archive.db import Archive
from archive.derive import health
from archive.web import outlines
from archive.web.kreismap import kreis_map
from archive.web.serve import build


def get(site, path):
    return asyncio.run(site.client.get(path)).text


def row(page, name):
    """What the list of authorities says of one of them, without markup."""
    found = next(each for each in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if name in each)
    return " ".join(re.sub(r"<[^>]+>", " ", found).split())


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = sample.build(tmp_path_factory.mktemp("authorities"))
    archive = Archive(folder / "archive.db")
    with archive.db.atomic():
        archive.db.execute("UPDATE publishers SET ags = '05978' WHERE id = 'stadt-moorburg'")
        crawl = sample.Crawl(archive, "c8", "2026-04-01T06:00:00.{:06}Z")
        crawl.result("stadt-moorburg", "unchanged")
        for n, title in enumerate(("Verschwundene Meldung", "=<b>Titel")):
            archive.db.execute(
                "INSERT INTO sightings VALUES (?, 'stadt-moorburg', 'listing', ?, ?, '2026-03-30', ?, ?, NULL)",
                [f"k{n}", f"https://moorburg.example/{n}", title, crawl.moment(), 3 * n],
            )
        health.derive(archive.db)
    archive.close()
    return build(folder)


def test_a_silence_is_told_where_it_is_unusual(site):
    page = get(site, "/behoerden")
    assert "meist täglich Seit 56 Tagen still; spätestens am" in row(page, "Stadt Moorburg")
    assert "Der Abruf schlägt fehl (seit 14. März 2026)" in row(page, "Landkreis Übertal")
    assert "still" not in row(page, "Landkreis Übertal")
    assert "Zustand</dt><dd>Seit 56 Tagen still;" in get(site, "/behoerde/stadt-moorburg")
    assert row(page, "Ministerium") == "Ministerium für Fluren und Wege Noch nicht gelesen 0 –"


def test_what_is_known_to_be_missing_is_listed(site):
    page = get(site, "/behoerde/stadt-moorburg")
    assert 'nicht im Archiv <span class="count">2</span>' in page
    assert 'href="https://moorburg.example/0"' in page
    assert "3 Versuche ohne Erfolg" in page
    assert "=&lt;b&gt;Titel" in page
    assert "nicht im Archiv" not in get(site, "/behoerde/kreis-auenfeld")


def test_what_may_be_missing_is_said_in_words(site):
    page = get(site, "/behoerde/landkreis-%C3%BCbertal")
    assert "nicht oder nicht ganz gelesen (1 Durchlauf)" in page
    moorburg = get(site, "/behoerde/stadt-moorburg")
    assert (
        "2 Meldungen mindestens, von Liste oder Feed mit Titel und Tag genannt, fehlen im Archiv" in moorburg
    )
    assert "Die Liste nannte Meldungen bis zurück zum" in moorburg
    assert "Was fehlen kann" not in get(site, "/behoerde/ministerium")


def test_changes_and_months_are_shown_once(site):
    page = get(site, "/behoerde/kreis-auenfeld")
    assert "neue Fassung, zuerst gelesen am" in page
    assert "<title>März 2026: 1<" in page
    assert "seite=2" not in page
    assert "nicht mehr abrufbar, festgestellt am" in get(site, "/behoerde/landkreis-%C3%BCbertal")


def test_the_map_shows_who_is_in_the_archive_and_says_whose_outlines_it_has(site):
    page = get(site, "/behoerden")
    drawn = re.findall(r'<a href="([^"]+)" tabindex="-1"><path class="level-(\d)"[^>]*><title>([^<]+)', page)
    assert drawn == [("/behoerde/stadt-moorburg", "1", "Stadt Moorburg: 9 Meldungen")]
    assert "© GeoBasis-DE / BKG 2021 (Daten verändert), dl-de/by-2-0" in page
    assert 'aria-hidden="true"' in page


def test_without_a_kreis_on_the_map_there_is_none():
    assert kreis_map([{"id": "x", "ags": "99001", "name": "X", "releases": 1}], "/b/") is None
    assert kreis_map([{"id": "x", "ags": None, "name": "X", "releases": 1}], "/b/") is None


def test_a_kreis_with_eight_digits_is_found_and_a_gemeinde_is_not():
    there = [{"id": "a/b", "ags": "05112000", "name": "<b>", "releases": 0}]
    shown = kreis_map([*there, {"id": "c", "ags": "05112001", "name": "C", "releases": 1}], "/b/").svg
    assert '<a href="/b/a%2Fb"' in shown
    assert "&lt;b&gt;: keine Meldungen" in shown
    assert "/b/c" not in shown


def test_all_kreise_have_an_outline():
    paths = json.loads(outlines.Path(outlines.__file__).with_name("outlines.json").read_text("utf-8"))[
        "paths"
    ]
    assert len(paths) == 401
    assert all(re.fullmatch(r"(?:M\d+ \d+l[-\d ]+z)+", path) for path in paths.values())


def square(left, top, ags):
    ring = [
        [left, top],
        [left + 0.5, top + 0.001],
        [left + 1, top],
        [left + 1, top - 1],
        [left, top - 1],
        [left, top],
    ]
    return {"properties": {"ags": ags}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def test_neighbours_keep_the_same_border():
    neighbours = {"attribution": "©", "features": [square(7.0, 52.0, "1"), square(8.0, 52.0, "2")]}
    found = outlines.outlines(neighbours)
    assert found == outlines.outlines(json.loads(json.dumps(neighbours)))
    corners = [set(_corners(path)) for path in found["paths"].values()]
    assert [len(each) for each in corners] == [4, 4]
    assert len(corners[0] & corners[1]) == 2


def test_the_file_of_outlines_can_be_made_again(tmp_path):
    source = tmp_path / "kreise.geojson"
    source.write_text(json.dumps({"attribution": "© Amt", "features": [square(7.0, 52.0, "1")]}), "utf-8")
    made = CliRunner().invoke(outlines.main, [str(source)])
    assert json.loads(made.output) == outlines.outlines(json.loads(source.read_text("utf-8")))


def _corners(path):
    numbers = [int(n) for n in re.findall(r"-?\d+", path)]
    x = y = 0
    for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
        x, y = x + dx, y + dy
        yield x, y


@given(st.lists(st.tuples(st.floats(0, 1e3), st.floats(0, 1e3)), min_size=2, max_size=60))
def test_a_simpler_border_keeps_its_ends_and_its_order(border):
    simple = outlines.simplify(border)
    assert simple[0] == border[0]
    assert simple[-1] == border[-1]
    remaining = iter(border)
    assert all(point in remaining for point in simple)
