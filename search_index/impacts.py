"""A term's documents with their scores, kept so that questions about them are cheap. Finding is postings.py's."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search_index import bits, ordering
from search_index.bits import Bits, Docs

Scores = NDArray[np.float64]

# Fields' scores are summed over a score for each document where more than every eighth has the term.
DENSE_SHARE = 8
# So many of the first who have a term are kept in the order of a day.
AHEAD = 512
AHEAD_BYTES = 16 * AHEAD
# When more than every so-many-th document is asked for, spreading all scores out costs less than looking each up.
SPREAD_SHARE = 16


@dataclass(frozen=True, slots=True, eq=False)
class Ahead:
    """The first AHEAD of those who have a term and are visible on a day, in order, with their scores: (n,) each.

    ``rank``: the day's own order, which is that of equal scores.
    """

    docs: Docs
    scores: Scores
    rank: Docs


@dataclass(slots=True, eq=False)
class Impact:
    """Who has a term, as a ``row`` of bits, and the ``scores`` (n,) of those who have it, in the order of documents.

    ``before`` (words,): how many of them stand before each word of the row. ``highest`` is the best score.
    """

    row: Bits
    before: NDArray[np.int32]
    scores: Scores
    highest: float
    _ahead: Ahead | None = None

    @classmethod
    def of(cls, docs: Docs, scores: Scores, size: int) -> "Impact":
        """``docs`` ascending and distinct, numbers below ``size``."""
        row = bits.from_docs(docs, size)
        return cls(row, bits.counts_before(row), scores, float(scores.max(initial=0.0)))

    @property
    def nbytes(self) -> int:
        return AHEAD_BYTES + self.row.nbytes + self.before.nbytes + self.scores.nbytes

    def at(self, docs: Docs) -> Scores:
        """(n,) the scores of some documents, ascending; 0 for who hasn't the term."""
        if len(docs) * SPREAD_SHARE > len(self.row) * bits.WORD:
            spread = np.zeros(len(self.row) * bits.WORD)
            self.add_to(spread)
            return spread.take(docs)
        if not len(self.scores):
            return np.zeros(len(docs))
        has, places = bits.places_of(self.row, self.before, docs)
        return np.where(has, self.scores.take(places, mode="clip"), 0.0)

    def add_to(self, scores: Scores) -> None:
        """Add to (size,) scores."""
        scores[bits.docs(self.row)] += self.scores

    def ahead(self, visible: Bits, rank: Docs) -> Ahead:
        """The first of a day; of the last day asked for they are kept. ``rank`` (size,): where equals stand."""
        ahead = self._ahead
        if ahead is None or ahead.rank is not rank:
            docs = bits.docs(self.row & visible)
            scores = self.at(docs)
            first = ordering.first(-scores, rank.take(docs), AHEAD)
            self._ahead = ahead = Ahead(docs.take(first), scores.take(first), rank)
        return ahead


def summed(parts: Sequence[tuple[Docs, Scores]], size: int) -> Impact:
    """Several fields' documents and scores as one: a document's scores are added in the order of the fields."""
    found = [part for part in parts if len(part[0])]
    if len(found) == 1:
        return Impact.of(*found[0], size)
    if not found:
        return Impact.of(np.empty(0, np.int64), np.empty(0), size)
    docs = np.concatenate([docs for docs, _ in found])
    if len(docs) * DENSE_SHARE > size:
        return _summed_dense(found, size)
    order = np.argsort(docs, kind="stable")
    docs, scores = docs[order], np.concatenate([scores for _, scores in found])[order]
    first = bits.starts(docs)
    return Impact.of(docs[first], np.add.reduceat(scores, first), size)


def _summed_dense(found: Sequence[tuple[Docs, Scores]], size: int) -> Impact:
    dense, has = np.zeros(size), np.zeros(size, dtype=np.bool_)
    for docs, scores in found:
        dense[docs] += scores
        has[docs] = True
    docs = np.flatnonzero(has)
    return Impact.of(docs, dense.take(docs), size)
