"""Invented people who look for a therapist: what they need, drawn by how often the directory names a thing.

Half of them are skewed: a few things, the same for all of them, are asked for far more often than the rest. How their
matches turn out is fairness.py's.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate

from directory.needs import Fee, Needs, Place, Preference, Strength
from search_index.listing import Listing

# How often each wish is made, and how often it is then a must.
WISHES = {
    "language": (0.35, 0.5),
    "gender": (0.35, 0.5),
    "affirming": (0.15, 0.5),
    "groups": (0.1, 0.3),
    "community": (0.3, 0.3),
    "theme": (0.2, 0.1),
    "faith": (0.08, 0.3),
    "faith_stance": (0.1, 0.2),
    "payment": (0.15, 0.3),
    "insurance": (0.1, 0.5),
    "accessibility": (0.08, 0.7),
    "times": (0.3, 0.3),
    "frequency": (0.1, 0.0),
    "consult": (0.1, 0.0),
}
FACET_OF = {"groups": "population"}
STYLE = ("leads", "feelings", "past", "gentle")
SKEW = 1.5
# Fees asked for, as shares of what somebody in the directory takes.
FEES = (0.5, 0.8, 1.0, 1.25)


class Seekers:
    """Draws what people need from what these people offer, the same for the same seed."""

    def __init__(self, people: Sequence[Listing], rng: random.Random, *, skewed: bool) -> None:
        self._rng, self._skewed = rng, skewed
        self._people = people
        groups = sorted({group for one in people for group in one.facets})
        self._drawn = {
            group: self._weighed(slug for one in people for slug in one.facets.get(group, ())) for group in groups
        }
        self._drawn["concern"] = self._weighed(slug for one in people for slug in one.concerns)
        self._drawn["approach"] = self._weighed(slug for one in people for slug in one.approaches)

    def needs(self) -> Needs:
        """What the next person needs."""
        rng = self._rng
        concerns = self._some("concern", rng.choice((1, 1, 2, 2, 3)))
        return Needs(
            concerns=tuple((slug, 1.0 if not at or rng.random() < 0.8 else 0.5) for at, slug in enumerate(concerns)),
            approaches=self._wish("approach", 0.3, 0.1),
            not_wanted=self._wish("approach", 0.08, 0.3),
            style={line: rng.randint(1, 5) for line in STYLE if rng.random() < 0.8} if rng.random() < 0.4 else {},
            preferences={key: wish for key in WISHES if (wish := self._wish(key, *WISHES[key])).values},
            lived=rng.choices(("none", "nice", "must"), (90, 8, 2))[0],
            formats=self._some("format", rng.choice((1, 1, 2))) if rng.random() < 0.6 else (),
            population=self._some("population", 1) if rng.random() < 0.25 else (),
            place=self._place(),
            fee=self._fee(),
            wait=rng.choice((None, "now", "weeks", "months")),
        )

    def _weighed(self, named: Iterator[str]) -> tuple[list[str], list[float]]:
        """Values with their weights: as often as they are named, or by rank in an order that chance makes."""
        found = Counter(named)
        slugs = sorted(found)
        if not self._skewed:
            return slugs, list(accumulate(float(found[slug]) for slug in slugs))
        self._rng.shuffle(slugs)
        return slugs, list(accumulate(1 / rank**SKEW for rank in range(1, len(slugs) + 1)))

    def _some(self, group: str, how_many: int) -> tuple[str, ...]:
        slugs, weights = self._drawn.get(group, ([], []))
        if not slugs:
            return ()
        return tuple(dict.fromkeys(self._rng.choices(slugs, cum_weights=weights, k=how_many)))

    def _wish(self, key: str, asked: float, must: float) -> Preference:
        if self._rng.random() >= asked:
            return Preference(strength="none")
        strength: Strength = "must" if self._rng.random() < must else "nice"
        return Preference(self._some(FACET_OF.get(key, key), self._rng.choice((1, 1, 2))), strength)

    def _place(self) -> Place | None:
        """Where somebody of the directory works, so that countries come as often as they do there."""
        somebody, said = self._rng.choice(self._people), self._rng.random()
        if said < 0.1 or not somebody.jurisdictions:
            return None
        unit = self._rng.choice(sorted(somebody.jurisdictions))
        region = unit if "-" in unit and said < 0.6 else None
        point = self._rng.choice(somebody.points) if somebody.points and said < 0.3 else None
        return Place(unit[:2], region, point=point)

    def _fee(self) -> Fee | None:
        somebody = self._rng.choice(self._people)
        if self._rng.random() < 0.5 or somebody.fee_low_minor is None or somebody.currency is None:
            return None
        strength: Strength = "must" if self._rng.random() < 0.4 else "nice"
        return Fee(round(somebody.fee_low_minor * self._rng.choice(FEES)), somebody.currency, strength)
