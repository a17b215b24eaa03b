"""Whose press page it is, and the entry that is proposed for it."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from loopback import Site, page
from support import kreispresse

from archive.model import Page
from crawler.cli import main
from crawler.naming import authority, proposal, stranger
from crawler.sources import Source, load
from crawler.survey import Look, Reading, imprint_link, press_links


def _page(html: str, url: str = "https://www.auental.example/presse") -> Page:
    return Page("", "", "new", "listing", "", url, 200, (("Content-Type", "text/html"),), html.encode())


def _known(id_: str, name: str, home: str = "", press: str = "", status: str = "active") -> Source:
    return Source(id_, name, "kreis", "XX", home, press, status=status)


REGISTER = [
    _known("kreis-auental", "Kreis Auental", status="candidate"),
    _known("kreis-auental-sued", "Kreis Auental-Süd", "https://sued.example/"),
    _known("bezirk", "Bezirksregierung Moor"),
    _known("stadt-au", "Stadt Au", "https://stadt-au.example/", "https://stadt-au.example/presse"),
    _known("alt", "Kreis Altau", "https://alt.example/", status="retired"),
]


def _look(url: str, title: str = "", imprint: str = "") -> Look:
    listing = _page(f"<html><title>{title}</title><body>Presse</body></html>", url)
    look = Look(stranger(url), press=Reading(listing))
    if imprint:
        look.imprint = _page(f"<html><body>{imprint}</body></html>", url)
    return look


@pytest.mark.parametrize(("look", "id_", "because"), [
    (_look("https://www.sued.example/x"), "kreis-auental-sued", "its host"),
    (_look("https://a.example/", "Presse | Kreis Auental"), "kreis-auental", "its title"),
    (_look("https://a.example/", "Presse | KREIS AUENTAL-SÜD"), "kreis-auental-sued", "its title"),
    (_look("https://a.example/", "Presse", "Kreis Auental, Aufsicht: Bezirksregierung Moor"), "kreis-auental", "imprint"),
    (_look("https://a.example/", "Presse", "Stadt Aurich und Kreis Auentaler"), None, "neither"),
    (_look("https://alt.example/", "Kreis Altau"), None, "neither"),
    (_look("https://a.example/"), None, "neither"),
])  # fmt: skip
def test_who_it_is(look: Look, id_: str | None, because: str) -> None:
    found, why = authority(look, REGISTER)
    assert (found.id if found else None, because in why) == (id_, True), why


def test_an_entry_for_somebody_known_and_for_a_second_source_of_theirs() -> None:
    today = datetime.date(2026, 11, 22)
    first = proposal(_look("https://a.example/presse", "Kreis Auental"), REGISTER[0], REGISTER, today)
    assert (first["id"], first["name"], first.get("publisher")) == ("kreis-auental", "Kreis Auental", None)
    second = proposal(_look("https://stadt-au.example/zweite"), REGISTER[3], REGISTER, today)
    assert (second["id"], second["publisher"]) == ("stadt-au-2", "stadt-au")
    new = proposal(_look("https://a.example/presse", "Meldungen | Amt Übermoor"), None, REGISTER, today)
    assert (new["id"], new["name"], new["land"]) == ("amt-uebermoor", "Amt Übermoor", "XX")
    hostile = proposal(_look("https://a.example/presse", "| • |"), None, REGISTER, today)
    assert hostile["id"]


def test_where_a_home_page_leads() -> None:
    home = _page(
        '<a href="/aktuelles">Aktuelles</a> <a href="/kontakt">Pressekontakt</a> <a href="/pm">Pressemitteilungen</a>'
        '<a href="https://fremd.example/pm">Pressemitteilungen</a> <a href="mailto:presse@a.example">Presse</a>'
        '<a href="https://www.presse-service.de/meldungen.aspx?ps_id=1">Presseservice</a> <a href="/i">Impressum</a>',
        "https://a.example/",
    )
    assert press_links(home) == [
        "https://a.example/pm", "https://www.presse-service.de/meldungen.aspx?ps_id=1", "https://a.example/aktuelles",
    ]  # fmt: skip
    assert imprint_link(home) == "https://a.example/i"
    for broken in ("", "\0", "<a href='http://[x'>Presse</a>", "%PDF-1.7"):
        assert (press_links(_page(broken)), imprint_link(_page(broken))) == ([], None)


def test_an_entry_is_proposed_for_a_home_page_and_can_be_crawled(tmp_path: Path, site: Site) -> None:
    site.add_releases(
        ["Radweg an der Aue ist fertig", "Neue Busse fahren im Kreis", "Haushalt im Kreistag beraten"]
    )
    site.pages["/"] = page(
        "Willkommen", '<a href="/presse">Pressemitteilungen</a> <a href="/impressum">Impressum</a>'
    )
    site.pages["/impressum"] = page("Impressum", "<p>Kreis Probental<br>Am Markt 1</p>")
    known = [{"id": "kreis-probental", "name": "Kreis Probental", "kind": "kreis", "land": "XX", "ags": "99001",
              "status": "candidate", "reason": "no press page known"}]  # fmt: skip
    (tmp_path / "known.yml").write_text(yaml.safe_dump(known, allow_unicode=True), "utf-8")
    done = kreispresse("sources", "add", site.address, "--sources", str(tmp_path / "known.yml"))
    assert done.returncode == 0, done.stderr
    assert "its imprint names Kreis Probental" in done.stderr
    assert "in the place of the entry kreis-probental" in done.stderr
    (tmp_path / "mine.yml").write_text(done.stdout, "utf-8")
    (source,) = load([tmp_path / "mine.yml"])
    assert (source.id, source.ags, source.press, source.status) == (
        "kreis-probental", "99001", f"{site.address}/presse", "active",
    )  # fmt: skip
    assert source.evidence["press"]["level"] == source.evidence["homepage"]["level"] == "checked"
    again = ["sources", "add", f"{site.address}/presse/", "--sources", str(tmp_path / "mine.yml")]
    refused = CliRunner().invoke(main, again)
    assert (refused.exit_code, "kreispresse sources diagnose kreis-probental" in refused.output) == (2, True)
    crawled = kreispresse("crawl", "--sources", str(tmp_path / "mine.yml"), "--data", str(tmp_path / "data"),
                          "--report", str(tmp_path / "r.json"))  # fmt: skip
    assert json.loads((tmp_path / "r.json").read_text())["sources"][0]["new"] == 3, crawled.stderr


def test_what_cannot_be_added() -> None:
    done = CliRunner().invoke(main, ["sources", "add", "kreis.example"])
    assert (done.exit_code, "is no complete address" in done.output) == (2, True)
    silent = kreispresse("sources", "add", "http://127.0.0.1:1/")
    assert (silent.returncode, silent.stdout) == (1, "")
    assert "no entry is proposed: the host refuses the connection" in silent.stderr
