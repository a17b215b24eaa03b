"""Scrapy's settings for this project: polite, honest, bounded. Read by ``scrapy`` through scrapy.cfg, too."""

import os

import click

from archive import __version__


def _number(variable: str, usual: str) -> float:
    """The number that a variable of the environment holds, at least 0. Raises click.UsageError."""
    value = os.environ.get(variable, usual)
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not 0 <= number < float("inf"):
        raise click.UsageError(f"{variable} is {value!r}; it must be a number, as {usual}")
    return number


BOT_NAME = "kreispresse"
CONTACT = os.environ.get(
    "KREISPRESSE_CONTACT", ""
)  # page or mail address; needed before public hosts are asked
USER_AGENT = f"Kreispresse/{__version__} ({'+' + CONTACT if CONTACT else 'no contact set'})"

DATA = os.environ.get("KREISPRESSE_DATA", "data")
SOURCES = os.environ.get(
    "KREISPRESSE_SOURCES", ""
)  # register files, parted by ":"; empty: those of the package
GONE_AFTER_HOURS = _number("KREISPRESSE_GONE_AFTER", "24")
LISTING_PAGES = 2000  # listing pages asked per source and crawl
HOST_REQUESTS = int(_number("KREISPRESSE_HOST_REQUESTS", "5000"))  # per host and crawl: 3 h at 2 s
SECONDS = 0.0  # so long a crawl asks; 0: as long as it takes

SPIDER_LOADER_CLASS = "crawler.loader.RegisterLoader"
SPIDER_MODULES: list[str] = []
TWISTED_DNS_RESOLVER = "crawler.network.OpenNetResolver"

# One connection a host, two seconds between its requests; crawler.robots knows when it is more or none.
DOWNLOAD_DELAY = 2.0
DOWNLOAD_DELAY_JITTER = 0.0
CONCURRENT_REQUESTS = 0  # no sum over all hosts: a slow host must not hold up the others
CONCURRENT_REQUESTS_PER_DOMAIN = 1
ROBOTSTXT_OBEY = False  # by crawler.robots.Politeness instead

CONCURRENT_ITEMS = 1  # so many tasks Scrapy starts for each answer, and ours are few and quickly done

DOWNLOAD_MAXSIZE = 8 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_VERIFY_CERTIFICATES = True
RETRY_TIMES = 2
RETRY_GIVE_UP_LOG_LEVEL = "INFO"
REDIRECT_MAX_TIMES = 5
METAREFRESH_ENABLED = False
COOKIES_ENABLED = False
HTTPPROXY_ENABLED = False  # behind a proxy nobody could check which number a name leads to
HTTPERROR_ALLOW_ALL = True
REFERER_ENABLED = False
TELNETCONSOLE_ENABLED = False
WARN_ON_GENERATOR_RETURN_VALUE = False  # it parses our callbacks again and again, a millisecond each
REMOTE_CONTROL_ENABLED = False
DOWNLOAD_HANDLERS = {
    **dict.fromkeys(("http", "https"), "crawler.head.Handler"),
    **dict.fromkeys(("data", "file", "ftp", "s3")),
}
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5",
    "Accept-Language": "de, en;q=0.3",
}

DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.network.Guard": 50,
    # answers pass from the last of these to the first: decompressed, recorded, then redirected or retried
    "crawler.robots.Politeness": 560,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "crawler.answers.Redirects": 600,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "crawler.packing.Unpacked": 610,
    "crawler.answers.Record": 605,
}

SPIDER_MIDDLEWARES = {
    # address.is_address refuses long addresses, too, but says so
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
}

FEED_EXPORT_ENCODING = "utf-8"
LOG_LEVEL = "WARNING"
LOGSTATS_INTERVAL = 0
STATS_DUMP = False
