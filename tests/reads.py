"""What tests let reading processes do: a module of its own, for these have little memory to import with."""

from __future__ import annotations

from os import getpid

from archive.model import Page, Release
from crawler import pages
from crawler import readers as limits


def read_with_little(page: Page, family: str) -> list[Release]:
    """What a reading process does, with the limit of this test: it was forked before that was set."""
    limits.BYTES = 24 << 20
    limits._limit()
    return pages.released(page, family)


def who(_page: Page, said: str) -> tuple[str, int]:
    return said, getpid()
