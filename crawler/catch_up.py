"""What of the log is not yet in the rows, and whether it only continues them."""

from __future__ import annotations

from pathlib import Path

from archive.captures import Damage, Logged, read
from archive.db import Archive
from archive.progress import Tell, silent
from crawler.ingest import begin, ingest
from crawler.readers import Readers, ahead

_AHEAD = 64  # observations whose reading is begun before their turn comes
_MEGABYTE = 1_000_000


def catch_up(
    archive: Archive, captures: Path, readers: Readers, tell: Tell = silent, source: str = ""
) -> tuple[int, list[Damage]]:
    """Bring all of a log that is not yet in the rows into them: (records, unreadable stretches).

    ``source``: only what concerns that one.
    """
    records, damages = 0, []
    before, size = archive.read_to(), sum(_sizes(captures).values())
    reached = dict(before)
    entries = read(captures, before, source=source)
    for entry in ahead(entries, lambda each: begin(archive, each, readers), _AHEAD):
        if isinstance(entry, Damage):
            with archive.reading(entry):
                damages.append(entry)
        else:
            ingest(archive, entry, readers)
            records += 1
        reached[entry.file] = entry.end
        tell("log read, megabytes", sum(reached.values()) // _MEGABYTE, size // _MEGABYTE)
    return records, damages


def in_order(archive: Archive, captures: Path) -> bool:
    """Whether what the log holds beyond the rows only continues it.

    It does not when a file came in later that began earlier (a log of another machine), or when a file is
    shorter than it was (a power cut): the rows must be made again then.
    """
    read_to = archive.read_to()
    sizes = _sizes(captures)
    if any(sizes.get(name, end) < end for name, end in read_to.items()):
        return False
    unread_yet = (entry for entry in read(captures, read_to) if isinstance(entry, Logged))
    first = next(unread_yet, None)
    return first is None or first.observation.at > archive.last_at()


def _sizes(captures: Path) -> dict[str, int]:
    """Bytes of each file of the log."""
    return {path.name: path.stat().st_size for path in captures.glob("*.warc.gz")}
