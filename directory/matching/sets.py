"""The hard rules over everybody at once: who keeps each, who hasn't said. The rules as they read are musts.py's."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from directory.matching.musts import FACET_OF, NEEDS_A_ROOM
from directory.matching.rules import NO_RULE
from directory.needs import Fee, Needs, Place
from search_index.columns import Columns

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Verdicts:
    """(size,) who keeps one rule, who has said nothing about it, and, of the fee, who names it in another currency;
    whoever is in none of them breaks it.
    """

    yes: Flags
    unsaid: Flags
    other_currency: Flags | None = None


def verdicts(needs: Needs, columns: Columns, near_km: int) -> dict[str, Verdicts]:
    """What everybody says to every rule that the person made, by rule, in the order of musts.verdicts."""
    return dict(_each(needs, columns, near_km))


def _each(needs: Needs, columns: Columns, near_km: int) -> Iterator[tuple[str, Verdicts]]:
    if needs.place is not None:
        yield "place", _no_silence(covers(columns, needs.place))
    if needs.formats:
        yield "format", _format(needs, columns, near_km)
    if needs.population:
        yield "population", _any_of(columns, "population", needs.population)
    for part, preference in needs.preferences.items():
        if preference.must and part not in NO_RULE:
            answer = _all_of if part == "accessibility" else _any_of
            yield part, answer(columns, part, preference.values)
    if needs.lived == "must" and needs.preference("community").values:
        yield "belongs", _any_of(columns, "belongs", needs.preference("community").values)
    yield from _ways(needs, columns)
    if needs.fee is not None and needs.fee.strength == "must":
        yield "fee", _fee(columns, needs.fee)


def _ways(needs: Needs, columns: Columns) -> Iterator[tuple[str, Verdicts]]:
    if needs.approaches.must:
        yield "approach", _any_of(columns, "approach", needs.approaches.values)
    if needs.not_wanted.must:
        silent = columns.silent("approach")
        yield "not-wanted", Verdicts(~columns.having("way", needs.not_wanted.values) & ~silent, silent)


def having(columns: Columns, part: str, slugs: tuple[str, ...]) -> Flags:
    """(size,) who says any of these slugs about a preference (musts.said)."""
    found = columns.having(FACET_OF.get(part, part), slugs)
    return found | columns.having("sliding", ("yes",)) if part == "payment" and "sliding-scale" in slugs else found


def unsaid(columns: Columns, part: str) -> Flags:
    """(size,) who says nothing about a preference."""
    silent = columns.silent(FACET_OF.get(part, part))
    return silent & ~columns.having("sliding", ("yes",)) if part == "payment" else silent


def covers(columns: Columns, place: Place) -> Flags:
    """(size,) whose current licence counts where the person is (musts.covers)."""
    if place.region is not None:
        return columns.having("region", (place.country, place.region))
    inside = f"{place.country}-"
    return columns.having("region", [u for u in columns.values("region") if u == place.country or u.startswith(inside)])


def _no_silence(yes: Flags) -> Verdicts:
    return Verdicts(yes, np.zeros_like(yes))


def _any_of(columns: Columns, part: str, slugs: tuple[str, ...]) -> Verdicts:
    return Verdicts(having(columns, part, slugs), unsaid(columns, part))


def _all_of(columns: Columns, part: str, slugs: tuple[str, ...]) -> Verdicts:
    met = [having(columns, part, (slug,)) for slug in slugs]
    return Verdicts(np.logical_and.reduce(met), unsaid(columns, part))


def _format(needs: Needs, columns: Columns, near_km: int) -> Verdicts:
    """Any asked format will do; one that needs a room also needs it to be near, once we know where the person is."""
    silent, point = columns.silent("format"), needs.place.point if needs.place else None
    if point is None:
        return Verdicts(columns.having("format", needs.formats), silent)
    anywhere = columns.having("format", [slug for slug in needs.formats if slug not in NEEDS_A_ROOM])
    in_a_room = columns.having("format", [slug for slug in needs.formats if slug in NEEDS_A_ROOM]) & ~anywhere
    near = in_a_room & columns.within(near_km, point)
    return Verdicts(anywhere | near, silent | (in_a_room & columns.silent("distance")))


def _fee(columns: Columns, fee: Fee) -> Verdicts:
    silent, same = columns.silent("fee"), columns.having("currency", (fee.currency,))
    return Verdicts(same & (columns.figure("fee_low") <= fee.max_minor), silent, ~silent & ~same)
