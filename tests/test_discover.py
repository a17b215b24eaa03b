"""What a list or a feed leads to."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from loopback import page as html_page

from archive.model import Page
from archive.tree import Unreadable
from crawler.data import json_items
from crawler.discover import read_feed, read_listing
from crawler.families import families
from crawler.family import detect
from crawler.sitemap import read_sitemap

GENERIC = families()["generic"]
URL = "https://k.example/presse"


def _page(html: str | bytes, url: str = URL, role: str = "listing") -> Page:
    body = html.encode() if isinstance(html, str) else html
    return Page(
        "2026-03-20T10:00:00.000000Z", "c", "s", role, "", url, 200, (("Content-Type", "text/html"),), body
    )  # type: ignore[arg-type]


def _listing(main: str, head: str = "") -> list[tuple[str, str | None, str | None]]:
    found = read_listing(_page(html_page("Presse", main, head)), GENERIC, ["https://www.k.example/"])
    return [
        (item.url.removeprefix("https://k.example"), item.hints.title, item.hints.day) for item in found.items
    ]


def test_an_unknown_list_is_learned_from_its_links_and_dates() -> None:
    main = (
        "<h1>Presse</h1><p><a href=/abo>Newsletter abonnieren und nichts verpassen</a></p>"
        "<table><tr><td>09.03.2026<td><a href=/m/1>Kreistag beschließt neuen Haushalt</a>"
        "<tr><td>8. März 2026<td><a href=/m/2>Radweg an der Aue</a></table>"
    )
    assert _listing(main) == [
        ("/m/1", "Kreistag beschließt neuen Haushalt", "2026-03-09"), ("/m/2", "Radweg an der Aue", "2026-03-08"),
    ]  # fmt: skip


@pytest.mark.parametrize("many", [1, 3])
def test_entries_below_a_day_as_heading_have_it(many: int) -> None:
    def day(n: int) -> str:
        rows = "".join(f"<li><a href=/m/{n}{k}>Radweg {n}{k} fertig</a>" for k in range(many))
        return f"<h3>Montag, {n}. März 2026</h3><ul>{rows}</ul>"

    main = f"<p><a href=/presse?kw=9>KW 9/2026</a></p>{day(9)}{day(2)}"
    expected = [(f"/m/{n}{k}", f"Radweg {n}{k} fertig", f"2026-03-0{n}") for n in (9, 2) for k in range(many)]
    assert _listing(main) == expected


def test_a_headed_table_has_its_titles_in_one_column() -> None:
    rows = "".join(
        f"<tr><td><a href=/m/{n}>{n}</a><td><a href=/m/{n}>0{n}.03.2026</a><td><a href=/m/{n}>Radweg {n} an der Aue fertig</a>"
        f"<td><a href=/amt/{n % 2}>Amt für Straßen und Wege</a>"
        for n in (3, 2, 1)
    )
    main = f"<table><tr><th>Nr.<th>Datum<th>Titel<th>Amt</tr>{rows}</table>"
    assert _listing(main) == [
        (f"/m/{n}", f"Radweg {n} an der Aue fertig", f"2026-03-0{n}") for n in (3, 2, 1)
    ]


def test_entries_parted_by_breaks_have_the_day_of_their_line() -> None:
    rows = "".join(f"0{n}.03.2026&nbsp; <a href=/m/{n}>Radweg {n}</a> (neu)<br>" for n in (3, 2, 1))
    frame = "<a href=/>Start</a><br><a href=/aemter>Ämter</a><br>"
    main = f"<table><tr><td>{frame}</td><td><b>Presse</b><br>{rows}</td></tr></table>"
    assert _listing(main) == [(f"/m/{n}", f"Radweg {n}", f"2026-03-0{n}") for n in (3, 2, 1)]
    prose = "Am 01.03.2026 gab es <a href=/a>eine Sitzung des Kreistags</a> und <a href=/b>eine des Ausschusses für Bau</a>."
    assert all(day is None for _, _, day in _listing(f"<p>{prose}</p>"))


def test_read_more_links_take_the_title_of_their_block() -> None:
    main = "".join(
        f"<article><h2>Meldung mit langem Titel {n}</h2><p>0{n}.03.2026</p><p>Text</p><a href=/m/{n}>weiterlesen</a></article>"
        for n in (1, 2, 3)
    )
    assert _listing(main)[0] == ("/m/1", "Meldung mit langem Titel 1", "2026-03-01")


@pytest.mark.parametrize("card", [
    "<p>0{0}.03.2026</p><h3>Radweg {0} an der Aue fertig</h3><p>Der Kreis hat gebaut, und zwar schnell.</p>",
    "<span>0{0}.03.2026</span><span>Radweg {0} an der Aue fertig</span><span>Der Kreis hat gebaut, und zwar.</span>",
    "<div><i>Amt für Straßen und Wege</i> <b class=card__title>Radweg {0} an der Aue fertig</b><i>0{0}.03.2026</i></div>",
    "Radweg {0} an der Aue <b>fertig</b><i></i>",
])  # fmt: skip
def test_a_card_that_links_as_a_whole_is_called_by_its_heading(card: str) -> None:
    main = "".join(f"<div><a href=/m/{n}>{card.format(n)}</a></div>" for n in (3, 2, 1))
    assert [title for _, title, _ in _listing(main)] == [f"Radweg {n} an der Aue fertig" for n in (3, 2, 1)]


def test_links_to_other_sites_and_files_are_left_out() -> None:
    main = (
        "<ul><li>01.03.2026 <a href=https://fremd.example/1>Eine Meldung von ganz anderswo</a>"
        "<li>02.03.2026 <a href=/plan.pdf>Ein Plan als Datei</a><li>03.03.2026 <a href=/m/3>Die dritte eigene Meldung</a></ul>"
    )
    assert [url for url, _, _ in _listing(main)] == ["/m/3"]


def test_a_page_without_a_list_has_no_items() -> None:
    assert _listing("<h1>Willkommen</h1><p>Herzlich willkommen auf unserer Seite.</p>") == []


def test_sections_of_events_jobs_and_notices_are_no_releases() -> None:
    def section(name: str, path: str, many: int) -> str:
        rows = "".join(
            f"<li>0{n}.03.2026 <a href={path}{n}>{name} mit langem Namen {n}</a>" for n in range(1, many)
        )
        return f"<section><h2>{name}</h2><ul>{rows}</ul></section>"

    main = (
        section("Stellenangebote", "/s", 9)
        + section("Meldungen", "/m", 5)
        + section("Nächste Termine", "/t", 9)
    )
    assert [url for url, _, _ in _listing(main)] == ["/m1", "/m2", "/m3", "/m4"]
    addresses = section("Aktuelles", "/stellen/", 9) + section("Aktuelles", "/m", 5)
    assert [url for url, _, _ in _listing(addresses)] == ["/m1", "/m2", "/m3", "/m4"]


def test_the_last_page_of_a_list_has_fewer_entries_than_teasers_of_events() -> None:
    events = "".join(
        f"<div>0{n}.03.2026 <a href=/kalender/e{n}>Führung durch die Altstadt</a></div>" for n in (4, 5, 6, 7)
    )
    last = "<li>01.03.2026 <a href=/presse/m1>Die älteste Meldung aus dem Kreishaus</a>"
    assert [url for url, _, _ in _listing(f"<ul>{last}</ul>{events}")] == ["/presse/m1"]
    assert len(_listing(events)) == 4
    undated = "".join(
        f"<p><a href=/presse/m{n}>Meldung Nummer {n} aus dem Kreishaus</a></p>" for n in range(9)
    )
    assert len(_listing(f"{undated}<ul>{last}</ul>")) == 9


def test_a_menu_made_like_the_list_is_no_part_of_its_short_last_page() -> None:
    menu = "".join(
        f"<a href='/{each}.htm'>{each.title()}</a><br>" for each in ("start", "presse", "ämter", "kontakt")
    )
    rows = "".join(
        f"<tr><td>{day}.2.2026</td><td><a href='/presse/{day}.htm'>Der Kreis saniert Halle {day} von Grund auf</a></td></tr>"
        for day in (3, 2)
    )
    layout = f"<table><tr><td>{menu}</td><td><table>{rows}</table></td></tr></table>"
    assert [url for url, _, _ in _listing(layout)] == [f"/presse/{day}.htm" for day in (3, 2)]


def test_sections_that_only_headings_part_are_told_apart() -> None:
    def section(name: str, path: str, many: int) -> str:
        rows = "".join(
            f"<p>0{n}.03.2026 <a href={path}{n}>{name} mit langem Namen {n}</a></p>" for n in range(1, many)
        )
        return f"<h2>{name}</h2>{rows}"

    jobs, releases = section("Stellenangebote", "/s", 9), section("Meldungen", "/m", 5)
    events = section("Termine der Landrätin", "/t", 9)
    for main in (jobs + releases + events, releases + events, f"<div>{events}</div>{releases}"):
        found = _listing(f"<h1>Aktuelles</h1>{main}<h2>Mehr</h2><a href=/x>Leichte Sprache</a>")
        assert [url for url, _, _ in found] == ["/m1", "/m2", "/m3", "/m4"]


def test_the_newest_shown_large_above_the_list_is_one_of_it() -> None:
    large = "<section><a href=/p/m4><img src=/a.jpg></a><b>04.03.2026</b><h2><a href=/p/m4>Die neueste Meldung aus dem Kreishaus</a></h2></section>"
    event = "<section><b>09.03.2026</b><h2><a href=/t/9>Die nächste Sitzung des Kreistags</a></h2></section>"
    rows = "".join(f"<li>0{n}.03.2026 <a href=/p/m{n}>Meldung mit langem Namen {n}</a>" for n in (3, 2, 1))
    found = _listing(f"{large}{event}<ul>{rows}</ul>")
    assert [url for url, _, _ in found] == ["/p/m4", "/p/m3", "/p/m2", "/p/m1"]
    assert found[0] == ("/p/m4", "Die neueste Meldung aus dem Kreishaus", "2026-03-04")


def test_cards_of_contacts_among_releases_are_none() -> None:
    cards = [("/kontakt/m1", "01.03.2026"), ("/kontakt/m2", "02.03.2026"), ("/m3", "03.03.2026"), ("/ansprechpartner", ""),
             ("/presse/presseverteiler.html", "")]  # fmt: skip
    rows = "".join(f"<li>{day} <a href={url}>Eine Karte mit langem Namen</a>" for url, day in cards)
    assert [url for url, _, _ in _listing(f"<ul>{rows}</ul>")] == ["/kontakt/m1", "/kontakt/m2", "/m3"]
    few = "".join(f"<li>{day} <a href={url}>Eine Karte mit langem Namen</a>" for url, day in cards[2:])
    assert [url for url, _, _ in _listing(f"<ul>{few}</ul>")] == ["/m3"]


def test_a_sitemap_names_neither_list_nor_pages_of_the_press_office_as_release() -> None:
    names = ("radweg", "bruecke", "index", "kontakt", "presseverteiler")
    paths = [f"/presse/{name}.html" for name in names]
    locations = "".join(f"<url><loc>https://k.example{path}</loc></url>" for path in (*paths, "/amt/a.html"))
    sitemap = _page(f"<urlset>{locations}</urlset>", "https://k.example/sitemap.xml", "sitemap")
    for listed in ([], [f"https://k.example{path}" for path in paths[:2]]):
        found = read_sitemap(sitemap, GENERIC, f"{URL}/index.html", listed).items
        assert [item.url.removeprefix("https://k.example") for item in found] == paths[:2]


def test_a_page_of_one_section_is_read_whatever_its_heading_says() -> None:
    rows = "".join(
        f"<li>0{n}.03.2026 <a href=/m{n}>Bekanntmachung mit langem Namen {n}</a>" for n in (1, 2, 3)
    )
    assert len(_listing(f"<h2>Bekanntmachungen</h2><ul>{rows}</ul>")) == 3


@pytest.mark.parametrize(
    "beside", ["<iframe src='https://[x/'></iframe>", "<script>var news = '//[x/a.json'</script>"]
)
def test_an_address_that_is_none_spoils_no_list(beside: str) -> None:
    items = "".join(
        f"<li>0{n}.03.2026 <a href=/p/{n}>Meldung {n} aus dem Kreishaus</a></li>" for n in range(1, 4)
    )
    assert len(_listing(f"<ul>{items}</ul>{beside}")) == 3


def test_an_address_that_is_none_spoils_no_json_and_no_feed() -> None:
    entries = [{"title": f"Meldung {n}", "url": f"/p/{n}\n"} for n in range(2)] + [
        {"title": "Kaputt", "url": "http://[x/"}
    ]
    said = json_items(json.dumps(entries), "https://k.example/presse")
    assert [url for url, _, _ in said] == ["https://k.example/p/0", "https://k.example/p/1"]
    links = "".join(f"<item><link>{each['url']}</link></item>" for each in entries)
    found = read_feed(_page(f"<rss><channel>{links}</channel></rss>", role="feed"), GENERIC).items
    assert [item.url for item in found] == ["https://k.example/p/0", "https://k.example/p/1"]


def test_a_list_may_lie_in_json_within_the_page() -> None:
    news = [{"headline": f"Meldung {n}", "publishDate": f"2026-03-0{n}", "url": f"/m/{n}"} for n in (1, 2)]
    menu = [{"title": f"Bereich {n}", "href": f"/b/{n}"} for n in range(9)]
    data = json.dumps({"props": {"menu": menu, "news": news}})
    main = f"<div id=app></div><script type=application/json>{data}</script><script type=application/ld+json>{{kaputt</script>"
    assert _listing(main) == [("/m/1", "Meldung 1", "2026-03-01"), ("/m/2", "Meldung 2", "2026-03-02")]


def test_json_within_the_page_may_know_more_of_the_list_than_it_shows() -> None:
    told = [
        {"url": f"/m/{n}", "title": f"Meldung aus dem Kreishaus {n}", "date": f"2026-03-0{n}"}
        for n in range(1, 7)
    ]
    shown = "".join(f"<li>0{n}.03.2026 <a href=/m/{n}>Meldung aus dem Kreishaus {n}</a>" for n in (6, 5, 4))
    data = f"<script type=application/json>{json.dumps(told)}</script>"
    assert [url for url, _, _ in _listing(f"<ul>{shown}</ul>{data}")] == [
        f"/m/{n}" for n in (6, 5, 4, 1, 2, 3)
    ]
    other = "<li>07.03.2026 <a href=/m/7>Noch eine Meldung aus dem Kreishaus</a>"
    assert len(_listing(f"<ul>{other}{shown}</ul>{data}")) == 4  # another list


@pytest.mark.parametrize(("more", "expected"), [
    ({"naechste": "/a.json?seite=2"}, "https://k.example/a.json?seite=2"), ({"links": {"next": "?seite=2"}}, f"{URL}?seite=2"),
    ({"next": None}, None), ({"next": "Weiter"}, None), ({"next": "https://fremd.example/2"}, None), ({}, None),
])  # fmt: skip
def test_the_next_part_of_a_json_list(more: dict[str, object], expected: str | None) -> None:
    items = [{"titel": f"Meldung {n}", "link": f"/m/{n}"} for n in (1, 2)]
    page = replace(
        _page(json.dumps({"liste": items, **more})), headers=(("Content-Type", "application/json"),)
    )
    found = read_listing(page, GENERIC, [])
    assert (len(found.items), found.next) == (2, expected)


@pytest.mark.parametrize("pager", [
    "<a href=?seite=2>nächste Seite</a>", "<a href=?seite=2>weiter »</a>", "<a href=?seite=2 title='Nächste Seite'><img></a>",
    "<a rel=next href=?seite=2>2</a>", "<strong>1</strong> <a href=?seite=2>2</a> <a href=?seite=3>3</a>",
    "<ul><li class=active><span>1</span><li><a href=?seite=2>2</a></ul>", "<a href=?seite=2>ältere Meldungen</a>",
    "<a href=/presse>zurück</a> <a href=?seite=2>vor</a>", "<a href=?seite=2 aria-label='Nächste Seite'><svg></svg></a>",
    "<a href=?seite=2><img src=r.gif alt=weiter></a>", "<a href=?seite=2>« Ältere Einträge</a>",
    "<a href=?seite=2>nächste 10 Meldungen</a>", "<a href=/presse>vorige</a> <a href=?seite=2>vorwärts blättern</a>",
    "<form action=/presse><input type=hidden name=seite value=2><input type=submit value=weiter></form>",
    "<form action=/presse><input type=hidden name=seite value=2><button>Mehr anzeigen</button></form>",
    "<ul><li class=current><a href=?seite=1>1</a><li><a href=?seite=2>2</a></ul>",
    "<a href=?seite=2>Weiter &#9654;</a>", "<a href=?seite=2 aria-label='Eine Seite vor'>1</a>",
    "<a href=?seite=2><span>Mehr laden</span><span>12 von 57</span></a>", "<a href=?seite=2 title='vorherige Woche'>KW 10</a>",
])  # fmt: skip
def test_the_next_page_in_many_styles(pager: str) -> None:
    found = read_listing(_page(html_page("Presse", f"<h1>Presse</h1><div>{pager}</div>")), GENERIC, [])
    assert found.next == f"{URL}?seite=2"


@pytest.mark.parametrize(
    "pager",
    [
        "<a href=?seite=1>zurück</a>",
        "<a href=/presse>weiter</a>",
        "<a href=https://fremd.example/2>weiter</a>",
        "<a href=/m>weiterlesen</a>",
    ],
)
def test_what_is_no_next_page(pager: str) -> None:
    assert read_listing(_page(html_page("Presse", pager)), GENERIC, []).next is None


def test_feeds_of_events_and_jobs_are_left_out() -> None:
    head = "".join(
        f'<link rel=alternate type="application/rss+xml" title="{title}" href="{url}">'
        for title, url in (
            ("Presse", "/rss"),
            ("Veranstaltungen", "/rss2"),
            ("Stellen", "/rss3"),
            ("X", "https://fremd.example/rss"),
        )
    )
    assert read_listing(_page(html_page("Presse", "", head)), GENERIC, []).feeds == ("https://k.example/rss",)


RSS = """<?xml version="1.0" encoding="{charset}"?><rss version="2.0"><channel><title>Presse</title>
<item><title>Erste &amp; beste Meldung für Müßig</title><link>https://k.example/m/1</link><pubDate>Tue, 10 Feb 2026 23:30:00 +0000</pubDate></item>
<item><title>Zweite</title><guid>https://k.example/m/2</guid></item>
<item><title>Ohne Adresse</title></item><item><title>Böse</title><link>javascript:alert(1)</link></item></channel></rss>"""


def test_rss() -> None:
    for charset in ("utf-8", "iso-8859-1"):
        found = read_feed(_page(RSS.format(charset=charset).encode(charset), role="feed"), GENERIC).items
        assert [(i.url, i.hints.title, i.hints.day, i.hints.time) for i in found] == [
            (
                "https://k.example/m/1",
                "Erste & beste Meldung für Müßig",
                "2026-02-11",
                "2026-02-10T23:30:00Z",
            ),
            ("https://k.example/m/2", "Zweite", None, None),
        ]


def test_atom() -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>P</title><entry><title>A</title><link href="/m/1"/>'
        "<published>2026-03-01T10:00:00+01:00</published></entry></feed>"
    )
    (item,) = read_feed(_page(atom, role="feed"), GENERIC).items
    assert (item.url, item.hints.time) == ("https://k.example/m/1", "2026-03-01T09:00:00Z")


def test_entities_of_a_feed_are_not_followed() -> None:
    bomb = "<!DOCTYPE r [<!ENTITY a 'x'><!ENTITY b SYSTEM 'file:///etc/passwd'>" + "".join(
        f"<!ENTITY c{n} '{f'&c{n - 1};' * 10 if n else 'boom'}'>" for n in range(12)
    )
    feed = (
        bomb
        + "]><rss><channel><item><title>T&b;&c11;</title><link>https://k.example/1</link></item></channel></rss>"
    )
    for item in read_feed(_page(feed, role="feed"), GENERIC).items:
        assert "root:" not in (item.hints.title or "")
        assert len(item.hints.title or "") < 600


@pytest.mark.parametrize("body", ["", "<html><body>Anmeldung</body></html>", "kein xml", "\x00"])
def test_what_is_no_feed_says_so(body: str) -> None:
    with pytest.raises(Unreadable, match="not a feed"):
        read_feed(_page(body, role="feed"), GENERIC)


def test_detection_tells_its_reason() -> None:
    family, reason = detect(
        _page("<html><body><div class=ps_content><p class=ps_meldungstext>x</p></div></body></html>"),
        families(),
    )
    assert (family.name, reason) == ("presse_service", ".ps_content; .ps_meldungstext")
    family, reason = detect(_page("<html><body><p>x</p></body></html>"), families())
    assert (family.name, reason) == ("generic", "no mark of a known family")
