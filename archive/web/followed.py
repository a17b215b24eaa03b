"""The archive's file, also after another one took its place: a rebuild's, or a replica's next snapshot."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from datasette.database import Database, connections

_File = tuple[int, int]


class Followed(Database):  # type: ignore[misc]  # Datasette has no types
    """A database of Datasette that looks before each question whether its file was replaced.

    Each thread has a connection of its own; one that is just asked something reads the old file to its end.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._files: dict[sqlite3.Connection, _File | None] = {}

    def connect(self, write: bool = False) -> sqlite3.Connection:
        """A connection, of which is remembered which file it reads."""
        before = self._file()
        connection: sqlite3.Connection = super().connect(write)
        self._files[connection] = before
        return connection

    async def execute_fn(self, fn: Callable[[sqlite3.Connection], Any]) -> Any:
        """What a function of a connection finds in the newest file."""
        return await super().execute_fn(lambda connection: fn(self._newest(connection)))

    def _newest(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        """The connection, or another where its file was replaced; in the thread that has it."""
        now = self._file()
        if now in (None, self._files[connection]):
            return connection
        other = self.connect()
        self.ds._prepare_connection(other, self.name)
        setattr(connections, self.name, other)
        self._all_file_connections.remove(connection)
        del self._files[connection]
        connection.close()
        return other

    def _file(self) -> _File | None:
        """Which file has the name now; None in the moment in which none has."""
        try:
            status = Path(self.path).stat()
        except FileNotFoundError:
            return None
        return status.st_dev, status.st_ino
