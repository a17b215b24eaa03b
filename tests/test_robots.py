"""Politeness, as the asked host sees it."""

from __future__ import annotations

import itertools
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from loopback import Answer, Site
from scrapy import Request
from scrapy.settings import Settings
from support import report, source_of

from crawler.robots import Politeness

Crawl = Callable[..., "subprocess.CompletedProcess[str]"]
TITLES = [f"Meldung Nummer {n} aus dem Kreishaus" for n in range(10)]


def test_ten_waiting_requests_to_forbidden_paths_are_all_held_back(
    site: Site, crawl: Crawl, tmp_path: Path
) -> None:
    """Scrapy's own middleware lets them through while they wait for one robots.txt; so robots.txt is slow here."""
    import time

    def slow() -> Answer:
        time.sleep(0.5)
        return Answer("User-agent: *\nDisallow: /presse\n", type="text/plain")

    site.pages["/robots.txt"] = slow
    entries = []
    for n in range(10):
        site.pages[f"/presse/{n}"] = "<h1>geheim</h1>"
        entries.append({**site.entry(f"kreis-{n}"), "press": f"{site.address}/presse/{n}"})
    assert crawl(*entries).returncode == 0
    assert site.paths() == ["/robots.txt"]
    rows = report(tmp_path).values()
    assert {row["status"] for row in rows} == {"robots"}
    assert all("robots.txt of" in row["error"] and "forbids /presse/" in row["error"] for row in rows)


def test_forbidden_releases_are_told_but_are_no_failure(site: Site, crawl: Crawl, tmp_path: Path) -> None:
    site.add_releases(TITLES[:5])
    rules = "User-agent: Kreispresse\nDisallow: /presse/1\n\nUser-agent: *\nDisallow: /\n"
    site.pages["/robots.txt"] = Answer(rules, type="text/plain")
    crawl(site.entry())
    assert "/presse/1" not in site.paths()
    row = report(tmp_path)["kreis-probe"]
    assert (row["status"], row["new"], row["failed"]) == ("ok", 4, 0)
    assert [failure["url"] for failure in row["failures"]] == [f"{site.address}/presse/1"]


def test_robots_that_cannot_be_read_forbid_everything(
    site: Site, other_site: Site, crawl: Crawl, tmp_path: Path
) -> None:
    for each, answer in ((site, Answer("kaputt", 503)), (other_site, Answer("verboten", 403))):
        each.add_releases(TITLES[:2])
        each.pages["/robots.txt"] = answer
    crawl(site.entry(), other_site.entry("kreis-ohne-regeln"))
    assert set(site.paths()) == {"/robots.txt"}
    rows = report(tmp_path)
    assert (rows["kreis-probe"]["status"], "answers 503" in rows["kreis-probe"]["error"]) == ("robots", True)
    assert rows["kreis-ohne-regeln"]["new"] == 2


def test_one_request_at_a_time_with_the_delay_between_them(site: Site, crawl: Crawl) -> None:
    """Two sources on one host share its pause; the longer of register and robots.txt counts."""
    site.add_releases(TITLES[:3])
    site.add_releases(TITLES[3:5], listing="/andere")
    site.pages["/robots.txt"] = Answer("User-agent: *\nCrawl-delay: 0.3\n", type="text/plain")
    crawl({**site.entry(delay=0.1)}, {**site.entry("kreis-zwei"), "press": f"{site.address}/andere"})
    asked = [each for each in site.asked if each.path != "/robots.txt"]
    assert len(asked) >= 5
    # each arrival may be noticed late, but all of them together cannot come too fast
    assert asked[-1].began - asked[0].began >= 0.3 * (len(asked) - 1) * 0.97
    for before, after in itertools.pairwise(asked):
        assert before.ended <= after.began
        assert after.began - before.began >= 0.15


def test_retry_after_is_heeded(site: Site, crawl: Crawl, tmp_path: Path) -> None:
    site.add_releases(TITLES[:3])
    busy = [Answer("später", 503, {"Retry-After": "1"})]
    page = site.pages["/presse/0"]
    site.pages["/presse/0"] = lambda: busy.pop() if busy else Answer(str(page))
    crawl(site.entry())
    assert report(tmp_path)["kreis-probe"]["new"] == 3
    refused = next(n for n, asked in enumerate(site.asked) if asked.path == "/presse/0")
    assert site.asked[refused + 1].began - site.asked[refused].began >= 0.9


def test_a_host_that_asks_for_a_long_pause_is_left_alone(site: Site, crawl: Crawl, tmp_path: Path) -> None:
    site.add_releases(TITLES)
    site.pages["/presse/1"] = Answer("zu viel", 429, {"Retry-After": "Fri, 31 Dec 2100 23:59:59 GMT"})
    crawl(site.entry())
    asked = site.paths()
    assert asked.count("/presse/1") == 1
    assert len(asked) - asked.index("/presse/1") <= 2  # one more may have been on its way
    reasons = [failure["reason"] for failure in report(tmp_path)["kreis-probe"]["failures"]]
    assert any("the next crawl tries again" in reason for reason in reasons)


@pytest.mark.parametrize(
    ("url", "asked_for", "delay"),
    [
        ("https://kreis.example/presse", None, 2.0),
        ("https://kreis.example/presse", 0.1, 2.0),
        ("https://kreis.example/presse", 10.0, 10.0),
        ("http://127.0.0.1:8000/presse", None, 0.001),
        ("http://127.0.0.1:8000/presse", 0.1, 0.1),
    ],
)
def test_a_register_makes_no_pause_of_a_public_host_shorter(
    url: str, asked_for: float | None, delay: float
) -> None:
    downloader = SimpleNamespace(per_slot_settings={}, slots={})
    settings = Settings()
    settings.setmodule("crawler.settings")
    crawler: Any = SimpleNamespace(settings=settings, engine=SimpleNamespace(downloader=downloader))
    source = replace(source_of("kreis-probe", url), delay=asked_for)
    Politeness(crawler)._slot(Request(url, meta={"source": source}))
    assert [each["delay"] for each in downloader.per_slot_settings.values()] == [delay]
