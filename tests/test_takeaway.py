"""What a reader takes along, in a real browser: a feed that brings a new release once, and the whole archive."""

from __future__ import annotations

import shutil
import sqlite3

import pytest
import sample
from browser import CHROMIUM, chromium, follow, served
from lxml import etree

from archive.db import Archive
from archive.model import Text

pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install playwright")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium: apt install chromium")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "data").mkdir()
    return sample.build(tmp_path / "data")


@pytest.fixture
def page(folder):
    with served(folder) as home, chromium() as browser:
        context = browser.new_context(base_url=home, java_script_enabled=False)
        page = context.new_page()
        page.goto("/")
        yield page


def search(page, words):
    page.get_by_label("Meldungen durchsuchen").fill(words)
    follow(page.get_by_role("button", name="Suchen"))


def test_a_subscribed_search_brings_a_new_release_once(page, folder):
    def titles(feed):
        return [each.text for each in etree.fromstring(feed.body()).iterfind("{*}entry/{*}title")]

    search(page, "Radweg")
    feed = page.get_by_role("link", name="Atom").get_attribute("href")
    first = page.request.get(feed)
    archive = Archive(folder / "archive.db")
    with archive.db.atomic():
        crawl = sample.Crawl(archive, "c9", "2026-03-20T06:00:00.{:06}Z")
        text = Text("Noch ein Radweg", None, "Der Radweg ist da.", published_on="2026-03-19")
        for _ in range(2):
            crawl.save("stadt-moorburg", sample.address("stadt-moorburg", "radweg"), text)
    archive.close()
    known = {"If-None-Match": first.headers["etag"]}
    second = page.request.get(feed, headers=known)
    assert second.status == 200
    assert [title for title in titles(second) if title not in titles(first)] == ["Noch ein Radweg"]
    assert titles(second).count("Noch ein Radweg") == 1
    assert page.request.get(feed, headers={"If-None-Match": second.headers["etag"]}).status == 304


def test_the_whole_archive_is_two_clicks_away(page, folder, tmp_path):
    publish = pytest.importorskip("archive.publish", reason="needs the export command")
    publish.export(folder, tmp_path / "export", None)
    follow(page.get_by_role("contentinfo").get_by_role("link", name="Daten", exact=True))
    with page.expect_download() as download:
        page.get_by_role("link", name="archive.db.zst").click()
    shutil.copy(download.value.path(), tmp_path / "got.zst")
    publish.packing.unpack(tmp_path / "got.zst", tmp_path / "got.db")
    with sqlite3.connect(tmp_path / "got.db") as db:
        found = db.execute("SELECT title FROM releases WHERE id = ?", [sample.BRIDGE_ID]).fetchall()
    assert found == [(sample.BRIDGE.title,)]
