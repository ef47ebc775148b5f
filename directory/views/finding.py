"""From a question to people: the index first, the database while there is none; facets, chips, reasons in words."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup, escape

from directory import profiles
from directory.forms.money import to_minor
from directory.forms.seeker import GROUPS
from directory.house import house
from directory.views import shown
from directory.views.asking import PER_PAGE, VOCABULARY_OF, Asked, today, units
from search_index.errors import IndexUnavailable
from search_index.listing import Page

MAX_WHY = 2
IN_THEIR_ORDER = ("availability", "times")
SENTENCE_END = re.compile(r"(?<=[.!?]) ")
WORD = re.compile(r"(\W+)")


@dataclass(frozen=True, slots=True)
class Tick:
    """One value of a facet: pressing it alone in its group finds ``count`` people."""

    value: str
    label: str
    count: int
    ticked: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """One group of ticks. ``unknown`` people meet everything else but haven't said anything here."""

    name: str
    legend: str
    values: tuple[Tick, ...]
    unknown: int


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing asked, with the button value that takes it away."""

    value: str
    label: str
    name: str = "remove"


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
        "belongs": _("From this community themselves"),
        "faith": _("Their own faith or worldview"),
    }


def _answer(asked: Asked) -> Page:
    """One page of hits; from the database, plainly, while there is no index."""
    try:
        return house().index.search(asked.query())
    except IndexUnavailable:
        return profiles.plain_search(asked.query(), house().vocabulary)


def _visible(page: Page, asked: Asked) -> list[Any]:
    """The people of a page whom the database agrees to show; the next page's first take the places of the others."""
    people = profiles.published([hit.id for hit in page.hits], today())
    missing = len(page.hits) - len(people)
    if missing and page.total > asked.page * PER_PAGE:
        after = _answer(replace(asked, page=asked.page + 1)).hits[:missing]
        people += profiles.published([hit.id for hit in after], today())
    return people


def why(person: Any, wanted: Collection[str]) -> list[str]:
    """Why this person is shown: at most two sentences about the concerns that were asked for."""
    first = person.name.split()[0]
    main = [shown.label("concerns", slug) for slug in shown.slugs(person, "concerns", "main") if slug in wanted]
    also = [shown.label("concerns", slug) for slug in shown.slugs(person, "concerns", "also") if slug in wanted]
    told = []
    if len(main) == 1:
        told.append(_("%(concern)s is one of %(name)s’s main areas.", concern=main[0], name=first))
    elif main:
        both = {"one": main[0], "other": main[1], "name": first}
        told.append(_("%(one)s and %(other)s are among %(name)s’s main areas.", **both))
    if also:
        told.append(_("%(name)s also works with: %(concerns)s.", name=first, concerns=", ".join(also[:MAX_WHY])))
    return told


def excerpt(person: Any, words: Sequence[str]) -> Markup | None:
    """The sentence of a person's own texts with most of these words, marked; None when no sentence has any."""
    stems = {word.casefold()[: max(4, len(word) - 3)] for word in words if len(word) > 3}
    texts = (person.headline, person.bio_approach, person.bio_working, person.bio_first_session)
    sentences = [WORD.split(told) for text in texts for told in SENTENCE_END.split(text)]
    parts = max(sentences, key=lambda parts: len(_stems_in(parts, stems)))
    if not _stems_in(parts, stems):
        return None
    marked = (Markup("<mark>{}</mark>").format(p) if _stems_in([p], stems) else escape(p) for p in parts)
    return Markup("“{}”").format(Markup("").join(marked))


def _stems_in(parts: Iterable[str], stems: set[str]) -> set[str]:
    return {stem for stem in stems for part in parts if part.casefold().startswith(stem)}


