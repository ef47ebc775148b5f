"""Words and concepts -> a score for everyone, and the order that follows. Filters are selection.py's."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from search_index import bits
from search_index.bits import Bits, Docs
from search_index.listing import Query
from search_index.postings import Scores
from search_index.snapshot import Day, Snapshot
from search_index.words import Words

MAIN, ALSO, NEAR = 1.0, 0.7, 0.5
SHORT = 3
# How much all words together can add to concepts whose heaviest weighs 1: a short question is about its very words.
WORDS_BESIDE_CONCEPTS = {True: 0.6, False: 0.25}


@dataclass(frozen=True, slots=True, eq=False)
class WordMatch:
    """``found``: who qualifies by words; ``nearest``: nobody has them all; ``scores`` (size,) or None without words."""

    found: Bits
    nearest: bool = False
    scores: Scores | None = None


def match_words(snapshot: Snapshot, day: Day, words: Words, *, ordering_only: bool) -> WordMatch:
    """Who has the words: all of them, unless words only order.

    When nobody visible today has all of them, whatever the filters, those with any of them are found, most words first.
    That does not depend on filters, so a facet's count stays what a click on it gives.
    """
    everyone = ~snapshot.nobody()
    if not words.terms:
        return WordMatch(everyone)
    impacts = [snapshot.postings.term(term) for term in words.terms]
    scores = np.zeros(snapshot.size)
    for impact in impacts:
        scores[impact.docs] += impact.scores
    if ordering_only:
        return WordMatch(everyone, scores=scores)
    rows = [bits.from_docs(impact.docs, snapshot.size) for impact in impacts]
    phrases = [bits.from_docs(snapshot.postings.phrase(phrase), snapshot.size) for phrase in words.phrases]
    return _qualify(day.visible, rows, phrases, scores)


def _qualify(visible: Bits, rows: list[Bits], phrases: list[Bits], scores: Scores) -> WordMatch:
    """Those with every word and phrase, else the nearest: those with any word."""
    complete = reduce(np.bitwise_and, rows + phrases)
    if (complete & visible).any():
        return WordMatch(complete, scores=scores)
    how_many = np.add.reduce([bits.flags(row) for row in rows], dtype=np.float64)
    any_word = reduce(np.bitwise_or, rows)
    return WordMatch(any_word, nearest=True, scores=scores + how_many * (1 + scores.max(initial=0.0)))


def concept_scores(snapshot: Snapshot, query: Query, related: Mapping[str, tuple[str, ...]]) -> Scores | None:
    """(size,) the sum over concepts of weight times 1 (main concern), .7 (another), .5 (broader, narrower, related)."""
    if not query.concepts:
        return None
    main, also, near = (snapshot.facet(group) for group in ("main", "also", "concern"))
    scores = np.zeros(snapshot.size)
    for slug, weight in query.concepts:
        leads, names = main.having((slug,)), also.having((slug,))
        close = near.having((slug, *related.get(slug, ())))
        factor = np.maximum(bits.flags(leads) * MAIN, bits.flags(names) * ALSO)
        scores += weight * np.maximum(factor, bits.flags(close) * NEAR)
    return scores


def total_scores(concepts: Scores | None, words: Scores | None, *, short: bool) -> Scores | None:
    """Concepts first, then words, which are scaled to add at most a fixed share of one concept."""
    if concepts is None or words is None:
        return words if concepts is None else concepts
    most = words.max(initial=0.0)
    return concepts + words * (WORDS_BESIDE_CONCEPTS[short] / most) if most else concepts


def order_keys(snapshot: Snapshot, query: Query, scores: Scores | None) -> NDArray[np.float64] | None:
    """(size,) what to order by, lowest first, before ties; None when only ties order."""
    if query.sort == "fee":
        return _fee_keys(snapshot, query.currency)
    if query.sort == "confirmed":
        return -snapshot.figures["confirmed_on"].astype(np.float64)
    return None if scores is None else -scores


def first(docs: Docs, keys: NDArray[np.float64] | None, rank: NDArray[np.int64], limit: int) -> Docs:
    """The first ``limit`` (1 or more) of ``docs`` by key, equals by rank."""
    own = rank[docs] if keys is None else keys[docs]
    if len(docs) > limit:
        near = own <= np.partition(own, limit - 1)[limit - 1]
        docs, own = docs[near], own[near]
    return docs[np.lexsort((rank[docs], own))[:limit]]


def _fee_keys(snapshot: Snapshot, currency: str | None) -> NDArray[np.float64]:
    named = snapshot.facet("currency")
    comparable = bits.flags(named.said() if currency is None else named.having((currency,)))
    return np.where(comparable, snapshot.figures["fee_low"], np.inf)
