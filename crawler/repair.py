"""What would make a source work again: which family its site has now, and what its entry must say. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from archive.dates import berlin_day
from archive.derive.words import words
from archive.model import Page
from archive.tree import parse
from crawler import address
from crawler.discover import read_listing
from crawler.families import families
from crawler.family import Family, marks, releases
from crawler.moved import Moved, Shape, moved
from crawler.readers import READER_FAULTS
from crawler.sources import Source
from crawler.stored import History, Met
from crawler.survey import NO_FAMILY, Look, Reading, origin, read_list
from crawler.verdict import changes

_GONE_FEED = re.compile(r"answered 4(?:04|10)|not a feed")


@dataclass(frozen=True, slots=True)
class Asked:
    """What one family makes of a list and a release: ``marks`` that they bear, releases named, with a day.

    ``words`` and ``day`` (its evidence, None without a day) are of the release.
    """

    family: Family
    marks: int
    releases: int
    dated: int
    pager: bool
    words: int
    day: str | None


class _Before(NamedTuple):
    """The family before the trouble, None where nobody knows; the day (Berlin) that first met it."""

    family: Family | None
    broke: date


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is to be said of one source.

    ``then``: what had moved when it first failed, ``now``: by this look, both against its last good crawl.
    ``known``: how many titles on the list that was met are those of releases; ``changed``: what the entry
    must say otherwise, as crawler.edit takes it; ``doubt``: why nobody should believe that yet.
    """

    look: Look
    source: Source
    history: History | None
    then: list[Moved]
    now: list[Moved]
    asked: list[Asked]
    known: int
    changed: dict[str, Any]
    doubt: str | None


def ask_families(reading: Reading, release: Page | None, source: Source) -> list[Asked]:
    """What each family makes of a list that was met, and of its newest release, the best first."""
    lists = reading.below or reading
    asked = [_ask(family, lists, release, source) for family in families().values()]
    return sorted(asked, key=lambda each: _worth(each, lists.family), reverse=True)


def _ask(family: Family, reading: Reading, release: Page | None, source: Source) -> Asked:
    found = _marks(replace(reading, family=family))
    try:
        listing = read_listing(reading.page, family, (source.homepage, source.press))
    except READER_FAULTS:
        return Asked(family, 0, 0, 0, False, 0, None)
    pager = bool(listing.next or listing.numbered or listing.archives)
    dated = sum(bool(item.hints.day) for item in listing.items)
    return Asked(family, len(found), len(listing.items), dated, pager, *_read(release, family))


def _read(release: Page | None, family: Family) -> tuple[int, str | None]:
    """(words, evidence of its day) of a release as a family reads it; nothing where it cannot."""
    if release is None or release.status != 200:
        return 0, None
    try:
        content = releases(release, family)[0].content
    except READER_FAULTS:
        return 0, None
    return content.words, content.published_from


def _worth(asked: Asked, recognised: Family) -> tuple[bool, bool, bool, int, int]:
    """What is read at all counts most; then that the page bears the family's marks."""
    return (
        bool(asked.releases),
        bool(asked.words),
        asked.family is recognised,
        asked.dated,
        asked.words,
    )


def diagnose(look: Look, source: Source, history: History | None, today: date) -> Diagnosis:
    """What is to be said of a look at a source, or at the address that somebody named for it.

    ``source``: its entry; ``history``: None without a data folder; ``today``: in Berlin.
    """
    good, bad = (_shape(met, source) for met in ((history.good, history.bad) if history else (None, None)))
    found = replace(look, press=_seen(look.press, good), other=_seen(look.other, good))
    reading = found.list or found.press
    now = Shape(reading, look.release) if reading else None
    asked = ask_families(found.list, look.release, source) if found.list else []
    before = _Before(good.reading.family if good else None, _broke(history, today))
    changed = _proposal(found, source, asked[0].family, before, today) if asked else {}
    known = _known_titles(found.list, history)
    return Diagnosis(
        found,
        source,
        history,
        moved(good, bad) if good and bad else [],
        moved(good, now) if good and now else [],
        asked,
        known,
        changed,
        _doubt(source, changed, known, history) if look.source is source else None,
    )


def _seen(reading: Reading | None, good: Shape | None) -> Reading | None:
    """A list as read, but of no family where it has lost all marks of the one that its entry names."""
    if reading is None or good is None or good.reading.family is not reading.family:
        return reading
    lost = _marks(good.reading) and not _marks(reading)
    return (
        replace(reading, family=NO_FAMILY, why=f"no mark of {reading.family.name} is left")
        if lost
        else reading
    )


