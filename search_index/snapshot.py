"""The read model of one generation: segments side by side, and who is deleted. Nothing in it changes; swapped in whole.

Documents are numbered through all segments; each starts at a multiple of 64, so that rows of bits can be joined. What
a day decides is days.py's, words are postings.py's.
"""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search_index import bits, days, ties
from search_index.bits import Bits, Docs
from search_index.caching import ByteCache
from search_index.days import Day, Places, Undated
from search_index.facets import Rows
from search_index.points import Points
from search_index.postings import Postings
from search_index.segment import FIGURES_DTYPE, Segment

MASK_BYTES = 4 << 20
DAYS_KEPT = 2

_NOTHING, _NO_DAYS = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int32)


class Snapshot:
    """One generation of the index in memory; days, terms and ties are worked out once."""

    def __init__(
        self,
        generation: str,
        parts: Sequence[tuple[Segment, Iterable[int]]],
        decoded: ByteCache,
        before: "Snapshot | None" = None,
    ) -> None:
        """``parts``: segments with the numbers of their deleted documents. ``before``: the generation replaced."""
        self.generation = generation
        self.segments = {segment.name: segment for segment, _ in parts}
        self._parts = [segment for segment, _ in parts]
        widths = [bits.words_for(segment.size) for segment in self._parts]
        starts = np.cumsum([0, *widths]).tolist()
        self._spans = {
            part.name: slice(start, start + width)
            for part, start, width in zip(self._parts, starts, widths, strict=False)
        }
        self._bases = [start * bits.WORD for start in starts[:-1]]
        self.size = -(-starts[-1] * bits.WORD // bits.ROW) * bits.ROW
        self.live = self._live([deleted for _, deleted in parts])
        self.ids = self._joined([part.ids for part in self._parts], np.dtype(f"S{_widest(self._parts)}"))
        self.figures = self._joined([part.figures for part in self._parts], FIGURES_DTYPE)
        self.postings = Postings(list(zip(self._parts, self._bases, strict=True)), self.size, decoded)
        self.masks = ByteCache(MASK_BYTES)
        self._decoded = decoded
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
                self._days = {**dict(kept), day: days.work_out(day, self._undated(), self._earlier.get(day))}
                self._earlier = {}
            return self._days[day]

    @cached_property
    def everybody(self) -> Bits:
        """A row with everyone in it."""
        return np.full(self.size // bits.WORD, ~np.uint64(0))

    @cached_property
    def points(self) -> Points:
        """Where people's rooms are."""
        vectors = [part.point_vectors for part in self._parts]
        docs = self._numbered_through([part.point_docs for part in self._parts])
        return Points(docs, np.concatenate([np.empty((0, 3)), *vectors]))

    def _undated(self) -> Undated:
        located = self.points.located(self.size)
        return Undated(self.figures, self.live, self._groups(), self._places, located, self._hashes, self._spans)

    def _groups(self) -> dict[str, Rows]:
        terms = sorted({term for part in self._parts for term in part.facet_terms})
        row_of = {term: row for row, term in enumerate(terms)}
        matrix = np.zeros((len(terms), self.size // bits.WORD), dtype=np.uint64)
        for part in self._parts:
            matrix[[row_of[term] for term in part.facet_terms], self._spans[part.name]] = part.facet_rows
        members: dict[str, list[int]] = {}
        for row, term in enumerate(terms):
            members.setdefault(term.partition(":")[0], []).append(row)
        return {
            group: Rows([terms[row].partition(":")[2] for row in rows], matrix[rows[0] : rows[-1] + 1])
            for group, rows in members.items()
        }

    @cached_property
    def _hashes(self) -> NDArray[np.uint64]:
        hashes = [self._decoded.get((part.name, "ids"), partial(ties.id_hashes, part.ids)) for part in self._parts]
        return self._joined(hashes, np.dtype(np.uint64))

    @cached_property
    def _places(self) -> Places:
        numbered = [self._decoded.get((part.name, "places"), partial(_Numbered.of, part)) for part in self._parts]
        values = sorted({value for each in numbered for value in each.values})
        row_of = {value: row for row, value in enumerate(values)}
        rows = [np.array([row_of[value] for value in each.values], np.int64)[each.value] for each in numbered]
        last_days = [part.places["last_day"] for part in self._parts]
        docs = self._numbered_through([part.place_docs for part in self._parts])
        return Places(tuple(values), np.concatenate([_NOTHING, *rows]), docs, np.concatenate([_NO_DAYS, *last_days]))

    def _live(self, deleted: list[Iterable[int]]) -> Bits:
        alive = np.zeros(self.size, dtype=np.bool_)
        for base, segment, gone in zip(self._bases, self._parts, deleted, strict=True):
            alive[base : base + segment.size] = True
            alive[[base + doc for doc in gone]] = False
        return bits.from_flags(alive)

    def _numbered_through(self, docs: list[NDArray[np.int32]]) -> Docs:
        """Documents numbered in each segment -> numbered through all segments, on end."""
        return np.concatenate(
            [_NOTHING, *(each + np.int64(base) for each, base in zip(docs, self._bases, strict=True))]
        )

    def _joined(self, parts: list[NDArray[Any]], dtype: np.dtype[Any]) -> NDArray[Any]:
        whole = np.zeros(self.size, dtype=dtype)
        for base, part in zip(self._bases, parts, strict=True):
            whole[base : base + len(part)] = part
        return whole


@dataclass(frozen=True, slots=True, eq=False)
class _Numbered:
    """The places of a segment's listings, each by its number among ``values``."""

    values: tuple[str, ...]
    value: NDArray[np.int64]

    @classmethod
    def of(cls, segment: Segment) -> "_Numbered":
        values, numbers = np.unique(segment.places["place"], return_inverse=True)
        return cls(tuple(bytes(value).decode("utf-8", "replace") for value in values), numbers.astype(np.int64))

    @property
    def nbytes(self) -> int:
        return self.value.nbytes


def _widest(parts: Sequence[Segment]) -> int:
    return max((part.ids.dtype.itemsize for part in parts), default=1)
