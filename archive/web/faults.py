"""Which page answers when something went wrong."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from datasette import NotFound, Response
from datasette.utils.asgi import Base400
from datasette.views.base import DatasetteError

from archive.web.answer import busy, failed, not_found, refused, too_far
from archive.web.paging import TooFar

_PASSING = ("interrupted", "database is locked", "unable to open database file")
"""What SQLite says when a question took longer than the time limit, waited too long for a writer, or came
when a rebuild had not yet put the new file in its place."""


Page = Callable[[Any, Any], Awaitable[Response]]


def page_for(exception: Exception) -> Page:
    """The page about a fault. What was asked is taken out of faults of our own: Datasette prints them."""
    if isinstance(exception, sqlite3.OperationalError) and str(exception) in _PASSING:
        return busy
    if isinstance(exception, DatasetteError) and (exception.status < 500 or _names_no_column(exception)):
        slow = exception.title == "SQL Interrupted"
        status = exception.status if exception.status < 500 else 400
        return busy if slow else partial(refused, reason=str(exception.message), status=status)
    if isinstance(exception, Base400):
        return _of_requests(exception)
    exception.args = ("",)  # so that no search word comes into a file of messages
    return failed


def _names_no_column(exception: DatasetteError) -> bool:
    """Whether a table was to be sorted by what it has not, which Datasette calls a fault of its own."""
    return str(exception.message).startswith(("Cannot sort", "Cannot use _sort"))


def _of_requests(exception: Base400) -> Page:
    match exception:
        case NotFound():
            return not_found
        case TooFar():
            return too_far
    return partial(refused, reason=str(exception), status=exception.status)
