"""Why a person is shown and what is worth asking them, as codes with arguments. Pure.

The sentences are templates/components/reasons.html; nothing here is text that people read.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from directory.matching.fit import GROUP_OF, Close, Part, concern_fits
from directory.matching.musts import NEEDS_A_ROOM, said
from directory.matching.rules import MatchingRules
from directory.needs import Needs
from search_index.listing import Listing

REASON_ORDER = (
    "community",
    "belongs",
    "theme",
    "language",
    "approach",
    "added",
    "affirming",
    "faith",
    "faith_stance",
    "gender",
    "groups",
    "accessibility",
    "style",
    "fee",
    "payment",
    "insurance",
    "times",
    "wait",
    "consult",
    "frequency",
)
REASON_STATES = {"yes": "", "close": "-close"}
CLOSED = frozenset({"full", "paused"})
OPEN = "open-now"


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence in the making. ``slugs`` are of the vocabulary's ``group``, and so are those of ``near``, which
    says through what it is close. Amounts are in minor units of ``currency``; ``days`` counts back from today.
    """

    code: str
    slugs: tuple[str, ...] = ()
    group: str = ""
    near: tuple[str, ...] = ()
    amount_minor: int | None = None
    currency: str | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """One listing beside what was asked, on one day."""

    needs: Needs
    listing: Listing
    judged: Mapping[str, Part]
    today: date

    @property
    def age_days(self) -> int:
        return (self.today - self.listing.confirmed_on).days


def reasons(seen: Seen, rules: MatchingRules, close: Close) -> tuple[Reason, ...]:
    """At least one and at most ``most_reasons``: concerns, then what was nice, then what was a must."""
    found = [*_concern_reasons(seen, close), *_part_reasons(seen, "nice"), *_part_reasons(seen, "must")]
    return tuple(found or _plain_reasons(seen))[: rules.order.most_reasons]


def cautions(seen: Seen, rules: MatchingRules, close: Close) -> tuple[Reason, ...]:
    """At most ``most_cautions``, the gravest first: what is missing, unknown or getting old."""
    found = [
        *_first_cautions(seen),
        *_concern_cautions(seen, close),
        *_part_cautions(seen, "no"),
        *_part_cautions(seen, "unsaid"),
        *_last_cautions(seen, rules),
    ]
    return tuple(found)[: rules.order.most_cautions]


def _concern_reasons(seen: Seen, close: Close) -> Iterator[Reason]:
    fits = concern_fits(seen.needs, seen.listing, close)
    for state in ("main", "also"):
        if slugs := tuple(fit.slug for fit in fits if fit.state == state):
            yield Reason(f"concern-{state}", slugs, "concerns")
    yield from (
        Reason("concern-close", (fit.slug,), "concerns", fit.through[:2]) for fit in fits if fit.state == "close"
    )


def _part_reasons(seen: Seen, strength: str) -> Iterator[Reason]:
    for code in REASON_ORDER:
        part = seen.judged.get(code)
        if (
            part is None
            or part.strength != strength
            or part.state not in REASON_STATES
            or code == "approach"
            and part.state == "close"
        ):
            continue
        yield _reason(part, REASON_STATES[part.state], seen.listing)


def _reason(part: Part, ending: str, listing: Listing) -> Reason:
    if part.code == "wait":
        return Reason(OPEN) if part.slugs == (OPEN,) else Reason(f"wait{ending}", part.slugs, "availability")
    if part.code == "fee":
        return Reason(f"fee{ending}", amount_minor=listing.fee_low_minor, currency=listing.currency)
    return Reason(f"{part.code}{ending}", part.slugs, GROUP_OF.get(part.code, ""))


def _plain_reasons(seen: Seen) -> Iterator[Reason]:
    """What can be said of someone when nothing particular was asked."""
    if OPEN in said(seen.listing, "availability"):
        yield Reason(OPEN)
    if seen.needs.place is not None:
        yield Reason("covers")
    yield Reason("confirmed", days=seen.age_days)


def _first_cautions(seen: Seen) -> Iterator[Reason]:
    if CLOSED & set(said(seen.listing, "availability")):
        yield Reason("full")
    place = seen.needs.place
    if place is None:
        yield Reason("place-unknown")
    elif place.region is None and place.country not in seen.listing.jurisdictions:
        yield Reason("region-unknown")
    if unwanted := tuple(slug for slug in seen.needs.not_wanted.values if slug in seen.listing.approaches):
        yield Reason("not-wanted", unwanted, "approaches")


def _concern_cautions(seen: Seen, close: Close) -> Iterator[Reason]:
    if not seen.listing.concerns:
        return
    missing = tuple(fit.slug for fit in concern_fits(seen.needs, seen.listing, close) if fit.state == "no")
    if missing:
        yield Reason("concern-missing", missing, "concerns")


def _part_cautions(seen: Seen, state: str) -> Iterator[Reason]:
    for code in ("focus", *REASON_ORDER):
        part = seen.judged.get(code)
        if part is None or part.state != state or code == "wait" or (code, state) == ("focus", "no"):
            continue
        yield _caution(part, seen)


def _caution(part: Part, seen: Seen) -> Reason:
    listing = seen.listing
    if part.code != "fee":
        return Reason(f"{part.code}-{part.state}", part.slugs, GROUP_OF.get(part.code, ""))
    if part.state == "unsaid" and listing.fee_low_minor is not None:
        return Reason("fee-currency", amount_minor=listing.fee_low_minor, currency=listing.currency)
    return Reason(f"fee-{part.state}", amount_minor=listing.fee_low_minor, currency=listing.currency)


def _last_cautions(seen: Seen, rules: MatchingRules) -> Iterator[Reason]:
    approach, wait = seen.judged.get("approach"), seen.judged.get("wait")
    if approach is not None and approach.state == "close":
        yield Reason("approach-close", approach.slugs, "approaches")
    if wait is not None and wait.state == "unsaid":
        yield Reason("wait-unsaid")
    elif wait is not None and wait.state == "no" and not CLOSED & set(wait.slugs):
        yield Reason("wait-no", wait.slugs, "availability")
    if _distance_unknown(seen):
        yield Reason("distance-unknown")
    if seen.age_days > rules.order.due_after_days:
        yield Reason("due", days=seen.age_days)


def _distance_unknown(seen: Seen) -> bool:
    """Only meetings in a room were asked, and nobody can tell how far it is."""
    formats, place = seen.needs.formats, seen.needs.place
    if not formats or not NEEDS_A_ROOM.issuperset(formats):
        return False
    return place is None or place.point is None or not seen.listing.points
