"""How far long work is: one moving line on a terminal, a plain line or an event each tenth elsewhere."""

from __future__ import annotations

import sys
from typing import TextIO

from archive.progress import Tell
from crawler.logs import speaks_json
from crawler.logs import tell as log

_SHORT = 20  # releases or megabytes


def steps(stream: TextIO | None = None) -> Tell:
    """A function that tells each hundredth or tenth, on standard error by default; nothing of short work."""
    told: dict[str, int] = {}

    def tell(what: str, done: int, total: int) -> None:
        to, as_json = stream or sys.stderr, stream is None and speaks_json()
        moving = to.isatty() and not as_json
        share = (100 if moving else 10) * done // max(1, total)
        if total < _SHORT or share <= told.get(what, 0):
            return
        told[what] = share
        if as_json:
            log(what, done=done, total=total)
            return
        line = f"{what}: {done:,} of {total:,}"
        ends = done >= total or not moving
        to.write(("\r\x1b[K" if moving else "") + line + ("\n" if ends else ""))
        to.flush()

    return tell
