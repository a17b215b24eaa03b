"""What stands beside a release's text: pictures with caption and credit, and linked files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice
from urllib.parse import unquote, urlsplit

from lxml import html

from archive.model import Attachment, Image
from archive.tree import remove, select, without_session, words

MEDIA_TYPES = {
    "pdf": "application/pdf", "doc": "application/msword", "xls": "application/vnd.ms-excel",
    "zip": "application/zip",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
"""Files that count as attachments, by the ending of their address (iKISS: of its ``Ext`` parameter)."""

_ENDING = re.compile(r"\.([a-z]{3,4})$|[?&]ext=([a-z]{3,4})(?:&|$)", re.IGNORECASE)
_CAPTION = (
    "figcaption, .caption, .bildunterschrift, .bu, .image-caption, .wp-caption-text, .csc-textpic-caption"
)
_PICTURE = re.compile(r"bild|foto|image|picture|media|caption", re.IGNORECASE)
_LONGEST_CAPTION = 800
_CAPTION_BLOCKS = {"p", "div", "td", "span", "a", "tr", "tbody", "table", "picture"}
_TEXT_BLOCKS = ("p", "div", "ul", "ol", "h1", "h2", "h3", "h4", "blockquote")
_CREDIT = re.compile(
    r"\s*[(\[]?\s*(?:©?\s*(?:Fotos?|Fotonachweis|Fotograf(?:in)?|Visualisierung|Bild(?:er|quelle|nachweis|rechte)?|Quelle|Grafik|Copyright)\s*:(?:\s*©)?|©|\(c\))\s*"
    r"(?P<credit>[^:©]+?)\s*[)\]]?\.?\s*$",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^[(\[]?\s*(?:(?:Beitrags|Titel|Gruppen|Symbol|Archiv)(?:foto|bild)|Bildunter(?:schrift|zeile)|Bild(?:text|zeile)|BU)\s*:\s*",
    re.IGNORECASE,
)


def take_images(main: html.HtmlElement) -> tuple[Image, ...]:
    """Pictures with caption and credit; what belongs to them is cut out, so that it is not in the text."""
    images = []
    captioned = [block for picture in select(main, "img") if (block := _captioned(picture, main)) is not None]
    for figure in [*select(main, "figure"), *captioned, *select(main, "img")]:
        picture = figure if figure.tag == "img" else next(figure.iter("img"), None)
        if picture is not None and not picture.get("src", "").startswith("http"):
            lazy = next(
                (
                    picture.get(n)
                    for n in ("data-src", "data-original", "data-lazy-src", "data-lazy")
                    if picture.get(n)
                ),
                None,
            )
            if lazy:
                picture.set("src", lazy)
        if picture is not None and picture.get("src", "").startswith("http"):
            captions = select(figure, _CAPTION) or ([] if figure.tag in ("img", "figure") else [figure])
            images.append(_image(picture.get("src", ""), " ".join(filter(None, map(words, captions)))))
        if picture is not None or not words(figure):
            remove(figure, main)
    loose = [words(element) for element in select(main, _CAPTION)]
    for element in select(main, _CAPTION):
        remove(element, main)
    images = list(with_captions(images, loose))
    return tuple({image.url: image for image in reversed(images)}.values())[::-1]


def _captioned(picture: html.HtmlElement, main: html.HtmlElement) -> html.HtmlElement | None:
    """The small block around a picture that holds nothing but its caption; None where there is none."""
    if any(around.tag == "figure" for around in picture.iterancestors()):
        return None
    for around in picture.iterancestors():
        if around is main or around.tag not in _CAPTION_BLOCKS:
            return None
        text = words(around)
        if text:
            texts = [each for each in around.iter(*_TEXT_BLOCKS) if each is not around and words(each)]
            named = _PICTURE.search(around.get("class", "")) or _CREDIT.search(text)
            few = len(texts) < 2 or (
                len(texts) == 2 and len(text) < 300 and _CREDIT.match(words(texts[-1])) is not None
            )
            return around if named and few and len(text) < _LONGEST_CAPTION else None
    return None


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


def _is_only_link(line: html.HtmlElement) -> bool:
    return next(islice(line.iter("a"), 1, None), None) is None


def take_attachments(main: html.HtmlElement) -> tuple[Attachment, ...]:
    """Linked files; lines that hold nothing but such a link are cut out of the text."""
    found: dict[str, Attachment] = {}
    lines: list[html.HtmlElement] = []
    for link in main.iter("a"):
        url = without_session(link.get("href", ""))
        ending = _ENDING.search(urlsplit(url).path) or _ENDING.search(url)
        media_type = MEDIA_TYPES.get((ending.group(1) or ending.group(2)).lower()) if ending else None
        if media_type and url.startswith("http"):
            line = next(link.iterancestors("li", "p"), None)
            if line is not None and _is_only_link(line) and words(line) == words(link):
                lines.append(line)
            name = unquote(urlsplit(url).path.rpartition("/")[2])
            found.setdefault(url, Attachment(url, words(link) or name, media_type))
    for line in lines:
        remove(line, main)
    return tuple(found.values())
