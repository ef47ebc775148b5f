"""Matching as its rules read: every listing looked at by itself. It answers while there is no index; the tests hold
at_once.py, which answers otherwise, to it.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from directory.matching.fit import Close, components, parts
from directory.matching.musts import Verdict, is_visible, said, verdicts
from directory.matching.ranked import FIXED_RULES, MOST_NEAREST, LeftOut, Ranked, match_of, spread
from directory.matching.rules import MatchingRules
from directory.needs import Needs
from search_index.listing import Listing
from search_index.ties import openness, tie_break

EVERYONE = slice(None)


@dataclass(frozen=True, slots=True)
class _Candidate:
    listing: Listing
    total: int
    broken: tuple[str, ...]


def rank(
    needs: Needs,
    candidates: Iterable[Listing],
    *,
    today: date,
    rules: MatchingRules,
    related: Close,
    shown: slice = EVERYONE,
) -> Ranked:
    """The people for these needs on this UTC day. ``related`` is close_terms(vocabulary).

    ``shown``: the part of the people, in order, to be given with points and reasons. Equal totals: open places first,
    then a draw that is the same for everybody on a day (docs/decisions/0008).
    """
    visible = [listing for listing in candidates if is_visible(listing, today)]
    said_to = [verdicts(needs, listing, today=today, near_km=rules.order.near_km) for listing in visible]
    broken = [tuple(rule for rule, verdict in told.items() if verdict != "yes") for told in said_to]
    judged = list(zip(visible, broken, strict=True))
    kept = _in_order(needs, [one for one in judged if not one[1]], today, rules, related)
    near = [] if kept else [one for one in judged if not FIXED_RULES & set(one[1])]
    nearest = _in_order(needs, near, today, rules, related)[:MOST_NEAREST]
    matches, others = (
        tuple(match_of(needs, one.listing, one.broken, today, rules, related) for one in some)
        for some in (kept[shown], nearest)
    )
    return Ranked(matches, _left_out(said_to, broken), len(visible), len(kept), others)


def _in_order(
    needs: Needs,
    people: Sequence[tuple[Listing, tuple[str, ...]]],
    today: date,
    rules: MatchingRules,
    related: Close,
) -> list[_Candidate]:
    """Fewest broken rules, then points, then how soon there is room, then the day's draw."""
    judged = [_Candidate(listing, _total(needs, listing, today, rules, related), broken) for listing, broken in people]
    ordered = sorted(judged, key=lambda candidate: _order(candidate, today))
    first, others = spread([one.listing.practice.strip().casefold() for one in ordered], rules.order)
    return [ordered[place] for place in first + others]


def _total(needs: Needs, listing: Listing, today: date, rules: MatchingRules, related: Close) -> int:
    judged = parts(needs, listing, today=today, rules=rules, close=related)
    return sum(row.points for row in components(judged, rules))


def _order(candidate: _Candidate, today: date) -> tuple[int, int, int, int]:
    listing = candidate.listing
    room = openness(said(listing, "availability"))
    return len(candidate.broken), -candidate.total, room, tie_break(today, listing.id)


def _left_out(said_to: Sequence[Mapping[str, Verdict]], broken: Sequence[Collection[str]]) -> tuple[LeftOut, ...]:
    asked = tuple(said_to[0]) if said_to else ()
    fits = sum(not rules for rules in broken)
    return tuple(_one_left_out(rule, said_to, broken, fits) for rule in asked)


def _one_left_out(
    rule: str, said_to: Sequence[Mapping[str, Verdict]], broken: Sequence[Collection[str]], fits: int
) -> LeftOut:
    told = Counter(answers[rule] for answers in said_to)
    alone = sum(tuple(rules) == (rule,) for rules in broken)
    relaxable = rule not in FIXED_RULES
    return LeftOut(
        rule=rule,
        count=told["no"],
        havent_said=told["unsaid"],
        without_this=fits + alone if relaxable else fits,
        other_currency=told["other-currency"],
        relaxable=relaxable,
    )
