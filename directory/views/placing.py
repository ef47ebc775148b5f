"""Where somebody who asks is: the place that they typed, looked up whenever it is needed, and how far they would go.

Only what was typed travels. Who may see somebody there is docs/decisions/0013.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from directory.house import house
from directory.places import Place
from directory.views.saying import gettext as _
from directory.views.saying import ngettext
from search_index.listing import FROM_AFAR, IN_A_ROOM

RADII = (5, 10, 25, 50, 100)
USUAL_RADIUS = 25
KM = {"mi": 1.609344, "km": 1.0}
# A distance is said to the next so many, up to so much: nobody's town has one middle.
STEPS = ((10, 1), (50, 5), (200, 10))
FAR_STEP, NEAREST = 50, 2


@dataclass(frozen=True, slots=True)
class Placed:
    """What a typed place may mean: its ``choices``, and the ``place`` that is surely meant, None when that is open."""

    typed: str = ""
    choices: tuple[Place, ...] = ()
    place: Place | None = None

    @property
    def unknown(self) -> bool:
        """Was something typed that is on no map of ours?"""
        return bool(self.typed) and not self.choices

    @property
    def others(self) -> list[str]:
        """The other meanings, each so spelt that it is the only one."""
        return [house().places.spelt(self.typed, place) for place in self.choices if place != self.place]

    @property
    def name(self) -> str:
        """What to call the place: the town, with its region where other towns have its name, or the postcode."""
        if self.place is None:
            return self.typed
        if any(letter.isdigit() for letter in self.typed):
            return self.typed.upper()
        alone = len(house().places.choices(self.place.town)) == 1
        return self.place.town if alone else house().places.spelt(self.typed, self.place)

    @property
    def units(self) -> tuple[str, ...]:
        """The licence units that count there; the whole country where the place is in none that we know."""
        if self.place is None:
            return ()
        return (house().places.unit_of(self.place.country, self.place.region) or self.place.country,)

    @property
    def jurisdiction(self) -> dict[str, tuple[str, ...]]:
        """The filter on country or region that stays when the distance goes."""
        (unit,) = self.units
        return {"region": (unit,)} if "-" in unit else {"country": (unit,)}

    @property
    def measure(self) -> str:
        """Miles or kilometres, as people there count."""
        return (measure(self.place.country) if self.place else "") or "km"


def placed(typed: str, within: Collection[str] = ()) -> Placed:
    """What a typed place may mean; ``within``: codes of countries and regions that it must lie in one of."""
    if not typed:
        return Placed()
    places = house().places
    choices = places.choices(typed, within)
    return Placed(typed, choices, places.surely(choices))


def measure(country: str | None) -> str:
    """ "mi" or "km", as people count in a country; "" for none."""
    known = house().places.country(country) if country else None
    return known.distance if known else ""


def radius_label(number: int, unit: str) -> str:
    """A radius in words: 25 miles. Where nobody knows yet how people count there, both are named."""
    if unit == "mi":
        return ngettext("%(num)d mile", "%(num)d miles", number)
    return _("%(num)d km", num=number) if unit else _("%(num)d miles or km", num=number)


def within_label(where: Placed, radius: int) -> str:
    """How near a room must be, in words."""
    return _("Within %(far)s of %(place)s", far=radius_label(radius, where.measure), place=where.name)


def distance_line(km: float, unit: str) -> str:
    """About how far somebody's room is, rounded so that it claims no more than we know."""
    far = km / KM[unit]
    if far < NEAREST:
        return _("Less than %(far)s away", far=radius_label(NEAREST, unit))
    step = next((step for most, step in STEPS if far < most), FAR_STEP)
    return _("About %(far)s away", far=radius_label(round(far / step) * step, unit))


def place_panel(
    where: Placed, radius: int, formats: Collection[str], country: str | None, near_or: str = ""
) -> dict[str, Any]:
    """What the page prints of the place: its field, the radii to choose from, and sentences about it.

    ``near_or`` is a second place that was typed. ``asked`` is false where nobody said where they are: then it is for
    each therapist to say whether they may see them.
    """
    unit = where.measure if where.place else measure(country)
    return {
        "typed": where.typed,
        "known": where.place is not None,
        "unsure": where.unknown or (bool(where.typed) and where.place is None),
        "radii": [(number, radius_label(number, unit), number == radius) for number in sorted({*RADII, radius})],
        "told": [*_place_sentences(where), *_one_at_a_time(near_or)],
        "others": where.others + [near_or] * bool(near_or),
        "rule": " ".join(_rule(where, radius, formats)),
        "asked": bool(where.place or country),
    }


def _rule(where: Placed, radius: int, formats: Collection[str]) -> Iterator[str]:
    """Who may see the person there, in words (docs/decisions/0013)."""
    if where.place is None:
        return
    if not formats or not set(formats) <= set(FROM_AFAR):
        far = radius_label(radius, where.measure)
        yield _("In person, you see people with a room within %(far)s of %(place)s.", far=far, place=where.name)
    if not formats or not set(formats) <= set(IN_A_ROOM):
        unit = house().places.name_of(where.units[0])
        yield _("By call or message, you see people who may work with you where you are: %(place)s.", place=unit)


def _one_at_a_time(near_or: str) -> Iterator[str]:
    if near_or:
        yield _("We look near one place at a time. You also wrote “%(place)s”.", place=near_or)


def _place_sentences(where: Placed) -> Iterator[str]:
    """What to say of a place that we don't know, or that may be another one."""
    if where.unknown and any(letter.isdigit() for letter in where.typed):
        yield _("We don’t know the postcode “%(place)s”. Type the nearest town instead.", place=where.typed)
    elif where.unknown:
        told = _("We don’t know where “%(place)s” is.", place=where.typed)
        yield f"{told} {_('Type a larger town near you, or choose your country.')}"
    elif where.choices and where.place is None:
        yield _("There is more than one “%(place)s”. Which one is near you?", place=where.typed)
    elif where.others:
        yield _("We read this as %(place)s. Or do you mean another one?", place=where.name)
