"""One logged page into its title, teaser, text, captions, attachments and date. The only user of trafilatura.

Pure functions: the same page and rules give the same text, whatever was read before.
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass

import trafilatura
from lxml import etree, html

from archive.dates import find_day, find_days
from archive.decode import clean
from archive.media import take_attachments, take_images
from archive.model import Page, Text
from archive.published import published
from archive.tree import (
    Unreadable,
    drop_link_lists,
    main_part,
    own_headings,
    paragraphs,
    parse,
    prune,
    remove,
    select,
    words,
)


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


_TEASER = re.compile(
    r"(?:^|[-_ ])(?:teaser|lead|intro|vorspann|abstract|preface)(?:$|[-_ ]|text)", re.IGNORECASE
)
_TAIL = re.compile(
    r"^(?:(?:Presse)?[Kk]ontakt|Ansprechpartner(?:in|:in)?|(?:Für )?Rückfragen|Bei (?:Rückf|F)ragen|"
    r"Pressestelle|Herausgeber|Weitere (?:Meldungen|Nachrichten|Artikel|Pressemitteilungen)|"
    r"Das könnte Sie auch interessieren|Erläuterungen und Hinweise|Bildnachweise?|Seite (?:teilen|drucken)|"
    r"[Zz]urück(?: zur (?:Übersicht|Liste))?)\b.{0,160}$"
)
_SHORT = 300
_FEW_WORDS = 2
_NAME = r"[A-ZÄÖÜ][\w./-]*(?: [\w()./-]+){0,3}"
_DATELINE = re.compile(
    rf"^(?:\([a-zäöü]{{2,6}}\)\s*)?(?P<place>{_NAME}),?\s*(?:den\s+|\()?"
    r"(?P<date>\d{1,2}\.\s?(?:\d{1,2}\.\s?|[A-Za-zä]{3,9}\.?\s?)\d{2,4})\)?\s*(?:[.:|]|[–-])+\s*"
)
_BAR = re.compile(rf"^(?P<place>{_NAME})\s+\|\s+")
_INVITATION = re.compile(r"\b(?:Einladung|Pressetermin|Medientermin|Terminhinweis|Fototermin)\b")
_NOTICE = re.compile(
    r"^(?:(?:Straßen|Voll|Halb|Brücken)?[Ss]perrung\b|Straßensperrung|Geschwindigkeits(?:kontroll|mess|überwach)|"
    r"Radarkontroll|Blitzerstandort|Messstellen|Verkehrs(?:hinweis|behinderung|information))"
)
_SITE_SEPARATORS = re.compile(r"\s+[|–-]\s+|\s*::\s*|\s+»\s+")


def read(page: Page, rules: Rules = Rules()) -> Text:
    """What a release's page says. Raises Unreadable when no title or no text is found on it."""
    return read_tree(parse(page), page, rules)


def read_tree(tree: html.HtmlElement, page: Page, rules: Rules = Rules()) -> Text:
    """As ``read``, for a page that is parsed already; the tree is used up."""
    main = main_part(tree, rules.main)
    title = _title(tree, main, rules)
    if not title:
        raise Unreadable("no title found")
    day, moment, evidence = published(tree, page, main, rules.date)
    prune(main, rules.drop)
    images, attachments = take_images(main), take_attachments(main)
    drop_link_lists(main)
    _drop_date_lines(main, rules)
    _drop_before_heading(main, title)
    teaser = _take_teaser(main, rules, title)
    place, dateline, text = _dateline(_cut_tail(_body(main, rules, title)))
    if not text and not teaser:
        raise Unreadable("no text found")
    if dateline and dateline <= page.at[:10] and evidence not in ("date", "time element", "labelled date"):
        day, moment, evidence = dateline, moment if day == dateline else None, "dateline"
    return Text(
        title=title, teaser=teaser if text else None, text="\n\n".join(text) or (teaser or ""), place=place,
        published_on=day, published_at=moment, published_from=evidence,
        language=(tree.get("lang") or "de").split("-")[0].lower(), images=images, attachments=attachments,
    )  # fmt: skip


def kind(text: Text) -> str:
    """Kind of a release as its title tells: release, invitation or notice (roads, speed checks).

    >>> kind(Text("Einladung zum Pressetermin: Brücke wird eröffnet", None, ""))
    'invitation'
    """
    if _INVITATION.search(text.title):
        return "invitation"
    return "notice" if _NOTICE.search(text.title) else "release"


