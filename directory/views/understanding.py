"""From somebody's own words to a question: concerns that we are sure of become chips, the rest only orders."""

import re
from dataclasses import replace

from directory.forms.seeker import MAX_RADIUS
from directory.house import house
from directory.sealed import MAX_TEXT
from directory.views import placing
from directory.views.asking import Asked
from directory.views.narrowing import nearest_first, settled
from search_index.meaning import Understanding
from search_index.words import quotations, typed_words

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
ALSO = ("accessibility", "payment", "insurance", "faith_stance", "theme")
MOST_WITH_QUOTES = 14
KEPT_PLACE, KEPT_REFUSED = 40, 80
DOLLARS = frozenset({"AUD", "CAD", "NZD", "USD"})
RADIUS = re.compile(r"\b(\d{1,3}) ?(?:(mi|miles?)|km|kms|kilomet(?:re|er)s?)\b", re.IGNORECASE)
US_DOLLARS = re.compile(r"\busd\b|\bus ?\$|\bus dollars?\b")


def filters_of(understanding: Understanding) -> dict[str, tuple[str, ...]]:
    """What was said beside the concerns, as filters of the result."""
    said = understanding.filters
    filters = {
        group: tuple(said[group]) if isinstance(said[group], list | tuple) else (said[group],)
        for group in SAME
        if said.get(group)
    }
    filters |= {group: tuple(understanding.more[group]) for group in ALSO if understanding.more.get(group)}
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

    Sure concerns filter, all concerns rank, and the words of a sentence only rank. A few keywords are required; then
    they rank alone. In a short text, nothing is read into what stands in quotation marks: whoever is found has it so.
    """
    whole = house().understand(text)
    quoted, rest = quotations(text)
    if not quoted or len(text.split()) > MOST_WITH_QUOTES:
        return _asked(text, whole)
    around = house().understand(rest)
    words = (*quoted, *(around.words if around.required else ()))
    return replace(_asked(text, around), words=words, required=True, concepts=(), help=_help(whole))


def _help(understanding: Understanding) -> str:
    return "danger" if understanding.urgent else understanding.safety or ""


def _asked(text: str, understanding: Understanding) -> Asked:
    filters = filters_of(understanding)
    sure = tuple(c.slug for c in understanding.concerns if c.confident)
    if sure:
        filters["concern"] = sure
    ranked = tuple((c.slug, round(c.score, 2)) for c in understanding.concerns)
    asked = Asked(
        typed=text[:MAX_TEXT],
        words=tuple(understanding.words),
        required=understanding.required,
        concepts=() if understanding.required else ranked,
        filters=filters,
        fee_max=int(understanding.filters["fee_max"]) if understanding.filters.get("fee_max") else None,
        help=_help(understanding),
        near=_as_typed(understanding.filters.get("place", ""), text)[:KEPT_PLACE],
        near_or=", ".join(understanding.more.get("other_place", ()))[:KEPT_PLACE],
        name=understanding.filters.get("name", ""),
        refused=", ".join(understanding.more.get("refused", ()))[:KEPT_REFUSED],
        did_you_mean=_whole(understanding.did_you_mean),
    )
    asked = nearest_first(settled(asked))
    asked = replace(asked, read=_read(asked))
    asked = replace(asked, within=_radius(text, asked.placed.measure) if asked.near else None)
    return replace(asked, currency=_currency(text, understanding.filters.get("currency"), asked.country))


def _read(asked: Asked) -> dict[str, tuple[str, ...]]:
    """Every value that was read from the words, so that it can be told from what is chosen beside them."""
    fee = (str(asked.fee_max),) if asked.fee_max is not None else ()
    return {**asked.filters, "fee_max": fee, "near": (asked.near,)}


def _as_typed(place: str, text: str) -> str:
    """A place in the letters in which it was typed."""
    found = re.search(re.escape(place), text, re.IGNORECASE)
    return found[0] if found else place


def _radius(text: str, measure: str) -> int | None:
    """How far is near enough, as said ("within 10 miles of Leeds"), in ``measure``; None when nothing is said."""
    said = RADIUS.search(text)
    if said is None:
        return None
    km = int(said[1]) * placing.KM["mi" if said[2] else "km"]
    return max(1, min(round(km / placing.KM[measure]), MAX_RADIUS))


def _whole(better: str | None) -> str:
    """A better spelling that can travel whole; one press asks for it, so no word of it may be missing."""
    return better if better and len(better) <= MAX_TEXT else ""


def exactly(asked: Asked) -> Asked:
    """The same words searched as typed: nothing is read into them, and everybody found has them all.

    What was chosen by hand beside them stays; what was only read from the words goes.
    """
    chosen = asked.by_hand()
    return Asked(
        typed=asked.typed,
        words=typed_words(asked.typed),
        required=True,
        exact=True,
        filters=chosen.filters,
        fee_max=chosen.fee_max,
        near=chosen.near,
        within=chosen.within,
        currency=asked.currency,
        sort=asked.sort,
        help=asked.help,
        saved=asked.saved,
    )


def _currency(text: str, said: str | None, code: str | None) -> str | None:
    """The currency of a fee: the one said, the country's own where a bare "$" was said or nothing."""
    home = house().places.country(code) if code else None
    if home is None:
        return said
    only_dollars = said == "USD" and home.currency in DOLLARS and not US_DOLLARS.search(text.casefold())
    return home.currency if only_dollars or not said else said
