"""The search page: every state is an address, and each number on it leads to as many releases."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import sample
from hypothesis import given
from hypothesis import strategies as st
from reuse import Told, tell
from test_reuse import text

from archive.db import Archive
from archive.derive import derive
from archive.web.asked import asked
from archive.web.serve import build

COPIES = [Told(f"1-{n}", f"kreis-{n}", f"Dachdecker. {text(0, 2, 4)}", f"2025-0{5 + n}-10") for n in range(3)]
SINGLE = Told("2", "kreis-0", f"Dachdecker. {text(7, 9)}", "2026-01-01")

Get = Callable[[str], str]


@pytest.fixture(scope="module")
def get(tmp_path_factory: pytest.TempPathFactory) -> Get:
    folder: Path = sample.build(tmp_path_factory.mktemp("searching"))
    archive = Archive(folder / "archive.db")
    tell(archive, *COPIES, SINGLE)
    derive(archive.db)
    archive.close()
    site = build(folder)

    def get(path: str) -> str:
        response = asyncio.run(site.client.get(unescape(path)))
        assert response.status_code == 200, path
        return str(response.text)

    return get


def found(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'<h2><a href="/meldung/(\d+)"', page)]


def total(page: str) -> int:
    told = re.search(r'role="status">(\d+) Meldung', page)
    return int(told[1]) if told else 0


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("q=Autoren&behoerde=landkreis-übertal", [sample.GONE_ID]),
        ("weg=1", [sample.GONE_ID]),
        ("geaendert=1", [sample.BRIDGE_ID]),
        ("anhang=1&art=release", [sample.BRIDGE_ID]),
        ("q=Brücke&ab=2026-03&bis=9.3.2026", [sample.BRIDGE_ID]),
        ("q=Dachdecker&zeitraum=2026-01&land=XX", [SINGLE.id]),
        ("q=Brücke&behoerde=kreis-0", []),
        ("behoerde=keine", []),
        ("land=YY", []),
        ("art=gerücht", []),
    ],
)
def test_filters_are_fields_of_the_address(get: Get, query: str, wanted: list[int]) -> None:
    page = get(f"/suche?{query}")
    assert found(page) == wanted
    assert total(page) == len(wanted)


def test_the_form_keeps_what_it_was_sent(get: Get) -> None:
    page = get('/suche?q="Brücke"&behoerde=kreis-auenfeld&land=XX&art=other&ab=2026&bis=2026-12&anhang=1')
    form = page[page.index("<form") : page.index("</form>")]
    assert 'name="q" type="search" value="&#34;Brücke&#34;"' in form
    assert re.findall(r'<option value="([^"]+)" selected>', form) == ["kreis-auenfeld", "XX", "other"]
    assert re.findall(r'name="(?:ab|bis)" value="([^"]+)"', form) == ["2026", "2026-12"]
    assert re.findall(r'name="(\w+)" value="1" checked', form) == ["anhang"]


def test_each_limit_can_be_lifted_alone(get: Get) -> None:
    page = get("/suche?q=Brücke&behoerde=kreis-auenfeld&ab=2026&anhang=1&sortierung=beste")
    links = dict(re.findall(r'<a href="([^"]+)">aufheben<span class="spoken">: ([^<]+)', page))
    assert {unescape(link).partition("?")[2]: words for link, words in links.items()} == {
        "q=Br%C3%BCcke&ab=2026&anhang=1&sortierung=beste": "Kreis Auenfeld",
        "q=Br%C3%BCcke&behoerde=kreis-auenfeld&anhang=1&sortierung=beste": "ab 2026",
        "q=Br%C3%BCcke&behoerde=kreis-auenfeld&ab=2026&sortierung=beste": "mit Anhang",
    }


@pytest.mark.parametrize("path", ["/suche?ab=2020", "/suche?q=Pressestelle", "/suche?q=Dachdecker&land=XX"])
def test_every_number_leads_to_as_many_releases(get: Get, path: str) -> None:
    page = get(path)
    months = re.findall(r'<th scope="row"><a href="([^"]+)">[^<]+</a></th><td class="amount">(\d+)', page)
    voices = re.findall(r'<li><a href="(/suche[^"]+)">[^<]+</a> <span class="count">(\d+)', page)
    assert len(months) > 1
    assert len(voices) > 1
    for link, number in months + voices:
        assert total(get(link)) == int(number), link
    assert sum(int(number) for _, number in months) == sum(int(number) for _, number in voices) == total(page)


def test_the_chart_has_a_bar_for_every_month_with_hits(get: Get) -> None:
    page = get("/suche?q=Dachdecker")
    assert re.findall(r"<title>([^<]+)</title></rect>", page) == [
        "Mai 2025: 1", "Juni 2025: 1", "Juli 2025: 1", "Januar 2026: 1",
    ]  # fmt: skip
    assert "<svg" not in get("/suche?q=Posaunenchor")


@pytest.mark.parametrize("order", ["", "&sortierung=beste"])
def test_copies_are_folded_and_stay_reachable(get: Get, order: str) -> None:
    page = get(f"/suche?q=Dachdecker{order}")
    shown = found(page)
    assert len(shown) == 2
    assert SINGLE.id in shown
    [copy] = {told.id for told in COPIES} & set(shown)
    assert f'href="/meldung/{copy}#gleich">auch bei 2 weiteren' in page
    others = get(f"/meldung/{copy}")
    assert all(f'href="/meldung/{told.id}"' in others for told in COPIES if told.id != copy)


def test_operators_are_explained_on_the_page(get: Get) -> None:
    page = get("/suche?q=Brücke")
    for operator in ("ODER", "titel:", "wörtlich:", "von:", "land:", "ab:", "nur:", "mit:"):
        assert operator in page


def test_a_correction_keeps_the_other_limits(get: Get) -> None:
    page = get("/suche?q=Brukce&land=XX")
    assert re.search(r'href="/suche\?q=[^"]+&amp;land=XX"', page[page.index("Gesucht wurde auch") :])


def test_a_long_query_makes_no_longer_page(get: Get) -> None:
    """Each address of a page has the query, so what is typed without end would come back a hundredfold."""
    short, long = get("/suche?q=Pressestelle"), get("/suche?q=Pressestelle" + "+-x" * 3000)
    assert total(long) == total(short)
    assert len(long) < len(short) + 100_000


def test_days_that_are_none_are_told(get: Get) -> None:
    assert "„ab:neulich“ ist unverständlich" in get("/suche?ab=neulich")


@pytest.mark.parametrize(
    "name", ["q", "behoerde", "land", "art", "ab", "bis", "zeitraum", "weg", "sortierung"]
)
@pytest.mark.parametrize(
    "value", ["%00", "%ED%A0%80", "%22%3E%3Cscript%3E", "'--", "x" * 5000, "%F0%9F%92%A9"]
)
def test_odd_values_are_answered(get: Get, name: str, value: str) -> None:
    assert "<script" not in get(f"/suche?{name}={value}")


_VALUES = st.dictionaries(
    st.sampled_from(["q", "behoerde", "land", "art", "ab", "bis", "zeitraum", "geaendert", "weg", "anhang", "sortierung"]),
    st.text(max_size=8) | st.just("beste"),
)  # fmt: skip


@given(_VALUES)
def test_what_an_address_says_is_read_from_it_again(values: dict[str, str]) -> None:
    from urllib.parse import parse_qsl

    first: Any = asked(values)
    again: Any = asked(dict(parse_qsl(first.address()[1:])))
    assert (again.query.strip() and again.query, again.order, again.filters) == (
        first.query.strip() and first.query, first.order, first.filters,
    )  # fmt: skip


def test_a_small_oder_is_told_what_it_would_do_in_capitals(get: Get) -> None:
    page = get("/suche?q=Umleitung oder Haushalt")
    offered = re.search(r'<a href="([^"]+)">Umleitung ODER Haushalt</a>', page)
    assert offered
    assert total(get(offered[1])) > total(get("/suche?q=Umleitung"))
    assert "Großbuchstaben" not in get("/suche?q=Hochwasser Oder Pegel")


def test_where_a_phrase_is_nowhere_its_words_are_offered(get: Get) -> None:
    page = get("/suche?q=%22Lager der Busse%22&land=XX")
    assert "Keine Meldung gefunden" in page
    offered = re.search(r'<a href="([^"]+)">Ohne Anführungszeichen suchen</a>', page)
    assert offered
    assert total(get(offered[1])) == 1
    assert "Ohne Anführungszeichen" not in get("/suche?q=Posaune")
