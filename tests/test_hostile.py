"""Every text of every table says something hostile, and every page is opened in a browser: nothing runs, nothing is asked."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

import browser
import pytest
import sample

from archive.db import Archive
from archive.search.index import reindex

pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install playwright")
pytestmark = pytest.mark.skipif(browser.CHROMIUM is None, reason="needs chromium: apt install chromium")

ELSEWHERE = "http://203.0.113.9/x"
PAYLOADS = (
    "<script>alert(1)</script>",
    f'"><img src="{ELSEWHERE}" onerror=alert(1)>',
    "'\"><svg/onload=alert(1)>",
    "</title></textarea></style></script><script>alert(1)</script>",
    "javascript:alert(1)",
    f'" autofocus onfocus=alert(1) style="background:url({ELSEWHERE})" x="',
    "{{ 7*7 }}{% include 'x' %}${alert(1)}<%= 1 %>",
    f"<iframe src=//203.0.113.9></iframe><base href={ELSEWHERE}><meta http-equiv=refresh content=0;url={ELSEWHERE}>",
    f"]]><a xmlns='http://www.w3.org/1999/xhtml' href='x'/><form action={ELSEWHERE}><button>x",
    "`'\"\\\u202e\ufeff\u2028<x>&lt;script&gt;alert(1)",
)
STRUCTURE = re.compile(
    r"id|ags|level|\w*_(?:id|at|on|from|to)|since|key|name|sha256|n|land|language|entry|rules|status|form|parts|worte"
)
"""Columns that join rows, or hold what only the program writes; names of authorities are hostile all the same."""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = sample.build(tmp_path_factory.mktemp("hostile"))
    archive = Archive(folder / "archive.db")
    with archive.db.atomic():
        _rows_everywhere(archive.db)
        archive.db.execute("PRAGMA defer_foreign_keys = ON")
        assert _poisoned(archive.db) > 40
        reindex(archive.db)
    archive.close()
    with browser.served(folder) as home:
        yield home


def _rows_everywhere(db):
    """A row in each table that pages show and that the sample leaves empty."""
    (release, text), (other, _) = db.execute(
        "SELECT id, text FROM releases ORDER BY words DESC LIMIT 2"
    ).fetchall()
    revision = db.execute("SELECT max(id) FROM revisions WHERE release_id = ?", [release]).fetchone()[0]
    for statement, values in (
        ("INSERT INTO clusters VALUES (1, ?, 2)", [release]),
        ("UPDATE releases SET cluster_id = 1 WHERE id IN (?, ?)", [release, other]),
        ("INSERT INTO passages VALUES (1, ?, 9, ?, 2, ?)", [text[:90], release, release]),
        ("INSERT INTO passage_uses VALUES (1, ?, ?, 0, 90, 'x')", [release, revision]),
        (
            "INSERT INTO passage_uses SELECT 1, release_id, id, 0, 20, 'x' FROM revisions WHERE release_id = ?",
            [other],
        ),
        (
            "INSERT INTO sightings VALUES ('k', 'kreis-auenfeld', 'feed', 'u', 't', NULL, '2026-03-10T06:00:00Z', 1, NULL)",
            [],
        ),
        ("INSERT INTO withdrawals VALUES (1, '2026-03-10T06:00:00Z', 'x')", []),
    ):
        db.execute(statement, values)


def _poisoned(db):
    """Put a payload into every text that is no structure: how many columns have one."""
    columns = 0
    for table in db.tables:
        if "fts" in table.name or table.name in ("search_rows", "wortform", "frage", "meta", "log_files"):
            continue
        for column in table.columns:
            if (
                column.type == "TEXT"
                and (table.name, column.name) != ("publishers", "id")
                and (not STRUCTURE.fullmatch(column.name) or (table.name, column.name) in NAMES)
            ):
                picked = " ".join(
                    f"WHEN {n} THEN '{each.replace(chr(39), chr(39) * 2)}'" for n, each in enumerate(PAYLOADS)
                )
                number = f"length({table.columns[0].name})" if "WITHOUT ROWID" in table.schema else "rowid"
                own = f" || {number}" if column.is_pk else ""
                said = f"CASE ({number} + {columns}) % {len(PAYLOADS)} {picked} END{own}"
                db.execute(f'UPDATE "{table.name}" SET "{column.name}" = {said}')
                columns += 1
    return columns


NAMES = {("publishers", "name"), ("release_issuers", "name"), ("publishers", "land"), ("source_crawls", "status"),
         ("releases", "language")}  # fmt: skip
STARTS = ("/", "/suche", "/suche?q=alert", "/suche?q=titel:script&sortierung=beste", "/behoerden", "/daten", "/archive", "/archive/releases", "/archive/revisions", "/archive/images", "/archive/sightings",
          "/feed/suche.atom", "/feed/verschwunden.atom", *(f"/suche?q={quote(each)}" for each in PAYLOADS),
          f"/archive?sql={quote('select title, text, url from releases')}")  # fmt: skip
MOST = 2
"""So many pages of one kind are enough."""


def test_nothing_runs_and_nothing_is_asked_elsewhere(home):
    told, asked = [], []
    with browser.chromium() as running:
        page = running.new_page()
        page.on("dialog", lambda dialog: (told.append(f"dialog at {page.url}"), dialog.dismiss()))
        page.on("console", lambda message: told.append(f"{message.text} at {page.url}"))
        page.on("pageerror", lambda error: told.append(f"{error} at {page.url}"))
        page.on("request", lambda request: asked.append(request.url))
        opened = _walk(page, home)
    assert {path.split("/")[1] for path in opened} >= {"meldung", "behoerde", "wortlaut", "archive", "feed"}
    assert len(opened) > 40
    assert sum("alert(1)" in said for said in opened.values()) > 25
    assert told == []
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(home).netloc}


def _walk(page, home):
    """Open the pages that pages lead to, a few of each kind: what they hold, by path."""
    waiting, opened, kinds = list(STARTS), {}, {}
    while waiting:
        path = waiting.pop(0)
        kind = re.sub(r"(?<=^/archive/).*|[^/]{12,}|\d+", "_", urlsplit(path).path)
        if path in opened or kinds.get(kind, 0) >= max(MOST, len(STARTS) * (kind == "/suche")):
            continue
        kinds[kind] = kinds.get(kind, 0) + 1
        assert page.goto(home + path).status == 200, path
        opened[path] = page.content()
        if not path.endswith((".atom", ".json")):
            waiting += [href for href in page.eval_on_selector_all("a", "all => all.map(a => a.getAttribute('href'))")
                        if href and href.startswith("/") and "_sort" not in href and ".json" not in href and ".csv" not in href]  # fmt: skip
    return opened
