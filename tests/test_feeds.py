"""Feeds bring everything once, under ids that stay, and say when they may miss something."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace

import pytest
import sample
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from archive.db import Archive
from archive.derive import health
from archive.model import Text
from archive.web.details import Details
from archive.web.feed import Entry, Feed, json_feed, sent, xml_text
from archive.web.serve import build

NAMES = {"a": "http://www.w3.org/2005/Atom"}
STATEMENT = "Die Förderung beträgt in allen Gemeinden des Landes ab Mai genau zwölf Millionen Euro im Jahr"
FEEDS = ("/feed/suche", "/feed/behoerde/kreis-auenfeld", "/feed/aenderungen", "/feed/verschwunden")


def get(site, path, **headers):
    return asyncio.run(site.client.get(path, headers=headers))


def entries(site, path):
    """(id, title) of a feed's entries, the same in both formats."""
    base, mark, query = path.partition("?")
    tree = etree.fromstring(get(site, f"{base}.atom{mark}{query}").content)
    found = [
        (e.findtext("a:id", None, NAMES), e.findtext("a:title", None, NAMES))
        for e in tree.iterfind("a:entry", NAMES)
    ]
    items = get(site, f"{base}.json{mark}{query}").json()["items"]
    assert [(item["id"], item["title"]) for item in items] == found
    return found


@pytest.fixture
def folder(tmp_path):
    return sample.build(tmp_path)


def crawl(folder, name, at, *texts, status="ok", source="stadt-moorburg"):
    archive = Archive(folder / "archive.db")
    with archive.db.atomic():
        one = sample.Crawl(archive, name, at)
        for n, text in texts:
            one.save(source, sample.address(source, f"neu{n}"), text)
        one.result(source, status)
    archive.close()


FOURTH, FIFTH, SIXTH = (f"2026-03-{day}T06:00:00.{{:06}}Z" for day in (16, 17, 18))
NEWS = Text(
    "Zwölf Millionen für Radwege", None, f"{STATEMENT}, sagt die Ministerin.", published_on="2026-03-15"
)


def test_a_new_release_appears_once_and_a_changed_one_stays_the_same_entry(folder):
    site = build(folder)
    before = entries(site, "/feed/suche?q=Radwege")
    crawl(folder, "c4", FOURTH, (1, NEWS))
    now = entries(site, "/feed/suche?q=Radwege")
    (new,) = set(now) - set(before)
    assert new[1] == NEWS.title
    assert len(now) == len({entry for entry, _ in now}) == len(before) + 1
    crawl(folder, "c5", FIFTH, (1, replace(NEWS, text=f"{NEWS.text} Das gilt ab sofort.")))
    assert entries(site, "/feed/suche?q=Radwege") == now
    changed = json.loads(get(site, "/feed/suche.json?q=Radwege").text)["items"]
    assert next(item for item in changed if item["id"] == new[0])["date_modified"] > "2026-03-17"


def test_a_state_is_told_when_it_changes_and_not_every_night(folder):
    site = build(folder)

    def derived():
        archive = Archive(folder / "archive.db")
        with archive.db.atomic():
            health.derive(archive.db)
        archive.close()
        return entries(site, "/feed/zustand?behoerde=landkreis-%C3%BCbertal")

    (failing,) = derived()
    assert failing[1].startswith(
        "Landkreis Übertal: Nicht lesbar: Der Abruf schlägt fehl (seit 14. März 2026)"
    )
    crawl(folder, "c4", FOURTH, status="failed", source="landkreis-übertal")
    assert derived() == [failing]
    crawl(folder, "c5", FIFTH, status="unchanged", source="landkreis-übertal")
    again, before = derived()
    assert (before, again[1]) == (failing, "Landkreis Übertal: Wird gelesen")
    assert entries(site, "/feed/zustand?behoerde=kreis-auenfeld") == []
    assert get(site, "/feed/zustand.atom?behoerde=nobody").status_code == 404


def test_guesses_are_no_entries(folder):
    site = build(folder)
    assert "Brücke" in get(site, "/suche?q=Brukce").text
    assert [title for _, title in entries(site, "/feed/suche?q=Brukce")] == [
        title for _, title in entries(site, "/feed/suche?q=Posaune+Radweg")
    ]
    assert all("Hinweis" in title for _, title in entries(site, "/feed/suche?q=Brukce"))


