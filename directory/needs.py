"""What a person asks for, as plain values: readiness makes Needs from answers, matching reads them.

Nothing is decided here. Slugs are the vocabulary's, money is in minor currency units.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Strength = Literal["must", "nice", "none"]
STRENGTHS: tuple[Strength, ...] = ("must", "nice", "none")


@dataclass(frozen=True, slots=True)
class Preference:
    """Slugs asked for and how much they matter: must leaves everyone else out, nice earns points, none does nothing."""

    values: tuple[str, ...] = ()
    strength: Strength = "nice"

    @property
    def must(self) -> bool:
        return bool(self.values) and self.strength == "must"

    @property
    def nice(self) -> bool:
        return bool(self.values) and self.strength == "nice"


NO_PREFERENCE = Preference(strength="none")


@dataclass(frozen=True, slots=True)
class Fee:
    """The most that a person can pay for one session, in minor units of an ISO 4217 currency."""

    max_minor: int
    currency: str
    strength: Strength = "nice"


@dataclass(frozen=True, slots=True)
class Place:
    """An ISO 3166-1 country, where given its region (ISO 3166-2), a town as typed, and (latitude, longitude) once
    looked up.
    """

    country: str
    region: str | None = None
    town: str = ""
    point: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Needs:
    """Everything that matching may look at.

    ``concerns`` holds at most three slugs with weights in (0, 1]: 1 for those chosen, less for those that a wish
    names. ``approaches`` are wanted, any of them; ``not_wanted`` are not; ``added_approaches`` come from an offer
    that was taken. ``style`` maps leads, feelings, past and gentle to 1-5. ``preferences`` is keyed by language,
    gender, affirming, groups, community, theme, faith, faith_stance, payment, insurance, accessibility, times,
    frequency and consult. ``lived`` says how much it matters that the therapist belongs to an asked community.
    ``formats`` and ``population`` are always musts, any of them.
    """

    concerns: tuple[tuple[str, float], ...] = ()
    approaches: Preference = NO_PREFERENCE
    not_wanted: Preference = NO_PREFERENCE
    added_approaches: tuple[str, ...] = ()
    style: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    preferences: Mapping[str, Preference] = field(default_factory=lambda: MappingProxyType({}))
    lived: Strength = "none"
    formats: tuple[str, ...] = ()
    population: tuple[str, ...] = ()
    place: Place | None = None
    fee: Fee | None = None
    wait: str | None = None

    def preference(self, key: str) -> Preference:
        return self.preferences.get(key, NO_PREFERENCE)
