"""The website of one data folder: put together, and run on this computer."""

from __future__ import annotations

import ipaddress
import socket
import sqlite3
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import uvicorn
from datasette.app import Datasette
from datasette.plugins import pm
from datasette.utils import parse_metadata

from archive.db import connect
from archive.migrations import STEPS, migrate, steps_done
from archive.web.details import Details, DetailsError, load
from archive.web.followed import Followed
from archive.web.turns import THREADS

_METADATA = Path(__file__).with_name("metadata.yml")

_SETTINGS = {
    "allow_download": False,  # a file that is still written cannot be copied this way
    "allow_csv_stream": False,  # loses rows of sorted tables (Datasette 0.65)
    "default_page_size": 50,
    "num_sql_threads": THREADS,
    "sql_time_limit_ms": 3000,
    "suggest_facets": False,  # slow on large tables
}


class ServeError(Exception):
    """The website cannot be shown; the message says why, and what to do."""


def build(data: Path, details: Details | None = None, **settings: Any) -> Datasette:
    """The website of a data folder, with Datasette settings where they differ from ours.

    The archive is read only, but may be written or replaced meanwhile; only its schema is brought up to date
    where an earlier version made it. Raises ServeError when there is none, or that cannot be done.
    """
    path = data / "archive.db"
    if not path.is_file():
        raise ServeError(f"no archive in {data}: run 'kreispresse crawl' or 'kreispresse demo' first")
    _bring_up(path)
    # where rich is installed, an error without a traceback breaks Datasette's answer
    pm.get_plugin("datasette.handle_exception").rich = None
    metadata = parse_metadata(_METADATA.read_text(encoding="utf-8"))
    if details:
        metadata["plugins"] = {"kreispresse": asdict(details)}
        settings = {"base_url": details.base_url, "default_allow_sql": details.sql} | settings
    datasette = Datasette([str(path)], metadata=metadata, settings=_SETTINGS | settings)
    datasette.remove_database(path.stem)
    datasette.add_database(Followed(datasette, path=str(path)), name=path.stem)
    return datasette


def serve(data: Path, *, host: str = "127.0.0.1", port: int = 8001, operator: Path | None = None) -> None:
    """Show a data folder's website until interrupted; port 0 takes any that is free.

    ``operator``: file of the operator's details. Raises ServeError when there is no archive, when there are
    no details and ``host`` can be reached from other computers, when they are bad, or when the port is taken.
    """
    try:
        details = load(operator) if operator else None
    except DetailsError as error:
        raise ServeError(str(error)) from error
    if not details and not _is_loopback(host):
        raise ServeError(
            f"{host} can be reached from other computers, and a public website needs the operator's details"
            " (Impressum, Datenschutz): give them with --operator FILE or the variable KREISPRESSE_OPERATOR,"
            " see docs/operators.md, or use 127.0.0.1"
        )
    datasette = build(data, details)
    with _listen(host, port) as listener:
        shown = f"[{host}]" if ":" in host else host
        click.echo(f"Kreispresse: http://{shown}:{listener.getsockname()[1]}{datasette.setting('base_url')}")
        config = uvicorn.Config(
            datasette.app(), log_level="warning", access_log=False, lifespan="on", server_header=False
        )
        uvicorn.Server(config).run(sockets=[listener])


def _bring_up(path: Path) -> None:
    try:
        with closing(connect(path)) as db:
            if steps_done(db) == len(STEPS):
                return
    except ValueError as error:
        raise ServeError(f"{path}: {error}") from error
    except sqlite3.OperationalError as error:
        raise ServeError(
            f"{path} cannot be opened ({error}): may you read it, and who else uses it?"
        ) from error
    except sqlite3.DatabaseError as error:
        raise ServeError(
            f"{path} cannot be read ({error}): make it again with 'kreispresse rebuild'"
        ) from error
    try:
        with closing(connect(path, write=True)) as db:
            migrate(db)
    except sqlite3.Error as error:
        raise ServeError(
            f"{path} was made by an earlier version and cannot be brought up to date here ({error}): run"
            " 'kreispresse crawl' or 'kreispresse rebuild' first, or fetch a newer export"
        ) from error


def _is_loopback(host: str) -> bool:
    """Whether only this computer reaches an address. Names other than localhost are not looked up."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise ServeError(
            f"cannot listen on {host}, port {port}: {error.strerror}; choose another --port"
        ) from error
