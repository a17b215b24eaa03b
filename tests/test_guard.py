"""What every response carries, what is closed to strangers, and what their questions may cost."""

from __future__ import annotations

import asyncio
import csv
import io
from dataclasses import replace

import httpx
import pytest
import sample
from hypothesis import given
from hypothesis import strategies as st

from archive.db import Archive
from archive.formulas import defused
from archive.model import Text
from archive.web import pages
from archive.web.details import Details
from archive.web.serve import build


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = sample.build(tmp_path_factory.mktemp("guard"))
    archive = Archive(folder / "archive.db")
    with archive.db.atomic():
        crawl = sample.Crawl(archive, "c7", sample.THIRD)
        text = Text("=1+1", "@SUM(A1)", '-2+3\n\n"quoted", and more\n+4')
        crawl.save("stadt-moorburg", sample.address("stadt-moorburg", "formel"), text)
    archive.close()
    return folder


@pytest.fixture(scope="module")
def site(folder):
    return build(folder)


def get(site, path, **options) -> httpx.Response:
    return asyncio.run(site.client.get(path, **options))


def ask(site, sql, form="json") -> httpx.Response:
    return get(site, str(httpx.URL(f"/archive.{form}", params={"sql": sql})))


DETAILS = Details("Verein", "Weg 1, 99999 Auenfeld", "post@verein.example", "https://presse.example")
OURS = ("/", "/hilfe", "/anleitung", "/behoerden", "/bot")
THEIRS = ("/suche?q=Wald", f"/meldung/{sample.BRIDGE_ID}", "/behoerde/kreis-auenfeld", "/archive/releases",
          "/archive/releases.json", "/nirgends")  # fmt: skip


def test_search_engines_keep_only_our_own_words(site):
    assert {get(site, path).headers.get("x-robots-tag") for path in OURS} == {None}
    assert {get(site, path).headers.get("x-robots-tag") for path in THEIRS} == {"noindex"}


def test_search_engines_may_be_let_in(folder):
    open_site = build(folder, replace(DETAILS, search_engines=True))
    assert {get(open_site, path).headers.get("x-robots-tag") for path in (*OURS, *THEIRS)} == {None}


def test_below_another_address_the_same_pages_are_kept(folder):
    below = build(folder, base_url="/presse/")
    assert "x-robots-tag" not in get(below, "/behoerden").headers
    assert get(below, "/suche").headers["x-robots-tag"] == "noindex"


def test_a_release_names_the_authority_as_its_home_while_it_is_there(site):
    assert f'rel="canonical" href="{sample.BRIDGE_AT.url}"' in get(site, f"/meldung/{sample.BRIDGE_ID}").text
    gone = get(site, f"/meldung/{sample.GONE_ID}").text
    assert f'rel="canonical" href="/meldung/{sample.GONE_ID}"' in gone


@pytest.mark.parametrize("name", ["databases", "metadata", "versions", "plugins", "settings", "threads", "actor",
                                  "permissions", "messages", "allow-debug", "patterns", "logout"])  # fmt: skip
def test_what_shows_paths_and_settings_is_closed(site, folder, name):
    for form in ("", ".json"):
        response = get(site, f"/-/{name}{form}")
        assert response.status_code == 404
        assert str(folder) not in response.text


@pytest.mark.parametrize(
    "path", ["/_internal", "/_internal.json", "/_internal/databases", "/_memory", "/:memory:"]
)
def test_other_databases_are_closed(site, path):
    assert get(site, path).status_code == 404


def test_static_files_stay_open(site):
    assert get(site, "/-/static/app.css").status_code == 200
    assert get(site, "/-/static-plugins/kreispresse/tables.css").status_code == 200


@pytest.mark.parametrize(
    "path", ["/archive", "/archive/releases", "/archive?sql=select+1", "/archive/publishers/kreis-auenfeld"]
)
def test_tables_stand_in_our_frame(site, path):
    page = get(site, path).text
    assert '<html lang="de">' in page
    assert page.count("<main") == page.count("<title>") == 1
    assert "Zum Inhalt" in page


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/archive?sql=delete+from+releases", 400, "lässt sich so nicht beantworten"),
        ("/archive/releases.csv?_stream=1", 400, "lässt sich so nicht beantworten"),
        ("/archive/releases?_sort=nirgends", 400, "lässt sich so nicht beantworten"),
        ("/archive/releases?_sort=id&_sort_desc=id", 400, "lässt sich so nicht beantworten"),
        ("/archive.db", 403, "nicht freigegeben"),
        ("/archive/none", 404, "Hier ist nichts"),
        ("/keine/none", 404, "Hier ist nichts"),
    ],
)
def test_what_goes_wrong_is_said_in_german_on_our_page(site, path, status, said):
    response = get(site, path)
    assert response.status_code == status
    assert said in response.text
    assert "script-src" not in response.headers["content-security-policy"]


def test_a_fault_of_ours_says_and_prints_nothing_of_what_was_asked(folder, monkeypatch, capfd):
    secret = "geheimes Wort"

    def figures(connection):
        raise LookupError(secret)

    monkeypatch.setattr(pages.queries, "figures", figures)
    response = get(build(folder), "/")
    assert response.status_code == 500
    assert "schiefgegangen" in response.text
    printed = capfd.readouterr().err
    assert "LookupError" in printed
    assert secret not in response.text + printed


ENDLESS = "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n"


@pytest.mark.parametrize(
    "sql",
    [
        "select length(zeroblob(900000000))",
        "select length(hex(zeroblob(30000000)))",
        "select length(replace(hex(zeroblob(1000000)), '0', hex(zeroblob(1000))))",
        "attach database '/etc/passwd' as p",
        "pragma writable_schema = on",
        "update releases set title = ''",
        "select load_extension('x')",
        "select readfile('/etc/passwd')",
        "vacuum into '/tmp/copy'",
    ],
)
def test_questions_of_strangers_take_no_memory_and_open_no_file(site, sql):
    assert ask(site, sql).status_code == 400


def test_questions_of_strangers_end_in_time(folder):
    site = build(folder, sql_time_limit_ms=20)
    assert ask(site, ENDLESS).status_code == 400
    assert "zu lange gedauert" in get(site, str(httpx.URL("/archive", params={"sql": ENDLESS}))).text


def test_questions_of_strangers_can_be_switched_off(folder):
    site = build(folder, replace(DETAILS, sql=False))
    assert ask(site, "select 1").status_code == 403
    assert get(site, "/archive/releases").status_code == 200
    assert get(site, "/suche?q=Wald").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/archive/releases.csv?", "/archive/releases.csv?_dl=1&", "/archive.csv?sql=select+*+from+releases&"],
)
def test_tables_as_csv_hold_no_formula_and_lose_nothing(site, path):
    rows = list(csv.DictReader(io.StringIO(get(site, f"{path}_size=max").text, newline="")))
    found = next(row for row in rows if row["title"].endswith("=1+1"))
    assert len(rows) == 25
    assert (found["title"], found["teaser"]) == ("'=1+1", "'@SUM(A1)")
    assert found["text"] == '\'-2+3\n\n"quoted", and more\n+4'
    assert found["id"].isdigit()


@given(st.text())
def test_no_cell_begins_as_a_formula_and_none_loses_a_character(cell):
    shown = defused(cell)
    assert shown in {cell, f"'{cell}"}
    assert not shown.lstrip().startswith(("=", "@"))