def _marks(reading: Reading) -> list[str]:
    """Marks of its family that a list bears."""
    try:
        return marks(reading.page, reading.family, parse(reading.page, links=False))
    except READER_FAULTS:
        return []


def _shape(met: Met | None, source: Source) -> Shape | None:
    """How a source looked to a crawl, read with its entry's family of then, or the page's own."""
    if met is None or met.listing is None:
        return None
    return Shape(read_list(met.listing, replace(source, family=met.listing.family or None)), met.release)


def _broke(history: History | None, today: date) -> date:
    """The day (Berlin) of the first crawl that met the trouble; today where none did."""
    bad = history.bad if history else None
    return date.fromisoformat(berlin_day(bad.crawled.at)) if bad else today


def _proposal(look: Look, source: Source, new: Family, before: _Before, today: date) -> dict[str, Any]:
    """What an entry must say otherwise; empty where nothing must. ``new``: the family of the list met."""
    reading = look.list
    if reading is None:
        return {}
    met = {"level": "checked", "when": today}
    made = changes(look, "moved" if source.press else "found", "", today)
    made = {name: value for name, value in made.items() if name not in ("press", "family", "earlier")}
    moves = _addresses(look, source, reading)
    made |= moves | {f"evidence.{name}": met for name in moves}
    made |= _family(source, reading, new) | _earlier(source, new, before, today)
    made |= _feed(look, source, reading)
    needed = {name for name in made if not name.startswith("evidence.") and name != "checked"}
    return made if needed or source.checked else {}


def _addresses(look: Look, source: Source, reading: Reading) -> dict[str, str]:
    """Where the list is now, and the home page: only what is elsewhere than the entry says."""
    made: dict[str, str] = {}
    press, home = reading.page.url, look.home
    if _differ(press, source.press):
        made["press"] = press
    if home and home.status == 200:
        if origin(home.url) != origin(source.homepage):
            made["homepage"] = home.url
    elif address.host(press) != address.host(source.homepage):
        made["homepage"] = origin(press)
    return made


def _differ(url: str, other: str) -> bool:
    """Whether two addresses are more than spellings of one."""
    return address.key(url) != address.key(other) or urlsplit(url).scheme != urlsplit(other).scheme


def _family(source: Source, reading: Reading, new: Family) -> dict[str, str | None]:
    """The family that the entry must name: another than it does, or one that the list itself hides."""
    named = source.family
    wrong = named != new.name if named else new is not (reading.below or reading).family
    return {"family": None if new is NO_FAMILY else new.name} if wrong else {}


def _earlier(source: Source, new: Family, before: _Before, today: date) -> dict[str, Any]:
    """The old look until the day before the trouble.

    What was captured since then under an entry that named the old family is to be read as what it was, too.
    """
    old = before.family.name if before.family else source.family
    until = before.broke - timedelta(days=1)
    looks = [(name, date.fromisoformat(day)) for name, day in source.earlier]
    if old in (None, new.name) or any(day >= until for _, day in looks):
        return {}
    since = [(new.name, today)] if source.family else []
    return {"earlier": [{"family": name, "until": day} for name, day in [*looks, (old, until), *since]]}


def _feed(look: Look, source: Source, reading: Reading) -> dict[str, None]:
    """A feed of the register that is gone is left out: without it, those that the list names are tried."""
    if not source.feed or look.feed is None or not isinstance(look.feed[1], str):
        return {}
    left = address.host(source.feed) == address.host(source.press) != address.host(reading.page.url)
    gone = left or _GONE_FEED.search(look.feed[1])
    return {"feed": None, "evidence.feed": None} if gone else {}


def _known_titles(reading: Reading | None, history: History | None) -> int:
    """How many entries of a list have the title of a known release, perhaps with more around it."""
    titles = [_plain(title) for title in history.titles] if history else []
    entries = [_plain(item.hints.title or "") for item in reading.named.items] if reading else []
    return sum(any(title and title in entry for title in titles) for entry in entries)


def _plain(title: str) -> str:
    return "".join(f" {word.form} " for word in words(title))


def _doubt(source: Source, changed: dict[str, Any], known: int, history: History | None) -> str | None:
    press = changed.get("press")
    strange = press and address.site(press) != address.site(source.press)
    if not strange or known or not history or not history.titles:
        return None
    return f"{press} lies on another site and names no release that is known; look at it, then name it: --to"
