"""How far long work has come: one moving line on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TextIO

_PLAIN_STEPS = 10


def meter(work: str, stream: TextIO = sys.stderr) -> Callable[[int, int], None]:
    """A function to be told how much of how much of the work is done; it says so at most once a percent.

    >>> tell = meter("reading", sys.stdout)
    >>> for done in range(0, 41, 4): tell(done, 40)
    reading: 10 %
    reading: 20 %
    reading: 30 %
    reading: 40 %
    reading: 50 %
    reading: 60 %
    reading: 70 %
    reading: 80 %
    reading: 90 %
    reading: 100 %
    """
    terminal = stream.isatty()
    steps = 100 if terminal else _PLAIN_STEPS
    said = 0

    def tell(done: int, total: int) -> None:
        nonlocal said
        step = steps * done // max(total, 1)
        if step > said:
            said = step
            line = f"{work}: {100 * step // steps} %"
            stream.write(f"\r\x1b[K{line}" + "\n" * (step >= steps) if terminal else f"{line}\n")
            stream.flush()

    return tell
