"""A page as a tree: parsed, cut down to the part that holds the release, and turned into paragraphs."""

from __future__ import annotations

import re
from functools import cache
from typing import cast
from urllib.parse import urljoin, urlsplit

from lxml import etree, html
from lxml.cssselect import CSSSelector

from archive.decode import clean, decode, visible
from archive.model import Page


class Unreadable(ValueError):
    """A page that holds no text to read; the message says why."""


_MAIN = "main, [role=main], #main, #content, #inhalt, #main-content, .main-content, .content-main"
_DROP = (
    "script, style, noscript, template, iframe, form, button, nav, aside, svg, [role=navigation],"
    " [role=search], [role=complementary], [hidden], [aria-hidden=true], body > header, body > footer,"
    " body > div > footer"
)
_JUNK = re.compile(
    r"(?:^|[-_ ])(?:bread-?crumbs?|nav|navigation|navbar|menu|social|share|sharing|teilen|shariff|cookies?|"
    r"cookie-?(?:banner|notice|hinweis)|consent|related|pager|pagination|paging|sidebar|footer|print|drucken|skip|"
    r"skiplinks?|toolbar|sr-only|visually-hidden|weitere-?meldungen|newsletter)(?:$|[-_ ])",
    re.IGNORECASE,
)
_BLOCKS = {
    "p", "div", "section", "article", "main", "body", "ul", "ol", "li", "dl", "dt", "dd", "blockquote",
    "table", "tbody", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "header", "footer", "figure", "figcaption",
    "pre", "address", "hr", "head", "list", "item", "quote", "row",
}  # fmt: skip
_LINES = {"h1", "h2", "h3", "h4", "h5", "h6", "a", "span", "title", "time", "strong", "b"}
_SPACE = re.compile(r"\s+")
# A page this much of whose text stands in its "junk" is built otherwise than junk's names suggest.
_TOO_MUCH = 0.6
_MOST = 0.5
_SOME_TEXT = 80
_LINK_SHARE = 0.8


def parse(page: Page) -> html.HtmlElement:
    """Parsed tree of a page with absolute links. Raises Unreadable when it is no page of text."""
    media = (page.header("content-type") or "text/html").split(";")[0].strip().lower()
    if not media.startswith("text/") and "html" not in media and "xml" not in media:
        raise Unreadable(f"not a page of text but {media}")
    source = decode(page.body, page.header("content-type")).replace("\0", "")
    source = re.sub(r"^\s*<\?xml[^>]*>", "", source)
    if not source.strip():
        raise Unreadable("the page is empty")
    try:
        tree = cast("html.HtmlElement", html.document_fromstring(source, base_url=page.url))
    except (etree.LxmlError, ValueError) as error:
        raise Unreadable(f"not HTML: {error}") from error
    _make_links_absolute(tree, page.url)
    return tree


def _make_links_absolute(tree: html.HtmlElement, url: str) -> None:
    """Complete all addresses of a page and drop those that are none: nobody shall stumble over them."""
    for base in tree.iter("base"):
        url = _joined(url, base.get("href", "")) or url
        break
    for element in tree.iter("a", "area", "link", "img", "form"):
        for name in ("href", "src", "action"):
            if element.get(name) is not None:
                whole = _joined(url, element.get(name, ""))
                if whole is None:
                    del element.attrib[name]
                else:
                    element.set(name, whole)


def _joined(base: str, link: str) -> str | None:
    """Absolute address of a link; None where that is not one."""
    try:
        whole = urljoin(base, link.strip())
        parts = urlsplit(whole)
        return whole if parts.scheme not in ("http", "https") or (parts.port, parts.hostname)[1] else None
    except ValueError:
        return None


def select(tree: html.HtmlElement, css: str) -> list[html.HtmlElement]:
    """Elements that match a CSS selector, in document order; none for an empty selector."""
    return cast("list[html.HtmlElement]", _selector(css)(tree)) if css else []


def words(element: html.HtmlElement) -> str:
    """All text of an element on one line; parts of a line are joined as they stand, blocks by a blank."""
    inline = element.tag in _LINES and next(element.iter("br", *_BLOCKS - {element.tag}), None) is None
    return clean(("" if inline else " ").join(element.itertext()))


