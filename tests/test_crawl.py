"""Whole crawls against loopback sites: what is found, what is refused, what is said of it, and that others go on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from loopback import Answer, Site, page, release
from support import PUBLIC, kreispresse, query, report

from archive.model import release_id
from crawler.recorder import Lock

Crawl = Callable[..., "subprocess.CompletedProcess[str]"]
TITLES = [f"Meldung Nummer {n} aus dem Kreishaus" for n in range(7)]


def test_a_list_with_pager_is_walked_once_and_then_only_its_head(
    site: Site, crawl: Crawl, tmp_path: Path
) -> None:
    pages = [TITLES[:3], TITLES[3:6], TITLES[6:]]
    for n, titles in enumerate(pages):
        links = "".join(f"<li>0{n + 1}.01.2026 <a href=/m/{TITLES.index(t)}>{t}</a></li>" for t in titles)
        following = (
            f"<a href=/presse?seite={n + 1}>weiter</a>" if n < 2 else "<a href=/presse?seite=2>weiter</a>"
        )
        site.pages[f"/presse?seite={n}" if n else "/presse"] = page("Presse", f"<ul>{links}</ul>{following}")
    for n, title in enumerate(TITLES):
        site.pages[f"/m/{n}"] = release(title)
    assert crawl(site.entry()).returncode == 0
    assert report(tmp_path)["kreis-probe"]["new"] == 7
    assert query(tmp_path / "data", "SELECT id FROM releases WHERE title = ?", TITLES[0]) == [
        (release_id(f"{site.address}/m/0"),)
    ]
    first = len(site.asked)
    assert first == len(set(site.paths())) == 11  # robots.txt, three pages, seven releases
    assert crawl(site.entry()).returncode == 0
    assert report(tmp_path)["kreis-probe"]["status"] == "unchanged"
    assert site.paths()[first:] == ["/robots.txt", "/presse"]


def test_feed_and_list_are_united_and_channels_remembered(site: Site, crawl: Crawl, tmp_path: Path) -> None:
    site.add_releases(TITLES[:2])
    site.pages["/presse/9"] = release("Nur im Feed genannt")
    items = "".join(f"<item><title>x</title><link>{site.address}/presse/{n}</link></item>" for n in (1, 9))
    site.pages["/rss"] = Answer(f"<rss><channel>{items}</channel></rss>", type="application/rss+xml")
    assert crawl(site.entry(feed=f"{site.address}/rss")).returncode == 0
    channels = query(
        tmp_path / "data",
        "SELECT r.url, s.channel FROM release_sources s JOIN releases r ON r.id = release_id ORDER BY 1, 2",
    )
    assert [(url[-1], channel) for url, channel in channels] == [
        ("0", "listing"),
        ("1", "feed"),
        ("1", "listing"),
        ("9", "feed"),
    ]


def test_a_feed_that_only_the_page_names_counts_when_it_overlaps_the_list(
    site: Site, crawl: Crawl, tmp_path: Path
) -> None:
    site.add_releases(TITLES[:2])
    links = "".join(
        f'<link rel=alternate type="application/rss+xml" href="/{name}">' for name in ("eigen", "fremd")
    )
    listing = site.pages["/presse"]
    site.pages["/presse"] = str(listing).replace("</head>", links + "</head>")
    for name, numbers in (("eigen", (1, 5)), ("fremd", (6,))):
        items = "".join(
            f"<item><title>x</title><link>{site.address}/presse/{n}</link></item>" for n in numbers
        )
        site.pages[f"/{name}"] = Answer(f"<rss><channel>{items}</channel></rss>", type="application/rss+xml")
    for n in (5, 6):
        site.pages[f"/presse/{n}"] = release(f"Aus dem Feed {n}")
    assert crawl(site.entry()).returncode == 0
    assert "/presse/5" in site.paths()
    assert "/presse/6" not in site.paths()


def test_full_visits_everything_again_conditionally(site: Site, crawl: Crawl, tmp_path: Path) -> None:
    site.add_releases(TITLES[:3])
    for n in range(3):
        site.pages[f"/presse/{n}"] = Answer(release(TITLES[n]), headers={"ETag": f'"{n}"'})
    crawl(site.entry())
    site.pages["/presse/1"] = Answer(
        release(TITLES[1], "Der Text wurde ganz neu geschrieben und ist nun ein anderer."),
        headers={"ETag": '"neu"'},
    )
    site.pages["/presse/2"] = Answer("weg", 410)
    crawl(site.entry(), options=("--full",))
    row = report(tmp_path)["kreis-probe"]
    assert (row["status"], row["not_modified"], row["changed"], row["gone"], row["new"], row["failed"]) == (
        "ok",
        1,
        1,
        1,
        0,
        0,
    )
    assert query(tmp_path / "data", "SELECT count(*) FROM revisions") == [(4,)]
    assert query(tmp_path / "data", "SELECT url FROM releases WHERE gone_at IS NOT NULL") == [
        (f"{site.address}/presse/2",)
    ]


def test_redirects_join_addresses_and_lead_home_means_not_there(
    site: Site, crawl: Crawl, tmp_path: Path
) -> None:
    site.add_releases(TITLES[:3])
    site.pages["/presse/0"] = Answer(status=301, headers={"Location": "/neu/0"})
    site.pages["/neu/0"] = release(TITLES[0])
    site.pages["/"] = page(
        "Startseite", "<h1>Willkommen</h1><p>Hier ist die Startseite des Kreises mit viel Text darauf.</p>"
    )
    crawl(site.entry())
    urls = query(
        tmp_path / "data",
        "SELECT url FROM release_urls WHERE release_id = ? ORDER BY 1",
        release_id(f"{site.address}/neu/0"),
    )
    assert [url.removeprefix(site.address) for (url,) in urls] == ["/neu/0", "/presse/0"]
    site.pages["/presse/1"] = Answer(status=302, headers={"Location": "/"})
    crawl(site.entry(), options=("--full",))
    assert query(tmp_path / "data", "SELECT count(*) FROM absences") == [(1,)]
    crawl(site.entry(), options=("--full",))
    assert query(tmp_path / "data", "SELECT url FROM releases WHERE gone_at IS NOT NULL") == [
        (f"{site.address}/presse/1",)
    ]
    assert query(tmp_path / "data", "SELECT count(*) FROM releases WHERE title = 'Willkommen'") == [(0,)]


def _endless(size: int) -> Callable[[], Iterator[bytes]]:
    def pieces() -> Iterator[bytes]:
        for _ in range(size // 65536):
            yield b"x" * 65536

    return pieces


def test_bad_pages_cost_only_themselves_and_say_why(site: Site, crawl: Crawl, tmp_path: Path) -> None:
    import gzip

    good = ["Die gute Meldung aus dem Kreis", "Eine Meldung in windows-1252 für Müßig"]
    bad = {"huge": "larger", "bomb": "larger.*decompressed", "picture": "not a page of text but image/png", "empty": "empty",
           "loop": "redirections", "inside": "closed network", "server": "answered 500", "cut": "broke off"}  # fmt: skip
    links = "".join(
        f"<li>01.01.2026 <a href=/m/{name}>Eine lange Meldung namens {name}</a></li>"
        for name in ("a", "b", *bad)
    )
    site.pages["/presse"] = page("Presse", f"<ul>{links}</ul>")
    site.pages["/m/a"] = release(good[0])
    site.pages["/m/b"] = Answer(
        release(good[1], "Bürgermeisterin Müßig grüßt – für 5 € – alle „Bürger“ im Kreis.").encode("cp1252"),
        type="text/html; charset=utf-8",
    )
    site.pages["/m/huge"] = Answer(_endless(300_000_000))
    site.pages["/m/bomb"] = Answer(gzip.compress(b"0" * 50_000_000), headers={"Content-Encoding": "gzip"})
    site.pages["/m/picture"] = Answer(b"\x89PNG\r\n" + b"\0" * 5000, type="image/png")
    site.pages["/m/empty"] = Answer("")
    site.pages["/m/loop"] = Answer(status=302, headers={"Location": "/m/loop"})
    site.pages["/m/inside"] = Answer(status=302, headers={"Location": "http://10.0.0.1/geheim"})
    site.pages["/m/server"] = Answer("Fehler", 500)
    site.pages["/m/cut"] = Answer(lambda: iter([b"<html>"]), headers={"Content-Length": "1000"})
    done = crawl(site.entry())
    assert done.returncode == 0, done.stderr
    row = report(tmp_path)["kreis-probe"]
    assert (row["status"], row["new"], row["failed"]) == ("ok", 2, len(bad))
    reasons = {failure["url"].rpartition("/")[2]: failure["reason"] for failure in row["failures"]}
    import re

    for name, why in bad.items():
        found = [reasons.get("geheim" if name == "inside" else name, "")]
        assert re.search(why, "".join(found), re.IGNORECASE), (name, reasons)
    (text,) = query(tmp_path / "data", "SELECT text FROM releases WHERE title LIKE '%windows%'")[0]
    assert text == "Bürgermeisterin Müßig grüßt – für 5 € – alle „Bürger“ im Kreis."
    assert b"PNG" not in b"".join(file.read_bytes() for file in (tmp_path / "data" / "captures").iterdir())


@pytest.mark.parametrize(("listing", "status", "told"), [
    (page("Presse", "<h1>Presse</h1><p>Zur Zeit liegen keine Meldungen vor.</p>"), "empty", "check press, feed and family"),
    (Answer("Zugriff verweigert", 403), "blocked", "answered 403"),
    (Answer("kaputt", 500), "failed", "answered 500"),
    (Answer("fort", 404), "failed", "answered 404"),
    (Answer(b"\x89PNG", type="image/png"), "failed", "not a page of text but image/png"),
    (Answer(status=302, headers={"Location": "http://192.168.0.1/"}), "failed", "closed network"),
])  # fmt: skip
def test_a_source_that_cannot_be_read_is_told_and_the_others_go_on(
    listing: Any, status: str, told: str, site: Site, other_site: Site, crawl: Crawl, tmp_path: Path
) -> None:
    site.pages["/presse"] = listing
    other_site.add_releases(TITLES[:2])
    done = crawl(site.entry(), other_site.entry("kreis-andere"))
    assert done.returncode == 0
    rows = report(tmp_path)
    assert (rows["kreis-probe"]["status"], rows["kreis-andere"]["new"]) == (status, 2)
    assert told in rows["kreis-probe"]["error"]
    assert told in done.stderr


def test_an_unreachable_host_is_told_and_a_source_that_broke_gives_exit_3(
    site: Site, crawl: Crawl, tmp_path: Path
) -> None:
    site.add_releases(TITLES[:2])
    gone = {
        **site.entry("kreis-fort"),
        "homepage": "http://127.0.0.1:9/",
        "press": "http://127.0.0.1:9/presse",
    }
    done = crawl(site.entry(), gone)
    assert done.returncode == 0
    assert report(tmp_path)["kreis-fort"]["status"] == "failed"
    assert "refuses the connection" in report(tmp_path)["kreis-fort"]["error"].lower()
    site.pages["/presse"] = Answer("kaputt", 500)
    done = crawl(site.entry(), gone)
    assert done.returncode == 3
    assert "kreis-probe worked in its last crawl and is now failed" in done.stderr
    assert "kreis-fort worked" not in done.stderr
    assert query(tmp_path / "data", "SELECT count(*) FROM releases WHERE gone_at IS NOT NULL") == [(0,)]


def test_a_second_crawl_in_the_folder_is_refused(site: Site, crawl: Crawl, tmp_path: Path) -> None:
    lock = Lock(tmp_path / "data")
    done = crawl(site.entry())
    lock.release()
    assert done.returncode == 4
    assert "another crawl or rebuild works in" in done.stderr
    assert site.asked == []


def test_a_bad_register_asks_nobody(site: Site, crawl: Crawl) -> None:
    done = crawl(site.entry(colour="red"))
    assert done.returncode == 2
    assert "unknown key 'colour'" in done.stderr
    assert site.asked == []


def test_public_hosts_are_not_asked_without_a_contact(crawl: Crawl) -> None:
    done = crawl(PUBLIC, env={"KREISPRESSE_CONTACT": ""})
    assert done.returncode == 2
    assert "set KREISPRESSE_CONTACT" in done.stderr


def test_the_user_agent_is_ours_and_names_the_contact(site: Site, crawl: Crawl) -> None:
    site.add_releases(TITLES[:1])
    crawl(site.entry(), env={"KREISPRESSE_CONTACT": "https://archiv.example/bot"})
    assert {asked.agent.partition("/")[0] for asked in site.asked} == {"Kreispresse"}
    assert all("(+https://archiv.example/bot)" in asked.agent for asked in site.asked)
    assert not any("Cookie" in asked.headers or "Referer" in asked.headers for asked in site.asked)


def test_stock_scrapy_commands(site: Site, tmp_path: Path) -> None:
    site.add_releases(TITLES[:2])
    register = tmp_path / "r.yml"
    register.write_text(json.dumps([site.entry()]), "utf-8")
    env = {
        **os.environ,
        "SCRAPY_SETTINGS_MODULE": "crawler.settings",
        "KREISPRESSE_DATA": str(tmp_path / "data"),
    }

    def scrapy(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "scrapy", *arguments, "-s", f"SOURCES={register}"], capture_output=True,
                              text=True, check=False, cwd=tmp_path, env=env)  # fmt: skip

    assert scrapy("list").stdout.split() == ["kreis-probe"]
    assert scrapy("crawl", "kreis-probe", "-O", "out.jsonl").returncode == 0
    items = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert sorted(item["title"] for item in items) == TITLES[:2]
    assert query(tmp_path / "data", "SELECT count(*) FROM releases") == [(2,)]
    assert "not in the register" in scrapy("crawl", "kreis-fremd").stderr


def test_a_stale_archive_is_made_again_before_the_next_crawl(
    site: Site, crawl: Crawl, tmp_path: Path
) -> None:
    import sqlite3

    site.add_releases(TITLES[:2])
    crawl(site.entry())
    with sqlite3.connect(tmp_path / "data" / "archive.db") as db:
        db.execute("UPDATE meta SET value = 'old' WHERE key = 'extractor'")
        db.execute("UPDATE releases SET text = 'made badly'")
    done = crawl(site.entry())
    assert "rebuilding it from the log first" in done.stderr
    assert query(tmp_path / "data", "SELECT count(*) FROM releases WHERE text = 'made badly'") == [(0,)]
    assert query(tmp_path / "data", "SELECT count(*) FROM crawls") == [(2,)]


def test_interruption_finishes_in_order(site: Site, tmp_path: Path) -> None:
    """One signal ends the crawl in order: the log is closed, the sources that were not finished are said to be so."""
    import signal
    import threading

    arrived = threading.Event()
    site.add_releases(TITLES)
    first = release(TITLES[0])

    def slow() -> Answer:
        arrived.set()
        return Answer(first)

    site.pages["/presse/0"] = slow
    register = tmp_path / "r.yml"
    register.write_text(json.dumps([site.entry(delay=0.5)]), "utf-8")
    command = [
        sys.executable,
        "-m",
        "crawler.cli",
        "crawl",
        "--sources",
        str(register),
        "--data",
        str(tmp_path / "data"),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert arrived.wait(30)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    (row,) = query(tmp_path / "data", "SELECT status, error FROM source_crawls")
    assert row == ("failed", "interrupted before the source was finished")
    assert query(tmp_path / "data", "SELECT finished_at IS NOT NULL FROM crawls") == [(1,)]
    assert 1 <= query(tmp_path / "data", "SELECT count(*) FROM releases")[0][0] < len(TITLES)


def test_rebuild_needs_a_log(tmp_path: Path) -> None:
    done = kreispresse("rebuild", "--data", str(tmp_path / "none"))
    assert done.returncode == 2
    assert "run 'kreispresse crawl' first" in done.stderr


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
