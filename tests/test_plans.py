"""No page of the website reads a whole table of those that grow with the archive."""

from __future__ import annotations

import asyncio
import re

import pytest
import sample

from archive.db import connect
from archive.web.serve import build

GROWING = {
    "releases", "revisions", "release_urls", "release_sources", "release_ids", "release_issuers", "sightings", "absences",
    "images", "attachments", "embeds", "clusters", "passages", "passage_uses", "source_crawls", "source_states", "wortform",
}  # fmt: skip
PATHS = (
    "/",
    "/suche",
    "/suche?q=Wald",
    "/suche?q=Wald+ODER+Br%C3%BCcke&sortierung=beste",
    "/suche?q=%22neue+Busse%22&behoerde=kreis-auenfeld&ab=2020&geaendert=1&anhang=1&weg=1&art=release",
    "/suche?q=Posaune+Radweg&land=XX",
    f"/meldung/{sample.BRIDGE_ID}",
    f"/meldung/{sample.GONE_ID}.json",
    f"/meldung/{sample.OLD_ID}",
    f"/wortlaut/{sample.BRIDGE_ID}/0-60",
    "/behoerden",
    "/behoerde/kreis-auenfeld",
    "/behoerde/landkreis-%C3%BCbertal",
    "/daten",
    "/daten/abruf",
    "/feed/suche.atom",
    "/feed/suche.json?q=Wald",
    "/feed/behoerde/kreis-auenfeld.atom",
    f"/feed/wortlaut/{sample.BRIDGE_ID}/0-60.atom",
    "/feed/aenderungen.atom",
    "/feed/verschwunden.atom",
    "/feed/zustand.atom",
    "/feed/zustand.json?behoerde=kreis-auenfeld",
    "/feed/aenderungen.json?behoerde=kreis-auenfeld",
    "/feed/verschwunden.json?behoerde=landkreis-%C3%BCbertal",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return sample.build(tmp_path_factory.mktemp("plans"))


def asked(site, path):
    """Statements that a page asks of archive.db, with their values."""
    said = []
    database = site.get_database("archive")

    async def record():
        await database.execute_fn(lambda connection: connection.set_trace_callback(said.append))
        response = await site.client.get(path)
        await database.execute_fn(lambda connection: connection.set_trace_callback(None))
        return response.status_code

    assert asyncio.run(record()) in (200, 301)
    return [sql for sql in said if re.match(r"\s*(?:SELECT|WITH)", sql)]


def whole_tables(connection, sql):
    """Growing tables that a statement reads from beginning to end, in no index's order."""
    if re.fullmatch(r"SELECT 1 FROM \w+ LIMIT 1", sql):  # whether there is any row
        return []
    named = re.findall(
        r"\b(?:FROM|JOIN)\s+(\w+)(?:\s+(?:AS\s+)?(?!JOIN|WHERE|ON|ORDER|GROUP|LEFT|USING)(\w+))?", sql
    )
    tables = {alias or table: table for table, alias in named}
    steps = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
    scanned = [
        match[1] for step in steps if (match := re.fullmatch(r"SCAN (?:TABLE )?(\w+)(?: AS \w+)?", step))
    ]
    return [name for name in scanned if tables.get(name, name) in GROWING]


@pytest.mark.parametrize("path", PATHS)
def test_no_page_reads_a_whole_table(folder, path):
    site = build(folder, num_sql_threads=1)
    connection = connect(folder / "archive.db").conn
    statements = asked(site, path)
    assert statements
    assert {sql: found for sql in statements if (found := whole_tables(connection, sql))} == {}


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("SELECT text FROM releases", ["releases"]),
        (
            "SELECT r.title FROM releases r JOIN publishers p ON p.id = r.publisher_id WHERE r.words = 1",
            ["r"],
        ),
        ("SELECT title FROM releases WHERE id = 1", []),
        ("SELECT name FROM publishers", []),
    ],
)
def test_a_whole_table_would_be_noticed(folder, sql, found):
    assert whole_tables(connect(folder / "archive.db").conn, sql) == found
