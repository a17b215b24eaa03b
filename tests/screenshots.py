"""Screenshots of every type of page, on a desktop and a phone, light and dark.

    python tests/screenshots.py FOLDER             of a demo that is made for it
    python tests/screenshots.py FOLDER --data DIR  of the demo in DIR
    python tests/screenshots.py FOLDER --window    only what a window shows, as in README.md

Writes FOLDER/<page>-<desktop|phone>-<light|dark>.png.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from browser import chromium, follow, served

WIDTHS = {"desktop": 1280, "phone": 390}
SCHEMES = ("light", "dark")
SPEECH = (
    "Meine Damen und Herren, im Januar hat die Staatssekretärin etwas gesagt, das mir im Ohr geblieben ist: Wer"
    " Menschen begleitet, darf nicht jeden Herbst um den eigenen Arbeitsplatz bangen. Und wer Hilfe sucht, soll im"
    " nächsten Frühjahr noch dieselbe Ansprechperson antreffen. Was haben wir seither daraus gemacht?"
)
"""A fictional speech that quotes a release of the demo."""


def _opened(path: str, *links: str) -> Callable[[Any], None]:
    """Goes to an address, and from there through links by their CSS selectors."""

    def open_page(page: Any) -> None:
        page.goto(path)
        for link in links:
            follow(page.locator(link).first)

    return open_page


def _traced(page: Any) -> None:
    page.goto("/wortlaut")
    page.locator("textarea").fill(SPEECH)
    follow(page.get_by_role("button", name="Vergleichen"))


PAGES: Mapping[str, Callable[[Any], None]] = {
    "start": _opened("/"),
    "search": _opened("/suche?q=Schule"),
    "search-narrowed": _opened("/suche?land=XX&art=release&ab=2025-10&anhang=1"),
    "search-best": _opened("/suche?q=Integrationszentren&sortierung=beste"),
    "search-none": _opened("/suche?q=Posaunenchor"),
    "help": _opened("/hilfe"),
    "release": _opened("/suche?q=Planungssicherheit", ".hits h2 a"),
    "release-changed": _opened("/suche?geaendert=1", ".hits h2 a"),
    "changes": _opened("/suche?geaendert=1", ".hits h2 a", ".versions a[href*=aenderungen]"),
    "release-gone": _opened("/suche?weg=1", ".hits h2 a"),
    "wording": _opened("/suche?q=Planungssicherheit", ".hits h2 a", ".note a"),
    "tracing": _opened("/wortlaut"),
    "traced": _traced,
    "place": _opened("/ort/05754"),
    "authorities": _opened("/behoerden"),
    "authority": _opened("/behoerde/kreis-auenbrueck"),
    "subscribe": _opened("/abonnieren"),
    "data": _opened("/daten"),
    "politeness": _opened("/daten/abruf"),
    "tables": _opened("/archive"),
    "table": _opened("/archive/publishers?land=XX&_sort=name"),
    "sql": _opened("/archive?sql=select+name+from+publishers"),
    "row": _opened("/archive/publishers/kreis-auenbrueck"),
    "bot": _opened("/bot"),
    "guide": _opened("/anleitung"),
    "legal": _opened("/datenschutz"),
    "accessibility": _opened("/barrierefreiheit"),
    "rights": _opened("/rechte"),
    "not-found": _opened("/nirgends"),
    "refused": _opened("/archive.db"),
    "too-far": _opened("/suche?seite=501"),
}
"""Every type of page, by name: how a browser comes to it. A new type of page is a line here."""


def take(home: str, folder: Path, *, whole: bool) -> None:
    """Take all pictures of the website at ``home``: of whole pages, or of what a window shows."""
    with chromium() as browser:
        for device, width in WIDTHS.items():
            for scheme in SCHEMES:
                context = browser.new_context(
                    base_url=home,
                    locale="de-DE",
                    color_scheme=scheme,
                    viewport={"width": width, "height": 800},
                )
                page = context.new_page()
                for name, open_page in PAGES.items():
                    open_page(page)
                    page.wait_for_load_state("networkidle")
                    page.screenshot(path=folder / f"{name}-{device}-{scheme}.png", full_page=whole)
                    print(f"{name}-{device}-{scheme}.png", file=sys.stderr)
                context.close()


def main() -> None:
    """Make a demo where none is named, serve it, take the pictures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--data", type=Path, help="folder of a demo's archive")
    parser.add_argument("--window", action="store_true", help="only what a window shows")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        data = arguments.data or Path(made)
        if not arguments.data:
            demo = [sys.executable, "-m", "crawler.cli", "demo", "--data", str(data), "--no-serve"]
            subprocess.run(demo, check=True, stdout=sys.stderr)
        with served(data) as home:
            take(home, arguments.folder, whole=not arguments.window)


if __name__ == "__main__":
    main()
