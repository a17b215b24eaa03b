"""Addresses: their one spelling, the site they belong to, and whether they lie in the open net."""

from __future__ import annotations

import ipaddress
import re
from functools import cache
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import tldextract

_NOISE = re.compile(
    r"utm_\w+|fbclid|gclid|mc_[ce]id|no_cache|fontsize|contrast|print|druck|vs|phpsessid|jsessionid|sid|_ts|"
    r"tx_news_pi1\[(?:controller|action)\]",
    re.IGNORECASE,
)
_SESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_PORTS = {"http": 80, "https": 443}

Net = Literal["public", "private", "loopback"]


def plain(url: str) -> str:
    """The address without what does not change what it leads to: tracking, sessions, print views, fragment.

    A fragment that begins with "/" or "!" is kept, because it names an item of a page made by script.

    >>> plain("HTTPS://Kreis.Example:443/presse/1?utm_source=x&id=2#top")
    'https://kreis.example/presse/1?id=2'
    """
    parts = urlsplit(url.strip())
    query = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _NOISE.fullmatch(k)]
    kept = urlencode(query) if len(query) != len(parts.query.split("&")) else parts.query
    fragment = parts.fragment if parts.fragment.startswith(("/", "!")) else ""
    return urlunsplit((parts.scheme.lower(), host(url), _SESSION.sub("", parts.path) or "/", kept, fragment))


def key(url: str) -> str:
    """What all spellings of an address share: without scheme, "www.", order of parameters, last slash.

    >>> key("http://www.kreis.example/presse/?b=2&a=1") == key("https://kreis.example/presse?a=1&b=2")
    True
    """
    parts = urlsplit(plain(url))
    query = urlencode(sorted((k.lower(), v) for k, v in parse_qsl(parts.query, keep_blank_values=True)))
    address = parts.netloc.removeprefix("www.") + parts.path.rstrip("/")
    return address + (f"?{query}" if query else "") + (f"#{parts.fragment}" if parts.fragment else "")


def host(url: str) -> str:
    """Host of an address in lower case, with its port where that is not the scheme's own."""
    parts = urlsplit(url)
    name = (parts.hostname or "").rstrip(".")
    name = f"[{name}]" if ":" in name else name
    return name if parts.port in (None, _PORTS.get(parts.scheme.lower())) else f"{name}:{parts.port}"


def site(url: str) -> str:
    """Registered domain of an address; for a number or a name without one, the host without its port.

    >>> site("https://www2.presse.kreis.de/a"), site("http://127.0.0.1:8000/")
    ('kreis.de', '127.0.0.1')
    """
    name = urlsplit(url).hostname or ""
    return _domains()(name).top_domain_under_public_suffix or name


def net(name: str) -> Net | None:
    """Net that a host's name itself says it lies in; None for a name that must be resolved to know.

    >>> net("127.0.0.1"), net("localhost"), net("10.1.2.3"), net("::ffff:10.0.0.1"), net("kreis.example")
    ('loopback', 'loopback', 'private', 'private', None)
    """
    name = name.lower().strip("[]").rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return "loopback"
    try:
        number = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return None
    number = getattr(number, "ipv4_mapped", None) or number
    if number.is_loopback:
        return "loopback"
    return "public" if number.is_global and not number.is_multicast else "private"


@cache
def _domains() -> tldextract.TLDExtract:
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
