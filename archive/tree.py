"""A page as a tree: parsed, its elements selected, the words of an element on one line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import cast
from urllib.parse import urljoin, urlsplit

from lxml import etree, html
from lxml.cssselect import CSSSelector

from archive.decode import clean, decode
from archive.model import Page


class Unreadable(ValueError):
    """A page that holds no text to read; the message says why."""


HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
BLOCKS = frozenset(
    ("p", "div", "section", "article", "main", "body", "ul", "ol", "li", "dl", "dt", "dd", "blockquote",
     "table", "tbody", "thead", "tfoot", "tr", "td", "th", "header", "footer", "figure", "figcaption", "pre",
     "address", "hr", "fieldset", "details", "summary", "head", "list", "item", "quote", "row", *HEADINGS)
)  # fmt: skip
"""Elements that begin and end a paragraph: those of HTML, and those that trafilatura makes of them."""

_CUT = "cut"  # no element of HTML
_LINES = {"h1", "h2", "h3", "h4", "h5", "h6", "a", "span", "title", "time", "strong", "b"}


_SESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_FROM_ROOT = re.compile(r"(?!.*(?:/\.|\?$))/(?!/)[\w./?=&%+,~-]*$", re.ASCII)
_WHOLE = re.compile(
    r"(?:mailto|tel|javascript):|(?!.*(?:/\.|\?$))https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/(?!/)[\w./?=&%+,~-]*)?$",
    re.ASCII,
)


def parse(page: Page, *, links: bool = True) -> html.HtmlElement:
    """Parsed tree of a page with absolute links. Raises Unreadable when it is no page of text.

    ``links`` False leaves them as they stand, for readers that complete those of a part only.
    """
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
    if links:
        complete_links(tree, base_of(tree, page.url))
    return tree


def without_session(url: str) -> str:
    """An address or path without the session that some servers write into it.

    >>> without_session("/plan.pdf;jsessionid=1A2B.live?v=3")
    '/plan.pdf?v=3'
    """
    return _SESSION.sub("", url)


def parse_xml(page: Page) -> etree._Element | None:
    """Root of a feed or sitemap, None where nothing can be read. Raises etree.XMLSyntaxError."""
    source = decode(page.body, page.header("content-type")).encode()
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, recover=True, encoding="utf-8"
    )
    return etree.fromstring(source, parser) if source.strip() else None


def base_of(tree: html.HtmlElement, url: str) -> str:
    """The address that a whole page's links are relative to."""
    base = next(tree.iter("base"), None)
    return (absolute(url, base.get("href", "")) if base is not None else None) or url


def complete_links(part: html.HtmlElement, base: str) -> None:
    """Make all addresses of a part absolute and drop those that are none: nobody shall stumble over them."""
    parts = urlsplit(base)
    origin = f"{parts.scheme}://{parts.netloc}"
    known: dict[str, str | None] = {}
    for element in part.iter("a", "area", "link", "img", "form"):
        for name in ("href", "src", "action", "data-src"):
            link = element.get(name)
            if link is None:
                continue
            if (
                link not in known
            ):  # joining takes longer than all the rest of reading a page: most is not needed
                known[link] = origin + link if _FROM_ROOT.match(link) else absolute(base, link)
            whole = known[link]
            if whole is None:
                del element.attrib[name]
            elif whole != link:
                element.set(name, whole)


def absolute(base: str, link: str) -> str | None:
    """Absolute address of a link; None where that is not one.

    >>> absolute("https://kreis.example/presse/", "dateien/Plan 26.pdf")
    'https://kreis.example/presse/dateien/Plan%2026.pdf'
    """
    if _WHOLE.match(link):
        return link
    try:
        whole = urljoin(base, link.strip()).replace(" ", "%20")
        parts = urlsplit(whole)
        return whole if parts.scheme not in ("http", "https") or (parts.port, parts.hostname)[1] else None
    except ValueError:
        return None


def select(tree: html.HtmlElement, css: str) -> list[html.HtmlElement]:
    """Elements that match a CSS selector, in document order; none for an empty selector."""
    return cast("list[html.HtmlElement]", _selector(css)(tree)) if css else []


def words(element: html.HtmlElement) -> str:
    """All text of an element on one line; parts of a line are joined as they stand, blocks by a blank."""
    inline = element.tag in _LINES and next(element.iter(*_breaks(element.tag)), None) is None
    return clean(("" if inline else " ").join(element.itertext()))


@cache
def _breaks(tag: str) -> tuple[str, ...]:
    """Elements that part the text within one of this tag."""
    return ("br", *sorted(BLOCKS - {tag}))


@cache
def _selector(css: str) -> CSSSelector:
    return CSSSelector(css, translator="html")


def remove_all(elements: Iterable[html.HtmlElement], main: html.HtmlElement) -> None:
    """Cut elements out of the main part, all at once: else the text between them is joined with each."""
    for element in elements:
        if element is not main:
            element.tag = _CUT
    etree.strip_elements(main, _CUT, with_tail=False)


def remove(element: html.HtmlElement, main: html.HtmlElement) -> None:
    """Cut an element out of the main part it stands in; the main part itself stays."""
    if element is not main and element.getparent() is not None:
        element.drop_tree()
