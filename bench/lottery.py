"""A fair daily lottery beside what the matching did: who would stand among the first five if chance alone decided
between equals, on each day once for everybody.
"""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

FIRST = 5
MOST_OF_ONE_PRACTICE = 2
DRAWS = 200
WITHIN = (2.5, 97.5)

Numbers = NDArray[np.int64]
Keys = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Judged:
    """What one seeker got: (n,) the people who keep every must, as numbers, with their points and how soon they have
    room (0 first); and who stood among the first five.
    """

    people: Numbers
    totals: Numbers
    openings: Numbers
    first: Numbers


@dataclass(slots=True)
class Tally:
    """How often each of ``size`` people stood among the first five: really (size,), and in each draw (DRAWS, size)."""

    size: int
    shown: Numbers = field(init=False)
    drawn: NDArray[np.int32] = field(init=False)

    def __post_init__(self) -> None:
        self.shown = np.zeros(self.size, dtype=np.int64)
        self.drawn = np.zeros((DRAWS, self.size), dtype=np.int32)

    def add(self, judged: Judged, practices: Numbers, keys: Keys) -> None:
        """``practices`` (size,): a number for each practice, -1 for none; ``keys`` (DRAWS, size): the day's draws."""
        if not len(judged.people):
            return
        np.add.at(self.shown, judged.first, 1)
        front, group = _front(judged, practices)
        order = np.argsort(group + keys[:, front], axis=1, kind="stable")
        named = practices[front]
        crowded = any(count > MOST_OF_ONE_PRACTICE for one, count in Counter(named.tolist()).items() if one >= 0)
        for draw in range(DRAWS):
            chosen = _spread(order[draw], named) if crowded else order[draw, :FIRST]
            self.drawn[draw, front[chosen]] += 1


def dispersion(tally: Tally) -> tuple[float, tuple[float, float]]:
    """How far people's numbers lie from what the lottery gives them on average: the mean squared distance in units of
    the lottery's own spread, and the middle 95 % of the same for single draws. Those whom chance never touches are
    left out.
    """
    mean, spread = tally.drawn.mean(axis=0), tally.drawn.std(axis=0)
    touched = spread > 0
    distances = [
        float((((shown - mean)[touched] / spread[touched]) ** 2).mean()) for shown in (tally.shown, *tally.drawn)
    ]
    low, high = np.percentile(distances[1:], WITHIN)
    return distances[0], (float(low), float(high))


def share(tally: Tally, group: NDArray[np.bool_]) -> tuple[float, tuple[float, float]]:
    """How often a group (size,) was shown, against how often the lottery shows it on average; and its middle 95 %."""
    drawn = tally.drawn[:, group].sum(axis=1)
    usual = drawn.mean() or 1.0
    low, high = np.percentile(drawn / usual, WITHIN)
    return float(tally.shown[group].sum() / usual), (float(low), float(high))


def _front(judged: Judged, practices: Numbers) -> tuple[Numbers, Numbers]:
    """The people whom chance could bring among the first five, and the number of each one's group of equals."""
    order = np.lexsort((judged.openings, -judged.totals))
    rank = -judged.totals[order] * 10 + judged.openings[order]
    starts = np.flatnonzero(np.concatenate([np.ones(len(rank[:1]), dtype=np.bool_), rank[1:] != rank[:-1]]))
    ends = np.append(starts[1:], len(order))
    placed, seen = 0, Counter[int]()
    stop = len(order)
    for end, start in zip(ends.tolist(), starts.tolist(), strict=True):
        for practice in practices[judged.people[order[start:end]]].tolist():
            placed += practice < 0 or seen[practice] < MOST_OF_ONE_PRACTICE
            seen[practice] += 1
        if placed >= FIRST:
            stop = end
            break
    group = np.cumsum(np.isin(np.arange(stop), starts)) - 1
    return judged.people[order[:stop]], group


def _spread(order: Numbers, named: Numbers) -> list[int]:
    """The first five when at most two of one practice stand among them, as long as there is anyone else."""
    first: list[int] = []
    waiting: list[int] = []
    seen: Counter[int] = Counter()
    for at in order.tolist():
        practice = int(named[at])
        if practice < 0 or seen[practice] < MOST_OF_ONE_PRACTICE:
            first.append(at)
            seen[practice] += 1
        else:
            waiting.append(at)
        if len(first) == FIRST:
            return first
    return (first + waiting)[:FIRST]
