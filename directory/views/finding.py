"""From a question to people: the index first, the database when there is no index; facets, chips and reasons in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _

from directory import profiles
from directory.forms.seeker import GROUPS
from directory.house import house
from directory.views import shown
from directory.views.asking import PER_PAGE, VOCABULARY_OF, Asked, today
from search_index.errors import IndexUnavailable
from search_index.listing import Hit, Page

OPEN_VALUES = 6
MAX_WHY = 2


@dataclass(frozen=True, slots=True)
class Tick:
    """One value of a facet: pressing it alone in its group finds ``count`` people."""

    value: str
    label: str
    count: int | None
    checked: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """One group of ticks. ``unknown`` people meet everything else but haven't said anything here."""

    name: str
    legend: str
    first: tuple[Tick, ...]
    more: tuple[Tick, ...]
    unknown: int


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing asked, with the button value that takes it away."""

    remove: str
    label: str


def value_label(group: str, value: str) -> str:
    """How one filter value is called."""
    if group in {"country", "region"}:
        return house().places.name_of(value)
    if group == "sliding":
        return _("Sliding scale")
    if group == "consult":
        return _("Free first call") if value == "free" else shown.label("consult_offers", value)
    if group == "belongs":
        return _("From this community: %(name)s", name=shown.label("communities", value))
    return shown.label(VOCABULARY_OF.get(group, group), value)


def legends() -> dict[str, str]:
    """The heading of every facet, in the order in which they stand."""
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
    }


def _answer(asked: Asked) -> Page:
    """One page of hits; from the database, plainly, while there is no index."""
    try:
        return house().index.search(asked.query())
    except IndexUnavailable:
        total, ids = profiles.plain_search(asked.query(), house().vocabulary)
        return Page(total=total, hits=tuple(Hit(one, 0.0) for one in ids), facets={}, unknown={})


def _visible(page: Page, asked: Asked) -> list[tuple[Hit, Any]]:
    """The hits that the database agrees to show; the next page's first fill the places of those it doesn't."""
    rows = {row.id: row for row in profiles.published([hit.id for hit in page.hits], today())}
    kept = [(hit, rows[hit.id]) for hit in page.hits if hit.id in rows]
    missing = len(page.hits) - len(kept)
    if missing and page.total > asked.page * PER_PAGE:
        after = _answer(replace(asked, page=asked.page + 1)).hits[:missing]
        more = {row.id: row for row in profiles.published([hit.id for hit in after], today())}
        kept += [(hit, more[hit.id]) for hit in after if hit.id in more]
    return kept


def why(hit: Hit, person: Any) -> list[str]:
    """Why this person is shown: at most two sentences, what is missing included."""
    first = person.name.split()[0]
    told = []
    if hit.main:
        names = [shown.label("concerns", slug) for slug in hit.main[:MAX_WHY]]
        if len(names) == 1:
            told.append(_("%(concern)s is one of %(name)s’s main areas.", concern=names[0], name=first))
        else:
            both = {"one": names[0], "other": names[1], "name": first}
            told.append(_("%(one)s and %(other)s are among %(name)s’s main areas.", **both))
    if hit.also and len(told) < MAX_WHY:
        names = [shown.label("concerns", slug) for slug in hit.also[:MAX_WHY]]
        told.append(_("%(name)s also works with: %(concerns)s.", name=first, concerns=", ".join(names)))
    return told


def people(asked: Asked) -> dict[str, Any]:
    """The people of one page, and how many there are."""
    page = _answer(asked)
    wanted = {*asked.filters.get("concern", ()), *(slug for slug, weight in asked.concepts)}
    entries = [shown.entry(row, why=why(hit, row), asked=wanted) for hit, row in _visible(page, asked)]
    last = -(-page.total // PER_PAGE)
    return {"page": page, "entries": entries, "last_page": last}


def _ticks(group: str, page: Page, chosen: Sequence[str]) -> list[Tick]:
    counts = {c.value: c.count for c in page.facets.get(group, ())}
    values = [v for v in counts if counts[v] or v in chosen] + [v for v in chosen if v not in counts]
    ticks = [Tick(v, value_label(group, v), counts.get(v), v in chosen) for v in values]
    return sorted(ticks, key=lambda tick: (not tick.checked, -(tick.count or 0), tick.label))


def facets(asked: Asked, page: Page) -> list[Facet]:
    """Every facet that has something to choose."""
    made = []
    for group, legend in legends().items():
        if group == "region" and not asked.filters.get("country") and not asked.filters.get("region"):
            continue
        ticks = _ticks(group, page, asked.filters.get(group, ()))
        cut = max(OPEN_VALUES, sum(tick.checked for tick in ticks))
        if ticks:
            made.append(Facet(group, legend, tuple(ticks[:cut]), tuple(ticks[cut:]), page.unknown.get(group, 0)))
    return made


def chips(asked: Asked) -> list[Chip]:
    """Everything asked, each with its button."""
    made = [Chip(f"{g}:{v}", value_label(g, v)) for g in (*GROUPS, "belongs", "faith") for v in asked.filters.get(g, ())]
    if asked.fee_max is not None and asked.currency:
        fee = shown.money(asked.fee_max * 100, asked.currency)
        made.append(Chip("fee_max:yes", _("Up to %(fee)s", fee=fee)))
    return made


def fee_bands(asked: Asked) -> list[tuple[int, str, int | None]]:
    """(amount, label, people) of each fee band of the currency asked for, or of the country asked for."""
    bands: Mapping[str, tuple[int, ...]] = {c.currency: c.fee_bands for c in house().places.countries()}
    made = []
    for amount in bands.get(asked.currency or "", ()):
        try:
            count = house().index.search(replace(asked, fee_max=amount, page=1).query(per_page=1)).total
        except IndexUnavailable:
            count = None
        made.append((amount, _("Up to %(fee)s", fee=shown.money(amount * 100, asked.currency or "")), count))
    return made


def results(asked: Asked) -> dict[str, Any]:
    """Everything that the page of results prints."""
    if asked.currency is None and (countries := asked.filters.get("country")):
        country = house().places.country(countries[0])
        asked = replace(asked, currency=country.currency if country else None)
    found = people(asked)
    page = found["page"]
    currencies = [(c.currency, c.name) for c in house().places.countries() if c.served]
    told = {"facets": facets(asked, page), "chips": chips(asked), "bands": fee_bands(asked), "currencies": currencies}
    return {**found, **told, "currency": asked.currency}
