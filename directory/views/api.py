"""For programs: what somebody's own words mean, who is found, and who fits answers. Nothing that is sent is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import flask_smorest
from flask import Flask, url_for
from markupsafe import Markup
from webargs.flaskparser import abort

from directory import readiness
from directory.forms.programs import (
    JsonBody,
    MatchSent,
    MatchTold,
    Refusal,
    SearchSent,
    SearchTold,
    TextSent,
    UnderstandingTold,
)
from directory.house import house
from directory.matching import LeftOut
from directory.views import finding, matched, unkept
from directory.views.asking import Asked
from directory.views.cards import Entry
from directory.views.chips import chips
from directory.views.facets import value_label
from directory.views.narrowing import known_values
from directory.views.understanding import understood
from search_index.listing import Page

FEW = 40
WORDS_FIRST = "Read words with /api/v1/understand, and send the topics that it finds."


class Blueprint(flask_smorest.Blueprint):
    """A door for programs, which reads JSON as this house does."""

    ARGUMENTS_PARSER = JsonBody()


class Api(flask_smorest.Api):
    """Describes the doors for programs. What is refused is said by errors.py, for programs and people alike."""

    ERROR_SCHEMA = Refusal

    def _register_error_handlers(self) -> None:
        """None of its own: they would answer for every page of the house."""


bp = Blueprint("api", __name__, url_prefix="/api/v1")


def register(app: Flask) -> None:
    """Open the doors for programs, and the address that describes them."""
    app.config.from_mapping(API_TITLE="Holdspace", API_VERSION="v1", OPENAPI_VERSION="3.1.0", OPENAPI_URL_PREFIX="/api")
    Api(app).register_blueprint(bp)


@bp.post("/understand")
@bp.arguments(TextSent)
@bp.response(200, UnderstandingTold)
def understand(sent: Mapping[str, Any]) -> dict[str, Any]:
    """Read somebody's own words."""
    told = house().understand(sent["text"])
    concerns = [
        {"slug": c.slug, "label": c.label, "score": round(c.score, 3), "confident": c.confident} for c in told.concerns
    ]
    filters, more = dict(told.filters), dict(told.more)
    return {
        "concerns": concerns,
        "filters": filters,
        "more": more,
        "did_you_mean": told.did_you_mean,
        "urgent": told.urgent,
    }


@bp.post("/search")
@bp.arguments(SearchSent)
@bp.response(200, SearchTold)
def search(sent: Mapping[str, Any]) -> dict[str, Any]:
    """Find people, as the page does: the same filters, limits and reasons."""
    asked = _asked(sent)
    found = finding.people(asked)
    page: Page = found["page"]
    where = asked.placed
    return {
        "total": page.total,
        "page": asked.page,
        "pages": found["last_page"],
        "people": [_person(entry) for entry in found["entries"]],
        "nearest": page.nearest,
        "read_as": [_chip(chip.value, chip.label) for chip in chips(asked)],
        "facets": {group: _facet(group, page) for group in page.facets},
        "not_said": dict(page.unknown),
        "place": {"read": where.name if where.place else None, "choices": where.others} if where.typed else None,
        "set_aside": list(page.set_aside),
        "did_you_mean": asked.did_you_mean or None,
        "urgent": asked.help == "danger",
        "help": url_for("learn.help_now"),
    }


def _asked(sent: Mapping[str, Any]) -> Asked:
    """The question that was sent. 422 for values that this house doesn't know, and a fee without its currency."""
    filters = {group: tuple(dict.fromkeys(values)) for group, values in sent.get("filters", {}).items() if values}
    _refuse_unknown(filters, sent)
    asked = understood(sent["text"].strip()) if sent.get("text", "").strip() else Asked()
    return replace(
        asked,
        filters={**asked.filters, **filters},
        near=sent.get("near", asked.near).strip(),
        within=sent.get("within", asked.within),
        fee_max=sent.get("fee_max", asked.fee_max),
        currency=sent.get("currency", asked.currency),
        sort=sent["sort"],
        page=sent["page"],
    )


