"""One crawl from beginning to end, as ``kreispresse crawl`` runs it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler.limits import UNLIMITED, Limits
from crawler.loader import spider_for
from crawler.logs import speaks_json
from crawler.network import check_contact
from crawler.recorder import Recorder
from crawler.report import Events, Progress, Reporter
from crawler.sources import Source
from crawler.stop import unwrapped


def run(
    sources: Sequence[Source],
    data: Path,
    *,
    full: bool = False,
    limits: Limits = UNLIMITED,
    jobs: int = 1,
) -> tuple[Recorder, Reporter]:
    """Crawl these sources into a data folder: (what was recorded, what is to be reported).

    ``jobs``: so many processes read pages. Once a process, because Scrapy's event loop cannot be started
    again. Raises folder.Locked, network.NoContact and what writing raises (storage.FAULTS).
    """
    settings = Settings()
    settings.setmodule("crawler.settings")
    settings.update({**limits.settings(), "LOG_INSTALL_ROOT_HANDLER": not speaks_json()})
    check_contact(sources, settings["CONTACT"])
    hours = settings.getfloat("GONE_AFTER_HOURS")
    process = AsyncCrawlerProcess(settings)
    with unwrapped():
        recorder = Recorder(data, complete=full, gone_after_hours=hours, jobs=jobs)
        reporter = Events() if speaks_json() else Progress(sum(s.status != "retired" for s in sources))
        process.crawl(spider_for(sources), recorder=recorder, reporter=reporter, full=full)
        process.start()
        if reporter.stopped:
            raise reporter.stopped
    if process.bootstrap_failed:
        raise RuntimeError("the crawl could not be started; the lines above say why")
    return recorder, reporter
