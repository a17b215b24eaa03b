"""What is the same however it is spelled: typed marks and blanks, addresses of one file. Pure."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import parse_qsl, urlencode, urlsplit

_AS_TYPED = str.maketrans(
    dict.fromkeys("„“”‟«»", '"') | dict.fromkeys("‚‘’‛‹›´`", "'") | dict.fromkeys("‐‑‒–—―−", "-")
)
AGAINST_CACHES = r"_|_?ts|timestamp|no_?cache|cachebust(?:er)?|rnd|rand(?:om)?"
"""Regular expression of parameters that are another with each answer and lead to the same."""

_FRESH = re.compile(
    rf"{AGAINST_CACHES}|v|ver|rev|t|time|mtime|itok|cb|cache|"
    r"token|nonce|sig(?:nature)?|expires|(?:php|j|asp)?sess(?:ion)?_?id|sid",
    re.IGNORECASE,
)
_STAMP = re.compile(r"[\da-f]{8,}=?", re.IGNORECASE)


def folded(text: str) -> str:
    """Text as it is compared: whatever marks, dashes and ligatures an editor makes of what is typed.

    >>> folded("»Halt« – 10\\u00a0Meter weiter …") == folded('"Halt" - 10 Meter weiter ...')
    True
    """
    return unicodedata.normalize("NFKC", text.translate(_AS_TYPED))


def file_named(url: str) -> str:
    """What an address says of which file it is: not by which protocol, nor what only defeats caches.

    Whether the file itself is another one, its bytes tell.

    >>> file_named("https://www.k.example/plan.pdf?v=1a2b3c") == file_named("http://k.example/plan.pdf")
    True
    >>> file_named("https://k.example/a.pdf?1763862000") == file_named("https://k.example/a.pdf")
    True
    >>> file_named("https://k.example/file?id=7&t=169") == file_named("https://k.example/file?id=8&t=169")
    False
    """
    parts = urlsplit(url)
    if _STAMP.fullmatch(parts.query) and "." in parts.path.rpartition("/")[2]:
        parts = parts._replace(query="")
    query = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _FRESH.fullmatch(k)]
    return f"{parts.netloc.lower().removeprefix('www.')}{parts.path}?{urlencode(query)}"
