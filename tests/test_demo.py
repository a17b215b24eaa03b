"""The demo's sites through the whole way: every style is read right, every planted story is told right."""

from __future__ import annotations

import asyncio
import json
import re
import unicodedata
from pathlib import Path

import pytest
from support import Crawled, kreispresse, query, rows_hash

from archive.db import Archive
from archive.registered import register
from archive.web.serve import build
from crawler import demo
from crawler.demo import content


def test_every_release_is_found_once(crawled: Crawled) -> None:
    counts = dict(query(crawled.data, "SELECT source_id, count(*) FROM releases GROUP BY 1"))
    assert counts == {source: expected.in_total for source, expected in crawled.served.expected.items()}
    new = {row["id"]: row["new"] for row in crawled.first_day["sources"]}
    assert new == {source: expected.day_one for source, expected in crawled.served.expected.items()}


def test_nothing_forbidden_and_no_picture_is_asked(crawled: Crawled) -> None:
    paths = [path for _, path, _ in crawled.served.requests]
    assert not [path for path in paths if path.startswith("/intern/")]
    assert not [path for path in paths if re.search(r"\.(?:png|jpe?g|gif|css)(?:$|\?)", path, re.IGNORECASE)]


def test_the_first_crawl_asks_little_more_than_once_a_release(crawled: Crawled) -> None:
    requests = sum(row["requests"] for row in crawled.first_day["sources"])
    releases = sum(expected.day_one for expected in crawled.served.expected.values())
    reservations = len(crawled.first_day["hosts"])  # each host is asked for them once in 30 days
    assert requests <= 1.35 * releases + reservations


def test_every_style_is_detected(crawled: Crawled) -> None:
    assert {row["status"] for row in crawled.first_day["sources"]} == {"ok"}
    assert set(query(crawled.data, "SELECT id, family FROM sources")) == {
        ("kreis-auenbrueck", "typo3"), ("stadt-havenstein", "sitepark"), ("kreis-erlenmark", "ikiss"),
        ("kreis-tannwerder", "presse_service"), ("stadt-nordquell", "presse_service"),
        ("ministerium-soziales-seenmark", "drupal"), ("kreis-wolkenried", "generic"),
    }  # fmt: skip


def _told(release: content.Release) -> list[str]:
    return [
        unicodedata.normalize("NFC", line).replace("\u00ad", "")
        for block in release.body
        for line in block.lines
    ]


def test_title_day_and_text_of_every_release(crawled: Crawled) -> None:
    """What the authority wrote is in the row, word for word, and nothing of the page around it."""
    wrong = []
    for source in content.load().sources:
        rows = {row[0]: row[1:] for row in query(
            crawled.data, "SELECT title, teaser, text, published_on FROM releases WHERE source_id = ?", source.id)}  # fmt: skip
        for release in source.releases:
            shown = release.on(1 if release.gone_on_day else 2)
            title = unicodedata.normalize("NFC", shown.title).replace("\u00ad", "")
            teaser, text, day = rows[title]
            lines = _told(shown)
            found = f"{teaser or ''}\n{text}"
            wrong += [
                (source.id, title, "lacks", line) for line in [shown.teaser, *lines] if line not in found
            ]
            surplus = len(found.split()) - len(f"{shown.teaser} {' '.join(lines)}".split())
            listed = sum(len(block.lines) for block in shown.body if block.kind == "list")
            if surplus > listed:
                wrong.append((source.id, title, "has more words", found))
            if day != shown.published.date().isoformat():
                wrong.append((source.id, title, "is dated", str(day)))
    assert wrong == []


def test_captions_and_credits(crawled: Crawled) -> None:
    told = {p.caption for s in content.load().sources for r in s.releases if (p := r.photo)}
    kept = {
        caption for (caption,) in query(crawled.data, "SELECT caption FROM images WHERE caption IS NOT NULL")
    }
    assert len(told & kept) >= 0.8 * len(told)
    assert query(crawled.data, "SELECT count(*) FROM images WHERE credit IS NOT NULL")[0][0] >= 15


def test_the_correction_is_kept_as_a_second_version(crawled: Crawled) -> None:
    texts = [text for (text,) in query(
        crawled.data, "SELECT v.text FROM revisions v JOIN releases r ON r.id = release_id WHERE changed_at IS NOT NULL ORDER BY seen_at")]  # fmt: skip
    assert len(texts) == 2
    assert "365.000 Euro" in texts[0]
    assert "356.000 Euro" in texts[1]


def test_the_newest_version_has_the_words_of_the_release(crawled: Crawled) -> None:
    """Deriving reads the words of a release with one version from the release's own row."""
    newest = "(SELECT text FROM revisions WHERE release_id = r.id ORDER BY seen_at DESC, id DESC LIMIT 1)"
    assert query(crawled.data, f"SELECT id FROM releases r WHERE text IS NOT {newest}") == []


