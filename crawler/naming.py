"""Whose press page this is: the authority by host, title or imprint, and the entry to add for it. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from crawler import address
from crawler.sources import FICTION, Source
from crawler.survey import NO_FAMILY, SHARED_HOSTS, Look, text_of, title_of

_PART = re.compile(r"\s+[|–—•·:»-]\s+|\s*[|•»]\s*")
_NO_NAME = re.compile(
    r"(?:start(?:seite)?|home(?:page)?|willkommen|presse|aktuell|meldung|nachrichten|news)", re.IGNORECASE
)
_KINDS = {"[Kk]reis": "kreis", "[Ss]tadt": "stadt", "Gemeinde": "gemeinde", "[Mm]inisterium": "ministerium"}
_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def stranger(url: str) -> Source:
    """A source of which only an address is known, to look at it; a host's root is its home page."""
    parts = urlsplit(url)
    home = f"{parts.scheme}://{parts.netloc}/"
    press = "" if parts.path in ("", "/") and not parts.query else url
    return Source("new", parts.hostname or "", "other", FICTION, homepage=home, press=press)


def authority(look: Look, register: Sequence[Source]) -> tuple[Source | None, str]:
    """(entry of an authority that a look met, why this one); (None, why) where the register has none such.

    The host tells most, then the title; of an imprint the name that stands first, as supervisors, makers and
    partners follow.
    """
    known = [source for source in register if source.status != "retired"]
    here = _place(look.source.press or look.source.homepage)
    for source in known:
        if here not in SHARED_HOSTS and here in (_place(source.homepage), _place(source.press)):
            return source, f"its host is that of {source.id}"
    pages = [page for page in (look.press and look.press.page, look.home) if page]
    for text, where in [(title_of(page), "title") for page in pages] + [(text_of(look.imprint), "imprint")]:
        places = {source.id: _position(source.name, text) for source in known}
        found = [source for source in known if places[source.id] >= 0]
        if found:
            first = min(found, key=lambda source: (places[source.id], -len(source.name)))
            return first, f"its {where} names {first.name}"
    return None, "neither host, title nor imprint names an authority of the register"


def proposal(look: Look, known: Source | None, register: Sequence[Source], today: date) -> dict[str, Any]:
    """An entry for the press page that a look met, in the values of YAML."""
    reading = look.list or look.press
    press = reading.page.url if reading else look.source.press or look.source.homepage
    met = {"level": "checked", "when": today}
    entry: dict[str, Any] = _who(look, known, register)
    entry |= {"homepage": (known and known.homepage) or look.source.homepage, "press": press}
    if reading and reading.family is not NO_FAMILY:
        entry["family"] = reading.family.name
    entry["evidence"] = {"press": met}
    if look.home and look.home.status == 200 and entry["homepage"] == look.source.homepage:
        entry["evidence"] = {"homepage": met, "press": met}
    if not look.list:
        entry |= {"status": "candidate", "reason": "no release was found on the press page"}
    return entry


def _who(look: Look, known: Source | None, register: Sequence[Source]) -> dict[str, Any]:
    ids = {source.id for source in register}
    if known is None:
        name = _title_part(look)
        kind = next((kind for start, kind in _KINDS.items() if re.search(start, name)), "behoerde")
        return {"id": _free(slug(name) or "name-it", ids), "name": name, "kind": kind, "land": FICTION}
    who = {"name": known.name, "kind": known.kind, "land": known.land, "ags": known.ags}
    if not known.press or known.status == "candidate":
        return {"id": known.id, **who}
    return {"id": _free(known.id, ids), "publisher": known.publisher or known.id, **who}


def slug(name: str) -> str:
    """A name as an id.

    >>> slug("Landkreis Übertal (Süd)"), slug("Île-Kreis")
    ('landkreis-uebertal-sued', 'ile-kreis')
    """
    plain = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS))
    return re.sub(r"[^a-z0-9]+", "-", "".join(c for c in plain if not unicodedata.combining(c))).strip("-")


def _free(id_: str, taken: set[str]) -> str:
    numbered = (f"{id_}-{n}" for n in range(2, len(taken) + 3))
    return id_ if id_ not in taken else next(each for each in numbered if each not in taken)


def _title_part(look: Look) -> str:
    """The part of the titles that both pages share, mostly the site's name; else the last part."""
    titles = [title_of(look.press.page if look.press else None), title_of(look.home)]
    parts = [[p for p in _PART.split(title) if p and not _NO_NAME.match(p)] for title in titles]
    shared = [part for part in parts[0] if part in parts[1]]
    return (shared or parts[0] or parts[1] or [look.source.name])[-1]


def _position(name: str, text: str) -> int:
    match = re.search(rf"(?<!\w){re.escape(name)}(?!\w|-\w)", text, re.IGNORECASE)
    return match.start() if match else -1


def _place(url: str) -> str:
    """Site of an address, or host with port where the host is a number."""
    name = urlsplit(url).hostname or "" if url else ""
    return (
        address.host(url)
        if name and address.net(name)
        else address.site(url).removeprefix("www.")
        if name
        else ""
    )
