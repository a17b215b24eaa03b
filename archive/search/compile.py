"""Compile lexicon.txt: words that form compounds, from texts that are free of rights.

Sections of German federal law are official works and free (§ 5 UrhG). Only single words are taken, and only
such as at least three of the texts have, so that no text can be told from the list.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import click

from archive.search.analyser import FUNCTION_WORDS, runs
from archive.search.lexicon import LEAST

FEWEST = 3
"""Texts that must have a word as a noun."""

_SHORT = 4
_FREQUENT = 8
_ENDINGS = frozenset(
    ["heit", "keit", "schaft", "chen", "lein", "lich", "isch", "ieren", "innen", "viii", "xiii"]
)


def nouns(text: str) -> set[str]:
    """Forms that stand with a capital within a sentence: nouns, as far as German spelling tells."""
    found = set()
    end = -1
    for run in runs(text):
        if run.noun and not run.joined and text[end : run.start] == " " and text[end - 1 : end].isalpha():
            found.add(run.forms[0])
        end = run.end
    return {form for form in found if form.isalpha() and len(form) >= LEAST and form not in FUNCTION_WORDS}


def compound_words(counts: Iterable[tuple[str, int]]) -> set[str]:
    """Of nouns with the number of texts that have them, those that may form compounds.

    Short ones must be frequent. Endings and what has no vowel are no words.
    """
    frequent = {form for form, n in counts if n >= (FEWEST if len(form) > _SHORT else _FREQUENT)}
    return {form for form in frequent if len(form) >= _SHORT and re.search("[aeiouy]", form)} - _ENDINGS


@click.command()
@click.argument("texts", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--written", type=click.Path(path_type=Path, exists=True), help="Words to add, whitespace between them."
)
def main(texts: Path, written: Path | None) -> None:
    """Print the lexicon for texts, a line {"text": …} each.

    \b
    python -m archive.search.compile law.jsonl --written archive/search/words.txt > archive/search/lexicon.txt
    """
    counts: Counter[str] = Counter()
    with texts.open(encoding="utf-8") as documents:
        for line in documents:
            counts.update(nouns(json.loads(line)["text"]))
    lines = written.read_text("utf-8").splitlines() if written else []
    added = {form for line in lines if not line.startswith("#") for run in runs(line) for form in run.forms}
    click.echo("\n".join(sorted(added | compound_words(counts.items()))))


if __name__ == "__main__":
    main()
