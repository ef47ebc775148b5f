"""Measure search against its peers, and print, write and draw what came out. Nothing is asserted here.

make bench                        10,000 and 100,000 listings
make bench SIZES=300000           another size
make bench KINDS="e e2"           single kinds again, the other figures kept
make bench KINDS=none             all but the kinds again
make bench ENGINES="tantivy fts5" only these beside our own

Without any of these it ends with fairness.py, whether matching is fair.
"""

import argparse
import signal
import sys

from bench import fairness, picture, reporting
from bench.measuring import SEED, machine, measure, say
from bench.questions import KINDS

SIZES = (10_000, 100_000)
ENGINES = {"tantivy": "Tantivy", "fts5": "SQLite FTS5", "whoosh": "Whoosh 2.7.4", "postgresql": "PostgreSQL"}


def main() -> None:
    """Everything, or what the arguments name."""
    parser = argparse.ArgumentParser(description="Measure search against its peers.")
    parser.add_argument("--sizes", nargs="*", type=int)
    parser.add_argument("--kinds", nargs="*", choices=[*KINDS, "none"])
    parser.add_argument("--engines", nargs="*", choices=ENGINES)
    args = parser.parse_args()
    # An end asked for still stops the server and tidies up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    say(f"{machine()}, seed {SEED}")
    kinds = [kind for kind in KINDS if not args.kinds or kind in args.kinds]
    for size in args.sizes or SIZES:
        say(f"\n{size:,} listings")
        rest = not args.kinds or "none" in args.kinds
        measure(size, kinds, [ENGINES[one] for one in args.engines or ENGINES], rest=rest)
    reporting.write()
    picture.draw()
    say("\nbench/RESULTS.md and docs/bench.svg are written.")
    if not (args.sizes or args.kinds or args.engines):
        fairness.write()


if __name__ == "__main__":
    main()
