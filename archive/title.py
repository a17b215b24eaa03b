"""Which of a page's headings is the release's own, and how it reads without the line above it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from itertools import dropwhile, islice, takewhile
from typing import NamedTuple

from lxml import html

from archive.decode import clean
from archive.tree import select, words

_SEPARATORS = re.compile(r"\s+[|–—•·›»-]\s+|\s*(?:::|\|)\s*")
_KICKER = (
    "[class*=kicker], [class*=roofline], [class*=dachzeile], [class*=overline], [class*=topline],"
    " [class*=preheadline], [class*=supertitle]"
)
_BARS = re.compile(r"\s*(?:::|\|)\s*")
_SECTION = re.compile(
    r"(?:(?:Aktuelle|Alle)\s+)?"
    r"(?:Presse(?:mitteilung|meldung|information|archiv|bereich|stelle|service|portal)?(?:en)?|Aktuelles|"
    r"(?:Einzel)?Meldung(?:en)?|Nachricht(?:en)?|News|Neuigkeiten|Mitteilung(?:en)?|"
    r"Medien(?:mitteilung(?:en)?|information(?:en)?)?|Detail(?:ansicht|seite|s)?|Artikel|Startseite|"
    r"Willkommen.{0,60})",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(?:(?:Presse|Medien)(?:mitteilung|meldung|information)|Meldung|PM)"
    r"(?: Nr\.?)?(?: \d+(?: ?[/-] ?\d{2,4})?)?(?: vom [\w. ]{6,20})?",
    re.IGNORECASE,
)
_PLAIN = ("b", "strong", "font", "big", "p", "div", "span", "td")
_SURE = 3
_MANY = 300
_LITTLE = 100


class Told(NamedTuple):
    """What else names a page: its og:title, its title, and the list that led to it; each may be empty."""

    og: str = ""
    title: str = ""
    hint: str = ""

    @property
    def pieces(self) -> list[str]:
        """The names and what separators part in them."""
        return [part for name in self for part in (name, *_SEPARATORS.split(name)) if part]

    @property
    def parts(self) -> frozenset[str]:
        """Keys of the names and of what separators part in them, such as the site's name."""
        return frozenset(map(_key, self.pieces)) - {""}


class Title(NamedTuple):
    """A release's title and the heading it was read from; None where it is not a heading of the page."""

    text: str
    heading: html.HtmlElement | None


def told(tree: html.HtmlElement, hint: str | None = None) -> Told:
    """What a whole page's head says of its title."""
    og = next((element.get("content", "") for element in select(tree, "meta[property='og:title']")), "")
    title = next((words(element) for element in tree.iter("title")), "")
    return Told(clean(og), title, clean(hint or ""))


def name_headings(root: html.HtmlElement) -> None:
    """Make headings of what only its role calls a heading."""
    for element in select(root, "[role=heading][aria-level]"):
        level = element.get("aria-level", "")
        if element.tag in ("div", "p", "span") and level in {"1", "2", "3", "4", "5", "6"}:
            element.tag = f"h{level}"


def find_title(root: html.HtmlElement, names: Told, css: str = "") -> Title:
    """The release's heading among those of a page; an empty text where there is none.

    Usually that is the h1; but many sites spend it on the section or on themselves, and then a heading that
    the page's other names repeat is the title. ``css``: the family's place for it.
    """
    headings = [each for each in islice(root.iter("h1", "h2", "h3", "h4"), _MANY) if not _is_aside(each)]
    named = [each for each in select(root, css) if words(each)]
    variants = [each for heading in (*named, *headings) for each in _variants(heading)]
    first = next((each for each in variants if each.heading in named or _is_main(each.heading)), None)
    repeated = _repeated(variants, names)
    if repeated and first and repeated.heading is not first.heading and not _is_surer(repeated, first, names):
        repeated = None
    if found := repeated or first:
        below = _below(found, root, headings, names)
        return below or (_said(root, names.hint) if _NUMBERED.fullmatch(found.text) else None) or found
    if said := _said(root, names.hint):
        return said
    second = next(
        (each for each in variants if each.heading is not None and each.heading.tag in ("h2", "h3")), None
    )
    if names.og or not second:
        name = names.og or names.title
        parts = (_BARS if _BARS.search(name) else _SEPARATORS).split(name)
        return Title(max(parts, key=len), None)
    return second


