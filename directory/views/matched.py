"""From answers to the page of matches: the Reading, the musts with their counts, and people with reasons."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import get_template_attribute

from directory import profiles, readiness
from directory.house import house
from directory.matching import Match, Ranked
from directory.needs import Needs
from directory.readiness.questionnaire import Answers
from directory.views import cards, placing, shown
from directory.views.asking import today
from directory.views.placing import Placed
from directory.views.saying import gettext as _
from search_index.listing import IN_A_ROOM

FIRST = 5
REASONS = "components/reasons.html"


def _where(needs: Needs) -> Placed:
    """What the typed town means, in the country or region that was answered."""
    place = needs.place
    return placing.placed(place.town, (place.region or place.country,)) if place else Placed()


def _located(needs: Needs) -> Needs:
    """The needs with the typed town looked up, so that near people can be told from far ones."""
    town = _where(needs).place
    if needs.place is None or town is None:
        return needs
    return replace(needs, place=replace(needs.place, point=(town.latitude, town.longitude)))


def _town_told(needs: Needs) -> str:
    """Where a room near by is asked for: what to say when nobody can know how far away people are."""
    where = _where(needs)
    if not where.typed or where.place or not set(needs.formats) & set(IN_A_ROOM):
        return ""
    if where.unknown:
        told = _("We don’t know where “%(place)s” is, so nobody is left out for being too far away.", place=where.typed)
        return f"{told} {_('A larger town near you, in your answers, would change that.')}"
    names = "; ".join(where.others)
    told = _("There is more than one “%(place)s”, so nobody is left out for being too far away.", place=where.typed)
    return f"{told} {_('Write the one you mean in your answers: %(names)s.', names=names)}"


def ranked(reading: readiness.Reading, start: int, stop: int) -> Ranked:
    """The people from place ``start`` to ``stop`` for what a Reading asks."""
    return house().candidates.ranked(_located(reading.needs), today(), start, stop)


def _worth_asking(match: Match, needs: Needs) -> list[str]:
    """The musts that somebody among the nearest doesn't meet, then what else is worth asking."""
    missed, caution = get_template_attribute(REASONS, "missed"), get_template_attribute(REASONS, "caution")
    refused = {f"{rule}-{told}" for rule in match.broken for told in ("no", "unsaid")} | set(match.broken)
    others = [told for told in match.cautions if told.code not in refused]
    return [missed(rule, needs, rule in match.unsaid) for rule in match.broken] + [caution(told) for told in others]


def _entries(matches: Sequence[Match], needs: Needs) -> list[cards.Entry]:
    """The matches that the database agrees to show, with their sentences."""
    reason, asked = get_template_attribute(REASONS, "reason"), {slug for slug, _weight in needs.concerns}
    rows = {row.id: row for row in profiles.published([match.id for match in matches], today())}
    return [
        cards.entry(
            rows[match.id],
            why=[reason(told) for told in match.reasons],
            worth=_worth_asking(match, needs),
            points=[(part.label, part.points, part.out_of) for part in match.components],
            asked=asked,
        )
        for match in matches
        if match.id in rows
    ]


def _musts(ranked: Ranked, reading: readiness.Reading) -> list[dict[str, Any]]:
    """Each must that left somebody out, with what there would be without it."""
    rule, without = get_template_attribute(REASONS, "rule"), get_template_attribute(REASONS, "without")
    return [
        {
            "sentence": rule(left, reading.needs),
            "without": without(left, ranked.total),
            "name": "relax",
            "value": left.rule,
            "relaxable": left.relaxable,
        }
        for left in ranked.left_out
        if left.count or left.havent_said or left.other_currency
    ]


def question_words(question: readiness.ConsultQuestion) -> str:
    """One question to ask, with the term that it is about."""
    term = shown.label(question.group, question.slug) if question.slug else ""
    return question.text.replace("{term}", term)


def told(answers: Answers, page: int) -> dict[str, Any]:
    """Everything that the page of matches prints. ``page`` counts from 1; five people stand on each."""
    questionnaire = house().questionnaire
    reading = readiness.read(answers, questionnaire)
    found = ranked(reading, (page - 1) * FIRST, page * FIRST)
    return {
        "reading": reading,
        "others": readiness.other_paths(reading, questionnaire),
        "questionnaire": questionnaire,
        "ranked": found,
        "musts": _musts(found, reading),
        "town_told": _town_told(reading.needs),
        "left_out": found.considered - found.total,
        "entries": _entries(found.matches, reading.needs),
        "nearest": _entries(found.nearest, reading.needs),
        "page_number": page,
        "last_page": max(1, -(-found.total // FIRST)),
        "first": (page - 1) * FIRST + 1,
        "ask_them": [question_words(question) for question in reading.consult_questions],
        "country": reading.needs.place.country if reading.needs.place else None,
    }