def _refuse_unknown(filters: Mapping[str, tuple[str, ...]], sent: Mapping[str, Any]) -> None:
    known, problems = known_values(house()), {}
    for group, values in filters.items():
        if unknown := [value for value in values if value not in known[group]]:
            some = f" Known are: {', '.join(known[group])}." if len(known[group]) <= FEW else ""
            problems[f"filters.{group}"] = [f"No such value: {', '.join(unknown)}.{some}"]
    currencies = sorted({country.currency for country in house().places.countries()})
    if "currency" in sent and sent["currency"] not in currencies:
        problems["currency"] = [f"One of: {', '.join(currencies)}."]
    if "fee_max" in sent and "currency" not in sent:
        problems["fee_max"] = ["Say its currency too."]
    if problems:
        abort(422, messages={"json": problems})


def _facet(group: str, page: Page) -> list[dict[str, Any]]:
    counts = page.facets[group]
    return [{"value": c.value, "label": value_label(group, c.value), "count": c.count} for c in counts]


def _chip(told: str, label: str) -> dict[str, str]:
    rule, _, value = told.partition(":")
    return {"rule": rule, "value": value, "label": label}


@bp.post("/match")
@bp.arguments(MatchSent)
@bp.response(200, MatchTold)
def match(sent: Mapping[str, Any]) -> dict[str, Any]:
    """Read answers, and say who fits them, as the page of matches does. 422 for an answer that can't be kept."""
    _refuse_faulty(sent["answers"])
    told = matched.told(sent["answers"], sent["page"])
    ranked = told["ranked"]
    return {
        "reading": _reading(told["reading"], told["questionnaire"]),
        "total": ranked.total,
        "considered": ranked.considered,
        "page": sent["page"],
        "pages": told["last_page"],
        "matches": [_matched(entry) for entry in told["entries"]],
        "nearest": [_matched(entry) for entry in told["nearest"]],
        "left_out": [_left_out(left, told["musts"]) for left in ranked.left_out],
        "town_told": told["town_told"],
        "footer": told["questionnaire"].footer,
        "help": url_for("learn.help_now"),
    }


def _refuse_faulty(answers: Mapping[str, Any]) -> None:
    """Answers that no page would keep: too many choices, a sum without a currency, a region of another country."""
    questionnaire = house().questionnaire
    faults = readiness.faults(answers, questionnaire)
    words = [question.id for question in questionnaire.questions if not question.kept and question.id in answers]
    problems = {f"answers.{name}": [wrong.sentence] for name, wrong in unkept.wrong(faults).items()}
    problems |= {f"answers.{name}": [WORDS_FIRST] for name in words}
    if problems:
        abort(422, messages={"json": problems})


def _reading(reading: readiness.Reading, questionnaire: readiness.Questionnaire) -> dict[str, Any]:
    return {
        "path": reading.path,
        "title": reading.title,
        "paragraphs": reading.paragraphs,
        "notes": [note.text for note in reading.notes],
        "first_steps": reading.steps,
        "stop": questionnaire.stop.text,
        "goals": reading.goals,
        "questions": [{"about": a.about, "text": matched.question_words(a)} for a in reading.consult_questions],
        "offers": [{"id": offer.id, "text": offer.text} for offer in reading.offers],
        "helps": reading.helps,
        "unknown_answers": reading.unknown_answers,
    }


def _matched(entry: Entry) -> dict[str, Any]:
    points = [{"label": label, "points": given, "out_of": out_of} for label, given, out_of in entry.points]
    cautions = [Markup(told).striptags() for told in entry.worth]
    total = sum(part["points"] for part in points)
    return {**_person(entry), "total": total, "points": points, "cautions": cautions}


def _left_out(left: LeftOut, musts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    said = next((must["sentence"] for must in musts if must["value"] == left.rule), "")
    return {
        "rule": left.rule,
        "sentence": Markup(said).striptags(),
        "left_out": left.count,
        "havent_said": left.havent_said,
        "other_currency": left.other_currency,
        "without_this": left.without_this,
        "relaxable": left.relaxable,
    }


def _person(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "name": entry.name,
        "url": entry.url,
        "title": entry.title_line,
        "checked": entry.checked_line,
        "why": [Markup(told).striptags() for told in entry.why],
        "works_with": [label for label, _asked_for in entry.works],
        "first_call": entry.first,
        "facts": [{"name": name, "lines": list(lines)} for name, lines in entry.facts],
    }
