"""How the sample sites look from outside: the addresses of each style, as data.

The shapes are those of real systems (TYPO3 with tx_news, Sitepark, iKISS, presse-service.de, Drupal) and of
one hand-made site. Every address is a format string; `pages.py` fills it in.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Style:
    """The addresses of one kind of site.

    Fields for listings: `code` (the source's number), `n`, `n0` (page from 1, from 0), `row` (items before).
    Fields for releases: `slug`, `id`, `year`, `month`, `stamp` (epoch seconds). For services: `slug`.
    `details` holds every address of one release, the main one first. `asks` names the query parameters
    the site heeds, in lower case; it ignores all others, as real sites do.
    """

    listing: str
    more: str
    details: tuple[str, ...]
    service: str
    image: str
    attachment: str
    per_page: int
    asks: frozenset[str] = frozenset()
    home: str = "/"
    feed: str = ""
    facet: str = ""
    sitemap: str = ""
    disallow: tuple[str, ...] = ()
    first_id: int = 0
    encoding: str = "utf-8"
    says_charset: bool = True
    validators: tuple[str, ...] = ("ETag",)


TYPO3 = Style(
    listing="/aktuelles",
    more="/aktuelles/page-{n}",
    details=("/aktuelles/{slug}",),
    service="/{slug}",
    image="/fileadmin/_processed_/csm_{slug}.png",
    attachment="/fileadmin/dokumente/presse/{slug}.pdf",
    per_page=5,
    asks=frozenset({"type"}),
    feed="/aktuelles?type=9818",
    disallow=("/typo3/",),
    validators=("ETag", "Last-Modified"),
)

_IKISS = "/Kreisverwaltung/Aktuelles/Pressemeldungen/index.php"
_IKISS_DETAIL = _IKISS + "?ModID=7&FID=9417.{id}.1&object=tx%7C9417.{id}.1&NavID={nav}&La=1&kuo={kuo}&sub=0"

IKISS = Style(
    listing=_IKISS + "?ModID=255&object=tx,9417.5&La=1&NavID=9417.61",
    more=_IKISS + "?ModID=255&object=tx,9417.5&La=1&NavID=9417.61&text=&kat=&monat=&jahr=&kuo=1&seite={n}",
    details=(
        _IKISS_DETAIL.replace("{nav}", "9417.61").replace("{kuo}", "1"),
        _IKISS_DETAIL.replace("{nav}", "9417.2").replace("{kuo}", "2"),
    ),
    service="/{slug}/index.php?La=1&NavID=9417.9",
    image="/media/custom/9417_{id}_1_m.PNG",
    attachment="/media/custom/9417_{id}_1.PDF?ObjSvrID=9417&ObjID={id}&ObjLa=1&Ext=PDF&WTR=1&_ts={stamp}",
    per_page=6,
    asks=frozenset({"fid", "seite"}),
    first_id=2100,
    encoding="windows-1252",
    says_charset=False,
)

SITEPARK = Style(
    listing="/pressemitteilungen/index.php",
    more="/pressemitteilungen/index.php?pageId0815={n}",
    details=("/pressemitteilungen/{month}-{year}/{slug}.php",),
    service="/{slug}/index.php",
    image="/pressemitteilungen/{month}-{year}/medien/{slug}.png.scaled/full.png",
    attachment="/pressemitteilungen/{month}-{year}/medien/{slug}.pdf",
    per_page=6,
    asks=frozenset({"pageid0815", "sp:out"}),
    feed="/pressemitteilungen/index.php?sp%3Aout=rss",
    disallow=("/intern/",),
)

PRESSE_SERVICE = Style(
    listing="/meldungen.aspx?ps_id={code}&Typ=0&Startrow=0",
    more="/meldungen.aspx?ps_id={code}&Typ=0&Startrow={row}",
    details=("/data.aspx/static/{id}.html", "/meldung.aspx?fid={id}"),
    service="/{slug}.aspx",
    image="/data.aspx/bilder/{id}.png",
    attachment="/data.aspx/medien/{id}P.pdf",
    per_page=10,
    asks=frozenset({"ps_id", "startrow", "fid", "p"}),
    home="/default.aspx?p={code}",
    feed="/rss.aspx?p={code}",
    first_id=1196500,
    validators=("Last-Modified",),
)

DRUPAL = Style(
    listing="/presse?page=0",
    more="/presse?page={n0}",
    details=("/pressemitteilung/{slug}", "/node/{id}"),
    service="/{slug}",
    image="/sites/default/files/styles/teaser/public/{slug}.png",
    attachment="/system/files/media/document/file/{slug}.pdf",
    per_page=6,
    asks=frozenset({"page", "f[0]"}),
    facet="/presse?f%5B0%5D=tags%3A{n}",
    sitemap="/sitemap.xml",
    disallow=("/core/", "/search/", "/admin/", "/user/login"),
    first_id=310,
)

HAND_MADE = Style(
    listing="/presse/index.html",
    more="/presse/index{n}.html",
    details=("/presse/{year}/{slug}.html",),
    service="/{slug}.html",
    image="/bilder/{slug}.png",
    attachment="/presse/{year}/{slug}.pdf",
    per_page=5,
    validators=("Last-Modified",),
)

STYLES: Mapping[str, Style] = MappingProxyType(
    {
        "typo3": TYPO3,
        "sitepark": SITEPARK,
        "ikiss": IKISS,
        "presse_service": PRESSE_SERVICE,
        "drupal": DRUPAL,
        "hand_made": HAND_MADE,
    }
)


def key(url: str, asks: frozenset[str]) -> str:
    """What two addresses of the same page have in common: path and heeded parameters, in any order and case.

    >>> key("/presse/?utm=x&Page=2", frozenset({"page"})), key("/presse?page=0", frozenset({"page"}))
    ('/presse?page=2', '/presse')
    """
    parts = urlsplit(url)
    asked = sorted((name.lower(), value) for name, value in parse_qsl(parts.query) if value != "0")
    query = "&".join(f"{name}={value}" for name, value in asked if name in asks)
    return (unquote(parts.path).rstrip("/") or "/") + (f"?{query}" if query else "")