def main_part(tree: html.HtmlElement, css: str = "") -> html.HtmlElement:
    """Smallest known container of the release: the family's, else the page's main element, else its body."""
    found = select(tree, css) or select(tree, "main article, [role=main] article, body > article")[:2]
    if len(found) == 1 or (css and found):
        return found[0]
    found = [element for element in select(tree, _MAIN) if len(words(element)) > _SOME_TEXT]
    body = tree.find("body")
    return found[0] if found else _around_heading(tree if body is None else body)


def prune(main: html.HtmlElement, css: str = "") -> html.HtmlElement:
    """Cut out, in place, what is never part of a release: scripts, navigation, banners, related lists."""
    for element in select(main, _DROP) + select(main, css):
        remove(element, main)
    total = len(main.text_content()) or 1
    for element in [e for e in main.iter(etree.Element) if _is_junk(e)]:
        if len(element.text_content()) / total < _TOO_MUCH:
            remove(element, main)
    return main


def drop_link_lists(main: html.HtmlElement) -> None:
    """Cut out, in place, blocks that are nearly nothing but links: related releases, tags, downloads."""
    for element in list(main.iter("ul", "ol", "div", "section", "table")):
        if _is_link_list(element):
            remove(element, main)


def paragraphs(element: html.HtmlElement) -> list[str]:
    """Readable paragraphs of an element, parted by blocks and double line breaks; list items have "- "."""
    parts: list[str] = []
    for event, node in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        if event == "start":
            parts.append(_before(node) + _SPACE.sub(" ", node.text or ""))
            continue
        parts.append("\n\n" if event == "end" and node.tag in _BLOCKS else "")
        if node is not element:
            parts.append(_SPACE.sub(" ", node.tail or ""))
    text = re.sub(r" *\n *", "\n", visible("".join(parts)))
    found = (clean(paragraph) for paragraph in re.split(r"\n{2,}|\n(?=[-•–] )", text))
    return [paragraph for paragraph in found if paragraph.strip("-| ")]


def _around_heading(body: html.HtmlElement) -> html.HtmlElement:
    """Smallest element around the page's heading that holds most of the text that is no link."""
    wanted = _own_text(body) * _MOST
    for heading in own_headings(body) or body.iter("h2"):
        for around in heading.iterancestors():
            if _own_text(around) >= wanted:
                return around
    return body


def own_headings(tree: html.HtmlElement) -> list[html.HtmlElement]:
    """Main headings of a page but for the site's own, which stand in its header, navigation or footer."""
    return [heading for heading in tree.iter("h1") if not _is_framed(heading)]


def _is_framed(heading: html.HtmlElement) -> bool:
    """Whether a heading belongs to the page's frame; the header of an article does not."""
    around = {ancestor.tag for ancestor in heading.iterancestors()}
    return bool(around & {"nav", "footer", "aside"}) or (
        "header" in around and not around & {"article", "main"}
    )


def _own_text(element: html.HtmlElement) -> int:
    """Characters of an element's text that are not part of a link, script or style."""
    beside = sum(len(each.text_content()) for each in element.iter("a", "script", "style", "noscript"))
    return len(element.text_content()) - beside


def _is_link_list(element: html.HtmlElement) -> bool:
    links = [words(link) for link in element.iter("a")]
    return len(links) > 1 and sum(map(len, links)) >= _LINK_SHARE * len(words(element))


@cache
def _selector(css: str) -> CSSSelector:
    return CSSSelector(css, translator="html")


def remove(element: html.HtmlElement, main: html.HtmlElement) -> None:
    """Cut an element out of the main part it stands in; the main part itself stays."""
    if element is not main and element.getparent() is not None:
        element.drop_tree()


def _is_junk(element: html.HtmlElement) -> bool:
    names = f"{element.get('class', '')} {element.get('id', '')}"
    return bool(names.strip()) and _JUNK.search(names) is not None


def _before(node: html.HtmlElement) -> str:
    if node.tag in ("br", "lb"):
        return "\n"
    if node.tag in ("li", "item"):
        return "\n\n- "
    if node.tag in ("td", "th", "cell"):
        return " " if node.getprevious() is None else " | "
    return "\n\n" if node.tag in _BLOCKS else ""
