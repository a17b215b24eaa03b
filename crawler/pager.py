"""From one page of a list to its others: the next page, numbered pages, lists by year or month. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from urllib.parse import urldefrag, urlencode, urlsplit

from lxml import html

from archive.dates import find_day
from archive.decode import clean
from archive.tree import select, words
from crawler import address
from crawler.family import Family

_THINGS = (
    r"(?:Seiten?|(?:Presse|Medien)?(?:meldungen|mitteilungen|informationen)|Nachrichten|Beiträge|Artikel|"
    r"Einträge|News)"
)
_NEXT_WORDS = re.compile(
    r"(?:[←«‹<]\s*)?(?:"
    rf"(?:zur |zu den )?(?:nächsten?|ältere|folgende)n?(?: \d+)?(?: {_THINGS})?|"
    rf"(?:mehr|weitere)(?: \d+)? {_THINGS}(?: laden| anzeigen)?|(?:mehr|weitere)(?: \d+)? (?:laden|anzeigen)|"
    r"(?:vorherige|vorige)[rs]? (?:Woche|Monat|Jahr)|Vormonat|"
    r"(?:weiter|(?:eine Seite )?vor|vorwärts)(?: ?blättern)?|next|older|»|›|>|>>|→|▶|►"
    r")[\s»›>→▶►…]*(?:\(?\d+(?: (?:von|/) \d+)?\)?)?",
    re.IGNORECASE,
)
_WHOLE_LIST = re.compile(
    rf"(?:alle|sämtliche) {_THINGS}(?: anzeigen| ansehen)?|(?:zum |ins )?(?:Presse|Meldungs|News)?-?archiv|"
    rf"(?:zu allen|zum Archiv der|Archiv der) {_THINGS}",
    re.IGNORECASE,
)
_OF_NEWS = re.compile(r"press|medien|meldung|mitteilung|nachricht|news|aktuell", re.IGNORECASE)
_NUMBER = re.compile(
    r"\[?(?:(?:(?:gehe |weiter )?zu )?Seite )?(\d{1,4})(?: ?(?:-|–|bis) ?\d{1,5})?\]?", re.IGNORECASE
)
_CHOICES = 500
_YEARS_FROM = 1900  # larger numbers are years, not pages
_NUMBERED_PART = re.compile(r"[-_]?(?:(?:page|seite|p)[-_]?)?\d+|^(?:page|seite|p)$", re.IGNORECASE)
_OF_A_CALENDAR = re.compile(r"kalender|calendar|[?&](?:tag|day)=", re.IGNORECASE)
_OF_A_LIST = r"(?:(?:Archiv|Jahr(?:gang)?|Meldungen|Pressemitteilungen|Pressearchiv)\s*:?\s*)?"
_HOW_MANY = r"(?:\s*\(\d+\))?"
_BACK = r"[←«‹<]"
_YEAR = re.compile(rf"(?:{_BACK}\s*)?{_OF_A_LIST}((?:19|20)\d\d){_HOW_MANY}")
_MONTH = re.compile(
    rf"(?:{_BACK}\s*)?{_OF_A_LIST}((?:[a-zä]{{3,9}}\.?\s|\d\d?[./])\s*(?:19|20)\d\d){_HOW_MANY}\s*[→»›>]?",
    re.IGNORECASE,
)


def next_page(tree: html.HtmlElement, url: str, family: Family) -> str | None:
    """Link to the next, older page: the family's, rel=next, words that say so, the number after its own."""
    links = [
        e.get("href", "")
        for e in select(tree, f"{family.next}, " * bool(family.next) + "link[rel=next], a[rel=next]")
    ]
    anchors = _anchors(tree)
    links += [a.get("href") for a in anchors if any(map(_NEXT_WORDS.fullmatch, _labels(a)))]
    links += [target for label, target in _sent(tree, url) if _NEXT_WORDS.fullmatch(label)]
    links += [a.get("href") for a in anchors if _follows_current(a)]
    return next((link for link in map(_no_fragment, links) if _is_another(link, url)), None)


def numbered_pages(tree: html.HtmlElement, url: str) -> tuple[str, ...]:
    """The other pages of the list that its pager names by number, ascending, without the first.

    Pagers that do not mark the page itself tell by nothing else what comes next.
    """
    found: dict[int, str] = {}
    named = ((label, _no_fragment(a.get("href"))) for a in _anchors(tree) for label in _labels(a))
    for label, target in (*named, *_chosen(tree, url)):
        match = _NUMBER.fullmatch(label)
        number = int(match[1]) if match else 0
        if 1 < number < _YEARS_FROM and number not in found and _same_list(target, url):
            found[number] = target
    return tuple(found[number] for number in sorted(found))


def archives(tree: html.HtmlElement, url: str, today: str) -> tuple[str, ...]:
    """Lists by year that links or a form's choice name, newest first; else by month; else the whole list.

    ``today``: ISO day; lists of later times are left out. One link is none but behind an arrow back.
    """
    years: dict[str, str] = {}
    months: dict[str, str] = {}
    back = False
    for label, target in (*_linked(tree), *_chosen(tree, url)):
        if address.host(target) != address.host(url) or _OF_A_CALENDAR.search(target):
            continue
        if match := _YEAR.fullmatch(label):
            years.setdefault(match[1], target)
        elif month := _month(label):
            months.setdefault(month, target)
        else:
            continue
        back = back or re.match(_BACK, label) is not None
    for found in (years, months):
        past = [found[when] for when in sorted(found, reverse=True) if when <= today]
        if len(found) > 1 or (found and back):
            return tuple(target for target in past if address.key(target) != address.key(url))
    return tuple(islice(_whole_list(tree, url), 1))


