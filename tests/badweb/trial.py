"""One crawl of all rows by the product's own command in a box, and what came of each."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import os
import re
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from badweb.certificate import nobodys
from badweb.memory import memory
from badweb.rows import Row
from badweb.server import MARK, Site, serve

FIRST_NUMBER = ipaddress.IPv4Address("93.184.0.1")
"""Names lead to numbers from here on; the box sends what goes there to loopback."""

OTHER_NUMBER = "93.184.255.1"
"""A number for names that change it."""

_TOLD = 110
GOOD = 8
"""So many sources without any malice stand beside the rows."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a row came to: ``well`` whether as expected; ``happened`` in words."""

    row: Row
    well: bool
    happened: str


@dataclass(frozen=True, slots=True)
class Trial:
    """A crawl of all rows: its seconds, the most memory at one time (MB, all processes), its exit code.

    ``errors``: the end of what it said; ``erred``: its log's errors, of which there are none in a crawl that heeds
    all that can go wrong; ``asked``: addresses outside the box that it tried to reach; ``unfinished``: good sources that are not whole.
    """

    judged: Sequence[Judged]
    seconds: float
    memory: float
    code: int
    errors: str
    erred: Sequence[str]
    asked: Sequence[str]
    unfinished: Sequence[str]


def trial(rows: Sequence[Row], work: Path, settings: Mapping[str, Any], reading: int) -> Trial:
    """Serve all rows and good sites, crawl them into ``work``/data, judge."""
    return asyncio.run(_trial(rows, work, settings, reading))


async def _trial(rows: Sequence[Row], work: Path, settings: Mapping[str, Any], reading: int) -> Trial:
    sites = [_site(f"kreis-{n:03}") for n in range(len(rows) + GOOD)]
    for row, site in zip(rows, sites, strict=False):
        row.build(site)
    for site in sites[len(rows) :]:
        site.write(count=10)
    by_host = {site.host: site for site in sites}
    async with serve(by_host, nobodys(work)) as ports:
        _box(rows, sites, ports, work, settings, reading)
        seconds, peak, code = await _crawl(sites, work)
    told = {each["id"]: each for each in _read(work / "report.json", {"sources": []})["sources"]}
    stored = _stored(work / "data" / "archive.db")
    of_rows = zip(rows, sites, strict=False)
    judged = [_judge(row, site, told.get(site.id), stored.get(site.id, [])) for row, site in of_rows]
    titles = {site.id: sorted(title for title, _ in stored.get(site.id, [])) for site in sites}
    unfinished = [site.id for site in sites[len(rows) :] if titles[site.id] != sorted(site.good)]
    asked = (work / "asked").read_text().splitlines() if (work / "asked").exists() else []
    said = (work / "out").read_text()
    erred = [line for line in said.splitlines() if "] ERROR: " in line]
    return Trial(judged, seconds, peak, code, said[-2000:], erred, sorted(asked), unfinished)


def _read(file: Path, otherwise: Any) -> Any:
    return json.loads(file.read_text("utf-8")) if file.exists() else otherwise


def _site(id: str) -> Site:
    return Site(id, f"{id}.example")


def _box(
    rows: Sequence[Row],
    sites: Sequence[Site],
    ports: tuple[int, int],
    work: Path,
    settings: Mapping[str, Any],
    reading: int,
) -> None:
    names, routes = {}, {}
    for n, site in enumerate(sites):
        number = str(FIRST_NUMBER + n)
        names[site.host] = names[f"www.{site.host}"] = [number]
        routes |= {f"{number} 80": ports[0], f"{number} 443": ports[1], f"{number} 8080": 1}
    routes |= {f"{OTHER_NUMBER} 80": ports[0]}
    for row, site in zip(rows, sites, strict=False):
        names |= {before + site.host: list(numbers) for before, numbers in row.names}
    box = {
        "names": names,
        "routes": routes,
        "asked": str(work / "asked"),
        "settings": {"DOWNLOAD_DELAY": 0.01, **settings},
        "reading": reading,
    }
    (work / "box.json").write_text(json.dumps(box), "utf-8")


async def _crawl(sites: Sequence[Site], work: Path) -> tuple[float, float, int]:
    """Run the crawl: (seconds, most megabytes of all its processes, exit code)."""
    entries = [
        {"id": site.id, "name": f"Kreis {site.id}", "kind": "kreis", "land": "XX",
         "homepage": f"{site.origin}/", "press": f"{site.origin}/presse"}
        for site in sites
    ]  # fmt: skip
    (work / "sources.json").write_text(json.dumps(entries), "utf-8")
    boxed = str(Path(__file__).with_name("boxed.py"))
    command = [sys.executable, boxed, str(work / "box.json"), "crawl", "--sources", str(work / "sources.json"),
               "--data", str(work / "data"), "--report", str(work / "report.json")]  # fmt: skip
    environment = {**os.environ, "KREISPRESSE_CONTACT": "https://kreispresse.example/"}
    began = asyncio.get_running_loop().time()
    with (work / "out").open("wb") as out:
        process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=out, stderr=out)
        ending, most = asyncio.ensure_future(process.wait()), 0.0
        while not ending.done():
            most = max(most, memory(process.pid))
            await asyncio.wait([ending], timeout=0.2)
    return asyncio.get_running_loop().time() - began, most, ending.result()


def _stored(database: Path) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    with sqlite3.connect(database) as db:
        for source, title, text in db.execute("SELECT source_id, title, text FROM releases"):
            found.setdefault(source, []).append((title, text))
    return found


def _judge(row: Row, site: Site, told: dict[str, Any] | None, stored: Sequence[tuple[str, str]]) -> Judged:
    if told is None:
        return Judged(row, False, "no result")
    reasons = [told["error"] or "", *(each["reason"] for each in told["failures"])]
    wanted = row.says.split("|")
    said = next(
        (r for r in reasons for part in wanted if part and part in r), next(filter(None, reasons), "")
    )
    titles = sorted(title for title, _ in stored)
    false = [title for title, text in stored if MARK in title + text]
    well = (
        told["status"] in row.status.split("|")
        and any(part in said for part in wanted)
        and titles == sorted(site.good)
        and not false
    )
    happened = f"{told['status']}, {len(stored)} of {len(site.good)} stored" + (
        f", {len(false)} false" if false else ""
    )
    return Judged(row, well, f"{happened}; {_short(said, site)}" if said else happened)


def _short(said: str, site: Site) -> str:
    """What was told, without the site's own name."""
    return re.sub(rf"https?://{site.host}|{site.host}", "", said)[:_TOLD]
