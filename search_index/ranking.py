"""Words and concepts -> a score for everyone found, and the order that follows. Filters are selection.py's."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, reduce

import numpy as np
from numpy.typing import NDArray

from search_index import bits, ordering
from search_index.bits import Bits, Docs
from search_index.counting import Selection
from search_index.days import Day
from search_index.facets import CURRENCY
from search_index.impacts import AHEAD, Impact, Scores
from search_index.listing import Query
from search_index.ordering import SAMPLE, SLACK
from search_index.points import Distances
from search_index.snapshot import Snapshot

# What a concept asked for is worth, in tenths, where a listing names it.
MAIN, ALSO, NEAR = np.uint8(10), np.uint8(7), np.uint8(5)
SHORT = 3
# How much all words together can add to concepts whose heaviest weighs 1: a short question is about its very words.
WORDS_BESIDE_CONCEPTS = {True: 0.6, False: 0.25}
# From this share of all documents on, everyone is looked at rather than the found picked out.
MANY_SHARE = 4

# (n,) documents -> (n,) what orders them, lowest first.
Keys = Callable[[Docs], NDArray[np.float64]]


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """``keys`` orders documents, None when only ties do.

    ``alone``: the one term whose scores are the whole order; ``scores`` (size,): everyone's, where they were worked
    out at once.
    """

    keys: Keys | None = None
    alone: Impact | None = None
    scores: Scores | None = None


@dataclass(frozen=True, slots=True, eq=False)
class WordMatch:
    """``found``: who qualifies by words; ``required``: they leave somebody out; ``nearest``: nobody has them all."""

    found: Bits
    impacts: tuple[Impact, ...] = ()
    required: bool = False
    nearest: bool = False

    def scores(self, docs: Docs) -> Scores:
        """(n,) what the words give these documents; among the nearest, more words outweigh any score."""
        scores = np.zeros(len(docs))
        for impact in self.impacts:
            scores += impact.at(docs)
        if self.nearest:
            above_all = 1 + sum(impact.highest for impact in self.impacts)
            for impact in self.impacts:
                scores += above_all * bits.has(impact.row, docs)
        return scores


def match_words(
    visible: Bits, everybody: Bits, impacts: Sequence[Impact], phrases: Sequence[Bits], *, required: bool
) -> WordMatch:
    """Who has the words: all of them, and the phrases, unless words only order.

    When nobody visible today has all of them, whatever the filters, those with any of them are found, most words first.
    That does not depend on filters, so a facet's count stays what a click on it gives.
    """
    if not impacts or not required:
        return WordMatch(everybody, tuple(impacts))
    rows = [impact.row for impact in impacts]
    complete = reduce(np.bitwise_and, [*rows, *phrases], visible)
    if np.count_nonzero(complete):
        return WordMatch(complete, tuple(impacts), required=True)
    return WordMatch(reduce(np.bitwise_or, rows), tuple(impacts), required=True, nearest=True)


def order_of(
    snapshot: Snapshot, query: Query, matched: WordMatch, gaps: Distances | None, concepts: Scores | None
) -> Order:
    """What orders the found: a column, concepts with or without words, words, or ties alone."""
    if query.sort == "fee":
        return Order(_fee_keys(snapshot, snapshot.on(query.today), query.currency))
    if query.sort == "confirmed":
        return Order(lambda docs: -snapshot.figures["confirmed_on"].take(docs).astype(np.float64))
    if query.sort == "distance" and gaps is not None:
        return Order(gaps.take)
    if concepts is not None:
        scores = _with_words(concepts, matched)
        return Order(lambda docs: -scores.take(docs), scores=scores)
    if not matched.impacts:
        return Order()
    alone = matched.required and not matched.nearest and len(matched.impacts) == 1
    return Order(lambda docs: -matched.scores(docs), matched.impacts[0] if alone else None)


def concept_scores(snapshot: Snapshot, day: Day, query: Query, related: Mapping[str, tuple[str, ...]]) -> Scores | None:
    """(size,) the sum over concepts of weight times 1 (main concern), .7 (another), .5 (broader, narrower, related)."""
    if not query.concepts:
        return None
    scores = np.zeros(snapshot.size)
    for slug, weight in query.concepts:
        tenths = snapshot.masks.get(("concept", slug), partial(_tenths, day, slug, related.get(slug, ())))
        scores += tenths * (weight / 10)
    return scores


def _tenths(day: Day, slug: str, related: tuple[str, ...]) -> NDArray[np.uint8]:
    main, also, near = (day.facets.group(group) for group in ("main", "also", "concern"))
    tenths = bits.flags(near.having((slug, *related))) * NEAR
    for rows, worth in ((also, ALSO), (main, MAIN)):
        np.maximum(tenths, bits.flags(rows.having((slug,))) * worth, out=tenths)
    return tenths


def _with_words(concepts: Scores, matched: WordMatch) -> Scores:
    """Concepts first, then words, which are scaled to add at most a fixed share of one concept."""
    words = np.zeros(len(concepts))
    for impact in matched.impacts:
        impact.add_to(words)
    most = words.max(initial=0.0)
    return concepts + words * (WORDS_BESIDE_CONCEPTS[len(matched.impacts) <= SHORT] / most) if most else concepts


def best(selection: Selection, day: Day, order: Order, limit: int) -> tuple[Docs, NDArray[np.float64]]:
    """The first ``limit`` (1 to the total) of everyone selected, equals by rank, and the key of each."""
    if order.keys is None:
        docs = _first_by_rank(selection, day, limit)
        return docs, np.zeros(len(docs))
    if order.alone is not None and limit <= AHEAD and selection.total > SLACK * limit:
        ahead = order.alone.ahead(day.visible, day.rank)
        chosen = np.flatnonzero(bits.has(selection.everyone, ahead.docs))[:limit]
        if len(chosen) == limit:
            return ahead.docs.take(chosen), -ahead.scores.take(chosen)
    if order.scores is not None and limit < selection.total and selection.total * MANY_SHARE > len(order.scores):
        own = np.where(bits.flags(selection.everyone), -order.scores, np.inf)
        docs = np.flatnonzero(own <= ordering.bound(own, limit))
        own = own.take(docs)
    else:
        docs, own = selection.found, order.keys(selection.found)
    first = ordering.first(own, day.rank.take(docs), limit)
    return docs.take(first), own.take(first)


def _first_by_rank(selection: Selection, day: Day, limit: int) -> Docs:
    if selection.total <= SAMPLE:
        return selection.found[np.argsort(day.rank.take(selection.found))[:limit]]
    ahead = day.order[: SAMPLE + SLACK * limit * len(day.order) // selection.total]
    found = ahead[bits.has(selection.everyone, ahead)]
    if len(found) < limit:
        found = day.order[bits.has(selection.everyone, day.order)]
    first: Docs = found[:limit]
    return first


def _fee_keys(snapshot: Snapshot, day: Day, currency: str | None) -> Keys:
    named = day.facets.group(CURRENCY)
    comparable = named.said() if currency is None else named.having((currency,))
    fees = snapshot.figures["fee_low"]
    return lambda docs: np.where(bits.has(comparable, docs), fees.take(docs), np.inf)
