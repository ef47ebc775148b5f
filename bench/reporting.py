"""The figures of every size measured so far -> bench/RESULTS.md, with ratios and what was aimed at."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bench.documents import FOLDER
from bench.engines.ours import NAME
from bench.questions import KINDS

RESULTS = Path(__file__).parent / "RESULTS.md"
ENGINES = (NAME, "Tantivy", "SQLite FTS5", "Whoosh 2.7.4", "PostgreSQL")
NEXT = "Tantivy"
# Fewer questions than this are said beside the figure.
FEW = 30
# What was aimed at, at 100,000 listings, in milliseconds.
AIMS = {"a": 0.3, "a2": 0.3, "b": 0.7, "c": 1.0, "e": 0.1, "e2": 0.8, "f": 0.4}
AIMED_SIZE, LARGE_SIZE, LARGE_MS = 100_000, 300_000, 5.0
HOSTILE_MS, PAGE_MS, UNDERSTAND_MS = 50.0, 5.0, 5.0
MATCHING_MS = 15.0
EDIT_MS, EDIT_WORST_MS, OPEN_MS, FIRST_USE_MS, MEMORY_MB = 30.0, 200.0, 20.0, 20.0, 60.0

Figures = dict[str, Any]
Row = tuple[str, ...]


def kept() -> list[Figures]:
    """The figures of every size that was measured, and not only built, smallest first."""
    told = (json.loads(file.read_text("utf-8")) for file in FOLDER.glob("*/figures.json"))
    return sorted((one for one in told if "kinds" in one), key=lambda one: int(one["size"]))


def write() -> None:
    """Write the page anew from all figures kept."""
    told = [part for figures in kept() for part in _size(figures)]
    head = "# Results\n\nWritten by `make bench`; [README.md](README.md) says what is measured, and how.\n"
    RESULTS.write_text(head + "\n".join(told) + "\n", "utf-8")


def _size(figures: Figures) -> Iterator[str]:
    kinds = figures["kinds"]
    moments = [one for kind in kinds.values() for one in kind.values()]
    yield f"\n## {figures['size']:,} listings\n"
    yield (
        f"{figures['machine']}; one core; seed {figures['seed']}; {min(one['at'] for one in moments)} to "
        f"{max(one['at'] for one in moments)} UTC. Other work was running: load average "
        f"{min(one['load'] for one in moments):.1f} to {max(one['load'] for one in moments):.1f}.\n"
    )
    yield "Milliseconds of wall time, median of questions asked warm; in brackets the mean of processor time.\n"
    yield from _table(("", *ENGINES, f"{NEXT} / ours", "aim"), _kind_rows(figures))
    yield "\nThe same at the first asking, nothing of the question in any engine's own memory yet: medians, ms. "
    patience = sorted({one["patience_s"] for one in moments})
    yield "Questions are how many each engine was asked before its time was up "
    yield f"({' or '.join(f'{each:g} s' for each in patience)} a kind): of few, a median says little. "
    yield "Engines of a kind that were asked at different times were not measured in one run.\n"
    yield from _table(("", *ENGINES, "questions", "asked at", "answers unlike ours"), _first_rows(kinds))
    yield "\nBuilding, where it was built on this machine.\n"
    yield from _table(("", "s of processor", "s of waiting", "MB"), _build_rows(figures.get("builds", {})))
    if "house" in figures:
        rest = [figures["upkeep"], figures["house"]]
        told = [f"{one['at'][-5:]} UTC at a load average of {one['load']:.1f}" for one in rest]
        yield f"\nAnd the rest: edits, opening and memory until {told[0]}, pages and texts until {told[1]}.\n"
        yield from _table(("", "measured", "aim", ""), _rest_rows(figures))


def _kind_rows(figures: Figures) -> Iterator[Row]:
    for kind, told in _in_order(figures["kinds"]):
        ours, rival = told[NAME]["warm_ms"], told.get(NEXT, {}).get("warm_ms")
        cells = [_cell(told.get(name), "warm_ms") for name in ENGINES]
        yield f"{kind}: {KINDS[kind]}", *cells, f"{rival / ours:.1f}" if rival else "", _aim(figures, kind, ours, rival)


def _aim(figures: Figures, kind: str, ours: float, rival: float | None) -> str:
    if figures["size"] == LARGE_SIZE:
        return _verdict(ours, LARGE_MS)
    if figures["size"] != AIMED_SIZE or kind not in AIMS:
        return ""
    beside = "" if rival is None else f"; at most {NEXT}'s: {'met' if ours <= rival else 'missed'}"
    return _verdict(ours, AIMS[kind]) + beside


def _first_rows(kinds: Figures) -> Iterator[Row]:
    for kind, told in _in_order(kinds):
        cells = [f"{told[name]['first_ms']:.2f}" if name in told else "" for name in ENGINES]
        asked = ", ".join(str(told[name]["asked"]) for name in ENGINES if name in told)
        unlike = (
            "not compared"
            if kind == "d"
            else ", ".join(f"{name} {told[name]['mismatches']}" for name in ENGINES[1:] if name in told)
        )
        times = ", ".join(told[name]["at"][-5:] for name in ENGINES if name in told)
        yield f"{kind}: {KINDS[kind]}", *cells, asked, times, unlike


def _build_rows(builds: Figures) -> Iterator[Row]:
    for name, built in builds.items():
        cpu = "" if built["cpu_s"] is None else f"{built['cpu_s']:.0f}"
        yield name, cpu, f"{built['wall_s']:.0f}", f"{built['megabytes']:.0f}"


def _rest_rows(figures: Figures) -> Iterator[Row]:
    up, house, exact = figures["upkeep"], figures["house"], figures.get("exact")
    yield _row("an edit until it is found, median ms", up["edits"][0], EDIT_MS)
    yield _row("an edit until it is found, worst of 200, ms", up["edits"][1], EDIT_WORST_MS)
    yield _row("opening the index in a new process, ms", up["open_ms"], OPEN_MS)
    yield "the first page after that, ms", f"{up['first_page_ms']:.0f}", "", ""
    yield _row("first use of the commonest word, ms", up["first_use_ms"], FIRST_USE_MS)
    yield _row("memory over a bare worker, MB resident", up["rss_mb"], MEMORY_MB)
    yield "of it private to the worker, MB", f"{up['private_mb']:.0f}", "", ""
    for what, cpu_ms in house["pages"].items():
        yield _row(f"{what}, ms of processor", cpu_ms, PAGE_MS if what.startswith("a page") else None)
    for what, cpu_ms in figures.get("matching", {}).items():
        yield _row(f"{what}, ms of processor", cpu_ms, MATCHING_MS)
    yield _row("understanding a text, median ms", house["understand"][0], UNDERSTAND_MS)
    yield "suggesting concerns while typing, median ms", f"{house['suggest'][0]:.2f}", "", ""
    worst = max(house["hostile"], key=house["hostile"].__getitem__)
    slow = sum(ms > HOSTILE_MS for ms in house["hostile"].values())
    what = (
        f"{len(house['hostile'])} hostile texts, the slowest ({worst}), ms of processor; {slow} over {HOSTILE_MS:.0f}"
    )
    yield _row(what, house["hostile"][worst], HOSTILE_MS)
    if exact:
        told = f"{len(exact['otherwise'])} of {exact['asked']}"
        yield "ranked otherwise than by Whoosh exhaustively", told, "0", "missed" if exact["otherwise"] else "met"


def _row(what: str, measured: float, aim: float | None) -> Row:
    return what, f"{measured:.1f}", "" if aim is None else f"{aim:g}", "" if aim is None else _verdict(measured, aim)


def _verdict(measured: float, aim: float) -> str:
    return f"{'met' if measured <= aim else 'missed'} ({aim:g})"


def _cell(told: Figures | None, which: str) -> str:
    if told is None:
        return ""
    few = f", of {told['asked']} only" if told["asked"] < FEW else ""
    return f"{told[which]:.3f} ({told['cpu_ms']:.3f}){few}"


def _in_order(kinds: Figures) -> Iterable[tuple[str, Figures]]:
    return [(kind, kinds[kind]) for kind in KINDS if kind in kinds]


def _table(head: Row, rows: Iterable[Row]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)
