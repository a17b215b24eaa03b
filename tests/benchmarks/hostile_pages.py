"""CPU of reading pages that repeat one thing as often as fits into what is read in the crawl's own process.

    python tests/benchmarks/hostile_pages.py [NAME…]

Larger pages are read in processes with a clock; these must not need one. Prints a line a page: seconds of
CPU, kilobytes, seconds per megabyte.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import count
from time import process_time

from archive.model import Page
from archive.text import read
from archive.tree import Unreadable

SIZE = 250_000
HEAD = "<html><body><main><h1>Brücke gesperrt</h1><p>Der Kreis hat die Brücke gesperrt und bittet um Verständnis.</p>"

REPEATED: dict[str, tuple[str, Callable[[int], str]]] = {
    "pictures in one block": ("<div>", lambda _: "<img src=/a.jpg>"),
    "pictures in a text": ("<p>", lambda n: f"<img src=/{n}.jpg> w{n} "),
    "pictures with credits": ("", lambda n: f"<div><img src=/{n}.jpg></div><p>Foto: X</p>"),
    "pictures deep down": ("<div class=bild>" * 200, lambda n: f"<img src=/{n}.jpg>"),
    "figures": ("", lambda n: f"<figure><img src=/{n}.jpg><figcaption>B {n}</figcaption></figure>"),
    "figures in figures": ("", lambda _: "<figure>"),
    "files in one paragraph": ("<p>", lambda n: f"<a href=/{n}.pdf>D{n}</a>"),
    "links deep down": ("<div>" * 200, lambda n: f"<a href=/{n}>L</a>"),
    "time elements": ("<div>", lambda n: f"<time>{n % 28 + 1}.3.2026</time>"),
    "dates": ("", lambda n: f"<p>{n % 28 + 1}.3.2026</p>"),
    "attributes": ("<p ", lambda n: f"a{n}=1 " + ">" * (n > 27_000)),
    "empty lines": ("", lambda _: "x<br><br>"),
    "bullets": ("<p>", lambda _: "- P<br>"),
    "preformatted": ("<pre>", lambda _: "<b>x</b>\n\n"),
    "headings": ("", lambda n: f"<h2><span class=kicker>K</span> T{n}</h2>"),
    "cells": ("<table><tr>", lambda _: "<td>x</td>"),
    "rows": ("<table>", lambda _: "<tr><td>x<td>y</tr>"),
    "items": ("<ul>", lambda _: "<li>x"),
    "spans": ("", lambda _: "<span class=a>x</span>"),
    "contacts": ("", lambda n: f"<p>Pressekontakt: Tel. 0123 45678{n}</p>"),
    "frames": ("", lambda n: f"<aside class='nav{n} footer'><time>1.1.2026</time>x</aside>"),
    "blanks": ("<p>", lambda _: "\u00a0 "),
    "issuers": ("<p>Gemeinsame Pressemitteilung des Kreises A", lambda _: ", des B"),
}


def main() -> None:
    """Read all, or those named."""
    for name, (before, unit) in REPEATED.items():
        if len(sys.argv) == 1 or name in sys.argv[1:]:
            body = made(before, unit)
            start = process_time()
            said = said_of(body)
            seconds = process_time() - start
            size = len(body) / 1e6
            print(
                f"{name:24} {seconds:6.2f} s {1000 * size:4.0f} kB {seconds / size:6.1f} s/MB  {said}",
                flush=True,
            )


def made(before: str, unit: Callable[[int], str]) -> bytes:
    """A page with so many units as fit."""
    page = [HEAD, before]
    size = sum(len(part.encode()) for part in page)
    for n in count():
        page.append(unit(n))
        size += len(page[-1].encode())
        if size > SIZE:
            return "".join(page).encode()
    raise AssertionError


def said_of(body: bytes) -> str:
    """How much text was read, or why none."""
    page = Page(
        "2026-11-22T10:00:00.000000Z", "", "", "release", "", "https://kreis.example/1", 200, (), body
    )
    try:
        return f"{len(read(page).text)} characters"
    except Unreadable as error:
        return str(error)


if __name__ == "__main__":
    main()
