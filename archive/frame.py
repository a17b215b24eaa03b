"""A page without its frame: navigation, banners, share bars and related lists go, the release stays."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from itertools import takewhile
from typing import cast

from lxml import etree, html

from archive.tree import HEADINGS, remove, select

_NEVER = frozenset(
    ("script", "style", "noscript", "template", "iframe", "svg", "math", "object", "embed", "audio", "video",
     "canvas", "button", "select", "textarea", "input", "dialog", "nav", "map", "meter", "progress")
)  # fmt: skip
_AROUND = frozenset(("aside", "form", "label"))
_ROLES = frozenset(
    ("navigation", "search", "complementary", "banner", "contentinfo", "dialog", "alertdialog")
)
_JUNK = re.compile(
    r"(?:^|[-_ ])(?:bread-?crumbs?|brotkrumen|rootline|navi?|navigation|navbar|menu|menue|"
    r"(?:main|meta|sub|service|top)nav(?:igation)?|(?:fuss|kopf)(?:zeile|bereich|leiste)?|marginal(?:spalte)?|"
    r"randspalte|seitenleiste|social(?:media|bar|links)?|share|sharing|shariff|teilen|addthis|cookie\w*|consent|"
    r"ccm-root|klaro|cmplz\w*|uc-banner|usercentrics|onetrust|cc-window|borlabs|dsgvo|gdpr|overlay|modal|popup|"
    r"related|similar|recommend(?:ed|ation)s?|pager|pagination|paging|paginator|sidebar|footer|"
    r"print(?!-(?:block|flex|inline|grid|table|\d))|drucken|skip|skiplinks?|toolbar|sr-only|visually-hidden|"
    r"screen-?reader(?:-text)?|invisible|weitere-?meldungen|mehr-zum-thema|newsletter|tag-?(?:list|cloud|s)|"
    r"keywords|schlagwoerter|schlagworte|back-?link|readspeaker|rs-skip|comments?|kommentare|such(?:e|feld|formular|box)|"
    r"search-?(?:form|box|bar|field)|login|warenkorb|basket|slick-cloned|feedback)(?:$|[-_ ])",
    re.IGNORECASE,
)
_SURELY = re.compile(r"footer|fuss(?:zeile|bereich)|cookie|consent|newsletter|breadcrumb", re.IGNORECASE)
_FILES = re.compile(r"(?:^|[-_ ])related-files(?:$|[-_ ])")  # TYPO3 news
_FOLDED = re.compile(r"accordion|akkordeon|collaps|panel|tab|toggle", re.IGNORECASE)
_FRAMING = etree.XPath(
    "descendant::*[self::aside or self::form or self::label or self::header or self::footer or @role"
    " or @hidden or @aria-hidden]"
)
_NAMED = etree.XPath("descendant::*[@class or @id]")
_LINKED = etree.XPath("descendant::a//text()", smart_strings=False)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_MAIN = "main, [role=main], #main, #content, #inhalt, #main-content, .main-content, .content-main"
# A page this much of whose text stands in its "frame" is built otherwise than tags and names suggest.
_ALL, _TOO_MUCH, _MUCH = 0.95, 0.75, 0.45
_SOME, _MOST = 0.2, 0.5
_LINK_SHARE = 0.8
_LEAD, _DATE_LINE = 1500, 120


def prune(root: html.HtmlElement, css: str = "", heading: html.HtmlElement | None = None) -> html.HtmlElement:
    """Cut out, in place, what is never part of a release: scripts, navigation, banners, related lists.

    Whatever its names say, an element stays that holds the heading or much of the page's text, and so do
    paragraphs of one name that together hold much of it.
    """
    around = set() if heading is None else {heading, *heading.iterancestors()}
    for element in [*select(root, css), *root.iter(*_NEVER)]:
        if element not in around and not _is_folding(element):
            remove(element, root)
    for is_frame, xpath, share in (
        (_is_frame_by_tag, _FRAMING, _TOO_MUCH),
        (_is_frame_by_name, _NAMED, _MUCH),
    ):
        total = own_text(root)
        cut: dict[html.HtmlElement, int] = {}
        for element in cast("list[html.HtmlElement]", xpath(root)):
            if (
                element in around
                or not is_frame(element)
                or not cut.keys().isdisjoint(element.iterancestors())
            ):
                continue
            sure = heading is not None and _SURELY.search(_names(element))
            length = own_text(element)
            if length <= total * (_ALL if sure else share):
                cut[element] = length
        _remove_frame(cut, root, total * share)
    return root


def _remove_frame(cut: Mapping[html.HtmlElement, int], root: html.HtmlElement, much: float) -> None:
    """Cut these elements out, but for paragraphs that together, by one name, hold much of the page's text."""
    of_name: dict[str, list[int]] = defaultdict(list)
    for element, length in cut.items():
        of_name[_names(element)].append(length)
    for element in cut:
        lengths = of_name[_names(element)]
        if element.tag != "p" or sum(lengths) <= much:
            remove(element, root)


