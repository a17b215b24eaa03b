"""Whole crawls that meet mishaps: walks cut short, odd answers, sites that change; and what is owed to those asked."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from faulty.runs import Run
from loopback import Answer, Site, page, release
from support import kreispresse, query, report

from archive.model import Page, Text
from crawler.absent import is_another
from crawler.ingest import Outcome
from crawler.leads import Leads
from crawler.walk import Ask, Walk

Crawl = Callable[..., "subprocess.CompletedProcess[str]"]
TITLES = [f"Meldung Nummer {n} aus dem Kreishaus" for n in range(7)]


def _lists(site: Site, titles: list[str], pages: int, pager: str = "<p><a href={}>weiter</a></p>") -> None:
    """A list of several pages, newest first, with a page a title."""
    size = -(-len(titles) // pages)
    for n in range(pages):
        rows = "".join(
            f"<li>01.01.2026 <a href=/m/{t.split()[-1]}>{t}</a></li>"
            for t in titles[n * size : (n + 1) * size]
        )
        following = pager.format(f"/presse?seite={n + 1}") if n + 1 < pages else ""
        site.pages[f"/presse?seite={n}" if n else "/presse"] = page("Presse", f"<ul>{rows}</ul>{following}")
    for title in titles:
        site.pages.setdefault(f"/m/{title.split()[-1]}", release(title))


def test_an_unfinished_walk_is_taken_up_again(site: Site, crawl: Crawl, tmp_path: Path) -> None:
    """New releases on three pages, the second of which fails once: nothing of it is lost for good."""
    old = [f"Alte Meldung mit der Nummer {n}" for n in range(6)]
    _lists(site, old, 2)
    crawl(site.entry())
    new = [f"Neue Meldung mit der Nummer {n}" for n in range(10, 22)]
    _lists(site, new + old, 6)
    second = site.pages["/presse?seite=1"]
    site.pages["/presse?seite=1"] = Answer("kaputt", 500)
    assert crawl(site.entry()).returncode == 3
    assert report(tmp_path)["kreis-probe"]["error"].startswith("list cut short")
    site.pages["/presse?seite=1"] = second
    crawl(site.entry())
    assert query(tmp_path / "data", "SELECT count(*) FROM releases") == [(18,)]


def test_a_release_that_failed_is_asked_again(site: Site, crawl: Crawl, tmp_path: Path) -> None:
    titles = [f"Meldung mit der Nummer {n}" for n in range(6)]
    site.pages["/m/4"] = Answer("kaputt", 500)
    _lists(site, titles, 3)
    assert crawl(site.entry()).returncode == 0
    assert report(tmp_path)["kreis-probe"]["failed"] == 1
    site.pages["/m/4"] = release(titles[4])
    crawl(site.entry())
    assert query(tmp_path / "data", "SELECT count(*) FROM releases") == [(6,)]


@pytest.mark.parametrize("pager", [
    "<nav class=pagination><a rel=next href={}>2</a></nav>", "<div class=pagination><a href={}>weiter</a></div>",
    "<nav><ul class=pager><li><span>1</span><li><a href={} title='Nächste Seite'>&gt;</a></ul></nav>",
])  # fmt: skip
def test_pagers_where_unknown_sites_have_them(pager: str, site: Site, crawl: Crawl, tmp_path: Path) -> None:
    _lists(site, [f"Meldung mit der Nummer {n}" for n in range(6)], 2, pager)
    crawl(site.entry())
    assert report(tmp_path)["kreis-probe"]["new"] == 6


def test_entries_with_numbered_classes_are_one_list(site: Site, crawl: Crawl, tmp_path: Path) -> None:
    rows = "".join(
        f"<article class='post-{n} hentry'><h2><a href=/m/{n}>Meldung mit der Nummer {n}</a></h2></article>"
        for n in range(5)
    )
    _lists(site, [f"Meldung mit der Nummer {n}" for n in range(5)], 1)
    site.pages["/presse"] = page("Presse", rows)
    crawl(site.entry())
    assert report(tmp_path)["kreis-probe"]["new"] == 5


def test_malformed_and_endless_links_are_passed_over(site: Site, crawl: Crawl, tmp_path: Path) -> None:
    bad = [
        "http://[bad",
        "http://:80",
        "http://k.example:99999/",
        "javascript:x()",
        "mailto:a@b",
        f"/m/{'x' * 3000}",
        "data:,x",
        "%zz%",
    ]
    links = "".join(f"<li>01.01.2026 <a href='{url}'>Ein Verweis mit langem Titel</a></li>" for url in bad)
    _lists(site, ["Meldung mit der Nummer 1"], 1)
    site.pages["/presse"] = (
        str(site.pages["/presse"])
        .replace("</ul>", f"{links}</ul>")
        .replace("<head>", "<head><base href='http://[x'>")
    )
    site.pages["/m/1"] = str(site.pages["/m/1"]).replace("</p>", " <a href='http://[bad/x.pdf'>Plan</a></p>")
    assert crawl(site.entry()).returncode == 0
    row = report(tmp_path)["kreis-probe"]
    assert (row["status"], row["new"]) == ("ok", 1)


@pytest.mark.parametrize("answer", [Answer("x", 204), Answer("x", 206), Answer("x", 304), Answer("x", 302), Answer("x", 418),
                                    Answer(status=302, headers={"Location": "file:///etc/passwd"})])  # fmt: skip
def test_odd_answers_are_told(answer: Answer, site: Site, crawl: Crawl, tmp_path: Path) -> None:
    site.pages["/m/1"] = answer
    _lists(site, ["Meldung mit der Nummer 1", "Meldung mit der Nummer 2"], 1)
    crawl(site.entry())
    row = report(tmp_path)["kreis-probe"]
    assert (row["new"], row["failed"]) == (1, 1)
    assert row["failures"][0]["reason"]


def test_a_soft_404_is_no_new_text(site: Site, crawl: Crawl, tmp_path: Path) -> None:
    _lists(site, ["Meldung mit der Nummer 1", "Meldung mit der Nummer 2"], 1)
    crawl(site.entry())
    site.pages["/m/1"] = page(
        "Fehler",
        "<h1>Seite nicht gefunden</h1><p>Die gewünschte Seite gibt es leider nicht mehr auf unserem Server.</p>",
    )
    for _ in range(2):
        crawl(site.entry(), options=("--full",))
    assert query(tmp_path / "data", "SELECT title, gone_at IS NOT NULL FROM releases ORDER BY 1") == [
        ("Meldung mit der Nummer 1", 1), ("Meldung mit der Nummer 2", 0),
    ]  # fmt: skip


def test_what_cannot_be_written_or_read_is_told_before_the_crawl(
    site: Site, crawl: Crawl, tmp_path: Path
) -> None:
    site.add_releases(TITLES[:1])
    done = crawl(site.entry(), options=("--report", str(tmp_path / "no" / "folder.json")))
    assert (done.returncode, "the report cannot be written" in done.stderr) == (2, True)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "archive.db").write_bytes(b"SQLite format 3\0" + b"kaputt" * 500)
    for done in (crawl(site.entry()), kreispresse("search", "--data", str(tmp_path / "data"), "Wort")):
        assert (done.returncode, "make it again with 'kreispresse rebuild" in done.stderr) == (2, True)
    assert site.asked == []


def test_an_authority_that_opted_out_is_listed_and_left_alone(
    site: Site, other_site: Site, crawl: Crawl, tmp_path: Path
) -> None:
    other_site.add_releases(TITLES[:1])
    done = crawl(site.entry(status="opted-out"), other_site.entry("kreis-andere"))
    assert done.returncode == 0
    assert site.asked == []
    assert report(tmp_path)["kreis-probe"]["status"] == "opted-out"
    assert report(tmp_path)["kreis-andere"]["new"] == 1


def test_the_report_tells_what_each_host_was_asked(site: Site, crawl: Crawl, tmp_path: Path) -> None:
    site.add_releases(TITLES[:3])
    site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /presse/2\n", type="text/plain")
    crawl(site.entry())
    (host,) = json.loads((tmp_path / "report.json").read_text())["hosts"].values()
    assert (host["requests"], host["refused"], host["robots"]) == (len(site.asked), 1, "answered 200")
    assert host["bytes"] > 1000


@pytest.mark.parametrize("listing", [
    Answer(page("Presse", "<p>Nichts</p>"), headers={"TDM-Reservation": "1"}),
    page("Presse", "<p>Nichts</p>", "<meta name=tdm-reservation content=1>"),
])  # fmt: skip
def test_a_reservation_of_text_and_data_mining_is_recorded(
    listing: Any, site: Site, crawl: Crawl, tmp_path: Path
) -> None:
    site.pages["/presse"] = listing
    crawl(site.entry())
    assert query(tmp_path / "data", "SELECT tdm_reservation FROM sources") == [("1",)]


def test_a_site_that_changed_altogether_makes_nothing_gone(site: Site, crawl: Crawl, tmp_path: Path) -> None:
    """All addresses answer 404 again and again: that is no authority withdrawing all its releases at once."""
    titles = [f"Meldung mit der Nummer {n}" for n in range(12)]
    _lists(site, titles, 1)
    crawl(site.entry())
    for n in range(12):
        del site.pages[f"/m/{n}"]
    for _ in range(2):
        crawl(site.entry(), options=("--full",))
    assert query(tmp_path / "data", "SELECT count(*) FROM releases WHERE gone_at IS NOT NULL") == [(0,)]


def test_due_releases_are_looked_at_again(site: Site, crawl: Crawl, tmp_path: Path) -> None:
    import sqlite3

    _lists(site, ["Meldung mit der Nummer 1"], 1)
    crawl(site.entry())
    with sqlite3.connect(tmp_path / "data" / "archive.db") as db:
        db.execute(
            "UPDATE release_urls SET last_ok_at = '2026-01-07T00:00:00.000000Z' WHERE last_ok_at IS NOT NULL"
        )
    site.pages["/m/1"] = release(
        "Meldung mit der Nummer 1", "Ein ganz anderer Text, der später an diese Stelle gesetzt wurde."
    )
    crawl(site.entry())
    assert report(tmp_path)["kreis-probe"]["changed"] == 1


@pytest.mark.parametrize("everywhere", [True, False])
def test_a_site_under_repair_changes_nothing(
    everywhere: bool, site: Site, crawl: Crawl, tmp_path: Path
) -> None:
    site.add_releases([f"Meldung Nummer {n} aus dem Kreishaus" for n in range(6)])
    assert crawl(site.entry()).returncode == 0
    before = query(tmp_path / "data", "SELECT id, title, text, changed_at, gone_at FROM releases ORDER BY id")
    notice = page(
        "Wartung", "<h1>Wartungsarbeiten</h1><p>Wir sind in Kürze wieder für Sie da, versprochen.</p>"
    )
    pages = dict(site.pages)
    site.pages.update({path: notice for path in pages if everywhere or path == "/presse"})
    for _ in range(2):
        crawl(site.entry(), options=("--full",))
        assert report(tmp_path)["kreis-probe"]["status"] == "empty"
    site.pages.update(pages)
    assert crawl(site.entry()).returncode == 0
    assert (
        query(tmp_path / "data", "SELECT id, title, text, changed_at, gone_at FROM releases ORDER BY id")
        == before
    )


CONSENT = page("Hinweis", "<h1>Wir schätzen Ihre Privatsphäre</h1><p>Wir verwenden Cookies, um Inhalte zu messen. Mit dem Klick auf "
               "„Alle akzeptieren“ stimmen Sie der Speicherung zu.</p><button>Alle akzeptieren</button>")  # fmt: skip


def test_another_page_in_place_of_a_release_is_none_and_changes_none(
    site: Site, crawl: Crawl, tmp_path: Path
) -> None:
    site.add_releases(
        ["Neue Brücke über die Aue eröffnet", "Radweg am Kanal ist fertig", "Sprechstunde im Rathaus"]
    )
    real = site.pages["/presse/2"]
    site.pages["/presse/2"] = CONSENT
    crawl(site.entry())
    row = report(tmp_path)["kreis-probe"]
    assert (row["new"], row["failed"]) == (2, 1)
    assert (
        "„Wir schätzen Ihre Privatsphäre“ in place of „Sprechstunde im Rathaus“"
        in row["failures"][0]["reason"]
    )
    site.pages["/presse/2"], site.pages["/presse/0"] = real, CONSENT
    crawl(site.entry(), options=("--full",))
    row = report(tmp_path)["kreis-probe"]
    assert (row["new"], row["changed"], row["gone"], row["failed"]) == (1, 0, 0, 1)
    assert query(tmp_path / "data", "SELECT count(*), count(gone_at) FROM releases") == [(3, 0)]


TEXT = Text("Brücken gesperrt", None, "Der Landrat sperrt zwei Brücken über die Aue. Cookies sind nötig.")


@pytest.mark.parametrize(("text", "called", "another"), [
    (TEXT, ["Wahlergebnis im Landtag"], True),
    (TEXT, ["Wahlergebnis im Landtag", "Brückensperrung: Landrat in Sorge"], False),
    (replace(TEXT, text="Der Landrat sperrt zwei Brücken über die Aue."), ["Wahlergebnis im Landtag"], False),
    (replace(TEXT, title="Kreis Probe"), ["Wahlergebnis der Landtagswahl im Kreis Probe"], True),
    (TEXT, ["Weiterlesen"], False), (TEXT, ["Pressemitteilung Nr. 12"], False), (TEXT, [], False),
    (replace(TEXT, published_on="2026-03-01", published_from="time element"), ["Wahlergebnis im Landtag"], False),
    (replace(TEXT, published_on="2026-03-01", published_from="listing"), ["Wahlergebnis im Landtag"], True),
    (replace(TEXT, text=TEXT.text * 40), ["Wahlergebnis im Landtag"], False),
])  # fmt: skip
def test_what_is_another_page(text: Text, called: list[str], another: bool) -> None:
    assert is_another(text, called, "Kreis Probe") is another


def test_an_error_of_ours_is_told_as_ours_and_the_next_crawl_goes_on(site: Site, tmp_path: Path) -> None:
    _lists(site, [f"Meldung mit der Nummer {n}" for n in range(6)], 2)
    register, data = tmp_path / "r.json", tmp_path / "data"
    register.write_text(json.dumps([site.entry()]), "utf-8")
    command = ("crawl", "--sources", str(register), "--data", str(data), "--jobs", "1")
    ended = Run(*command, play=_fail_at_a_release).end()
    assert ended.code == 3
    assert "ZeroDivisionError" in ended.said
    (row,) = query(data, "SELECT status, error FROM source_crawls")
    reason = "an error of this program, which its log shows (ZeroDivisionError: division by zero)"
    assert row == ("failed", f"interrupted before the source was finished: {reason}; please report it")
    assert Run(*command).end().code == 0
    assert query(data, "SELECT count(*) FROM releases") == [(6,)]


def _fail_at_a_release() -> None:
    right = Leads.after

    def wrong(self: Leads, walk: Walk, page: Page, outcome: Outcome, ask: Ask) -> None:
        right(self, walk, page, outcome, ask)
        _ = 1 / (not page.url.endswith("/m/2"))

    Leads.after = wrong  # type: ignore[method-assign]
