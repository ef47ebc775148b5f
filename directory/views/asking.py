"""What somebody asks, and how it travels: readable keys in the query string, everything else in a sealed token."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from flask import url_for

from directory.forms.money import to_minor
from directory.forms.seeker import MAX_PAGE, READABLE
from directory.house import house
from directory.sealed import MAX_TEXT, seal_search
from directory.views import placing
from directory.views.placing import USUAL_RADIUS, Placed
from search_index.lexicon import folded
from search_index.listing import Query

PER_PAGE = 10
ALL = "*"


def today() -> date:
    """Today's UTC date, the one that every rule about time uses."""
    return datetime.now(UTC).date()


# Under which key of a sealed link each part of a question travels, beside its words and its text.
KEYS = {
    "r": "required",
    "c": "concepts",
    "f": "filters",
    "m": "fee_max",
    "u": "currency",
    "o": "sort",
    "h": "help",
    "p": "near",
    "w": "within",
    "y": "near_or",
    "n": "name",
    "x": "exact",
    "b": "refused",
    "d": "did_you_mean",
    "g": "opened",
    "s": "saved",
    "t": "unfound",
    "e": "read",
}


@dataclass(frozen=True)
class Asked:
    """One question as its links carry it.

    ``required``: everybody found has all the words; ``exact``: the words were searched as typed, nothing was read
    into them. ``name`` is a person's, or a part of it. ``fee_max`` is in major units of ``currency``; ``help`` is
    "danger", "helpline" or nothing. ``near`` is a town or postcode as typed, ``within`` how far from it, in miles
    or kilometres as people there count, ``near_or`` a second place that was typed beside it; ``refused`` is what
    was typed as not wanted, ``did_you_mean`` the text in a better spelling. ``opened`` is the group of filters that
    is shown whole, ``saved`` are the ids of the list that goes with it. ``unfound`` are names typed beside a
    group's ticks that are none of its values, or may be several of them. ``read`` is what of ``filters``, "fee_max"
    and "near" came from the typed words.
    """

    typed: str = ""
    words: tuple[str, ...] = ()
    required: bool = False
    concepts: tuple[tuple[str, float], ...] = ()
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fee_max: int | None = None
    currency: str | None = None
    sort: str = "closest"
    page: int = 1
    help: str = ""
    near: str = ""
    within: int | None = None
    near_or: str = ""
    name: str = ""
    exact: bool = False
    refused: str = ""
    did_you_mean: str = ""
    opened: str = ""
    saved: tuple[str, ...] = ()
    unfound: Mapping[str, str] = field(default_factory=dict)
    read: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def private(self) -> bool:
        """Must this travel sealed?"""
        told = self.typed or self.words or self.concepts or self.name or self.saved or self.unfound or self.near
        return bool(told or {*self.filters, *filter(None, [self.opened])} - set(READABLE))

    @property
    def cut(self) -> bool:
        """May there be more of the typed text than travels?"""
        return len(self.typed) >= MAX_TEXT

    @property
    def country(self) -> str | None:
        """The country asked about, by itself, through a region or through the place that was typed."""
        places = self.filters.get("country", ()) or self.filters.get("region", ()) or self.placed.units
        return places[0][:2] if places else None

    @property
    def placed(self) -> Placed:
        """What the typed place means, in the countries and regions asked about."""
        return placing.placed(self.near, (*self.filters.get("country", ()), *self.filters.get("region", ())))

    @property
    def radius(self) -> int:
        """How far from the place a room may be, in what people there count."""
        return self.within or USUAL_RADIUS

    def without(self, rule: str, value: str) -> "Asked":
        """The same question without one value (a chip taken away), or without a rule at all (``ALL``).

        A rule is a group of filters, "near", "fee_max", "name" or "words". Without the distance, the country or region
        stays, since a licence counts nowhere else.
        """
        if rule == "near":
            where = self.placed
            stays = where.jurisdiction if where.place else {}
            return replace(self, page=1, near="", near_or="", within=None, filters={**stays, **self.filters})
        if rule == "fee_max":
            return replace(self, page=1, fee_max=None)
        if rule == "name":
            return replace(self, page=1, name="")
        if rule == "words":
            return replace(self, page=1, words=tuple(word for word in self.words if value not in (word, ALL)))
        gone = set(self.filters.get(rule, ())) if value == ALL else {value}
        left = tuple(one for one in self.filters.get(rule, ()) if one not in gone)
        kept = {group: values for group, values in {**self.filters, rule: left}.items() if values}
        concepts = tuple(one for one in self.concepts if rule != "concern" or one[0] not in gone)
        return replace(self, filters=kept, concepts=concepts, page=1)

    def by_hand(self) -> "Asked":
        """The same question without what was read from its words: what was chosen beside them stays."""
        left = {
            group: tuple(value for value in values if value not in self.read.get(group, ()))
            for group, values in self.filters.items()
        }
        return replace(
            self,
            filters={group: values for group, values in left.items() if values},
            fee_max=None if str(self.fee_max) in self.read.get("fee_max", ()) else self.fee_max,
            near="" if self.near in self.read.get("near", ()) else self.near,
            within=None if self.near in self.read.get("near", ()) else self.within,
            near_or="" if self.near in self.read.get("near", ()) else self.near_or,
            read={},
        )

    def query(self, per_page: int = PER_PAGE) -> Query:
        """The question in the search room's words."""
        filters = dict(self.filters)
        if "region" in filters:
            filters["region"] = units(filters["region"])
        chosen = () if self.words else tuple((slug, 1.0) for slug in filters.get("concern", ()))
        where = self.placed
        impossible = {"fee": not self.currency, "distance": where.place is None}
        return Query(
            today=today(),
            words=" ".join(self.words),
            required=self.required,
            concepts=self.concepts or chosen,
            filters=filters,
            fee_max_minor=to_minor(self.fee_max, self.currency) if self.fee_max is not None and self.currency else None,
            currency=self.currency,
            name=tuple(folded(self.name)),
            near=(where.place.latitude, where.place.longitude) if where.place else None,
            within_km=self.radius * placing.KM[where.measure] if where.place else None,
            here=where.units,
            sort="closest" if impossible.get(self.sort) else self.sort,
            page=self.page,
            per_page=per_page,
        )

    def readable(self) -> dict[str, Any]:
        """The query string of a question that may stand readable in an address."""
        told: dict[str, Any] = {group: list(values) for group, values in self.filters.items() if group in READABLE}
        if self.fee_max is not None:
            told |= {"fee_max": self.fee_max}
        if self.currency:
            told |= {"currency": self.currency}
        if self.sort != "closest":
            told["sort"] = self.sort
        if self.opened:
            told["open"] = self.opened
        return told

    def link(self) -> str:
        """The address of this question's first page: readable, or sealed for an hour."""
        if not self.private:
            return url_for("search.listing", **self.readable())
        kept = {key: getattr(self, name) for key, name in KEYS.items()}
        rest = {key: value for key, value in kept.items() if value and value != "closest"}
        token = seal_search(house().sealer, list(self.words), self.typed, rest, now=int(time.time()))
        return url_for("search.found", sealed=token)


def units(regions: tuple[str, ...]) -> tuple[str, ...]:
    """The licence units that decide in these regions: a US state is its own, an Australian state asks Australia's."""
    places = house().places
    return tuple(dict.fromkeys(places.unit_of(code[:2], code) or code for code in regions))


def opened(purpose: str, token: str) -> dict[str, Any]:
    """What a sealed link holds. Raises LinkExpired or LinkAltered."""
    return house().sealer.open(purpose, token, now=int(time.time()))


def from_token(token: str, page: int = 1) -> Asked:
    """The question that a sealed search link holds. Raises LinkExpired or LinkAltered."""
    held = opened("search", token)
    told = {name: held[key] for key, name in KEYS.items() if key in held}
    told["concepts"] = tuple((slug, float(weight)) for slug, weight in held.get("c", ()))
    told["saved"] = tuple(held.get("s", ()))
    for key in ("f", "e"):
        told[KEYS[key]] = {group: tuple(values) for group, values in held.get(key, {}).items()}
    return Asked(
        typed=held.get("text", ""), words=tuple(held.get("words", ())), page=max(1, min(page, MAX_PAGE)), **told
    )
