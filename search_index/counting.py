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
from search_index.facets import CURRENCY, DISTANCE, FEE, NO_NUMBERS, UNSAID, FacetCounts, Numbers
from search_index.listing import COUNTED_GROUPS, SLIDING_SCALE, Query
from search_index.seeing import FORMAT, Seeing

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

    def __init__(self, day: Day, words: Bits, musts: Mapping[str, Bits], seeing: Seeing | None = None) -> None:
        """``words``: who has the words asked for; ``musts``: per must, who meets it; ``seeing``: the rule of places.

        That rule is the must of distance. It depends on the formats asked for, so they are counted by it too.
        """
        self._day, self._words, self._musts, self._seeing = day, words, musts, seeing
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
            numbers, silent = self._count_near(query)
        else:
            few = self.total <= self._worth(wanted)
            numbers = self._count_found(own) if few else self._count_values(wanted, own)
            silent = self._silent(query)
        if self._seeing is not None:
            silent[0].update(self._unsaid_to(self._seeing))
            if FORMAT in wanted:
                numbers.of(FORMAT)[:] = self._seeing.counts(self._others)
        return Counted(FacetCounts(self._day.facets, numbers, wanted, query), *silent)

    @cached_property
    def _others(self) -> Bits:
        """Who meets everything but the musts of distance and format."""
        others = (row for must, row in self._musts.items() if must not in (DISTANCE, FORMAT))
        return reduce(np.bitwise_and, others, self._day.visible & self._words)

    def _unsaid_to(self, seeing: Seeing) -> dict[str, int]:
        """Who is left out only for not saying where, or how: who hasn't said how misses both musts at once."""
        unsaid = seeing.unsaid()
        counts = {DISTANCE: bits.count(self._missed(DISTANCE) & unsaid)}
        if FORMAT in self._musts:
            counts[FORMAT] = bits.count(self._others & unsaid & self._day.facets.unsaid(FORMAT))
        return counts

    def _worth(self, groups: Sequence[str]) -> int:
        """As many listings can be counted one by one in the time that it takes to count these groups by value."""
        values = sum(len(self._day.facets.group(group).values) for group in groups)
        return values * len(self.everyone) // WORDS_PER_LISTING

    def without(self, *, words: bool) -> dict[str, int]:
        """For each must how many there would be without it; for the words too where everyone must have them."""
        counts = {must: self.total + bits.count(self._missed(must)) for must in self._musts}
        if self._seeing is not None and FORMAT in counts:
            counts[FORMAT] = bits.count(self._others & self._seeing.by_any(()))
        if words:
            counts[WORDS] = bits.count(reduce(np.bitwise_and, self._musts.values(), self._day.visible))
        return counts

    def _missed(self, must: str) -> Bits:
        """Who meets all but this one must."""
        missed: Bits = self.near & ~self._musts[must]
        return missed

    def _count_near(self, query: Query) -> tuple[Numbers, tuple[dict[str, int], int]]:
        """Listing by listing, everything at once: the numbers, and what ``_silent`` tells."""
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
        return numbers, (unknown, others)

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
