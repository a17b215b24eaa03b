"""The listing of an unknown site, learned from links of one shape that repeat with dates and titles."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice, takewhile
from urllib.parse import urldefrag, urlsplit

from lxml import html

from archive.dates import find_day, find_days
from archive.decode import clean
from archive.frame import prune
from archive.lines import is_date_line
from archive.media import MEDIA_TYPES
from archive.tree import BLOCKS, HEADINGS, remove_all, select, words

_MORE = re.compile(
    r"^\W*(?:mehr|weiter(?:lesen)?|lesen|details?|zur meldung|artikel|hier|pdf|download)\b.{0,25}$",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")  # in class names, entries are numbered
_URL_DAY = re.compile(r"20\d\d[-/_]\d\d")
_FILE_NOTE = re.compile(
    r"\s*[(\[]?\s*(?:PDF(?:-(?:Datei|Dokument))?\s*[,;:|]?\s*)?\d+(?:[.,]\d+)?\s*[kKM]i?[Bb](?:yte)?s?\b\s*[)\]]?"
    r"|\s*[(\[]PDF(?:-(?:Datei|Dokument))?[)\]]"
)
_OTHER_SECTION = re.compile(
    r"(?:(?:aktuelle|nächste|kommende|offene|unsere|alle)\s+)?"
    r"(?:termine|veranstaltung(?:en|skalender|stipps)?|stellen(?:angebote|ausschreibungen|markt)?|jobs|karriere|"
    r"amtsbl(?:att|ätter)|(?:amtliche|öffentliche)\s+bekanntmachungen|bekanntmachungen|ausschreibungen|vergaben)"
    r"(?:\s(?:der|des|im|in|am|aus)(?:\s(?:der|dem))?\s[\w-]+)?",
    re.IGNORECASE,
)
_OTHER_THINGS = re.compile(
    r"/(?:stellen(?:angebote?|ausschreibung(?:en)?|markt)?|jobs?|karriere|veranstaltung(?:en|skalender)?|kalender|"
    r"amtsbl[aä](?:tt|etter)|amtliche-bekanntmachungen|ausschreibungen|vergabe)(?:/|\.|$)|"
    r"\s(?:Stellen(?:angebot|ausschreibung)|Amtsblatt Nr)\b",
    re.IGNORECASE,
)
_TITLE_NAME = re.compile(r"tit(?:le|el)|head(?:line|ing)|ueberschrift", re.IGNORECASE)
_SECTIONS = 50
_SHAPE_DEPTH = 4
_TITLE_WORDS = 4
_BLOCK_TEXT = 2000
_LINKS_OF_AN_ENTRY = 8
_FEWEST_FILES = 3
_PIECES, _LINE, _NEAR, _COLUMNS = 10, 200, 50, 50
_LARGE = 3

Block = tuple[str, str, str | None]


def learned_items(tree: html.HtmlElement, url: str) -> list[Block]:
    """(address, title, ISO day or None) of the entries of the page's main list, in the page's order.

    The tree is used up. Links are grouped by the shape of the elements around them; the group whose blocks
    most often hold a date and a title of several words is the list. Empty when no group is one. Links to PDF
    files count only where nothing else is a list, and only with a day and a title each.
    """
    body = tree.find("body")
    main = _without_other_sections(prune(tree if body is None else body))
    if pages := _best(main, url, _is_page):
        return pages
    files = _best(main, url, _is_pdf)
    told = [block for block in files if block[2] and len(block[1].split()) > 1]
    return told if len(told) >= _FEWEST_FILES and 2 * len(told) > len(files) else []


def _without_other_sections(main: html.HtmlElement) -> html.HtmlElement:
    """The page without what is headed as events, jobs or notices, where links are left beside it."""
    named = (each for each in select(main, "h2, h3, h4, h5") if _OTHER_SECTION.fullmatch(words(each)))
    links = len(select(main, "a[href]"))
    for heading in islice(named, _SECTIONS):
        section = [heading, *takewhile(partial(_is_below, heading), heading.itersiblings("*"))]
        within = sum(len(select(each, "a[href]")) + (each.tag == "a") for each in section)
        if within < links:
            remove_all(section, main)
            links -= within
    return main


def _is_below(heading: html.HtmlElement, each: html.HtmlElement) -> bool:
    """Whether an element behind a heading belongs to its section: it is, and holds, none of the same rank."""
    ranks = HEADINGS[: HEADINGS.index(heading.tag) + 1]
    return next(each.iter(*ranks), None) is None


def _best(main: html.HtmlElement, url: str, leads_on: Callable[[str], bool]) -> list[Block]:
    groups: dict[tuple[str, ...], dict[str, html.HtmlElement]] = defaultdict(dict)
    for link in select(main, "a[href]"):
        target = urldefrag(link.get("href", ""))[0]
        other = target.startswith("http") and target != urldefrag(url)[0]
        if other and leads_on(target) and not words(link).isdecimal():
            kept = groups[_shape(link)].setdefault(target, link)
            if _says_little(kept) and not _says_little(link):
                groups[_shape(link)][target] = link
    scored = [(sum(_score(block) for block in blocks), blocks) for blocks in map(_blocks, groups.values())]
    ours = [each for each in scored if not _is_of_others(each[1])]
    told = any(2 * sum(map(_is_told, blocks)) > len(blocks) for _, blocks in ours)
    best = max(ours if told else scored, key=lambda each: each[0], default=(0, []))
    if best[0] <= 0:
        return []
    others = [block for _, blocks in scored if blocks is not best[1] for block in blocks]
    places = {link.get("href", ""): n for n, link in reversed(list(enumerate(select(main, "a[href]"))))}
    return _with_head(_entries(best[1]), others, places)


def is_other_thing(url: str, title: str) -> bool:
    """Whether an address or title names an event, a job or a public notice."""
    return _OTHER_THINGS.search(f"{urlsplit(url).path} {title}") is not None


def _is_of_others(blocks: list[Block]) -> bool:
    """Whether entries are mostly other things, as teasers of events are."""
    return 2 * sum(is_other_thing(url, title) for url, title, _ in blocks) > len(blocks)


def _is_told(block: Block) -> bool:
    return block[2] is not None and len(block[1].split()) >= _TITLE_WORDS


def _says_little(link: html.HtmlElement) -> bool:
    """Whether a link names its entry only by "more" or by its day."""
    return _MORE.match(words(link)) is not None or is_date_line(words(link))


def _with_head(entries: list[Block], others: Iterable[Block], places: dict[str, int]) -> list[Block]:
    """With the few dated entries of another make above the list, in its folder: its newest, shown large.

    ``places``: of each address, its place among the page's links.
    """
    listed = {target for target, _, _ in entries}
    first = min(places.get(target, 0) for target in listed)
    folder, many = Counter(map(_folder, listed)).most_common(1)[0]
    above = {
        target: (target, title, day)
        for target, title, day in others
        if day and len(title.split()) >= _TITLE_WORDS and _folder(target) == folder
        and target not in listed and places.get(target, first) < first
    }  # fmt: skip
    sure = folder and many >= _FEWEST_FILES and 2 * many > len(listed) and len(above) <= _LARGE
    return [*above.values(), *entries] if sure else entries


def _folder(target: str) -> str | None:
    """Site and folder of an address, None where it lies in none."""
    parts = urlsplit(target)
    folder = parts.path.rstrip("/").rpartition("/")[0]
    return f"{parts.netloc}{folder}" if folder else None


def _entries(blocks: list[Block]) -> list[Block]:
    """Without those of a dated list that have neither a day nor a title: links of the page's frame.

    They are few, or more than what is left on a list's last page, but then none without a day has a title.
    """
    dated = [block for block in blocks if block[2]]
    titled = [block for block in blocks if len(block[1].split()) >= _TITLE_WORDS]
    only_told = titled and all(block[2] for block in titled)
    if 2 * len(dated) <= len(blocks) and not only_told:
        return blocks
    return [block for block in blocks if block[2] or len(block[1].split()) >= _TITLE_WORDS]


def _is_page(target: str) -> bool:
    return _ending(target) not in {*MEDIA_TYPES, "jpg", "png"}


def _is_pdf(target: str) -> bool:
    return _ending(target) == "pdf"


def _ending(target: str) -> str:
    return urlsplit(target).path.rpartition(".")[2].lower()


def _shape(link: html.HtmlElement) -> tuple[str, ...]:
    """Tags and first class names around a link, and the column of a headed table that it stands in."""
    around = [link, *link.iterancestors()][:_SHAPE_DEPTH]
    shape = [f"{each.tag}.{_DIGITS.sub('', (each.get('class') or '').split(' ')[0])}" for each in around]
    cell = next((each for each in around if each.tag == "td"), None)
    table = next(cell.iterancestors("table"), None) if cell is not None else None
    row = next(table.iter("tr"), None) if table is not None else None
    if cell is not None and row is not None and row.find("th") is not None:
        shape.append(str(len(list(islice(cell.itersiblings("td", preceding=True), _COLUMNS)))))
    return tuple(shape)


def _blocks(links: dict[str, html.HtmlElement]) -> list[Block]:
    """The links of one shape with title and day from the largest element around each that holds no other."""
    held: dict[html.HtmlElement, set[str]] = defaultdict(set)
    for target, link in links.items():
        for around in link.iterancestors():
            if len(held[around]) > 1:
                break
            held[around].add(target)
    return [_read_block(target, link, held) for target, link in links.items()]


def _read_block(target: str, link: html.HtmlElement, held: dict[html.HtmlElement, set[str]]) -> Block:
    block = link
    for around in link.iterancestors():
        crowded = len(list(islice(around.iter("a"), _LINKS_OF_AN_ENTRY + 1))) > _LINKS_OF_AN_ENTRY
        if len(held[around]) > 1 or crowded or around.tag in ("body", "main"):
            break
        block = around
    heading = next(iter(select(block, "h1, h2, h3, h4, h5")), None)
    named = not _MORE.match(words(link))
    title = _called(link) if named or heading is None else words(heading)
    if not named and heading is None:
        title = _beside(block, link)
    told = (words(block)[:_BLOCK_TEXT], _on_its_line(block), _headed(block))
    day = next(filter(None, map(find_day, told)), None)
    return target, _FILE_NOTE.sub("", title).strip(), day


def _called(link: html.HtmlElement) -> str:
    """The title that a link says: all its words, but of a card that links as a whole its heading."""
    own = [link.text, *(child.tail for child in link)]
    leaves = [each for each in link.iter("*") if not len(each) and words(each)]
    if len(leaves) < 2 or "".join(filter(None, own)).strip():
        return words(link)
    named = [*select(link, "h1, h2, h3, h4, h5"), *filter(_is_named_title, leaves)]
    long = [
        each for each in leaves if len(words(each).split()) >= _TITLE_WORDS and not is_date_line(words(each))
    ]
    return words(next(iter((*filter(words, named), *long)), link))


def _is_named_title(element: html.HtmlElement) -> bool:
    return _TITLE_NAME.search(element.get("class") or "") is not None


def _on_its_line(block: html.HtmlElement) -> str:
    """What stands beside an entry on its line, where breaks alone part the lines; none beside other links."""
    before = list(takewhile(_goes_on, islice(block.itersiblings(preceding=True), _PIECES)))
    behind = list(takewhile(_goes_on, islice(block.itersiblings(), _PIECES)))
    if any(each.tag == "a" or each.find(".//a") is not None for each in (*before, *behind)):
        return ""
    first = before[-1] if before else block
    edge, parent = first.getprevious(), block.getparent()
    begun = edge.tail if edge is not None else parent.text if parent is not None else ""
    line = [begun, *_pieces(reversed(before)), block.tail, *_pieces(behind)]
    said = " ".join(filter(None, line))
    return said if len(said) < _LINE else ""


def _headed(block: html.HtmlElement) -> str:
    """The heading above an entry, where it is nothing but a day."""
    for around in islice((block, *block.iterancestors()), _SHAPE_DEPTH):
        before = islice(around.itersiblings("*", preceding=True), _NEAR)
        heading = next((each for each in before if each.tag in (*HEADINGS, "dt")), None)
        if heading is not None:
            return words(heading) if is_date_line(words(heading)) else ""
    return ""


def _pieces(elements: Iterable[html.HtmlElement]) -> Iterator[str | None]:
    for each in elements:
        yield from (words(each), each.tail)


def _goes_on(element: html.HtmlElement) -> bool:
    """Whether a line goes on with this element."""
    return element.tag not in BLOCKS and element.tag != "br"


def _beside(block: html.HtmlElement, link: html.HtmlElement) -> str:
    """What an entry says beside its date and its "more" link: its title."""
    text = words(block).replace(words(link), " ")
    for start, end, _ in reversed(find_days(text)):
        text = text[:start] + text[end:]
    return clean(_FILE_NOTE.sub("", text)).strip(" :|–-[]()")[:_BLOCK_TEXT]


def _score(block: Block) -> float:
    url, title, day = block
    long = len(title.split()) >= _TITLE_WORDS
    return 2.0 * (day is not None and bool(title)) + 1.0 * long + 0.5 * bool(_URL_DAY.search(url)) - 0.2
