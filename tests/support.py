"""What tests use: the command line in a process of its own, the last report, rows to compare."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import sqlite3
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, tzinfo
from functools import cache
from importlib import import_module
from multiprocessing import forkserver
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest import mock

from crawler.sources import Source

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.context import ForkServerProcess

    from crawler.demo import sites

PUBLIC = {"id": "a", "name": "A", "kind": "kreis", "land": "XX", "homepage": "https://a.example/",
          "press": "https://a.example/p"}  # fmt: skip
"""A register entry in the open net, which no test may really ask."""


class Crawled(NamedTuple):
    """The demo, both days crawled: its folder, its sites (which still answer), the first day's report."""

    data: Path
    served: sites.Sites
    first_day: dict[str, Any]


_FORKED = multiprocessing.get_context("forkserver")
_FORKED.set_forkserver_preload(
    ["crawler.run", "crawler.rebuild", "crawler.demo", "crawler.families.typo3", "scrapy.core.engine",
     "scrapy.core.downloader.handlers.http11", "scrapy.downloadermiddlewares.httpcompression",
     "scrapy.extensions.feedexport", "scrapy.extensions.remote_control", "scrapy.extensions.telnet", "warm"]
)  # fmt: skip


def forked(target: Callable[..., None], *arguments: object) -> ForkServerProcess:
    """A process, not yet begun, that is forked from one that has imported the libraries and read the lists.

    Doing that anew costs more than a small crawl.
    """
    _fork_from()
    return _FORKED.Process(target=target, args=arguments)


@cache
def _fork_from() -> None:
    """Start the process that others are forked from; it does not have our path, on which ``warm`` is."""
    path = os.pathsep.join(filter(None, (str(Path(__file__).parent), os.environ.get("PYTHONPATH"))))
    with mock.patch.dict(os.environ, PYTHONPATH=path):
        forkserver.ensure_running()


def kreispresse(
    *arguments: str, env: dict[str, str] | None = None, days_ago: int = 0
) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own, as a shell would, and wait for it.

    ``days_ago``: by a clock that is so many days behind.
    """
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        environment = {**os.environ, "KREISPRESSE_GONE_AFTER": "0", **(env or {})}
        process = forked(_command, arguments, environment, str(out), str(err), days_ago)
        process.start()
        process.join(timeout=100)
        if process.exitcode is None:
            process.kill()
            raise subprocess.TimeoutExpired(arguments, 100, out.read_bytes(), err.read_bytes())
        return subprocess.CompletedProcess(arguments, process.exitcode, out.read_text(), err.read_text())


def _command(
    arguments: tuple[str, ...], environment: dict[str, str], out: str, err: str, days_ago: int = 0
) -> None:
    os.environ.clear()
    os.environ.update(environment)
    for number, name in ((1, out), (2, err)):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT), number)
    sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", closefd=False, buffering=1)  # noqa: SIM115
    sys.argv = ["kreispresse", *arguments]
    if days_ago:
        _set_back(days_ago)
    from crawler.cli import main

    main()


def _set_back(days: int) -> None:
    """Set the clock of all that read it back."""

    class Then(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Then:  # type: ignore[override]
            return super().now(tz) - timedelta(days)

    for name in (
        "archive.captures",
        "crawler.plan",
        "crawler.leads",
        "crawler.cli_sources",
        "crawler.surveyor",
    ):
        import_module(name).datetime = Then  # type: ignore[attr-defined]


def report(tmp_path: Path) -> dict[str, dict[str, Any]]:
    """The last crawl's report by source."""
    return {row["id"]: row for row in json.loads((tmp_path / "report.json").read_text())["sources"]}


def query(data: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with sqlite3.connect(data / "archive.db") as db:
        return db.execute(sql, values).fetchall()


def source_of(id_: str, *urls: str) -> Source:
    """A source with one or two addresses: its home page and its press page."""
    return Source(id_, id_, "kreis", "XX", urls[0], urls[-1])


def rows_hash(data: Path) -> dict[str, str]:
    """Hash of the rows of every table, the words of the search index included, whatever the order of rows."""
    with sqlite3.connect(data / "archive.db") as db:
        db.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, releases_fts, instance)")
        db.execute("CREATE VIRTUAL TABLE temp.keys USING fts5vocab(main, releases_fts_keys, instance)")
        names = [
            r[0]
            for r in db.execute("SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE '%fts%'")
        ]
        hashes = {}
        for name in [*names, "temp.words", "temp.keys"]:
            rows = sorted(map(repr, db.execute(f"SELECT * FROM {name}")))
            hashes[name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
        return hashes
