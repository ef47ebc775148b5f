"""The Reading: what a person's answers say back to them, and what they ask of matching. Pure: no database, no web,
nothing kept.

The pages and every sentence are seeds/questionnaire.toml (read by questionnaire_file); what a form says is cleaned in
answers, with the sums that people type in sums.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from directory.needs import Needs
from directory.readiness.answers import Cleaned, Fault, as_form, clean, faults, keep, known_only
from directory.readiness.asked import chosen_options, needs_of
from directory.readiness.questionnaire import Answers, AskThem, Offer, Page, Question, Questionnaire, applies, chosen
from directory.readiness.questionnaire_file import QuestionnaireError, load
from directory.readiness.sums import amount_text

__all__ = [
    "Answered",
    "Answers",
    "Cleaned",
    "ConsultQuestion",
    "Fault",
    "Note",
    "Offer",
    "OtherPath",
    "Page",
    "Question",
    "Questionnaire",
    "QuestionnaireError",
    "Reading",
    "amount_text",
    "as_form",
    "chosen",
    "clean",
    "faults",
    "heard",
    "keep",
    "load",
    "next_page",
    "other_paths",
    "previous_page",
    "read",
    "relax",
    "summary",
]

Help = Literal["danger", "abuse", "hard", "device"]
FIXED_RULES = frozenset({"place"})


@dataclass(frozen=True, slots=True)
class Note:
    """One sentence that an answer gets back; `question` says which."""

    question: str
    text: str


@dataclass(frozen=True, slots=True)
class ConsultQuestion:
    """A question for a first talk, under the heading `about`. Where `slug` is given, {term} in the text stands for
    its label in the vocabulary's `group`.
    """

    id: str
    about: str
    text: str
    group: str = ""
    slug: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """One line of "check your answers": where to change it, and the labels (or slugs of `options_from`) chosen."""

    page: Page
    question: Question
    labels: tuple[str, ...] = ()
    slugs: tuple[str, ...] = ()
    strength: str = ""
    answer: Any = None


@dataclass(frozen=True, slots=True)
class OtherPath:
    """What we say to other people."""

    id: str
    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What we understood, in prose, and what to look for.

    `help` leads the page when it is set, `helps` are all that apply, in order. `offers` are things we could add and
    haven't, `added` those that were taken. `unknown_answers` are ids that this version of the questionnaire does not
    know.
    """

    path: str
    title: str
    paragraphs: tuple[str, ...]
    notes: tuple[Note, ...]
    steps: tuple[str, ...]
    offers: tuple[Offer, ...]
    added: tuple[Offer, ...]
    needs: Needs
    consult_questions: tuple[ConsultQuestion, ...]
    goals: tuple[str, ...]
    unknown_answers: tuple[str, ...]
    helps: tuple[Help, ...]

    @property
    def help(self) -> Help | None:
        return self.helps[0] if self.helps else None


def next_page(questionnaire: Questionnaire, page: Page, answers: Answers) -> Page | None:
    """The page after this one for these answers; None after the last."""
    later = questionnaire.page[questionnaire.page.index(page) + 1 :]
    return next((other for other in later if applies(other.when, answers)), None)


def previous_page(questionnaire: Questionnaire, page: Page, answers: Answers) -> Page | None:
    """The page before this one for these answers; None before the first."""
    earlier = questionnaire.page[: questionnaire.page.index(page)]
    return next((other for other in reversed(earlier) if applies(other.when, answers)), None)


def heard(answers: Answers, concerns: Collection[str], help_kind: Help | None = None) -> dict[str, Any]:
    """The answers with what typed words meant: topics to confirm (at most 12) and the help that they call for. The
    words themselves are not kept, and they never choose the path.
    """
    without = {key: value for key, value in answers.items() if key not in ("m1_offered", "m1_help")}
    offered = {"m1_offered": list(concerns)[:12]} if concerns else {}
    return without | offered | ({"m1_help": help_kind} if help_kind else {})


