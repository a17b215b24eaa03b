"""What makes a release gone, and what never does: outages of every kind, walls, relaunches."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from itertools import starmap
from pathlib import Path

import pytest
from loopback import Answer, Site, page, release
from support import query, report, rows_hash

from archive.model import Hints, Page
from crawler.rebuild import rebuild
from crawler.recorder import Recorder

Crawl = Callable[..., "subprocess.CompletedProcess[str]"]
ENTRY = {"id": "kreis-probe", "name": "Kreis Probe", "kind": "kreis", "land": "XX", "homepage": "https://k.example/",
         "press": "https://k.example/presse"}  # fmt: skip
KNOWN = 4
HTML = (("Content-Type", "text/html; charset=utf-8"),)


def _page(n: int, body: str = "", status: int | None = 200, **more: object) -> Page:
    url = f"https://k.example/m/{n}"
    return Page("", "", "kreis-probe", "release", "", url, status, HTML, body.encode(), **more)  # type: ignore[arg-type]


def _crawl(data: Path, *pages: Page) -> None:
    recorder = Recorder(data, gone_after_hours=0)
    recorder.note("source", "kreis-probe", ENTRY)
    for each in pages:
        recorder.page(each)
    recorder.finish()


def _known() -> list[Page]:
    return [_page(n, release(f"Meldung Nummer {n} aus dem Kreishaus")) for n in range(KNOWN)]


def _no_answer(code: str) -> Callable[[int], Page]:
    return lambda n: _page(n, status=None, code=code, error=code)


def _answer(status: int, body: str = "kaputt") -> Callable[[int], Page]:
    return lambda n: _page(n, body, status)


def _sent(to: str, body: str) -> Callable[[int], Page]:
    def sent(n: int) -> Page:
        return Page("", "", "kreis-probe", "release", "", f"https://k.example{to}", 200, HTML, body.encode(),
                    via=(f"https://k.example/m/{n}",))  # fmt: skip

    return sent


LOGIN = page(
    "Anmelden",
    "<h1>Anmelden</h1><form><p>Bitte melden Sie sich mit Ihrem Kennwort an.</p><input type=password></form>",
)
WALL = "<html><head><title>Just a moment...</title></head><body><script>window._cf_chl_opt={}</script></body></html>"
OUTAGES = {
    **{
        code: _no_answer(code)
        for code in ("dns", "refused", "connection", "timeout", "cut", "size", "robots")
    },
    **{str(status): _answer(status) for status in (401, 403, 418, 429, 500, 502, 503, 504)},
    "challenge": _answer(200, WALL),
    "challenge 403": _answer(403, WALL),
    "login": _answer(200, LOGIN),
    "sent to login": _sent("/login?from=1", LOGIN),
    "empty": _answer(200, ""),
    "blank": _answer(200, "<html><body></body></html>"),
    "maintenance": _answer(
        200, page("Wartungsarbeiten", "<h1>Wartungsarbeiten</h1><p>Wir sind bald wieder für Sie da.</p>")
    ),
    "error as 200": _answer(
        200, page("Fehler", "<h1>Service Unavailable</h1><p>Bitte später noch einmal versuchen.</p>")
    ),
    "not modified": _answer(304, ""),
}


@pytest.mark.parametrize("outage", OUTAGES)
def test_no_outage_makes_anything_gone_or_changed(outage: str, tmp_path: Path) -> None:
    data = tmp_path / "data"
    _crawl(data, *_known())
    before = query(data, "SELECT id, title, text, changed_at, gone_at FROM releases ORDER BY id")
    for _ in range(3):
        _crawl(data, *map(OUTAGES[outage], range(KNOWN)))
    assert query(data, "SELECT id, title, text, changed_at, gone_at FROM releases ORDER BY id") == before
    assert query(data, "SELECT count(*) FROM absences") == [(0,)]


NOT_THERE = {
    "404": _answer(404),
    "home": _sent("/", page("Kreis Probe", "<h1>Willkommen im Kreis</h1><p>Hier finden Sie alles über den Kreis.</p>")),
    "start page": _sent("/startseite.html", page("Kreis Probe", "<h1>Willkommen im Kreis</h1><p>Hier finden Sie alles.</p>")),
    "press page": _sent("/presse", page("Presse", "<h1>Presse</h1><p>Hier finden Sie die Meldungen des Kreises.</p>")),
    "error page": _sent("/fehler/404", page("Ups", "<h1>Ups</h1><p>Da ist etwas schiefgegangen, das tut uns leid.</p>")),
    "soft, in the title": _answer(200, page("x", "<h1>Diese Seite existiert leider nicht</h1><p>Nutzen Sie bitte die Suche.</p>")),
    "soft, in the text": _answer(200, page("x", "<h1>Hoppla!</h1><p>Die von Ihnen aufgerufene Seite konnte nicht gefunden "
                                           "werden. Nutzen Sie bitte unsere Suche.</p>")),
    "soft, no longer": _answer(200, page("x", "<h1>Der Beitrag ist nicht mehr verfügbar</h1><p>Zurück zur Übersicht.</p>")),
}  # fmt: skip


@pytest.mark.parametrize("way", NOT_THERE)
def test_what_is_not_there_is_gone_at_the_second_look(way: str, tmp_path: Path) -> None:
    data = tmp_path / "data"
    _crawl(data, *_known())
    for gone in (0, 1):
        _crawl(data, *_known()[1:], NOT_THERE[way](0))
        assert query(data, "SELECT count(*), count(gone_at) FROM releases") == [(KNOWN, gone)]
    _crawl(data, *_known())
    assert query(data, "SELECT count(gone_at), count(back_at) FROM releases, absences") == [(0, KNOWN)]


@pytest.mark.parametrize("title", [
    "Vermisster Hund nicht gefunden: Polizei sucht weiter", "Wartung der Ampeln an der Kreisstraße", "Anmeldung zum Ferienprogramm beginnt",
    "Kein Zugang zum Kreishaus am Montag wegen einer Übung", "404 Bäume für den Kreis",
])  # fmt: skip
def test_releases_about_such_things_are_releases(title: str, tmp_path: Path) -> None:
    data = tmp_path / "data"
    _crawl(
        data,
        _page(1, release(title, "Das hat die Kreisverwaltung am Freitag in ihrem Bericht mitgeteilt. " * 12)),
    )
    assert query(data, "SELECT title FROM releases") == [(title,)]


def _listed(site: Site, titles: list[str]) -> None:
    """Known releases that have rolled out of the list, but for the newest."""
    site.add_releases(titles)
    site.pages["/presse"] = page(
        "Presse", f'<ul><li>01.01.2026 <a href="/presse/0">{titles[0]}</a></li></ul>'
    )


TITLES = [f"Meldung Nummer {n} aus dem Kreishaus" for n in range(14)]


def test_others_are_asked_before_one_is_gone_and_a_site_made_anew_is_told(
    site: Site, crawl: Crawl, tmp_path: Path
) -> None:
    site.add_releases(TITLES)
    crawl(site.entry())
    _listed(site, TITLES)
    gone = [f"/presse/{n}" for n in (7,)]
    del site.pages[gone[0]]
    crawl(site.entry(), options=("--full",))
    kept = {
        path: site.pages.pop(path)
        for path in list(site.pages)
        if path.startswith("/presse/") and path != "/presse/0"
    }
    site.asked.clear()
    done = crawl(site.entry())
    asked = [path for path in site.paths() if path.startswith("/presse/")]
    assert asked[-1] == "/presse/7", "after the others"
    assert len(asked) == 11
    row = report(tmp_path)["kreis-probe"]
    assert (done.returncode, row["status"], row["gone"]) == (0, "relaunched", 0)
    assert "are missing" in row["error"]
    site.pages.update(kept)
    for _ in range(2):
        crawl(site.entry(), options=("--full",))
    data = tmp_path / "data"
    assert query(data, "SELECT count(gone_at) FROM releases") == [(0,)], "who can tell what was lost in it"
    before = rows_hash(data)
    rebuild(data)
    assert rows_hash(data) == before


def test_one_of_many_is_gone_after_the_others_answered(site: Site, crawl: Crawl, tmp_path: Path) -> None:
    site.add_releases(TITLES)
    crawl(site.entry())
    site.pages["/presse/7"] = Answer("fort", 404)
    crawl(site.entry(), options=("--full",))
    site.asked.clear()
    crawl(site.entry())
    asked = [path for path in site.paths() if path.startswith("/presse/")]
    assert (len(asked), asked[-1]) == (11, "/presse/7")
    assert query(tmp_path / "data", "SELECT url FROM releases WHERE gone_at IS NOT NULL") == [
        (f"{site.address}/presse/7",)
    ]
    site.asked.clear()
    crawl(site.entry())
    assert not [path for path in site.paths() if path.startswith("/presse/")], "once is enough"


TEXTS = [
    f"{topic} hat am Freitag begonnen. Der Kreis rechnet mit {n + 2} Wochen Arbeit und Kosten von {n + 30}.000 Euro für {topic}, "
    f"sagte die Dezernentin in {place}. Alle Haushalte in {place} bekommen dazu einen Brief, und {topic} wird im Herbst vorgestellt."
    for n, (topic, place) in enumerate(zip(
        ("Der Bau des Radwegs", "Die Sanierung der Halle", "Das Programm für Vereine", "Der Umzug des Archivs", "Die Suche nach Paten",
         "Der Ausbau der Leitstelle"), ("Auental", "Bergheide", "Cronau", "Dornfeld", "Eschbach", "Friedwald"), strict=True))
]  # fmt: skip
HEADLINES = [text.partition(" hat am")[0] + " beginnt" for text in TEXTS]
DAYS = [f"{n + 1}. Januar 2026" for n in range(6)]
TEASERS = "".join(
    f'<li><span>{day}</span> <a href="/neu/{n}">{title}</a><p>{text[:90]} …</p></li>'
    for n, (title, text, day) in enumerate(zip(HEADLINES, TEXTS, DAYS, strict=True))
)
LIST = page("Presse", f"<h1>Unsere Mitteilungen</h1><ul>{TEASERS}</ul>")
WELCOME = "Die neue Website des Kreises ist da. Alles ist jetzt noch leichter zu finden, von der Abfallberatung bis zur Zulassung."
IN_PLACE = {
    "list": (LIST, 0),
    "teasers": (page("Start", f"<h1>Willkommen</h1><p>Schön, dass Sie da sind.</p><h2>Aktuell</h2><ul>{TEASERS}</ul>"), 0),
    "anything": (page("Start", f"<h1>Willkommen</h1><p>{WELCOME}</p>"), 1),
}  # fmt: skip


def _at(path: str, body: str) -> Page:
    return Page("", "", "kreis-probe", "release", "", f"https://k.example{path}", 200, HTML, body.encode())


def _releases(folder: str) -> dict[str, str]:
    return {f"{folder}/{n}": release(*of) for n, of in enumerate(zip(HEADLINES, TEXTS, DAYS, strict=True))}


@pytest.mark.parametrize("shown", IN_PLACE)
def test_what_stands_at_all_old_addresses_is_no_new_version(shown: str, tmp_path: Path) -> None:
    """Of a page that neither lists releases nor says that nothing is there, only its second address can tell."""
    data = tmp_path / "data"
    body, changed = IN_PLACE[shown]
    _crawl(data, *starmap(_at, _releases("/alt").items()))
    _crawl(
        data,
        *starmap(_at, _releases("/neu").items()),
        *[_at(f"/alt/{n}", body) for n in range(6)],
    )
    assert query(data, "SELECT count(*), count(changed_at), count(gone_at) FROM releases") == [
        (6, changed, 0)
    ]
    assert query(data, "SELECT count(*) FROM release_urls WHERE missing_since IS NOT NULL") == [
        (6 - changed,)
    ]
    rebuild(data, tmp_path / "again")
    assert rows_hash(tmp_path / "again") == rows_hash(data)


NOTICES = [
    f"<h1>Kreis Probe</h1><p>{WELCOME}</p>",
    "<h1>Kreis Probe</h1><p>Wegen einer Umstellung stehen die Inhalte derzeit nicht zur Verfügung.</p>",
]


@pytest.mark.parametrize("notice", NOTICES)
def test_a_notice_in_place_of_all_releases_is_no_version_of_any(notice: str, tmp_path: Path) -> None:
    """Of releases that were never read, only the second that shows the same words can be told, if it says no more."""
    data = tmp_path / "data"
    pages = [
        replace(_at(path, body), hints=Hints("listing", title))
        for (path, body), title in zip(_releases("/m").items(), HEADLINES, strict=True)
    ]
    down = [replace(each, body=page("Kreis Probe", notice).encode()) for each in pages]
    _crawl(data, *pages[:3])
    _crawl(data, *down)
    _crawl(data, *pages)
    _crawl(data, replace(down[0], hints=Hints("listing", "Kreisstraße in Probe wird länger gesperrt")))
    versions = "SELECT count(*) - count(DISTINCT release_id) FROM revisions"
    assert query(data, "SELECT count(*), count(gone_at) FROM releases") == [(6, 0)]
    assert query(data, versions) == [(1 if notice == NOTICES[0] else 0,)]


def test_a_site_made_anew_that_answers_every_old_address_with_its_list(
    site: Site, crawl: Crawl, tmp_path: Path
) -> None:
    site.pages |= {**_releases("/alt"), "/presse": LIST.replace("/neu/", "/alt/")}
    crawl(site.entry())
    site.pages |= {**_releases("/neu"), "/presse": LIST, **dict.fromkeys(_releases("/alt"), LIST)}
    crawl(site.entry(), options=("--full",))
    row = report(tmp_path)["kreis-probe"]
    assert (row["status"], row["new"], row["changed"], row["gone"]) == ("relaunched", 0, 0, 0)


def test_dead_addresses_of_what_is_elsewhere_are_asked_no_more(site: Site, crawl: Crawl) -> None:
    site.pages |= {**_releases("/alt"), "/presse": LIST.replace("/neu/", "/alt/")}
    crawl(site.entry())
    for path in _releases("/alt"):
        del site.pages[path]
    site.pages |= {**_releases("/neu"), "/presse": LIST}
    asked = []
    for _ in range(2):
        site.asked.clear()
        crawl(site.entry(), options=("--full",))
        asked.append(sum(path.startswith("/alt/") for path in site.paths()))
    assert asked == [6, 0]


def test_what_moved_under_another_title_without_redirect_is_one_release(tmp_path: Path) -> None:
    """The list leads to the new address before the old one proves to be missing; others of the day are no match."""
    data = tmp_path / "data"
    old, other = ((f"/m/{n}", release(HEADLINES[n], TEXTS[n], DAYS[0])) for n in (0, 1))
    new = _at("/m/neu", release("Landrätin stellt sich hinter das Vorhaben", TEXTS[0], DAYS[0]))
    _crawl(data, _at(*old), _at(*other))
    for _ in range(2):
        _crawl(data, new, replace(_at(*old), status=404), _at(*other))
    assert query(data, "SELECT title, url, changed_at IS NOT NULL, gone_at FROM releases ORDER BY url") == [
        (HEADLINES[1], "https://k.example/m/1", 0, None),
        ("Landrätin stellt sich hinter das Vorhaben", "https://k.example/m/neu", 1, None),
    ]
    rebuild(data, tmp_path / "again")
    assert rows_hash(tmp_path / "again") == rows_hash(data)


def _whole(*entries: tuple[str, int]) -> Page:
    """A page that holds releases in full: their headings and days of January."""
    sections = "".join(
        f"<section><h3>{heading}</h3><p>{day:02}.01.2026</p><p>{TEXTS[day % 6]} Das ist Nummer {day}.</p></section>"
        for heading, day in entries
    )
    body = page("Presse", f"<h1>Presse</h1>{sections}").encode()
    return Page("", "", "kreis-probe", "listing", "", "https://k.example/presse", 200, HTML, body)


def test_what_a_page_of_whole_releases_leaves_out_is_gone_but_not_its_oldest(tmp_path: Path) -> None:
    data = tmp_path / "data"
    entries = [(f"Vorhaben {day} des Kreises", day) for day in (27, 23, 19, 15, 11, 7)]
    _crawl(data, _whole(*entries))
    left = [entries[0], *entries[2:5]]
    for _ in range(2):
        _crawl(data, _whole(("Vorhaben 30 des Kreises", 30), *left))
    assert query(data, "SELECT title FROM releases WHERE gone_at IS NOT NULL") == [(entries[1][0],)]
    _crawl(data, _whole(*entries))
    assert query(data, "SELECT count(*), count(gone_at), count(changed_at) FROM releases") == [(7, 0, 0)]
    rebuild(data, tmp_path / "again")
    assert rows_hash(tmp_path / "again") == rows_hash(data)


def test_what_leaves_the_end_of_a_page_with_older_ones_at_its_top_is_not_gone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    pinned = [(f"Dauerthema {day} des Kreises", day) for day in (1, 2, 3)]
    entries = [(f"Vorhaben {day} des Kreises", day) for day in (27, 23, 19, 15, 11)]
    _crawl(data, _whole(*pinned, *entries))
    for _ in range(2):
        _crawl(data, _whole(*pinned, ("Vorhaben 30 des Kreises", 30), *entries[:-1]))
    assert query(data, "SELECT count(*), count(gone_at) FROM releases") == [(9, 0)]


def test_a_title_changed_on_a_page_of_whole_releases_is_a_change(tmp_path: Path) -> None:
    data = tmp_path / "data"
    entries = [(f"Vorhaben {day} des Kreises", day) for day in (27, 23, 19, 15, 11)]
    _crawl(data, _whole(*entries))
    for _ in range(2):
        _crawl(data, _whole(("Vorhaben verschoben", 27), *entries[1:]))
    assert query(data, "SELECT count(*), count(gone_at), count(changed_at), max(title) FROM releases") == [
        (5, 0, 1, "Vorhaben verschoben")
    ]
    assert query(data, "SELECT count(*) FROM absences") == [(0,)]


def test_headings_of_a_series_that_pass_on_as_its_oldest_leaves_change_nothing(tmp_path: Path) -> None:
    data = tmp_path / "data"
    entries = [("Tempokontrollen der Woche", day) for day in (27, 23, 19, 15, 11, 7)]
    for until in (6, 5, 4):
        _crawl(data, _whole(*entries[:until]))
    assert query(data, "SELECT count(*), count(gone_at), count(changed_at) FROM releases") == [(6, 0, 0)]
    assert query(data, "SELECT count(*) FROM absences") == [(0,)]


ABOVE_OTHERS = {
    "Der Bau des Radwegs beginnt": "Kurze Fassung: Das Vorhaben am Fluss kommt.",
    "Radweg fertig": "Ein ganz anderer Text steht nun an dieser Stelle, weil der Weg früher fertig wurde als gedacht. Landrätin "
    "Köhler durchschneidet am Sonntag um elf Uhr das Band am Ufer.",
    "Absage": "Der Termin am Ufer fällt wegen des Hochwassers aus.",
}


@pytest.mark.parametrize("title", ABOVE_OTHERS)
def test_a_release_above_links_to_others_is_no_list(title: str, tmp_path: Path) -> None:
    data, text = tmp_path / "data", ABOVE_OTHERS[title]
    links = "".join(f'<li><a href="/m/{n}">{other}</a></li>' for n, other in enumerate(HEADLINES))
    head = f"<h1>{title}</h1><p class=datum>{DAYS[0]}</p><p>{text}</p>"
    _crawl(data, *starmap(_at, _releases("/m").items()))
    _crawl(data, _at("/m/0", page(title, f"{head}<h2>Weitere Meldungen</h2><ul>{links}</ul>")))
    assert query(data, "SELECT title, text FROM releases WHERE changed_at IS NOT NULL") == [(title, text)]
    assert query(data, "SELECT count(*) FROM absences") == [(0,)]
