"""Who meets all musts, who would without one of them, who merely hasn't said, and how many have each facet value.

What the musts of a query are is selection.py's, order ranking.py's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np

from search_index import bits
from search_index.bits import Bits, Counts, Docs
from search_index.days import Day
from search_index.facet_counts import FacetCounts
from search_index.facets import CURRENCY, DISTANCE, FEE, UNSAID
from search_index.listing import COUNTED_GROUPS, SLIDING_SCALE, Query
from search_index.musts import Musts
from search_index.seeing import FORMAT, Seeing

NAME, WORDS = "name", "words"
# There, saying nothing is saying no.
NEVER_UNSAID = (SLIDING_SCALE, NAME)
# Counting one listing costs as much as counting a value over so many words of its row.
WORDS_PER_LISTING = 80
NO_NUMBERS: Counts = np.empty(0, dtype=np.int64)

# Per must, who hasn't said, and how many name another currency, among those who miss that must alone.
Silent = tuple[dict[str, int], int]


@dataclass(frozen=True, slots=True)
class Counted:
    """``unknown``: per must, how many meet everything else and have said nothing there; ``other_currencies``: how many
    meet everything else and name their fee in another currency than the one asked in.
    """

    facets: FacetCounts
    unknown: dict[str, int]
    other_currencies: int = 0


class Selection:
    """``everyone`` has the words and meets all musts; ``near`` has the words and meets all musts but at most one."""

    def __init__(self, day: Day, words: Bits, musts: Musts) -> None:
        """``words``: who has the words asked for."""
        self._day, self._words, self._musts = day, words, musts
        self.everyone, self.near = musts.everyone & words, musts.near & words

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
        numbers, silent = self._numbers(wanted, query.currency)
        seeing = self._musts.seeing
        if seeing is not None:
            silent[0].update(self._unsaid_to(seeing))
            if FORMAT in wanted:
                numbers[self._day.facets.slices[FORMAT]] = seeing.counts(self._others)
        return Counted(FacetCounts(self._day.facets, numbers, wanted, query), *silent)

    def _numbers(self, wanted: Sequence[str], currency: str | None) -> tuple[Counts, Silent]:
        """How many have each value of these groups, and ``_silent``: in the way that costs least."""
        if not wanted:
            return NO_NUMBERS, self._silent(currency)
        own = [group for group in wanted if group in self._musts.names]
        if bits.count(self.near) <= self._worth(own or wanted):
            return self._count_near(currency)
        few = self.total <= self._worth(wanted)
        return self._count_found(own) if few else self._count_values(wanted, own), self._silent(currency)

    @cached_property
    def _others(self) -> Bits:
        """Who meets everything but the musts of distance and format."""
        others = (self._musts.row(must) for must in self._musts.names if must not in (DISTANCE, FORMAT))
        return reduce(np.bitwise_and, others, self._day.visible & self._words)

    def _unsaid_to(self, seeing: Seeing) -> dict[str, int]:
        """Who is left out only for not saying where, or how: who hasn't said how misses both musts at once."""
        unsaid = seeing.unsaid()
        counts = {DISTANCE: bits.count(self._missed(DISTANCE) & unsaid)}
        if FORMAT in self._musts.names:
            counts[FORMAT] = bits.count(self._others & unsaid & self._day.facets.unsaid(FORMAT))
        return counts

    def _worth(self, groups: Sequence[str]) -> int:
        """As many listings can be counted one by one in the time that it takes to count these groups by value."""
        values = sum(len(self._day.facets.group(group).values) for group in groups)
        return values * len(self.everyone) // WORDS_PER_LISTING

    def without(self, *, words: bool) -> dict[str, int]:
        """For each must how many there would be without it; for the words too where everyone must have them."""
        counts = {must: self.total + bits.count(self._missed(must)) for must in self._musts.names}
        if self._musts.seeing is not None and FORMAT in counts:
            counts[FORMAT] = bits.count(self._others & self._musts.seeing.by_any(()))
        if words:
            counts[WORDS] = bits.count(self._musts.everyone)
        return counts

    def all_but(self, must: str) -> Bits:
        """Who meets everything but perhaps this must."""
        return self.everyone | self._missed(must) if must in self._musts.names else self.everyone

    def _missed(self, must: str) -> Bits:
        """Who meets all but this one must."""
        missed: Bits = self.near & ~self._musts.row(must)
        return missed

    def _count_near(self, currency: str | None) -> tuple[Counts, Silent]:
        """Listing by listing, everything at once."""
        facets, near, musts = self._day.facets, bits.docs(self.near), self._musts.names
        which = self._musts.missed_by(near)
        self.found = near[which == 0]
        self.total = len(self.found)
        numbers = facets.count_few(near, musts, which)
        silent, places = numbers[facets.slices[UNSAID]], facets.group(UNSAID).places
        unknown = {must: int(silent[places[must]]) for must in musts if must not in NEVER_UNSAID}
        others = 0
        if FEE in musts and currency is not None:
            named = dict(zip(facets.group(CURRENCY).values, numbers[facets.slices[CURRENCY]].tolist(), strict=True))
            others = sum(named.values()) - named.get(currency, 0)
        return numbers, (unknown, others)

    def _count_found(self, own: Sequence[str]) -> Counts:
        """Listing by listing those found, by value those who miss a must, in that must's group."""
        facets = self._day.facets
        return facets.count_few(self.found) + facets.count([(group, self._missed(group)) for group in own])

    def _count_values(self, wanted: Sequence[str], own: Sequence[str]) -> Counts:
        """Everything by value."""
        masks = {group: self.everyone | self._missed(group) for group in own}
        return self._day.facets.count([(group, masks.get(group, self.everyone)) for group in wanted])

    def _silent(self, currency: str | None) -> Silent:
        """By value."""
        facets, asked = self._day.facets, [must for must in self._musts.names if must not in NEVER_UNSAID]
        unknown = {must: bits.count(self._missed(must) & facets.unsaid(must)) for must in asked}
        if FEE not in asked or currency is None:
            return unknown, 0
        other = self._missed(FEE) & ~facets.unsaid(FEE)
        return unknown, bits.count(other & ~facets.group(CURRENCY).having((currency,)))
