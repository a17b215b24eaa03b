"""Checks of the register on loopback sites: each way of not working is told apart and written down, nothing more."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import loopback
import pytest
import world
from click.testing import CliRunner
from loopback import Answer, Site, page
from support import kreispresse

from crawler.cli import main
from crawler.sources import load

TITLES = ["Radweg an der Aue ist fertig", "Neue Busse fahren im Kreis", "Haushalt im Kreistag beraten"]
DRUPAL = '<meta name="Generator" content="Drupal 11 (https://www.drupal.org)">'
REGISTER = """\
# Zehn Quellen und drei, die nicht gefragt werden. Dieser Kopf bleibt.
- id: gut
  name: 'Kreis Gut'   # in einfachen Anführungszeichen
  kind: kreis
  land: XX
  homepage: {site}/heim-gut
  press: {site}/gut
  feed: {site}/feed.xml
  evidence:
    # nicht verschieben
    press: {{level: seen, when: 2026-01-07, from: "{site}/gut?seite=6"}}
  checked: {{when: 2026-11-01, found: dead}}

- {{id: umbenannt, name: Kreis Neu, kind: kreis, land: XX, homepage: '{site}/heim-neu', press: '{site}/anderswo'}}
- id: verschoben
  name: Kreis Umzug
  kind: kreis
  land: XX
  homepage: {site}/heim-umzug
  press: "{site}/alt"   # mit doppelten
- id: verschwunden
  name: Kreis Suche
  kind: kreis
  land: XX
  homepage: {site}/heim-suche
  press: {site}/weg
- id: neue-familie
  name: Kreis Relaunch
  kind: kreis
  land: XX
  homepage: {site}/heim-relaunch
  press: {site}/relaunch
  family: typo3
- id: tot
  name: Kreis Still
  kind: kreis
  land: XX
  homepage: {dead}/
  press: {dead}/presse
- id: robots
  name: Kreis Zu
  kind: kreis
  land: XX
  homepage: {closed}/
  press: {closed}/presse
- id: leer
  name: Kreis Leer
  kind: kreis
  land: XX
  homepage: {site}/heim-leer
  press: {site}/leer
- id: tiefer
  name: Kreis Tiefer
  kind: kreis
  land: XX
  homepage: {site}/heim-leer
  press: {site}/uebersicht
- id: fehlt
  name: Kreis Fort
  kind: kreis
  land: XX
  homepage: {site}/heim-leer
  press: {site}/fort
- id: gesperrt
  name: Kreis Sperre
  kind: kreis
  land: XX
  homepage: {site}/heim-leer
  press: {site}/gesperrt
- id: entdeckt
  name: Kreis Fund
  kind: kreis
  land: XX
  status: candidate
  reason: no press page known
  homepage: {site}/heim-fund
- id: reif
  name: Kreis Reif
  kind: kreis
  land: XX
  status: candidate
  reason: not checked since 2020
  homepage: {site}/heim-reif
  press: {site}/reif
