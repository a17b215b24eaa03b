"""One crawl from beginning to end, as ``kreispresse crawl`` runs it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler.loader import spider_for
from crawler.network import check_contact
from crawler.recorder import Recorder
from crawler.report import Progress, Reporter
from crawler.sources import Source


def run(
    sources: Sequence[Source],
    data: Path,
    *,
    full: bool = False,
    host_requests: int | None = None,
    jobs: int = 1,
) -> tuple[Recorder, Reporter]:
    """Crawl these sources into a data folder: (what was recorded, what is to be reported).

    ``host_requests``: how often one host is asked at most, None for the setting's; ``jobs``: so many
    processes read pages. Once a process, because Scrapy's event loop cannot be started again. Raises
    folder.Locked and network.NoContact.
    """
    settings = Settings()
    settings.setmodule("crawler.settings")
    if host_requests:
        settings.set("HOST_REQUESTS", host_requests)
    check_contact(sources, settings["CONTACT"])
    hours = settings.getfloat("GONE_AFTER_HOURS")
    process = AsyncCrawlerProcess(settings)
    recorder = Recorder(data, complete=full, gone_after_hours=hours, jobs=jobs)
    reporter = Progress(sum(source.status != "retired" for source in sources))
    process.crawl(spider_for(sources), recorder=recorder, reporter=reporter, full=full)
    process.start()
    if process.bootstrap_failed:
        raise RuntimeError("the crawl could not be started; the lines above say why")
    return recorder, reporter
