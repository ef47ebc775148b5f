"""The ways to narrow a list: groups of ticks with their counts, and the fee bands. What is asked already is chips.py's.

A group of more values than ``FEW`` shows its most used ones; the rest come with the page that its button opens.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from markupsafe import Markup, escape

from directory.forms.money import to_minor
from directory.forms.seeker import GROUPS
from directory.views import shown
from directory.views.asking import Asked, units
from directory.views.narrowing import VOCABULARY_OF
from directory.views.saying import gettext as _
from directory.views.saying import kept, saying
from search_index.listing import Page

FEW, MOST_USED, FIRST = 14, 8, 5
IN_THEIR_ORDER = ("availability", "times")


class Tick(NamedTuple):
    """One value of a facet: pressing it alone in its group finds ``count`` people."""

    value: str
    label: str
    count: int  # type: ignore[assignment]  # a tuple's own count is not asked for
    ticked: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """One group of ticks, the ``folded`` ones behind a fold, ``more`` behind a button.

    ``unknown`` people meet everything else but haven't said anything here.
    """

    id: str
    name: str
    legend: str
    values: Sequence[Tick]
    folded: Sequence[Tick]
    more: int
    unknown: int


def value_label(group: str, value: str) -> str:
    """How one filter value is called."""
    said = value_labels(group)
    if value not in said:
        said[value] = _value_label(group, value)
    return said[value]


def value_labels(group: str) -> dict[str, str]:
    """The values of a group that were called something so far in this house and language."""
    return kept(f"values of {group}", dict)


def _value_label(group: str, value: str) -> str:
    if group in {"country", "region"}:
        return saying().house.places.name_of(value)
    if group == "sliding":
        return _("Sliding scale")
    if group == "consult":
        return _("Free first call") if value == "free" else shown.label("consult_offers", value)
    if group == "belongs":
        return _("From this community: %(name)s", name=shown.label("communities", value))
    return shown.label(VOCABULARY_OF.get(group, group), value)


def legends() -> dict[str, str]:
    """The heading of every facet, in the order in which they stand."""
    return kept("legends", _legends)


def _legends() -> dict[str, str]:
    return {
        "format": _("How you’d meet"),
        "country": _("Where you are"),
        "region": _("State, province or nation"),
        "language": _("Language"),
        "concern": _("What they work with"),
        "approach": _("Ways of working"),
        "community": _("Communities they serve"),
        "theme": _("Culture and family"),
        "faith_stance": _("How they meet faith"),
        "affirming": _("Affirming of"),
        "population": _("Who they see"),
        "sliding": _("Lower fees"),
        "payment": _("Ways to pay"),
        "insurance": _("Insurance"),
        "availability": _("Openings"),
        "consult": _("First call"),
        "gender": _("Who they are"),
        "accessibility": _("Access"),
        "times": _("Times"),
        "belongs": _("From this community themselves"),
        "faith": _("Their own faith or worldview"),
    }


def facet_id(group: str) -> str:
    """The id of a facet on the page; it may stand in an address, so it says nothing."""
    return f"g{GROUPS.index(group)}"


def facets(asked: Asked, page: Page) -> dict[str, Facet]:
    """Every facet that has something to choose, by its group."""
    return {facet.name: facet for facet in _facets(asked, page)}


def _facets(asked: Asked, page: Page) -> Iterator[Facet]:
    placed = asked.placed.place is not None  # which says the country and region by itself
    for group, legend in legends().items():
        if group in ("country", "region") and placed:
            continue
        if group == "region" and not asked.filters.get("country") and not asked.filters.get("region"):
            continue
        chosen = asked.filters.get(group, ())
        counts = _counts(group, page, chosen)
        if counts:
            yield _facet(group, legend, counts, chosen, group == asked.opened, page.unknown.get(group, 0))


def _facet(
    group: str, legend: str, counts: Mapping[str, int], chosen: Sequence[str], opened: bool, unknown: int
) -> Facet:
    few = len(counts) <= FEW
    ticks = _ticks(group, counts if few or opened else _most_used(counts, chosen), chosen)
    first = max(FIRST, len(chosen)) if few and not opened and group not in IN_THEIR_ORDER else len(ticks)
    return Facet(facet_id(group), group, legend, ticks[:first], ticks[first:], len(counts) - len(ticks), unknown)


def _counts(group: str, page: Page, chosen: Sequence[str]) -> dict[str, int]:
    counts: dict[str, int] = dict(page.facets.get(group, ()))
    if group == "region":
        deciding = {region: units((region,))[0] for region in chosen}
        counts = {v: n for v, n in counts.items() if "-" in v} | {r: counts.get(u, 0) for r, u in deciding.items()}
    return counts | {value: 0 for value in chosen if value not in counts}


def _most_used(counts: Mapping[str, int], chosen: Sequence[str]) -> dict[str, int]:
    ranked = sorted(sorted(counts.items()), key=itemgetter(1), reverse=True)
    if chosen:
        ranked.sort(key=lambda pair: pair[0] not in chosen)
    return dict(ranked[: max(MOST_USED, len(chosen))])


def _ticks(group: str, counts: Mapping[str, int], chosen: Iterable[str]) -> list[Tick]:
    """The ticks of a group: ticked ones first, then the most used; openings and times in their own order."""
    said = value_labels(group)
    ticks = [
        Tick(value, said.get(value) or value_label(group, value), count, value in chosen)
        for value, count in counts.items()
    ]
    if group in IN_THEIR_ORDER:
        order = [term.slug for term in saying().house.vocabulary.terms(VOCABULARY_OF[group])]
        return sorted(ticks, key=lambda tick: order.index(tick.value))
    return sorted(ticks, key=lambda tick: (not tick.ticked, -tick.count, tick.label))


def boxes(facet: Facet, ticks: Iterable[Tick]) -> Markup:
    """The tick boxes of a facet. A page has hundreds, so they are put together here and not by a template."""
    said: dict[str, tuple[str, str]] = kept(f"boxes of {facet.name}", dict)
    made = []
    for tick in ticks:
        ends = said.get(tick.value)
        if ends is None:
            ends = said[tick.value] = _box_ends(facet, tick)
        made.append(f"{ends[0]}{' checked' if tick.ticked else ''}{ends[1]}{tick.count}</span></label>")
    return Markup("\n".join(made))


def _box_ends(facet: Facet, tick: Tick) -> tuple[str, str]:
    box, value = f"{facet.id}-{escape(tick.value)}", escape(tick.value)
    begin = f'<label class="tick" for="{box}"><input type="checkbox" id="{box}" name="{facet.name}" value="{value}"'
    return begin, f'><span>{escape(tick.label)}</span><span class="count">'


def fee_amounts(asked: Asked) -> list[int]:
    """The fee bands of the currency asked for, and the fee asked for if it is none of them, in whole units."""
    countries = saying().house.places.countries()
    bands: Mapping[str, tuple[int, ...]] = {country.currency: country.fee_bands for country in countries}
    currency = asked.currency or ""
    own = {asked.fee_max} if asked.fee_max and currency else set()
    return sorted({*bands.get(currency, ())} | own)


def fee_bands(asked: Asked, counts: Mapping[int, int]) -> list[Tick]:
    """The ticks of the fee bands. ``counts``: how many people there would be, by amount at most."""
    return [
        Tick(str(amount), fee_label(amount, asked.currency or ""), count, amount == asked.fee_max)
        for amount, count in counts.items()
    ]


def fee_label(amount: int, currency: str) -> str:
    """A highest fee in words."""
    return _("Up to %(fee)s", fee=shown.money(to_minor(amount, currency), currency))
