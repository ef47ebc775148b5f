"""Asking engines and looking at the clock: one core, blocks of questions, first use and warm apart."""

import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from bench.comparing import Told, told
from bench.engines.asking import Asked, Engine

# So many questions are asked once, then once more: what the first asking decoded is still in an engine's own memory.
BLOCK = 30
SLOW_MS = 20.0
# No engine is asked one kind for longer than this.
PATIENCE_S = float(os.environ.get("PATIENCE_S", "60"))
CORE = 0


@dataclass(frozen=True, slots=True)
class Timed:
    """Milliseconds of one engine for one kind: medians of wall time (first asking, asked again), the 95th percentile
    and the mean of processor time of the second; and what it answered.
    """

    first_ms: float
    warm_ms: float
    high_ms: float
    cpu_ms: float
    answers: Sequence[Told] = field(repr=False)


def pinned() -> None:
    """Keep this process on one core."""
    os.sched_setaffinity(0, {CORE})


def once(call: Callable[[], Any]) -> float:
    """Milliseconds of wall time."""
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def middle(call: Callable[[], Any], rounds: int) -> tuple[float, float]:
    """(median, worst) milliseconds of wall time over ``rounds`` calls."""
    took = [once(call) for _ in range(rounds)]
    return statistics.median(took), max(took)


def processor(call: Callable[[], Any], rounds: int) -> float:
    """Mean milliseconds of processor time over ``rounds`` calls."""
    start = time.process_time()
    for _ in range(rounds):
        call()
    return (time.process_time() - start) * 1000 / rounds


def timed(engine: Engine, asked: list[Asked]) -> Timed:
    """Ask everything twice, block by block; in an engine slower than 20 ms the first block only, and once if it keeps
    nothing in mind. Nobody is asked for longer than PATIENCE_S.
    """
    first: list[float] = []
    again: list[float] = []
    cpu: list[float] = []
    answers: list[Told] = []
    until = time.perf_counter() + PATIENCE_S
    for block in _in_blocks(asked):
        clocked = [_clocked(engine, one) for at, one in enumerate(block) if not at or time.perf_counter() < until]
        first += [each.wall_ms for each in clocked]
        if engine.warms or statistics.median(first) <= SLOW_MS:
            clocked = [_clocked(engine, one) for one in block[: len(clocked)]]
        again += [each.wall_ms for each in clocked]
        cpu += [each.cpu_ms for each in clocked]
        answers += [each.told for each in clocked]
        if statistics.median(again) > SLOW_MS or time.perf_counter() > until:
            break
    high = statistics.quantiles(again, n=20)[-1] if len(again) > 1 else again[0]
    return Timed(statistics.median(first), statistics.median(again), high, statistics.mean(cpu), answers)


class _Clocked(NamedTuple):
    wall_ms: float
    cpu_ms: float
    told: Told


def _clocked(engine: Engine, one: Asked) -> _Clocked:
    start, start_cpu = time.perf_counter(), time.process_time()
    answer = engine.ask(one)
    wall_ms, cpu_ms = (time.perf_counter() - start) * 1000, (time.process_time() - start_cpu) * 1000
    return _Clocked(wall_ms, cpu_ms, told(one, answer))


def _in_blocks(asked: list[Asked]) -> Iterator[list[Asked]]:
    for start in range(0, len(asked), BLOCK):
        yield asked[start : start + BLOCK]
