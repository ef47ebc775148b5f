"""The language of this room: what goes in (Listing), what is asked (Query), what comes out (Page, Hit, FacetCount).

Frozen values only. Slugs and codes are the vocabulary's; money is in minor currency units; days are UTC dates.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

NOTHING: Mapping[str, tuple[str, ...]] = MappingProxyType({})
SLIDING_SCALE = "sliding"
COUNTED_GROUPS = (
    "concern approach format country region language community theme faith_stance affirming population payment "
    "insurance availability consult gender accessibility times frequency sliding"
).split()
# Counted and applied only together with a place or a concern: nobody can list a faith's therapists by themselves.
GUARDED_GROUPS = ("belongs", "faith")
BESIDE_GUARDED = ("country", "region", "concern")
# Ways to meet that need a room near by, and those that need a licence where the person is; others can be either.
IN_A_ROOM = ("in-person", "walk-and-talk", "outdoors", "home")
FROM_AFAR = ("video", "phone", "live-text", "asynchronous-message")
# A facet that only the rule of places reads: the licence units in which a listing's rooms are.
OFFICE = "office"


@dataclass(frozen=True, slots=True)
class Listing:
    """What of one therapist becomes findable, made by ``profiles.listing_of`` and nowhere else.

    ``facets`` holds, per facet group, every slug that a filter on that group must find, broader terms included; a
    group that is absent or empty means that the therapist hasn't said. ``jurisdictions`` maps each licence unit to the
    last day on which its licence counts (``date.max`` when it has no end). ``visible_from`` and ``visible_until`` are
    the first and the last day on which the listing may be shown (docs/decisions/0007).
    """

    id: str
    name: str
    title: str
    headline: str
    text: str
    tags: str
    facets: Mapping[str, tuple[str, ...]]
    main_concerns: tuple[str, ...]
    concerns: tuple[str, ...]
    approaches: tuple[str, ...]
    jurisdictions: Mapping[str, date]
    visible_from: date
    visible_until: date
    confirmed_on: date
    currency: str | None = None
    fee_low_minor: int | None = None
    fee_high_minor: int | None = None
    sliding_scale: bool = False
    practice: str = ""
    points: tuple[tuple[float, float], ...] = ()
    style: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


class Change(NamedTuple):
    """A step for the index to follow: change ``number``, with its ``mark``, left listing ``id`` so, or gone (None)."""

    number: int
    mark: str
    listing: Listing | None
    id: str


@dataclass(frozen=True, slots=True)
class Query:
    """One question. OR inside a group of ``filters``, AND across groups; a filter is a must, so unknown is left out.

    ``concepts`` are ranked concern slugs with weights in (0, 1]; they order, they never exclude. ``words`` are the
    person's own, capped before they come here; whoever is found has them all, unless ``required`` is false or there
    are concepts: then words only order. Countries and licence units live in ``filters`` under "country" and
    "region". ``sort`` is "closest", "fee" (lowest first, unknown last), "confirmed" (newest first) or "distance"
    (nearest first, unknown last). Without a ``currency`` the highest fee is compared as a bare number.

    ``near`` is a latitude and longitude in degrees; the nearest of a listing's points counts, and ``within_km`` of it
    is a must. With ``here``, the licence units where the person is, that must is met by a room within reach or by
    meeting from afar with a current licence here (docs/decisions/0013).

    ``name``: folded words, each the beginning of a word in the listing's name, a must. With ``unfinished`` the last of
    ``words`` may be the beginning of a word. ``counted``: the facet groups to count, None for all. ``fees``: highest
    fees, in minor units of ``currency``, at each of which people are counted.
    """

    today: date
    words: str = ""
    required: bool = True
    concepts: tuple[tuple[str, float], ...] = ()
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: NOTHING)
    fee_max_minor: int | None = None
    currency: str | None = None
    sliding_scale: bool = False
    sort: str = "closest"
    page: int = 1
    per_page: int = 10
    near: tuple[float, float] | None = None
    within_km: float | None = None
    here: tuple[str, ...] = ()
    name: tuple[str, ...] = ()
    unfinished: bool = False
    counted: tuple[str, ...] | None = None
    fees: tuple[int, ...] = ()

    def guarded(self) -> tuple[str, ...]:
        """The guarded groups that this query may use: all of them beside a place or a concern, else none."""
        beside = self.concepts or self.here or any(self.filters.get(group) for group in BESIDE_GUARDED)
        return GUARDED_GROUPS if beside else ()

    def musts(self) -> dict[str, tuple[str, ...]]:
        """The filters that apply, each with its values; whoever answers this query holds to these."""
        asked = {group: values for group, values in self.filters.items() if values}
        if self.sliding_scale:
            asked[SLIDING_SCALE] = ("yes",)
        usable = (*COUNTED_GROUPS, *self.guarded())
        return {group: values for group, values in asked.items() if group in usable}

    def set_aside(self) -> tuple[str, ...]:
        """The filter groups that don't apply: those that don't exist, and the guarded ones alone."""
        applied = self.musts()
        return tuple(group for group, values in self.filters.items() if values and group not in applied)


class Hit(NamedTuple):
    """One person found: the id, the score (only its order means anything), which asked concepts the listing names.

    ``distance_km`` from the place asked near; None without one, or when the listing hasn't said where.
    """

    id: str
    score: float
    main: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    distance_km: float | None = None


class FacetCount(NamedTuple):
    """A value and the number of people that a search with this value alone in its group would find."""

    value: str
    count: int  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of an answer.

    ``unknown`` counts, per filtered group, the people left out only because they haven't said. ``other_currencies``
    counts those left out only because their fee is in another currency. ``nearest`` is true when nobody had all the
    words and the closest are shown instead. ``set_aside`` names filter groups that were not applied: "belongs" and
    "faith" need a place or a concern beside them. ``generation`` is None when the database answered in place of the
    index. When nobody is found, ``without`` tells for each must ("words", "name", "fee", "distance", or a facet group)
    how many there would be without it; else it is empty. ``by_fee`` tells for each of the query's ``fees`` how many
    there are with it as the highest; the database tells none.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetCount, ...]]
    unknown: Mapping[str, int]
    other_currencies: int = 0
    nearest: bool = False
    generation: str | None = None
    set_aside: tuple[str, ...] = ()
    without: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    by_fee: tuple[int, ...] = ()
