"""The register as Scrapy sees it: ``scrapy list`` and ``scrapy crawl ID`` know one spider class an entry."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.sources import Source, load, shipped, uncrawlable
from crawler.spiders import PressSpider

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.settings import BaseSettings


class RegisterLoader:
    """One spider class a source, made when it is asked for."""

    def __init__(self, files: Sequence[Path]) -> None:
        self._files = files

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> RegisterLoader:
        """Register of the SOURCES setting, else the shipped one; reading it may raise sources.BadRegister."""
        return cls([Path(name) for name in (settings.get("SOURCES") or "").split(":") if name])

    @cached_property
    def _sources(self) -> dict[str, Source]:
        """Sources by id, read when a spider is asked for by name: ``kreispresse crawl`` brings its own."""
        return {source.id: source for source in (load(self._files) if self._files else shipped())}

    def load(self, spider_name: str) -> type[PressSpider]:
        """Spider class of a source; raises KeyError for one that is not in the register."""
        if spider_name not in self._sources:
            raise KeyError(f"{spider_name} is not in the register; 'scrapy list' names its sources")
        if fault := uncrawlable(self._sources[spider_name]):
            raise KeyError(fault)
        return spider_for([self._sources[spider_name]], spider_name)

    def list(self) -> list[str]:
        """Ids of the sources that are crawled."""
        return sorted(source.id for source in self._sources.values() if source.status == "active")

    def find_by_request(self, request: Request) -> Sequence[str]:  # noqa: ARG002 - Scrapy's signature
        """No spider is chosen by address."""
        return []


def spider_for(sources: Sequence[Source], name: str = "press") -> type[PressSpider]:
    """Spider class that crawls these sources."""
    return type("PressSpider", (PressSpider,), {"name": name, "sources": tuple(sources)})