def _below(
    found: Title, root: html.HtmlElement, headings: list[html.HtmlElement], names: Told
) -> Title | None:
    """The heading right below one that says only which release this is, by its number or day."""
    if found.heading not in headings or not _NUMBERED.fullmatch(found.text) or names.hint == found.text:
        return None
    following = next(iter(headings[headings.index(found.heading) + 1 :]), None)
    if following is None or not _many(words(following)):
        return None
    after = dropwhile(lambda each: each is not found.heading, root.iter())
    between = takewhile(lambda each: each is not following, islice(after, 1, None))
    said = sum(len((each.text or "").strip()) for each in between if isinstance(each.tag, str))
    return Title(words(following), following) if said < _LITTLE else None


def _variants(heading: html.HtmlElement) -> Iterator[Title]:
    """How a heading may read: without the kicker that its names tell, whole, without its first parts."""
    if select(heading, _KICKER):
        bare = deepcopy(heading)
        bare.tail = None
        for kicker in select(bare, _KICKER):
            if kicker is not bare:
                kicker.drop_tree()
        if words(bare):
            yield Title(words(bare), heading)
    whole = words(heading)
    if whole:
        yield Title(whole, heading)
    children = [child for child in heading.iter() if isinstance(child.tag, str) and child is not heading]
    rest = whole
    for child in children[:4]:
        begun = words(child)
        if begun and rest.startswith(begun) and len(begun) < len(rest):
            rest = rest[len(begun) :].strip(" :|–-")
            yield Title(rest, heading)


def _said(root: html.HtmlElement, hint: str) -> Title | None:
    """What the list called the release, if a page without headings has an element that says so."""
    if not _many(hint):
        return None
    leaves = (each for each in root.iter(*_PLAIN) if not len(each) and each.text)
    said = next((each for each in leaves if _key(words(each)) == _key(hint) and not _is_aside(each)), None)
    return None if said is None else Title(words(said), said)


def _is_aside(heading: html.HtmlElement) -> bool:
    return next(heading.iterancestors("nav", "footer", "aside"), None) is not None


def _is_main(heading: html.HtmlElement | None) -> bool:
    """Whether a heading is an h1 and not the site's own, which stands in a header outside of any article."""
    if heading is None or heading.tag != "h1" or _SECTION.fullmatch(words(heading)):
        return False
    around = {ancestor.tag for ancestor in heading.iterancestors()}
    return "header" not in around or bool(around & {"article", "main"})


def _repeated(variants: list[Title], names: Told) -> Title | None:
    """The heading that the page's names repeat: the h1 if it does, else the one that says most."""
    parts = names.parts
    whole = [f" {_key(name)} " for name in names if name]
    sure = {_key(n) for n in names} | {_key(max(_SEPARATORS.split(n), key=len)) for n in names if n}
    exact = [
        each
        for each in variants
        if _key(each.text) in parts
        and not _SECTION.fullmatch(each.text)
        and (_many(each.text) or _key(each.text) in sure or _is_main(each.heading))
    ]
    within = [
        each for each in variants if _many(each.text) and any(f" {_key(each.text)} " in w for w in whole)
    ]
    for found in (exact, within):
        if found:
            return max(found, key=lambda each: (_is_main(each.heading), len(_key(each.text))))
    return None


def _is_surer(repeated: Title, first: Title, names: Told) -> bool:
    """Whether a repeated heading counts more than the h1, which the page's names do not repeat."""
    key = _key(repeated.text)
    return (
        key in (_key(names.og), _key(names.hint))
        or (_many(repeated.text) and _key(first.text) not in names.parts)
        or key == _key(names.title)
    )


def _many(text: str) -> bool:
    return len(text.split()) >= _SURE


def _key(text: str) -> str:
    return " ".join(re.findall(r"\w+", clean(text).casefold()))
