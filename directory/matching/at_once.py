"""Matching over the index's columns: everybody at once, with the outcome of one_by_one.py. Only who is shown, and where
they stand, is worked out here; points and reasons are told from the listings of those few (ranked.explained).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from directory.matching import sets
from directory.matching.fit import Close
from directory.matching.ranked import FIXED_RULES, MOST_NEAREST, LeftOut, spread
from directory.matching.rules import WHOLE, MatchingRules
from directory.matching.sets import Flags, Verdicts
from directory.matching.totals import Docs, totals
from directory.needs import Needs
from search_index.columns import Columns

# So many of the first are put in order at once; more only where one practice fills them.
FRONT = 64


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Who keeps every rule: ``docs`` (total,) as the columns number them, with their ``points``, in no order;
    ``first`` are the ids asked for, in order. If nobody does, ``nearest`` are the ids of those who come closest.
    """

    docs: Docs
    points: NDArray[np.int64]
    first: tuple[str, ...]
    nearest: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    considered: int


def find(
    needs: Needs, columns: Columns, *, today: date, rules: MatchingRules, related: Close, start: int, stop: int
) -> Found:
    """The people from place ``start`` to ``stop`` for these needs. ``columns`` are of the same day, ``today``."""
    visible = columns.visible
    told = sets.verdicts(needs, columns, rules.order.near_km)
    broken = reduce(np.add, (~each.yes for each in told.values()), np.zeros(columns.size, dtype=np.uint8))
    docs = np.flatnonzero(visible & (broken == 0))
    points = totals(needs, columns, docs, today=today, rules=rules, close=related)
    first = _in_order(docs, points, columns, stop, rules)[start:]
    nearest = docs[:0]
    if not len(docs):
        near = np.flatnonzero(reduce(np.logical_and, (told[rule].yes for rule in told if rule in FIXED_RULES), visible))
        theirs = totals(needs, columns, near, today=today, rules=rules, close=related)
        nearest = _in_order(near, theirs - (WHOLE + 1) * broken[near].astype(np.int64), columns, MOST_NEAREST, rules)
    considered = int(np.count_nonzero(visible))
    left_out = _left_out(told, visible, broken, len(docs)) if considered else ()
    return Found(docs, points, tuple(columns.ids(first)), tuple(columns.ids(nearest)), left_out, considered)


def _in_order(docs: Docs, worth: NDArray[np.int64], columns: Columns, stop: int, rules: MatchingRules) -> Docs:
    """The first ``stop`` of these documents: by worth, equals by their rank on the day, practices spread."""
    practices = columns.figure("practice")
    many = max(stop, FRONT)
    while True:
        front = _front(docs, worth, columns.rank, many)
        first, others = spread(practices[front].tolist(), rules.order)
        if len(first) == rules.order.first or many >= len(docs):
            return front[np.array(first + others, dtype=np.int64)][:stop]
        many *= 8


def _front(docs: Docs, worth: NDArray[np.int64], rank: Docs, many: int) -> Docs:
    """The first so many, or all, in order. Most are worth too little, and are never put in order."""
    if many < len(docs):
        counts = np.bincount(worth.max() - worth)
        least = worth.max() - np.searchsorted(np.cumsum(counts), many)
        chosen = np.flatnonzero(worth >= least)
        docs, worth = docs[chosen], worth[chosen]
    front: Docs = docs[np.lexsort((rank[docs], -worth))[:many]]
    return front


def _left_out(
    told: Mapping[str, Verdicts], visible: Flags, broken: NDArray[np.uint8], fits: int
) -> tuple[LeftOut, ...]:
    alone = visible & (broken == 1)
    return tuple(_one_left_out(rule, each, visible, alone, fits) for rule, each in told.items())


def _one_left_out(rule: str, told: Verdicts, visible: Flags, alone: Flags, fits: int) -> LeftOut:
    missed, relaxable = visible & ~told.yes, rule not in FIXED_RULES
    unsaid, other = (
        0 if each is None else int(np.count_nonzero(missed & each)) for each in (told.unsaid, told.other_currency)
    )
    return LeftOut(
        rule=rule,
        count=int(np.count_nonzero(missed)) - unsaid - other,
        havent_said=unsaid,
        without_this=fits + int(np.count_nonzero(alone & ~told.yes)) if relaxable else fits,
        other_currency=other,
        relaxable=relaxable,
    )
