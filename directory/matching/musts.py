"""The hard rules: which of them a listing keeps, breaks, or hasn't said anything about. Points are fit.

Unknown leaves a listing out like a no, and is counted apart (docs/decisions/0008). Pure.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from math import asin, cos, radians, sin, sqrt
from typing import Literal

from directory.matching.rules import NO_RULE
from directory.needs import Fee, Needs, Place
from search_index.listing import IN_A_ROOM, Listing

Verdict = Literal["yes", "no", "unsaid", "other-currency"]
NEEDS_A_ROOM = frozenset(IN_A_ROOM)
FACET_OF = {"groups": "population"}
# The mean radius of the Earth (IUGG), as in the search room.
EARTH_KM = 6371.0088


def said(listing: Listing, part: str) -> tuple[str, ...]:
    """What the listing says about one preference, broader terms included; empty if it says nothing."""
    slugs = listing.facets.get(FACET_OF.get(part, part), ())
    return (*slugs, "sliding-scale") if part == "payment" and listing.sliding_scale else slugs


def is_visible(listing: Listing, today: date) -> bool:
    """The one predicate of who may be shown on a day (docs/decisions/0007)."""
    current = any(last >= today for last in listing.jurisdictions.values())
    return listing.visible_from <= today <= listing.visible_until and current


def covers(listing: Listing, place: Place, today: date) -> bool:
    """Does a current licence count where the person is? Without a region, any unit of the country will do."""
    return any(last >= today and _unit_of(unit, place) for unit, last in listing.jurisdictions.items())


def _unit_of(unit: str, place: Place) -> bool:
    if unit in (place.country, place.region):
        return True
    return place.region is None and unit.startswith(f"{place.country}-")


def km_between(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance between two (latitude, longitude) points in degrees."""
    (lat_a, lon_a), (lat_b, lon_b) = ((radians(lat), radians(lon)) for lat, lon in (a, b))
    half = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))


def verdicts(needs: Needs, listing: Listing, *, today: date, near_km: int) -> Mapping[str, Verdict]:
    """What this listing says to every rule that the person made, by rule."""
    return dict(_each(needs, listing, today, near_km))


def _each(needs: Needs, listing: Listing, today: date, near_km: int) -> Iterator[tuple[str, Verdict]]:
    if needs.place is not None:
        yield "place", "yes" if covers(listing, needs.place, today) else "no"
    if needs.formats:
        yield "format", _format(needs, listing, near_km)
    if needs.population:
        yield "population", _any_of(needs.population, said(listing, "population"))
    for part, preference in needs.preferences.items():
        if preference.must and part not in NO_RULE:
            answer = _all_of if part == "accessibility" else _any_of
            yield part, answer(preference.values, said(listing, part))
    if needs.lived == "must" and needs.preference("community").values:
        yield "belongs", _any_of(needs.preference("community").values, said(listing, "belongs"))
    yield from _ways(needs, listing)
    if needs.fee is not None and needs.fee.strength == "must":
        yield "fee", _fee(needs.fee, listing)


def _ways(needs: Needs, listing: Listing) -> Iterator[tuple[str, Verdict]]:
    if needs.approaches.must:
        yield "approach", _any_of(needs.approaches.values, said(listing, "approach"))
    if needs.not_wanted.must:
        offered = _any_of(needs.not_wanted.values, listing.approaches)
        yield "not-wanted", {"yes": "no", "no": "yes"}.get(offered, offered)  # type: ignore[misc]


def _any_of(asked: Collection[str], told: Collection[str]) -> Verdict:
    if not told:
        return "unsaid"
    return "yes" if any(slug in told for slug in asked) else "no"


def _all_of(asked: Collection[str], told: Collection[str]) -> Verdict:
    if not told:
        return "unsaid"
    return "yes" if all(slug in told for slug in asked) else "no"


def _format(needs: Needs, listing: Listing, near_km: int) -> Verdict:
    """Any asked format will do; one that needs a room also needs it to be near, once we know where the person is."""
    offered = said(listing, "format")
    shared = [slug for slug in needs.formats if slug in offered]
    if not shared:
        return "no" if offered else "unsaid"
    point = needs.place.point if needs.place else None
    if point is None or any(slug not in NEEDS_A_ROOM for slug in shared):
        return "yes"
    if not listing.points:
        return "unsaid"
    return "yes" if any(km_between(point, room) <= near_km for room in listing.points) else "no"


def _fee(fee: Fee, listing: Listing) -> Verdict:
    if listing.fee_low_minor is None or listing.currency is None:
        return "unsaid"
    if listing.currency != fee.currency:
        return "other-currency"
    return "yes" if listing.fee_low_minor <= fee.max_minor else "no"
