"""Who speaks in a release when it is not only its publisher: embedded releases and joint ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from archive.model import Embed

_LONGEST_MARK, _LONGEST_TITLE = 200, 180
_KIND = (
    r"(?:Presse(?:mitteilung|information|meldung|erklärung)|Medien(?:mitteilung|information)|Mitteilung|"
    r"Meldung)"
)
_OF = re.compile(
    rf"^(?:Gemeinsame\s+)?{_KIND}(?:\s+Nr\.?\s*[\w/.-]+)?\s+(?:des|der|vom|von)\s+(?P<who>[^.!?]+?)\s*:?$"
)
_TELLS = re.compile(
    r"^(?:(?:Das|Die|Der)\s+)?(?P<who>[A-ZÄÖÜ][^.!?:„\"]{3,120}?)\s+"
    r"(?:teilt|teilen|informiert|informieren|erklärt|erklären|meldet)\s+"
    r"(?:dazu\s+|hierzu\s+|folgendes\s+)?(?:mit)?\s*:$"
)
_JOINT = re.compile(
    rf"\bGemeinsame\s+{_KIND}\s+(?:des|der|vom|von)\s+(?P<who>[^.!?:]{{4,300}}?)(?:[.:]|$|\s+zu[rm]?\s)"
)
_AND = re.compile(r",\s+(?:und\s+)?(?:des|der|vom|von)\s+|\s+(?:und|sowie)\s+(?:des|der|vom|von)\s+")
_GENITIVE = (
    (re.compile(r"\b(\w*(?:[Kk]reis|[Ll]and|[Aa]mt|[Vv]erband|[Bb]und|[Dd]ienst))es\b"), r"\1"),
    (re.compile(r"\b(\w*(?:ium|at|ein|er|ut|zentr?um|werk|fond))s\b"), r"\1"),
)
_OFFICE = re.compile(
    r"minister|kanzlei|regierung|kreis|region|stadt|gemeinde|verband|behörde|(?:landes|bundes|auswärtiges )"
    r"amt|polizei|feuerwehr|kammer|agentur|jobcenter|universität|hochschule|klinik|stiftung|verein|gesellschaft|"
    r"gmbh|werke?\b|bund\b|rotes kreuz|direktion|institut|zentrum|sparkasse|bank\b|kirche|bistum|gericht|"
    r"anwaltschaft|landtag|fraktion",
    re.IGNORECASE,
)  # fmt: skip


def embeds(text: Sequence[str]) -> tuple[Embed, ...]:
    """Releases of others that a text holds, with their span in the joined text (paragraphs by blank lines).

    Each begins behind a paragraph that announces it ("Pressemitteilung des Ministeriums für Soziales:",
    "Die Bezirksregierung teilt mit:") and ends where the next is announced, or with the text.
    """
    starts = [0]
    for paragraph in text:
        starts.append(starts[-1] + len(paragraph) + 2)
    marks: list[tuple[int, str]] = []
    for n, paragraph in enumerate(text):
        who = _announced(paragraph)
        if who and not (marks and marks[-1][1] == who):  # the other release may announce itself once more
            marks.append((n, who))
    return tuple(
        Embed(starts[n + 1], starts[end] - 2, who, _title(text[n + 1 : end]))
        for (n, who), (end, _) in pairwise([*marks, (len(text), "")])
        if n + 1 < end
    )


def issuers(title: str, teaser: str | None, text: Sequence[str]) -> tuple[str, ...]:
    """Names of those who speak beside or instead of the publisher; empty where only the publisher does.

    >>> issuers("Brücke", "Gemeinsame Pressemitteilung des Kreises Probe und der Stadt Aue", [])
    ('Kreis Probe', 'Stadt Aue')
    """
    for line in (title, teaser or "", *text[:2], *text[-2:]):
        match = _JOINT.search(line)
        if match:
            return tuple(map(_nominative, filter(None, _AND.split(match.group("who")))))
    who = _announced(text[0]) if text else None
    return (who,) if who else ()


def _title(text: Sequence[str]) -> str | None:
    """The heading with which another release begins; None where it begins at once."""
    first = text[0]
    return first if len(text) > 1 and len(first) < _LONGEST_TITLE and first[-1] not in ".!:" else None


def _announced(paragraph: str) -> str | None:
    """Who speaks in what follows; None where a paragraph announces nobody."""
    if len(paragraph) > _LONGEST_MARK:
        return None
    match = _OF.match(paragraph) or _TELLS.match(paragraph)
    if not match or not _OFFICE.search(match.group("who")):
        return None
    return _nominative(match.group("who"))


def _nominative(name: str) -> str:
    """The name of an office as it calls itself.

    >>> _nominative("Ministeriums für Arbeit"), _nominative("Landkreises Probe"), _nominative("Stadt Aue")
    ('Ministerium für Arbeit', 'Landkreis Probe', 'Stadt Aue')
    """
    first, blank, rest = name.strip(" ,").partition(" ")
    for pattern, by in _GENITIVE:
        first = pattern.sub(by, first)
    return first + blank + rest
