"""How well a listing fits what was asked: parts judged one by one, and whole points that add up. Pure.

The weights are seeds/matching.toml; who is left out altogether is musts; what is said about it is reasons.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import floor
from typing import Literal

from directory.matching.musts import said
from directory.matching.rules import PARTS_OF_PREFERENCES, WHOLE, ComponentRule, MatchingRules
from directory.needs import Fee, Needs, Preference, Strength
from search_index.listing import Listing

State = Literal["yes", "close", "no", "unsaid"]
Close = Mapping[str, Mapping[str, Collection[str]]]
"""By vocabulary group ("concerns"): slug -> slugs close to it, its parents, children and related terms."""

GROUP_OF = {
    "language": "languages",
    "gender": "genders",
    "affirming": "affirming",
    "groups": "populations",
    "community": "communities",
    "theme": "themes",
    "faith": "faiths",
    "faith_stance": "faith_stances",
    "payment": "payments",
    "insurance": "insurers",
    "accessibility": "accessibility",
    "times": "times",
    "frequency": "frequencies",
    "consult": "consult_offers",
    "approach": "approaches",
    "added": "approaches",
    "belongs": "communities",
}
STYLE_STEPS = 4
NEAR_STEPS = 1
# Added before what is behind the point is cut off: a half counts up, also one that sums of floats have lost a hair of.
HALF_UP = 0.5 + 5e-7


@dataclass(frozen=True, slots=True)
class Part:
    """One thing asked and what this listing says to it. `share` is 0 to 1; `slugs` are those asked that were met, or
    those missing if none was; `strength` tells a must, which earns no points since everybody left keeps it, from a
    nice.
    """

    code: str
    share: float
    state: State
    slugs: tuple[str, ...] = ()
    strength: Strength = "nice"


@dataclass(frozen=True, slots=True)
class Component:
    """One line of the points table, in whole points."""

    code: str
    label: str
    points: int
    out_of: int


@dataclass(frozen=True, slots=True)
class ConcernFit:
    """How a listing meets one asked concern: as a main area, another one, through `through` (a close one), or not."""

    slug: str
    state: Literal["main", "also", "close", "no"]
    through: tuple[str, ...] = ()


def concern_fits(needs: Needs, listing: Listing, close: Close) -> tuple[ConcernFit, ...]:
    """Each asked concern, in the order asked."""
    return tuple(_concern_fit(slug, listing, close.get("concerns", {}).get(slug, ())) for slug, _ in needs.concerns)


def _concern_fit(slug: str, listing: Listing, near: Collection[str]) -> ConcernFit:
    if slug in listing.main_concerns:
        return ConcernFit(slug, "main")
    if slug in listing.concerns:
        return ConcernFit(slug, "also")
    through = tuple(own for own in listing.concerns if own in near)
    if through or slug in listing.facets.get("concern", ()):
        return ConcernFit(slug, "close", through)
    return ConcernFit(slug, "no")


def parts(needs: Needs, listing: Listing, *, today: date, rules: MatchingRules, close: Close) -> dict[str, Part]:
    """Everything that was asked and what the listing says to it, by part code."""
    return {part.code: part for part in _parts(needs, listing, today, rules, close)}


def _parts(needs: Needs, listing: Listing, today: date, rules: MatchingRules, close: Close) -> Iterator[Part]:
    if needs.concerns:
        yield _focus(needs, listing, rules, close)
    yield from _ways(needs, listing, rules, close)
    if needs.style:
        yield _style(needs, listing, rules)
    for code in PARTS_OF_PREFERENCES:
        yield from _preference(code, needs.preference(code), listing, rules, close)
    if needs.lived != "none" and needs.preference("community").values:
        yield from _preference(
            "belongs", Preference(needs.preference("community").values, needs.lived), listing, rules, close
        )
    if needs.fee is not None:
        yield _fee(needs.fee, listing, rules)
    if needs.wait in rules.wait:
        yield _wait(rules.wait[str(needs.wait)], listing, rules)
    yield _fresh(listing, today, rules)


def _focus(needs: Needs, listing: Listing, rules: MatchingRules, close: Close) -> Part:
    if not listing.concerns:
        return Part("focus", rules.order.unsaid, "unsaid")
    shares = {"main": rules.concern.main, "also": rules.concern.also, "close": rules.concern.close, "no": 0.0}
    fits = concern_fits(needs, listing, close)
    earned = sum(weight * shares[fit.state] for fit, (_, weight) in zip(fits, needs.concerns, strict=True))
    share = earned / sum(weight for _, weight in needs.concerns)
    return Part("focus", share, "yes" if share else "no", tuple(fit.slug for fit in fits if fit.state != "no"))


def _ways(needs: Needs, listing: Listing, rules: MatchingRules, close: Close) -> Iterator[Part]:
    added = Preference(needs.added_approaches)
    for code, preference in (("approach", needs.approaches), ("added", added)):
        if preference.must or preference.nice:
            broader = said(listing, "approach")
            yield _any_of(code, preference, listing.approaches, broader, rules, close.get("approaches", {}))


def _preference(code: str, asked: Preference, listing: Listing, rules: MatchingRules, close: Close) -> Iterator[Part]:
    if not (asked.must or asked.nice):
        return
    told = said(listing, code)
    if code == "accessibility" and told:
        met = tuple(slug for slug in asked.values if slug in told)
        state: State = "yes" if len(met) == len(asked.values) else "close" if met else "no"
        yield Part(code, len(met) / len(asked.values), state, met or asked.values, asked.strength)
    else:
        yield _any_of(code, asked, told, (), rules, close.get(GROUP_OF[code], {}))


def _any_of(
    code: str,
    asked: Preference,
    told: Collection[str],
    broader: Collection[str],
    rules: MatchingRules,
    near: Mapping[str, Collection[str]],
) -> Part:
    """One of those asked is enough; a term close to one, or broader than one told, earns the share of a close one."""
    if not told:
        return Part(code, rules.order.unsaid, "unsaid", asked.values, asked.strength)
    if met := tuple(slug for slug in asked.values if slug in told):
        return Part(code, 1.0, "yes", met, asked.strength)
    through = tuple(
        slug for slug in asked.values if slug in broader or any(other in told for other in near.get(slug, ()))
    )
    if through:
        return Part(code, rules.order.close, "close", through, asked.strength)
    return Part(code, 0.0, "no", asked.values, asked.strength)


def _style(needs: Needs, listing: Listing, rules: MatchingRules) -> Part:
    """Mean closeness over the lines that both filled in, each from 1 to 5."""
    both = {theme: abs(stop - listing.style[theme]) for theme, stop in needs.style.items() if theme in listing.style}
    if not both:
        return Part("style", rules.order.unsaid, "unsaid", tuple(needs.style))
    share = sum(1 - steps / STYLE_STEPS for steps in both.values()) / len(both)
    near = tuple(theme for theme, steps in both.items() if steps <= NEAR_STEPS)
    return Part("style", share, "yes" if near else "no", near or tuple(both))


def _fee(fee: Fee, listing: Listing, rules: MatchingRules) -> Part:
    """Inside the limit: 1. A range that begins inside it: a half, and more by how much of it lies inside."""
    low, high = listing.fee_low_minor, listing.fee_high_minor
    if low is None or listing.currency != fee.currency:
        return Part("fee", rules.order.unsaid, "unsaid", (), fee.strength)
    if low > fee.max_minor:
        return Part("fee", 0.0, "no", (), fee.strength)
    if high is None or high <= fee.max_minor:
        return Part("fee", 1.0, "yes", (), fee.strength)
    return Part("fee", 0.5 + 0.5 * (fee.max_minor - low) / (high - low), "close", (), fee.strength)


def _wait(shares: Mapping[str, float], listing: Listing, rules: MatchingRules) -> Part:
    told = [slug for slug in said(listing, "availability") if slug in shares]
    if not told:
        return Part("wait", rules.order.unsaid, "unsaid")
    share = shares[told[0]]
    return Part("wait", share, "yes" if share == 1 else "close" if share else "no", (told[0],))


def _fresh(listing: Listing, today: date, rules: MatchingRules) -> Part:
    age = (today - listing.confirmed_on).days
    share = next((step.share for step in rules.freshness if age <= step.days), 0.0)
    return Part("fresh", share, "yes" if share == 1 else "close" if share else "no")


def components(judged: Mapping[str, Part], rules: MatchingRules) -> tuple[Component, ...]:
    """Whole points per component: those with nothing asked drop out, the rest is scaled to 100 by largest remainder,
    and the points of the components add up to the total.
    """
    asked = {code: part.share for code, part in judged.items() if part.strength == "nice"}
    kept = scaled(asked, rules)
    exact = [most * _mean([asked[code] for code in component.parts if code in asked]) for component, most in kept]
    points = whole(exact, floor(sum(exact) + HALF_UP))
    rows = zip(kept, points, strict=True)
    return tuple(Component(component.id, component.label, given, most) for (component, most), given in rows)


def scaled(asked: Collection[str], rules: MatchingRules) -> list[tuple[ComponentRule, int]]:
    """The components with any part among those asked as nice, and the points that each can earn: 100 in all."""
    kept = [component for component in rules.component if not set(asked).isdisjoint(component.parts)]
    weight = sum(component.points for component in kept)
    if not weight:
        return []
    out_of = whole([WHOLE * component.points / weight for component in kept], WHOLE)
    return list(zip(kept, out_of, strict=True))


def _mean(shares: Sequence[float]) -> float:
    return sum(shares) / len(shares)


def whole(exact: list[float], total: int) -> list[int]:
    """Whole numbers near the exact ones that add up to `total` (largest remainder; equal remainders in order)."""
    rounded = [floor(round(value, 6)) for value in exact]
    by_remainder = sorted(range(len(exact)), key=lambda at: (round(rounded[at] - exact[at], 6), at))
    for at in by_remainder[: total - sum(rounded)]:
        rounded[at] += 1
    return rounded
