"""Which of a page's paragraphs are the release's: lead, text, captions, and where it ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from archive.blocks import Block
from archive.lines import begins_contact, begins_other, is_credit, is_date_line, is_furniture, reaches

_SHORT = 300
_LEAST_LEAD, _LONGEST_LEAD = 40, 1500
_LEAST_SENTENCE = 60
_LEAST_TEXT = 150
_LINKED, _LITTLE_LINKED = 0.5, 0.3
_RETURNS = 0.5
_MOSTLY = 0.8
_HEAD = 60
_ADDRESS, _NAME = 8, 80
_ENDS = '.!?:…“"'


@dataclass(frozen=True, slots=True)
class Body:
    """``lead`` and ``text`` as paragraphs; ``captions``: lines beside the text that speak of pictures."""

    lead: tuple[str, ...]
    text: tuple[str, ...]
    captions: tuple[str, ...] = ()


def body(found: Sequence[Block], kept: Iterable[str], title: Iterable[str]) -> Body:
    """The release among the paragraphs of its part of the page.

    ``kept``: what a general reader of articles keeps of them. That judges well what is text in the middle and
    what is not at the end, but drops leads, headings between and short lists: they are taken back where they
    stand before, or between, what is kept. ``title``: the ways in which the heading may read, left out here.
    """
    own = _after_heading(found, {_key(each) for each in title})
    captions = tuple(_plain(block) for block in own if block.kind != "heading" and is_credit(_plain(block)))
    lines = [block for n, block in enumerate(own) if not _is_beside(block) or _is_told_day(own, n)]
    wanted = {_key(text) for text in kept}
    sure = [n for n, block in enumerate(lines) if _key(block.text) in wanted]
    sure = sure or [n for n, block in enumerate(lines) if block.link_share < _LINKED]
    chosen = _where_the_family_says(lines, _chosen(lines, sure))
    return Body(*_lead_and_text(_without_asides(chosen)), captions)


def _key(text: str) -> str:
    """A paragraph without blanks and bars, to compare what two readers made of it."""
    return "".join(text.replace("|", "").split())


def _plain(block: Block) -> str:
    return block.text.removeprefix("- ")


def _length(found: Iterable[Block]) -> int:
    return sum(len(block.text) for block in found)


def _after_heading(found: Sequence[Block], title: set[str]) -> list[Block]:
    """Paragraphs without the heading, and without the little that stands before it: paths, kickers, dates."""
    at = next((n for n, block in enumerate(found[:_HEAD]) if _key(block.text) in title), None)
    if at is None:
        return list(found)
    before = [block for block in found[:at] if block.link_share < _LINKED]
    rest = found[at + 1 :] if _length(before) < _SHORT else [*found[:at], *found[at + 1 :]]
    return [block for block in rest if _key(block.text) not in title]


def _is_beside(block: Block) -> bool:
    text = _plain(block)
    return is_date_line(text) or is_furniture(text) or (block.kind != "heading" and is_credit(text))


def _is_told_day(own: Sequence[Block], n: int) -> bool:
    """Whether a date on its own line is something that the text tells: one of several, or announced."""
    if not is_date_line(_plain(own[n])) or not any(map(_is_sentence, own[:n])):
        return False
    near = [own[i] for i in (n - 1, n + 1) if i < len(own)]
    return own[n - 1].text[-1] == ":" or any(is_date_line(_plain(block)) for block in near)


def _chosen(lines: Sequence[Block], sure: Sequence[int]) -> list[Block]:
    """What is sure, the lead before it, whatever stands between, and the sentences that follow on it."""
    if not sure:
        return []
    first, last, certain = sure[0], sure[-1], set(sure)
    until = last + 1
    while until < len(lines) and _is_sentence(lines[until]):
        until += 1
    return [
        block
        for n, block in enumerate(lines[:until])
        if n in certain
        or n > last
        or (n < first and _is_lead(block))
        or (first < n < last and block.link_share < _LINKED)
    ]


def _where_the_family_says(lines: Sequence[Block], chosen: list[Block]) -> list[Block]:
    """What stands in the family's place for the text, and the lead before it, if most text is there."""
    inside = [block for block in chosen if "body" in block.marks]
    beside = [block for block in chosen if not block.marks & {"body", "lead"}]
    if not inside or _length(inside) < _MOSTLY * _length((*inside, *beside)):
        return chosen
    leads = [block for block in chosen[: chosen.index(inside[0])] if "lead" in block.marks]
    return leads + [block for block in lines if "body" in block.marks]


