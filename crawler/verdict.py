"""What a look at a source says of its entry: whether it works, if not why, and what must change. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from archive.model import Page
from crawler import address
from crawler.family import Family
from crawler.sources import Source
from crawler.survey import NO_FAMILY, Look, Reading


def judge(look: Look) -> tuple[str, str]:
    """(finding of evidence.FOUND, why and what to do, in one line)."""
    refusal = _refusal(look.press.page) if look.press else None
    if refusal:
        return refusal
    if look.press is None or look.lost:
        return _lost(look)
    if not look.works:
        return "empty", _empty(look.press, look.other)
    return _changed(look.source, look.press, bare=look.list is None)


def _empty(press: Reading, other: Reading | None) -> str:
    script = "it is filled by script; " if press.listing.by_script else ""
    lead = f"see {other.page.url}" if other and other.names_releases else "look at it and check press"
    return f"{script}{press.error or 'no release found on ' + press.page.url}; {lead}"


def _changed(source: Source, press: Reading, *, bare: bool) -> tuple[str, str]:
    """A list that was read: whether under its address and with its family. ``bare``: only the feed was."""
    url = press.page.url
    if _host(url) != _host(source.press):
        return "renamed", f"{source.press} leads to {url}"
    if address.key(url) != address.key(source.press):
        return "moved", f"{source.press} leads to {url}"
    if press.names_releases and source.family not in (None, press.family.name):
        return "relaunched", f"no mark of {source.family}; it is {press.family.name}: {press.why}"
    return "well", "the page names nothing, the feed does" if bare else ""


def _refusal(page: Page) -> tuple[str, str] | None:
    if page.code in ("robots", "blocked"):
        return page.code, page.error or ""
    if page.status is None:
        return "dead", page.error or ""
    if page.status in (401, 403, 429):
        return "blocked", f"{page.url} answered {page.status}: ask the press office; never pose as a browser"
    if page.status >= 500:
        return "dead", f"{page.url} answered {page.status}"
    return None


def _lost(look: Look) -> tuple[str, str]:
    """A press page that is not there: another one, or why none was found."""
    refusal = _refusal(look.home) if look.press is None and look.home else None
    if refusal:
        return refusal
    if look.press is None and look.source.homepage == "":
        return "missing", "neither home nor press page is named; find them"
    named = look.source.press and f"{look.source.press} is not there ({_answer(look.press)})"
    if look.other and look.other.names_releases:
        place = f"the home page leads to {look.other.page.url}"
        return ("moved", f"{named}; {place}") if named else ("found", place)
    return (
        "missing",
        f"{named or 'no press page is named'}; {look.source.homepage} leads to no list of releases",
    )


def _answer(reading: Reading | None) -> str:
    page = reading.page if reading else None
    return f"leads to {page.url}" if page and page.via else f"answered {page and page.status}"


def changes(look: Look, found: str, why: str, today: date) -> dict[str, Any]:
    """What a check makes of an entry, as crawler.edit takes it."""
    met = {"level": "checked", "when": today}
    made: dict[str, Any] = {}
    if look.home and look.home.status == 200:
        made["evidence.homepage"] = met
    if look.feed and look.feed[0] == look.source.feed and not isinstance(look.feed[1], str):
        made["evidence.feed"] = met
    if found in ("dead", "blocked", "robots", "empty", "missing"):
        return made | _demoted(look.source, found, why, today)
    made |= {"evidence.press": met, "checked": None}
    if look.list and found in ("renamed", "moved", "found"):
        made["press"] = look.list.page.url
    if look.list and look.source.family not in (None, look.list.family.name):
        made |= _family_change(look.source, look.list.family, today)
    if look.source.status == "candidate":
        guess = f"press page found by a check on {today}; look at its releases, then remove status and reason"
        made |= {"reason": guess} if found == "found" else {"status": None, "reason": None, "since": None}
    return made


def _demoted(source: Source, found: str, why: str, today: date) -> dict[str, Any]:
    """Outages may be over tomorrow; what the site itself says ends the crawling until somebody looks."""
    noted: dict[str, Any] = {"checked": {"when": today, "found": found}}
    if source.status == "active" and found not in ("dead", "blocked"):
        noted |= {"status": "candidate", "reason": " ".join(why.split())[:300], "since": today}
    return noted


def _family_change(source: Source, family: Family, today: date) -> dict[str, Any]:
    earlier = [{"family": name, "until": date.fromisoformat(until)} for name, until in source.earlier]
    earlier.append({"family": source.family or "", "until": today - timedelta(days=1)})
    return {"family": None if family is NO_FAMILY else family.name, "earlier": earlier}


def _host(url: str) -> str:
    return address.host(url).removeprefix("www.")