def people(asked: Asked) -> dict[str, Any]:
    """The people of one page, and how many there are."""
    page = _answer(asked)
    wanted = set(asked.filters.get("concern", ()))
    words = asked.words if asked.typed and asked.help != "danger" else ()
    entries = [
        shown.entry(row, why=why(row, wanted) or [told for told in [excerpt(row, words)] if told], asked=wanted)
        for row in _visible(page, asked)
    ]
    last = -(-page.total // PER_PAGE)
    return {"page": page, "entries": entries, "last_page": last}


def _ticks(group: str, page: Page, chosen: Sequence[str]) -> list[Tick]:
    counts = {c.value: c.count for c in page.facets.get(group, ())}
    if group == "region":
        deciding = {region: units((region,))[0] for region in chosen}
        counts = {v: n for v, n in counts.items() if "-" in v} | {r: counts.get(u, 0) for r, u in deciding.items()}
    values = [v for v in counts if counts[v] or v in chosen] + [v for v in chosen if v not in counts]
    ticks = [Tick(v, value_label(group, v), counts.get(v, 0), v in chosen) for v in values]
    if group in IN_THEIR_ORDER:
        order = [term.slug for term in house().vocabulary.terms(VOCABULARY_OF[group])]
        return sorted(ticks, key=lambda tick: order.index(tick.value))
    return sorted(ticks, key=lambda tick: (-tick.count, tick.label))


def facets(asked: Asked, page: Page) -> list[Facet]:
    """Every facet that has something to choose."""
    made = []
    for group, legend in legends().items():
        if group == "region" and not asked.filters.get("country") and not asked.filters.get("region"):
            continue
        ticks = _ticks(group, page, asked.filters.get(group, ()))
        if ticks:
            made.append(Facet(group, legend, tuple(ticks), page.unknown.get(group, 0)))
    return made


def chips(asked: Asked) -> list[Chip]:
    """Everything asked, each with its button."""
    made = [Chip(f"{g}:{v}", value_label(g, v)) for g in GROUPS for v in asked.filters.get(g, ())]
    if asked.fee_max is not None and asked.currency:
        fee = shown.money(to_minor(asked.fee_max, asked.currency), asked.currency)
        made.append(Chip("fee_max:yes", _("Up to %(fee)s", fee=fee)))
    return made


def fee_bands(asked: Asked) -> list[Tick]:
    """The fee bands of the currency asked for, and the fee asked for if it is none of them, each with its people."""
    bands: Mapping[str, tuple[int, ...]] = {c.currency: c.fee_bands for c in house().places.countries()}
    currency, made = asked.currency or "", []
    own = {asked.fee_max} if asked.fee_max and currency else set()
    for amount in sorted({*bands.get(currency, ())} | own):
        fee = _("Up to %(fee)s", fee=shown.money(to_minor(amount, currency), currency))
        count = _answer(replace(asked, fee_max=amount, page=1)).total
        made.append(Tick(str(amount), fee, count, amount == asked.fee_max))
    return made


def chosen_line(asked: Asked) -> str:
    """What is chosen, for the summary of the folded filters."""
    labels = [chip.label for chip in chips(asked)]
    return (
        ngettext("%(num)d chosen: %(what)s", "%(num)d chosen: %(what)s", len(labels), what=", ".join(labels))
        if labels
        else ""
    )


def close_to(group: str, slug: str) -> list[dict[str, str]]:
    """The topics beside one topic, each with the door to its page."""
    doors = {"concerns": "concern", "approaches": "approach", "communities": "community"}
    return [{"door": doors[g], "group": g, "slug": s} for g, s in house().vocabulary.related(group, slug) if g in doors]


def relaxed(asked: Asked) -> list[dict[str, str]]:
    """For each thing asked, how many people there would be without it: one button each.

    Nothing is ever dropped by itself.
    """
    rows = []
    for chip in chips(asked):
        group, _sep, value = chip.value.partition(":")
        count = _answer(asked.without(group, value)).total
        if count:
            without = ngettext("Without this: %(num)d person", "Without this: %(num)d people", count)
            rows.append({"sentence": chip.label, "without": without, "name": chip.name, "value": chip.value})
        else:
            rows.append({"sentence": _("%(what)s. Without this: still no one.", what=chip.label), "without": ""})
    return rows


def page_url(asked: Asked) -> Callable[[int], str]:
    """The address of another page of the same answer: relative on a sealed page, so that its token stands once."""
    if asked.private:
        return lambda number: f"?page={number}"
    return lambda number: url_for("search.listing", **asked.readable(), page=number)


def results(asked: Asked) -> dict[str, Any]:
    """Everything that the page of results prints."""
    if asked.currency is None and asked.country:
        country = house().places.country(asked.country)
        asked = replace(asked, currency=country.currency if country else None)
    found = people(asked)
    page = found["page"]
    currencies = [(c.currency, c.name) for c in house().places.countries() if c.served]
    told = {"facets": facets(asked, page), "chips": chips(asked), "bands": fee_bands(asked), "currencies": currencies}
    told |= {"currency": asked.currency, "chosen": chosen_line(asked), "page_url": page_url(asked)}
    return {**found, **told, "relaxed": [] if page.total else relaxed(asked)}
