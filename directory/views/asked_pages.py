"""The questionnaire's pages in plain values: where you are, the questions with what was answered, and the check.

What is wrong with an answer is said in unkept.py.
"""

from collections.abc import Mapping
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from directory import readiness
from directory.house import house
from directory.readiness import answers as answering
from directory.readiness.answers import Form
from directory.readiness.questionnaire import UNSURE, Answers, Page, Question, chosen
from directory.views import shown
from directory.views.unkept import Wrong

Choice = dict[str, Any]
OPEN_TERMS = 10


def where(page: Page, answers: Answers) -> str:
    """Where you are, in words: "part two of five. Question one of four."."""
    pages = house().questionnaire.shown(answers)
    parts = list(dict.fromkeys(p.part for p in pages))
    inside = [p.id for p in pages if p.part == page.part]
    number = inside.index(page.id) + 1 if page.id in inside else 1
    told = {"part": parts.index(page.part) + 1 if page.part in parts else 1, "parts": len(parts)}
    return _("part %(part)d of %(parts)d. Page %(page)d of %(pages)d.", **told, page=number, pages=max(1, len(inside)))


def strength_words() -> dict[str, str]:
    """How much a wish matters, in words."""
    return {"must": _("This is a must"), "nice": _("It would be nice"), "none": _("It doesn’t matter")}


def _choice(value: str, words: str, picked: set[str], hint: str = "") -> Choice:
    return {"value": value, "label": words, "checked": value in picked, "hint": hint}


def _listed(
    question: Question, answers: Answers, picked: set[str]
) -> tuple[list[Choice], list[tuple[str, list[Choice]]]]:
    """(first choices, the rest under their headings) of a question that asks from a vocabulary group."""
    group = question.options_from.partition(":")[2]
    words = house().vocabulary
    offered = chosen(answers, "m1_offered") if question.id == "m1_concerns" else ()
    terms = [t for t in words.terms(group) if t.slug in question.listed or not question.listed]
    if len(terms) <= OPEN_TERMS:
        return [_choice(t.slug, shown.label(group, t.slug), picked) for t in terms], []
    first = [s for s in dict.fromkeys((*offered, *(t.slug for t in terms if t.slug in picked)))]
    preset = {s for s in offered[:3]} if offered and not answers.get("m1_concerns") else set()
    top = [_choice(s, shown.label(group, s), picked | preset, shown.sentence(group, s)) for s in first]
    rest: dict[str, list[Choice]] = {}
    for term in terms:
        if term.slug not in first:
            heading = words.section(group, term.section) if term.section else _("Choose from the list")
            rest.setdefault(heading, []).append(_choice(term.slug, shown.label(group, term.slug), picked))
    return top, list(rest.items())


def _fields(question: Question, answer: Any, posted: Form) -> dict[str, str]:
    """What stands in the fields beside a question's choices, by the ending of their names: as they were just posted
    where the page comes again, else as they were answered.
    """
    told = answering.as_form(question, answer) if answer is not None else {}
    start = f"{question.id}_"
    fields = {**told, **posted}
    return {name.removeprefix(start): values[0] for name, values in fields.items() if name.startswith(start) and values}


def _place(given: Mapping[str, str]) -> dict[str, Any]:
    places = house().places
    countries = [(c.code, c.name) for c in places.countries() if c.code in current_app.config["COUNTRIES"]]
    regions = [(name, [(r.code, r.name) for r in places.regions(code)]) for code, name in countries]
    return {"countries": countries, "regions": regions, "given": given}


def _money(given: Mapping[str, str], answers: Answers) -> dict[str, Any]:
    """The fields of a sum. Before a currency is chosen, it is the one of the country that was answered."""
    currencies = [(c.currency, c.name) for c in house().places.countries() if c.code in current_app.config["COUNTRIES"]]
    place = readiness.read(answers, house().questionnaire).needs.place
    home = house().places.country(place.country) if place else None
    currency = given.get("currency", home.currency if home else "")
    known = currency if currency in {code for code, _name in currencies} else ""
    return {"amount": given.get("amount", ""), "currency": known, "currencies": currencies}


def _strengths(question: Question, given: str) -> list[Choice]:
    if question.kind not in {"choice-with-strength", "money"}:
        return []
    given, words = given if given in question.strengths else "nice", strength_words()
    return [_choice(strength, words[strength], {given}) for strength in question.strengths if strength in words]


def _question(page: Page, question: Question, answers: Answers, posted: Form, wrong: Wrong | None) -> dict[str, Any]:
    answer = answers.get(question.id)
    fields = _fields(question, answer, posted)
    told = answering.as_form(question, answer) if answer is not None else {}
    picked = set(told.get(question.id, ()))
    choices: list[Choice] = []
    more: list[tuple[str, list[Choice]]] = []
    if question.options:
        choices = [_choice(o.id, o.label, picked) for o in question.options]
    elif question.options_from:
        choices, more = _listed(question, answers, picked)
    return {
        "name": question.id,
        "kind": question.kind,
        "title": question.label or page.title,
        "alone": not question.label,
        "hint": question.help,
        "max": question.max,
        "choices": choices,
        "more": more,
        "unsure": _choice(UNSURE, _("I’m not sure"), picked) if question.kind != "text" else None,
        "strengths": _strengths(question, fields.get("strength", "nice")),
        "text": "".join(posted.get(question.id, ())[:1]) if question.kind == "text" else "",
        "place": _place(fields) if question.kind == "place" else None,
        "money": _money(fields, answers) if question.kind == "money" else None,
        "error": wrong.sentence if wrong else "",
        "wrong_field": wrong.field if wrong else "",
    }


def questions(page: Page, answers: Answers, posted: Form, wrong: Mapping[str, Wrong]) -> list[dict[str, Any]]:
    """Every question of a page, with what was answered before and these questions still know. Where something is
    wrong with what was posted, what was typed stands there again.
    """
    known, _unknown = answering.known_only(answers, house().questionnaire)
    return [_question(page, question, known, posted, wrong.get(question.id)) for question in page.question]


def _said(answered: readiness.Answered) -> str:
    """One answer in words."""
    question, answer = answered.question, answered.answer
    words = list(answered.labels)
    if question.options_from:
        words += [shown.label(question.options_from.partition(":")[2], slug) for slug in answered.slugs]
    if question.kind == "place" and isinstance(answer, Mapping):
        words = [answer.get("town", ""), house().places.name_of(answer.get("region") or answer["country"])]
    if question.kind == "money" and isinstance(answer, Mapping):
        words = [shown.money(answer["max_minor"], answer["currency"])]
    if not words or answer in (UNSURE, [UNSURE]):
        words = [_("I’m not sure")]
    told = ", ".join(word for word in words if word)
    strength = strength_words().get(answered.strength, "")
    return f"{told} ({strength})" if strength else told


def check_groups(answers: Answers) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """(part, [(question, answer, id of the page that changes it)]) of everything that was answered."""
    groups: dict[str, list[tuple[str, str, str]]] = {}
    for answered in readiness.summary(answers, house().questionnaire):
        title = answered.question.label or answered.page.title
        groups.setdefault(answered.page.part, []).append((title, _said(answered), answered.page.id))
    return list(groups.items())
