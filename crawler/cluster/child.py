"""A crawl that ends when the worker that began it does, however it does: what crawler.cluster.work runs."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

from crawler.cli import main

_PR_SET_PDEATHSIG = 1  # of Linux' prctl


def _end_with(parent: int) -> None:
    """Have the kernel kill this process when the parent ends; end at once where that was before."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit("the worker of this crawl has ended")


if __name__ == "__main__":
    _end_with(int(sys.argv.pop(1)))
    main()
