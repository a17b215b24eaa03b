"""Commands as a user types them: what they print, and what they say when something is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
import sample
from click.testing import CliRunner, Result
from loopback import release
from support import PUBLIC

from crawler import settings
from crawler.cli import main
from crawler.options import cores


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.mark.parametrize(
    "command",
    [
        (),
        ("crawl",),
        ("demo",),
        ("rebuild",),
        ("extract",),
        ("search",),
        ("serve",),
        ("sources",),
        ("sources", "list"),
    ],
)
def test_help(command: tuple[str, ...]) -> None:
    found = run(*command, "--help")
    assert found.exit_code == 0
    assert "Usage:" in found.output


def test_cores_are_counted_on_every_system(monkeypatch: pytest.MonkeyPatch) -> None:
    assert cores() >= 1
    monkeypatch.delattr("os.sched_getaffinity", raising=False)
    assert cores() >= 1


def test_sources_list_and_show() -> None:
    listed = run("sources", "list", "--land", "nw")
    assert "kreis-unna\tNW\tkreis\tKreis Unna\t" in listed.output
    assert json.loads(run("sources", "show", "kreis-unna").output)["ags"] == "05978"
    assert {each["land"] for each in json.loads(run("sources", "list", "--land", "th", "--json").output)} == {
        "TH"
    }


@pytest.mark.parametrize(("filters", "ids"), [
    (("--status", "active", "--family", "typo3", "--name", "SOEST"), ["kreis-soest"]),
    (("--status", "retired", "--kind", "kreisfreie_stadt"), ["eisenach"]),
    (("--land", "nw", "--kind", "landschaftsverband", "--family", "none"), ["lwl", "lvr"]),
])  # fmt: skip
def test_sources_list_filters(filters: tuple[str, ...], ids: list[str]) -> None:
    listed = run("sources", "list", *filters)
    assert [line.split("\t")[0] for line in listed.output.splitlines()] == ids
    as_json = json.loads(run("sources", "list", "--json", *filters).output)
    assert [each["id"] for each in as_json] == ids


def test_at_least_forty_authorities_of_nordrhein_westfalen_are_active() -> None:
    rows = [line.split("\t") for line in run("sources", "list", "--status", "active").output.splitlines()]
    assert len({name for _, land, _, name, *_ in rows if land == "NW"}) >= 40
    assert all(evidence for *_, evidence, _ in rows)


@pytest.mark.parametrize(("arguments", "told"), [
    (("sources", "list", "--name", "nirgendwo"), "no source is like that"),
    (("sources", "check", "eisenach"), "eisenach is retired and not asked"),
    (("crawl", "eisenach"), "its successor is wartburgkreis"),
    (("crawl", "solingen"), "find it with 'kreispresse sources check solingen'"),
    (("crawl", "--land", "TH"), "no active source is chosen"),
    (("sources", "show", "kreis-nirgendwo"), "not in the register: kreis-nirgendwo"),
    (("sources", "list", "--land", "XX"), "no source is chosen"),
    (("crawl", "--sources", "no-such-file.yml"), "there is no such file"),
    (("search", "--data", "no-such-folder", "Wort"), "there is no archive in no-such-folder"),
    (("serve", "--data", "no-such-folder"), "run 'kreispresse crawl' or 'kreispresse demo' first"),
    (("extract",), "name one PAGE.html or --batch FILE.jsonl"),
    (("rebuild", "--data", "no-such-folder"), "there is no log to rebuild from"),
])  # fmt: skip
def test_wrong_usage_says_what_to_do(arguments: tuple[str, ...], told: str) -> None:
    found = run(*arguments)
    assert found.exit_code == 2
    assert told in found.output


def test_the_register_may_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "r.yml").write_text(json.dumps([PUBLIC]), "utf-8")
    monkeypatch.setenv("KREISPRESSE_SOURCES", f"{tmp_path / 'r.yml'}:")
    assert run("sources", "list").output.startswith("a\tXX")


@pytest.mark.parametrize("value", ["bald", "-1", "nan", "inf", ""])
def test_a_variable_that_is_no_number_is_named(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KREISPRESSE_GONE_AFTER", value)
    with pytest.raises(click.UsageError, match="KREISPRESSE_GONE_AFTER"):
        settings._number("KREISPRESSE_GONE_AFTER", "24")


def test_extract_one_page(tmp_path: Path) -> None:
    (tmp_path / "p.html").write_text(release("Radweg an der Aue", day="9. März 2026"), "utf-8")
    found = json.loads(run("extract", str(tmp_path / "p.html"), "--url", "https://k.example/1").output)
    assert (found["title"], found["date"], found["family"]) == ("Radweg an der Aue", "2026-03-09", "generic")
    assert found["text"].startswith("Der Kreis teilt mit")


def test_extract_a_batch(tmp_path: Path) -> None:
    import gzip

    (tmp_path / "a.html.gz").write_bytes(
        gzip.compress(release("Radweg an der Aue", day="9. März 2026").encode())
    )
    (tmp_path / "b.html").write_text("", "utf-8")
    lines = [
        {"id": "a", "url": "https://k.example/1", "file": "a.html.gz", "seen_on": "2026-03-01"},
        {"id": "b", "url": None, "file": "b.html"},
    ]
    (tmp_path / "batch.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n\n", "utf-8")
    one, two = map(json.loads, run("extract", "--batch", str(tmp_path / "batch.jsonl")).output.splitlines())
    assert (one["id"], one["title"], one["date"]) == (
        "a",
        "Radweg an der Aue",
        None,
    )  # dated after the day of capture
    assert (two["id"], two["error"]) == ("b", "the page is empty")


def test_search_prints_and_gives_json(tmp_path: Path) -> None:
    sample.build(tmp_path)
    found = run("search", "--data", str(tmp_path), "--limit", "1", "der")
    assert found.exit_code == 0
    assert "1 shown" in found.output
    hits = json.loads(run("search", "--data", str(tmp_path), "--json", "der").stdout)
    assert {"id", "title", "url", "publisher", "published_on", "snippet"} <= set(hits[0])
    assert all(hit["rewritten"] and hit["score"] > 0 for hit in json.loads(
        run("search", "--data", str(tmp_path), "--json", "Feuerwehr").stdout))  # fmt: skip


def test_search_tells_what_it_made_of_a_query(tmp_path: Path) -> None:
    sample.build(tmp_path)
    found = run("search", "--data", str(tmp_path), "--newest", "Brukce", "Posaune", "ab:neulich")
    assert "no release has 'Brukce'; searched instead: Brücke" in found.output
    assert "ab:neulich: not understood" in found.output
    assert "1 of them have only some of the words" in found.output
    assert "nobody" in run("search", "--data", str(tmp_path), "Brücke", "von:nobody").output
