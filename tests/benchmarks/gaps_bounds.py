"""Lower bounds of what is missing against the truth, in many simulated sources (tests/hidden.py).

    python tests/benchmarks/gaps_bounds.py [--worlds 200]

For each way in which what the channels hide hangs together: how many releases each channel really hides of those
in the archive, how many of them the bound proves, and in how many worlds a bound exceeded the truth (must be 0).
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import click
from sqlite_utils import Database

sys.path.insert(0, str(Path(__file__).parents[1]))

from hidden import CHANNELS, SOURCE, WAYS, World

from archive import gaps
from archive.migrations import migrate


def worlds(way: str, number: int, empty: bytes) -> tuple[Counter[str], Counter[str], int]:
    """(really hidden, proved) by channel, and how often a bound was too high."""
    real, proved, exceeded = Counter[str](), Counter[str](), 0
    for seed in range(number):
        db = Database(memory=True)
        db.conn.deserialize(empty)
        world = World(db, way, seed)
        for channel, seen in gaps.channels(db, SOURCE).items():
            real[channel] += len(world.truth.hidden[channel] & world.archived)
            proved[channel] += seen.lacks or 0
            exceeded += (seen.lacks or 0) > len(world.truth.hidden[channel])
        real["archive"] += len(world.truth.missing)
        proved["archive"] += gaps.unread(db, SOURCE)
        exceeded += gaps.unread(db, SOURCE) > len(world.truth.missing)
        db.close()
    return real, proved, exceeded


@click.command()
@click.option("--worlds", "number", default=200, show_default=True)
def main(number: int) -> None:
    """Print a line a way."""
    made = Database(memory=True)
    migrate(made)
    made.conn.commit()
    empty = made.conn.serialize()
    for way in WAYS:
        real, proved, exceeded = worlds(way, number, empty)
        told = "  ".join(f"{name} {proved[name]} of {real[name]}" for name in (*CHANNELS, "archive"))
        click.echo(f"{way:<12} {told}  too high in {exceeded} of {number}")


if __name__ == "__main__":
    main()
