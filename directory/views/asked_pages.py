"""The questionnaire's pages in plain values: where you are, the questions with what was answered, and the check."""

from collections.abc import Mapping
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from directory import readiness
from directory.house import house
from directory.readiness import answers as answering
from directory.readiness.questionnaire import UNSURE, Answers, Page, Question, chosen
from directory.views import shown

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


def _place(answer: Any) -> dict[str, Any]:
    given, places = answer if isinstance(answer, Mapping) else {}, house().places
    countries = [(c.code, c.name) for c in places.countries() if c.code in current_app.config["COUNTRIES"]]
    regions = [(name, [(r.code, r.name) for r in places.regions(code)]) for code, name in countries]
    return {"countries": countries, "regions": regions, "given": given}


def _money(answer: Any) -> dict[str, Any]:
    given = answer if isinstance(answer, Mapping) else {}
    amount = answering.amount_text(given["max_minor"], given["currency"]) if given else ""
    currencies = [(c.currency, c.name) for c in house().places.countries() if c.code in current_app.config["COUNTRIES"]]
    return {"amount": amount, "currency": given.get("currency", ""), "currencies": currencies}


def _strengths(question: Question, answer: Any) -> list[Choice]:
    if question.kind not in {"choice-with-strength", "money"}:
        return []
    given = answer.get("how", "nice") if isinstance(answer, Mapping) else "nice"
    words = strength_words()
    return [_choice(strength, words[strength], {given}) for strength in question.strengths if strength in words]


def _question(page: Page, question: Question, answers: Answers, typed: str, wrong: Mapping[str, str]) -> dict[str, Any]:
    answer = answers.get(question.id)
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
        "strengths": _strengths(question, answer),
        "text": typed,
        "place": _place(answer) if question.kind == "place" else None,
        "money": _money(answer) if question.kind == "money" else None,
        "error": wrong.get(question.id, ""),
    }


def questions(page: Page, answers: Answers, typed: str, wrong: Mapping[str, str]) -> list[dict[str, Any]]:
    """Every question of a page, with what was answered before and these questions still know."""
    known, _unknown = answering.known_only(answers, house().questionnaire)
    return [_question(page, question, known, typed, wrong) for question in page.question]


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
