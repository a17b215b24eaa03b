"""Who speaks in a release is joined with the authority of that name, if there is just one."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.db import Archive
from archive.derive import derive
from archive.model import Address, Page, Release, Text
from archive.registered import register
from archive.save import save

AT = "2026-03-20T10:00:00.000000Z"
AUTHORITIES = [
    ("kreis-aue", "Kreis Aue", "XX"), ("ministerium-bau", "Ministerium für Bau des Landes Nordrhein-Westfalen", "XX"),
    ("kreis-neustadt", "Landkreis Neustadt", "XX"), ("kreis-neustadt-2", "Kreis Neustadt", "YY"),
    ("kreis-berg", "Kreis Berg", "YY"), ("kreis-berg-2", "Landkreis Berg", "YY"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "publisher"), [
    ("Landkreis Aue", "kreis-aue"),
    ("Ministerium für Bau", "ministerium-bau"),
    ("Kreis Neustadt", "kreis-neustadt"),
    ("Kreis Berg", None),
    ("Sparkasse Aue", None),
])  # fmt: skip
def test_an_issuer_is_the_only_authority_of_its_name(
    said: str, publisher: str | None, tmp_path: Path
) -> None:
    archive = Archive(tmp_path / "archive.db")
    with archive.db.atomic():
        for id_, name, land in AUTHORITIES:
            entry = {"id": id_, "name": name, "kind": "kreis", "land": land, "homepage": "", "press": ""}
            register(archive.db, entry)
        archive.expect("c", "kreis-aue", AT)
        where = Address("https://aue.example/1", "aue/1")
        page = Page(AT, "c", "kreis-aue", "release", "", where.url, 200)
        save(archive.db, page, Release(where, Text("Titel", None, "Text", issuers=(said,))))
    for _ in range(2):
        derive(archive.db)
        assert next(archive.db["release_issuers"].rows)["publisher_id"] == publisher
    with archive.db.atomic():
        entry = {"id": "other", "name": said, "kind": "kreis", "land": "XX", "homepage": "", "press": ""}
        register(archive.db, entry)
    derive(archive.db)
    now = next(archive.db["release_issuers"].rows)["publisher_id"]
    assert now == ("other" if publisher is None else None)
    archive.close()
