"""Hostile sites, what each may cost, and what the archive makes of them.

    python tests/reliability/hostile.py [--quick] [WORD…]

One crawl by ``kreispresse crawl`` of some hundred and fifty sites, each of which does one hostile thing, and of good ones
beside them. Prints a row a site: what it does, what is expected of its source (status, real releases stored, what is
told), what happened. With WORD only sites of which all words tell. Ends with 1 where something is not as expected, where
a good source is not whole, where the crawl's log has an error, where an address outside the box was tried, or where all
processes together took more than 500 MB at one time.

All sites have public names that lead to public numbers: for the crawl's process the system's resolver and connections
are played (tests/badweb/boxed.py), and whatever it tries to reach beside its sites is written down and fails. ``--quick``:
small sizes, short times, no repetitions, about a minute; the whole run has 5 million addresses in a sitemap.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from badweb.content import content
from badweb.hosts import hosts
from badweb.instead import instead
from badweb.rows import QUICK, WHOLE
from badweb.transport import transport
from badweb.traps import traps
from badweb.trial import GOOD, Trial, trial
from badweb.ways import ways
from mdtable import table

MEGABYTES = 500
SHORTENED = {"DOWNLOAD_TIMEOUT": 5, "RETRY_TIMES": 1, "LISTING_PAGES": 40}
"""Settings of the crawl in place of the product's, where little time is."""


def main() -> int:
    """Serve, crawl, judge, print: the exit code."""
    quick, words = "--quick" in sys.argv, [each for each in sys.argv[1:] if each != "--quick"]
    size = QUICK if quick else WHOLE
    every = (*transport(size), *ways(size), *hosts(size), *content(), *instead(), *traps(size))
    rows = [row for row in every if all(word in row.does for word in words)]
    with tempfile.TemporaryDirectory() as folder:
        found = trial(rows, Path(folder), settings=SHORTENED if quick else {}, reading=3 if quick else 30)
    print(table(
        ("what the site does", "expected", "happened"),
        [(each.row.does, each.row.expected, each.happened if each.well else f"**{each.happened}**") for each in found.judged],
    ))  # fmt: skip
    faults = _faults(found)
    print(f"\n{len(rows)} sites and {GOOD} good ones: {found.seconds:.0f} s, {found.memory:.0f} MB at most.")
    print("\n".join(faults) or "Nothing false stored, nobody else asked, all good sources whole.")
    return 1 if faults else 0


def _faults(found: Trial) -> list[str]:
    """What is not as expected, a line each."""
    odd = [each.row.does for each in found.judged if not each.well]
    told = {
        f"{len(odd)} not as expected: {', '.join(odd)}": odd,
        f"the crawl ended with {found.code}: {found.errors}": found.code != 0,
        f"its log has errors: {'; '.join(sorted(set(found.erred)))}": found.erred,
        f"outside the box it tried {', '.join(found.asked)}": found.asked,
        f"good sources that are not whole: {', '.join(found.unfinished)}": found.unfinished,
        f"more than {MEGABYTES} MB": found.memory > MEGABYTES,
    }
    return [line for line, true in told.items() if true]


if __name__ == "__main__":
    sys.exit(main())
