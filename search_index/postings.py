"""Terms, phrases, beginnings of words and names in one generation: who has them, and what BM25F gives for them.

The scores are Whoosh's own, operation for operation. What was asked for is kept in a memory bounded by bytes. Ranking a
whole query is ranking.py's.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import cached_property, reduce
from math import log

import numpy as np
from numpy.typing import NDArray

from search_index import bits
from search_index.bits import Bits, Docs
from search_index.caching import ByteCache
from search_index.errors import IndexUnavailable
from search_index.folding import stem
from search_index.impacts import Impact, Scores, summed
from search_index.schema import NAME_WORDS, TEXT_BOOSTS
from search_index.segment import POSITION_SPAN, Segment

# Whoosh's own defaults for BM25F: Robertson and Zaragoza, "The probabilistic relevance framework", 2009.
B, K1 = 0.75, 1.2
# So much is kept as the scores of so many words take that everybody has, but no less than the least.
KEPT_WORDS, LEAST_BYTES = 40, 8 << 20
# Fewer letters than this begin too many words to say anything.
SHORTEST_BEGINNING = 2

_NOBODY = np.empty(0, dtype=np.int64)

Parts = Sequence[tuple[Segment, int]]


class Postings:
    """The text side of one generation. ``parts``: segments, and the number of the first document of each."""

    def __init__(self, parts: Parts, size: int) -> None:
        self._parts = parts
        self._size = size
        self._impacts = ByteCache(max(LEAST_BYTES, KEPT_WORDS * 8 * size))
        self._norms: dict[str, Scores] = {}

    def term(self, term: str) -> Impact:
        """Who has this stem in any text field, scored over all of them. Raises IndexUnavailable."""
        return self._kept(term, lambda: summed([self._scored(field, term) for field in TEXT_BOOSTS], self._size))

    def beginning(self, word: str) -> Impact:
        """Who has a word of this stem, or a stem that begins like this, in any text field: 1 for each who has.

        ``word`` is folded. As constant as Whoosh's own score of a prefix. Raises IndexUnavailable.
        """
        return self._kept((word, "beginning"), lambda: self._unscored(self._begun(word)))

    def phrase(self, terms: tuple[str, ...]) -> Bits:
        """Who has these stems one after another inside one text field. Raises IndexUnavailable."""
        return self._kept(terms, lambda: self._unscored(self._runs(terms))).row

    def named(self, word: str) -> Bits:
        """Who has a word in the name that begins with this folded one. Raises IndexUnavailable."""
        return self._kept((word, "name"), lambda: self._unscored(self._having_begun(NAME_WORDS, word))).row

    @cached_property
    def name_words(self) -> frozenset[str]:
        """The folded words of all names."""
        return frozenset(word for segment, _ in self._parts for word in segment.name_words())

    @cached_property
    def surface_words(self) -> dict[str, int]:
        """The folded words of all other texts, endings kept, and how many listings have each."""
        found: dict[str, int] = {}
        for segment, _ in self._parts:
            for word, frequency in segment.surface_words().items():
                found[word] = found.get(word, 0) + frequency
        return found

    def _kept(self, key: Hashable, make: Callable[[], Impact]) -> Impact:
        try:
            impact: Impact = self._impacts.get(key, make)
        except Exception as problem:  # broken files raise anything
            raise IndexUnavailable(f"The index can't be read: {problem!r}.") from problem
        return impact

    def _scored(self, field: str, term: str) -> tuple[Docs, Scores]:
        found = [(segment.postings(field, term), base) for segment, base in self._parts]
        docs = np.concatenate([_NOBODY, *(docs + np.int64(base) for (docs, _), base in found)])
        if not len(docs):
            return docs, np.empty(0)
        weights = np.concatenate([weights for (_, weights), _ in found])
        idf = log(self._documents / (len(docs) + 1)) + 1
        return docs, idf * (weights * (K1 + 1) / (weights + self._norm(field).take(docs)))

    @cached_property
    def _documents(self) -> int:
        return sum(segment.size for segment, _ in self._parts)

    def _norm(self, field: str) -> Scores:
        """(size,) how much a document's length tells against its words in this field."""
        if field not in self._norms:
            mean = sum(segment.total_lengths[field] for segment, _ in self._parts) / self._documents or 1
            lengths = np.zeros(self._size)
            for segment, base in self._parts:
                lengths[base : base + segment.size] = segment.lengths[field]
            self._norms[field] = K1 * ((1 - B) + B * lengths / mean)
        return self._norms[field]

    def _unscored(self, parts: Iterator[Docs]) -> Impact:
        docs = bits.merged(list(parts))
        return Impact.of(docs, np.ones(len(docs)), self._size)

    def _runs(self, terms: tuple[str, ...]) -> Iterator[Docs]:
        everywhere = bits.docs(reduce(np.bitwise_and, (self.term(term).row for term in terms)))
        for segment, base in self._parts:
            here = slice(*np.searchsorted(everywhere, (base, base + segment.size)))
            for field in TEXT_BOOSTS:
                if all(segment.frequency(field, term) for term in terms):
                    yield _in_a_row(segment, field, terms, everywhere[here] - base) + base

    def _begun(self, word: str) -> Iterator[Docs]:
        yield bits.docs(self.term(stem(word)).row)
        if len(word) >= SHORTEST_BEGINNING:
            for field in TEXT_BOOSTS:
                yield from self._having_begun(field, word)

    def _having_begun(self, field: str, word: str) -> Iterator[Docs]:
        for segment, base in self._parts:
            yield segment.begun(field, word) + np.int64(base)


def _in_a_row(segment: Segment, field: str, terms: tuple[str, ...], among: Docs) -> Docs:
    """The documents among these that have the terms one after another in the field; repeated as often as they do."""
    places = segment.positions(field, terms[0], among)
    for step, term in enumerate(terms[1:], start=1):
        places = _in_both(places, segment.positions(field, term, among) - step)
    docs: Docs = places // POSITION_SPAN
    return docs


def _in_both(first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
    """What two ascending arrays of distinct numbers share. A stable sort merges ascending runs, so it is linear."""
    both = np.sort(np.concatenate([first, second]), kind="stable")
    shared: NDArray[np.int64] = both[1:][both[1:] == both[:-1]]
    return shared