def names_a_time(label: str) -> bool:
    """Whether a link says only a year or month: it leads to a list, also where that time has not come.

    >>> [names_a_time(label) for label in ("« März 2026", "Archiv 2025 (7)", "Ausblick 2027")]
    [True, True, False]
    """
    return bool(_YEAR.fullmatch(label) or _month(label))


@lru_cache(1024)
def _month(label: str) -> str | None:
    """The first day of the month that a link says and nothing else."""
    match = _MONTH.fullmatch(label)
    return find_day(f"1.{match[1].replace('/', '.')}") if match else None


def _whole_list(tree: html.HtmlElement, url: str) -> Iterator[str]:
    """Where a page of the newest says that all are; not what a site's own menu calls its archive."""
    for link in _anchors(tree):
        label, target = words(link), _no_fragment(link.get("href"))
        ours = _OF_NEWS.search(f"{label} {urlsplit(target).path}") and _is_another(target, url)
        if (
            ours
            and _WHOLE_LIST.fullmatch(label)
            and next(link.iterancestors("nav", "header", "footer"), None) is None
        ):
            yield target


def _linked(tree: html.HtmlElement) -> Iterator[tuple[str, str]]:
    for link in _anchors(tree):
        yield words(link), _no_fragment(link.get("href"))


def _chosen(tree: html.HtmlElement, url: str) -> Iterator[tuple[str, str]]:
    """(label, address) of what a form leads to that asks for nothing but one choice from a list."""
    for form in _forms(tree):
        shown = _shown(form)
        if len(shown) == 1 and shown[0].tag == "select" and shown[0].get("name"):
            name, asked = shown[0].get("name"), _asked(form, url)
            for option in islice(shown[0].iter("option"), _CHOICES):
                target = f"{asked}&{urlencode({name: option.get('value', words(option))})}".replace("?&", "?")
                if address.is_address(target):
                    yield words(option), target


def _sent(tree: html.HtmlElement, url: str) -> Iterator[tuple[str, str]]:
    """(label of its button, address) of forms that ask for nothing: links in the shape of buttons."""
    for form in _forms(tree):
        buttons = [
            e.get("value", "") or words(e) for e in form.iter("input", "button") if e.get("type") != "hidden"
        ]
        if not _shown(form) and len(buttons) == 1 and address.is_address(asked := _asked(form, url)):
            yield buttons[0].strip(), asked


def _forms(tree: html.HtmlElement) -> list[html.HtmlElement]:
    """Forms that lead to an address, as links do."""
    return [form for form in tree.iter("form") if form.get("method", "get").lower() == "get"]


def _shown(form: html.HtmlElement) -> list[html.HtmlElement]:
    """What a reader fills in."""
    fields = form.iter("input", "select", "textarea")
    return [each for each in fields if each.get("type") not in ("hidden", "submit", "image", "button")]


def _asked(form: html.HtmlElement, url: str) -> str:
    """Where a form leads, with what it sends without being asked."""
    hidden = [e for e in form.iter("input") if e.get("type") == "hidden" and e.get("name")]
    sent = urlencode([(e.get("name"), e.get("value", "")) for e in hidden])
    return f"{(form.get('action') or url).partition('?')[0]}?{sent}"


def _labels(link: html.HtmlElement) -> tuple[str, ...]:
    """What a link calls itself: its words, else what it or its picture says for those who cannot see it."""
    pictures = [picture.get("alt", "") for picture in link.iter("img")]
    return words(link), clean(link.get("title", "")), clean(link.get("aria-label", "")), *map(clean, pictures)


def _anchors(tree: html.HtmlElement) -> list[html.HtmlElement]:
    return [a for a in tree.iter("a") if address.is_address(a.get("href", ""))]


def _is_another(target: str, url: str) -> bool:
    """Whether this is an address of the same host, and not the page's own."""
    ours = address.is_address(target) and address.host(target) == address.host(url)
    return ours and address.key(target) != address.key(url)


def _same_list(target: str, url: str) -> bool:
    """Whether two addresses of a host differ, and in their query and numbered parts of their path only.

    >>> _same_list("https://k.example/presse/seite/2", "https://k.example/presse/")
    True
    >>> _same_list("https://k.example/2026/03/11", "https://k.example/presse/")
    False
    """
    alike = _stem(target) == _stem(url) and not _OF_A_CALENDAR.search(target)
    return alike and _is_another(target, url)


@lru_cache(1024)
def _stem(url: str) -> tuple[str, ...]:
    """Parts of an address's path without their page numbers; a folder's index page is the folder."""
    path = urlsplit(address.plain(url)).path.lower()
    parts = [_NUMBERED_PART.sub("", part) for part in path.split("/")]
    return tuple(part for part in parts if part and not part.startswith("index."))


def _follows_current(link: html.HtmlElement) -> bool:
    """Whether a link is the number right after the current page's, as pagers mark it."""
    number = words(link)
    if not number.isdecimal() or not 1 < int(number[:6]) < 100_000:
        return False
    parent = link.getparent()
    unit = parent if parent is not None and parent.tag in ("li", "span", "td") else link
    before = next(unit.itersiblings("*", preceding=True), None)
    return before is not None and words(before) == str(int(number) - 1) and _is_current(before)


def _is_current(element: html.HtmlElement) -> bool:
    """Whether a pager's number is that of the page itself: no link, or marked as the current one."""
    marks = " ".join(f"{each.get('class', '')} {each.get('aria-current', '')}" for each in element.iter("*"))
    linked = element.get("href") or element.find(".//a[@href]") is not None
    return not linked or re.search(r"\b(?:current|active|aktiv)\b", marks) is not None


def _no_fragment(url: str) -> str:
    return urldefrag(url)[0]
