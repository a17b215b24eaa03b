"""iKISS (Advantic): long parameter lists of which only FID (or object) identifies the item.

Lists are ``.mitteilungen li`` with a ``.date``; texts stand in read-aloud containers and are parted by double
line breaks; navigation parameters vary from link to link. Old sites declare ISO-8859-1 in the page only.
Markup seen 2019 to 2025 on stored pages of several Kreise.
"""

from urllib.parse import parse_qsl, urlencode, urlsplit

from archive.text import Rules
from crawler import address
from crawler.family import Family

_KEPT = ("modid", "fid", "object", "la")


def _query(url: str) -> dict[str, str]:
    return {name.lower(): value for name, value in parse_qsl(urlsplit(url).query)}


def _item(url: str) -> str | None:
    query = _query(url)
    return query.get("fid") or query.get("object", "").replace("|", ",") or None


def canonical(url: str) -> str:
    """Address with the parameters that are needed to show the item and no others."""
    parts = urlsplit(address.plain(url))
    if not _item(url):
        return parts.geturl()
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name.lower() in _KEPT]
    return parts._replace(query=urlencode(sorted(kept))).geturl()


def identity(url: str) -> str | None:
    """Host and item number; None for addresses without one."""
    item = _item(url)
    return f"ikiss:{address.host(url).removeprefix('www.')}:{item}" if item else None


FAMILY = Family(
    name="ikiss",
    marks=(
        "ul.mitteilungen, ol.mitteilungen, .mitteilungen li",
        "#readthis, #vorlesen",
        "a[href*='object=tx']",
    ),
    url_mark=r"[?&](?:ModID|FID)=",
    items=".mitteilungen li",
    item_date=".date",
    rules=Rules(main="article", body="#readthis, #vorlesen", date=".date"),
    canonical=canonical,
    identity=identity,
)
