"""presse-service.de: one host with the releases of many authorities, each under several addresses.

All forms of an item's address carry the same number, which grows with time: /data.aspx/static/N.html,
/meldung.aspx?fid=N or ?ID=N, /meldung.cfm?ID=N, /data.cfm/static/NF.html. Parameter names come in any case.
Markup and addresses seen 2014 to 2026 on stored pages.
"""

import re
from urllib.parse import parse_qsl, urlsplit

from archive.text import Rules
from crawler import address
from crawler.family import Family

_STATIC = re.compile(r"/data\.(?:aspx|cfm)/static/(\d+)F?\.html$", re.IGNORECASE)


def _number(url: str) -> str | None:
    parts = urlsplit(url)
    if match := _STATIC.search(parts.path):
        return match.group(1)
    if not re.search(r"/meldung\.(?:aspx|cfm)$", parts.path, re.IGNORECASE):
        return None
    query = {name.lower(): value for name, value in parse_qsl(parts.query)}
    return query.get("fid") or query.get("id")


def canonical(url: str) -> str:
    """The static address of an item; other addresses as they are."""
    number = _number(url)
    parts = urlsplit(address.plain(url))
    return (
        parts._replace(path=f"/data.aspx/static/{number}.html", query="").geturl()
        if number
        else parts.geturl()
    )


def identity(url: str) -> str | None:
    """Host and item number; None for addresses that are no item's."""
    number = _number(url)
    return f"presse-service:{address.host(url).removeprefix('www.')}:{number}" if number else None


FAMILY = Family(
    name="presse_service",
    marks=(".ps_meldungsliste", ".ps_content", ".ps_meldungstext"),
    url_mark=r"presse-service\.de/|/meldungen\.aspx\?.*ps_id=",
    items=".ps_meldungsliste li",
    rules=Rules(main=".ps_content", body=".ps_meldungstext", date=".ps_datum, .ps_meldungsdatum"),
    canonical=canonical,
    identity=identity,
)