def test_the_removal_is_kept_with_its_days(crawled: Crawled) -> None:
    assert query(crawled.data, "SELECT count(*) FROM releases WHERE gone_at IS NOT NULL") == [(1,)]
    assert query(
        crawled.data, "SELECT count(*) FROM absences WHERE confirmed_at IS NOT NULL AND back_at IS NULL"
    ) == [(1,)]


def test_one_release_under_two_addresses(crawled: Crawled) -> None:
    urls = query(
        crawled.data,
        "SELECT url FROM release_urls WHERE release_id = (SELECT release_id FROM release_urls WHERE url LIKE '%1204406%')",
    )
    assert len(urls) >= 2


def test_the_ministrys_statement_stands_in_three_other_releases(crawled: Crawled) -> None:
    sentence = "die Voraussetzung dafür, dass Vertrauen wachsen kann"
    sources = query(
        crawled.data, "SELECT DISTINCT source_id FROM releases WHERE text LIKE ?", f"%{sentence}%"
    )
    assert {source for (source,) in sources} == {
        "ministerium-soziales-seenmark", "kreis-auenbrueck", "kreis-tannwerder", "kreis-wolkenried",
    }  # fmt: skip


def test_the_website_shows_who_quotes_the_ministry(crawled: Crawled) -> None:
    """The statement is one passage of four releases; each page quotes it and leads to the other three."""
    sentence = "Wer Menschen begleitet, darf nicht jeden Herbst um den eigenen Arbeitsplatz bangen"
    [(passage, first, size)] = query(
        crawled.data, "SELECT id, first_release_id, size FROM passages WHERE text LIKE ?", f"%{sentence}%"
    )
    found = query(
        crawled.data,
        "SELECT DISTINCT r.id, r.publisher_id, attribution FROM passage_uses JOIN releases r ON r.id = release_id"
        " WHERE passage_id = ?",
        passage,
    )
    uses = {publisher: number for number, publisher, _ in found}
    assert set(uses) == {
        "ministerium-soziales-seenmark",
        "kreis-auenbrueck",
        "kreis-tannwerder",
        "kreis-wolkenried",
    }
    assert (first, size) == (uses["ministerium-soziales-seenmark"], 4)
    assert "sagte Staatssekretärin Selin Güngör" in {said for _, _, said in found}
    site = build(crawled.data)
    for number in uses.values():
        page = asyncio.run(site.client.get(f"/meldung/{number}")).text
        quoted = page[page.index('id="stellen"') :]
        assert "<blockquote" in quoted
        assert all(f'href="/meldung/{other}"' in quoted for other in uses.values() if other != number)


def test_attachments(crawled: Crawled) -> None:
    assert {kind for (kind,) in query(crawled.data, "SELECT media_type FROM attachments")} == {
        "application/pdf"
    }


def test_rebuild_gives_the_same_rows(crawled: Crawled, tmp_path: Path) -> None:
    done = kreispresse("rebuild", "--data", str(crawled.data), "--into", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert rows_hash(tmp_path) == rows_hash(crawled.data)


def test_the_command(tmp_path: Path) -> None:
    done = kreispresse("demo", "--data", str(tmp_path / "demo"), "--no-serve")
    assert done.returncode == 0, done.stderr
    assert "83 releases of 7 authorities; 1 changed after publication, 1 no longer there" in done.stdout
    found = kreispresse("search", "--data", str(tmp_path / "demo"), "--json", "Integrationszentrum")
    assert len(json.loads(found.stdout)) >= 3


@pytest.mark.parametrize("holds", ["archive.db", "captures/a.warc.gz", "archive.db this-is-a-demo"])
def test_a_folder_with_another_archive_is_not_touched(tmp_path: Path, holds: str) -> None:
    (tmp_path / "captures").mkdir()
    for name in holds.split():
        (tmp_path / name).write_bytes(b"")
    done = kreispresse("demo", "--data", str(tmp_path), "--no-serve")
    assert done.returncode == 2
    assert "name another folder" in done.stderr
    assert all((tmp_path / name).exists() for name in holds.split())


@pytest.mark.parametrize("land", ["XX", "NW"])
def test_a_demo_is_replaced_but_not_with_a_real_authority_beside_it(tmp_path: Path, land: str) -> None:
    archive = Archive(tmp_path / "archive.db")
    register(archive.db, {"id": "kreis-unna", "name": "Kreis Unna", "kind": "kreis", "land": land})
    archive.close()
    (tmp_path / "this-is-a-demo").touch()
    assert demo._may_go(tmp_path) == (land == "XX")
