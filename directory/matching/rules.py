"""The rules of matching as data: reads and checks seeds/matching.toml, and tells them in plain words.

Nothing here looks at a person or a listing.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from directory import seed_tables

FILE = "matching.toml"
WHOLE = 100
PARTS_OF_PREFERENCES = (
    "language",
    "gender",
    "affirming",
    "groups",
    "community",
    "theme",
    "faith",
    "faith_stance",
    "payment",
    "insurance",
    "accessibility",
    "times",
    "frequency",
    "consult",
)
PARTS = frozenset({"focus", "approach", "added", "style", "belongs", "fee", "wait", "fresh", *PARTS_OF_PREFERENCES})
NO_RULE = frozenset({"frequency", "consult"})
RULES = frozenset(
    {"place", "format", "population", "approach", "not-wanted", "belongs", "fee", *PARTS_OF_PREFERENCES} - NO_RULE
)


class MatchingRulesError(Exception):
    """The rules of matching cannot be used. `problems` names the file, the table and the key, one sentence each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True, slots=True)
class Order:
    """Limits and shares: how many reasons and cautions are told, who counts as near (km), when a page is due (days),
    and the share that silence and a close term earn (0 to 1).
    """

    most_reasons: int
    most_cautions: int
    first: int
    most_of_one_practice: int
    near_km: int
    due_after_days: int
    unsaid: float
    close: float


@dataclass(frozen=True, slots=True)
class ConcernShares:
    """The share (0 to 1) that an asked concern earns as a main area, as another one, or through a close one."""

    main: float
    also: float
    close: float


@dataclass(frozen=True, slots=True)
class Freshness:
    """A listing confirmed at most `days` ago earns `share`."""

    days: int
    share: float


@dataclass(frozen=True, slots=True)
class ComponentRule:
    """One line of the points: its weight, what it is made of, and what people are told about it."""

    id: str
    points: int
    label: str
    parts: tuple[str, ...]
    rule: str
    evidence: str
    limits: str


@dataclass(frozen=True, slots=True)
class HardRule:
    """One rule that leaves people out, in words."""

    id: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Telling:
    """The sentences around the rules on /how-matching-works."""

    title: str
    lead: str
    musts: str
    points: str
    ties: str
    never: tuple[str, ...]
    limits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MatchingRules:
    """The whole file, checked: the points of the components add up to 100. `wait` maps an answer to availability to
    share.
    """

    order: Order
    concern: ConcernShares
    freshness: tuple[Freshness, ...]
    wait: Mapping[str, Mapping[str, float]]
    component: tuple[ComponentRule, ...]
    hard: tuple[HardRule, ...]
    how: Telling


@dataclass(frozen=True, slots=True)
class HowMatchingWorks:
    """What /how-matching-works says: `hard` leave people out, `components` put the rest in order."""

    told: Telling
    hard: tuple[HardRule, ...]
    components: tuple[ComponentRule, ...]
    whole: int = WHOLE


def how_matching_works(rules: MatchingRules) -> HowMatchingWorks:
    """The rules as they really are, for the page that tells them."""
    return HowMatchingWorks(rules.how, rules.hard, rules.component)


def load(file: Path) -> MatchingRules:
    """Reads and checks the file of rules. Raises MatchingRulesError with all problems at once."""
    problems: list[str] = []
    made = seed_tables.make(MatchingRules, _toml(file), FILE, problems)
    if made is not None:
        problems += [f"{FILE}: {what}" for what in _faults(made)]
    if made is None or problems:
        raise MatchingRulesError(problems)
    return made


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise MatchingRulesError([f"{file.name} cannot be read: {error}."]) from error


def _faults(rules: MatchingRules) -> Iterator[str]:
    total = sum(component.points for component in rules.component)
    if total != WHOLE or any(component.points < 0 for component in rules.component):
        yield f"the points of the components add up to {total}; make them add up to {WHOLE}, none below 0."
    yield from _part_faults(rules)
    known = [rule.id for rule in rules.hard]
    if sorted(known) != sorted(RULES):
        yield f"hard must name each of {', '.join(sorted(RULES))} once."
    if [step.days for step in rules.freshness] != sorted(step.days for step in rules.freshness):
        yield "freshness: write the steps with the fewest days first."
    yield from (
        f"{name} is {share}; write a number from 0 to 1." for name, share in _shares(rules) if not 0 <= share <= 1
    )


def _part_faults(rules: MatchingRules) -> Iterator[str]:
    named = [part for component in rules.component for part in component.parts]
    yield from (f"component: “{part}” is not a part that we know." for part in named if part not in PARTS)
    yield from (f"component: “{part}” stands twice." for part in sorted(set(named)) if named.count(part) > 1)
    yield from (f"component: no component has the part “{part}”." for part in sorted(PARTS - set(named)))


def _shares(rules: MatchingRules) -> Iterator[tuple[str, float]]:
    yield from (("order.unsaid", rules.order.unsaid), ("order.close", rules.order.close))
    yield from ((f"concern.{name}", getattr(rules.concern, name)) for name in ("main", "also", "close"))
    yield from ((f"freshness of {step.days} days", step.share) for step in rules.freshness)
    for answer, shares in rules.wait.items():
        yield from ((f"wait.{answer}.{slug}", share) for slug, share in shares.items())