def relax(answers: Answers, rule: str, questionnaire: Questionnaire) -> dict[str, Any]:
    """The answers with one hard rule dropped, the wish behind it kept as nice where it can be. Where a person is
    stays as it is.
    """
    relaxed = dict(answers)
    for question in questionnaire.questions:
        if question.rule != rule or rule in FIXED_RULES or question.id not in relaxed:
            continue
        if isinstance(relaxed[question.id], Mapping):
            relaxed[question.id] = {**relaxed[question.id], "how": "nice"}
        elif question.fills == "lived":
            relaxed[question.id] = "nice"
        else:
            del relaxed[question.id]
    return relaxed


def read(answers: Answers, questionnaire: Questionnaire) -> Reading:
    """Any answers, even none, give one Reading. Nothing in it is a score, and no answer keeps anyone from seeing
    people.
    """
    known, unknown = known_only(answers, questionnaire)
    path = next(path for path in questionnaire.path if applies(path.when, known))
    taken = chosen(known, "o_offers")
    offers = [offer for offer in questionnaire.offer if offer.id in path.offers]
    return Reading(
        path=path.id,
        title=path.title,
        paragraphs=tuple(paragraph.text for paragraph in path.paragraphs if applies(paragraph.when, known)),
        notes=tuple(_notes(known, questionnaire)),
        steps=tuple(step.text for step in questionnaire.step if applies(step.when, known)),
        offers=tuple(offer for offer in offers if offer.id not in taken),
        added=tuple(offer for offer in questionnaire.offer if offer.id in taken),
        needs=needs_of(known, questionnaire),
        consult_questions=tuple(_consult_questions(known, questionnaire)),
        goals=tuple(option.goal for _, option in chosen_options(known, questionnaire) if option.goal),
        unknown_answers=unknown,
        helps=tuple(
            cast(Help, help_first.kind) for help_first in questionnaire.help if applies(help_first.when, known)
        ),
    )


def other_paths(reading: Reading, questionnaire: Questionnaire) -> tuple[OtherPath, ...]:
    """The other three paths, as anyone may read them: the paragraphs that hold for everybody there."""
    return tuple(
        OtherPath(path.id, path.title, tuple(paragraph.text for paragraph in path.paragraphs if not paragraph.when))
        for path in questionnaire.path
        if path.id != reading.path
    )


def summary(answers: Answers, questionnaire: Questionnaire) -> tuple[Answered, ...]:
    """What was answered, in the order of the pages, for "check your answers"."""
    known, _ = known_only(answers, questionnaire)
    return tuple(
        _answered(page, question, known[question.id])
        for page in questionnaire.shown(known)
        for question in page.question
        if question.id in known
    )


def _answered(page: Page, question: Question, answer: Any) -> Answered:
    items = chosen({question.id: answer}, question.id)
    options = [question.option(item) for item in items]
    return Answered(
        page=page,
        question=question,
        labels=tuple(option.label for option in options if option),
        slugs=items if question.options_from else (),
        strength=str(answer.get("how", "")) if isinstance(answer, Mapping) else "",
        answer=answer,
    )


def _notes(answers: Answers, questionnaire: Questionnaire) -> Iterator[Note]:
    for question, option in chosen_options(answers, questionnaire):
        if option.sentence:
            yield Note(question.id, option.sentence)


def _consult_questions(answers: Answers, questionnaire: Questionnaire) -> Iterator[ConsultQuestion]:
    for ask in questionnaire.consult_question:
        if ask.each:
            yield from _one_for_each(ask, answers, questionnaire)
        elif applies(ask.when, answers):
            yield ConsultQuestion(ask.id, ask.about, ask.text)


def _one_for_each(ask: AskThem, answers: Answers, questionnaire: Questionnaire) -> Iterator[ConsultQuestion]:
    question = questionnaire.question(ask.each)
    group = question.options_from.partition(":")[2] if question else ""
    for slug in chosen(answers, ask.each):
        yield ConsultQuestion(ask.id, ask.about, ask.text, group, slug)
