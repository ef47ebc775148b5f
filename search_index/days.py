"""What one UTC date decides: who is visible, where licences still count, and the order among equals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search_index import bits
from search_index.bits import Bits, Docs
from search_index.facets import Facets, Rows
from search_index.ties import CLOSED, OPEN, UNSAID, WAITING, openness, tie_breaks

PLACE_GROUPS = {"country": "c:", "region": "r:"}
AVAILABILITY = "availability"


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where people are licensed: one entry per listing and place. ``value`` (m,) numbers of ``values`` ("c:US")."""

    values: tuple[str, ...]
    value: NDArray[np.int64]
    doc: Docs
    last_day: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Undated:
    """What the listings of a generation say whatever the day: who is ``live``, ``groups`` of facets, licences aside,
    who is ``located``, ``hashes`` (size,) of the ids, and per segment its words in a row (``spans``).
    """

    figures: NDArray[Any]
    live: Bits
    groups: Mapping[str, Rows]
    places: Places
    located: Bits
    hashes: NDArray[np.uint64]
    spans: Mapping[str, slice]


@dataclass(frozen=True, slots=True, eq=False)
class Day:
    """``visible``: who may be shown; ``facets``: who has what, countries and regions by current licences only.

    ``order`` (size,): all documents as they stand when nothing else orders them, and ``rank`` (size,) their places.
    """

    visible: Bits
    facets: Facets
    order: Docs
    rank: Docs


def work_out(day: date, undated: Undated, before: Day | None) -> Day:
    """The view of one day. ``before``: the same day in an older generation, whose work is taken over."""
    today, figures = day.toordinal(), undated.figures
    shown = (figures["visible_from"] <= today) & (today <= figures["visible_until"])
    visible = bits.from_flags(shown & (figures["licensed_until"] >= today)) & undated.live
    facets = Facets({**undated.groups, **_places(undated, today)}, undated.located, undated.spans)
    if before is not None:
        facets.follow(before.facets)
    order = _order(day, facets.group(AVAILABILITY), undated.hashes)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return Day(visible, facets, order, rank)


def _places(undated: Undated, today: int) -> dict[str, Rows]:
    places = undated.places
    current = places.last_day >= today
    who = np.zeros((len(places.values), len(undated.figures)), dtype=np.bool_)
    who[places.value[current], places.doc[current]] = True
    matrix = np.packbits(who, axis=1, bitorder="little").view(np.uint64)
    groups = {}
    for group, mark in PLACE_GROUPS.items():
        chosen = [row for row, value in enumerate(places.values) if value.startswith(mark) and matrix[row].any()]
        groups[group] = Rows([places.values[row].removeprefix(mark) for row in chosen], matrix[chosen])
    return groups


def _order(day: date, availability: Rows, hashes: NDArray[np.uint64]) -> Docs:
    """By openness, then by the day's tie-break; both in one number, of which the hash keeps 62 bits."""
    keys = tie_breaks(day, hashes)
    keys >>= np.uint64(2)
    keys |= _openness(availability).astype(np.uint64) << np.uint64(62)
    return np.argsort(keys)


def _openness(availability: Rows) -> NDArray[np.uint8]:
    """(size,) the class of each document's availability; the soonest of several counts."""
    classes = np.full(availability.matrix.shape[1] * bits.WORD, UNSAID, dtype=np.uint8)
    for wanted in (CLOSED, WAITING, OPEN):
        for slug, row in zip(availability.values, availability.matrix, strict=True):
            if openness((slug,)) == wanted:
                classes[bits.flags(row)] = wanted
    return classes
