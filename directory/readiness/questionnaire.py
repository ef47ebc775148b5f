"""The shapes of the questionnaire: pages, questions, options, and the sentences that answers turn into.

questionnaire_file fills them from the seeds; what an answer means is decided in readiness.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from directory.needs import STRENGTHS

KINDS = ("one", "many", "text", "scale", "choice-with-strength", "place", "money")
CHANGES = ("rule", "points", "path", "sentence", "consult_question", "goal", "step", "help", "page")
HELP = ("danger", "abuse", "hard", "device")
ABOUT = ("expertise", "approach", "compatibility", "practical")
UNSURE = "unsure"
Answers = Mapping[str, Any]
"""Answers by question id, as they travel in a sealed link (JSON): an option id for one and scale, a list of ids for
many, {"of": ids, "how": strength} for choice-with-strength, {"country", "region", "town"} for place, {"max_minor",
"currency", "how"} for money. A skipped question is absent; "I'm not sure" is "unsure".
"""


def chosen(answers: Answers, question: str) -> tuple[str, ...]:
    """The ids that an answer names, whatever its kind; an unsure or absent answer names none."""
    answer = answers.get(question)
    if isinstance(answer, Mapping):
        answer = answer.get("of", [str(value) for value in answer.values()])
    if isinstance(answer, str):
        answer = [answer]
    return (
        tuple(item for item in answer if isinstance(item, str) and item != UNSURE) if isinstance(answer, list) else ()
    )


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds if the answer names at least `at_least` of `any`; with no `any`, if the question was answered at all."""

    question: str
    any: tuple[str, ...] = ()
    at_least: int = 1

    def holds(self, answers: Answers) -> bool:
        named = chosen(answers, self.question)
        if not self.any:
            return bool(named)
        unsure = UNSURE in self.any and answers.get(self.question) in (UNSURE, [UNSURE])
        return unsure or sum(item in self.any for item in named) >= self.at_least


When = tuple[Condition, ...]


def applies(when: When, answers: Answers) -> bool:
    """True if no condition is stated or any of them holds."""
    return not when or any(condition.holds(answers) for condition in when)


@dataclass(frozen=True, slots=True)
class Option:
    """One answer. `values` are the slugs it stands for (its own id if the file gives none); `exclusive` goes with no
    other.
    """

    id: str
    label: str
    sentence: str = ""
    goal: str = ""
    values: tuple[str, ...] | None = None
    concerns: tuple[str, ...] = ()
    style: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    exclusive: bool = False

    @property
    def slugs(self) -> tuple[str, ...]:
        return (self.id,) if self.values is None else self.values


@dataclass(frozen=True, slots=True)
class Question:
    """One question. Without a `label` the page's title asks it. `max` caps choices, or code points of a text.

    `options_from` names a list that the caller hands to `load` ("vocabulary:languages"); what stood in it is
    `listed`. An answer that is not `kept` never enters the answers. `fills` says which need it becomes, `rule` the
    hard rule that it can make.
    """

    id: str
    kind: str
    changes: tuple[str, ...]
    label: str = ""
    help: str = ""
    max: int = 1
    options: tuple[Option, ...] = ()
    options_from: str = ""
    strengths: tuple[str, ...] = STRENGTHS
    fills: str = ""
    rule: str = ""
    kept: bool = True
    listed: tuple[str, ...] = ()

    def option(self, option_id: str) -> Option | None:
        return next((option for option in self.options if option.id == option_id), None)


@dataclass(frozen=True, slots=True)
class Page:
    """One page: why we ask, what happens to the answer, and its questions (none on a page that only tells)."""

    id: str
    part: str
    title: str
    why: str
    note: str
    question: tuple[Question, ...] = ()
    when: When = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    when: When = ()


@dataclass(frozen=True, slots=True)
class ReadingPath:
    """One of the four paths. The first whose `when` holds is a person's own; every other stays readable."""

    id: str
    title: str
    paragraphs: tuple[Paragraph, ...]
    when: When = ()
    offers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """Something we could add to the search and haven't: taken when its id is in the answer `o_offers`."""

    id: str
    title: str
    text: str
    button: str
    added: str
    approaches: tuple[str, ...] = ()
    consult: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A small thing to do at home."""

    id: str
    text: str
    when: When = ()


@dataclass(frozen=True, slots=True)
class ConsultPart:
    """A heading over questions for a first talk. `id` is one of ABOUT; the first three are columns of the sheet."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class AskThem:
    """A question for a first talk, under the heading `about`; with `each`, one for every term chosen there, its name
    in place of {term}.
    """

    id: str
    about: str
    text: str
    when: When = ()
    each: str = ""


@dataclass(frozen=True, slots=True)
class HelpFirst:
    kind: str
    when: When


@dataclass(frozen=True, slots=True)
class Words:
    """A titled piece of prose; which of the three is filled depends on the piece."""

    title: str
    text: str = ""
    paragraphs: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """The whole file, checked."""

    version: int
    footer: str
    carried: tuple[str, ...]
    page: tuple[Page, ...]
    help: tuple[HelpFirst, ...]
    path: tuple[ReadingPath, ...]
    offer: tuple[Offer, ...]
    step: tuple[Step, ...]
    consult_part: tuple[ConsultPart, ...]
    consult_question: tuple[AskThem, ...]
    stop: Words
    resistance: Words
    goals: Words
    after_call: Words

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for page in self.page for question in page.question)

    def get(self, page_id: str) -> Page | None:
        return next((page for page in self.page if page.id == page_id), None)

    def question(self, question_id: str) -> Question | None:
        return next((question for question in self.questions if question.id == question_id), None)

    def shown(self, answers: Answers) -> tuple[Page, ...]:
        """The pages that these answers lead through, in order."""
        return tuple(page for page in self.page if applies(page.when, answers))

    def parts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(page.part for page in self.page))
