"""The log without what was withdrawn: its files are rewritten where they hold some of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from archive.captures import Logged, read, rewrite
from archive.model import Note, Observation
from archive.progress import Tell, silent
from archive.withdrawals import Withdrawn
from crawler.readers import Readers
from crawler.shield import shield


def notes(captures: Path) -> list[Note]:
    """All that crawls and withdrawals say of themselves in a log, in order of time."""
    entries = (entry.observation for entry in read(captures) if isinstance(entry, Logged))
    return [each for each in entries if isinstance(each, Note)]


def scrub(
    captures: Path, withdrawn: Withdrawn, readers: Readers, tell: Tell = silent, names: Iterable[str] = ()
) -> int:
    """Take out of a log's files what is withdrawn: how many records were changed or removed.

    ``names``: files to look at, by default all. An address that proves to lead to a withdrawn text is
    withdrawn, too: then all files are looked at again. May be stopped at any time and repeated.
    """
    if not withdrawn:
        return 0
    chosen = [captures / name for name in names] or sorted(captures.glob("*.warc.gz"))
    learned: dict[str, int] = {}

    def change(observation: Observation) -> Observation:
        shielded = shield(observation, withdrawn, readers)
        if shielded.withdrawal is not None:
            learned.update(dict.fromkeys(shielded.learned, shielded.withdrawal))
        return shielded.observation

    changed = 0
    for n, path in enumerate(chosen, 1):
        changed += rewrite(path, change)
        tell("log looked through, files", n, len(chosen))
    for leftover in captures.glob("*.warc.gz.new"):
        leftover.unlink()
    if learned:
        more = replace(withdrawn, hashes={**withdrawn.hashes, **learned})
        changed += scrub(captures, more, readers, tell)
    return changed