def _title(tree: html.HtmlElement, main: html.HtmlElement, rules: Rules) -> str:
    """The release's own heading; only where there is none, the page's title without the site's name."""
    for element in select(main, rules.title) + own_headings(main) + own_headings(tree):
        if text := words(element):
            return text
    for element in select(tree, "meta[property='og:title']"):
        if text := clean(element.get("content", "")):
            return text
    heading = next((words(element) for element in main.iter("h2", "h3") if words(element)), "")
    titles = [words(element) for element in tree.iter("title")]
    return heading or (_SITE_SEPARATORS.split(titles[0])[0] if titles else "")


def _take_teaser(main: html.HtmlElement, rules: Rules, title: str) -> str | None:
    """The lead as its own text, cut out of the body; None where a page marks none."""
    marked = [e for e in main.iter("p", "div", "strong", "header") if _TEASER.search(e.get("class", ""))]
    for element in select(main, rules.teaser) or marked:
        text = "\n\n".join(part for part in paragraphs(element) if part != title)
        if len(text.split()) >= 5 and len(text) < 1500:
            remove(element, main)
            return text
    return None


def _body(main: html.HtmlElement, rules: Rules, title: str) -> list[str]:
    chosen = _with_what_is_between(select(main, rules.body))
    if chosen:
        found = [text for element in chosen for text in paragraphs(element)]
    else:
        found = _by_trafilatura(main) or paragraphs(main)
    found = [text for text in found if text != title]
    return found[1:] if found and _is_date_line(found[0]) else found


def _with_what_is_between(chosen: list[html.HtmlElement]) -> list[html.HtmlElement]:
    """Where paragraphs of one parent are chosen, the headings and lists between them, too."""
    if len(chosen) < 2 or len({element.getparent() for element in chosen}) > 1:
        return chosen
    siblings = list(chosen[0].getparent())
    return siblings[siblings.index(chosen[0]) : siblings.index(chosen[-1]) + 1]


def _drop_date_lines(main: html.HtmlElement, rules: Rules) -> None:
    """Cut out the lines that only say when a release was published."""
    for element in [*main.iter("time"), *select(main, rules.date)]:
        line = next(element.iterancestors("p", "div", "li", "dd", "td"), element)
        for block in (line, element):
            if block is not main and _is_date_line(words(block)):
                remove(block, main)
                break


def _drop_before_heading(main: html.HtmlElement, title: str) -> None:
    """Cut out the little that stands before a release's heading: paths, kickers, date lines."""
    for heading in [h for h in main.iter("h1", "h2") if words(h) == title][:1]:
        before = [e for node in [heading, *heading.iterancestors()] if _inside(node, main)
                  for e in node.itersiblings("*", preceding=True)]  # fmt: skip
        if sum(len(words(element)) for element in before) < _SHORT:
            for element in before:
                remove(element, main)


def _inside(node: html.HtmlElement, main: html.HtmlElement) -> bool:
    return any(ancestor is main for ancestor in node.iterancestors())


def _is_date_line(text: str) -> bool:
    """Whether a paragraph is nothing but a date, with a word or two and a time of day around it."""
    days = find_days(text)
    if len(days) != 1:
        return False
    start, end, _ = days[0]
    return len(re.findall(r"[^\W\d]{2,}", text[:start] + text[end:].replace("Uhr", ""))) <= _FEW_WORDS


def _by_trafilatura(main: html.HtmlElement) -> list[str]:
    """Paragraphs that trafilatura keeps of a part that is pruned already.

    Class names are taken off before: they made it drop leads, and have done their work here.
    """
    copy = deepcopy(main)
    for element in copy.iter(etree.Element):
        for name in ("class", "id", "style"):
            element.attrib.pop(name, None)
    page = html.Element("html")
    body = etree.SubElement(page, "body")
    body.append(copy)
    found = trafilatura.bare_extraction(
        page,
        with_metadata=False,
        favor_recall=True,
        include_comments=False,
        include_tables=True,
        deduplicate=False,
    )
    if found is None or isinstance(found, dict):  # a dict only when asked for one
        return []
    return paragraphs(found.body) if found.body is not None else []


def _cut_tail(text: list[str]) -> list[str]:
    """End at contact, sources of pictures and related lists, once there is text before them."""
    for n, paragraph in enumerate(text):
        if n and _TAIL.match(paragraph):
            return text[:n]
    return text


def _dateline(text: list[str]) -> tuple[str | None, str | None, list[str]]:
    """(place, ISO day, text without them) where the text begins with "Place, 9. March 2018." or so."""
    if not text:
        return None, None, text
    match = _DATELINE.match(text[0]) or _BAR.match(text[0])
    if not match:
        return None, None, text
    rest = text[0][match.end() :]
    day = find_day(match.group("date")) if "date" in match.groupdict() else None
    return match.group("place"), day, ([rest] if rest else []) + text[1:]
