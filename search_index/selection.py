"""Who meets a query, who would without one of its musts, and who merely hasn't said. Order is ranking.py's."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

import numpy as np

from search_index import bits
from search_index.bits import Bits
from search_index.listing import COUNTED_GROUPS, SLIDING_SCALE, FacetCount, Query
from search_index.snapshot import PLACE_GROUPS, Day, Rows, Snapshot

FEE = "fee"


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """``base`` meets what isn't counted by group (day and words); ``musts`` holds who meets each group's filter;
    ``guarded`` names the guarded groups that this query may use.
    """

    snapshot: Snapshot
    day: Day
    base: Bits
    musts: dict[str, Bits]
    set_aside: tuple[str, ...]
    guarded: tuple[str, ...] = ()

    def everyone(self) -> Bits:
        """Who meets all of it."""
        return reduce(np.bitwise_and, self.musts.values(), self.base)

    def without(self, group: str) -> Bits:
        """Who meets all but this group's filter."""
        others = (row for name, row in self.musts.items() if name != group)
        return reduce(np.bitwise_and, others, self.base)

    def facets(self, query: Query) -> dict[str, tuple[FacetCount, ...]]:
        """Per group, each value with the number found were it alone in its group; zeros only for values asked for."""
        everyone = self.everyone()
        counted = {}
        for group in (*COUNTED_GROUPS, *self.guarded):
            mask = self.without(group) if group in self.musts else everyone
            counted[group] = _facet_counts(rows_of(self.snapshot, self.day, group), mask, query.filters.get(group, ()))
        return counted

    def unknown(self) -> dict[str, int]:
        """Per filtered group, how many meet everything else and have said nothing here."""
        groups = (group for group in self.musts if group != SLIDING_SCALE)  # there, saying nothing is saying no
        return {group: bits.count(self.without(group) & ~self._said(group)) for group in groups}

    def other_currencies(self, query: Query) -> int:
        """How many meet everything else and name their fee in another currency than the one asked in."""
        if FEE not in self.musts or query.currency is None:
            return 0
        named = rows_of(self.snapshot, self.day, "currency")
        return bits.count(self.without(FEE) & named.said() & ~named.having((query.currency,)))

    def _said(self, group: str) -> Bits:
        return rows_of(self.snapshot, self.day, "currency" if group == FEE else group).said()


def select(snapshot: Snapshot, day: Day, query: Query, found: Bits) -> Selection:
    """``found``: who has the words asked for."""
    musts = {group: rows_of(snapshot, day, group).having(values) for group, values in query.musts().items()}
    if query.fee_max_minor is not None:
        musts[FEE] = _fee_at_most(snapshot, day, query.fee_max_minor, query.currency)
    return Selection(snapshot, day, day.visible & found, musts, query.set_aside(), query.guarded())


def rows_of(snapshot: Snapshot, day: Day, group: str) -> Rows:
    """A facet group on this day: countries and regions count current licences only."""
    return day.places[group] if group in PLACE_GROUPS else snapshot.facet(group)


def _fee_at_most(snapshot: Snapshot, day: Day, fee_max_minor: int, currency: str | None) -> Bits:
    named = rows_of(snapshot, day, "currency")
    comparable = named.said() if currency is None else named.having((currency,))
    return bits.from_flags(snapshot.figures["fee_low"] <= fee_max_minor) & comparable


def _facet_counts(rows: Rows, mask: Bits, asked: tuple[str, ...]) -> tuple[FacetCount, ...]:
    return tuple(_counted(rows, mask, asked))


def _counted(rows: Rows, mask: Bits, asked: tuple[str, ...]) -> Iterator[FacetCount]:
    numbers = bits.counts(rows.matrix, mask).tolist()
    for value, number in zip(rows.values, numbers, strict=True):
        if number or value in asked:
            yield FacetCount(value, number)
    for value in asked:
        if value not in rows.values:
            yield FacetCount(value, 0)
