"""The demo: sample authority sites on loopback, crawled on two days by the code that crawls real sites."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import click

from archive.db import connect
from crawler.demo.sites import serve as serve_sites
from crawler.sources import FICTION

_MARK = "this-is-a-demo"


class NotADemo(ValueError):
    """The folder holds something else, which the demo must not touch."""


def run(data: Path, *, port: int, serve_website: bool) -> int:
    """Crawl the sample sites into ``data``, print what is there, and open the website until interrupted.

    Returns the exit code of the first crawl that did not end well, else 0. A demo that is already in the
    folder is replaced. Raises NotADemo when the folder holds another archive.
    """
    _clear(data)
    with serve_sites() as sites:
        register = data / "sources.yml"
        register.write_text(json.dumps(sites.entries, ensure_ascii=False, indent=1), "utf-8")
        click.echo(f"{len(sites.entries)} sample authorities on this machine. First day:")
        code = _crawl(register, data)
        sites.second_day()
        click.echo("\nSecond day: one release corrected, one taken down, three new")
        code = code or _crawl(register, data, "--full")
        click.echo(summary(data))
        if serve_website and not code:
            from archive.web.serve import serve as serve_archive

            serve_archive(data, port=port)
    return code


def summary(data: Path) -> str:
    """What the demo's archive holds, and what to try with it."""
    db = connect(data / "archive.db")
    count = {
        what: db.execute(sql).fetchone()[0]
        for what, sql in {
            "releases": "SELECT count(*) FROM releases",
            "publishers": "SELECT count(*) FROM publishers",
            "changed": "SELECT count(*) FROM releases WHERE changed_at IS NOT NULL",
            "gone": "SELECT count(*) FROM releases WHERE gone_at IS NOT NULL",
        }.items()
    }
    db.close()
    return (
        f"\n{count['releases']} releases of {count['publishers']} authorities; {count['changed']} changed"
        f" after publication, {count['gone']} no longer there\n"
        f"\nTry:  kreispresse search --data {data} Integrationszentrum"
        f"\n      kreispresse serve --data {data}"
    )


def _clear(data: Path) -> None:
    if not _may_go(data):
        raise NotADemo(f"{data} holds an archive that is more than a demo; name another folder with --data")
    data.mkdir(parents=True, exist_ok=True)
    for name in ("archive.db", "archive.db-wal", "archive.db-shm", "state.db"):
        (data / name).unlink(missing_ok=True)
    shutil.rmtree(data / "captures", ignore_errors=True)
    (data / _MARK).touch()


def _may_go(data: Path) -> bool:
    """Whether nothing in a folder is lost with it but a demo: no log of others, no authority that is real."""
    if not (data / _MARK).exists():
        return not any((data / name).exists() for name in ("archive.db", "captures"))
    if not (data / "archive.db").exists():
        return True
    try:
        with closing(connect(data / "archive.db")) as db:
            return not db.execute("SELECT 1 FROM publishers WHERE land <> ?", [FICTION]).fetchone()
    except sqlite3.DatabaseError:
        return False


def _crawl(register: Path, data: Path, *options: str) -> int:
    """One crawl in a process of its own, because Scrapy's event loop starts only once in a process."""
    where = ["--sources", str(register), "--data", str(data)]
    command = [sys.executable, "-m", "crawler.cli", "crawl", *where, *options]
    return subprocess.run(command, check=False, env={**os.environ, "KREISPRESSE_GONE_AFTER": "0"}).returncode