- {{id: raus, name: Kreis Raus, kind: kreis, land: XX, homepage: '{site}/', press: '{site}/raus', status: opted-out}}
"""
ASKED = re.findall(r"id: ([\w-]+)", REGISTER)[:-1]


def _links(*links: tuple[str, str]) -> str:
    return page("Heim", "".join(f'<p><a href="{url}">{text}</a></p>' for url, text in links))


def _build(site: Site, other: Site, closed: Site) -> None:
    for name in ("gut", "neu", "gesucht", "gefunden", "reif", "darunter"):
        site.add_releases(TITLES, listing=f"/{name}")
    other.add_releases(TITLES)
    items = "".join(
        f'<item><title>{t}</title><link>{site.address}/presse/{n}</link>'
        f"<pubDate>Mon, 0{n + 2} Nov 2026 08:00:00 GMT</pubDate></item>"
        for n, t in enumerate(TITLES)
    )  # fmt: skip
    site.pages |= {
        "/feed.xml": Answer(f"<rss><channel>{items}</channel></rss>", type="application/rss+xml"),
        "/robots.txt": Answer(f"Sitemap: {site.address}/sitemap.xml\n", type="text/plain"),
        "/sitemap.xml": Answer("<urlset>" + "".join(f"<url><loc>{site.address}/presse/{n}</loc></url>" for n in range(3))
                               + "</urlset>", type="application/xml"),
        "/anderswo": Answer("", 301, {"Location": f"{other.address}/presse"}),
        "/alt": Answer("", 302, {"Location": "/neu"}),
        "/heim-suche": _links(("/karriere", "Presse und Karriere"), ("/leer", "Presse"), ("/gesucht", "Pressemitteilungen")),
        "/heim-fund": _links(("https://anderswo.example/", "Pressemitteilungen"), ("/gefunden", "Aktuelle Meldungen")),
        "/heim-leer": _links(("/leer", "Presse")),
        "/uebersicht": _links(("/darunter", "Pressemitteilungen")),
        "/leer": page("Presse", "<h1>Presse</h1><p>Zurzeit keine Meldungen.</p>"),
        "/gesperrt": Answer("nein", 403),
        "/relaunch": page("Presse", "<div class=view-content>" + "".join(
            f'<article class="node"><h2><a href="/presse/{n}">{t}</a></h2><time>0{n + 1}.11.2026</time></article>'
            for n, t in enumerate(TITLES)) + "</div>", head=DRUPAL),
    }  # fmt: skip
    closed.add_releases(TITLES)
    closed.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /\n", type="text/plain")


class Checked(NamedTuple):
    before: str
    after: str
    findings: dict[str, dict[str, Any]]
    site: Site
    closed: Site
    code: int
    errors: str


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checked]:
    with loopback.serve() as gone:
        dead = gone.address
    with loopback.serve() as site, loopback.serve() as other, loopback.serve() as closed:
        _build(site, other, closed)
        file = tmp_path_factory.mktemp("check") / "register.yml"
        before = REGISTER.format(site=site.address, closed=closed.address, dead=dead)
        file.write_text(before, "utf-8")
        done = kreispresse("sources", "check", "--sources", str(file), "--write", "--json", *ASKED)
        found = {each["id"]: each for each in json.loads(done.stdout)}
        load([file])
        yield Checked(before.replace(other.address, "OTHER"), file.read_text("utf-8").replace(other.address, "OTHER"),
                      found, site, closed, done.returncode, done.stderr)  # fmt: skip


@pytest.mark.parametrize(("id_", "found", "why"), [
    ("gut", "well", ""),
    ("umbenannt", "renamed", "leads to"),
    ("verschoben", "moved", "/alt leads to"),
    ("verschwunden", "moved", "(answered 404); the home page leads to"),
    ("neue-familie", "relaunched", "no mark of typo3; it is drupal"),
    ("tot", "dead", "refuses the connection"),
    ("robots", "robots", "robots.txt of"),
    ("leer", "empty", "no release found on"),
    ("tiefer", "empty", "see http://127.0.0.1"),
    ("fehlt", "missing", "leads to no list"),
    ("gesperrt", "blocked", "answered 403"),
    ("entdeckt", "found", "/gefunden"),
    ("reif", "well", ""),
])  # fmt: skip
def test_each_way_of_not_working_is_told_apart(checked: Checked, id_: str, found: str, why: str) -> None:
    assert checked.findings[id_]["found"] == found, checked.findings[id_]
    assert why in (checked.findings[id_]["why"] or "")
    assert f"{id_}: {found}" in checked.errors


def test_a_well_source_tells_what_it_has(checked: Checked) -> None:
    known = checked.findings["gut"]
    assert {name: known[name] for name in ("robots", "answer", "releases", "newest", "family", "feed", "sitemap", "tdm")} == {
        "robots": "allows", "answer": 200, "releases": 3, "newest": "2026-11-04", "family": "generic", "feed": 3,
        "sitemap": 3, "tdm": None,
    }  # fmt: skip
    assert checked.code == 3
    assert re.search(r"changed .*register\.yml", checked.errors)


def test_only_what_was_found_is_written(checked: Checked) -> None:
    today = datetime.now(ZoneInfo("Europe/Berlin")).date()
    site, met = checked.site.address, f"{{level: checked, when: {today}}}"
    diff = [
        line
        for line in difflib.ndiff(checked.before.splitlines(), checked.after.splitlines())
        if line[0] in "+-"
    ]
    taken = {line[2:].strip() for line in diff if line[0] == "-"}
    put = [line[2:].strip() for line in diff if line[0] == "+"]
    assert taken == {
        f'press: {{level: seen, when: 2026-01-07, from: "{site}/gut?seite=6"}}',
        "checked: {when: 2026-11-01, found: dead}",
        f"- {{id: umbenannt, name: Kreis Neu, kind: kreis, land: XX, homepage: '{site}/heim-neu', press: '{site}/anderswo'}}",
        f'press: "{site}/alt"   # mit doppelten',
        f"press: {site}/weg",
        "family: typo3",
        "status: candidate", "reason: no press page known", "reason: not checked since 2020",
    }  # fmt: skip
    assert f'press: "{site}/neu"   # mit doppelten' in put
    assert f"press: {site}/gesucht" in put
    assert f"press: {site}/gefunden" in put
    assert f"press: 'OTHER/presse', evidence: {{press: {met}}}}}" in next(
        line for line in put if "umbenannt" in line
    )
    yesterday = date.fromordinal(today.toordinal() - 1)
    assert [line for line in put if "family" in line] == [
        "family: drupal",
        f"earlier: [{{family: typo3, until: {yesterday}}}]",
    ]
    assert put.count("status: candidate") == 4  # robots, leer, tiefer, fehlt
    found = re.findall(r"checked: \{when: \S+, found: (\w+)\}", checked.after)
    assert found == ["dead", "robots", "empty", "empty", "missing", "blocked"]
    assert sum(line.startswith("reason: press page found by a check") for line in put) == 1


def test_nobody_is_asked_more_than_needed(checked: Checked) -> None:
    assert checked.closed.paths() == ["/robots.txt"]
    paths = checked.site.paths()
    assert paths.count("/gut") == paths.count("/robots.txt") == 1
    assert "/raus" not in paths
    assert all("Kreispresse/" in asked.agent for asked in checked.site.asked)


def test_the_same_check_again_changes_nothing(checked: Checked, tmp_path: Path) -> None:
    file = tmp_path / "register.yml"
    file.write_text(checked.after.replace("OTHER", checked.site.address), "utf-8")
    before = file.read_text("utf-8")
    done = kreispresse(
        "sources", "check", "--sources", str(file), "--write", "gut", "verschoben", "neue-familie", "reif"
    )
    assert (done.returncode, file.read_text("utf-8")) == (0, before)
    assert "changed" not in done.stderr
    assert [line.split()[1] for line in done.stdout.splitlines()] == ["found", "well", "well", "well", "well"]


def test_who_opted_out_or_is_gone_is_not_asked(tmp_path: Path, site: Site) -> None:
    entries = [
        site.entry("raus", status="opted-out"),
        {**site.entry("alt", status="retired", reason="merged"), "press": f"{site.address}/x"},
    ]
    (tmp_path / "r.json").write_text(json.dumps(entries), "utf-8")
    for arguments, told in ((("raus",), "raus is opted-out and not asked"), ((), "no source is chosen that may be asked"),
                            (("--status", "retired"), "no source is chosen")):  # fmt: skip
        done = CliRunner().invoke(
            main, ["sources", "check", "--sources", str(tmp_path / "r.json"), *arguments]
        )
        assert (done.exit_code, told in done.output) == (2, True), done.output
    assert site.asked == []


def test_a_diagnosis_goes_step_by_step(tmp_path: Path, site: Site) -> None:
    site.add_releases(TITLES)
    (tmp_path / "r.json").write_text(json.dumps([site.entry(family="typo3")]), "utf-8")
    told = kreispresse("sources", "diagnose", "kreis-probe", "--sources", str(tmp_path / "r.json")).stdout
    for words in ("answer     200 text/html", "family     typo3: no mark of it", "releases   3", "next page  none found", TITLES[0],
                  "day        2026-01-05", "finding      well"):  # fmt: skip
        assert words in told, told


def test_lists_behind_the_press_page_are_looked_into(tmp_path: Path) -> None:
    with world.serve(["year_archive", "json_listing", "script_only"]) as served:
        (tmp_path / "r.json").write_text(json.dumps(served.entries()), "utf-8")
        done = kreispresse("sources", "check", "--json", "--sources", str(tmp_path / "r.json"))
    found = {each["id"].partition("-")[2]: each for each in json.loads(done.stdout)}
    assert {name: each["found"] for name, each in found.items()} == {
        "year-archive": "well", "json-listing": "well", "script-only": "empty",
    }  # fmt: skip
    assert found["json-listing"]["releases"] == 40
    assert "filled by script" in found["script-only"]["why"]


def test_hostile_sites_end_as_findings(tmp_path: Path, site: Site) -> None:
    pages: dict[str, tuple[Answer | str, str]] = {
        "schleife": (Answer("", 302, {"Location": "/schleife"}), "dead"),
        "hinein": (Answer("", 302, {"Location": "http://169.254.169.254/"}), "dead"),
        "verkehrt": (Answer("", 302, {"Location": "http://[x"}), "dead"),
        "binaer": (Answer(b"%PDF-1.7\0\xff", type="application/pdf"), "empty"),
        "nichts": (Answer(b""), "empty"),
        "kaputt": ("<html>" + "<div>" * 3000 + "<a href='http://[x'>Presse</a>", "empty"),
        "json": (Answer("{" * 50, type="application/json"), "empty"),
        "knapp": (Answer("", 204), "empty"),
    }
    site.pages |= {f"/{name}": answer for name, (answer, _) in pages.items()}
    entries = [{**site.entry(name), "press": f"{site.address}/{name}", "homepage": f"{site.address}/{name}"}
               for name in pages]  # fmt: skip
    (tmp_path / "r.json").write_text(json.dumps(entries), "utf-8")
    done = kreispresse("sources", "check", "--json", "--write", "--sources", str(tmp_path / "r.json"))
    assert done.returncode == 3, done.stderr
    assert {each["id"]: each["found"] for each in json.loads(done.stdout)} == {
        name: found for name, (_, found) in pages.items()
    }
    assert len(load([tmp_path / "r.json"])) == len(pages)
