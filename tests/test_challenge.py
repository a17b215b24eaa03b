"""Bot walls are told from pages, and make nothing new, changed or gone."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from loopback import Answer, Site, page, release
from support import query, report, rows_hash

from archive.model import Page
from crawler.challenge import challenge
from crawler.rebuild import rebuild
from crawler.recorder import Counts
from crawler.report import Result

Crawl = Callable[..., "subprocess.CompletedProcess[str]"]
TITLES = [f"Meldung Nummer {n} aus dem Kreishaus" for n in range(7)]
WAIT = "<!doctype html><html><head><title>{}</title></head><body><h1>k.example</h1><p>{}</p>{}</body></html>"

WALLS = [
    (WAIT.format("Just a moment...", "", "<noscript>Enable JavaScript and cookies to continue</noscript>"), 403),
    (WAIT.format("Just a moment...", "", "<script>window._cf_chl_opt = {a: 1}</script>"), 200),
    (WAIT.format("Prüfung", "Ihr Browser wird überprüft, das dauert einige Sekunden.", ""), 503),
    (WAIT.format("Zugang", "Bitte bestätigen Sie, dass Sie ein Mensch sind.", "<form><input type=checkbox></form>"), 200),
    (WAIT.format("Hinweis", "", "<div class=h-captcha data-sitekey=1></div>"), 429),
    ("<html><body><script>document.cookie='ok=1;path=/';var a=1;setTimeout(()=>location.reload(),9)</script></body></html>", 200),
    ("<html><head><meta name=robots content=noindex></head><body><script src='/_Incapsula_Resource?a=1'></script></body></html>", 200),
    (WAIT.format("Making sure you're not a bot!", "Loading...", "<script src=/.within.website/x/a.js></script>"), 200),
]  # fmt: skip
LINKS = "".join(f"<li><a href=/{n}>Seite {n}</a></li>" for n in range(12))
PAGES = [
    release("Ein Roboter hilft im Pflegeheim", "Ich bin kein Roboter, sagt die Pflegekraft. " * 30),
    page("Presse", f"<h1>Presse</h1><ul>{LINKS}</ul><div class=g-recaptcha></div>"),
    page("Kontakt", "<h1>Rathaus</h1>" + "<p>Die Sprechzeiten des Rathauses ändern sich im Sommer.</p>" * 9
         + "<div class=g-recaptcha></div><script src=https://www.google.com/recaptcha/api.js></script>"),
    page("Presse", "<h1>Presse</h1><div id=app>Bitte warten …</div><noscript>Bitte schalten Sie JavaScript ein.</noscript>"),
    page("Presse", f"<ul>{LINKS}</ul><script>document.cookie='a=1'; if (b) location.href='/neu'</script>"),
    "", "<rss><channel><title>Just a moment...</title></channel></rss>", '{"titel": "Just a moment..."}', "x" * 200,
]  # fmt: skip


def _page(body: str, status: int = 200, *headers: tuple[str, str], type: str = "text/html") -> Page:
    return Page("2026-03-20T10:00:00.000000Z", "c", "s", "listing", "", "https://k.example/p", status,
                (("Content-Type", type), *headers), body.encode())  # fmt: skip


@pytest.mark.parametrize(("body", "status"), WALLS)
def test_walls_are_recognised_by_what_they_share(body: str, status: int) -> None:
    told = challenge(_page(body, status))
    assert told
    assert told.startswith("k.example wants proof that no machine asks")
    assert challenge(_page(body, 404)) is None


@pytest.mark.parametrize("body", PAGES)
def test_pages_are_no_walls(body: str) -> None:
    assert challenge(_page(body)) is None


@pytest.mark.parametrize(("name", "value", "wall"), [
    ("cf-mitigated", "challenge", True), ("CF-Mitigated", "Challenge", True), ("x-amzn-waf-action", "captcha", True),
    ("cf-mitigated", "none", False), ("server", "cloudflare", False),
])  # fmt: skip
def test_headers_that_say_so(name: str, value: str, wall: bool) -> None:
    assert (challenge(_page("", 403, (name, value), type="image/png")) is not None) is wall


def test_a_wall_before_the_list_makes_nothing_new_and_nothing_gone(
    site: Site, crawl: Crawl, tmp_path: Path
) -> None:
    site.add_releases(TITLES)
    assert crawl(site.entry()).returncode == 0
    before = query(tmp_path / "data", "SELECT id, title, text, gone_at FROM releases ORDER BY id")
    site.asked.clear()
    for path in list(site.pages):
        site.pages[path] = Answer(WALLS[0][0], 403, {"cf-mitigated": "challenge"})
    for code in (3, 0):
        assert crawl(site.entry(), options=("--full",)).returncode == code
        row = report(tmp_path)["kreis-probe"]
        assert (row["status"], row["new"], row["changed"], row["gone"]) == ("challenged", 0, 0, 0)
        assert "never solve it" in row["error"]
    assert site.paths().count("/presse") == len(site.asked) - site.paths().count("/robots.txt") == 2
    assert query(tmp_path / "data", "SELECT id, title, text, gone_at FROM releases ORDER BY id") == before
    assert query(tmp_path / "data", "SELECT count(*) FROM absences") == [(0,)]
    rebuild(tmp_path / "data", tmp_path / "again")
    assert rows_hash(tmp_path / "again") == rows_hash(tmp_path / "data")


def test_a_wall_before_releases_ends_the_source_and_is_no_text(
    site: Site, crawl: Crawl, tmp_path: Path
) -> None:
    """The wall comes up after the third release, with status 200; when it is gone, all is found."""
    site.add_releases([f"Meldung Nummer {n} aus dem Kreishaus" for n in range(12)])
    pages = dict(site.pages)
    for n in range(3, 12):
        site.pages[f"/presse/{n}"] = WALLS[1][0]
    crawl(site.entry())
    row = report(tmp_path)["kreis-probe"]
    assert (row["status"], row["new"]) == ("challenged", 3)
    assert len(site.asked) <= 2 + 3 + 3 + 1  # one more may have been on its way
    site.pages.update(pages)
    crawl(site.entry())
    assert (report(tmp_path)["kreis-probe"]["status"], report(tmp_path)["kreis-probe"]["new"]) == ("ok", 9)
    assert query(tmp_path / "data", "SELECT max(failures) FROM sightings") == [(0,)]


def test_a_relaunch_with_another_list_and_lost_releases_makes_none_gone(
    site: Site, crawl: Crawl, tmp_path: Path
) -> None:
    """Five of twelve old releases are carried over; the rest answers 404, also a day later."""
    titles = [f"Alte Meldung mit der Nummer {n}" for n in range(12)]
    site.add_releases(titles)
    crawl(site.entry())
    for n in range(12):
        del site.pages[f"/presse/{n}"]
    kept = [*titles[:5], "Neue Meldung nach dem Umbau"]
    rows = "".join(f"<li>05.01.2026 <a href=/neu/{n}>{title}</a></li>" for n, title in enumerate(kept))
    site.pages["/presse"] = page("Presse", f"<ul>{rows}</ul>")
    for n, title in enumerate(kept):
        site.pages[f"/neu/{n}"] = release(title)
    assert crawl(site.entry(), options=("--full",)).returncode == 0
    row = report(tmp_path)["kreis-probe"]
    assert (row["status"], row["new"], row["gone"]) == ("relaunched", 1, 0)
    assert row["error"].startswith("of 6 addresses on its list 0 were known; 5 lead to known releases")
    crawl(site.entry(), options=("--full",))
    assert report(tmp_path)["kreis-probe"]["status"] != "relaunched"
    assert query(tmp_path / "data", "SELECT count(*), count(gone_at) FROM releases") == [(13, 0)]


def test_a_relaunched_site_works_while_its_list_names_releases() -> None:
    assert Result("kreis-a", "relaunched", "neu", Counts(seen=6)).well
    assert not Result("kreis-a", "relaunched", "leer", Counts()).well


def test_many_new_releases_are_no_relaunch(site: Site, crawl: Crawl, tmp_path: Path) -> None:
    site.add_releases(TITLES)
    crawl(site.entry())
    rows = "".join(
        f"<li>09.02.2026 <a href=/presse/2{n}>Neue Meldung mit Nummer {n}</a></li>" for n in range(9)
    )
    site.pages["/presse"] = page("Presse", f"<ul>{rows}</ul>")
    for n in range(9):
        site.pages[f"/presse/2{n}"] = release(f"Neue Meldung mit Nummer {n}", day="9. Februar 2026")
    crawl(site.entry())
    assert (report(tmp_path)["kreis-probe"]["status"], report(tmp_path)["kreis-probe"]["new"]) == ("ok", 9)
