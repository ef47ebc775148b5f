"""What somebody asks, and how it travels: readable keys in the query string, everything else in a sealed token."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from flask import url_for
from werkzeug.datastructures import MultiDict

from directory.forms.money import to_minor
from directory.forms.seeker import (
    ADDED,
    GROUPS,
    MAX_FEE,
    MAX_PAGE,
    PLACE_FIELDS,
    READABLE,
    SEALED,
    SORTS,
    TYPED,
    FilterForm,
    filter_form,
)
from directory.house import House, house
from directory.sealed import MAX_TEXT, seal_search
from directory.views import placing
from directory.views.placing import MAX_RADIUS, USUAL_RADIUS, Placed
from directory.views.suggesting import choices
from search_index.lexicon import folded
from search_index.listing import Query

PER_PAGE = 10
ALL = "*"
VOCABULARY_OF = {
    "concern": "concerns",
    "approach": "approaches",
    "format": "formats",
    "language": "languages",
    "community": "communities",
    "theme": "themes",
    "faith_stance": "faith_stances",
    "faith": "faiths",
    "belongs": "communities",
    "affirming": "affirming",
    "population": "populations",
    "payment": "payments",
    "insurance": "insurers",
    "availability": "availability",
    "gender": "genders",
    "accessibility": "accessibility",
    "times": "times",
}


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

    ``required``: everybody found has all the words; ``exact``: the words were searched as typed, nothing was read into
    them. ``name`` is a person's, or a part of it. ``fee_max`` is in major units of ``currency``; ``help`` is "danger",
    "helpline" or nothing. ``near`` is a town or postcode as typed, ``within`` how far from it, in miles or kilometres
    as people there count; ``refused`` is what was typed as not wanted, ``did_you_mean`` the text in a better spelling.
    ``opened`` is the group of filters that is shown whole, ``saved`` are the ids of the list that goes with it.
    ``unfound`` are names typed beside a group's ticks that are none of its values, or may be several of them. ``read``
    is what of ``filters``, "fee_max" and "near" came from the typed words.
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
            return replace(self, page=1, near="", within=None, filters={**stays, **self.filters})
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


def known_values(the_house: House) -> dict[str, list[str]]:
    """Every value that each group of the filter form knows."""
    vocabulary, places = the_house.vocabulary, the_house.places
    known = {g: [t.slug for t in vocabulary.terms(VOCABULARY_OF[g])] for g in GROUPS if g in VOCABULARY_OF}
    countries = places.countries()
    known["country"] = [c.code for c in countries]
    known["region"] = [
        code for c in countries for code in (c.code, *(region.code for region in places.regions(c.code)))
    ]
    known["consult"] = ["free", *(t.slug for t in vocabulary.terms("consult_offers"))]
    known["sliding"] = ["yes"]
    return known


@lru_cache(maxsize=4)
def _form_of(the_house: House) -> type[FilterForm]:
    """The filter form for this house's vocabulary, made once."""
    return filter_form(known_values(the_house))


def _currency(told: str | None, the_house: House) -> str | None:
    return told if told in {c.currency for c in the_house.places.countries()} else None


def _fee_max(form: FilterForm) -> int | None:
    return min(form.fee_max.data, MAX_FEE) if form.fee_max.data else None


def from_address(data: MultiDict[str, str]) -> Asked:
    """The question that a readable address tells. What may not stand there readable is not read from there."""
    readable = ((key, value) for key, value in data.items(multi=True) if key not in (*SEALED, *PLACE_FIELDS))
    return from_form(MultiDict([(key, value) for key, value in readable if not key.startswith(ADDED)]))


def from_form(data: MultiDict[str, str], base: Asked | None = None) -> Asked:
    """The question that a filter form tells, over what the page's own address already knew.

    Concerns that only order stay until somebody takes them away; a fee stays while no currency says what it is, and
    goes when another currency is chosen, in which it would be another sum.
    """
    the_house, base = house(), base or Asked()
    form = _form_of(the_house)(data)
    typed = {group: form[f"{ADDED}{group}"].data for group in TYPED if f"{ADDED}{group}" in data}
    meant = {group: choices(group).match(name) for group, name in typed.items()}
    ticked = {group: (*form[group].data, *filter(None, [meant.get(group)])) for group in GROUPS}
    filters = {group: tuple(dict.fromkeys(values)) for group, values in ticked.items() if values}
    taken_away = {*base.filters.get("concern", ())} - {*filters.get("concern", ())}
    concepts = tuple(c for c in base.concepts if c[0] not in taken_away)
    currency = _currency(form.currency.data, the_house)
    fee_max = _fee_max(form) if "fee_max" in data else base.fee_max
    same_sum = fee_max == base.fee_max
    asked = replace(
        base,
        filters=filters,
        concepts=concepts,
        fee_max=None if same_sum and base.currency not in (None, currency) else fee_max,
        currency=currency,
        sort=form.sort.data if form.sort.data in SORTS else "closest",
        page=max(1, min(form.page.data or 1, MAX_PAGE)),
        opened=form.open.data if form.open.data in GROUPS else base.opened,
        unfound={group: name for group, name in (dict(base.unfound) | typed).items() if name and not meant.get(group)},
    )
    return _placed(asked, form) if "near" in data or "near_is" in data else asked


def _placed(asked: Asked, form: FilterForm) -> Asked:
    """The question at the place that a form tells."""
    within = min(form.within.data, MAX_RADIUS) if form.within.data and form.within.data > 0 else None
    near = form.near_is.data or form.near.data or ""
    if near == asked.near:
        return replace(asked, within=within if near else None)
    return settled(replace(asked, near=near, within=within if near else None))


def settled(asked: Asked) -> Asked:
    """The question with a place that says its country and region by itself, so that no filter asks for them again.

    The country and region asked about help to tell places of one name apart. A place elsewhere is a new one.
    """
    where = asked.placed
    bare = {group: values for group, values in asked.filters.items() if group not in ("country", "region")}
    if where.unknown:
        where = placing.placed(asked.near)
    if where.place is None:
        return asked
    elsewhere = placing.placed(asked.near)
    near = asked.near if elsewhere.others and elsewhere.place == where.place else where.name
    return replace(asked, near=near, filters=bare)


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
