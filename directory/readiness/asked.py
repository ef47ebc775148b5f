"""What answers ask of matching: the questionnaire's answers into Needs. Pure; the sentences they get back are
readiness.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, cast

from directory.needs import NO_PREFERENCE, STRENGTHS, Fee, Needs, Place, Preference, Strength
from directory.readiness.questionnaire import Answers, Option, Question, Questionnaire, chosen

MOST_CONCERNS = 3
WISH_WEIGHT = 0.5


def chosen_options(answers: Answers, questionnaire: Questionnaire) -> Iterator[tuple[Question, Option]]:
    """Every option of the file that the answers name, in the order of the questions."""
    for question in questionnaire.questions:
        for item in chosen(answers, question.id):
            if (option := question.option(item)) is not None:
                yield question, option


def needs_of(answers: Answers, questionnaire: Questionnaire) -> Needs:
    """Known answers (see answers.known_only) as Needs. What was skipped, or unsure, asks for nothing."""
    by_need = {question.fills: question for question in questionnaire.questions if question.fills}
    taken = [offer for offer in questionnaire.offer if offer.id in chosen(answers, "o_offers")]
    preferences = {
        need.partition(":")[2]: _preference(question, answers)
        for need, question in by_need.items()
        if need.startswith("preference:")
    }
    for slugs in (offer.consult for offer in taken if offer.consult and not preferences["consult"].values):
        preferences["consult"] = Preference(slugs, "nice")
    return Needs(
        concerns=_concerns(answers, by_need),
        approaches=_preference(by_need["approaches"], answers),
        not_wanted=_preference(by_need["not_wanted"], answers),
        added_approaches=tuple(slug for offer in taken for slug in offer.approaches),
        style=_style(answers, questionnaire, by_need),
        preferences=MappingProxyType({key: wish for key, wish in preferences.items() if wish.values}),
        lived=_lived(by_need["lived"], answers),
        formats=_slugs(by_need["formats"], answers),
        population=_slugs(by_need["population"], answers),
        place=_place(answers.get(by_need["place"].id)),
        fee=_fee(answers.get(by_need["fee"].id)),
        wait=_single(by_need["wait"], answers),
    )


def _concerns(answers: Answers, by_need: Mapping[str, Question]) -> tuple[tuple[str, float], ...]:
    """Chosen concerns weigh 1; places that are left go to what the wishes name, at half."""
    named = chosen(answers, by_need["concerns"].id)[:MOST_CONCERNS]
    wishes = by_need["wishes"]
    options = [wishes.option(item) for item in chosen(answers, wishes.id)]
    wished = dict.fromkeys(slug for option in options if option for slug in option.concerns if slug not in named)
    return (*((slug, 1.0) for slug in named), *((slug, WISH_WEIGHT) for slug in wished))[:MOST_CONCERNS]


def _slugs(question: Question, answers: Answers) -> tuple[str, ...]:
    """What the chosen options stand for, in order and once each."""
    options = [(item, question.option(item)) for item in chosen(answers, question.id)]
    return tuple(dict.fromkeys(slug for item, option in options for slug in (option.slugs if option else (item,))))


def _single(question: Question, answers: Answers) -> str | None:
    return next(iter(chosen(answers, question.id)), None)


def _preference(question: Question, answers: Answers) -> Preference:
    values = _slugs(question, answers)
    answer = answers.get(question.id)
    strength = answer.get("how") if isinstance(answer, Mapping) else "nice"
    return Preference(values, _strength(strength)) if values else NO_PREFERENCE


def _strength(word: Any) -> Strength:
    return cast(Strength, word) if word in STRENGTHS else "nice"


def _lived(question: Question, answers: Answers) -> Strength:
    return _strength(_single(question, answers) or "none")


def _style(answers: Answers, questionnaire: Questionnaire, by_need: Mapping[str, Question]) -> Mapping[str, int]:
    """The lines that were answered; where one was not, what the pace or an earlier therapy says about it."""
    style = {
        need.partition(":")[2]: int(stop)
        for need, question in by_need.items()
        if need.startswith("style:") and (stop := _single(question, answers))
    }
    for _, option in chosen_options(answers, questionnaire):
        for theme, stop_number in option.style.items():
            style.setdefault(theme, stop_number)
    return MappingProxyType(style)


def _place(answer: Any) -> Place | None:
    if not isinstance(answer, Mapping) or not answer.get("country"):
        return None
    return Place(answer["country"], answer.get("region"), answer.get("town", ""))


def _fee(answer: Any) -> Fee | None:
    if not isinstance(answer, Mapping) or _strength(answer.get("how")) == "none":
        return None
    return Fee(answer["max_minor"], answer["currency"], _strength(answer.get("how")))
