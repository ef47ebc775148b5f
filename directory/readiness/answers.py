"""What a form says becomes answers: unknown ids fall away and are named, caps hold, nothing raises.

What the answers mean is readiness. Nothing here is kept anywhere.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from directory.readiness.questionnaire import UNSURE, Answers, Page, Question, Questionnaire

Form = Mapping[str, Sequence[str]]
"""Every field with all its values, such as ``request.form.to_dict(flat=False)``."""

MAX_TOWN = 60
SLUG = re.compile(r"[a-z0-9-]{1,48}")
CURRENCY = re.compile(r"[A-Z]{3}")
COUNTRY = re.compile(r"[A-Z]{2}")
REGION = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")
GROUPED = re.compile(r"\d{1,3}(,\d{2,3})+(\.\d{1,2})?")
AMOUNT = re.compile(r"\d{1,8}([.,]\d{1,2})?")
WITHOUT_MINOR_UNITS = frozenset({"CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF"})


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The answers of one page. `dropped` are ids that no question knows; `over` are questions with more choices than
    their cap.
    """

    answers: dict[str, Any]
    dropped: tuple[str, ...] = ()
    over: tuple[str, ...] = ()


def clean(page: Page, form: Form) -> Cleaned:
    """The answers that a posted page gives. Fields are named by question id, with _strength, _country, _region,
    _town, _amount or _currency behind it where the kind needs them.
    """
    answers: dict[str, Any] = {}
    dropped: list[str] = []
    over: list[str] = []
    for question in page.question:
        answer = READERS[question.kind](question, form, dropped)
        if answer is None or not question.kept:
            continue
        if question.kind in ("many", "choice-with-strength") and _count(answer) > question.max:
            over.append(question.id)
            answer = _capped(answer, question.max)
        answers[question.id] = answer
    return Cleaned(answers, tuple(dropped), tuple(over))


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
    return kept, tuple(unknown)


def as_form(question: Question, answer: Any) -> dict[str, list[str]]:
    """An answer as the fields that would post it again: what a page is filled with when somebody comes Back."""
    name = question.id
    if isinstance(answer, Mapping):
        names = {"of": name, "how": f"{name}_strength"}
        form = {names.get(key, f"{name}_{key}"): _texts(value) for key, value in answer.items() if key != "max_minor"}
        if isinstance(answer.get("max_minor"), int):
            form[f"{name}_amount"] = [amount_text(answer["max_minor"], str(answer.get("currency")))]
        return form
    return {name: _texts(answer)}


def amount_text(minor: int, currency: str) -> str:
    """A sum in minor units as people write it: 5500 GBP is 55, 5550 GBP is 55.50, 5500 JPY is 5500."""
    if currency in WITHOUT_MINOR_UNITS:
        return str(minor)
    whole, rest = divmod(minor, 100)
    return f"{whole}.{rest:02d}" if rest else str(whole)


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


def _options(question: Question, form: Form, dropped: list[str]) -> list[str]:
    given = list(dict.fromkeys(str(value).strip() for value in form.get(question.id, ()) if str(value).strip()))
    dropped += [item[:48] for item in given if not _is_option(question, item)]
    return [item for item in given if _is_option(question, item)]


def _one(question: Question, form: Form, dropped: list[str]) -> str | None:
    found = _options(question, form, dropped)
    return found[0] if found else None


def _many(question: Question, form: Form, dropped: list[str]) -> list[str] | None:
    found = _options(question, form, dropped)
    alone = {UNSURE} | {option.id for option in question.options if option.exclusive}
    return [item for item in found if item not in alone] or found[:1] or None


def _with_strength(question: Question, form: Form, dropped: list[str]) -> dict[str, Any] | None:
    found = _many(question, form, dropped)
    return {"of": found, "how": _strength(question, form, dropped)} if found else None


def _strength(question: Question, form: Form, dropped: list[str]) -> str:
    """The strength that was chosen; nice where none was."""
    strength = _first(form, f"{question.id}_strength") or "nice"
    if strength in question.strengths:
        return strength
    dropped.append(strength[:48])
    return "nice"


def _place(question: Question, form: Form, dropped: list[str]) -> dict[str, str] | None:
    country, region = _first(form, f"{question.id}_country"), _first(form, f"{question.id}_region")
    found: dict[str, str] = {}
    for name, code, shape in (("country", country, COUNTRY), ("region", region, REGION)):
        if code and shape.fullmatch(code) and (not question.listed or code in question.listed):
            found[name] = code
        elif code and code != UNSURE:
            dropped.append(code[:48])
    if found.get("region", "").partition("-")[0] != found.get("country"):
        found.pop("region", None)
    town = "".join(char for char in _first(form, f"{question.id}_town") if char.isprintable())[:MAX_TOWN]
    return {**found, **({"town": town} if town else {})} if "country" in found else None


def _money(question: Question, form: Form, dropped: list[str]) -> dict[str, Any] | None:
    amount, currency = _first(form, f"{question.id}_amount").strip(" £$€₹"), _first(form, f"{question.id}_currency")
    if not amount:
        return None
    minor = _minor_units(amount, currency)
    if minor is None:
        dropped.append(amount[:48])
        return None
    return {"max_minor": minor, "currency": currency, "how": _strength(question, form, dropped)}


def _minor_units(amount: str, currency: str) -> int | None:
    """A typed sum in minor units, or None if it is not a sum above nought in a currency."""
    if GROUPED.fullmatch(amount):
        amount = amount.replace(",", "")
    if not AMOUNT.fullmatch(amount) or not CURRENCY.fullmatch(currency):
        return None
    whole, _, rest = amount.replace(",", ".").partition(".")
    minor = int(whole) if currency in WITHOUT_MINOR_UNITS else int(whole) * 100 + int((rest + "00")[:2])
    return minor or None


def _text(question: Question, form: Form, dropped: list[str]) -> str | None:
    return _first(form, question.id)[: question.max] or None


READERS: Mapping[str, Callable[[Question, Form, list[str]], Any]] = {
    "one": _one,
    "scale": _one,
    "many": _many,
    "choice-with-strength": _with_strength,
    "place": _place,
    "money": _money,
    "text": _text,
}
