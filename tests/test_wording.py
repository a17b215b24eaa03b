"""The page of one statement and all that carry it: who, when, in which words."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from reuse import Told, tell
from test_plans import asked as statements
from test_plans import whole_tables
from test_reuse import STATEMENT, text

from archive.db import Archive, connect
from archive.derive import derive
from archive.web.serve import build

FIRST = Told("1", "ministerium", f"Ministerin Moos: „{STATEMENT}“ {text(5)}", "2026-03-01")
LIKE = Told("2", "kreis-b", f"{text(6)} „{STATEMENT}“", "2026-03-02")
CHANGED = Told(
    "3", "kreis-c", f"{text(7)} „{STATEMENT.replace('jeden Herbst', 'jedes <b>Jahr</b>')}“", "2026-03-03"
)
DROPPED = Told("4", "kreis-d", f"{text(8)} „{STATEMENT}“", "2026-03-04")
SAME_DAY = [Told(f"5{n}", f"stadt-{n}", text(12, 14, 20 + n), "2026-04-01") for n in range(23)]
UNDATED = [Told("6", "kreis-e", text(2, 31), None), Told("7", "kreis-f", text(2, 32), "2026-03-01")]
ALONE = Told("8", "kreis-g", text(45, 46), "2026-04-01")

Get = Callable[..., Any]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder: Path = tmp_path_factory.mktemp("wording")
    archive = Archive(folder / "archive.db")
    tell(archive, FIRST, LIKE, CHANGED, DROPPED, *SAME_DAY, *UNDATED, ALONE)
    tell(archive, DROPPED._replace(text=text(8), at=9))
    archive.db.execute("INSERT INTO release_ids VALUES (77, ?)", [LIKE.id])
    derive(archive.db)
    archive.close()
    return build(folder, num_sql_threads=1)


@pytest.fixture(scope="module")
def get(site: Any) -> Get:
    return lambda path: asyncio.run(site.client.get(path))


def address(told: Told, words: str = STATEMENT) -> str:
    start = told.text.index(words)
    return f"/wortlaut/{told.id}/{start}-{start + len(words)}"


def carriers(page: str) -> list[str]:
    return re.findall(
        r"<li(?: class=\"here\")?>(.*?)</li>", page[page.index('class="timeline"') :], re.DOTALL
    )


def test_all_that_carry_a_statement_from_the_oldest_on(get: Get) -> None:
    page = get(address(LIKE)).text
    assert f'<blockquote lang="de">{STATEMENT}</blockquote>' in page
    assert "4 Meldungen von 4 Behörden" in page
    there = carriers(page)
    assert [re.findall(r"/meldung/(\d+)", each)[0] for each in there] == [
        str(told.id) for told in (FIRST, LIKE, CHANGED, DROPPED)
    ]
    assert "frühester bekannter Beleg" in there[0]
    assert "Wort für Wort gleich" in there[0]
    assert "Der Wortlaut oben" in there[1]
    assert page.count("frühester bekannter Beleg") == 1


def test_differences_are_told_by_words_too(get: Get) -> None:
    changed = carriers(get(address(LIKE)).text)[2]
    assert re.search(r"<del><span[^>]*>\[fehlt hier:\] </span>jeden Herbst", changed)
    assert re.search(r"<ins><span[^>]*>\[nur hier:\] </span>jedes &lt;b&gt;Jahr&lt;/b&gt;", changed)
    told = unescape(re.sub(r"<del>.*?</del> |<span[^>]*>.*?</span>|<[^>]+>", "", changed))
    assert STATEMENT.replace("jeden Herbst", "jedes <b>Jahr</b>").strip(".") in told


def test_who_only_carried_it_once_is_said_so_with_the_version(get: Get) -> None:
    dropped = carriers(get(address(LIKE)).text)[3]
    assert "nur in einer früheren Fassung" in dropped
    version = re.search(rf'href="(/meldung/{DROPPED.id}\?fassung=\d+)"', dropped)
    assert version
    assert STATEMENT in get(version[1]).text


def test_a_former_version_is_the_statement_when_it_is_named(get: Get) -> None:
    revision = re.search(rf"/meldung/{DROPPED.id}\?fassung=(\d+)", get(address(LIKE)).text)
    assert revision
    page = get(f"{address(DROPPED)}?fassung={revision[1]}").text
    assert "in der Fassung, die am" in page
    assert "4 Meldungen von 4 Behörden" in page
    assert get(address(DROPPED)).status_code == 404  # the present text is shorter


def test_where_several_may_be_the_first_no_one_is_called_so(get: Get) -> None:
    page = get(address(SAME_DAY[0], text(14))).text
    assert "frühester" not in page
    assert "Mehrere können die erste gewesen sein" in page
    assert page.count("am selben Tag") == 20
    undated = get(address(UNDATED[1], text(2))).text
    assert "frühester" not in undated
    assert "am selben Tag" not in undated
    assert "ohne Datum" in carriers(undated)[1]


def test_all_carriers_are_on_one_of_the_pages(get: Get) -> None:
    first = get(address(SAME_DAY[0], text(14))).text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following
    rest = get(following[1].replace("&amp;", "&")).text
    links = re.findall(r'<p class="about"><a href="/meldung/(\d+)', first + rest)
    assert sorted(map(int, links)) == sorted(told.id for told in SAME_DAY)
    assert get(f"{address(SAME_DAY[0], text(14))}?seite=3").status_code == 404


def test_words_that_nobody_else_has(get: Get) -> None:
    response = get(address(ALONE, text(45)))
    assert response.status_code == 200
    assert "In keiner anderen Meldung" in response.text


@pytest.mark.parametrize(
    "path", ["{}/9-4", "{}/4-4", "{}/0-9999999", "{}/0-5?fassung=x", "{}/0-5?fassung=", "{}/0-5?fassung=1", "1/0-5"]
)  # fmt: skip
def test_spans_that_are_none(get: Get, path: str) -> None:
    assert get(f"/wortlaut/{path.format(LIKE.id)}").status_code == 404


def test_a_former_id_leads_to_the_present_one(get: Get) -> None:
    response = get("/wortlaut/77/3-40?seite=1")
    assert response.status_code == 301
    assert response.headers["location"] == f"/wortlaut/{LIKE.id}/3-40?seite=1"


def test_the_text_of_a_release_leads_to_the_wording_of_each_passage(get: Get) -> None:
    page = get(f"/meldung/{LIKE.id}").text
    marked = re.search(r'<span class="elsewhere">([^<]+)</span><sup class="note"><a href="([^"]+)"', page)
    assert marked
    assert marked[1] in STATEMENT
    assert "4 Meldungen von 4 Behörden" in get(marked[2]).text
    assert "Stelle 1: auch in 3 weiteren Meldungen" in page
    assert 'class="elsewhere"' not in get(f"/meldung/{ALONE.id}").text


@pytest.mark.parametrize("path", [address(LIKE), address(SAME_DAY[0], text(14)), f"/meldung/{LIKE.id}"])
def test_no_question_reads_a_whole_table(site: Any, path: str) -> None:
    asked = statements(site, path)
    assert any("passage_uses" in sql for sql in asked)
    connection = connect(Path(site.get_database("archive").path)).conn
    assert [found for sql in asked if (found := whole_tables(connection, sql))] == []
