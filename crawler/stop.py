"""The end of a crawl whose data folder cannot be written any more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from scrapy.exceptions import CloseSpider

from crawler.storage import FAULTS


class Unwritable(CloseSpider):
    """Writing failed, by its cause: Scrapy ends a crawl in which this is raised."""


@contextmanager
def writing() -> Iterator[None]:
    """Raises Unwritable for what writing raises."""
    try:
        yield
    except FAULTS as error:
        raise Unwritable(str(error)) from error


@contextmanager
def unwrapped() -> Iterator[None]:
    """Raises the fault itself in place of Unwritable, for whoever is not Scrapy."""
    try:
        yield
    except Unwritable as fault:
        raise fault.__cause__ or fault from None
