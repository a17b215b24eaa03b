"""What a host reserves of text and data mining: /.well-known/tdmrep.json (TDM Reservation Protocol)."""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

from archive.decode import decode

Rules = list[tuple[str, str]]
"""(pattern of paths, "1" reserved or "0" not), in the file's order."""

_MOST, _LONGEST = 1000, 500


def address_of(url: str) -> str:
    """Where the host of an address would keep the file.

    >>> address_of("https://k.example/presse?a=1")
    'https://k.example/.well-known/tdmrep.json'
    """
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/.well-known/tdmrep.json"


def read_rules(body: bytes) -> Rules:
    """Rules of a file; what is none (a page that says "not found", another JSON) has none."""
    try:
        entries = json.loads(decode(body))
    except (ValueError, RecursionError):
        return []
    found = [_rule(each) for each in entries[:_MOST]] if isinstance(entries, list) else []
    return [rule for rule in found if rule]


def _rule(entry: object) -> tuple[str, str] | None:
    if not isinstance(entry, dict):
        return None
    location, value = entry.get("location"), str(entry.get("tdm-reservation"))
    fits = isinstance(location, str) and location.startswith("/") and len(location) <= _LONGEST
    return (str(location), value) if fits and value in ("0", "1") else None


def reserved(rules: Rules, url: str) -> str | None:
    """What the rules say of an address: the longest pattern counts; None where none fits.

    Patterns are those of robots.txt: beginnings of paths, ``*`` for anything, ``$`` for the end.

    >>> reserved([("/", "1"), ("/presse/", "0")], "https://k.example/presse/1"), reserved([("/a*.pdf$", "1")], "https://k/b")
    ('0', None)
    """  # noqa: E501 - an example
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    fitting = [rule for rule in rules if re.match(_pattern(rule[0]), path)]
    return max(fitting, key=lambda rule: len(rule[0]))[1] if fitting else None


def _pattern(location: str) -> str:
    beginning = ".*".join(map(re.escape, re.split(r"\*+", location.removesuffix("$"))))
    return beginning + ("$" if location.endswith("$") else "")
