"""A logged page without what was withdrawn: no entry leads to it, and its words are blackened.

Works on HTML, feeds, sitemaps and JSON as trees. What is not concerned stays byte for byte.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from html import unescape
from typing import Any, cast

from lxml import etree, html

from archive.decode import decode
from archive.frame import own_text
from archive.model import Page
from archive.tree import HEADINGS, Unreadable, absolute, base_of, parse, parse_xml, remove, words
from archive.withdrawals import BLOCK, Span
from crawler.discover import is_json
from crawler.pen import Pen
from crawler.sitemap import is_packed, unpacked

_TITLE_WORDS = 3  # a link of so many words is an entry's own, and not "mehr" or a topic
_ENTRY_WORDS = 120  # more than any entry of a list has
_SHORTEST = 2 * BLOCK - 1  # characters that a hashed stretch of words has at least
_DEEPEST = 250  # libxml2 stops at 256
_WAY_ON = 20  # characters beside its links that a pager may have
_CONTAINERS = {"html", "body", "main", "ul", "ol", "tbody", "thead", "head"}  # no entry of a list themselves
_ENTRIES = {"item", "entry", "url", "sitemap"}
_SCRIPTS = {"script", "style", "template", "noscript"}


def blackened(page: Page, pen: Pen) -> Page:
    """The page as it is to be logged; the same page where it shows nothing that was withdrawn."""
    if page.role == "sitemap" and is_packed(page.body):
        return _repacked(page, pen)
    before = decode(page.body, page.header("content-type"))
    try:
        after = _as_tree(page, before, pen)
    except (Unreadable, etree.LxmlError, ValueError, RecursionError):
        after = pen.black([before], pen.own)[0]
    return page if after == before else replace(page, body=after.encode("utf-8", "surrogatepass"))


def _repacked(page: Page, pen: Pen) -> Page:
    """The same for a sitemap that is packed, of which no more is kept then than is read of it."""
    try:
        inside = replace(page, body=unpacked(page.body))
    except Unreadable:
        return page
    shown = blackened(inside, pen)
    return page if shown is inside else replace(page, body=gzip.compress(shown.body, mtime=0))


def _as_tree(page: Page, source: str, pen: Pen) -> str:
    """What is left of a page's source, by the way it is built. Raises what parsers raise."""
    if is_json(page):
        before = json.loads(source)
        after = _json(before, page.url, pen, pen.own)
        return source if after == before else json.dumps(after, ensure_ascii=False)
    if page.role in ("feed", "sitemap"):
        root = parse_xml(page)
        if root is not None and _xml(root, page.url, pen):
            source = str(etree.tostring(root, encoding="unicode"))
        return pen.black([source], pen.own)[0]  # a broken feed holds more than its tree
    tree = parse(page, links=False)
    if _is_too_deep(tree):
        raise Unreadable("a page so deep that its tree is not all of it")
    if not _html(tree, base_of(tree, page.url), pen):
        return source
    return str(etree.tostring(tree.getroottree(), method="html", encoding="unicode"))


def _is_too_deep(tree: html.HtmlElement) -> bool:
    """Whether a tree reaches the depth at which parsers leave out the rest."""
    depth = {tree: 0}
    for element in tree.iterdescendants():
        depth[element] = depth[element.getparent()] + 1
    return max(depth.values()) >= _DEEPEST


def _html(tree: html.HtmlElement, base: str, pen: Pen) -> bool:
    changed = _without_parts(tree, pen)
    for link in list(tree.iter("a", "area", "link")):
        url = absolute(base, link.get("href") or "")
        if url is None or link.getroottree().getroot() is not tree:
            continue
        if pen.gone(url):
            _without(link, base, tree, pen)
            changed = True
        elif spans := pen.spans(url):
            entry = _entry(link, base, lambda other: bool(pen.spans(other))) if link.tag == "a" else [link]
            changed |= sum(_black_tree(part, pen, spans) for part in entry) > 0
    changed |= _without_addresses(tree, base, pen)
    return _black_tree(tree, pen, pen.own) or changed


def _without(link: html.HtmlElement, base: str, tree: html.HtmlElement, pen: Pen) -> None:
    """Cut out what leads to something withdrawn: its entry in a list, or the link alone.

    Of a link in running text a word or two stay: "berichtet".
    """
    if link.tag == "a" and not pen.entries and len(words(link).split()) < _TITLE_WORDS:
        link.drop_tag()
        return
    for part in _entry(link, base, pen.gone) if link.tag == "a" and pen.entries else [link]:
        remove(part, tree)


def _without_parts(tree: html.HtmlElement, pen: Pen) -> bool:
    """Cut the withdrawn ones out of many releases on one page, each from its heading to the next."""
    found = [each for each in tree.iter("h2", "h3", "h4") if pen.parts(words(each))]
    for heading in found:
        section = [heading]
        for sibling in heading.itersiblings():
            if sibling.tag == heading.tag or _is_way_on(sibling):
                break
            section.append(sibling)
        for part in section:
            remove(part, tree)
    return bool(found)


def _is_way_on(element: html.HtmlElement) -> bool:
    """Whether an element holds links and next to nothing else, such as those to further pages."""
    links = isinstance(element.tag, str) and next(element.iter("a"), None) is not None
    return links and own_text(element) < _WAY_ON


