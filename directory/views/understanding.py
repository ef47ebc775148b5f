"""From somebody's own words to a question: concerns that we are sure of become chips, the rest only orders."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from directory.house import house
from directory.sealed import MAX_TEXT
from directory.views.asking import Asked
from search_index.meaning import Understanding

SAME = (
    "language",
    "country",
    "region",
    "format",
    "times",
    "gender",
    "community",
    "affirming",
    "population",
    "approach",
)
KEPT_PLACE = 40
DOLLARS = frozenset({"AUD", "CAD", "NZD", "USD"})
US_DOLLARS = re.compile(r"\busd\b|\bus ?\$|\bus dollars?\b")


def _place(filters: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The country (and region) of a town or postcode that was typed."""
    found = house().places.find(filters["place"]) if filters.get("place") else None
    if found is None:
        return {}
    country = house().places.country(found.country)
    by_region = country is not None and country.regions == "unit"
    return {"region": (found.region,)} if by_region and found.region else {"country": (found.country,)}


def filters_of(understanding: Understanding) -> dict[str, tuple[str, ...]]:
    """What was said beside the concerns, as filters of the result."""
    said = understanding.filters
    filters = {
        group: tuple(said[group]) if isinstance(said[group], list | tuple) else (said[group],)
        for group in SAME
        if said.get(group)
    }
    filters |= {} if {"country", "region"} & set(filters) else _place(said)
    if said.get("sliding_scale"):
        filters["sliding"] = ("yes",)
    if said.get("free_consult"):
        filters["consult"] = ("free",)
    if said.get("availability"):
        filters["availability"] = tuple(said["availability"])
    if said.get("faith"):
        filters["faith"] = tuple(said["faith"])
    return filters


def understood(text: str) -> Asked:
    """The question behind a text of at most 4,000 letters.

    Sure concerns filter, all concerns rank; a few keywords are required, the words of a sentence only rank.
    """
    understanding = house().meaning.understand(text)
    name = understanding.filters.get("name", "")
    filters = filters_of(understanding)
    sure = tuple(c.slug for c in understanding.concerns if c.confident)
    if sure:
        filters["concern"] = sure
    asked = Asked(
        typed=text[:MAX_TEXT],
        words=(*understanding.words, *name.split()),
        required=understanding.required,
        concepts=tuple((c.slug, round(c.score, 2)) for c in understanding.concerns),
        filters=filters,
        fee_max=int(understanding.filters["fee_max"]) if understanding.filters.get("fee_max") else None,
        help="danger" if understanding.urgent else understanding.safety or "",
        unknown_place=", ".join(understanding.more.get("unknown_place", ()))[:KEPT_PLACE],
    )
    return replace(asked, currency=_currency(text, understanding.filters.get("currency"), asked.country))


def _currency(text: str, said: str | None, code: str | None) -> str | None:
    """The currency of a fee: the one said, the country's own where a bare "$" was said or nothing."""
    home = house().places.country(code) if code else None
    if home is None:
        return said
    only_dollars = said == "USD" and home.currency in DOLLARS and not US_DOLLARS.search(text.casefold())
    return home.currency if only_dollars or not said else said
