"""From a question to people: the index first, the database while there is none; reasons in words."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from flask import url_for
from markupsafe import Markup, escape

from directory import profiles
from directory.forms.money import to_minor
from directory.house import house
from directory.views import cards, shown
from directory.views.asking import PER_PAGE, Asked, today
from directory.views.chips import chips, chosen_line, relaxed
from directory.views.facets import facets, fee_amounts, fee_bands
from directory.views.placing import distance_line, place_panel
from directory.views.saying import gettext as _
from directory.views.suggesting import lines, unfound_sentences
from search_index.errors import IndexUnavailable
from search_index.listing import Page, Query

MAX_WHY = 2
SENTENCE_END = re.compile(r"(?<=[.!?]) ")
WORD = re.compile(r"(\W+)")


def _answer(query: Query) -> Page:
    """One page of hits; from the database, plainly, while there is no index."""
    try:
        return house().index.search(query)
    except IndexUnavailable:
        return profiles.plain_search(query, house().vocabulary)


def count(asked: Asked) -> int:
    """How many people a question finds."""
    return _answer(replace(asked.query(per_page=1), page=1, counted=())).total


def _visible(page: Page, asked: Asked) -> list[Any]:
    """The people of a page whom the database agrees to show; the next page's first take the places of the others."""
    people = profiles.listed([hit.id for hit in page.hits], today())
    missing = len(page.hits) - len(people)
    if missing and page.total > asked.page * PER_PAGE:
        after = _answer(replace(asked.query(), page=asked.page + 1, counted=())).hits[:missing]
        people += profiles.listed([hit.id for hit in after], today())
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
    best: list[str] = []
    found: set[str] = set()
    for text in (person.headline, person.bio_approach, person.bio_working, person.bio_first_session):
        perhaps = _within(text, stems)
        for sentence in SENTENCE_END.split(text) if len(perhaps) > len(found) else ():
            here = _within(sentence, perhaps)
            if len(here) > len(found) and len(begun := _begun(parts := WORD.split(sentence), here)) > len(found):
                best, found = parts, begun
    return Markup(f"“{''.join(_marked(best, tuple(found)))}”") if found else None


def _within(text: str, stems: Iterable[str]) -> list[str]:
    """The stems that stand anywhere in a text, in a word or not: quickly told, and the others need no look."""
    folded = text.casefold()
    return [stem for stem in stems if stem in folded]


def _begun(parts: Iterable[str], stems: Iterable[str]) -> set[str]:
    """The stems that one of the parts begins with."""
    folded = [part.casefold() for part in parts]
    return {stem for stem in stems if any(part.startswith(stem) for part in folded)}


def _marked(parts: Iterable[str], stems: tuple[str, ...]) -> Iterator[str]:
    """The parts as markup, those that begin with a stem marked."""
    for part in parts:
        yield f"<mark>{escape(part)}</mark>" if part.casefold().startswith(stems) else escape(part)


def people(asked: Asked, **counting: Any) -> dict[str, Any]:
    """The people of one page, and how many there are; ``counting``: the ``counted`` and ``fees`` of the Query."""
    page = _answer(replace(asked.query(), **counting))
    wanted = set(asked.filters.get("concern", ()))
    words = asked.words if asked.typed and asked.help != "danger" else ()
    measure = asked.placed.measure
    away = {hit.id: distance_line(hit.distance_km, measure) for hit in page.hits if hit.distance_km is not None}
    entries = [
        cards.entry(
            row,
            why=why(row, wanted) or [told for told in [excerpt(row, words)] if told],
            asked=wanted,
            away=away.get(row.id, ""),
        )
        for row in _visible(page, asked)
    ]
    last = -(-page.total // PER_PAGE)
    return {"page": page, "entries": entries, "last_page": last}


def close_to(group: str, slug: str) -> list[dict[str, str]]:
    """The topics beside one topic, each with the door to its page."""
    doors = {"concerns": "concern", "approaches": "approach", "communities": "community"}
    return [{"door": doors[g], "group": g, "slug": s} for g, s in house().vocabulary.related(group, slug) if g in doors]


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
    amounts, currency = fee_amounts(asked), asked.currency or ""
    found, made = people(asked, fees=tuple(to_minor(amount, currency) for amount in amounts)), chips(asked)
    page: Page = found["page"]
    at_most = page.by_fee or [count(replace(asked, fee_max=amount)) for amount in amounts]
    read = asked.concepts or asked.filters or asked.name or asked.near
    without = {"fee_max" if rule == "fee" else rule: number for rule, number in page.without.items()}
    return {
        **found,
        "facets": facets(asked, page),
        "lines": lines(asked.unfound),
        "unfound": unfound_sentences(asked.unfound),
        "place": place_panel(asked.placed, asked.radius, asked.filters.get("format", ()), asked.country, asked.near_or),
        "chips": made,
        "chosen": chosen_line(made),
        "derived": bool(asked.typed and not asked.exact and read),
        "bands": fee_bands(asked, dict(zip(amounts, at_most, strict=True))),
        "currencies": [(c.currency, c.name) for c in house().places.countries() if c.served],
        "currency": asked.currency,
        "page_url": page_url(asked),
        "relaxed": [] if page.total else relaxed(asked, without, count),
    }
