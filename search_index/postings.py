"""Terms and phrases of one generation: who has them, and what BM25F as Whoosh computes it gives them.

Decoded postings are kept per segment, across generations, in a memory bounded by bytes. Ranking a whole query is
ranking.py's.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.reading import TermNotFound

from search_index.bits import Docs
from search_index.errors import IndexUnavailable
from search_index.schema import TEXT_BOOSTS
from search_index.segment import Segment

# Whoosh's own defaults for BM25F: Robertson and Zaragoza, "The probabilistic relevance framework", 2009.
B, K1 = 0.75, 1.2
POSITION_SPAN = 1 << 20
# What an entry of a cache costs beside its arrays, so that words that nobody has cannot fill the memory.
ENTRY_BYTES = 512

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Impact:
    """Documents that have a term or phrase, ascending, and what each scores for it. Both (n,)."""

    docs: Docs
    scores: Scores

    @property
    def nbytes(self) -> int:
        return self.docs.nbytes + self.scores.nbytes


class ByteCache:
    """The least recently used fall out once everything kept takes more than ``limit`` bytes. Safe between threads."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._bytes = 0
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What ``make`` gives, made once; it must say how large it is by ``nbytes``."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            if key not in self._kept:
                self._kept[key] = made
                self._bytes += ENTRY_BYTES + made.nbytes
            while self._bytes > self._limit and len(self._kept) > 1:
                self._bytes -= ENTRY_BYTES + self._kept.popitem(last=False)[1].nbytes
        return made


class Postings:
    """The text side of one generation. Whoosh's searcher gives the statistics, its leaf readers the postings."""

    def __init__(self, searcher: Any, leaves: list[tuple[Any, Segment, int]], decoded: ByteCache) -> None:
        """``leaves``: (leaf reader, its segment, number of its first document in the snapshot)."""
        self._searcher = searcher
        self._leaves = leaves
        self._decoded = decoded
        self._impacts = ByteCache(32 << 20)
        self._reading = threading.Lock()

    def term(self, term: str) -> Impact:
        """Who has this stem in any text field, scored over all of them. Raises IndexUnavailable."""
        return self._impact(term, lambda: self._term_parts(term))

    def phrase(self, terms: tuple[str, ...]) -> Docs:
        """Who has these stems one after another inside one text field; documents ascending. Raises IndexUnavailable."""
        return self._impact(terms, lambda: self._phrase_parts(terms)).docs

    def _impact(self, key: Hashable, parts: Callable[[], Iterator[Impact]]) -> Impact:
        try:
            impact: Impact = self._impacts.get(key, lambda: _merged(parts()))
        except Exception as problem:  # broken files raise anything
            raise IndexUnavailable(f"The index can't be read: {problem!r}.") from problem
        return impact

    def _term_parts(self, term: str) -> Iterator[Impact]:
        for field in TEXT_BOOSTS if self._leaves else ():
            idf = self._searcher.idf(field, term)
            mean_length = self._searcher.avg_field_length(field) or 1
            for leaf, segment, base in self._leaves:
                docs, weights = self._decode(leaf, segment, field, term).pair
                lengths = segment.lengths[field][docs]
                yield Impact(
                    docs + base, idf * (weights * (K1 + 1) / (weights + K1 * (1 - B + B * lengths / mean_length)))
                )

    def _phrase_parts(self, terms: tuple[str, ...]) -> Iterator[Impact]:
        for field in TEXT_BOOSTS:
            for leaf, segment, base in self._leaves:
                places = self._positions(leaf, segment, field, terms[0])
                for step, term in enumerate(terms[1:], start=1):
                    places = np.intersect1d(places, self._positions(leaf, segment, field, term) - step)
                docs = np.unique(places // POSITION_SPAN)
                yield Impact(docs + base, np.zeros(len(docs)))

    def _decode(self, leaf: Any, segment: Segment, field: str, term: str) -> "_Decoded":
        decoded: _Decoded = self._decoded.get(
            (segment.name, field, term), lambda: _decode_weights(leaf, field, term, self._reading)
        )
        return decoded

    def _positions(self, leaf: Any, segment: Segment, field: str, term: str) -> Docs:
        decoded: Docs = self._decoded.get(
            (segment.name, field, term, "positions"), lambda: _decode_positions(leaf, field, term, self._reading)
        )
        return decoded


@dataclass(frozen=True, slots=True, eq=False)
class _Decoded:
    pair: tuple[Docs, Scores]

    @property
    def nbytes(self) -> int:
        return sum(part.nbytes for part in self.pair)


def _decode_weights(leaf: Any, field: str, term: str, reading: threading.Lock) -> _Decoded:
    with reading:
        rows = list(_walk(leaf, field, term, lambda matcher: matcher.weight()))
    docs = np.fromiter((doc for doc, _ in rows), np.int64, len(rows))
    return _Decoded((docs, np.fromiter((weight for _, weight in rows), np.float64, len(rows))))


def _decode_positions(leaf: Any, field: str, term: str, reading: threading.Lock) -> Docs:
    with reading:
        rows = list(_walk(leaf, field, term, lambda matcher: matcher.value_as("positions")))
    places = [doc * POSITION_SPAN + position for doc, positions in rows for position in positions]
    return np.array(places, dtype=np.int64)


def _walk(leaf: Any, field: str, term: str, read: Callable[[Any], Any]) -> Iterator[tuple[int, Any]]:
    """One pass over a term's postings. Whoosh's readers share one file position, so the caller holds the lock."""
    try:
        matcher = leaf.postings(field, term)
    except TermNotFound:
        return
    while matcher.is_active():
        yield matcher.id(), read(matcher)
        matcher.next()


def _merged(parts: Iterator[Impact]) -> Impact:
    """The same document in several fields becomes one, its scores added."""
    found = [part for part in parts if len(part.docs)]
    if not found:
        return Impact(np.empty(0, np.int64), np.empty(0))
    docs, where = np.unique(np.concatenate([part.docs for part in found]), return_inverse=True)
    scores = np.bincount(where, np.concatenate([part.scores for part in found])).astype(np.float64)
    return Impact(docs, scores)
