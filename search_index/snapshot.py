"""The read model of one generation: segments side by side, and who is deleted. Nothing in it changes; swapped in whole.

Documents are numbered through all segments; each starts at a multiple of 64, so that rows of bits can be joined. What
a day decides is days.py's, words are postings.py's.
"""

import threading
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search_index import bits, days
from search_index.bits import Bits
from search_index.caching import ByteCache
from search_index.days import Day, Placed
from search_index.points import Points
from search_index.postings import Postings
from search_index.segment import FIGURES_DTYPE, Segment

MASK_BYTES = 4 << 20
DAYS_KEPT = 2

_NOTHING, _NOWHERE = np.empty(0, dtype=np.int64), np.empty((0, 3))


class Snapshot:
    """One generation of the index in memory; days, terms and ties are worked out once."""

    def __init__(
        self,
        generation: str,
        parts: Sequence[tuple[Segment, Iterable[int]]],
        known: ByteCache,
        before: "Snapshot | None" = None,
    ) -> None:
        """``parts``: segments with the numbers of their deleted documents; ``known``: what days decided about them;
        ``before``: the generation replaced.
        """
        self.generation = generation
        self.segments = {segment.name: segment for segment, _ in parts}
        segments = [segment for segment, _ in parts]
        widths = [bits.words_for(segment.size) for segment in segments]
        starts = np.cumsum([0, *widths]).tolist()
        self._parts = [
            Placed(segment, start * bits.WORD, slice(start, start + width))
            for segment, start, width in zip(segments, starts, widths, strict=False)
        ]
        self.size = -(-starts[-1] * bits.WORD // bits.ROW) * bits.ROW
        self.live = self._live([deleted for _, deleted in parts])
        self.ids = self._joined([segment.ids for segment in segments], np.dtype(f"S{_widest(segments)}"))
        self.figures = self._joined([segment.figures for segment in segments], FIGURES_DTYPE)
        self.postings = Postings([(part.segment, part.base) for part in self._parts], self.size)
        self.masks = ByteCache(MASK_BYTES)
        self._known = known
        self._days: dict[date, Day] = {}
        self._earlier = before._days if before is not None else {}
        self._working = threading.Lock()

    @property
    def listings(self) -> int:
        """How many live listings there are, visible or not."""
        return bits.count(self.live)

    def on(self, day: date) -> Day:
        """The view of one day, worked out at its first use; the last two days asked for are kept."""
        known = self._days.get(day)
        if known is not None:
            return known
        with self._working:
            if day not in self._days:
                kept = list(self._days.items())[1 - DAYS_KEPT :]
                self._days = {**dict(kept), day: self._work_out(day)}
                self._earlier = {each: view for each, view in self._earlier.items() if each not in self._days}
            return self._days[day]

    def prepare(self, day: date) -> None:
        """Work out a day before anybody asks, and what counting a few listings needs."""
        self.on(day).facets.by_listing()

    def prepare_again(self, today: date) -> None:
        """Work out the days, from today on, that the generation replaced had, before this one answers."""
        for day in list(self._earlier):
            if day >= today:
                self.on(day)

    @cached_property
    def everybody(self) -> Bits:
        """A row with everyone in it."""
        return np.full(self.size // bits.WORD, ~np.uint64(0))

    @cached_property
    def points(self) -> Points:
        """Where people's rooms are."""
        docs = [part.segment.point_docs + np.int64(part.base) for part in self._parts]
        vectors = [part.segment.point_vectors for part in self._parts]
        return Points(np.concatenate([_NOTHING, *docs]), np.concatenate([_NOWHERE, *vectors]))

    def _work_out(self, day: date) -> Day:
        located, before = self.points.located(self.size), self._earlier.get(day)
        return days.work_out(day, self._parts, self.figures, self.live, located, self._known, before)

    def _live(self, deleted: list[Iterable[int]]) -> Bits:
        alive = np.zeros(self.size, dtype=np.bool_)
        for part, gone in zip(self._parts, deleted, strict=True):
            alive[part.base : part.base + part.segment.size] = True
            alive[[part.base + doc for doc in gone]] = False
        return bits.from_flags(alive)

    def _joined(self, parts: list[NDArray[Any]], dtype: np.dtype[Any]) -> NDArray[Any]:
        whole = np.zeros(self.size, dtype=dtype)
        for part, values in zip(self._parts, parts, strict=True):
            whole[part.base : part.base + len(values)] = values
        return whole


def _widest(parts: Sequence[Segment]) -> int:
    return max((part.ids.dtype.itemsize for part in parts), default=1)
