"""What matching says: a match with its points and reasons, each must with its counts, and who is among the first.

Both ways to get there use it: one_by_one.py, which is the rules as they read, and at_once.py, which is quick.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date

from directory.matching.fit import Close, Component, components, parts
from directory.matching.musts import is_visible, verdicts
from directory.matching.reasons import Reason, Seen, cautions, reasons
from directory.matching.rules import MatchingRules, Order
from directory.needs import Needs
from search_index.listing import Listing

FIXED_RULES = frozenset({"place"})
MOST_NEAREST = 5


@dataclass(frozen=True, slots=True)
class Match:
    """One person shown. The points of ``components`` add up to ``total`` (0 to 100); ``broken`` is empty but among
    the nearest, and ``unsaid`` are those of its rules that the person says nothing about.
    """

    listing: Listing
    total: int
    components: tuple[Component, ...]
    reasons: tuple[Reason, ...]
    cautions: tuple[Reason, ...]
    broken: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return self.listing.id


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One hard rule: ``count`` people break it, ``havent_said`` didn't say, ``other_currency`` told a fee in another
    one.

    ``without_this`` is how many people there would be if this rule alone were dropped; a rule that isn't
    ``relaxable`` stays.
    """

    rule: str
    count: int
    havent_said: int
    without_this: int
    other_currency: int = 0
    relaxable: bool = True


@dataclass(frozen=True, slots=True)
class Ranked:
    """The people asked for among the ``total`` who keep every rule, in order; each rule that was made; how many visible
    people were looked at; and, if nobody keeps every rule, the nearest, to be shown apart. ``everybody``: nobody was
    passed over for want of an index.
    """

    matches: tuple[Match, ...]
    left_out: tuple[LeftOut, ...]
    considered: int
    total: int
    nearest: tuple[Match, ...] = ()
    everybody: bool = True


def broken_rules(needs: Needs, listing: Listing, today: date, rules: MatchingRules) -> tuple[str, ...]:
    """The rules that this listing doesn't keep, whether it says no or nothing."""
    told = verdicts(needs, listing, today=today, near_km=rules.order.near_km)
    return tuple(rule for rule, verdict in told.items() if verdict != "yes")


def match_of(
    needs: Needs, listing: Listing, broken: tuple[str, ...], today: date, rules: MatchingRules, related: Close
) -> Match:
    """One person with points, reasons and cautions."""
    judged = parts(needs, listing, today=today, rules=rules, close=related)
    rows, seen = components(judged, rules), Seen(needs, listing, judged, today)
    told = reasons(seen, rules, related), cautions(seen, rules, related)
    verdict = verdicts(needs, listing, today=today, near_km=rules.order.near_km) if broken else {}
    unsaid = tuple(rule for rule in broken if verdict[rule] == "unsaid")
    return Match(listing, sum(row.points for row in rows), rows, *told, broken, unsaid)


def explained(
    needs: Needs, listings: Sequence[Listing], *, today: date, rules: MatchingRules, related: Close, near: bool = False
) -> tuple[Match, ...]:
    """These people, in this order, with why each is shown. ``near``: they are the nearest, who break some rule.

    A listing that has changed since it was found, so that it no longer belongs here, is left out.
    """
    told = ((listing, broken_rules(needs, listing, today, rules)) for listing in listings if is_visible(listing, today))
    return tuple(
        match_of(needs, listing, broken, today, rules, related)
        for listing, broken in told
        if (not FIXED_RULES & set(broken) if near else not broken)
    )


def spread(practices: Sequence[Hashable], order: Order) -> tuple[list[int], list[int]]:
    """(first, others), as places in the order given: at most ``most_of_one_practice`` of one named practice among the
    ``first``. A practice that is empty or 0 has no name. With too few first, the others follow as they stand.
    """
    first: list[int] = []
    others: list[int] = []
    seen: Counter[Hashable] = Counter()
    for place, practice in enumerate(practices):
        if len(first) < order.first and (not practice or seen[practice] < order.most_of_one_practice):
            first.append(place)
            seen[practice] += 1
        else:
            others.append(place)
    return first, others
