"""From a filter form, or from a readable address, to a question. What a question is, is asking.py's."""

from dataclasses import replace
from functools import lru_cache

from werkzeug.datastructures import MultiDict

from directory.forms.seeker import (
    ADDED,
    GROUPS,
    MAX_FEE,
    MAX_PAGE,
    MAX_RADIUS,
    PLACE_FIELDS,
    SEALED,
    SORTS,
    TYPED,
    FilterForm,
    filter_form,
)
from directory.house import House, house
from directory.views import placing
from directory.views.asking import Asked
from directory.views.suggesting import choices

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
    near_or = asked.near_or if near == asked.near else ""
    there = settled(replace(asked, near=near, near_or=near_or, within=within if near else None))
    return nearest_first(there) if there.near != asked.near else there


def nearest_first(asked: Asked) -> Asked:
    """A new place with nothing else to be close to: the nearest room stands first, until another order is chosen."""
    ranks = asked.words or asked.concepts or asked.filters.get("concern")
    if asked.placed.place is None or asked.sort != "closest" or ranks:
        return asked
    return replace(asked, sort="distance")


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
