"""The hard rules read once more, from their sentences in seeds/matching.toml, by nothing that matching itself uses.

It answers one question, for a check from outside: does this listing break a rule that this person made?
"""

from collections.abc import Iterator, Mapping
from datetime import date

import numpy as np

from directory.needs import Needs
from search_index.listing import Listing

NEAR_KM = 40
# The wishes whose musts leave people out, with the facet that answers each. All access needs must be met.
ANSWERED_BY = {
    "language": "language",
    "gender": "gender",
    "affirming": "affirming",
    "groups": "population",
    "community": "community",
    "theme": "theme",
    "faith": "faith",
    "faith_stance": "faith_stance",
    "insurance": "insurance",
    "times": "times",
    "payment": "payment",
    "accessibility": "accessibility",
}
ROOMS = {"in-person", "walk-and-talk", "outdoors", "home"}


def may_be_shown(listing: Listing, day: date) -> bool:
    """Published, not lapsed, and with a licence that counts somewhere on this day."""
    return listing.visible_from <= day <= listing.visible_until and any(
        day <= last for last in listing.jurisdictions.values()
    )


def broken(needs: Needs, listing: Listing, day: date) -> list[str]:
    """Every must of these needs that the listing doesn't keep; silence doesn't keep it either."""
    return list(_broken(needs, listing, day))


def _broken(needs: Needs, listing: Listing, day: date) -> Iterator[str]:
    says = {group: set(slugs) for group, slugs in listing.facets.items()}
    if listing.sliding_scale:
        says["payment"] = says.get("payment", set()) | {"sliding-scale"}
    if needs.place and not _licensed(needs, listing, day):
        yield "place"
    if needs.formats and not _meets(needs, listing, says.get("format", set())):
        yield "format"
    if needs.population and not says.get("population", set()) & set(needs.population):
        yield "population"
    yield from _wishes(needs, says)
    yield from _ways_and_fee(needs, listing, says.get("approach", set()))


def _wishes(needs: Needs, says: Mapping[str, set[str]]) -> Iterator[str]:
    asked = {wish: one for wish, one in needs.preferences.items() if one.values}
    for wish, facet in ANSWERED_BY.items():
        if wish in asked and asked[wish].strength == "must":
            wanted = set(asked[wish].values)
            met = says.get(facet, set()) & wanted
            if len(met) < (len(wanted) if wish == "accessibility" else 1):
                yield wish
    if needs.lived == "must" and "community" in asked:
        if not says.get("belongs", set()) & set(asked["community"].values):
            yield "belongs"


def _ways_and_fee(needs: Needs, listing: Listing, approaches: set[str]) -> Iterator[str]:
    wanted, unwanted = needs.approaches, needs.not_wanted
    if wanted.strength == "must" and wanted.values and not approaches & set(wanted.values):
        yield "approach"
    if unwanted.strength == "must" and unwanted.values:
        if not listing.approaches or set(listing.approaches) & set(unwanted.values):
            yield "not-wanted"
    if needs.fee and needs.fee.strength == "must":
        low = listing.fee_low_minor
        if low is None or listing.currency != needs.fee.currency or low > needs.fee.max_minor:
            yield "fee"


def _licensed(needs: Needs, listing: Listing, day: date) -> bool:
    place = needs.place
    assert place is not None
    current = [unit for unit, last in listing.jurisdictions.items() if last >= day]
    if place.region:
        return place.region in current or place.country in current
    return any(unit.split("-")[0] == place.country for unit in current)


def _meets(needs: Needs, listing: Listing, offered: set[str]) -> bool:
    shared = offered & set(needs.formats)
    point = needs.place.point if needs.place else None
    if not shared or shared - ROOMS or point is None:
        return bool(shared)
    return any(_apart_km(point, room) <= NEAR_KM for room in listing.points)


def _apart_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Along a great circle of the earth, by the angle between two vectors."""
    a, b = (_vector(*np.radians(place)) for place in (one, other))
    return float(6371 * np.arctan2(np.linalg.norm(np.cross(a, b)), a @ b))


def _vector(latitude: float, longitude: float) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    around = np.cos(latitude)
    return np.array([around * np.cos(longitude), around * np.sin(longitude), np.sin(latitude)])
