"""What another extraction makes of an archive is counted and shown."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from loopback import Site
from support import kreispresse

from archive.compare import Difference, compare, excerpts
from archive.db import connect


@pytest.fixture
def archives(site: Site, crawl, tmp_path: Path) -> tuple[Path, Path]:
    """An archive of four releases, and a copy that tells otherwise of three of them."""
    site.add_releases([f"Meldung Nummer {n} aus dem Kreishaus" for n in range(4)])
    crawl(site.entry())
    data, other = tmp_path / "data" / "archive.db", tmp_path / "other.db"
    shutil.copy(data, other)
    db = connect(other, write=True)
    db.execute("UPDATE releases SET text = text || ' Mehr davon.', place = 'Aue' WHERE title LIKE '%0%'")
    db.execute("UPDATE releases SET published_on = NULL WHERE title LIKE '%1%'")
    db.execute("UPDATE releases SET id = id + 1 WHERE title LIKE '%2%'")
    db.conn.commit()
    db.close()
    return other, data


def test_a_comparison_counts_columns_and_shows_the_largest_first(archives: tuple[Path, Path]) -> None:
    found = compare(*archives)
    assert (found.changed, found.added, found.lost) == (2, 1, 1)
    assert found.columns == {"text": 1, "place": 1, "published_on": 1}
    assert [each.column for each in found.largest] == ["text", "published_on", "place"]
    assert compare(archives[1], archives[1]).changed == 0


def test_folders_may_have_any_name(archives: tuple[Path, Path], tmp_path: Path) -> None:
    odd = tmp_path / "50%41 #1?"
    odd.mkdir()
    assert compare(Path(shutil.copy(archives[0], odd)), archives[1]).changed == 2


def test_rebuild_tells_what_it_changed(archives: tuple[Path, Path]) -> None:
    other, data = archives
    other.replace(data)
    done = kreispresse("rebuild", "--data", str(data.parent))
    assert "2 releases read otherwise than before" in done.stdout
    assert "1 more, 1 no longer there" in done.stdout
    assert "before: Aue\n    now:    –" in done.stderr
    assert "0 releases read otherwise" in kreispresse("rebuild", "--data", str(data.parent)).stdout


def test_excerpts_begin_where_the_values_differ() -> None:
    assert excerpts(Difference(1, "text", "Wort " * 100 + "Ende", "Wort " * 100 + "Anfang")) == (
        "Ende",
        "Anfang",
    )
    assert excerpts(Difference(1, "place", None, "Aue")) == ("–", "Aue")
    assert excerpts(Difference(1, "text", "Eins", "Eins zwei")) == ("Eins", "Eins zwei")
