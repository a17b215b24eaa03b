"""Whole crawls against loopback sites: what is found, what is refused, what is said of it, and that others go on."""

from __future__ import annotations

import gzip
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
from crawler.folder import Lock

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
    assert first == len(set(site.paths())) == 12  # robots.txt, tdmrep.json, three pages, seven releases
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


def test_the_feed_of_a_page_without_a_list_takes_its_place(site: Site, crawl: Crawl, tmp_path: Path) -> None:
    named = '<link rel=alternate type="application/atom+xml" href="/atom">'
    site.pages["/presse"] = page("Presse", "<h1>Presse</h1><div class=loading>Bitte warten</div>", named)
    for crawled, many in enumerate((3, 5)):
        entries = "".join(
            f"<entry><title>{t}</title><link href='/m/{n}'/></entry>" for n, t in enumerate(TITLES[:many])
        )
        site.pages["/atom"] = Answer(f"<feed>{entries}</feed>", type="application/atom+xml")
        site.pages.update((f"/m/{n}", release(title)) for n, title in enumerate(TITLES[:many]))
        assert crawl(site.entry()).returncode == 0
        assert report(tmp_path)["kreis-probe"]["new"] == (3, 2)[crawled]


def test_a_list_that_a_frame_holds_is_read(site: Site, crawl: Crawl, tmp_path: Path) -> None:
    site.add_releases(TITLES, listing="/cgi/liste.pl?seite=1")
    frames = "<iframe src=https://karten.example/></iframe><iframe src=/cgi/liste.pl?seite=1></iframe>"
    site.pages["/presse"] = Answer(page("Presse", f"<h1>Presse</h1>{frames}"), headers={"ETag": '"1"'})
    for new in (7, 0):
        assert crawl(site.entry()).returncode == 0
        assert report(tmp_path)["kreis-probe"]["new"] == new
    assert site.paths().count("/cgi/liste.pl?seite=1") == 2


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_sitemap_without_a_list_is_read_in_every_crawl(
    pack: Callable[[bytes], bytes], site: Site, crawl: Crawl, tmp_path: Path
) -> None:
    site.pages["/presse"] = page("Presse", "<h1>Presse</h1><div class=loading>Bitte warten</div>")
    site.pages["/robots.txt"] = Answer(f"User-agent: *\nSitemap: {site.address}/karte", type="text/plain")
    for crawled, many in enumerate((3, 5, 5)):
        locs = "".join(f"<url><loc>{site.address}/presse/{n}</loc></url>" for n in range(many))
        site.pages["/karte"] = Answer(
            pack(f"<urlset>{locs}</urlset>".encode()), type="application/octet-stream"
        )
        site.pages.update((f"/presse/{n}", release(title)) for n, title in enumerate(TITLES[:many]))
        before = len(site.asked)
        assert crawl(site.entry()).returncode == 0
        assert report(tmp_path)["kreis-probe"]["new"] == (3, 2, 0)[crawled]
    assert site.paths()[before:] == ["/robots.txt", "/presse", "/karte"]


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


def test_pages_without_headings_keep_the_title_that_their_list_gave_them(
    site: Site, crawl: Crawl, tmp_path: Path
) -> None:
    site.add_releases(TITLES[:4])
    for n, title in enumerate(TITLES[:4]):
        site.pages[f"/presse/{n}"] = release(title).replace("h1", "b").replace(f"{title} |", "Kreishaus |")
    crawl(site.entry())
    for named in (4, 3):  # the oldest has left the list
        rows = "".join(
            f'<li>0{n + 1}.01.2026 <a href="/presse/{n}">{TITLES[n]}</a></li>' for n in range(named)
        )
        site.pages["/presse"] = page("Presse", f"<ul>{rows}</ul>")
        crawl(site.entry(), options=("--full",))
        assert report(tmp_path)["kreis-probe"]["changed"] == 0
    assert query(tmp_path / "data", "SELECT title FROM releases ORDER BY url") == [(t,) for t in TITLES[:4]]


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
        assert arrived.wait(100)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=100)
    (row,) = query(tmp_path / "data", "SELECT status, error FROM source_crawls")
    assert row == ("failed", "interrupted before the source was finished")
    assert query(tmp_path / "data", "SELECT finished_at IS NOT NULL FROM crawls") == [(1,)]
    assert 1 <= query(tmp_path / "data", "SELECT count(*) FROM releases")[0][0] < len(TITLES)


def test_rebuild_needs_a_log(tmp_path: Path) -> None:
    done = kreispresse("rebuild", "--data", str(tmp_path / "none"))
    assert done.returncode == 2
    assert "run 'kreispresse crawl' first" in done.stderr
