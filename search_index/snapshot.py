"""The read model of one generation: segments side by side, deletions, and what a day makes visible. Swapped in whole.

Documents are numbered through all segments; each starts at a multiple of 64, so that rows of bits can be joined.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search_index import bits
from search_index.bits import Bits
from search_index.postings import ByteCache, Postings
from search_index.segment import FIGURES_DTYPE, Segment, decode
from search_index.ties import CLOSED, OPEN, UNSAID, WAITING, openness, tie_break

PLACE_GROUPS = {"country": b"c:", "region": b"r:"}
AVAILABILITY = "availability"


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The values of one facet group and who has each: ``matrix`` (len(values), words) bits."""

    values: tuple[str, ...]
    matrix: Bits

    def having(self, wanted: Sequence[str]) -> Bits:
        """Who has any of these values; nobody for values that no listing uses."""
        places = {value: place for place, value in enumerate(self.values)}
        chosen = [places[value] for value in wanted if value in places]
        return _any(self.matrix[chosen])

    def said(self) -> Bits:
        """Who has anything at all in this group."""
        return _any(self.matrix)


@dataclass(frozen=True, slots=True, eq=False)
class Day:
    """What one UTC date decides: who is visible, where licences still count, and the order among equals.

    ``rank`` (n_documents,): the place of each document when nothing else orders them.
    """

    visible: Bits
    places: dict[str, Rows]
    rank: NDArray[np.int64]


