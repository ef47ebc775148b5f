"""Measure and print: search over generated listings, and the pages of the demo. Nothing is asserted here.

make bench                 (or: python -m bench [sizes ...])
"""

import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import directory
from bench.corpus import listings
from search_index.engine import SearchIndex
from search_index.listing import Query

SEED = 1
SIZES = (1_000, 10_000)
ROUNDS = 30
PAGES = (
    "/",
    "/therapists",
    "/therapists?country=GB&format=video",
    "/concerns/childhood-trauma",
    "/help-now",
    "/questions",
)


def timed(call: Callable[[], object], rounds: int = ROUNDS) -> tuple[float, float]:
    """(median, worst) milliseconds of wall time over ``rounds`` calls, after one that warms up."""
    call()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times), max(times)


def queries(today: date) -> dict[str, Query]:
    """The kinds of question that the product asks."""
    narrow = {"format": ("video",), "language": ("en",), "concern": ("childhood-trauma", "shame")}
    return {
        "everybody, all facets": Query(today=today),
        "one word": Query(today=today, words="trauma"),
        "three words": Query(today=today, words="childhood family work"),
        "filters and facets": Query(today=today, filters=narrow),
        "words, filters and facets": Query(today=today, words="family", filters=narrow),
        "concepts": Query(today=today, concepts=(("childhood-trauma", 1.0), ("shame", 0.6))),
    }


def search(size: int) -> Iterable[tuple[str, str]]:
    """(what, how long) of building an index of ``size`` listings and asking it."""
    with tempfile.TemporaryDirectory() as folder:
        index = SearchIndex(Path(folder), "bench")
        start = time.perf_counter()
        index.rebuild(listings(size, SEED), number=1, mark="bench")
        yield "build", f"{time.perf_counter() - start:.1f} s"
        for name, query in queries(datetime.now(UTC).date()).items():
            median, worst = timed(lambda query=query: index.search(query))  # type: ignore[misc]
            yield name, f"{median:.2f} ms median, {worst:.2f} ms worst"
        index.close()


def pages() -> Iterable[tuple[str, str]]:
    """(address, how long) of pages of the demo, through the whole app."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        client = directory.create_app({"INSTANCE": Path(folder), "FOLLOW": False}).test_client()
        yield "first start, seeding included", f"{time.perf_counter() - start:.1f} s"
        for page in PAGES:
            median, worst = timed(lambda page=page: client.get(page))  # type: ignore[misc]
            yield page, f"{median:.1f} ms median, {worst:.1f} ms worst"


def main(sizes: Iterable[int]) -> None:
    """Print everything, with the machine and the date that it was measured on."""
    print(f"{platform.machine()}, Python {platform.python_version()}, {datetime.now(UTC):%Y-%m-%d}, seed {SEED}")
    for size in sizes:
        print(f"\n{size:,} listings")
        for what, took in search(size):
            print(f"  {what:<32} {took}", flush=True)
    print("\nThe demo's pages")
    for what, took in pages():
        print(f"  {what:<32} {took}", flush=True)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or SIZES)
