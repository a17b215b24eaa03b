"""Any site that no family knows: everything is learned from the page's structure, text by trafilatura."""

from crawler.family import Family

FAMILY = Family(name="generic")
