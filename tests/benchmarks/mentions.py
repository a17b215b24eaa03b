"""How well places are found: precision, recall and F1 on labelled texts, and the CPU time a text takes.

python tests/benchmarks/mentions.py GOLD.jsonl [--wrong]

GOLD.jsonl has a line {"id", "publisher_ags": "05754" or null, "land": "NW", "text", "mentions": [{"start", "end",
"ags"}]} a text; offsets count code points, and a mention may have a "class". A mention is found when one of its AGS
overlaps it; with the very same offsets, it is "exact", too. --wrong shows what is missed and what is too much.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from archive.places.find import Mention, find
from archive.places.gazetteer import places, shipped
from archive.places.region import Region

_AROUND = 40


@click.command()
@click.argument("gold", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--wrong", is_flag=True, help="Show what is missed and what is too much.")
def main(gold: Path, wrong: bool) -> None:
    """Print the figures, overall, by kind of place, and by class where the gold has classes."""
    shipped()
    counts: dict[str, Counter[str]] = {}
    texts, seconds = 0, 0.0
    for line in gold.read_text("utf-8").splitlines():
        labelled = json.loads(line)
        before = time.process_time()
        found = find(labelled["text"], Region(labelled["publisher_ags"], labelled["land"]))
        seconds += time.process_time() - before
        texts += 1
        for sort, what, start, end, ags in _judged(labelled["mentions"], found):
            for name in {"all", *sort}:
                counts.setdefault(name, Counter())[what] += 1
            if wrong and what in ("missed", "too much"):
                click.echo(f"{what}\t{labelled['id']}\t{ags}\t{_shown(labelled['text'], start, end)}")
    for name in sorted(counts, key=lambda each: (each != "all", each)):
        click.echo(_figures(name, counts[name]))
    click.echo(f"{texts} texts, {1000 * seconds / max(texts, 1):.2f} ms CPU a text")


def _judged(
    labelled: list[dict[str, Any]], found: list[Mention]
) -> Iterator[tuple[list[str], str, int, int, str]]:
    """(classes, exact, found, missed or too much; start; end; AGS), each gold mention met by one of ours at most."""
    left = list(found)
    for gold in labelled:
        sort = [_kind(gold["ags"]), *([gold["class"]] if gold.get("class") else [])]
        met = [
            one
            for one in left
            if one.ags == gold["ags"] and one.start < gold["end"] and gold["start"] < one.end
        ]
        if met:
            left.remove(met[0])
            exact = (met[0].start, met[0].end) == (gold["start"], gold["end"])
            yield sort, "exact" if exact else "found", gold["start"], gold["end"], gold["ags"]
        else:
            yield sort, "missed", gold["start"], gold["end"], gold["ags"]
    for one in left:
        yield [_kind(one.ags)], "too much", one.start, one.end, one.ags


def _kind(ags: str) -> str:
    place = places().get(ags)
    return place.level if place else "unknown"


def _figures(name: str, counts: Counter[str]) -> str:
    right = counts["exact"] + counts["found"]
    precision = right / max(1, right + counts["too much"])
    recall = right / max(1, right + counts["missed"])
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    exact = counts["exact"] / max(1, right)
    return (
        f"{name:20} precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}"
        f"  ({right + counts['missed']} labelled, {exact:.2f} of those found with the same offsets)"
    )


def _shown(text: str, start: int, end: int) -> str:
    before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
    return " ".join(f"{before}[{text[start:end]}]{after}".split())


if __name__ == "__main__":
    main()
