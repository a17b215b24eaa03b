"""A host's budget of requests: it is kept, shared by the host's sources, and nothing is lost by it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from time import tzset
from typing import Any

import pytest
from loopback import Answer, Site, page, release
from support import PUBLIC, forked, kreispresse, query, report, rows_hash

from crawler.limits import Limits, seconds_to
from crawler.rebuild import rebuild
from crawler.run import run
from crawler.sources import load

Crawl = Callable[..., "subprocess.CompletedProcess[str]"]


def _source(site: Site, name: str, count: int, size: int = 4) -> dict[str, Any]:
    """A list of this many releases in pages of ``size``, at /name."""
    for start in range(0, count, size):
        numbers = range(start, min(count, start + size))
        rows = "".join(
            f"<li>05.01.2026 <a href=/{name}/{n}>Meldung {n} von {name} im Kreis</a></li>" for n in numbers
        )
        following = f"<p><a href=/{name}?ab={start + size}>weiter</a></p>" if start + size < count else ""
        site.pages[f"/{name}?ab={start}" if start else f"/{name}"] = page(
            "Presse", f"<ul>{rows}</ul>{following}"
        )
        for n in numbers:
            site.pages[f"/{name}/{n}"] = release(f"Meldung {n} von {name} im Kreis")
    return {**site.entry(name), "press": f"{site.address}/{name}"}


def _night(crawl: Crawl, site: Site, tmp_path: Path, entries: list[dict[str, Any]], most: int) -> Any:
    site.asked.clear()
    done = crawl(*entries, options=("--host-requests", str(most)))
    assert done.returncode == 0, done.stderr
    assert len(site.asked) <= most
    return report(tmp_path)


def test_a_backfill_goes_on_night_after_night_without_asking_again(
    site: Site, crawl: Crawl, tmp_path: Path
) -> None:
    entry = _source(site, "kreis-lang", 18)
    asked: list[str] = []
    for _ in range(3):  # 18 releases, 4 further pages, and each night robots.txt and the head of the list
        row = _night(crawl, site, tmp_path, [entry], 10)["kreis-lang"]
        asked += [path for path in site.paths() if path not in ("/robots.txt", "/kreis-lang")]
        if row["unfinished"] is None:
            break
        assert (row["status"], row["error"]) == ("ok", None)
        assert row["unfinished"].endswith(
            "was asked 10 times, as often as a crawl may; goes on at the next crawl"
        )
    assert row["unfinished"] is None
    assert query(tmp_path / "data", "SELECT count(*) FROM releases") == [(18,)]
    assert len(asked) == len(set(asked))
    assert _night(crawl, site, tmp_path, [entry], 10)["kreis-lang"]["status"] == "unchanged"
    assert site.paths() == ["/robots.txt", "/kreis-lang"]
    rebuild(tmp_path / "data", tmp_path / "again")
    assert rows_hash(tmp_path / "again") == rows_hash(tmp_path / "data")


def test_new_releases_are_found_while_the_backfill_goes_on(site: Site, crawl: Crawl, tmp_path: Path) -> None:
    entry = _source(site, "kreis-lang", 16)
    _night(crawl, site, tmp_path, [entry], 8)
    rows = "<ul><li>06.01.2026 <a href=/neu>Eine ganz neue Meldung ist da</a></li><li>"
    site.pages["/kreis-lang"] = str(site.pages["/kreis-lang"]).replace("<ul><li>", rows)
    site.pages["/neu"] = release("Eine ganz neue Meldung ist da")
    _night(crawl, site, tmp_path, [entry], 8)
    assert "/neu" in site.paths()
    while report(tmp_path)["kreis-lang"]["unfinished"]:
        _night(crawl, site, tmp_path, [entry], 8)
    assert query(tmp_path / "data", "SELECT count(*) FROM releases") == [(17,)]


def test_the_sources_of_a_host_take_turns(site: Site, crawl: Crawl, tmp_path: Path) -> None:
    entries = [_source(site, f"kreis-{name}", 20) for name in "abc"] + [_source(site, "kreis-klein", 3)]
    rows = _night(crawl, site, tmp_path, entries, 29)
    assert (rows["kreis-klein"]["new"], rows["kreis-klein"]["unfinished"]) == (3, None)
    shares = [rows[f"kreis-{name}"]["new"] for name in "abc"]
    assert max(shares) - min(shares) <= 1
    assert min(shares) >= 4


@pytest.mark.parametrize("lost", [True, False])
def test_without_state_the_list_is_walked_again_and_nothing_is_lost(
    lost: bool, site: Site, crawl: Crawl, tmp_path: Path
) -> None:
    entry = _source(site, "kreis-lang", 12)
    _night(crawl, site, tmp_path, [entry], 8)
    if lost:
        (tmp_path / "data" / "state.db").unlink()
    _night(crawl, site, tmp_path, [entry], 100)
    assert ("/kreis-lang?ab=4" in site.paths()) is lost  # the first night came to it
    assert query(tmp_path / "data", "SELECT count(*) FROM releases") == [(12,)]


def test_sitemap_feed_and_years_are_put_off_too(site: Site, crawl: Crawl, tmp_path: Path) -> None:
    entry = _source(site, "kreis-lang", 6)
    years = "".join(f"<a href=/archiv/{year}>{year}</a> " for year in (2025, 2024, 2023))
    site.pages["/kreis-lang?ab=4"] = str(site.pages["/kreis-lang?ab=4"]).replace("</main>", f"{years}</main>")
    for year in (2025, 2024, 2023):
        rows = "".join(
            f"<li>05.01.{year} <a href=/m/{year}-{n}>Meldung {n} aus dem Jahr {year}</a></li>"
            for n in range(3)
        )
        site.pages[f"/archiv/{year}"] = page("Archiv", f"{years}<ul>{rows}</ul>")
        for n in range(3):
            site.pages[f"/m/{year}-{n}"] = release(
                f"Meldung {n} aus dem Jahr {year}", day=f"5. Januar {year}"
            )
    locs = "".join(f"<url><loc>{site.address}/kreis-lang/{n}</loc></url>" for n in (1, 2, 77))
    site.pages["/karte.xml"] = Answer(f"<urlset>{locs}</urlset>", type="text/xml")
    site.pages["/kreis-lang/77"] = release("Nur in der Karte genannt")
    site.pages["/robots.txt"] = Answer(
        f"User-agent: *\nSitemap: {site.address}/karte.xml\n", type="text/plain"
    )
    for _ in range(8):
        if _night(crawl, site, tmp_path, [entry], 9)["kreis-lang"]["unfinished"] is None:
            break
    assert query(tmp_path / "data", "SELECT count(*) FROM releases") == [(6 + 9 + 1,)]


def test_json_lists_that_were_not_come_to_are_walked_later(site: Site, crawl: Crawl, tmp_path: Path) -> None:
    """Three sources use the budget up with their press pages, so that some of their JSON is put off."""
    entries = []
    for name in ("kreis-a", "kreis-b", "kreis-c"):
        site.pages[f"/{name}"] = page("Presse", "<div id=app></div>")
        items = [{"nr": n, "kopf": f"Meldung {n} von {name} im Kreis"} for n in range(4)]
        for n in (1, 2):
            part = items[2 * n - 2 : 2 * n]
            site.pages[f"/{name}/gw?p={n}"] = Answer(json.dumps(part), type="application/json")
        for item in items:
            site.pages[f"/{name}/{item['nr']}"] = release(str(item["kopf"]))
        described = {
            "url": f"{site.address}/{name}/gw?p={{page}}",
            "items": "@",
            "address": f"/{name}/{{nr}}",
            "title": "kopf",
        }
        entries.append({**site.entry(name), "press": f"{site.address}/{name}", "api": described})
    rows = _night(crawl, site, tmp_path, entries, 5)
    assert [row["unfinished"] is None for row in rows.values()] == [False] * 3
    rows = _night(crawl, site, tmp_path, entries, 60)
    assert [row["unfinished"] for row in rows.values()] == [None] * 3
    assert query(tmp_path / "data", "SELECT count(*) FROM releases") == [(12,)]


def test_a_budget_that_is_no_number_is_refused(site: Site, tmp_path: Path) -> None:
    register = tmp_path / "r.yml"
    register.write_text(json.dumps([site.entry()]), "utf-8")
    for value in ("viele", "1"):
        done = kreispresse("crawl", "--sources", str(register), "--data", str(tmp_path / "data"),
                           env={"KREISPRESSE_HOST_REQUESTS": value})  # fmt: skip
        assert (done.returncode, "--host-requests" in done.stderr) == (2, True)
    assert site.asked == []


def _crawl_for(seconds: float, entries: list[dict[str, Any]], folder: Path) -> None:
    register = folder / "sources.yml"
    register.write_text(json.dumps(entries), "utf-8")
    run(load([register]), folder / "data", limits=Limits(seconds=seconds))


def test_a_night_that_is_over_at_once_asks_nobody_and_the_next_one_all(
    site: Site, crawl: Crawl, tmp_path: Path
) -> None:
    entries = [_source(site, "kreis-a", 3), _source(site, "kreis-b", 3)]
    night = forked(_crawl_for, 0.0, entries, tmp_path)
    night.start()
    night.join(timeout=100)
    assert night.exitcode == 0
    assert set(site.paths()) <= {"/robots.txt"}
    rows = query(tmp_path / "data", "SELECT status, error, unfinished FROM source_crawls")
    assert rows == [("unchanged", None, "the time of this crawl is up; goes on at the next crawl")] * 2
    far = f"{(datetime.now().hour + 12) % 24}:00"  # a fixed time would come about while some run of this test asks
    assert crawl(*entries, options=("--until", far)).returncode == 0
    assert query(tmp_path / "data", "SELECT count(*) FROM releases") == [(6,)]
    told_by = query(tmp_path / "data", "SELECT DISTINCT crawl_id FROM source_states")
    assert told_by == query(tmp_path / "data", "SELECT max(id) FROM crawls"), "a look put off tells no state"


def test_a_log_for_machines_is_json_line_by_line(site: Site, crawl: Crawl, tmp_path: Path) -> None:
    broken = {**site.entry("kreis-b"), "press": f"{site.address}/nowhere"}
    done = crawl(_source(site, "kreis-a", 3), broken, options=("--log-format", "json", "--minutes", "5"))
    events = [json.loads(line) for line in done.stderr.splitlines()]
    ended = {event["source"]: event for event in events if event["message"] == "source ended"}
    assert (ended["kreis-a"]["status"], ended["kreis-a"]["new"]) == ("ok", 3)
    assert (ended["kreis-b"]["status"], ended["kreis-b"]["level"]) == ("failed", "info")
    assert events[-1]["message"] == "crawl ended"
    assert (events[-1]["sources"], events[-1]["well"]) == (2, 1)
    assert done.stdout == ""


@pytest.mark.parametrize(("eve", "hours"), [("2026-03-28", 5.5), ("2026-10-24", 7.5), ("2026-11-22", 6.5)])
def test_a_night_ends_by_the_clock_also_when_that_is_set(
    monkeypatch: pytest.MonkeyPatch, eve: str, hours: float
) -> None:
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "Europe/Berlin")
        tzset()
        left = seconds_to("06:00", datetime.fromisoformat(f"{eve}T23:30"))
    tzset()
    assert left == hours * 3600


def test_what_is_no_time_of_day_is_refused(crawl: Crawl) -> None:
    refused = crawl(PUBLIC, options=("--until", "24:00"))
    assert refused.returncode == 2
    assert "no time of day such as 06:00" in refused.stderr
