"""For programs: what somebody's own words mean, and who is found. Nothing that is sent here is kept."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import flask_smorest
from flask import Flask, url_for
from markupsafe import Markup
from webargs.flaskparser import abort

from directory.forms.programs import JsonBody, Refusal, SearchSent, SearchTold, TextSent, UnderstandingTold
from directory.house import house
from directory.views import finding
from directory.views.asking import Asked
from directory.views.chips import chips
from directory.views.facets import value_label
from directory.views.narrowing import known_values
from directory.views.shown import Entry
from directory.views.understanding import understood
from search_index.listing import Page

FEW = 40


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
    return {
        "total": page.total,
        "page": asked.page,
        "pages": found["last_page"],
        "people": [_person(entry) for entry in found["entries"]],
        "nearest": page.nearest,
        "read_as": [_chip(chip.value, chip.label) for chip in chips(asked)],
        "facets": {group: _facet(group, page) for group in page.facets},
        "not_said": dict(page.unknown),
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