class Snapshot:
    """One generation of the index in memory. Nothing in it changes; days, terms and ties are worked out once."""

    def __init__(self, generation: str, searcher: Any, known: dict[str, Segment], decoded: ByteCache) -> None:
        """Decodes the segments that ``known`` (by Whoosh's segment id) lacks."""
        leaves = [leaf for leaf, _ in searcher.reader().leaf_readers() if leaf.doc_count_all()]
        names = [leaf.segment().segment_id() for leaf in leaves]
        self.generation = generation
        self.segments = {name: known.get(name) or decode(leaf) for name, leaf in zip(names, leaves, strict=True)}
        parts = list(self.segments.values())
        starts = np.cumsum([0] + [bits.words_for(part.size) for part in parts]) * bits.WORD
        self._bases = [int(start) for start in starts[:-1]]
        self.size = int(starts[-1])
        self.live = self._live(leaves)
        self.ids = self._joined([part.ids for part in parts], np.dtype(f"S{_widest(parts)}"))
        self.figures = self._joined([part.figures for part in parts], FIGURES_DTYPE)
        self._terms, self._matrix = self._facets(parts)
        self._slices = _group_slices(self._terms)
        self.postings = Postings(searcher, list(zip(leaves, parts, self._bases, strict=True)), decoded)
        self._decoded = decoded
        self._days: dict[date, Day] = {}
        self._working = threading.Lock()

    @property
    def listings(self) -> int:
        """How many live listings there are, visible or not."""
        return bits.count(self.live)

    def facet(self, group: str) -> Rows:
        """A facet group; empty when no listing says anything in it. Countries and regions come from ``on`` instead."""
        part = self._slices.get(group, slice(0, 0))
        return Rows(tuple(term.partition(":")[2] for term in self._terms[part]), self._matrix[part])

    def nobody(self) -> Bits:
        """An empty row."""
        return np.zeros(self.size // bits.WORD, dtype=np.uint64)

    def on(self, day: date) -> Day:
        """The view of one day, worked out at its first use; the last two days asked for are kept."""
        with self._working:
            if day not in self._days:
                self._days = dict(list(self._days.items())[-1:])
                self._days[day] = self._work_out(day)
            return self._days[day]

    def _live(self, leaves: list[Any]) -> Bits:
        alive = np.zeros(self.size, dtype=np.bool_)
        for leaf, base, segment in zip(leaves, self._bases, self.segments.values(), strict=True):
            alive[base : base + segment.size] = True
            alive[[base + doc for doc in leaf.segment().deleted_docs()]] = False
        return bits.from_flags(alive)

    def _joined(self, parts: list[NDArray[Any]], dtype: np.dtype[Any]) -> NDArray[Any]:
        whole = np.zeros(self.size, dtype=dtype)
        for base, part in zip(self._bases, parts, strict=True):
            whole[base : base + len(part)] = part
        return whole

    def _facets(self, parts: list[Segment]) -> tuple[tuple[str, ...], Bits]:
        terms = tuple(sorted({term for part in parts for term in part.facet_terms}))
        row_of = {term: row for row, term in enumerate(terms)}
        matrix = np.zeros((len(terms), self.size // bits.WORD), dtype=np.uint64)
        for base, part in zip(self._bases, parts, strict=True):
            first = base // bits.WORD
            rows = [row_of[term] for term in part.facet_terms]
            matrix[rows, first : first + part.facet_rows.shape[1]] = part.facet_rows
        return terms, matrix

    def _work_out(self, day: date) -> Day:
        today = day.toordinal()
        figures = self.figures
        shown = (figures["visible_from"] <= today) & (today <= figures["visible_until"])
        visible = bits.from_flags(shown & (figures["licensed_until"] >= today)) & self.live
        return Day(visible, self._places(today), self._rank(day))

    def _places(self, today: int) -> dict[str, Rows]:
        docs: list[bits.Docs] = []
        places: list[NDArray[np.bytes_]] = [np.empty(0, dtype="S1")]
        for base, part in zip(self._bases, self.segments.values(), strict=True):
            current = part.places["last_day"] >= today
            docs.append(part.place_docs[current].astype(np.int64) + base)
            places.append(part.places["place"][current])
        values, where = np.unique(np.concatenate(places), return_inverse=True)
        who = np.concatenate(docs or [np.empty(0, np.int64)])
        matrix = np.array([bits.from_docs(who[where == value], self.size) for value in range(len(values))])
        return {group: self._place_rows(values, matrix, mark) for group, mark in PLACE_GROUPS.items()}

    def _place_rows(self, values: NDArray[np.bytes_], matrix: Bits, mark: bytes) -> Rows:
        chosen = [place for place, value in enumerate(values) if value.startswith(mark)]
        names = tuple(bytes(values[place])[len(mark) :].decode("utf-8", "replace") for place in chosen)
        return Rows(names, matrix[chosen] if chosen else np.zeros((0, self.size // bits.WORD), dtype=np.uint64))

    def _rank(self, day: date) -> NDArray[np.int64]:
        hashes = np.zeros(self.size, dtype=np.uint64)
        for base, part in zip(self._bases, self.segments.values(), strict=True):
            hashes[base : base + part.size] = self._decoded.get((part.name, day), partial(_tie_breaks, part, day))
        rank = np.empty(self.size, dtype=np.int64)
        rank[np.lexsort((hashes, self._openness()))] = np.arange(self.size)
        return rank

    def _openness(self) -> NDArray[np.int8]:
        """(size,) the class of each document's availability; the soonest of several counts."""
        rows = self.facet(AVAILABILITY)
        classes = np.full(self.size, UNSAID, dtype=np.int8)
        for wanted in (CLOSED, WAITING, OPEN):
            for slug, row in zip(rows.values, rows.matrix, strict=True):
                if openness((slug,)) == wanted:
                    classes[bits.docs(row)] = wanted
        return classes


def _tie_breaks(segment: Segment, day: date) -> NDArray[np.uint64]:
    return np.fromiter(
        (tie_break(day, key.decode("utf-8", "replace")) for key in segment.ids.tolist()), np.uint64, segment.size
    )


def _any(rows: Bits) -> Bits:
    joined: Bits = np.bitwise_or.reduce(rows, axis=0) if len(rows) else np.zeros(rows.shape[1], dtype=np.uint64)
    return joined


def _widest(parts: list[Segment]) -> int:
    return max((part.ids.dtype.itemsize for part in parts), default=1)


def _group_slices(terms: tuple[str, ...]) -> dict[str, slice]:
    slices: dict[str, slice] = {}
    for row, term in enumerate(terms):
        group = term.partition(":")[0]
        first = slices[group].start if group in slices else row
        slices[group] = slice(first, row + 1)
    return slices