def test_filters_of_the_search_hold(folder):
    titles = [title for _, title in entries(build(folder), "/feed/suche?behoerde=stadt-moorburg")]
    assert titles
    assert sample.BRIDGE.title not in titles


def test_changes_and_absences_have_an_entry_each(folder):
    site = build(folder)
    ((change, title),) = [each for each in entries(site, "/feed/aenderungen") if "Hinweis" not in each[1]]
    assert change.startswith(f"urn:kreispresse:change:{sample.BRIDGE_ID}:2026-03-12T")
    assert title == f"Geändert: {sample.BRIDGE.title}"
    ((absence, title),) = [each for each in entries(site, "/feed/verschwunden") if "Hinweis" not in each[1]]
    assert absence.startswith(f"urn:kreispresse:absence:{sample.GONE_ID}:")
    assert title == f"Nicht mehr abrufbar: {sample.GONE.title}"


def test_changes_and_absences_of_one_authority(folder):
    site = build(folder)
    for path, own, other in (
        ("aenderungen", "kreis-auenfeld", "stadt-moorburg"),
        ("verschwunden", "landkreis-%C3%BCbertal", "stadt-moorburg"),
    ):
        whole = entries(site, f"/feed/{path}")[1:]
        assert [
            each for each in entries(site, f"/feed/{path}?behoerde={own}") if "Hinweis" not in each[1]
        ] == whole
        assert entries(site, f"/feed/{path}?behoerde={other}") == []
        assert get(site, f"/feed/{path}.atom?behoerde=keine").status_code == 404


def test_what_cannot_be_read_is_said_once_and_only_where_it_matters(folder):
    site = build(folder)
    (note, title), *_ = entries(site, "/feed/suche")
    assert title == "Hinweis: 1 Quelle wird zurzeit nicht gelesen"
    assert "Landkreis Übertal (seit 14. März 2026)" in get(site, "/feed/suche.atom").text
    assert entries(site, "/feed/behoerde/landkreis-%C3%BCbertal")[0][0] == note
    for path in ("/feed/behoerde/kreis-auenfeld", "/feed/suche?q=von:moorburg", "/feed/suche?land=NI"):
        assert not [title for _, title in entries(site, path) if "Hinweis" in title]
    crawl(folder, "c4", FOURTH, status="failed", source="landkreis-übertal")
    assert entries(site, "/feed/suche")[0][0] == note
    crawl(folder, "c5", FIFTH, status="blocked")
    assert entries(site, "/feed/suche")[0][0] != note
    crawl(folder, "c6", SIXTH, status="unchanged")
    crawl(folder, "c7", SIXTH, status="unchanged", source="landkreis-übertal")
    assert "Hinweis" not in entries(site, "/feed/suche")[0][1]


def test_all_that_carry_a_statement(folder):
    texts = [
        (n, replace(NEWS, title=f"Titel {n}", text=f"Aus Ort {n}. {STATEMENT}. Ende {n}.")) for n in (1, 2)
    ]
    crawl(folder, "c4", FOURTH, *texts)
    archive = Archive(folder / "archive.db")
    rows = archive.db.execute("SELECT id, text FROM releases WHERE title LIKE 'Titel %'").fetchall()
    with archive.db.atomic():
        archive.db.execute("INSERT INTO passages VALUES (1, ?, 15, NULL, 2, ?)", [STATEMENT, rows[0][0]])
        for release, text in rows:
            start = text.index(STATEMENT)
            archive.db.execute(
                "INSERT INTO passage_uses SELECT 1, ?, id, ?, ?, NULL FROM revisions WHERE release_id = ?",
                [release, start, start + len(STATEMENT), release],
            )
    archive.close()
    start = rows[0][1].index(STATEMENT)
    path = f"/feed/wortlaut/{rows[0][0]}/{start}-{start + len(STATEMENT)}"
    assert {title for _, title in entries(build(folder), path)} >= {"Titel 1", "Titel 2"}
    archive = Archive(folder / "archive.db")
    archive.db.execute("INSERT OR REPLACE INTO release_ids VALUES (77, ?)", [rows[0][0]])
    archive.db.conn.commit()
    archive.close()
    assert entries(build(folder), path.replace(str(rows[0][0]), "77")) == entries(build(folder), path)


