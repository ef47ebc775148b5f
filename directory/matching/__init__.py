"""Who is shown, in which order, and why: needs and listings in, ranked matches out. Pure: no database, no web, no
clock.

Hard rules are musts, points are fit, codes for sentences are reasons, and every weight is seeds/matching.toml.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Protocol

from directory.matching.fit import Close, Component, Part, components, parts
from directory.matching.musts import Verdict, is_visible, said, verdicts
from directory.matching.reasons import OPEN, Reason, Seen, cautions, reasons
from directory.matching.rules import (
    HowMatchingWorks,
    MatchingRules,
    MatchingRulesError,
    how_matching_works,
    load,
)
from directory.needs import Fee, Needs, Place, Preference
from search_index.listing import Listing

__all__ = [
    "Component",
    "Fee",
    "HowMatchingWorks",
    "LeftOut",
    "Match",
    "MatchingRules",
    "MatchingRulesError",
    "Needs",
    "Place",
    "Preference",
    "Ranked",
    "Reason",
    "close_terms",
    "how_matching_works",
    "load",
    "rank",
]

FIXED_RULES = frozenset({"place"})
MOST_NEAREST = 5


@dataclass(frozen=True, slots=True)
class Match:
    """One person shown. The points of ``components`` add up to ``total`` (0 to 100); ``broken`` is empty but among
    the nearest.
    """

    listing: Listing
    total: int
    components: tuple[Component, ...]
    reasons: tuple[Reason, ...]
    cautions: tuple[Reason, ...]
    broken: tuple[str, ...] = ()

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
    """The people who keep every rule, in order; each rule that was made; how many visible people were looked at; and,
    if nobody keeps every rule, the nearest, to be shown apart.
    """

    matches: tuple[Match, ...]
    left_out: tuple[LeftOut, ...]
    considered: int
    nearest: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True)
class _Candidate:
    listing: Listing
    judged: Mapping[str, Part]
    components: tuple[Component, ...]
    total: int
    broken: tuple[str, ...]


class _Terms(Protocol):
    """What close_terms asks of a vocabulary."""

    def terms(self, group: str) -> Sequence[Any]: ...
    def related(self, group: str, slug: str) -> Iterable[tuple[str, str]]: ...


def close_terms(vocabulary: _Terms) -> Close:
    """For each group where closeness earns something: slug -> its parents, its children and its related terms."""
    groups = ("concerns", "approaches", "communities", "faiths")
    return {group: _close_in(vocabulary, group) for group in groups}


def _close_in(vocabulary: _Terms, group: str) -> dict[str, frozenset[str]]:
    close: dict[str, set[str]] = {term.slug: set() for term in vocabulary.terms(group)}
    for term in vocabulary.terms(group):
        near = {*term.parents, *(slug for other, slug in vocabulary.related(group, term.slug) if other == group)}
        close[term.slug] |= near
        for slug in near & set(close):
            close[slug].add(term.slug)
    return {slug: frozenset(near) for slug, near in close.items()}


def rank(
    needs: Needs,
    candidates: Iterable[Listing],
    *,
    today: date,
    rules: MatchingRules,
    related: Close,
    explained: int | None = None,
) -> Ranked:
    """The people for these needs on this UTC day. ``related`` is close_terms(vocabulary).

    ``explained`` stops making reasons after so many people: the rest carry points only. Equal totals: open places
    first, then a draw that is the same for everybody on a day (docs/decisions/0008).
    """
    visible = [listing for listing in candidates if is_visible(listing, today)]
    said_to = [verdicts(needs, listing, today=today, near_km=rules.order.near_km) for listing in visible]
    broken = [tuple(rule for rule, verdict in told.items() if verdict != "yes") for told in said_to]
    kept = [
        _judge(needs, listing, (), today, rules, related)
        for listing, rules_broken in zip(visible, broken, strict=True)
        if not rules_broken
    ]
    ordered = _spread(sorted(kept, key=lambda candidate: _order(candidate, today)), rules)
    nearest = [] if kept else _nearest(needs, zip(visible, broken, strict=True), today, rules, related)
    return Ranked(
        matches=tuple(
            _match(needs, candidate, today, rules, related, explain=explained is None or at < explained)
            for at, candidate in enumerate(ordered)
        ),
        left_out=_left_out(said_to, broken),
        considered=len(visible),
        nearest=tuple(_match(needs, candidate, today, rules, related) for candidate in nearest),
    )


def _judge(
    needs: Needs, listing: Listing, broken: tuple[str, ...], today: date, rules: MatchingRules, related: Close
) -> _Candidate:
    judged = parts(needs, listing, today=today, rules=rules, close=related)
    rows = components(judged, rules)
    return _Candidate(listing, judged, rows, sum(row.points for row in rows), broken)


def _order(candidate: _Candidate, today: date) -> tuple[int, int, int, bytes]:
    """Rules broken (none but among the nearest), points, open places before waiting lists, the day's draw."""
    is_open = OPEN in said(candidate.listing, "availability")
    draw = sha256(f"{today.isoformat()}:{candidate.listing.id}".encode()).digest()
    return len(candidate.broken), -candidate.total, 0 if is_open else 1, draw


def _spread(ordered: list[_Candidate], rules: MatchingRules) -> list[_Candidate]:
    """At most ``most_of_one_practice`` of one named practice among the first, as long as there is anyone else."""
    first: list[_Candidate] = []
    waiting: list[_Candidate] = []
    seen: Counter[str] = Counter()
    for candidate in ordered:
        practice = candidate.listing.practice.strip().casefold()
        if len(first) < rules.order.first and (not practice or seen[practice] < rules.order.most_of_one_practice):
            first.append(candidate)
            seen[practice] += 1
        else:
            waiting.append(candidate)
    return first + waiting


def _nearest(
    needs: Needs,
    pairs: Iterable[tuple[Listing, tuple[str, ...]]],
    today: date,
    rules: MatchingRules,
    related: Close,
) -> list[_Candidate]:
    """Fewest broken rules, then points; nobody whose licence doesn't count where the person is."""
    near = [
        _judge(needs, listing, broken, today, rules, related)
        for listing, broken in pairs
        if broken and not FIXED_RULES & set(broken)
    ]
    return _spread(sorted(near, key=lambda candidate: _order(candidate, today)), rules)[:MOST_NEAREST]


def _match(
    needs: Needs, candidate: _Candidate, today: date, rules: MatchingRules, related: Close, *, explain: bool = True
) -> Match:
    seen = Seen(needs, candidate.listing, candidate.judged, today)
    return Match(
        listing=candidate.listing,
        total=candidate.total,
        components=candidate.components,
        reasons=reasons(seen, rules, related) if explain else (),
        cautions=cautions(seen, rules, related) if explain else (),
        broken=candidate.broken,
    )


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
