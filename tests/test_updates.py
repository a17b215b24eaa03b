"""An update that is published as a release of its own is linked to what it updates, whatever was saved first."""

from __future__ import annotations

import asyncio
from itertools import permutations
from pathlib import Path

import pytest
import sample

from archive.db import Archive
from archive.derive import derive
from archive.model import Text, release_id
from archive.web.serve import build

BRIDGE = "Brücke an der Mühlenstraße wird gesperrt"


def _text(title: str, day: str, text: str = "Das teilt der Kreis mit, und zwar ausführlich.") -> Text:
    return Text(title, None, text, published_on=day, published_from="dateline")


def _saved(folder: Path, texts: dict[str, tuple[str, Text]]) -> Archive:
    archive = Archive(folder / "archive.db")
    with archive.db.atomic():
        crawl = sample.Crawl(archive, "c1", sample.FIRST)
        for entry in sample.AUTHORITIES:
            crawl.note("source", data={**entry, "homepage": f"https://{entry['id']}.example/", "press": ""})
        for path, (source, text) in texts.items():
            crawl.save(source, sample.address(source, path), text)
    derive(archive.db)
    return archive


def _links(archive: Archive, source: str = "kreis-auenfeld") -> set[tuple[str, str]]:
    names = {release_id(sample.address(source, path).url): path for path in "abcdefghij"}
    return {(names[new], names[old]) for new, old in archive.db.execute("SELECT * FROM updates").fetchall()}


@pytest.mark.parametrize("title", [
    f"Aktualisiert: {BRIDGE}", f"{BRIDGE} (Update)", f"+++ UPDATE 2 +++ {BRIDGE}", f"Korrektur: {BRIDGE}", f"{BRIDGE} – Korrektur",
    f"[NEU] {BRIDGE}", f"Update 14:30 Uhr: {BRIDGE} früher", f"Berichtigung vom 10.03.: {BRIDGE}",
])  # fmt: skip
def test_an_update_is_known_by_its_title(title: str, tmp_path: Path) -> None:
    own = "kreis-auenfeld"
    archive = _saved(
        tmp_path, {"a": (own, _text(BRIDGE, "2026-03-09")), "b": (own, _text(title, "2026-03-10"))}
    )
    assert _links(archive) == {("b", "a")}


@pytest.mark.parametrize(("title", "day", "source"), [
    (BRIDGE, "2026-03-10", "kreis-auenfeld"), (f"Update: {BRIDGE}", "2026-03-20", "kreis-auenfeld"),
    (f"Update: {BRIDGE}", "2026-03-08", "kreis-auenfeld"), (f"Update: {BRIDGE}", "2026-03-10", "landkreis-übertal"),
    ("Update: Kreistag berät über den Haushalt", "2026-03-10", "kreis-auenfeld"), ("Update:", "2026-03-10", "kreis-auenfeld"),
    (f"Neue {BRIDGE}", "2026-03-10", "kreis-auenfeld"),
])  # fmt: skip
def test_others_are_no_updates(title: str, day: str, source: str, tmp_path: Path) -> None:
    archive = _saved(
        tmp_path, {"a": ("kreis-auenfeld", _text(BRIDGE, "2026-03-09")), "b": (source, _text(title, day))}
    )
    assert archive.db.execute("SELECT count(*) FROM updates").fetchone() == (0,)


def test_updates_follow_each_other_in_whatever_order_they_are_saved(tmp_path: Path) -> None:
    own = "kreis-auenfeld"
    texts = {
        "a": (own, _text(BRIDGE, "2026-03-09")),
        "b": (own, _text(f"Update: {BRIDGE}", "2026-03-09")),
        "c": (own, _text(BRIDGE, "2026-03-11", "Korrektur der Meldung von gestern: Es sind zwölf Tage.")),
        "d": (own, _text("Kreistag berät über den Haushalt", "2026-03-10")),
    }
    for n, order in enumerate(permutations(texts)):
        if n % 5 == 0:
            archive = _saved(tmp_path / str(n), {path: texts[path] for path in order})
            assert _links(archive) == {("b", "a"), ("c", "b")}, order


def test_the_website_links_both(tmp_path: Path) -> None:
    own = "kreis-auenfeld"
    _saved(
        tmp_path,
        {"a": (own, _text(BRIDGE, "2026-03-09")), "b": (own, _text(f"Update: {BRIDGE}", "2026-03-10"))},
    ).close()
    site = build(tmp_path)
    first, second = (f"/meldung/{release_id(sample.address(own, path).url)}" for path in "ab")
    for page, other, words in ((first, second, "spätere Meldung"), (second, first, "folgt auf eine frühere")):
        shown = asyncio.run(site.client.get(page)).text
        assert words in shown
        assert f'href="{other}"' in shown
