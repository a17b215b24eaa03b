"""Real press pages and the two releases that the project began with, crawled from loopback, found and searched.

The pages are not part of the project: KREISPRESSE_TESTDATA names the folder that holds realpages/ and seeds/.
"""

from __future__ import annotations

import gzip
import html
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from loopback import Answer, Site, page
from support import kreispresse, query, report, rows_hash

from archive.decode import decode

TESTDATA = Path(os.environ.get("KREISPRESSE_TESTDATA", "nowhere"))
pytestmark = pytest.mark.skipif(
    not (TESTDATA / "realpages").is_dir(),
    reason="needs real pages, which are not ours to ship: set KREISPRESSE_TESTDATA to a folder with realpages/ and seeds/",
)


def _seed_pages() -> dict[str, str]:
    """A page a seed: its first line is the heading, blank lines or line ends part the paragraphs."""
    made = {}
    for file in sorted((TESTDATA / "seeds").glob("*.txt")):
        title, *lines = [line for line in file.read_text("utf-8").splitlines() if line.strip()]
        text = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
        made[f"/seeds/{file.stem}"] = page(html.escape(title), f"<h1>{html.escape(title)}</h1>{text}")
    return made


def test_every_real_page_is_found_and_searched(
    site: Site, crawl: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    rows = [json.loads(line) for line in (TESTDATA / "realpages" / "manifest.jsonl").open(encoding="utf-8")]
    links = []
    for n, row in enumerate(row for row in rows if row["is_press_release"]):
        body = gzip.decompress((TESTDATA / "realpages" / row["file"]).read_bytes())
        parts = urlsplit(row["url"].strip())
        path = f"/{parts.hostname}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        # pages lie under another address here than the one that they name as theirs
        site.pages[path] = Answer(decode(body).replace(f"//{parts.hostname}", "//127.0.0.1"))
        links.append(
            f'<li>{1 + n % 28}.01.2026 <a href="{html.escape(path)}">Meldung {n} von {parts.hostname}</a></li>'
        )
    for path, seed in _seed_pages().items():
        site.pages[path] = seed
        links.append(f'<li>09.03.2018 <a href="{path}">Meldung aus der Sammlung {path}</a></li>')
    site.pages["/presse"] = page("Presse", f"<ul>{''.join(links)}</ul>")

    done = crawl(site.entry())
    assert done.returncode == 0, done.stderr
    row = report(tmp_path)["kreis-probe"]
    assert (row["new"], row["failed"]) == (len(links), 0), row["failures"]
    assert query(tmp_path / "data", "SELECT count(*) FROM releases WHERE words < 30") == [(0,)]

    for words, least in (("Integrationszentrum", 2), ("Güler", 2), ("Gueler", 2)):
        found = json.loads(kreispresse("search", "--data", str(tmp_path / "data"), "--json", words).stdout)
        assert len(found) >= least, words
    rebuilt = kreispresse("rebuild", "--data", str(tmp_path / "data"), "--into", str(tmp_path / "again"))
    assert rebuilt.returncode == 0
    assert rows_hash(tmp_path / "again") == rows_hash(tmp_path / "data")


def test_each_page_is_found_by_its_own_title(
    site: Site, crawl: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    for path, seed in _seed_pages().items():
        site.pages[path] = seed
    links = "".join(
        f'<li>09.03.2018 <a href="{path}">Meldung aus der Sammlung</a></li>' for path in _seed_pages()
    )
    site.pages["/presse"] = page("Presse", f"<ul>{links}</ul>")
    crawl(site.entry())
    titles = query(tmp_path / "data", "SELECT id, title, place, published_on FROM releases ORDER BY title")
    assert len(titles) == 2
    for known, title, _, _ in titles:
        found = json.loads(
            kreispresse("search", "--data", str(tmp_path / "data"), "--json", f'"{title}"').stdout
        )
        assert known in [hit["id"] for hit in found]
