"""Questions to the tables, and whole texts, wait for their turn, so that other pages are answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from datasette.utils import tilde_decode
from datasette.utils.asgi import Request

from archive.web.answer import busy
from archive.web.guard import Asgi, path_below

AT_ONCE = 2
"""Requests to the tables that are answered at a time …"""

WAITING = 20
"""… and further ones that wait. Any more are told to come back."""

THREADS = AT_ONCE + 3
"""Questions to the database at a time: the tables' and ours."""


class TooMany(Exception):
    """So many wait already that one more had better come back."""


@dataclass
class _Texts:
    """Who compares a text with all releases, and how many there are with those who wait for that."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    inside: int = 0


_texts: WeakKeyDictionary[asyncio.AbstractEventLoop, _Texts] = WeakKeyDictionary()


@asynccontextmanager
async def text_in_turn() -> AsyncIterator[None]:
    """The turn to compare a text: one at a time, for it may take a core longer than SQL. Raises TooMany."""
    texts = _texts.setdefault(asyncio.get_running_loop(), _Texts())
    if texts.inside > WAITING:
        raise TooMany
    texts.inside += 1
    try:
        async with texts.turn:
            yield
    finally:
        texts.inside -= 1


def in_turns(app: Asgi, datasette: Any) -> Asgi:
    """The website with Datasette's pages of tables and SQL answered a few at a time."""
    base_url = datasette.setting("base_url")
    turns = asyncio.Semaphore(AT_ONCE)
    inside = 0

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        nonlocal inside
        # Datasette takes "~61rchive" for "archive"
        if not tilde_decode(path_below(base_url, scope)).startswith("/archive"):
            await app(scope, receive, send)
        elif inside >= AT_ONCE + WAITING:
            # Datasette fills templates with a token that its inner layers put here; this page has no form
            response = await busy(datasette, Request({**scope, "csrftoken": str}, receive))
            await response.asgi_send(send)
        else:
            inside += 1
            try:
                await _in_turn(scope, receive, send)
            finally:
                inside -= 1

    async def _in_turn(scope: Any, receive: Any, send: Any) -> None:
        """The turn ends when the answer begins: whoever reads slowly keeps nobody waiting."""
        await turns.acquire()
        held = True

        def leave() -> None:
            nonlocal held
            if held:
                turns.release()
            held = False

        async def send_and_leave(message: Any) -> None:
            leave()
            await send(message)

        try:
            await app(scope, receive, send_and_leave)
        finally:
            leave()

    return answer
