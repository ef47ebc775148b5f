"""Who meets a query, who would without one of its musts, and who merely hasn't said. Order is ranking.py's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np

from search_index import bits
from search_index.bits import Bits, Docs
from search_index.days import Day
from search_index.facets import CURRENCY, DISTANCE, FEE, NO_NUMBERS, UNSAID, FacetCounts, Numbers
from search_index.listing import COUNTED_GROUPS, SLIDING_SCALE, Query
from search_index.points import Distances, gap_of
from search_index.snapshot import Snapshot

NAME, WORDS = "name", "words"
# There, saying nothing is saying no.
NEVER_UNSAID = (SLIDING_SCALE, NAME)
# Up to this share of all documents, facets are counted by listing, above it by value.
FEW_SHARE = 16


@dataclass(frozen=True, slots=True)
class Counted:
    """``unknown``: per must, how many meet everything else and have said nothing there; ``other_currencies``: how many
    meet everything else and name their fee in another currency than the one asked in.
    """

    facets: FacetCounts
    unknown: dict[str, int]
    other_currencies: int = 0


class Selection:
    """``everyone`` meets the words and all musts; ``all_but_one`` the words and all musts but exactly one.

    So whoever meets everything but one must is one of ``everyone``, or of ``all_but_one`` and misses that very must.
    """

    def __init__(self, day: Day, words: Bits, musts: Mapping[str, Bits]) -> None:
        """``words``: who has the words asked for; ``musts``: per must, who meets it."""
        self._day, self._musts = day, musts
        self.everyone = day.visible & words
        self._all_but_one = np.zeros_like(self.everyone)
        for row in musts.values():
            meets = self.everyone & row
            self.everyone ^= meets
            self._all_but_one &= row
            self._all_but_one |= self.everyone
            self.everyone = meets
        self._few = len(self.everyone) * bits.WORD // FEW_SHARE

    @cached_property
    def total(self) -> int:
        """How many meet all of it."""
        return bits.count(self.everyone)

    @cached_property
    def found(self) -> Docs:
        """(total,) who they are, ascending."""
        return bits.docs(self.everyone)

    def counted(self, query: Query) -> Counted:
        """The facets that the query wants counted, each value with the number found were it alone in its group."""
        usable = (*COUNTED_GROUPS, *query.guarded())
        wanted = usable if query.counted is None else tuple(group for group in usable if group in query.counted)
        near = self.everyone | self._all_but_one if self._musts else self.everyone
        if wanted and bits.count(near) <= self._few:
            return self._count_few(bits.docs(near), wanted, query)
        facets = FacetCounts(self._day.facets, self._count_many(wanted), wanted, query)
        return Counted(facets, self._unknown(), self._other_currencies(query))

    def without(self, *, words: bool) -> dict[str, int]:
        """For each must how many there would be without it; for the words too where everyone must have them."""
        counts = {must: self.total + bits.count(self._missed(must)) for must in self._musts}
        if words:
            counts[WORDS] = bits.count(reduce(np.bitwise_and, self._musts.values(), self._day.visible))
        return counts

    def _missed(self, must: str) -> Bits:
        """Who meets all but this one must."""
        missed: Bits = self._all_but_one & ~self._musts[must]
        return missed

    def _count_few(self, near: Docs, wanted: Sequence[str], query: Query) -> Counted:
        """All at once, by listing. ``near``: everyone who misses at most one must."""
        which = self._which_missed(near)
        self.__dict__["found"] = near if which is None else near[which == 0]
        facets = self._day.facets
        numbers = facets.count_few(near, tuple(self._musts), which)
        silent, places = numbers.of(UNSAID), facets.group(UNSAID).places
        unknown = {must: int(silent[places[must]]) for must in self._musts if must not in NEVER_UNSAID}
        others = 0
        if FEE in self._musts and query.currency is not None:
            named = dict(zip(facets.group(CURRENCY).values, numbers.of(CURRENCY).tolist(), strict=True))
            others = sum(named.values()) - named.get(query.currency, 0)
        return Counted(FacetCounts(facets, numbers, wanted, query), unknown, others)

    def _which_missed(self, near: Docs) -> Docs | None:
        """(n,) 0 for who meets all musts, else the number of the one missed, from 1; None without musts."""
        if not self._musts:
            return None
        meets = np.array(list(self._musts.values())).take(near >> 6, axis=1)
        meets >>= (near & 63).view(np.uint64)
        meets &= np.uint64(1)
        meets ^= np.uint64(1)
        which: Docs = np.arange(1, len(meets) + 1) @ meets.view(np.int64)
        return which

    def _count_many(self, wanted: Sequence[str]) -> Numbers:
        """By value; where only those who miss a must are many, just they are, in that must's group."""
        facets, own = self._day.facets, [group for group in wanted if group in self._musts]
        if not wanted:
            return NO_NUMBERS
        if self.total > self._few:
            masks = {group: self.everyone | self._missed(group) for group in own}
            return facets.count([(group, masks.get(group, self.everyone)) for group in wanted])
        numbers = facets.count_few(self.found)
        more = facets.count([(group, self._missed(group)) for group in own])
        for group in own:
            numbers.of(group)[:] += more.of(group)
        return numbers

    def _unknown(self) -> dict[str, int]:
        facets = self._day.facets
        asked = (must for must in self._musts if must not in NEVER_UNSAID)
        return {must: bits.count(self._missed(must) & facets.unsaid(must)) for must in asked}

    def _other_currencies(self, query: Query) -> int:
        if FEE not in self._musts or query.currency is None:
            return 0
        named = self._day.facets.group(CURRENCY)
        return bits.count(self._missed(FEE) & named.said() & ~named.having((query.currency,)))


def select(snapshot: Snapshot, day: Day, query: Query, words: Bits, gaps: Distances | None) -> Selection:
    """``words``: who has the words asked for; ``gaps`` (size,): how far everyone is from the place asked near."""
    musts = {group: day.facets.group(group).having(values) for group, values in query.musts().items()}
    if query.fee_max_minor is not None:
        musts[FEE] = _fee_at_most(snapshot, day, query.fee_max_minor, query.currency)
    if gaps is not None and query.within_km is not None:
        musts[DISTANCE] = bits.from_flags(gaps <= gap_of(query.within_km))
    if query.name:
        musts[NAME] = reduce(np.bitwise_and, (snapshot.postings.named(word) for word in query.name))
    return Selection(day, words, musts)


def _fee_at_most(snapshot: Snapshot, day: Day, fee_max_minor: int, currency: str | None) -> Bits:
    row: Bits = snapshot.masks.get(
        (FEE, fee_max_minor), lambda: bits.from_flags(snapshot.figures["fee_low"] <= fee_max_minor)
    )
    named = day.facets.group(CURRENCY)
    return row & (named.said() if currency is None else named.having((currency,)))
