"""What is kept and shown: log, rows, search and website. Knows neither Scrapy nor the crawler."""

from functools import cache
from importlib.metadata import version

__version__ = "0.1.0"

EXTRACTOR = "11"
"""Version of everything of ours that turns a logged page into rows (families, text, dates). Raise it with
every change that can change a row: archives made by another version are rebuilt before the next crawl."""

LICENCE = (
    "Texts belong to their publishers. Whether press releases are official works under § 5 UrhG is disputed; "
    "name the authority and leave the text unaltered."
)

ATTRIBUTION = "Names and AGS of authorities: Destatis via landkreise-deutschland 3.0.0, CC BY 4.0."


@cache
def extractor() -> str:
    """What makes the rows: our version and those of the libraries that read pages."""
    return " ".join(
        [EXTRACTOR, *(f"{name}-{version(name)}" for name in ("trafilatura", "lxml", "pypdfium2"))]
    )
