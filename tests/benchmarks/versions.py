"""How often a look again finds a change where there is none, and how many edits it sees.

    python tests/benchmarks/versions.py [--looks 10000] [--seed 1]

Invented releases in six page styles, with banners, counters, related lists, stamps, tokens, advertisements and sessions
that rotate; every tenth look comes after an edit: a number, a name, a sentence dropped, a letter, the day, the title,
a caption, a file, a paragraph. Only reading is measured: what a page says, hashed as a version is.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from rechecks import simulate


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--looks", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    score = simulate(asked.looks, asked.seed)
    false, missed = score.false.total(), score.missed.total()
    print(
        f"{score.looks} looks without an edit, {false} false changes ({1000 * false / score.looks:.2f} in 1,000)"
    )
    print(f"{score.edits} edits, {score.edits - missed} seen ({100 * (1 - missed / score.edits):.2f} %)")
    for what, count in (*score.false.most_common(), *score.missed.most_common()):
        if count:
            print(f"  {count:4} {what}")


if __name__ == "__main__":
    main()
