"""What commands read first, read once: processes that are forked from one that imports this have it already."""

from __future__ import annotations

from archive.places import gazetteer
from archive.search import lexicon
from crawler import address

gazetteer.shipped()
lexicon.shipped()
address.site("https://www.kreis.example/")