def _without_addresses(tree: html.HtmlElement, base: str, pen: Pen) -> bool:
    """Take withdrawn addresses out of other attributes."""
    changed = False
    for element in tree.iter(etree.Element):
        for name, value in element.attrib.items():
            if name != "href" and "/" in value and pen.gone(absolute(base, value) or ""):
                del element.attrib[name]
                changed = True
    return changed


def _entry(link: html.HtmlElement, base: str, same: Callable[[str], bool]) -> list[html.HtmlElement]:
    """The entry of a list that a link belongs to: all around it that leads to no other entry.

    Where a heading is the entry, with what follows it up to the next.
    """
    label, entry = words(link), link
    while (parent := entry.getparent()) is not None and parent.tag not in _CONTAINERS:
        too_large = len(words(parent).split()) > _ENTRY_WORDS or next(parent.iter("h1"), None) is not None
        if too_large or _other_entries(parent, label, base, same):
            break
        entry = parent
    found = [entry]
    if entry.tag in (*HEADINGS, "dt"):
        for sibling in entry.itersiblings(etree.Element):
            if sibling.tag in (*HEADINGS, "dt") or _other_entries(sibling, label, base, same):
                break
            found.append(sibling)
    return found


def _other_entries(element: html.HtmlElement, label: str, base: str, same: Callable[[str], bool]) -> bool:
    for link in element.iter("a"):
        text = words(link)
        if (text == label or len(text.split()) >= _TITLE_WORDS) and not same(
            absolute(base, link.get("href") or "") or ""
        ):
            return True
    return False


def _xml(root: etree._Element, base: str, pen: Pen) -> bool:
    """Entries of a feed or sitemap that lead to what was withdrawn go; words are blackened."""
    changed = False
    for entry in [each for each in root.iter(etree.Element) if etree.QName(each).localname in _ENTRIES]:
        urls = list(_addresses_in(entry, base))
        if any(map(pen.gone, urls)) and entry.getparent() is not None:
            cast("etree._Element", entry.getparent()).remove(entry)
            changed = True
        elif spans := [span for url in urls for span in pen.spans(url)]:
            changed |= _black_tree(entry, pen, spans)
    return _black_tree(root, pen, ()) or changed


def _addresses_in(entry: etree._Element, base: str) -> Iterator[str]:
    for element in entry.iter(etree.Element):
        for value in (element.text or "", *map(str, element.attrib.values())):
            if _is_link(value) and (url := absolute(base, value)):
                yield url


def _black_tree(tree: Any, pen: Pen, spans: Iterable[Span]) -> bool:
    """Blacken the text of a tree as it is read, and scripts, comments and attributes each by itself."""
    spans, slots, changed = tuple(spans), list[tuple[Any, str]](), False
    for element in tree.iter():
        is_text = isinstance(element.tag, str) and element.tag not in _SCRIPTS
        if is_text:
            slots += [(element, "text")] * bool(element.text)
            for name, value in element.attrib.items():
                if not spans and len(value) < _SHORTEST:
                    continue
                black = pen.black([value], spans)[0]
                if black != value:
                    element.set(name, black)
                    changed = True
        elif element.text:
            changed |= _black_script(element, pen, spans)
        slots += [(element, "tail")] * bool(element.tail and element is not tree)
    before = [getattr(element, name) for element, name in slots]
    for (element, name), old, new in zip(slots, before, pen.black(before, spans), strict=True):
        if old != new:
            setattr(element, name, new)
            changed = True
    return changed


def _black_script(element: Any, pen: Pen, spans: Sequence[Span]) -> bool:
    """Data in a script keeps its form; any other script or comment that holds something goes as a whole."""
    try:
        before = json.loads(element.text)
        after = _json(before, element.base or "", pen, spans)
        if after != before:
            element.text = json.dumps(after, ensure_ascii=False)
        return bool(after != before)
    except (ValueError, RecursionError):
        read = unescape(_unescaped(element.text))
        if pen.black([read], spans) == [read]:
            return False
        element.text = ""
        return True


def _unescaped(script: str) -> str:
    """A script's text with the characters that its strings write as escapes."""
    return (
        script.replace("\\/", "/").encode("latin-1", "backslashreplace").decode("unicode_escape", "replace")
    )


def _json(value: Any, base: str, pen: Pen, spans: Sequence[Span]) -> Any:
    """A JSON value without objects that lead to what was withdrawn (None in their place), blackened."""
    if isinstance(value, str):
        return pen.black([value], spans)[0]
    if isinstance(value, list):
        kept = [(each, _json(each, base, pen, spans)) for each in value]
        return [after for before, after in kept if after is not None or before is None]
    if not isinstance(value, dict):
        return value
    urls = [
        url
        for each in value.values()
        if isinstance(each, str) and _is_link(each) and (url := absolute(base, each))
    ]
    if any(map(pen.gone, urls)):
        return None
    inside = (*spans, *(span for url in urls for span in pen.spans(url)))
    return {name: _json(each, base, pen, inside) for name, each in value.items()}


def _is_link(value: str) -> bool:
    return "/" in value and len(value.split()) == 1
