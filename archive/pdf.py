"""The text of a PDF file, in paragraphs; and a release that exists only as such a file. Uses pypdfium2.

PDFium is a C++ library that hostile files can crash: whoever reads files of others does so in a process of
its own (crawler.readers).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

import pypdfium2

from archive.dates import find_days
from archive.decode import clean, visible
from archive.language import language
from archive.lines import begins_contact, is_date_line, is_furniture
from archive.model import Page, Text
from archive.place import dateline
from archive.published import Dated, Evidence, best, hinted, in_url
from archive.tree import Unreadable
from archive.voices import embeds, issuers

_PAGES, _CHARACTERS = 300, 2_000_000
_HEAD = 12
_FULL_LINE = 0.8
_WIDER, _OTHER_SIZE = 1.35, 0.12
_HYPHEN = "\ufffe"  # so PDFium writes the hyphen of a word that goes on in the next line
_LABEL = re.compile(r"(?:vom|am|datum|,|:)\s*$|^\s*$", re.IGNORECASE)
_LETTERHEAD = re.compile(
    r"^(?:Presse(?:mitteilung|information|meldung|dienst|stelle|erklärung)|Medieninformation|Nr\.|Seite \d|"
    r"(?:Landkreis|Kreis|Stadt|Ministerium|Der Landrat|Die Landrätin|Der (?:Ober)?[Bb]ürgermeister)\b"
    r".{0,60}$)",
)


def is_pdf(page: Page) -> bool:
    """Whether an answer is a PDF file, by its beginning: types are often wrong."""
    return page.body[:1024].lstrip().startswith(b"%PDF")


def pdf_paragraphs(body: bytes) -> list[str]:
    """Paragraphs of a PDF file in reading order, clean; empty for one without text, such as a scan.

    Raises Unreadable when it is no PDF file that can be opened, or one with a password.
    """
    try:
        document = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        raise Unreadable(f"not a PDF file that can be read: {error}") from error
    try:
        found: list[str] = []
        for number in range(min(len(document), _PAGES)):
            found += paragraphs_of(_lines(document, number))
            if sum(map(len, found)) > _CHARACTERS:
                break
        return found
    finally:
        document.close()


def paragraphs_of(lines: Iterable[str]) -> list[str]:
    """Lines of a page as paragraphs: empty lines part them, words parted at a line's end are joined.

    A line that ends a sentence and leaves much of the width free ends a paragraph, too.

    >>> paragraphs_of(["Der Kreis hat die neue Brü-", "cke über die Aue gebaut.", "", "Sie ist offen."])
    ['Der Kreis hat die neue Brücke über die Aue gebaut.', 'Sie ist offen.']
    """
    lines = [clean(line) for line in lines]
    full = max(map(len, lines), default=0) * _FULL_LINE
    found: list[str] = []
    ended = True
    for line in lines:
        if not line:
            ended = True
            continue
        if ended or line[0] in "•-–":
            found.append(line)
        elif re.search(r"\w-$", found[-1]) and line[0].islower():
            found[-1] = found[-1][:-1] + line
        else:
            found[-1] += " " + line
        ended = len(line) < full and line[-1] in '.!?“"'
    return found


def read_pdf(page: Page) -> Text:
    """A release that is a PDF file. Raises Unreadable when it holds no text.

    Its title is that of the list that led to it, else its first line that is no letterhead.
    """
    found = pdf_paragraphs(page.body)
    if not any(len(each.split()) > 1 for each in found):
        raise Unreadable("a PDF file without text, a scan perhaps")
    listed = page.hints.title or ""
    own = next((each for each in found[:_HEAD] if _is_heading(each)), found[0])
    title = listed if len(listed.split()) > 1 else own
    rest = _after(found, next((each for each in found[:_HEAD] if title.casefold() in each.casefold()), None))
    begun = dateline(rest)
    when = _dated(page, found, begun.day)
    text = "\n\n".join(begun.text) or title
    return Text(
        title=title[:500], teaser=None, text=text, place=begun.place, published_on=when.day,
        published_at=when.moment, published_from=when.evidence,
        language=language(text, title, page.url, "de"), issuers=issuers(title, None, begun.text),
        embeds=embeds(begun.text),
    )  # fmt: skip


def _lines(document: pypdfium2.PdfDocument, number: int) -> list[str]:
    """Lines of a page, with an empty one where the next is further down than usual, or of another size."""
    leaf = document[number].get_textpage()
    try:
        lines: list[tuple[str, float, float]] = []
        at = 0
        for line in leaf.get_text_range().split("\n"):
            if line.strip():
                _, bottom, _, top = leaf.get_charbox(at + len(line) - len(line.lstrip()), loose=True)
                lines.append((visible(line.replace(_HYPHEN, "")), bottom, top - bottom))
            at += len(line) + 1
    finally:
        leaf.close()
    gaps = [above[1] - below[1] for above, below in pairwise(lines)]
    downward = sorted(gap for gap in gaps if gap > 0)
    usual = downward[len(downward) // 4] if downward else 0.0
    found = [lines[0][0]] if lines else []
    for (_, _, size), (line, _, next_size), gap in zip(lines, lines[1:], gaps, strict=False):
        if gap > _WIDER * usual or abs(size - next_size) > _OTHER_SIZE * size:
            found.append("")
        found.append(line)
    return found


def _is_heading(line: str) -> bool:
    return len(line.split()) > 1 and not (
        is_date_line(line) or is_furniture(line) or _LETTERHEAD.match(line) or begins_contact(line)
    )


def _after(found: Sequence[str], heading: str | None) -> list[str]:
    """The text without letterhead and heading, up to the contact at its end."""
    start = found.index(heading) + 1 if heading in found[:_HEAD] else 0
    text = [each for each in found[start:] if not is_date_line(each) and not is_furniture(each)]
    while text and start == 0 and _LETTERHEAD.match(text[0]):
        text.pop(0)
    end = next((n for n, each in enumerate(text) if n and begins_contact(each)), len(text))
    return text[:end]


def _dated(page: Page, found: Sequence[str], dated: str | None) -> Dated:
    """When it was published: dateline, the list's day, a line of its own at the head, the address."""
    days = ((line, find_days(line)) for line in found[:_HEAD])
    at_head = [each[0][2] for line, each in days if each and _stands_out(line, each[0][0])]
    evidence: list[Evidence] = [("dateline", (dated, None))] if dated else []
    evidence += hinted(page)
    evidence += [("date at the title", (day, None)) for day in at_head[:1]]
    return best([*evidence, *in_url(page.url)], page)


def _stands_out(line: str, start: int) -> bool:
    return is_date_line(line) or _LABEL.search(line[:start]) is not None
