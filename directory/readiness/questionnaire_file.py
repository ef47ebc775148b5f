"""Loading seeds/questionnaire.toml: every problem of the file is found and named before anybody answers a question."""

import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from directory import seed_tables
from directory.needs import STRENGTHS
from directory.readiness.questionnaire import (
    ABOUT,
    CHANGES,
    HELP,
    KINDS,
    UNSURE,
    Option,
    Question,
    Questionnaire,
    When,
)

FILE = "questionnaire.toml"
CONCERNS = "vocabulary:concerns"
PATHS = ("now", "steady-first", "gently", "ready-to-look")
ASKS_FOR_ITSELF = ("text", "place", "money")
SLUGS_OF = {
    "approaches": "vocabulary:approaches",
    "not_wanted": "vocabulary:approaches",
    "formats": "vocabulary:formats",
    "population": "vocabulary:populations",
    "preference:groups": "vocabulary:populations",
    "preference:faith_stance": "vocabulary:faith_stances",
    "preference:payment": "vocabulary:payments",
    "preference:frequency": "vocabulary:frequencies",
    "preference:consult": "vocabulary:consult_offers",
}


PLACES = ("places:countries", "places:regions")
Known = Mapping[str, Collection[str]]


class QuestionnaireError(Exception):
    """The questionnaire cannot be used. `problems` says for each fault the file, the table, where known the line, and
    the key.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def load(file: Path, known: Known | None = None) -> Questionnaire:
    """Reads and checks the questionnaire's file.

    `known` maps "vocabulary:<group file>" ("vocabulary:concerns") to that group's slugs, and "places:countries" and
    "places:regions" to ISO codes; a list that is not given is not checked. Raises QuestionnaireError with all
    problems at once.
    """
    text = _read(file)
    problems: list[str] = []
    made = seed_tables.make(Questionnaire, _toml(text), FILE, problems)
    problems = [_with_line(text, problem) for problem in problems]
    if made is not None:
        made = _with_lists(made, known or {})
        problems += [f"{FILE}{_line(text, about)}: {what}" for about, what in _faults(made, known or {})]
    if made is None or problems:
        raise QuestionnaireError(problems)
    return made


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionnaireError([f"{path.name} cannot be read: {error}."]) from error


def _toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise QuestionnaireError([f"{FILE}: {error}."]) from error


def _with_lists(questionnaire: Questionnaire, known: Known) -> Questionnaire:
    """The same questionnaire, each question holding the slugs that it takes its options from."""
    pages = tuple(
        replace(page, question=tuple(replace(question, listed=_listed(question, known)) for question in page.question))
        for page in questionnaire.page
    )
    return replace(questionnaire, page=pages)


def _listed(question: Question, known: Known) -> tuple[str, ...]:
    names = PLACES if question.kind == "place" else (question.options_from,)
    return tuple(slug for name in names for slug in known.get(name, ()))


def _line(text: str, about: str) -> str:
    """ ", line 12" for the table with this id; its last line where the id stands twice, nothing where it stands
    nowhere.
    """
    lines = [at for at, line in enumerate(text.splitlines(), 1) if line.strip() == f'id = "{about}"']
    return f", line {lines[-1]}" if lines else ""


def _with_line(text: str, problem: str) -> str:
    """A problem with a key, and the line of the innermost table that it names by its id."""
    named = re.findall("“([^”]+)”", problem.rpartition(": ")[0])
    return problem.replace(FILE, f"{FILE}{_line(text, named[-1])}", 1) if named else problem


Fault = tuple[str, str]


def _faults(questionnaire: Questionnaire, known: Known) -> Iterator[Fault]:
    """What is wrong across tables: (id of the table at fault, sentence)."""
    yield from _twice(questionnaire)
    for page in questionnaire.page:
        for question in page.question:
            yield from _question_faults(question, questionnaire, known)
    for about, when in _conditions(questionnaire):
        yield from _condition_faults(about, when, questionnaire)
    yield from _path_faults(questionnaire)
    yield from _consult_faults(questionnaire)


def _twice(questionnaire: Questionnaire) -> Iterator[Fault]:
    groups: dict[str, list[str]] = {
        "page": [page.id for page in questionnaire.page],
        "question": [question.id for question in questionnaire.questions] + list(questionnaire.carried),
        "path": [path.id for path in questionnaire.path],
        "offer": [offer.id for offer in questionnaire.offer],
        "step": [step.id for step in questionnaire.step],
        "consult_question": [ask.id for ask in questionnaire.consult_question],
    }
    for group, ids in groups.items():
        yield from ((item, f"two tables of {group} are called “{item}”.") for item, n in Counter(ids).items() if n > 1)


def _question_faults(question: Question, questionnaire: Questionnaire, known: Known) -> Iterator[Fault]:
    name = f"question {question.id}"
    if question.kind not in KINDS:
        yield question.id, f"{name}: kind is “{question.kind}”; write one of {', '.join(KINDS)}."
    if question.kind not in ASKS_FOR_ITSELF and not question.options and not question.options_from:
        yield question.id, f"{name}: options are missing; give options or options_from."
    if question.options_from and known and question.options_from not in known:
        yield question.id, f"{name}: options_from names “{question.options_from}”, which is not a list that we have."
    if not question.changes:
        yield question.id, f"{name}: changes is empty; a question that changes nothing is not asked."
    if not set(question.strengths) <= set(STRENGTHS):
        yield question.id, f"{name}: strengths may hold {', '.join(STRENGTHS)}."
    yield from _change_faults(question, questionnaire)
    yield from _option_faults(question, known)


def _change_faults(question: Question, questionnaire: Questionnaire) -> Iterator[Fault]:
    targets: dict[str, set[str]] = {
        "path": {path.id for path in questionnaire.path},
        "page": {page.id for page in questionnaire.page},
        "consult_question": {ask.id for ask in questionnaire.consult_question},
        "help": set(HELP),
    }
    for change in question.changes:
        kind, _, target = change.partition(":")
        if kind not in CHANGES:
            yield (
                question.id,
                f"question {question.id}: changes names “{change}”; begin with one of {', '.join(CHANGES)}.",
            )
        elif target and target not in targets.get(kind, {target}):
            yield question.id, f"question {question.id}: changes names “{change}”, which does not exist."


def _option_faults(question: Question, known: Known) -> Iterator[Fault]:
    for item, count in Counter(option.id for option in question.options).items():
        if count > 1 or item == UNSURE:
            what = "is ours, for “I'm not sure”" if item == UNSURE else "stands twice"
            yield question.id, f"question {question.id}: the option “{item}” {what}."
    for option in question.options:
        yield from _slug_faults(question, option, known)


def _slug_faults(question: Question, option: Option, known: Known) -> Iterator[Fault]:
    group = SLUGS_OF.get(question.fills, "")
    for kind, slugs in ((CONCERNS, option.concerns), (group, option.slugs)):
        for slug in slugs:
            if kind in known and slug not in known[kind]:
                word = kind.partition(":")[2]
                yield question.id, f"question {question.id}, option {option.id}: “{slug}” is not among the {word}."


def _conditions(questionnaire: Questionnaire) -> Iterator[tuple[str, When]]:
    yield from ((page.id, page.when) for page in questionnaire.page)
    yield from ((help_first.kind, help_first.when) for help_first in questionnaire.help)
    yield from ((step.id, step.when) for step in questionnaire.step)
    yield from ((ask.id, ask.when) for ask in questionnaire.consult_question)
    for path in questionnaire.path:
        yield path.id, path.when
        yield from ((path.id, paragraph.when) for paragraph in path.paragraphs)


def _condition_faults(about: str, when: When, questionnaire: Questionnaire) -> Iterator[Fault]:
    for condition in when:
        question = questionnaire.question(condition.question)
        if question is None:
            if condition.question not in questionnaire.carried:
                yield about, f"{about}: when names the question “{condition.question}”, which does not exist."
            continue
        options = {option.id for option in question.options} | set(question.listed)
        for item in condition.any:
            if options and item not in options and item != UNSURE:
                yield about, f"{about}: when names “{item}”, which is no answer to {condition.question}."


def _path_faults(questionnaire: Questionnaire) -> Iterator[Fault]:
    paths = questionnaire.path
    if tuple(path.id for path in paths) != PATHS:
        yield "", f"the paths must be {', '.join(PATHS)}, in this order."
    elif paths[-1].when or not all(path.when for path in paths[:-1]):
        yield paths[-1].id, "every path but the last states when, so that each person has exactly one."
    elif {condition.question for condition in paths[0].when} != {"r0_now"}:
        yield "now", "only r0_now may give the path “now”."
    offers = {offer.id for offer in questionnaire.offer}
    for path in paths:
        for offer in path.offers:
            if offer not in offers:
                yield path.id, f"path {path.id}: offers names “{offer}”, which does not exist."


def _consult_faults(questionnaire: Questionnaire) -> Iterator[Fault]:
    if tuple(part.id for part in questionnaire.consult_part) != ABOUT:
        yield "", f"the tables of consult_part must be {', '.join(ABOUT)}, in this order."
    for ask in questionnaire.consult_question:
        if ask.each and questionnaire.question(ask.each) is None:
            yield ask.id, f"consult_question {ask.id}: each names “{ask.each}”, which does not exist."
        if ask.about not in ABOUT:
            yield ask.id, f"consult_question {ask.id}: about is “{ask.about}”; write one of {', '.join(ABOUT)}."