@pytest.mark.parametrize(
    "path", ["/feed/behoerde/keine.atom", "/feed/wortlaut/1/0-9.atom", "/feed/suche.rss", "/feed/wortlaut/1/9-2.json",
             "/feed/.atom"]
)  # fmt: skip
def test_feeds_of_nothing_are_not_there(folder, path):
    assert get(build(folder), path).status_code == 404


@pytest.mark.parametrize("path", FEEDS)
@pytest.mark.parametrize("form", ["atom", "json"])
def test_who_has_a_feed_already_is_told_so(folder, path, form):
    site = build(folder)
    first = get(site, f"{path}.{form}")
    tag, last = first.headers["etag"], first.headers["last-modified"]
    assert first.headers["x-robots-tag"] == "noindex"
    for known in ({"If-None-Match": tag}, {"If-None-Match": f'"x", W/{tag}'}, {"If-None-Match": "*"},
                  {"If-Modified-Since": last}):  # fmt: skip
        again = get(site, f"{path}.{form}", **known)
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    for other in ({"If-None-Match": '"x"', "If-Modified-Since": last}, {"If-Modified-Since": "gestern"},
                  {"If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"}):  # fmt: skip
        assert get(site, f"{path}.{form}", **other).status_code == 200


def test_a_changed_feed_has_another_tag(folder):
    site = build(folder)
    before = get(site, "/feed/suche.atom").headers
    crawl(folder, "c4", FOURTH, (1, NEWS))
    after = get(site, "/feed/suche.atom", **{"If-None-Match": before["etag"]})
    assert after.status_code == 200
    assert after.headers["last-modified"] != before["last-modified"]
    since = {"If-Modified-Since": before["last-modified"]}
    assert get(site, "/feed/suche.atom", **since).status_code == 200


def test_addresses_are_the_operators(folder):
    details = Details("Verein", "Weg 1", "a@b.example", "https://presse.example/archiv/")
    feed = get(build(folder, details), "/feed/suche.json?q=Radweg").json()
    assert feed["feed_url"] == "https://presse.example/archiv/feed/suche.json?q=Radweg"
    assert feed["home_page_url"] == "https://presse.example/archiv/suche?q=Radweg"
    assert all(item["url"].startswith("https://presse.example/archiv/") for item in feed["items"])


def test_a_browser_can_search_from_its_address_bar(folder):
    site = build(folder)
    assert 'type="application/opensearchdescription+xml"' in get(site, "/").text
    answer = get(site, "/opensearch.xml")
    assert answer.headers["content-type"].startswith("application/opensearchdescription+xml")
    url = etree.fromstring(answer.content).find("{*}Url")
    assert url.get("template") == "http://localhost/suche?q={searchTerms}"


@given(st.text(), st.text())
def test_any_text_makes_a_feed_that_can_be_read(title, summary):
    assert etree.fromstring(f"<a>{xml_text(title).replace('&', '').replace('<', '')}</a>") is not None
    feed = Feed(title, "p", "a", [Entry("i", title, "x", "2026-01-01T00:00:00Z", summary)])
    try:
        title.encode(), summary.encode()
    except UnicodeEncodeError:
        return
    assert json.loads(json_feed(feed))["items"][0]["content_text"] == summary
    assert sent(json_feed(feed), "text/plain", feed.updated, {}).status == 200


def test_pages_lead_to_their_feeds(folder):
    site = build(folder)
    for page in (
        "/",
        "/suche",
        "/suche?q=Radweg&land=XX&sortierung=beste",
        "/behoerde/landkreis-%C3%BCbertal",
    ):
        feeds = re.findall(
            r'<link rel="alternate" type="application/[^"]+" title="[^"]+" href="([^"]+)"',
            get(site, page).text,
        )
        assert len(feeds) == 2
        for feed in feeds:
            assert get(site, feed.replace("&amp;", "&")).status_code == 200
        told = get(site, feeds[1].replace("&amp;", "&")).json()["home_page_url"]
        assert told.removeprefix("http://localhost") == {"/": "/suche"}.get(page, page).removesuffix(
            "&sortierung=beste"
        )
