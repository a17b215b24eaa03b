"""JSON lists of the register: what is read, where the next page lies, what is said when it is otherwise."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from loopback import Answer, Site, page, release
from support import query, report, rows_hash

from archive.tree import Unreadable
from crawler.api import Api, api, api_faults, read_api
from crawler.rebuild import rebuild

Crawl = Callable[..., "subprocess.CompletedProcess[str]"]
URL = "https://k.example/api?seite=1"
DESCRIBED = Api(
    "https://k.example/api?seite={page}", items="d.liste", address="/m/{id}/{slug}", title="t.text", date="am"
)


def _body(*items: Any, **more: Any) -> str:
    return json.dumps({"d": {"liste": list(items)}, **more})


def _item(n: int, **more: Any) -> dict[str, Any]:
    return {"id": n, "slug": f"s{n}", "t": {"text": f"Meldung {n}"}, "am": "2026-03-09", **more}


def test_items_become_addresses_by_template_with_title_and_day() -> None:
    items, following = read_api(
        DESCRIBED, _body(_item(7), _item(8, t={"text": "A &amp; <b>B</b>"}, am=1_773_054_000)), URL
    )
    assert items == [
        ("https://k.example/m/7/s7", "Meldung 7", "2026-03-09"),
        ("https://k.example/m/8/s8", "A & B", "2026-03-09"),
    ]  # fmt: skip
    assert following == "https://k.example/api?seite=2"


@pytest.mark.parametrize(("date", "day"), [
    (1_773_054_000_000, "2026-03-09"), ("9. März 2026", "2026-03-09"), ("2026-03-08T23:30:00Z", "2026-03-09"),
    (None, None), (True, None), (10**30, None), ({}, None), (5, None),
])  # fmt: skip
def test_dates_as_systems_write_them(date: Any, day: str | None) -> None:
    assert read_api(DESCRIBED, _body(_item(1, am=date)), URL)[0][0][2] == day


def test_items_without_address_or_title_are_left_out() -> None:
    odd = [
        _item(1, id=None),
        _item(2, t="x"),
        _item(3, slug=""),
        "Text",
        None,
        5,
        [],
        _item(4, slug={"a": 1}),
    ]
    items, _ = read_api(DESCRIBED, _body(*odd, _item(9)), URL)
    assert [url for url, _, _ in items] == ["https://k.example/m/9/s9"]


def test_pages_by_offset_and_by_link() -> None:
    offset = Api("https://k.example/ä?ab={page}", "@", "url", "titel", first=0, step=20)
    asked = "https://k.example/%C3%A4?ab=40"
    item = {"url": "x", "titel": "Ein Titel"}
    assert offset.start == "https://k.example/ä?ab=0"
    assert read_api(offset, json.dumps([item]), asked)[1] == "https://k.example/ä?ab=60"
    linked = Api("https://k.example/api", "liste", "url", "titel", next="weiter.href")
    body = {"liste": [item], "weiter": {"href": "/api?marke=9"}}
    assert read_api(linked, json.dumps(body), URL)[1] == "https://k.example/api?marke=9"
    assert read_api(linked, json.dumps({"liste": [item], "weiter": None}), URL)[1] is None
    assert read_api(DESCRIBED, _body(), URL) == ([], None)


@pytest.mark.parametrize(("body", "told"), [
    ("<html>Wartung</html>", "no JSON"),
    ('{"fehler": 1, "stand": 2}', "no list at 'd.liste'; the answer has fehler, stand"),
    ('{"d": {"liste": {"a": 1}}}', "no list at"),
    ("[1, 2]", "the answer has no keys, it is a list"),
    (_body({"name": "x", "nummer": 1}), "none of 1 items has address '/m/{id}/{slug}' and title 't.text'; the first has name"),
    ("[" * 100_000, "recursion"),
])  # fmt: skip
def test_another_answer_than_described_says_what_it_has(body: str, told: str) -> None:
    with pytest.raises((Unreadable, RecursionError), match=told.replace("{", "\\{")):
        read_api(DESCRIBED, body, URL)


@pytest.mark.parametrize(("value", "told"), [
    (5, "must have text as url"),
    ("k.example/api", "must be a complete address"),
    ({"url": "https://k.example/"}, "lacks items, address, title"),
    ({"url": "https://k.example/", "items": "a", "address": "b", "title": "c", "pfad": "d"}, "unknown key pfad; known are"),
    ({"url": "https://k.example/", "items": "a..b", "address": "b", "title": "c"}, "api.items 'a..b' is no JMESPath"),
    ({"url": "https://k.example/", "items": "a", "address": "/m/{i d}", "title": "c"}, "api.address 'i d' is no JMESPath"),
    ({"url": "https://k.example/", "items": "a", "address": "b", "title": "c", "step": 0}, "whole number as step"),
    ({"url": "https://k.example/", "items": ["a"], "address": "b", "title": "c"}, "text as items"),
])  # fmt: skip
def test_a_wrong_description_is_told_with_its_remedy(value: Any, told: str) -> None:
    assert [told in fault for fault in api_faults(value)] == [True]


def test_an_entry_goes_into_the_log_as_it_stands() -> None:
    for value in (
        "https://k.example/api",
        {"url": "https://k.example/api", "items": "a", "address": "b", "title": "c", "first": 0},
    ):
        assert api_faults(value) == []
        described = api(value)
        assert described
        assert described.entry() == value


def _serve(site: Site, numbers: range) -> dict[str, Any]:
    """A press page that a script fills, from JSON in pages of five; past the last page the server answers 400."""
    site.pages["/presse"] = page("Presse", "<div id=app></div><script src=/app.js></script>")
    pages = [list(numbers)[n : n + 5] for n in range(0, len(numbers), 5)]
    for n, part in enumerate(pages, 1):
        items = [{"nr": each, "kopf": f"Meldung mit der Nummer {each}", "am": "05.01.2026"} for each in part]
        site.pages[f"/gw?p={n}"] = Answer(json.dumps({"treffer": items}), type="application/json")
    site.pages[f"/gw?p={len(pages) + 1}"] = Answer("{}", 400, type="application/json")
    for each in numbers:
        site.pages[f"/m/{each}"] = release(f"Meldung mit der Nummer {each}", day="")
    return site.entry(api={"url": f"{site.address}/gw?p={{page}}", "items": "treffer", "address": "/m/{nr}",
                           "title": "kopf", "date": "am"})  # fmt: skip


def test_a_described_list_is_walked_once_then_only_its_head_and_rebuilt_alike(
    site: Site, crawl: Crawl, tmp_path: Path
) -> None:
    entry = _serve(site, range(12))
    done = crawl(entry)
    assert done.returncode == 0, done.stderr
    assert (report(tmp_path)["kreis-probe"]["status"], report(tmp_path)["kreis-probe"]["new"]) == ("ok", 12)
    listed = query(tmp_path / "data", "SELECT DISTINCT published_on, published_from FROM releases")
    assert listed == [("2026-01-05", "listing")]
    site.asked.clear()
    crawl(entry)
    assert report(tmp_path)["kreis-probe"]["status"] == "unchanged"
    assert site.paths() == ["/robots.txt", "/gw?p=1"]
    rebuild(tmp_path / "data", tmp_path / "again")
    assert rows_hash(tmp_path / "again") == rows_hash(tmp_path / "data")


def test_a_json_list_that_is_not_as_described_fails_loudly(site: Site, crawl: Crawl, tmp_path: Path) -> None:
    entry = _serve(site, range(3))
    site.pages["/gw?p=1"] = Answer('{"ergebnisse": []}', type="application/json")
    crawl(entry)
    row = report(tmp_path)["kreis-probe"]
    assert row["status"] == "failed"
    assert "api.items: no list at 'treffer'; the answer has ergebnisse" in row["error"]
