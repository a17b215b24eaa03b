"""What stands beside a release's text: pictures with caption and credit, and linked files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice, takewhile
from urllib.parse import unquote, urlsplit

from lxml import html

from archive.lines import PICTURE_KIND, PICTURE_WORD
from archive.model import Attachment, Image
from archive.tree import BLOCKS, remove_all, select, without_session, words

MEDIA_TYPES = {
    "pdf": "application/pdf", "doc": "application/msword", "xls": "application/vnd.ms-excel",
    "zip": "application/zip",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
"""Files that count as attachments, by the ending of a name in their address (iKISS: by ``Ext``)."""

_NAMED = re.compile(
    rf"[^/?&=]\.({'|'.join(MEDIA_TYPES)})(?=[/&?#]|$)|[?&]ext=({'|'.join(MEDIA_TYPES)})(?=&|$)", re.IGNORECASE
)
_BESIDE_A_FILE = re.compile(
    r"(?:Download|Datei(?:en)?|Dokumente?|Anlagen?|Anhang|Anhänge|PDF)?\s*[:|]?\s*"
    rf"[(\[]?\s*(?:(?:{'|'.join(MEDIA_TYPES)})(?:-(?:Datei|Dokument))?)?[\s,;:|·]*"
    r"(?:\d+(?:[.,]\d+)?\s?[KMG]i?B(?:yte)?s?)?(?:\d+ Downloads?)?(?:,.{0,40})?\s*[)\]]?",
    re.IGNORECASE,
)
_CAPTION = (
    "figcaption, .caption, .bildunterschrift, .bu, .image-caption, .wp-caption-text, .csc-textpic-caption,"
    " [class*=__caption]"
)
_CREDITED = "[class*=__credit], [class*=__copyright]"
_PICTURE = re.compile(r"bild|foto|image|picture|media|caption", re.IGNORECASE)
_LAZY = ("data-src", "data-original", "data-lazy-src", "data-lazy")
_LONGEST_CAPTION, _LONGEST_PAIR = 800, 300
_CELLS = 3  # a link lies in a paragraph, in a cell, in a row
_CAPTION_BLOCKS = {"p", "div", "td", "span", "a", "tr", "tbody", "table", "picture", "dl", "dt"}
_TEXT_BLOCKS = ("p", "div", "ul", "ol", "h1", "h2", "h3", "h4", "blockquote")
_CREDIT = re.compile(
    rf"\s*[(\[]?\s*(?:©?\s*(?:{PICTURE_WORD}|Quelle|Grafik|Copyright)\s*:(?:\s*©)?|©|\(c\))\s*"
    r"(?P<credit>[^:©]+?)\s*[)\]]?\.?\s*$",
    re.IGNORECASE,
)
_LABEL = re.compile(
    rf"^[(\[]?\s*(?:{PICTURE_KIND}(?:foto|bild)|Bild(?:unterschrift|unterzeile|text|zeile)|BU)\s*:\s*",
    re.IGNORECASE,
)


def take_images(main: html.HtmlElement) -> tuple[Image, ...]:
    """Pictures with caption and credit; what belongs to them is cut out, so that it is not in the text."""
    images, cut = [], []
    pictures = select(main, "img")
    credited = list(filter(_is_by_a_picture, select(main, _CREDITED))) if pictures else []
    figures = [each for each in select(main, "figure") if each.find(".//figure") is None]  # else a gallery
    for figure in [*figures, *_captioned(pictures, main), *pictures]:
        picture = figure if figure.tag == "img" else next(figure.iter("img"), None)
        if picture is not None and (source := _source(picture)):
            captions = select(figure, _CAPTION) or ([] if figure.tag in ("img", "figure") else [figure])
            images.append(_image(source, " ".join(filter(None, map(words, captions)))))
        if picture is not None or not words(figure):
            cut.append(figure)
    remove_all(cut, main)
    loose, credited = select(main, _CAPTION), [each for each in credited if main in each.iterancestors()]
    images = list(with_captions(images, [*map(words, loose), *(f"© {words(each)}" for each in credited)]))
    remove_all([*loose, *credited], main)
    return tuple({image.url: image for image in reversed(images)}.values())[::-1]


def _is_by_a_picture(element: html.HtmlElement) -> bool:
    return any(around.find(".//img") is not None for around in islice(element.iterancestors(), 2))


def _source(picture: html.HtmlElement) -> str | None:
    """Address of a picture, also where a script is to set it; None where it has none."""
    named = (picture.get(name, "") for name in ("src", *_LAZY))
    return next((address for address in named if address.startswith("http")), None)


def _captioned(pictures: Iterable[html.HtmlElement], main: html.HtmlElement) -> list[html.HtmlElement]:
    """The small blocks around pictures outside of figures that hold nothing but a caption beside them."""
    known: dict[html.HtmlElement, bool | None] = {}
    found = []
    for picture in pictures:
        around = list(picture.iterancestors())
        if any(each.tag == "figure" for each in around):
            continue
        for block in takewhile(lambda each: each is not main and each.tag in _CAPTION_BLOCKS, around):
            if block not in known:
                known[block] = _is_caption(block)
            if known[block] is not None:
                found += [block] * bool(known[block])
                break
    return list(dict.fromkeys(found))


def _is_caption(block: html.HtmlElement) -> bool | None:
    """Whether what stands around a picture is its caption; None where nothing does."""
    if len(block.text_content()) > _LONGEST_CAPTION * 10:  # of which most may be blanks
        return False
    text = words(block)
    if not text:
        return None
    named = _PICTURE.search(block.get("class", "")) or _CREDIT.search(text)
    texts = [each for each in block.iter(*_TEXT_BLOCKS) if each is not block and words(each)]
    few = len(texts) < 2 or (
        len(texts) == 2 and len(text) < _LONGEST_PAIR and _CREDIT.match(words(texts[-1])) is not None
    )
    return bool(named) and few and len(text) < _LONGEST_CAPTION


def with_captions(images: Sequence[Image], lines: Iterable[str]) -> tuple[Image, ...]:
    """The same pictures with what lines beside the text say: each line goes to the first that lacks it.

    >>> with_captions([Image("https://k.example/a.jpg")], ["(Beitragsfoto: Die Brücke © Kreis Probe/Jöhnk)"])
    (Image(url='https://k.example/a.jpg', caption='Die Brücke', credit='Kreis Probe/Jöhnk'),)
    """
    found = list(images)
    for line in lines:
        said = _image("", line)
        for n, image in enumerate(found):
            if (said.caption and not image.caption) or (
                not said.caption and said.credit and not image.credit
            ):
                found[n] = replace(
                    image, caption=image.caption or said.caption, credit=image.credit or said.credit
                )
                break
    return tuple(found)


def _image(url: str, caption: str) -> Image:
    """A picture whose caption is parted into what it says and whose it is."""
    match = _CREDIT.search(caption)
    said = _LABEL.sub("", caption[: match.start()] if match else caption).strip(" |,–-")
    if said != caption and said.endswith(")") and said.count("(") < said.count(")"):
        said = said[:-1]
    return Image(url, said or None, match.group("credit") if match else None)


def take_attachments(main: html.HtmlElement) -> tuple[Attachment, ...]:
    """Linked files; lines that hold nothing but such a link, and what it is, are cut out of the text."""
    found: dict[str, Attachment] = {}
    lines: set[html.HtmlElement] = set()
    for link in main.iter("a"):
        url = without_session(link.get("href", ""))
        if url.startswith("http") and (media_type := _media_type(url)):
            line = _line(link)
            if _is_only_link(line, link):
                lines.add(line)
            name = unquote(urlsplit(url).path.rpartition("/")[2])
            found.setdefault(url, Attachment(url, words(link) or name, media_type))
    tables = {table for line in lines if line.tag == "tr" for table in line.iterancestors("table")}
    lines |= {table for table in tables if lines.issuperset(table.xpath(".//tr[td]"))}
    remove_all(lines, main)
    return tuple(found.values())


def _line(link: html.HtmlElement) -> html.HtmlElement:
    """The line on which a link stands: its row, item or paragraph, or itself, where it holds blocks."""
    if next(link.iterdescendants(*BLOCKS), None) is not None:
        return link
    around = list(islice(link.iterancestors(*BLOCKS), _CELLS))
    return next((each for each in around if each.tag in ("tr", "li", "p")), around[0] if around else link)


def _media_type(url: str) -> str | None:
    """Type of the file that an address names in its path or its query, None where it names none.

    >>> _media_type("https://k.example/presse.html?file=files/Plan.pdf&cid=7")
    'application/pdf'
    >>> _media_type("https://k.example/documents/20121/0/Plan.pdf/1a2b?t=3"), _media_type("https://pdf.zip/")
    ('application/pdf', None)
    """
    parts = urlsplit(url)
    named = _NAMED.search(unquote(f"{parts.path}?{parts.query}"))
    return MEDIA_TYPES[(named[1] or named[2]).lower()] if named else None


def _is_only_link(line: html.HtmlElement, link: html.HtmlElement) -> bool:
    """Whether a line has one link, and beside it at most what kind of file it leads to."""
    if len(list(islice(line.iter("a"), 2))) > 1:
        return False
    return _BESIDE_A_FILE.fullmatch(words(line).replace(words(link), "", 1).strip()) is not None
