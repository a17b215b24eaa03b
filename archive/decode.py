"""Bytes into clean characters: the charset a page really has, NFC, nothing invisible."""

from __future__ import annotations

import codecs
import re
import unicodedata

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DECLARED = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE
)
_IN_HEADER = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]+)", re.IGNORECASE)
# Browsers read these labels as windows-1252 (WHATWG Encoding Standard): authorities mean it that way, too.
_LATIN = {"iso8859-1", "iso8859-15", "ascii"}
# Charsets that browsers know; others would decode to anything (unicode_escape) or fail in ways of their own.
_CHARSETS = re.compile(
    r"utf[-_]?(?:8|16(?:[-_]?[lb]e)?)|(?:windows|cp)[-_]?125\d|iso[-_]?8859[-_]?\d{1,2}|latin[-_]?\d|us-ascii|"
    r"koi8[-_][ru]|mac(?:intosh|[-_]?roman)|gbk?|gb2312|gb18030|big5|euc[-_](?:jp|kr)|shift[-_]?jis|ascii",
    re.IGNORECASE,
)
_HEAD = 4096
ZERO_WIDTH = "\u00ad\u200b-\u200d\u2060\ufeff"
"""Soft hyphens and zero-width characters, as they stand in a character class of a pattern."""

# These, control characters (but tab and line feed), halves of surrogate pairs.
_INVISIBLE = re.compile(f"[{ZERO_WIDTH}\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_SPACES = re.compile(r"[^\S\n]+")


def decode(body: bytes, content_type: str | None = None) -> str:
    """Text of a page's bytes; every byte string has one.

    Valid UTF-8 is UTF-8 whatever the page says, because other charsets never look like it by accident. Else
    the header's charset counts, then the page's own, then windows-1252.

    >>> decode("Güler".encode(), "text/html; charset=iso-8859-1")
    'Güler'
    >>> decode("„Güler“".encode("windows-1252"), "text/html; charset=utf-8")
    '„Güler“'
    """
    for mark, charset in _BOMS:
        if body.startswith(mark):
            return body.decode(charset, "replace").lstrip("\ufeff")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    for charset in (*_declared(body, content_type), "windows-1252"):
        try:
            return body.decode(charset)
        except (UnicodeDecodeError, LookupError):
            continue
    return body.decode("windows-1252", "replace")


def declared(body: bytes, content_type: str | None = None) -> str | None:
    """The charset that a page's header, else the page, says that it has; None where neither does.

    >>> declared(b'<meta charset="UTF-8">'), declared(b"", "text/html; charset=latin1"), declared(b"")
    ('utf-8', 'windows-1252', None)
    """
    return next((label.lower() for label in _declared(body, content_type)), None)


def clean(text: str) -> str:
    """One line of text: NFC, no soft hyphens or other invisible characters, single blanks.

    >>> clean("Kreis\\u00adhaus\\u00a0 Gu\\u0308tersloh\\n")
    'Kreishaus Gütersloh'
    """
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFC", text)).split())


def visible(text: str) -> str:
    """NFC without soft hyphens and other invisible or control characters; line breaks stay."""
    return _SPACES.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFC", text)))


def _declared(body: bytes, content_type: str | None) -> list[str]:
    found = [match.group(1) for match in [_IN_HEADER.search(content_type or "")] if match]
    found += [match.group(1).decode("ascii") for match in [_DECLARED.search(body[:_HEAD])] if match]
    known = [label for label in found if _CHARSETS.fullmatch(label)]
    return ["windows-1252" if _name(label) in _LATIN else label for label in known]


def _name(label: str) -> str:
    try:
        return codecs.lookup(label).name
    except LookupError:
        return label
