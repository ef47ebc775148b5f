"""Who meets all musts, who would without one of them, who merely hasn't said, and how many have each facet value.

What the musts of a query are is selection.py's, order ranking.py's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np

from search_index import bits
from search_index.bits import Bits, Docs
from search_index.days import Day
from search_index.facets import CURRENCY, FEE, NO_NUMBERS, UNSAID, FacetCounts, Numbers
from search_index.listing import COUNTED_GROUPS, SLIDING_SCALE, Query

NAME, WORDS = "name", "words"
# There, saying nothing is saying no.
NEVER_UNSAID = (SLIDING_SCALE, NAME)
# Counting one listing costs as much as counting a value over so many words of its row.
WORDS_PER_LISTING = 80


@dataclass(frozen=True, slots=True)
class Counted:
    """``unknown``: per must, how many meet everything else and have said nothing there; ``other_currencies``: how many
    meet everything else and name their fee in another currency than the one asked in.
    """

    facets: FacetCounts
    unknown: dict[str, int]
    other_currencies: int = 0


class Selection:
    """``everyone`` meets the words and all musts; ``near`` the words and all musts but at most one.

    So whoever meets everything but one must is one of ``everyone``, or of ``near`` and misses that very must.
    """

    def __init__(self, day: Day, words: Bits, musts: Mapping[str, Bits]) -> None:
        """``words``: who has the words asked for; ``musts``: per must, who meets it."""
        self._day, self._musts = day, musts
        self.everyone = day.visible & words
        self.near = self.everyone
        for row in musts.values():
            self.near = self.near & row
            self.near |= self.everyone
            self.everyone = self.everyone & row

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
        if not wanted:
            return Counted(FacetCounts(self._day.facets, NO_NUMBERS, (), query), *self._silent(query))
        own = [group for group in wanted if group in self._musts]
        if bits.count(self.near) <= self._worth(wanted if not own else own):
            return self._count_near(wanted, query)
        numbers = self._count_found(own) if self.total <= self._worth(wanted) else self._count_values(wanted, own)
        return Counted(FacetCounts(self._day.facets, numbers, wanted, query), *self._silent(query))

    def _worth(self, groups: Sequence[str]) -> int:
        """As many listings can be counted one by one in the time that it takes to count these groups by value."""
        values = sum(len(self._day.facets.group(group).values) for group in groups)
        return values * len(self.everyone) // WORDS_PER_LISTING

    def without(self, *, words: bool) -> dict[str, int]:
        """For each must how many there would be without it; for the words too where everyone must have them."""
        counts = {must: self.total + bits.count(self._missed(must)) for must in self._musts}
        if words:
            counts[WORDS] = bits.count(reduce(np.bitwise_and, self._musts.values(), self._day.visible))
        return counts

    def _missed(self, must: str) -> Bits:
        """Who meets all but this one must."""
        missed: Bits = self.near & ~self._musts[must]
        return missed

    def _count_near(self, wanted: Sequence[str], query: Query) -> Counted:
        """Listing by listing, everything at once."""
        facets, near = self._day.facets, bits.docs(self.near)
        which = self._which_missed(near)
        self.__dict__["found"] = near if which is None else near[which == 0]
        self.__dict__["total"] = len(self.found)
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
        words = near >> 6
        meets = np.array([row.take(words) for row in self._musts.values()])
        meets >>= (near & 63).view(np.uint64)
        meets &= np.uint64(1)
        meets ^= np.uint64(1)
        which: Docs = np.arange(1, len(meets) + 1) @ meets.view(np.int64)
        return which

    def _count_found(self, own: Sequence[str]) -> Numbers:
        """Listing by listing those found, by value those who miss a must, in that must's group."""
        numbers = self._day.facets.count_few(self.found)
        missed = self._day.facets.count([(group, self._missed(group)) for group in own])
        for group in own:
            numbers.of(group)[:] += missed.of(group)
        return numbers

    def _count_values(self, wanted: Sequence[str], own: Sequence[str]) -> Numbers:
        """Everything by value."""
        masks = {group: self.everyone | self._missed(group) for group in own}
        return self._day.facets.count([(group, masks.get(group, self.everyone)) for group in wanted])

    def _silent(self, query: Query) -> tuple[dict[str, int], int]:
        """(who hasn't said, who names another currency) among those who miss that must alone."""
        facets, asked = self._day.facets, [must for must in self._musts if must not in NEVER_UNSAID]
        unknown = {must: bits.count(self._missed(must) & facets.unsaid(must)) for must in asked}
        if FEE not in self._musts or query.currency is None:
            return unknown, 0
        other = self._missed(FEE) & ~facets.unsaid(FEE)
        return unknown, bits.count(other & ~facets.group(CURRENCY).having((query.currency,)))
