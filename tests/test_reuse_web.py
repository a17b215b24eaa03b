"""What a release's page says of copies and shared passages."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from reuse import Told, tell
from test_reuse import STATEMENT, text

from archive.db import Archive
from archive.derive import derive
from archive.web.serve import build

COPY = text(0, 2, 4)
FIRST = Told("1", "kreis-a", COPY, "2026-03-01")
SECOND = Told("2", "kreis-b", COPY, "2026-03-02")
QUOTED = Told("3", "ministerium", f'Ministerin Moos erklärte dazu: "{STATEMENT}" {text(5)}', "2026-03-03")
QUOTING = [
    Told(f"4-{n}", f"stadt-{n}", f"{text(20 + n)} „{STATEMENT}“, sagt Ministerin <Moos>.", "2026-03-03")
    for n in range(13)
]
DROPPED = Told("5", "kreis-c", text(7, 12), "2026-04-01")
QUOTING_IT = Told("6", "kreis-d", f"{text(12)} {text(33)}", "2026-04-02")
ALONE = Told("7", "kreis-e", text(45, 46), "2026-04-01")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Told], str]:
    folder: Path = tmp_path_factory.mktemp("shared")
    archive = Archive(folder / "archive.db")
    tell(archive, FIRST, SECOND, QUOTED, *QUOTING, DROPPED, QUOTING_IT, ALONE)
    tell(archive, DROPPED._replace(text=text(7), at=9))
    derive(archive.db)
    archive.close()
    site = build(folder)

    def get(told: Told) -> str:
        response = asyncio.run(site.client.get(f"/meldung/{told.id}"))
        assert response.status_code == 200
        return str(response.text)

    return get


def test_copies_and_who_was_first(page: Callable[[Told], str]) -> None:
    assert "Wortgleich auch bei" in page(FIRST)
    assert f'href="/meldung/{SECOND.id}"' in page(FIRST)
    assert "Diese Meldung erschien zuerst." in page(FIRST)
    assert '<span class="tag">zuerst</span>' in page(SECOND)
    assert "<blockquote" not in page(SECOND)  # what copies share need not be quoted


def test_copies_lead_to_their_wording_side_by_side(page: Callable[[Told], str]) -> None:
    for copy in (FIRST, SECOND):
        assert re.search(rf'href="/wortlaut/{copy.id}/\d+-\d+\?fassung=\d+">Wortlaut vergleichen', page(copy))
    assert "Wortlaut vergleichen" not in page(QUOTED)


def test_a_quotation_with_its_attribution(page: Callable[[Told], str]) -> None:
    shown = page(QUOTED)
    assert "dort: sagt Ministerin &lt;Moos&gt;" in shown
    assert "und 3 weitere Meldungen" in shown
    assert "Wo es zuerst stand, ist nicht festzustellen." in shown


def test_a_passage_of_a_former_version(page: Callable[[Told], str]) -> None:
    assert "Nur in einer <a" in page(DROPPED)
    assert f'href="/meldung/{DROPPED.id}"' in page(QUOTING_IT)


def test_a_release_of_its_own(page: Callable[[Told], str]) -> None:
    assert "gleich auch bei" not in page(ALONE)
    assert "Stellen, die" not in page(ALONE)
