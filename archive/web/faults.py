"""Which page answers when something went wrong."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from datasette import NotFound, Response
from datasette.utils.asgi import Base400
from datasette.views.base import DatasetteError

from archive.web.answer import busy, failed, not_found, refused

_PASSING = ("interrupted", "database is locked")
"""What SQLite says when a question took longer than the time limit, or waited too long for a writer."""


def page_for(exception: Exception) -> Callable[[Any, Any], Awaitable[Response]]:
    """The page about a fault. What was asked is taken out of faults of our own: Datasette prints them."""
    match exception:
        case NotFound():
            return not_found
        case DatasetteError(title="SQL Interrupted"):
            return busy
        case DatasetteError() if exception.status < 500:
            return partial(refused, reason=str(exception.message), status=exception.status)
        case Base400():
            return partial(refused, reason=str(exception), status=exception.status)
        case sqlite3.OperationalError() if str(exception) in _PASSING:
            return busy
    exception.args = ("",)  # so that no search word comes into a file of messages
    return failed
