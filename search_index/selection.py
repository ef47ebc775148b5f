"""What a query asks for -> who meets each of its musts. Who meets them all is counting.py's, order ranking.py's."""

from functools import reduce

import numpy as np

from search_index import bits
from search_index.bits import Bits
from search_index.counting import NAME
from search_index.days import Day
from search_index.facets import CURRENCY, DISTANCE, FEE
from search_index.listing import OFFICE, Query
from search_index.musts import Musts
from search_index.points import Distances, gap_of
from search_index.seeing import FORMAT, Seeing, licensed_rooms
from search_index.snapshot import Snapshot


def select(snapshot: Snapshot, day: Day, query: Query, gaps: Distances | None) -> Musts:
    """``gaps`` (size,): how far everyone is from the place asked near.

    What is asked often is kept for the day, but nothing that names somebody or says where somebody is.
    """
    if query.name or (gaps is not None and query.within_km is not None):
        return _musts(snapshot, day, query, gaps)
    asked = tuple((group, tuple(values)) for group, values in query.musts().items())
    fee = (query.fee_max_minor, query.currency) if query.fee_max_minor is not None else None
    musts: Musts = day.musts.get((asked, fee), lambda: _musts(snapshot, day, query, None))
    return musts


def _musts(snapshot: Snapshot, day: Day, query: Query, gaps: Distances | None) -> Musts:
    musts = {group: day.facets.group(group).having(values) for group, values in query.musts().items()}
    if query.fee_max_minor is not None:
        musts[FEE] = fee_at_most(snapshot, day, query.fee_max_minor, query.currency)
    seeing = None
    if gaps is not None and query.within_km is not None:
        musts[DISTANCE] = bits.from_flags(gaps <= gap_of(query.within_km))
        if query.here:
            licensed: Bits = day.musts.get(OFFICE, lambda: licensed_rooms(day.facets))
            seeing = Seeing(day.facets, musts[DISTANCE] & licensed, query.here)
            musts[DISTANCE] = seeing.by_any(query.musts().get(FORMAT, ()))
    if query.name:
        musts[NAME] = reduce(np.bitwise_and, (snapshot.postings.named(word) for word in query.name))
    return Musts(day.visible, musts, seeing)


def fee_at_most(snapshot: Snapshot, day: Day, fee_max_minor: int, currency: str | None) -> Bits:
    """Who asks for no more than this, in this currency."""
    row: Bits = snapshot.masks.get(
        (FEE, fee_max_minor), lambda: bits.from_flags(snapshot.figures["fee_low"] <= fee_max_minor)
    )
    named = day.facets.group(CURRENCY)
    return row & (named.said() if currency is None else named.having((currency,)))
