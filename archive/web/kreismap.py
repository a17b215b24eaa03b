"""The map of the Kreise: a drawing with a link for each that is in the archive. Its outlines: outlines.py."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from archive.web.german import counted

_OUTLINES = Path(__file__).with_name("outlines.json")

LEVELS = (1, 10, 100, 1000)
"""Numbers of releases from which on a Kreis is drawn in the next shade."""

_SVG = Markup('<svg viewBox="0 0 {} {}" aria-hidden="true" focusable="false">{}</svg>')
_OTHERS = Markup('<path class="others" d="{}"/>')
_KREIS = Markup('<a href="{}" tabindex="-1"><path class="level-{}" d="{}"><title>{}: {}</title></path></a>')


@dataclass(frozen=True, slots=True)
class Map:
    """A drawing, and whose outlines it is made of (a line that must be shown with it)."""

    svg: Markup
    attribution: str


def kreis_map(publishers: Iterable[Mapping[str, Any]], address: str) -> Map | None:
    """The Kreise and kreisfreie Städte among publishers, of which one at least must have an outline.

    Each links to ``address`` with its id put behind it. Keyboard and screen reader pass by: the list of
    authorities says the same.
    """
    outlines = _outlines()
    there = {ags: each for each in publishers if (ags := _kreis(each)) in outlines["paths"]}
    if not there:
        return None
    others = "".join(path for ags, path in outlines["paths"].items() if ags not in there)
    drawn = [_drawn(each, outlines["paths"][ags], address) for ags, each in sorted(there.items())]
    svg = _SVG.format(outlines["width"], outlines["height"], Markup().join([_OTHERS.format(others), *drawn]))
    return Map(svg, outlines["attribution"])


@cache
def _outlines() -> Any:
    return json.loads(_OUTLINES.read_text("utf-8"))


def _kreis(publisher: Mapping[str, Any]) -> str:
    """The five digits of a Kreis; kreisfreie Städte may have eight, of which the last are zeros."""
    ags = publisher["ags"] or ""
    return ags.removesuffix("000") if len(ags) == 8 else ags


def _drawn(publisher: Mapping[str, Any], path: str, address: str) -> Markup:
    number = publisher["releases"]
    level = sum(number >= least for least in LEVELS)
    words = counted(number, "Meldung", "Meldungen")
    return _KREIS.format(f"{address}{quote(publisher['id'], safe='')}", level, path, publisher["name"], words)
