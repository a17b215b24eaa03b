"""Addresses: their one spelling, the site they belong to, and whether they lie in the open net."""

from __future__ import annotations

import ipaddress
import re
from functools import cache
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import tldextract
from w3lib.url import safe_url_string

from archive.spelling import AGAINST_CACHES
from archive.tree import without_session

_NOISE = re.compile(
    rf"utm_\w+|fbclid|gclid|mc_[ce]id|{AGAINST_CACHES}|"
    r"fontsize|contrast|print|druck|vs|"
    r"tx_news_pi1\[(?:controller|action)\]",
    re.IGNORECASE,
)
_WAY_BACK = re.compile(
    r"(?:\w*_)?(?:redirect|referr?er|ref|return|back|origin)(?:_?(?:ur[li]|to|link|path))?", re.IGNORECASE
)
_SESSION_NAME = re.compile(r"(?:php|j|asp)?sess(?:ion)?_?id|sid", re.IGNORECASE)
_SESSION_VALUE = re.compile(r"[A-Za-z0-9._-]{16,}")
_LONGEST = 2000
_PORTS = {"http": 80, "https": 443}
_PRIVATE = [
    ipaddress.ip_network(each) for each in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
]
_NAT64, _COMPATIBLE = ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96")

Net = Literal["public", "private", "loopback", "reserved"]


def is_address(url: str) -> bool:
    """Whether this is a complete http or https address that a request can be made of.

    >>> [is_address(url) for url in ("https://k.example/a", "http://[x", "http://k.example:99999/", "mailto:a@b")]
    [True, False, False, False]
    """  # noqa: E501 - an example
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    named = len(url) <= _LONGEST and bool(parts.hostname) and not re.search(r"[\s<>\"\\^`{|}]", parts.netloc)
    return parts.scheme in ("http", "https") and named and port != 0


def plain(url: str) -> str:
    """The address without what does not change what it leads to: tracking, sessions, what defeats caches,
    print views, ways back to lists, fragment.

    A fragment that begins with "/" or "!" is kept, because it names an item of a page made by script.

    >>> plain("HTTPS://Kreis.Example:443/presse/1?utm_source=x&id=2#top")
    'https://kreis.example/presse/1?id=2'
    >>> plain("https://kreis.example/presse?id=2&ts=1763862000&_=17")
    'https://kreis.example/presse?id=2'
    >>> plain("https://kreis.example/müll") == plain("https://kreis.example/m%C3%BCll")
    True
    >>> plain("https://kreis.example/p?id=2&_p_redirect=%2Fpresse%3Fcur%3D3&ref=7")
    'https://kreis.example/p?id=2&ref=7'
    """
    parts = urlsplit(safe_url_string(url.strip()))
    query = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _is_noise(k, v)]
    kept = urlencode(query) if len(query) != len(parts.query.split("&")) else parts.query
    fragment = parts.fragment if parts.fragment.startswith(("/", "!")) else ""
    return urlunsplit((parts.scheme.lower(), host(url), without_session(parts.path) or "/", kept, fragment))


def _is_session(name: str, value: str) -> bool:
    return bool(_SESSION_NAME.fullmatch(name) and _SESSION_VALUE.fullmatch(value))


def _is_noise(name: str, value: str) -> bool:
    back = "/" in value and _WAY_BACK.fullmatch(name)
    return _is_session(name, value) or bool(back or _NOISE.fullmatch(name))


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

    "reserved" is everything that is neither open nor somebody's own network: link-local, unspecified,
    multicast, and IPv6 numbers that hide such an IPv4 number.

    >>> net("127.0.0.1"), net("localhost"), net("10.1.2.3"), net("::ffff:10.0.0.1"), net("kreis.example")
    ('loopback', 'loopback', 'private', 'private', None)
    >>> net("169.254.169.254"), net("64:ff9b::a00:1"), net("2002:a00:1::")
    ('reserved', 'private', 'private')
    """
    name = name.lower().strip("[]").rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return "loopback"
    try:
        number = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return None
    number = _inner(number)
    if number.is_loopback:
        return "loopback"
    if any(number in network for network in _PRIVATE if network.version == number.version):
        return "private"
    return "public" if number.is_global and not number.is_multicast else "reserved"


def _inner(
    number: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The IPv4 number that an IPv6 number carries (mapped, 6to4, NAT64, compatible), else the number."""
    if isinstance(number, ipaddress.IPv4Address):
        return number
    if number in _NAT64 or (number in _COMPATIBLE and int(number) > 1):
        return ipaddress.IPv4Address(int(number) & 0xFFFFFFFF)
    return number.ipv4_mapped or number.sixtofour or number


@cache
def _domains() -> tldextract.TLDExtract:
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
