"""What one UTC date decides: who is visible, where licences still count, and the order among equals.

Most of it is worked out once per segment and day, so that a new generation costs little.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search_index import bits
from search_index.bits import Bits, Docs
from search_index.caching import ByteCache
from search_index.facets import Facets, Rows
from search_index.segment import Segment
from search_index.ties import CLOSED, OPEN, UNSAID, WAITING, id_hashes, openness, tie_breaks

PLACE_GROUPS = {"country": "c:", "region": "r:"}
AVAILABILITY = "availability"
MUSTS_BYTES = 8 << 20
_ONE = np.uint64(1)


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A segment and where it stands in a generation: the number of its first document, and its words in a row."""

    segment: Segment
    base: int
    span: slice


@dataclass(frozen=True, slots=True, eq=False)
class Day:
    """``visible``: who may be shown; ``facets``: who has what, countries and regions by current licences only.

    ``order``: all documents as they stand when nothing else orders them; ``rank`` (size,): their places in it.
    ``musts``: who meets what was asked for lately (selection.py).
    """

    visible: Bits
    facets: Facets
    order: Docs
    rank: Docs
    musts: ByteCache = field(default_factory=lambda: ByteCache(MUSTS_BYTES))


@dataclass(frozen=True, slots=True, eq=False)
class _SegmentDay:
    """What a day decides about a segment: its facet groups, and its documents in order with their ascending keys."""

    groups: dict[str, Rows]
    order: Docs
    keys: NDArray[np.uint64]

    @property
    def nbytes(self) -> int:
        places = sum(rows.matrix.nbytes for group, rows in self.groups.items() if group in PLACE_GROUPS)
        return places + self.order.nbytes + self.keys.nbytes


def work_out(
    day: date,
    parts: Sequence[Placed],
    figures: NDArray[Any],
    live: Bits,
    located: Bits,
    known: ByteCache,
    before: Day | None,
) -> Day:
    """The view of one day. ``before``: the same day in an older generation, whose work is taken over."""
    today = day.toordinal()
    shown = (figures["visible_from"] <= today) & (today <= figures["visible_until"])
    visible = bits.from_flags(shown & (figures["licensed_until"] >= today)) & live
    each = [known.get((part.segment.name, day), partial(_segment_day, part.segment, day)) for part in parts]
    spans = {part.segment.name: part.span for part in parts}
    facets = Facets([(part.span, held.groups) for part, held in zip(parts, each, strict=True)], located, spans)
    if before is not None:
        facets.follow(before.facets)
    keys = np.concatenate([np.empty(0, np.uint64), *(held.keys for held in each)])
    docs = [held.order + part.base for part, held in zip(parts, each, strict=True)]
    order = np.concatenate([np.empty(0, np.int64), *docs])[np.argsort(keys, kind="stable")]  # merges ascending runs
    rank = np.zeros(len(figures), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return Day(visible, facets, order, rank)


def _segment_day(segment: Segment, day: date) -> _SegmentDay:
    rows: dict[str, list[int]] = {}
    for row, term in enumerate(segment.facet_terms):
        rows.setdefault(term.partition(":")[0], []).append(row)
    groups = {
        group: Rows(
            [segment.facet_terms[row].partition(":")[2] for row in found], segment.facet_rows[found[0] : found[-1] + 1]
        )
        for group, found in rows.items()
        if group not in PLACE_GROUPS
    }
    availability = groups.get(AVAILABILITY, Rows((), segment.facet_rows[:0]))
    keys = tie_breaks(day, id_hashes(segment.ids)) >> np.uint64(2)
    keys |= _openness(availability)[: segment.size].astype(np.uint64) << np.uint64(62)
    order = np.argsort(keys)
    return _SegmentDay({**groups, **_places(segment, day)}, order, keys[order])


def _openness(availability: Rows) -> NDArray[np.uint8]:
    """(size,) the class of each document's availability; the soonest of several counts."""
    classes = np.full(availability.matrix.shape[1] * bits.WORD, UNSAID, dtype=np.uint8)
    for wanted in (CLOSED, WAITING, OPEN):
        for slug, row in zip(availability.values, availability.matrix, strict=True):
            if openness((slug,)) == wanted:
                classes[bits.flags(row)] = wanted
    return classes


def _places(segment: Segment, day: date) -> dict[str, Rows]:
    """Who may work where on this day."""
    over = np.flatnonzero(segment.places["last_day"] < day.toordinal())
    docs, matrix = segment.place_docs[over], segment.place_rows.copy()
    without = ~(_ONE << (docs & (bits.WORD - 1)).astype(np.uint64))
    np.bitwise_and.at(matrix, (segment.place_numbers[over], docs // bits.WORD), without)
    names = [bytes(name).decode("utf-8", "replace") for name in segment.place_names]
    groups = {}
    for group, mark in PLACE_GROUPS.items():
        chosen = [row for row, name in enumerate(names) if name.startswith(mark) and matrix[row].any()]
        groups[group] = Rows([names[row].removeprefix(mark) for row in chosen], matrix[chosen])
    return groups
