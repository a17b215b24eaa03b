"""What is kept and shown: log, rows, search and website. Knows neither Scrapy nor the crawler."""

__version__ = "0.1.0"

EXTRACTOR = "1"
"""Version of everything that turns a logged page into rows (families, text, dates). Raise it with every
change of theirs that can change a row: archives made by another version are then rebuilt before the next
crawl."""

LICENCE = (
    "Texts belong to their publishers. Whether press releases are official works under § 5 UrhG is disputed; "
    "name the authority and leave the text unaltered."
)
