"""Machines that stop, fill up or forget the time, and what is left of an archive then.

    python tests/reliability/faults.py [--quick] [kills|full|torn|together]…

Commands of ours on a press site on loopback, in processes that are killed at random moments, on a disk without room or that
may not be written, with a clock that is set back; files that are cut short or spoiled; several at once. Prints a row a
fault: how often, what is expected, what happened, and the message that the operator read. Ends with 1 where something
that was confirmed is lost: where a record of the log that could be read can be read no more, where rows after the
next crawl are not those of a rebuild of the log, or where a command ends in a traceback.

Disks are small tmpfs mounts in a namespace of this program's own, as root or where users may have namespaces; elsewhere
the limit to the size of files (RLIMIT_FSIZE) stands for them. The clock is that of the modules that read one, replaced in
the command's process. ``--quick``: a tenth of the tries, about a minute.
"""

from __future__ import annotations

import logging
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from faulty.bench import Bench, Row, bench
from faulty.disks import own_mounts
from faulty.full import full
from faulty.kills import kills
from faulty.together import together
from faulty.torn import torn
from mdtable import table


def main() -> int:
    """Play all faults, print the table: the exit code."""
    own_disks = own_mounts()
    logging.getLogger("crawler").setLevel(logging.ERROR)
    quick, parts = "--quick" in sys.argv, {each for each in sys.argv[1:] if each != "--quick"}
    with tempfile.TemporaryDirectory() as folder, bench(Path(folder)) as made:
        rows = []
        for row in _rows(made, parts or {"kills", "full", "torn", "together"}, own_disks, tenth=quick):
            print(f"{row.fault}: {row.happened}", file=sys.stderr)
            rows.append(row)
    cells = [(r.fault, r.tries, r.expected, r.happened, _short(r.message, folder)) for r in rows]
    print(table(("fault", "tries", "expected", "happened", "message"), cells))
    odd = [row.fault for row in rows if row.faults]
    print(
        f"\n{len(rows)} faults, {sum(row.tries for row in rows)} tries; disks: {'tmpfs' if own_disks else 'RLIMIT_FSIZE'}."
    )
    print(f"{len(odd)} not as expected: {', '.join(odd)}" if odd else "Nothing that was confirmed is lost.")
    return 1 if odd else 0


def _rows(made: Bench, parts: set[str], own_disks: bool, *, tenth: bool) -> Iterator[Row]:
    if "kills" in parts:
        yield from kills(made, 6 if tenth else 100)
    if "full" in parts:
        yield from full(made, 2 if tenth else 16, own_disks=own_disks)
    if "torn" in parts:
        yield from torn(made, 1 if tenth else 12)
    if "together" in parts:
        yield from together(made, 1 if tenth else 4)


def _short(message: str, folder: str) -> str:
    """A message on one line, with DATA for the folder of this run."""
    return " ".join(message.replace(folder, "DATA").split())


if __name__ == "__main__":
    sys.exit(main())
