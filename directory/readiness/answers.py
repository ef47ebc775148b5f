"""What a form says becomes answers: what can't be kept is named with the reason, caps hold, nothing raises.

What the answers mean is readiness, how a sum is read is sums. Nothing here is kept anywhere.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from directory.readiness import sums
from directory.readiness.questionnaire import UNSURE, Answers, Page, Question, Questionnaire

Form = Mapping[str, Sequence[str]]
"""Every field with all its values, such as ``request.form.to_dict(flat=False)``."""

MAX_TOWN = 60
SLUG = re.compile(r"[a-z0-9-]{1,48}")
COUNTRY = re.compile(r"[A-Z]{2}")
REGION = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why something that was said can't be kept. `field` is the ending of the field it stands in ("" for the choices),
    `said` what stood there.

    `code`: unknown (no id of this question), over (more choices than the cap), must (a must of nothing); for a place
    apart (the region is in another country), country (a town alone) or long (the town); for a sum those of UnclearSum.
    """

    question: str
    code: str
    field: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The answers of one page, and what could not be kept. `dropped` are ids that no question knows; `over` are
    questions with more choices than their cap.
    """

    answers: dict[str, Any]
    faults: tuple[Fault, ...] = ()

    @property
    def dropped(self) -> tuple[str, ...]:
        return tuple(fault.said for fault in self.faults if fault.code == "unknown")

    @property
    def over(self) -> tuple[str, ...]:
        return tuple(fault.question for fault in self.faults if fault.code == "over")


def clean(page: Page, form: Form) -> Cleaned:
    """The answers that a posted page gives. Fields are named by question id, with _strength, _country, _region,
    _town, _amount or _currency behind it where the kind needs them.
    """
    answers: dict[str, Any] = {}
    faults: list[Fault] = []
    for question in page.question:
        answer = READERS[question.kind](question, form, faults)
        if answer is None or not question.kept:
            continue
        if question.kind in ("many", "choice-with-strength") and _count(answer) > question.max:
            faults.append(Fault(question.id, "over"))
            answer = _capped(answer, question.max)
        answers[question.id] = answer
    return Cleaned(answers, tuple(faults))


def keep(answers: Answers, page: Page, cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """The answers with this page's replaced: what the page no longer says is gone, so that a skip takes an answer
    back.
    """
    asked = {question.id for question in page.question}
    return {key: value for key, value in answers.items() if key not in asked} | dict(cleaned)


def known_only(answers: Answers, questionnaire: Questionnaire) -> tuple[dict[str, Any], tuple[str, ...]]:
    """(answers that this version of the questionnaire asks for, ids of those that it does not): an old link never
    fails.
    """
    kept: dict[str, Any] = {}
    unknown: list[str] = []
    for key, answer in answers.items():
        question = questionnaire.question(key)
        if question is None:
            if key in questionnaire.carried:
                kept[key] = answer
            else:
                unknown.append(key)
            continue
        cleaned = clean(Page("", "", "", "", "", (question,)), as_form(question, answer))
        kept |= cleaned.answers
        unknown += [f"{key}:{item}" for item in cleaned.dropped]
        if answer and question.kept and not cleaned.answers and not cleaned.faults:
            unknown.append(key)
    return kept, tuple(unknown)


def faults(answers: Answers, questionnaire: Questionnaire) -> tuple[Fault, ...]:
    """What can't be kept of answers that didn't come through a page. Unknown ids are no fault: see known_only."""
    asked = ((questionnaire.question(key), answer) for key, answer in answers.items())
    cleaned = (clean(Page("", "", "", "", "", (one,)), as_form(one, answer)) for one, answer in asked if one)
    return tuple(fault for told in cleaned for fault in told.faults if fault.code != "unknown")


def as_form(question: Question, answer: Any) -> dict[str, list[str]]:
    """An answer as the fields that would post it again: what a page is filled with when somebody comes Back."""
    name = question.id
    if isinstance(answer, Mapping):
        names = {"of": name, "how": f"{name}_strength"}
        form = {names.get(key, f"{name}_{key}"): _texts(value) for key, value in answer.items() if key != "max_minor"}
        if isinstance(answer.get("max_minor"), int):
            form[f"{name}_amount"] = [sums.amount_text(answer["max_minor"], str(answer.get("currency")))]
        return form
    return {name: _texts(answer)}


def _texts(value: Any) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list | tuple) else [str(value)]


def _count(answer: Any) -> int:
    return len(answer["of"] if isinstance(answer, dict) else answer)


def _capped(answer: Any, most: int) -> Any:
    return {**answer, "of": answer["of"][:most]} if isinstance(answer, dict) else answer[:most]


def _first(form: Form, name: str) -> str:
    values = form.get(name, ())
    return str(values[0]).strip() if values else ""


def _is_option(question: Question, item: str) -> bool:
    if item == UNSURE:
        return True
    if question.options or question.listed:
        return question.option(item) is not None or item in question.listed
    return SLUG.fullmatch(item) is not None


def _options(question: Question, form: Form, faults: list[Fault]) -> list[str]:
    given = list(dict.fromkeys(str(value).strip() for value in form.get(question.id, ()) if str(value).strip()))
    faults += [Fault(question.id, "unknown", said=item[:48]) for item in given if not _is_option(question, item)]
    return [item for item in given if _is_option(question, item)]


def _one(question: Question, form: Form, faults: list[Fault]) -> str | None:
    found = _options(question, form, faults)
    return found[0] if found else None


def _many(question: Question, form: Form, faults: list[Fault]) -> list[str] | None:
    found = _options(question, form, faults)
    alone = {UNSURE} | {option.id for option in question.options if option.exclusive}
    return [item for item in found if item not in alone] or found[:1] or None


def _with_strength(question: Question, form: Form, faults: list[Fault]) -> dict[str, Any] | None:
    found, how = _many(question, form, faults), _strength(question, form, faults)
    if not found and how == "must":
        faults.append(Fault(question.id, "must"))
    return {"of": found, "how": how} if found else None


def _strength(question: Question, form: Form, faults: list[Fault]) -> str:
    """The strength that was chosen; nice where none was."""
    strength = _first(form, f"{question.id}_strength") or "nice"
    if strength in question.strengths:
        return strength
    faults.append(Fault(question.id, "unknown", "strength", strength[:48]))
    return "nice"


def _place(question: Question, form: Form, faults: list[Fault]) -> dict[str, str] | None:
    """Where somebody is. A region names its country; a town alone does not."""
    region = _code(question, form, "region", REGION, faults)
    country = _code(question, form, "country", COUNTRY, faults) or region.partition("-")[0]
    typed = "".join(char for char in _first(form, f"{question.id}_town") if char.isprintable()).strip()
    town = typed[:MAX_TOWN].strip()
    if region and not region.startswith(f"{country}-"):
        faults.append(Fault(question.id, "apart", "region", region))
        return None
    if town != typed:
        faults.append(Fault(question.id, "long", "town"))
    if town and not country:
        faults.append(Fault(question.id, "country", "country", town))
    said = {"country": country, "region": region, "town": town}
    return {name: told for name, told in said.items() if told} if country else None


def _code(question: Question, form: Form, field: str, shape: re.Pattern[str], faults: list[Fault]) -> str:
    code = _first(form, f"{question.id}_{field}")
    if not code or code == UNSURE:
        return ""
    if shape.fullmatch(code) and (not question.listed or code in question.listed):
        return code
    faults.append(Fault(question.id, "unknown", field, code[:48]))
    return ""


def _money(question: Question, form: Form, faults: list[Fault]) -> dict[str, Any] | None:
    typed, how = _first(form, f"{question.id}_amount"), _strength(question, form, faults)
    if not typed:
        faults += [Fault(question.id, "must", "amount")] if how == "must" else []
        return None
    try:
        minor, currency = sums.read(typed, _first(form, f"{question.id}_currency"))
    except sums.UnclearSum as unclear:
        field = "amount" if unclear.code in ("unread", "nought") else "currency"
        faults.append(Fault(question.id, unclear.code, field, typed[:48]))
        return None
    return {"max_minor": minor, "currency": currency, "how": how}


def _text(question: Question, form: Form, faults: list[Fault]) -> str | None:
    return _first(form, question.id)[: question.max] or None


READERS: Mapping[str, Callable[[Question, Form, list[Fault]], Any]] = {
    "one": _one,
    "scale": _one,
    "many": _many,
    "choice-with-strength": _with_strength,
    "place": _place,
    "money": _money,
    "text": _text,
}
