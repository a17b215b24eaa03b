"""CPU per page of our reader, as a share of what trafilatura takes with its metadata on the same pages.

    python tests/benchmarks/extract_cpu.py [FOLDER]

FOLDER holds stored pages: a manifest.jsonl with lines {"file", "url"} and the files, plain or gzip. Pages of
80 KB that are made here are measured in any case. Both readers take turns page by page, so that a busy
machine slows both.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date
from pathlib import Path
from time import process_time

import trafilatura

from archive.model import Page
from archive.tree import Unreadable
from crawler.families import families
from crawler.family import releases

ROUNDS = 3
WORDS = [
    "der",
    "die",
    "das",
    "ein",
    "eine",
    "und",
    "oder",
    "mit",
    "ohne",
    "für",
    "gegen",
    "über",
    "unter",
    "nach",
    "vor",
    "seit",
    "im",
    "am",
    "zum",
    "zur",
    "nicht",
    "auch",
    "noch",
    "schon",
    "sehr",
    "Kreis",
    "Stadt",
    "Gemeinde",
    "Schule",
    "Straße",
    "Brücke",
    "Haushalt",
    "Verein",
    "Feuerwehr",
    "Wald",
    "Wasser",
    "Verkehr",
    "Bürger",
    "Verwaltung",
    "Angebot",
    "wird",
    "wurde",
    "haben",
    "hatte",
    "kann",
    "soll",
    "muss",
    "beginnt",
    "endet",
    "plant",
    "baut",
    "prüft",
    "fördert",
    "sperrt",
    "öffnet",
    "meldet",
    "dankt",
    "zahlt",
    "neu",
    "alt",
    "groß",
    "klein",
    "lang",
    "kurz",
    "offen",
    "sicher",
    "wichtig",
    "möglich",
    "künftig",
    "bisher",
    "heute",
    "morgen",
    "jährlich",
    "gemeinsam",
    "schnell",
]


def main() -> None:
    """Print a line a set of pages: milliseconds of CPU per page of both, and their ratio."""
    measure("pages of 80 KB", [(made(n), f"https://kreis.example/presse/{n}") for n in range(40)])
    if len(sys.argv) > 1:
        measure(sys.argv[1], list(stored(Path(sys.argv[1]))))


def measure(name: str, pages: list[tuple[bytes, str]]) -> None:
    """Read all pages with both readers in turns."""
    ours = theirs = 0.0
    for _ in range(ROUNDS):
        for body, url in pages:
            ours += cpu(lambda body=body, url=url: read(body, url))  # type: ignore[misc]
            theirs += cpu(lambda body=body: trafilatura.bare_extraction(body, with_metadata=True))  # type: ignore[misc]
    count = len(pages) * ROUNDS
    print(
        f"{name}: {1000 * ours / count:.1f} ms, trafilatura {1000 * theirs / count:.1f} ms, ratio {ours / theirs:.2f}"
    )


def read(body: bytes, url: str) -> None:
    """One page through the product's own code."""
    page = Page("2026-11-22T10:00:00.000000Z", "", "", "release", "", url, 200, (), body)
    with suppress(Unreadable):
        releases(page, families()["generic"])


def cpu(work: Callable[[], object]) -> float:
    """Seconds of CPU that this takes."""
    start = process_time()
    work()
    return process_time() - start


def day(number: int) -> date:
    """When a made page was published: no two on the same day, for 8,400 pages."""
    return date(2000 + number % 25, 1 + number // 25 % 12, 1 + number // 300 % 28)


def made(number: int) -> bytes:
    """A press page of about 80 KB, most of it navigation, as municipal sites have it."""
    entries = "".join(
        f'<li class="nav__item level{n % 3}"><a class="nav__link" href="/buergerservice/bereich-{n}/seite-{number}.php">'
        f"Dienstleistung Nummer {n} des Kreises</a></li>"
        for n in range(380)
    )
    dice = random.Random(number)
    text = "".join(
        f"<p>{' '.join(dice.choices(WORDS, k=12)).capitalize()}, wie Landrätin Öhmichen zum {n}. Punkt der Sitzung sagte:"
        f" „{' '.join(dice.choices(WORDS, k=14)).capitalize()}.“ {' '.join(dice.choices(WORDS, k=10)).capitalize()}.</p>"
        for n in range(12)
    )
    related = "".join(
        f'<div class="teaser"><a href="/presse/{n}"><h3>Weitere Meldung {n}</h3><p>Kurz gesagt, worum es geht.</p></a></div>'
        for n in range(40)
    )
    return (
        f"<!DOCTYPE html><html lang=de><head><title>Haushalt {number} beschlossen - Kreis Probe</title>"
        f"<style>{'.a{color:red}' * 300}</style></head><body><header><nav><ul>{entries}</ul></nav></header>"
        f'<main id=content><h1>Haushalt {number} beschlossen</h1><p class="date">{day(number):%d.%m.%Y}</p>'
        f'<p class="lead">Der Kreis Probe hat wieder einen Haushalt.</p>{text}<div class="related">{related}</div></main>'
        f"<footer>Kreis Probe, Kreishaus</footer><script>{'var x=1;' * 600}</script></body></html>"
    ).encode()


def stored(folder: Path) -> Iterable[tuple[bytes, str]]:
    """(body, address) of stored pages."""
    with (folder / "manifest.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            body = (folder / row["file"]).read_bytes()
            yield (
                gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body,
                row.get("url") or "https://a.example/",
            )


if __name__ == "__main__":
    main()
