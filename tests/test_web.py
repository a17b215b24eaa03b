from __future__ import annotations

import asyncio
import re
import socket
from contextlib import closing
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urlsplit

import httpx
import pytest
import sample

from archive.db import Archive, connect
from archive.derive.health import source_states_table
from archive.migrations import STEPS
from archive.model import Address, Attachment, Image, Text, release_id
from archive.web import answer, pages, paging, serve
from archive.web.queries import authorities
from archive.web.serve import ServeError, build

PAGES = (
    "/",
    "/suche",
    "/suche?q=Br%C3%BCcke",
    "/suche?q=Pressestelle&seite=2&sortierung=beste",
    "/suche?q=Brukce+von:nirgends+ab:neulich",
    "/hilfe",
    f"/meldung/{sample.BRIDGE_ID}",
    f"/meldung/{sample.GONE_ID}",
    f"/meldung/{sample.BRIDGE_ID}/aenderungen",
    "/behoerden",
    "/behoerde/kreis-auenfeld",
    "/behoerde/landkreis-%C3%BCbertal",
    "/bot",
    "/anleitung",
    "/abonnieren",
    "/daten",
    "/daten/abruf",
    "/impressum",
    "/datenschutz",
    "/barrierefreiheit",
    "/rechte",
    "/nirgends",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return build(sample.build(tmp_path_factory.mktemp("web")))


def get(site, path) -> httpx.Response:
    return asyncio.run(site.client.get(path))


def version_ids(site):
    page = get(site, f"/meldung/{sample.BRIDGE_ID}").text
    return re.findall(r"fassung=(\d+)", page)


class Checker(HTMLParser):
    """Collects what a page must have once, or must not have at all."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.addresses: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.events: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value)
            if name in ("href", "src", "action"):
                self.addresses.append(value)
                self.links.append((tag, value))
            if name.startswith("on") or name == "style":
                self.events.append(name)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_whole(site, path):
    response = get(site, path)
    assert response.status_code == (404 if path == "/nirgends" else 200)
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "set-cookie" not in response.headers
    page = Checker(response.text)
    assert '<html lang="de">' in response.text
    assert [page.tags.count(tag) for tag in ("h1", "main")] == [1, 1]
    assert response.text.partition("</head>")[0].count("<title>") == 1
    assert len(page.ids) == len(set(page.ids))
    assert not {"script", "img", "iframe", "style"} & set(page.tags)
    assert not page.events
    assert next(href for tag, href in page.links if tag == "a") == "#inhalt"
    own = [address for address in page.addresses if address.startswith("/")]
    for address in {urlsplit(address)._replace(fragment="").geturl() for address in own}:
        assert get(site, address).status_code == 200, address


@pytest.mark.parametrize(
    "path", [*PAGES, "/archive", "/archive/releases", "/archive.json", "/-/static/app.css"]
)
def test_security_headers(site, path):
    headers = get(site, path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert ("script-src" in policy) is path.startswith(("/archive", "/-/"))


def test_style_sheet_is_named_by_its_content(site):
    address = re.search(r'rel="stylesheet" href="([^"]+)"', get(site, "/").text).group(1)
    assert re.fullmatch(r"/-/static-plugins/kreispresse/kreispresse\.css\?[0-9a-f]{12}", address)
    style = get(site, address)
    assert style.headers["content-type"].startswith("text/css")
    assert not re.search(r"url\(|@import|http", style.text)


def test_start_page(site):
    page = get(site, "/").text
    for text in ("<dd>24</dd>", "<dd>3</dd>", "<dd>10. März 2026</dd>", "Öffnungszeiten des Archivs"):
        assert text in page
    assert page.count("<article>") == pages.START_SIZE


def test_search_page(site):
    page = get(site, "/suche?q=Br%C3%BCcke").text
    assert "1 Meldung<" in page
    assert "<mark>Brücke</mark> an der Mühlenstraße wird zwölf" in page
    assert "Kreis Auenfeld</a>" in page
    assert '<time datetime="2026-03-09">9. März 2026</time>' in page
    assert "Keine Meldung gefunden" in get(site, "/suche?q=Posaunenchor").text


def test_search_page_is_newest_first_and_says_what_it_did(site):
    page = get(site, "/suche?q=Brukce+ab:neulich+von:nirgends").text
    assert "„Brukce“ kommt in keiner Meldung vor. Gesucht wurde auch:" in page
    assert "„ab:neulich“ ist unverständlich" in page
    assert "„von:nirgends“ trifft auf keine Behörde" in page
    newest = get(site, "/suche?q=Pressestelle").text
    assert '?q=Pressestelle" aria-current="true">Neueste zuerst' in newest
    assert 'name="sortierung" value="beste"' in get(site, "/suche?q=Pressestelle&sortierung=beste").text
    assert "enthält alle gesuchten Wörter" in get(site, "/suche?q=Posaune+Radweg").text


def test_every_example_of_the_help_is_answered(site):
    help_page = get(site, "/hilfe").text
    links = re.findall(r'href="(/suche\?q=[^"]+)"', help_page)
    assert len(links) > 10
    for link in links:
        assert get(site, link).status_code == 200


@pytest.mark.parametrize("query", ["%00", "%ED%A0%80", "%22", "AND", "%C3%BC%22*", "x" * 8000])
def test_odd_queries_are_answered(site, query):
    assert get(site, f"/suche?q={query}").status_code == 200


@pytest.mark.parametrize(
    "path", ["/suche", "/suche?q=Pressestelle", "/suche?q=Pressestelle&sortierung=beste"]
)
def test_pager_leads_to_every_release_once(site, path, monkeypatch):
    monkeypatch.setattr(paging, "PAGE_SIZE", 5)
    found = []
    address = path
    while address:
        page = get(site, address).text
        found += re.findall(r'<h2><a href="/meldung/(\d+)"', page)
        match = re.search(r'rel="next" href="([^"]+)"', page)
        address = match and match.group(1).replace("&amp;", "&")
    assert len(found) == len(set(found)) == (21 if "q=" in path else 24)


@pytest.mark.parametrize(
    "path", ["/suche?seite=99", "/suche?q=Posaune&seite=2", "/behoerde/kreis-auenfeld?seite=7"]
)
def test_pages_past_the_end_are_not_there(site, path):
    assert get(site, path).status_code == 404


@pytest.mark.parametrize("path", ["/suche?seite=501", "/behoerde/kreis-auenfeld?seite=99999999"])
def test_nobody_is_led_further_than_lists_are_read(site, path):
    answer = get(site, path)
    assert answer.status_code == 400
    assert "Grenzen Sie die Suche ein" in answer.text


def test_the_last_page_that_is_offered_leads_to_none(site, monkeypatch):
    monkeypatch.setattr(paging, "PAGE_SIZE", 5)
    monkeypatch.setattr(paging, "MOST_PAGES", 2)
    assert 'rel="next"' in get(site, "/suche").text
    assert 'rel="next"' not in get(site, "/suche?seite=2").text
    assert "Seite 2 von 5" in get(site, "/suche?seite=2").text


@pytest.mark.parametrize("number", ["0", "-1", "x", "%C2%B2", "1" * 30, ""])
def test_odd_page_numbers_mean_the_first(site, number):
    assert "Seite 1 von" in get(site, f"/suche?seite={number}").text


def test_release_page(site):
    page = get(site, f"/meldung/{sample.BRIDGE_ID}").text
    for text in (
        "zwölf Tage lang gesperrt</h1>",
        "<p>Wegen Bauarbeiten",
        "<p>Die Umleitung führt",
        "9. März 2026, 14:05 Uhr",
        "Datumsfeld der Seite",
        "Die Brücke im Februar",
        "Bildnachweis: Kreis Auenfeld / L. Sommer",
        'href="https://www.auenfeld.example/umleitung.pdf"',
        f'href="{sample.BRIDGE_AT.url}"',
        "Enthaltene Meldung von Straßenamt Auenfeld",
        "Fassungen",
    ):
        assert text in page
    assert "nicht mehr abrufbar" not in page


def test_citation_names_who_what_when_where_and_the_hash(site):
    page = unescape(get(site, f"/meldung/{sample.BRIDGE_ID}").text)
    [cited] = re.findall(r'<p class="copy">(.+?)</p>', page)
    [told] = connect(file_of(site)).query(
        "SELECT sha256 FROM revisions WHERE release_id = ? ORDER BY seen_at DESC LIMIT 1", [sample.BRIDGE_ID]
    )
    for part in (
        "Kreis Auenfeld: „Brücke an der Mühlenstraße wird zwölf Tage lang gesperrt“",
        "9. März 2026",
        sample.BRIDGE_AT.url,
        "gelesen am 12. März 2026, 07:00 Uhr",
        told["sha256"],
        f"http://localhost/meldung/{sample.BRIDGE_ID}",
    ):
        assert part in cited
    (former,) = version_ids(site)
    assert told["sha256"] not in get(site, f"/meldung/{sample.BRIDGE_ID}?fassung={former}").text


def test_a_release_to_take_along(site):
    address = f"/meldung/{sample.BRIDGE_ID}"
    plain, marked, data = (get(site, f"{address}.{ending}") for ending in ("txt", "md", "json"))
    assert plain.headers["content-type"] == "text/plain; charset=utf-8"
    assert sample.BRIDGE.text in plain.text
    assert marked.text.startswith(f"# {sample.BRIDGE.title}\n")
    told = data.json()
    assert (told["id"], told["text"]) == (sample.BRIDGE_ID, sample.BRIDGE.text)
    assert told["publisher"] == {"id": "kreis-auenfeld", "name": "Kreis Auenfeld"}
    assert told["archive_url"].endswith(address)
    assert [file["title"] for file in told["attachments"]] == ["Plan der Umleitung"]
    assert len(told["versions"]) == 2


@pytest.mark.parametrize("ending", ["txt", "md", "json"])
def test_what_is_to_take_along_moves_with_its_release(site, ending):
    moved = get(site, f"/meldung/{sample.OLD_ID}.{ending}")
    assert moved.headers["location"] == f"/meldung/{sample.BRIDGE_ID}.{ending}"
    assert get(site, f"/meldung/1.{ending}").status_code == 404


@pytest.mark.parametrize(
    ("contact", "link"),
    [
        ("presse@archiv.example", 'href="mailto:presse@archiv.example?subject=Kreispresse%2C%20Meldung%20'),
        ("https://archiv.example/kontakt", 'href="https://archiv.example/kontakt"'),
        ("", "nennt keinen Kontakt"),
    ],
)
def test_faults_can_be_told_to_whoever_runs_the_archive(site, monkeypatch, contact, link):
    monkeypatch.setenv("KREISPRESSE_CONTACT", contact)
    page = get(site, f"/meldung/{sample.BRIDGE_ID}").text
    assert link in page
    assert "Pressestelle" in page


def test_release_that_is_gone(site):
    page = get(site, f"/meldung/{sample.GONE_ID}").text
    assert (
        "Unter dieser Adresse nicht mehr abrufbar: zuletzt abrufbar am 10. März 2026, erstmals nicht" in page
    )
    assert "Am 10. März 2026 zuletzt abgerufen, seit dem 12. März 2026" in page
    assert "Fassungen" not in page


def test_versions(site):
    (former,) = version_ids(site)
    page = get(site, f"/meldung/{sample.BRIDGE_ID}?fassung={former}").text
    assert "zehn Tage lang gesperrt</h1>" in page
    assert "kostet elf Minuten" in page
    assert "Frühere Fassung, gelesen am 10. März 2026, 07:00 Uhr" in page
    assert "Frühere Fassung" not in get(site, f"/meldung/{sample.BRIDGE_ID}").text


@pytest.mark.parametrize("version", ["1", "", "x", "9" * 40])
def test_versions_that_are_none(site, version):
    assert get(site, f"/meldung/{sample.BRIDGE_ID}?fassung={version}").status_code == 404


def test_a_version_of_another_release_is_none(site):
    (former,) = version_ids(site)
    assert get(site, f"/meldung/{sample.GONE_ID}?fassung={former}").status_code == 404


def test_former_ids_lead_to_the_present_one(site):
    response = get(site, f"/meldung/{sample.OLD_ID}?fassung=1")
    assert response.status_code == 301
    assert response.headers["location"] == f"/meldung/{sample.BRIDGE_ID}?fassung=1"


@pytest.mark.parametrize(
    "path", ["/meldung/1", "/meldung/9999999999999999", "/meldung/x", "/behoerde/keine", "/a/b/c/d"]
)
def test_what_is_not_there_says_so(site, path):
    response = get(site, path)
    assert response.status_code == 404
    assert "Hier ist nichts" in response.text
    assert response.headers["content-security-policy"] == answer.CONTENT_POLICY


def test_json_of_what_is_not_there_stays_json(site):
    assert get(site, "/archive/none.json").json()["status"] == 404


def test_authorities(site):
    page = get(site, "/behoerden").text
    names = re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)', page)
    assert names == [
        "Ministerium für Fluren und Wege",
        "Stadt Moorburg",
        "Kreis Auenfeld",
        "Landkreis Übertal",
    ]
    assert "Niedersachsen" in page
    assert "4 Behörden im Archiv" in page


def test_authority(site):
    page = get(site, "/behoerde/landkreis-%C3%BCbertal").text
    assert "https://www.landkreis-uebertal.example/presse/" in page
    assert (
        "14. März 2026, 07:00 Uhr</time>: Nicht oder nicht ganz gelesen: Der Abruf ist fehlgeschlagen" in page
    )
    assert "503 Service Unavailable" in page
    assert "(1 neu, 1 geändert)" in get(site, "/behoerde/kreis-auenfeld").text
    assert "Noch nicht gelesen" in get(site, "/behoerde/ministerium-fluren").text


def test_a_span_that_ends_before_it_begins_is_told(site):
    page = get(site, "/suche?q=Br%C3%BCcke+ab:2026+bis:2025").text
    assert "„ab:2026-01-01 bis:2025-12-31“ endet, bevor er beginnt, und wurde nicht beachtet" in page


def test_tables_stay_reachable(site):
    assert get(site, "/archive?sql=select+count(*)+from+releases").status_code == 200
    assert get(site, "/archive/releases").status_code == 200
    assert get(site, "/archive.db").status_code == 403
    assert get(site, "/archive?sql=delete+from+releases").status_code == 400


def test_below_another_address(tmp_path):
    site = build(sample.build(tmp_path), base_url="/presse/")
    for path in PAGES:
        page = get(site, path)
        assert page.headers["content-security-policy"] == answer.CONTENT_POLICY
        own = [address for address in Checker(page.text).addresses if address.startswith("/")]
        assert own
        assert [address for address in own if not address.startswith("/presse/")] == []
    moved = get(site, f"/meldung/{sample.OLD_ID}")
    assert moved.headers["location"] == f"/presse/meldung/{sample.BRIDGE_ID}"


def test_questions_that_take_too_long(tmp_path, monkeypatch):
    site = build(sample.build(tmp_path), sql_time_limit_ms=1)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    monkeypatch.setattr(authorities, "publishers", lambda connection: connection.execute(endless).fetchall())
    response = get(site, "/behoerden")
    assert response.status_code == 503
    assert "zu lange gedauert" in response.text


PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'\"><svg/onload=alert(1)>",
    "{{7*7}}{% raw %}",
    "</title><script>alert(1)</script>",
    "\ufdd0<b>\ufdd1<i>",
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """An archive that says the same bad thing in every field that can hold text."""
    folder = tmp_path_factory.mktemp("hostile")
    sample.build(folder)
    archive = Archive(folder / "archive.db")
    with archive.db.atomic():
        crawl = sample.Crawl(archive, "c9", sample.THIRD)
        for n, bad in enumerate(PAYLOADS):
            _say(archive, crawl, n, bad)
    archive.close()
    return build(folder)


def _say(archive, crawl, n, bad):
    source, url, script = f"bad{n}{bad}", f"https://bad.example/{n}?{bad}", f"javascript:alert(1)//{bad}"
    entry = {
        "id": source,
        "name": f"Kreis {bad}",
        "kind": bad,
        "land": bad,
        "homepage": script,
        "press": url + bad,
    }
    crawl.note("source", data=entry)
    for old in ("", "alt"):
        text = Text(
            f"Titel {bad}{old}", f"Vorspann {bad}", f"Boese {bad}\n\n{bad}", bad, "2026-01-01", None, bad,
            bad, (Image(script, bad, bad),), (Attachment(script, bad, bad), Attachment(url, bad, bad)),
        )  # fmt: skip
        crawl.save(source, Address(url, f"{n}"), text, kind=bad)
    crawl.result(source, bad, bad)
    archive.db.execute("INSERT INTO embeds VALUES (?, 1, 0, 5, ?, ?, NULL)", [release_id(url), bad, bad])
    archive.db.execute("INSERT INTO release_issuers VALUES (?, 1, ?, ?)", [release_id(url), bad, source])
    crawl.missing(source, Address(url, f"{n}"))


def _pages_of(hostile):
    bad = [row for row in connect(file_of(hostile))["releases"].rows if row["url"].startswith("https://bad")]
    for row in bad:
        yield from (f"/meldung/{row['id']}", str(httpx.URL("/suche", params={"q": row["title"]})))
        page = get(hostile, f"/meldung/{row['id']}").text
        yield from re.findall(r'href="(/(?:meldung|behoerde)/[^"]+)"', page)
    yield from ("/", "/behoerden", "/bot", "/suche?q=Boese", "/suche?q=Vorspann&sortierung=neueste")
    yield from (str(httpx.URL("/suche", params={"q": bad})) for bad in PAYLOADS)


def file_of(site):
    return serve.Path(site.get_database("archive").path)


def test_nothing_said_by_others_is_read_as_markup(hostile):
    visited = sorted(set(_pages_of(hostile)))
    assert len(visited) > 30
    allowed = set()
    for path in (
        "/",
        "/suche?ab=2020",
        "/suche?q=Br%C3%BCcke",
        "/behoerden",
        "/behoerde/kreis-auenfeld",
        "/bot",
        f"/meldung/{sample.BRIDGE_ID}",
        f"/meldung/{sample.BRIDGE_ID}/aenderungen",
    ):
        allowed |= set(Checker(get(hostile, path).text).tags)
    for path in visited:
        response = get(hostile, path)
        assert response.status_code == 200, path
        if not response.headers["content-type"].startswith("text/html"):
            assert response.headers["x-content-type-options"] == "nosniff"
            continue
        for raw in ("<script", "<img", "<svg/", "<b>", "<i>", "49{%"):
            assert raw not in response.text, (path, raw)
        page = Checker(response.text)
        assert set(page.tags) <= allowed
        assert not page.events
        assert page.tags.count("h1") == 1
        assert [address for address in page.addresses if address.lower().startswith("javascript:")] == []


def test_what_a_crawl_adds_meanwhile_is_shown(tmp_path):
    site = build(sample.build(tmp_path))
    assert "Nachtrag" not in get(site, "/").text
    archive = Archive(tmp_path / "archive.db")
    with archive.db.atomic():
        crawl = sample.Crawl(archive, "c4", sample.THIRD)
        crawl.save("stadt-moorburg", sample.address("stadt-moorburg", "neu"), Text("Nachtrag", None, "Neu."))
    assert "Nachtrag" in get(site, "/").text
    archive.close()
    assert "Nachtrag" in get(site, "/suche?q=neu").text


def test_an_archive_without_releases(tmp_path):
    Archive(tmp_path / "archive.db").close()
    site = build(tmp_path)
    for path in ("/", "/suche", "/suche?q=x", "/behoerden"):
        assert get(site, path).status_code == 200
    assert "noch keine Meldungen" in get(site, "/").text
    assert "<p>Keine Behörden im Archiv.</p>" in get(site, "/behoerden").text


def test_every_table_and_view_is_described(site):
    described = site.metadata("databases")["archive"]["tables"]
    archive = connect(file_of(site))
    names = {*archive.table_names(), *archive.view_names()} - {"releases_fts"}
    assert set(described) == {name for name in names if not name.startswith("releases_fts_")}
    assert all(table["description"].endswith(".") for table in described.values())


def test_no_archive(tmp_path):
    with pytest.raises(ServeError, match="kreispresse demo"):
        build(tmp_path)


def test_port_in_use(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ServeError, match="port"):
        serve.serve(sample.build(tmp_path), port=taken.getsockname()[1])


def test_an_archive_of_an_earlier_version_is_brought_up_to_date(tmp_path):
    data = sample.build(tmp_path)
    with closing(connect(data / "archive.db", write=True)) as db:
        db.execute("DROP TABLE source_states")
        db.execute("UPDATE meta SET value = ? WHERE key = 'schema'", [str(STEPS.index(source_states_table))])
        db.conn.commit()
    site = build(data)
    assert asyncio.run(site.client.get("/behoerden")).status_code == 200


def test_what_cannot_be_shown_says_what_to_do(tmp_path):
    (tmp_path / "archive.db").write_bytes(b"no database at all, but long enough to be looked at" * 100)
    with pytest.raises(ServeError, match="kreispresse rebuild"):
        build(tmp_path)
    data = sample.build(tmp_path / "newer")
    with closing(connect(data / "archive.db", write=True)) as db:
        db.execute("UPDATE meta SET value = '9999' WHERE key = 'schema'")
        db.conn.commit()
    with pytest.raises(ServeError, match="update kreispresse"):
        build(data)
