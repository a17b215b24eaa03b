"""The form that finds who carries parts of a text: nothing of it is kept, and nothing of it is believed."""

from __future__ import annotations

import asyncio
import logging
import re
import sqlite3
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from reuse import Told, tell
from test_reuse import STATEMENT, text

from archive.db import Archive
from archive.derive import derive
from archive.web import tracing
from archive.web.serve import build
from archive.web.tracing import LONGEST
from archive.web.turns import WAITING

FIRST = Told("1", "ministerium", f"{text(5)}\n\nMinisterin Moos: „{STATEMENT}“ {text(6)}", "2026-03-01")
CHANGED = Told("2", "kreis-b", f"{text(7)} „{STATEMENT.replace('jeden', 'diesen')}“", "2026-03-02")
OTHER = Told("3", "kreis-c", text(9, 12), "2026-03-03")
MANY = [Told(f"4{n}", f"stadt-{n}", text(14, 20 + n), "2026-04-01") for n in range(15)]

LONG = Told("5", "kreis-d", text(*range(60, 80)), "2026-04-02")

Post = Callable[..., Any]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("tracing")
    archive = Archive(folder / "archive.db")
    tell(archive, FIRST, CHANGED, OTHER, *MANY, LONG)
    derive(archive.db)
    archive.close()
    return folder


@pytest.fixture(scope="module")
def post(data: Path) -> Post:
    site = build(data)

    def post(words: str, **options: Any) -> Any:
        return asyncio.run(site.client.post("/wortlaut", data={"text": words}, **options))

    return post


def shown(part: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", part))


def test_the_form_asks_without_a_cookie(data: Path) -> None:
    response = asyncio.run(build(data).client.get("/wortlaut"))
    assert 'method="post"' in response.text
    assert "nicht gespeichert und nicht protokolliert" in response.text
    assert "set-cookie" not in response.headers


def test_a_statement_in_a_speech_is_found_on_both_sides(post: Post) -> None:
    response = post(f"Guten Abend.\r\n\r\n{STATEMENT} Danke.")
    assert response.status_code == 200
    assert "set-cookie" not in response.headers
    page = response.text
    assert f"<mark>{STATEMENT.rstrip('.')}</mark>" in page
    assert "1 Stelle des Textes steht auch in Meldungen" in page
    first, second = re.findall(r"<li>(.*?)</li>", page[page.index('class="timeline"') :], re.DOTALL)
    assert f"/meldung/{FIRST.id}" in first
    assert f"Ministerin Moos: „{STATEMENT}" in shown(first)
    assert f"/meldung/{CHANGED.id}" in second
    assert "<ins>" in second
    assert re.search(r"<del>.*?jeden", second)


def test_each_release_leads_to_all_that_carry_the_words(post: Post, data: Path) -> None:
    link = re.search(r'href="(/wortlaut/[^"]+)"', post(STATEMENT).text)
    assert link
    page = asyncio.run(build(data).client.get(link[1])).text
    assert "2 Meldungen von 2 Behörden" in page


def test_places_are_apart_and_each_says_how_many_have_it(post: Post) -> None:
    page = post(f"{text(12)}\n\nEtwas Eigenes, das niemand sonst geschrieben hat.\n\n{text(14)}").text
    assert re.findall(r'Stelle \d <span class="count">([^<]+)', page) == ["in 1 Meldung", "in 15 Meldungen"]
    assert "und 3 weitere Meldungen" in page


def test_what_is_long_and_the_same_is_not_repeated_whole(post: Post) -> None:
    page = post(LONG.text).text
    above, _, there = page.partition('class="timeline"')
    there = there.partition("<form")[0]
    assert all(sentence.rstrip(".") in shown(above) for sentence in LONG.text.split("\n\n"))
    assert "[…]" in there
    assert len(shown(there)) < len(LONG.text) / 2


def test_a_text_of_its_own(post: Post) -> None:
    page = post("Das hat so noch niemand geschrieben, und zwar nirgends, und niemals, und mit Absicht.").text
    assert "Keine Meldung im Archiv enthält Teile dieses Textes" in page


@pytest.mark.parametrize("words", ["", "  \n", "\0"])
def test_no_text_is_asked_for(post: Post, words: str) -> None:
    assert "Bitte einen Text einfügen" in post(words).text


@pytest.mark.parametrize("length", [LONGEST + 1, 13 * LONGEST])
def test_too_long_is_said_so(post: Post, length: int) -> None:
    response = post("a" * length)
    assert response.status_code == 413
    assert "Möglich sind 100.000 Zeichen" in response.text


def test_what_takes_too_long_is_said_so_and_keeps_the_text(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*asked: object) -> None:
        raise sqlite3.OperationalError("interrupted")

    monkeypatch.setattr(tracing, "trace", interrupted)
    response = post("Ein sehr langer Text")
    assert response.status_code == 503
    assert "zu lange gedauert" in response.text
    assert ">Ein sehr langer Text</textarea>" in response.text


def test_texts_are_compared_one_at_a_time_and_one_too_many_is_kept(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside: list[int] = []

    async def ask(datasette: object, question: object, words: str) -> tuple[list[object], int]:
        inside.append(inside[-1] + 1 if inside else 1)
        for _ in range(5):
            await asyncio.sleep(0)
        inside.append(inside[-1] - 1)
        return [], 0

    async def all_at_once(count: int) -> list[int]:
        client = build(data).client
        answers = await asyncio.gather(
            *(client.post("/wortlaut", data={"text": "Ein Text"}) for _ in range(count))
        )
        return [answer.status_code for answer in answers]

    monkeypatch.setattr(tracing, "ask", ask)
    codes = asyncio.run(all_at_once(WAITING + 3))
    assert sorted(codes) == [200] * (WAITING + 1) + [503] * 2
    assert max(inside) == 1


def test_other_bodies_are_a_form_without_a_text(data: Path) -> None:
    site = build(data)
    for content in (b"", b"\xff\xfe", b"text", b"&" * 5000, b"text=%ff%00%ed%a0%80", b'{"text": 1}'):
        response = asyncio.run(site.client.post("/wortlaut", content=content))
        assert response.status_code == 200


def test_what_is_pasted_is_no_markup(post: Post) -> None:
    page = post(f"<script>alert(1)</script>\n\n{STATEMENT}</mark></textarea><svg/onload=alert(1)>").text
    assert "<script" not in page
    assert "<svg" not in page
    assert page.count("</textarea>") == 1


def test_the_text_goes_nowhere(data: Path, post: Post, caplog: pytest.LogCaptureFixture) -> None:
    before = {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    with caplog.at_level(logging.DEBUG):
        post(f"Zaunkönigliches Geheimnis. {STATEMENT}")
    after = {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    assert {path: after[path] for path in before} == before
    assert not [path for path, found in after.items() if "Zaunkönigliches".encode() in found]
    assert "Zaunkönig" not in caplog.text


def test_below_another_address(data: Path) -> None:
    response = asyncio.run(
        build(data, base_url="/presse/").client.post("/wortlaut", data={"text": STATEMENT})
    )
    assert response.status_code == 200
    assert 'action="/presse/wortlaut"' in response.text
