"""From one page of a list to its others, and how far a crawl goes there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from loopback import Answer, Site, page, release
from lxml import html
from support import report

from crawler.pager import archives, numbered_pages

Crawl = Callable[..., Any]
URL = "https://k.example/presse/"
TODAY = "2026-03-20"


def _tree(body: str, url: str = URL) -> html.HtmlElement:
    tree = html.document_fromstring(f"<html><body>{body}</body></html>", base_url=url)
    tree.make_links_absolute(url)
    return tree


@pytest.mark.parametrize("pager", [
    "<a href=?seite=1>1</a> <a href=?seite=2>2</a> <a href=?seite=3>3</a>", "<a href=2/>Seite 2</a><a href=3/>Seite 3</a>",
    "<a href=/presse/seite/2>[2]</a> <a href=/presse/seite/3>[3]</a>", "<a href=/presse-page-2>2</a><a href=/presse-page-3>3</a>",
    "<a href=?ab=10>2 - 10</a> <a href=?ab=20>3 bis 20</a>", "<a href=index.html>1</a><a href=index_2.html>2</a><a href=index_3.html>3</a>",
    "<a href=?p=2 title='Weiter zu Seite 2'><i></i></a><a href=?p=3 aria-label='Gehe zu Seite 3'>»|</a>",
    "<form action=/presse/><select name=p><option>1<option>2<option>3</select></form>",
    "<ul><li><a href=?p=3>3</a><li><a href=?p=2>2</a><li><a href=?p=2>2</a></ul>",
])  # fmt: skip
def test_numbers_lead_to_the_other_pages_of_a_list_in_their_order(pager: str) -> None:
    found = numbered_pages(_tree(pager), URL)
    assert len(found) == 2
    assert [any(str(n) in url[18:] for n in (k, (k - 1) * 10)) for k, url in zip((2, 3), found, strict=True)] == [
        True, True,
    ]  # fmt: skip


@pytest.mark.parametrize("others", [
    "<a href=?jahr=2024>2024</a> <a href=?jahr=2025>2025</a>", "<a href=/2026/03/11>11</a> <a href=/2026/03/12>12</a>",
    "<a href=?monat=3&tag=2>2</a> <a href=?monat=3&tag=3>3</a>", "<a href=#fn2>2</a> <a href=#fn3>3</a>",
    "<a href=https://fremd.example/presse/?p=2>2</a>", "<a href=/kreistag/sitzung/2>2</a>", "<a href=javascript:seite(2)>2</a>",
])  # fmt: skip
def test_other_numbers_lead_nowhere(others: str) -> None:
    assert numbered_pages(_tree(others), URL) == ()


@pytest.mark.parametrize(("menu", "expected"), [
    ("<a href=2024/>2024</a> <a href=2026/>Archiv 2026 (7)</a> <a href=2025/>2025</a>", ["2026/", "2025/", "2024/"]),
    ("<a href=a>Dezember 2025</a> <a href=b>März 2026</a> <a href=c>Jan. 2026</a>", ["b", "c", "a"]),
    ("<a href=a>02/2026</a> <a href=b>« 1.2026</a> <a href=c>April 2026 »</a>", ["a", "b"]),
    ("<a href=j/2026>2026</a> <a href=j/2025>2025</a> <a href=m/1>Januar 2026</a> <a href=m/2>Februar 2026</a>", ["j/2026", "j/2025"]),
    ("<form action=liste><input type=hidden name=id value=7><select name=jahr><option>2026<option value=25>2025</select></form>",
     ["liste?id=7&jahr=2026", "liste?id=7&jahr=25"]),
    ("<form><input name=q><select name=jahr><option>2026<option>2025</select></form>", []),
    ("<form method=post><select name=jahr><option>2026<option>2025</select></form>", []),
    ("<a href=alle>Alle Pressemitteilungen</a> <a href=alle>Alle anzeigen</a>", ["alle"]),
    ("<a href=a>« Februar 2026</a> <b>März 2026</b>", ["a"]), ("<a href=a>‹ 2025</a>", ["a"]), ("<a href=a>Februar 2026</a>", []),
    ("<a href=archiv>Zum Archiv</a>", ["archiv"]), ("<a href=archiv>Archiv</a> <a href=2026>2026</a> <a href=2025>2025</a>", ["2026", "2025"]),
    ("<nav><a href=archiv>Archiv</a></nav>", []), ("<a href=/kultur/archiv>Archiv</a>", []), ("<a href=https://fremd.example/presse>Alle News</a>", []),
    ("<a href=/haushalt>2026</a>", []), ("<a href=/kalender/4>März 2026</a> <a href=/kalender/5>Februar 2026</a>", []),
])  # fmt: skip
def test_lists_by_time_newest_first(menu: str, expected: list[str]) -> None:
    assert list(archives(_tree(menu), URL, TODAY)) == [URL + each for each in expected]


def _list(site: Site, path: str, numbers: range, more: str) -> None:
    rows = "".join(
        f"<li>{1 + n % 28:02}.01.2026 <a href=/m/{n}>Meldung {n} aus dem Kreishaus</a></li>" for n in numbers
    )
    site.pages[path] = page("Presse", f"<h1>Presse</h1><ul>{rows}</ul><p>{more}</p>")
    site.pages.update((f"/m/{n}", release(f"Meldung {n} aus dem Kreishaus")) for n in numbers)


def test_a_pager_of_mere_numbers_is_followed_to_its_end(site: Site, crawl: Crawl, tmp_path: Path) -> None:
    numbers = " ".join(f"<a href=/presse?seite={n}>{n}</a>" for n in range(1, 5))
    for n in range(4):
        _list(site, f"/presse?seite={n + 1}" if n else "/presse", range(n * 3, n * 3 + 3), numbers)
    assert crawl(site.entry()).returncode == 0
    assert report(tmp_path)["kreis-probe"]["new"] == 12
    assert len(site.asked) == 2 + 4 + 12  # robots.txt, tdmrep.json, each page once, each release once


def test_news_of_a_list_with_the_oldest_first_are_on_its_last_page(
    site: Site, crawl: Crawl, tmp_path: Path
) -> None:
    def listed(releases: int) -> None:
        numbers = " ".join(f"<a href=/presse?seite={n}>{n}</a>" for n in range(1, 2 + (releases - 1) // 3))
        for n in range(0, releases, 3):
            path = f"/presse?seite={1 + n // 3}" if n else "/presse"
            _list(site, path, range(n, min(n + 3, releases)), numbers)
            site.pages[path] = Answer(str(site.pages[path]), headers={"ETag": f'"{n} {n < releases - 3}"'})

    listed(8)
    assert crawl(site.entry()).returncode == 0
    assert report(tmp_path)["kreis-probe"]["new"] == 8
    asked = len(site.asked)
    listed(11)
    assert crawl(site.entry()).returncode == 0
    assert report(tmp_path)["kreis-probe"]["new"] == 3
    lists = [path for path in site.paths()[asked:] if path.startswith("/presse")]
    assert lists == ["/presse", "/presse?seite=4", "/presse?seite=3", "/presse?seite=2"]


def test_months_are_followed_until_several_in_a_row_are_empty(
    site: Site, crawl: Crawl, tmp_path: Path
) -> None:
    def month(back: int) -> str:
        return f"/archiv/{2025 - back // 12}/{12 - back % 12:02}"

    for back in range(40):
        label = month(back + 1)[8:].split("/")
        numbers = range(back * 3, back * 3 + 3) if back in (0, 1, 3) else range(0)
        _list(site, month(back) if back else "/presse", numbers,
              f"<a href={month(back + 1)}>« {label[1]}/{label[0]}</a> <a href=/archiv/2099/01>Januar 2099 »</a>")  # fmt: skip
    assert crawl(site.entry()).returncode == 0
    assert report(tmp_path)["kreis-probe"]["new"] == 9
    asked = [path for path in site.paths() if path.startswith("/archiv")]
    assert asked == [month(back) for back in range(1, 7)]  # month 2 is empty, and so are 4, 5 and 6


@pytest.mark.parametrize("older", [True, False])
def test_years_beside_a_pager_are_read_if_the_oldest_brings_news(
    older: bool, site: Site, crawl: Crawl, tmp_path: Path
) -> None:
    years = " ".join(f"<a href=/archiv/{year}>{year}</a>" for year in (2022, 2023, 2024, 2025))
    _list(site, "/presse", range(3), f"<a href=/presse?seite=2>weiter</a> {years}")
    _list(site, "/presse?seite=2", range(3, 6), years)
    for k, year in enumerate((2023, 2024, 2025)):
        _list(site, f"/archiv/{year}", range(10 + 3 * k, 13 + 3 * k) if older else range(3, 6), years)
    if older:
        _list(site, "/archiv/2022", range(30, 33), years)
    assert crawl(site.entry()).returncode == 0  # without it the menu names a year that is not there
    row = report(tmp_path)["kreis-probe"]
    assert (row["status"], row["new"]) == ("ok", 18 if older else 6)
    assert sum(path.startswith("/archiv") for path in site.paths()) == (4 if older else 1)
    asked = len(site.asked)
    assert crawl(site.entry()).returncode == 0
    assert site.paths()[asked:] == ["/robots.txt", "/presse"]
