"""A part of a page as its paragraphs, in order, each with what the markup says of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType

from lxml import etree, html

from archive.decode import clean
from archive.tree import BLOCKS, HEADINGS

_NAMES = {
    "lead": r"teaser|lead|intro|introtext|vorspann|anreisser|abstract|preface|einleitung|kurztext",
    "contact": r"kontakt|contact|presse-?kontakt|ansprechpartner(?:in)?|ansprechperson|vcard",
}
_NAMED = {
    name: re.compile(rf"(?:^|[-_ ])(?:{names})(?:$|[-_ ]|text|box)", re.IGNORECASE)
    for name, names in _NAMES.items()
}
MARKS = ("lead", "contact", "body")
_PARTED = re.compile(r"\n[^\S\n]*\n\s*|\n(?=\s*[-•–] )")
_LONGEST_CELL = 250


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph on one line; list items begin with "- ", the cells of a table's row are parted by bars.

    ``kind``: heading, item, row or text. ``links``: how many of its characters are links. ``marks``:
    lead, contact or body, as the elements around it say.
    """

    text: str
    kind: str = "text"
    links: int = 0
    marks: frozenset[str] = frozenset()

    @property
    def link_share(self) -> float:
        """Share of its characters that are links, 0 to 1."""
        return self.links / len(self.text)


@dataclass(slots=True)
class _Walk:
    """What is open at one point of the walk through a tree."""

    marked: Mapping[html.HtmlElement, str]
    parts: list[tuple[str, bool]] = field(default_factory=list)
    found: list[Block] = field(default_factory=list)
    depth: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    open: list[tuple[str, ...]] = field(default_factory=list)
    linked: bool = False
    bullet: bool = False
    breaks: int = 0
    table: html.HtmlElement | None = None

    def change(self, names: tuple[str, ...], by: int) -> None:
        """Something that these names tell begins (1) or ends (-1)."""
        for name in names:
            self.depth[name] += by
        self.linked = self.depth["a"] > 0

    def add(self, text: str) -> None:
        """Some text of the paragraph that is open; blanks begin none."""
        blank = text.isspace()
        if not blank:
            self.breaks = 0
        elif not self.parts:
            return
        whole = text if self.depth["pre"] else text.replace("\n", " ")
        self.parts.append((whole, self.linked))

    def line_break(self) -> None:
        """A line ends; the second of two ends the paragraph."""
        self.parts.append(("\n", self.linked))
        self.breaks += 1
        if self.breaks > 1:
            self.flush()

    def flush(self) -> None:
        """End a paragraph: what was gathered becomes one or, at empty lines, several."""
        self.breaks = 0
        if not self.parts:
            return
        text = "".join([part for part, _ in self.parts])
        if text.isspace():
            self.parts.clear()
            return
        first, at = 0, 0
        for start, end in _pieces(text):
            while at + len(self.parts[first][0]) <= start:
                at += len(self.parts[first][0])
                first += 1
            line = clean(text[start:end])
            if line.strip("-|•– "):
                self.found.append(self._block(line, start, end, first, at))
                self.bullet = False
        self.parts.clear()

    def _block(self, line: str, start: int, end: int, first: int, at: int) -> Block:
        links = 0
        for n in range(first, len(self.parts)):
            if at >= end:
                break
            part, linked = self.parts[n]
            links += len(part[max(0, start - at) : max(0, end - at)].strip()) * linked
            at += len(part)
        kind = "heading" if self.depth["heading"] else "item" if self.bullet else "text"
        kind = "row" if self.table is not None else kind
        marks = frozenset(name for name in MARKS if self.depth[name])
        line = f"- {line.lstrip('-•– ')}" if kind == "item" else line
        return Block(line, kind, min(links, len(line)), marks)


def blocks(
    root: html.HtmlElement, marked: Mapping[html.HtmlElement, str] = MappingProxyType({})
) -> list[Block]:
    """Paragraphs of an element in their order: parted by its blocks and by empty lines of line breaks.

    ``marked``: elements whose paragraphs get this mark besides those that names give.
    """
    walk = _Walk(marked)
    for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event == "start":
            _enter(walk, node)
            continue
        if event == "end":
            _leave(walk, node)
        if node is not root and node.tail:
            walk.add(node.tail)
    walk.flush()
    return walk.found


def paragraphs(root: html.HtmlElement) -> list[str]:
    """Texts of an element's paragraphs."""
    return [block.text for block in blocks(root)]


def _enter(walk: _Walk, node: html.HtmlElement) -> None:
    tag = node.tag
    if tag in ("br", "lb"):
        walk.line_break()
    elif tag in BLOCKS:
        _enter_block(walk, node)
    names = _names(tag, node.get("class"), node.get("id"))
    if walk.marked and node in walk.marked:
        names = (*names, walk.marked[node])
    walk.open.append(names)
    if names:
        walk.change(names, 1)
    if node.text:
        walk.add(node.text)


def _enter_block(walk: _Walk, node: html.HtmlElement) -> None:
    tag = node.tag
    if walk.table is not None and tag != "tr":
        later = tag in ("td", "th") and node.getprevious() is not None
        walk.parts.append((" | " if later else " ", False))
        return
    walk.flush()
    if tag in ("li", "item"):
        walk.bullet = True
    if tag == "table" and walk.table is None and _is_of_data(node):
        walk.table = node


def _leave(walk: _Walk, node: html.HtmlElement) -> None:
    tag = node.tag
    if tag in BLOCKS and (walk.table is None or tag == "tr" or node is walk.table):
        walk.flush()
    if node is walk.table:
        walk.table = None
    if tag in ("li", "item"):
        walk.bullet = False
    if names := walk.open.pop():
        walk.change(names, -1)


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of the paragraphs of a text with line breaks."""
    if "\n" not in text:
        if not text.isspace():
            yield 0, len(text)
        return
    cuts = [0, *(at for match in _PARTED.finditer(text) for at in match.span()), len(text)]
    for n, (start, end) in enumerate(pairwise(cuts)):
        if n % 2 == 0 and text[start:end].strip():
            yield start, end


def _is_of_data(table: html.HtmlElement) -> bool:
    """Whether a table holds data, and not the page's layout: several rows of short cells, none within it."""
    cells = list(table.iter("td", "th"))
    rows = sum(1 for _ in table.iter("tr"))
    if next(table.iterdescendants("table", *HEADINGS), None) is not None or not cells:
        return False
    return len(cells) > rows and all(len("".join(cell.itertext())) < _LONGEST_CELL for cell in cells)


@lru_cache(32768)
def _names(tag: str, class_: str | None, id_: str | None) -> tuple[str, ...]:
    """What an element begins: a link, preformatted text, a heading, a lead, a contact."""
    texts = (class_ or "", id_ or "")
    named = [name for name, pattern in _NAMED.items() if any(map(pattern.search, texts))]
    if tag in HEADINGS or tag == "head":
        named.append("heading")
    if tag in ("a", "ref"):
        named.append("a")
    if tag == "pre":
        named.append("pre")
    return tuple(named)