def _is_lead(block: Block) -> bool:
    text = block.text
    whole = "lead" in block.marks or text[-1] in _ENDS or len(text) >= 2 * _LEAST_SENTENCE
    said = len(text) >= _LEAST_LEAD or (block.kind == "heading" and text[-1] in ".!?" and " " in text)
    return block.link_share < _LITTLE_LINKED and said and whole


def _is_sentence(block: Block) -> bool:
    plain = block.kind == "text" and block.link_share < _LITTLE_LINKED
    return plain and len(block.text) >= _LEAST_SENTENCE and block.text[-1] in _ENDS


def _without_asides(chosen: Sequence[Block]) -> list[Block]:
    """Leave out whom to ask and what else there is to read, from their first line on.

    Usually that is the release's end. Where much text follows, it is a box within it, which ends where there
    is text again.
    """
    kept: list[Block] = []
    aside = False
    for n, block in enumerate(chosen):
        if kept and _begins_aside(block) and not _goes_on(chosen, n):
            if _length(filter(_is_text_again, chosen[n:])) < _RETURNS * _length(kept):
                break
            aside = True
        elif aside and _is_text_again(block):
            aside = False
        if not aside:
            kept.append(block)
    kept = _without_addresses(kept)
    while len(kept) > 1 and kept[-1].kind == "heading" and _is_name(kept[-1]):
        kept.pop()  # what stood below it is none of the text
    return kept


def _goes_on(chosen: Sequence[Block], n: int) -> bool:
    """Whether a sentence of whom to ask belongs to the text: it goes on, and nobody's number follows."""
    if not _is_sentence(chosen[n]) or reaches(chosen[n].text) or "contact" in chosen[n].marks:
        return False
    rest = list(takewhile(lambda block: not _begins_aside(block), chosen[n + 1 : n + _HEAD]))
    told = any(block.kind in ("item", "row") or _is_sentence(block) for block in rest)
    return told and not any(reaches(block.text) for block in rest)


def _without_addresses(kept: list[Block]) -> list[Block]:
    """Leave out an address at the end: short lines, of which one names a telephone or a mail address."""
    at = len(kept)
    while at > max(1, len(kept) - _ADDRESS) and _is_short_line(kept[at - 1]):
        at -= 1
    first = next((n for n in range(at, len(kept)) if reaches(kept[n].text)), None)
    if first is None:
        return kept
    while first > at and _is_name(kept[first - 1]):
        first -= 1
    return kept[:first]


def _is_name(block: Block) -> bool:
    return block.kind in ("text", "heading") and len(block.text) < _NAME and block.text[-1] not in ".!?“:"


def _is_short_line(block: Block) -> bool:
    return block.kind not in ("row", "item") and len(block.text) < _SHORT and not _is_sentence(block)


def _begins_aside(block: Block) -> bool:
    text = _plain(block)
    if block.kind == "heading" and block.link_share > _MOSTLY:  # of another release
        return True
    return begins_other(text) or begins_contact(text) or ("contact" in block.marks and len(text) < _SHORT)


def _is_text_again(block: Block) -> bool:
    plain = block.link_share < _LITTLE_LINKED and "contact" not in block.marks
    return plain and len(block.text) >= _LEAST_TEXT and not reaches(block.text)


def _lead_and_text(chosen: Sequence[Block]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Paragraphs of the lead, which the markup names and which stands first, and those of the text."""
    count = 0
    while count < len(chosen) and "lead" in chosen[count].marks and chosen[count].kind == "text":
        count += 1
    if count == len(chosen) or _length(chosen[:count]) > _LONGEST_LEAD:
        count = 0
    return tuple(b.text for b in chosen[:count]), tuple(b.text for b in chosen[count:])
