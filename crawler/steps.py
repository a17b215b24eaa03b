"""How far long work is: one moving line on a terminal, plain lines or events elsewhere."""

from __future__ import annotations

import sys
from typing import TextIO

from crawler.logs import speaks_json
from crawler.logs import tell as log

_SHORT = 20  # releases or megabytes


class Steps:
    """Tells each hundredth on a terminal, each tenth elsewhere, nothing of short work.

    It goes to standard error by default, as events where everything does. Where it is not known how much
    there is, a terminal shows what is done so far, a log each step once.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._to, self._events = stream or sys.stderr, stream is None and speaks_json()
        self._moving = self._to.isatty() and not self._events
        self._told: dict[str, int] = {}

    def __call__(self, what: str, done: int, total: int | None) -> None:
        """A step; see ``archive.progress.Tell``."""
        if total is None:
            if self._moving or what not in self._told:
                self._say(what, done, None)
            self._told[what] = 0
            return
        share = (100 if self._moving else 10) * done // max(1, total)
        if total >= _SHORT and share > self._told.get(what, 0):
            self._told[what] = share
            self._say(what, done, total)

    def clear(self) -> None:
        """Make room for a line of another kind."""
        if self._moving:
            self._line("", ends=False)

    def _say(self, what: str, done: int, total: int | None) -> None:
        if self._events:
            log(what, done=done, total=total)
        elif total is None:
            self._line(what + (f" {done:,}" if done and self._moving else ""), ends=not self._moving)
        else:
            self._line(f"{what}: {done:,} of {total:,}", ends=done >= total or not self._moving)

    def _line(self, line: str, *, ends: bool) -> None:
        self._to.write(("\r\x1b[K" if self._moving else "") + line + ("\n" if ends else ""))
        self._to.flush()
