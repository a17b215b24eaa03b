"""One logged page into its title, teaser, text, captions, attachments and date. The only user of trafilatura.

Pure functions: the same page and rules give the same text, whatever was read before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import trafilatura
from lxml import etree, html

from archive.blocks import Block, blocks, paragraphs
from archive.body import Body, body
from archive.dates import berlin_day
from archive.frame import main_part, prune, take_in_lead, trim
from archive.language import language
from archive.lines import is_date_line
from archive.media import take_attachments, take_images, with_captions
from archive.model import Page, Text
from archive.place import Dateline, dateline
from archive.published import MANY_TIMES, Clues, Dated, claims, in_sentence, published
from archive.title import find_title, name_headings, told
from archive.tree import Unreadable, base_of, complete_links, parse, remove, select, words
from archive.voices import embeds, issuers


@dataclass(frozen=True, slots=True)
class Rules:
    """Where a page family keeps things: CSS selectors, alternatives joined by commas, empty for "not known".

    ``main`` holds title and body together; ``body`` only the text; ``drop`` is cut out
    before anything is read.
    """

    main: str = ""
    title: str = ""
    teaser: str = ""
    body: str = ""
    date: str = ""
    drop: str = ""


_FRAMING = (
    "class", "id", "style", "role", "hidden", "aria-hidden", "itemprop", "data-testid", "data-component",
)  # fmt: skip
_SURE = ("date", "time element", "labelled date")
_INVITATION = re.compile(r"\b(?:Einladung|Pressetermin|Medientermin|Terminhinweis|Fototermin)\b")
_NOTICE = re.compile(
    r"^(?:(?:Straßen|Voll|Halb|Brücken)?[Ss]perrung\b|Geschwindigkeits(?:kontroll|mess|überwach)|"
    r"Radarkontroll|Blitzerstandort|Messstellen|Verkehrs(?:hinweis|behinderung|information))"
)


def read(page: Page, rules: Rules = Rules()) -> Text:
    """What a release's page says. Raises Unreadable when no title or no text is found on it."""
    return read_tree(parse(page, links=False), page, rules)


def read_tree(tree: html.HtmlElement, page: Page, rules: Rules = Rules()) -> Text:
    """As ``read``, for a page that is parsed already; the tree is used up."""
    names = told(tree, page.hints.title)
    told_days, base = claims(tree, names.pieces), base_of(tree, page.url)
    root = tree if (inner := tree.find("body")) is None else inner
    name_headings(root)
    title = find_title(root, names, rules.title)
    if not title.text:
        raise Unreadable("no title found")
    readings = [title.text] if title.heading is None else [title.text, words(title.heading)]
    prune(root, rules.drop, title.heading)
    complete_links(root, base)
    main = main_part(root, rules.main, title.heading)
    take_in_lead(main, title.heading)
    when = published(Clues(page, told_days, root, main, title.text, rules.date))
    images, attachments = take_images(main), take_attachments(main)
    trim(main)
    _drop_date_lines(main, rules)
    found = body(_blocks(main, rules), _by_trafilatura(main), readings)
    if not found.text and not found.lead:
        raise Unreadable("no text found")
    beside = Text(title.text, None, "", images=with_captions(images, found.captions), attachments=attachments)
    return _text(beside, found, page, when, tree.get("lang") or "")


def _text(beside: Text, found: Body, page: Page, when: Dated, declared: str) -> Text:
    """All that a page says, put together; a dateline outdoes weaker evidence for the day."""
    lead, text, begun = _parted(found)
    if begun.day and begun.day <= berlin_day(page.at) and when.evidence not in _SURE:
        when = Dated(begun.day, when.moment if when.day == begun.day else None, "dateline")
    teaser, whole = "\n\n".join(lead) or None, "\n\n".join(text)
    return replace(
        beside, teaser=teaser if whole else None, text=whole or (teaser or ""), place=begun.place,
        published_on=when.day, published_at=when.moment, published_from=when.evidence,
        language=language(f"{teaser or ''} {whole}", beside.title, page.url, declared),
        issuers=issuers(beside.title, teaser, text), embeds=embeds(text),
    )  # fmt: skip


def _parted(found: Body) -> tuple[list[str], list[str], Dateline]:
    """Paragraphs of the lead and of the text, and the dateline that is cut off one of them."""
    begun = dateline(found.text)
    if not found.lead and begun.before:
        return begun.text[:1], begun.text[1:], begun
    if begun.place or begun.day:
        return list(found.lead), begun.text, begun
    before = dateline(found.lead)
    return before.text, begun.text, before


def kind(text: Text) -> str:
    """Kind of a release as its title tells: release, invitation or notice (roads, speed checks).

    >>> kind(Text("Einladung zum Pressetermin: Brücke wird eröffnet", None, ""))
    'invitation'
    """
    if _INVITATION.search(text.title):
        return "invitation"
    return "notice" if _NOTICE.search(text.title) else "release"


def _blocks(main: html.HtmlElement, rules: Rules) -> list[Block]:
    marked = dict.fromkeys(_with_what_is_between(select(main, rules.body)), "body")
    marked |= dict.fromkeys(select(main, rules.teaser), "lead")
    return blocks(main, marked)


def _drop_date_lines(main: html.HtmlElement, rules: Rules) -> None:
    """Cut out the elements, and the lines around them, that only say when a release was published."""
    for element in [*main.iter("time"), *select(main, rules.date)][:MANY_TIMES]:
        line = next(element.iterancestors("p", "div", "li", "dd", "td"), element)
        if in_sentence(element):
            continue
        for block in (line, element):
            if is_date_line(words(block)):
                remove(block, main)
                break


def _with_what_is_between(chosen: list[html.HtmlElement]) -> list[html.HtmlElement]:
    """Where paragraphs of one parent are chosen, the headings and lists between them, too."""
    if len(chosen) < 2 or len({element.getparent() for element in chosen}) > 1:
        return chosen
    siblings = list(chosen[0].getparent())
    return siblings[siblings.index(chosen[0]) : siblings.index(chosen[-1]) + 1]


def _by_trafilatura(main: html.HtmlElement) -> list[str]:
    """Paragraphs that trafilatura keeps of a part that is pruned already. The part is used up.

    Names and roles are taken off before: they made it drop leads and folded text, and have done their work.
    """
    etree.strip_attributes(main, *_FRAMING)
    main.tail = None
    page = html.Element("html")
    etree.SubElement(page, "body").append(main)
    found = trafilatura.bare_extraction(
        page,
        with_metadata=False,
        fast=True,  # no second opinion: body.py looks again at what it drops
        favor_recall=True,
        include_comments=False,
        include_tables=True,
        deduplicate=False,
    )
    if found is None or isinstance(found, dict):  # a dict only when asked for one
        return []
    return paragraphs(found.body) if found.body is not None else []