def take_in_lead(main: html.HtmlElement, heading: html.HtmlElement | None) -> None:
    """Move what stands beside a heading outside of the release's part to the part's beginning.

    Many pages have heading and lead in a band above the rest; what follows on the part is no lead.
    """
    if heading is None or heading is main or _inside(heading, main):
        return
    above = {main, *main.iterancestors()}
    before = takewhile(lambda each: each not in above, heading.itersiblings())
    beside = [each for each in before if each.tag in ("p", "div")]
    if own_text(main) and sum(map(_length, beside)) < _LEAD:
        for each in reversed(beside):
            main.insert(0, each)


def trim(main: html.HtmlElement) -> None:
    """Cut out, in place, blocks that are nearly nothing but links, and an article's footer."""
    links: dict[html.HtmlElement, int] = {}
    for element in list(main.iter("ul", "ol", "div", "section", "table", "p")):
        if _is_link_list(element, links):
            remove(element, main)
    much = len(main.text_content()) * _MUCH
    for footer in list(main.iter("footer")):
        if len(footer.text_content()) <= much:
            remove(footer, main)


def main_part(
    root: html.HtmlElement, css: str = "", heading: html.HtmlElement | None = None
) -> html.HtmlElement:
    """Container of the release: the family's, else the article or main element that holds most of the text.

    Where a page names none, the smallest element around the heading that holds most of the text.
    """
    total = own_text(root)
    known = select(root, css)
    known = [each for each in known if heading is not None and _inside(heading, each)] or known[:1]
    for element, share in [
        *((each, _SOME) for each in known),
        *((a, _MOST) for a in _articles(root, heading)),
    ]:
        if own_text(element) >= share * total:
            return element
    body = root.find("body")
    body = root if body is None else body
    mains = [element for element in select(root, _MAIN) if own_text(element) >= _MOST * total]
    inner = mains[-1] if mains else body
    if mains and (heading is None or _inside(heading, inner)):
        return inner
    return _around(heading, body) if heading is not None else inner


def own_text(element: html.HtmlElement) -> int:
    """Characters of an element's text that are not part of a link."""
    linked = cast("list[str]", _LINKED(element))
    return len(element.text_content()) - sum(map(len, linked))


def _is_frame_by_tag(element: html.HtmlElement) -> bool:
    tag, get = element.tag, element.get
    if tag in ("header", "footer"):
        return next(element.iterancestors("main", "article"), None) is None
    hidden = get("hidden") is not None or get("aria-hidden") == "true"
    return (
        tag in _AROUND
        or get("role") in _ROLES
        or (hidden and not _FOLDED.search(f"{_names(element)} {get('role', '')}"))
    )


def _is_frame_by_name(element: html.HtmlElement) -> bool:
    if not _is_junk(element.get("class") or "", element.get("id") or "") or _holds_files(element):
        return False
    if "footer" not in _names(element) or next(element.iter("time"), None) is None:
        return True
    return own_text(element) >= _DATE_LINE  # shorter ones hold the day of publication in some systems


def _holds_files(element: html.HtmlElement) -> bool:
    """Whether an element is, or holds, what is named as the list of the release's own files."""
    named = [element, *cast("list[html.HtmlElement]", _NAMED(element))]
    return any(_FILES.search(each.get("class") or "") for each in named)


def _is_folding(element: html.HtmlElement) -> bool:
    """Whether a button is the heading of text that folds."""
    if element.tag != "button":
        return False
    parent = element.getparent()
    return parent is not None and parent.tag in (*HEADINGS[1:], "dt")


def _names(element: html.HtmlElement) -> str:
    return f"{element.tag} {element.get('class', '')} {element.get('id', '')}"


@lru_cache(32768)
def _is_junk(class_: str, id_: str) -> bool:
    return _JUNK.search(_CAMEL.sub("-", f"{class_} {id_}")) is not None


def _articles(root: html.HtmlElement, heading: html.HtmlElement | None) -> list[html.HtmlElement]:
    """The article around the heading, or the page's only one."""
    around = [] if heading is None else list(heading.iterancestors("article"))[-1:]
    found = around or list(root.iter("article"))
    return found if len(found) == 1 else []


def _around(heading: html.HtmlElement, body: html.HtmlElement) -> html.HtmlElement:
    wanted = own_text(body) * _MOST
    return next((each for each in heading.iterancestors() if own_text(each) >= wanted), body)


def _inside(node: html.HtmlElement, main: html.HtmlElement) -> bool:
    return any(ancestor is main for ancestor in node.iterancestors())


def _is_link_list(element: html.HtmlElement, known: dict[html.HtmlElement, int]) -> bool:
    """Whether a block is nearly nothing but links; ``known``: their lengths, as blocks around it met them."""
    links = list(element.iter("a"))
    for link in links:
        if link not in known:
            known[link] = _length(link)
    return len(links) > 1 and sum(map(known.__getitem__, links)) >= _LINK_SHARE * _length(element)


def _length(element: html.HtmlElement) -> int:
    return len(" ".join(element.text_content().split()))
