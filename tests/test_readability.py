"""What people read is plain: the interface, questions and learn pages stay at reading grade 8 or lower. Prints them."""

import re
from html.parser import HTMLParser

import pytest
import textstat

from tests.browser import pseudo
from tests.browser.houses import House, plain_house
from tests.browser.people import copy_with_people
from tests.browser.states import ASKING, FAILING, KEEPING, LESSONS, READING, SAVING, SEARCHING, TAKING, WRITING, State

MAX_GRADE = 8.0
BLOCKS = {
    "p",
    "li",
    "h1",
    "h2",
    "h3",
    "dt",
    "dd",
    "label",
    "legend",
    "summary",
    "button",
    "a",
    "option",
    "th",
    "td",
    "div",
}
INLINE = {"a"}  # a link may stand inside a sentence: only one that stands alone ends it
SILENT = {"script", "style", "svg", "nav", "select", "textarea", "q"}
PLACE = re.compile(r"%\(\w+\)[sd]")
OWN_WORDS = (
    "a person",
    "matches",
    "everyone",
    "found",
    "a concern",
    "an approach",
    "a community",
    "desk",
    "my ",
    "check",
    "list, side",
    "list, sheet",
    "list, some",
    "list, one",
    "list, full",
    "list, long",
    "list, someone",
    "list, more",
)
EVERY_PAGE = (*SEARCHING, *SAVING, *WRITING, *READING, *ASKING, *TAKING, *FAILING, *KEEPING)
PLAIN_PAGES = [state for state in EVERY_PAGE if not state.name.startswith(OWN_WORDS)]


class Prose(HTMLParser):
    """The text of <main>, a line for each block, without lists of choices and what people typed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.lines, self._silent = [""], 0
        self.feed(html.split("<main", 1)[-1].split("</main>", 1)[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in SILENT
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT
        self._break(tag)

    def _break(self, tag: str) -> None:
        if tag in BLOCKS - INLINE and self.lines[-1].strip():
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.lines[-1] += data


def as_sentences(lines: list[str]) -> str:
    """Lines as one text, each ending as a sentence does."""
    clean = (" ".join(PLACE.sub("ten", line).split()) for line in lines)
    return " ".join(
        line if line.endswith((".", "?", "!", "”")) else f"{line}." for line in clean if re.search(r"\w", line)
    )


def grade(text: str) -> float:
    """Flesch-Kincaid grade: the US school year in which a text is easily read."""
    return round(float(textstat.flesch_kincaid_grade(text)), 1)


@pytest.fixture(scope="module")
def house(seeded, tmp_path_factory) -> House:
    """The ordinary house, with every page in every state."""
    return plain_house(copy_with_people(seeded, tmp_path_factory.mktemp("readability") / "instance"))


@pytest.fixture
def say(capsys):
    """Print past pytest's own capture."""

    def told(line: str) -> None:
        with capsys.disabled():
            print(f"\n  {line}", end="")

    return told


def test_the_measure_tells_plain_from_hard():
    hard = "Psychotherapeutic modalities necessitate collaborative prioritisation of individualised intervention goals."
    assert grade("We keep nothing. You can go back.") < MAX_GRADE < grade(hard)
    assert as_sentences(["Fee", "%(num)d people", "Is it open?"]) == "Fee. ten people. Is it open?"


def test_the_interface_is_plain(say):
    offered = [part for told in pseudo.messages() for part in (told if isinstance(told, tuple) else (told,))]
    whole = [one for one in offered if one.endswith((".", "?"))]
    assert len(whole) > 200
    grades = grade(as_sentences(offered)), grade(as_sentences(whole))
    say(f"Grade of the interface: {grades[0]}; of its whole sentences alone: {grades[1]}")
    assert max(grades) <= MAX_GRADE


@pytest.mark.parametrize("state", PLAIN_PAGES, ids=lambda state: state.name)
def test_a_page_is_plain(house, say, state: State):
    told = grade(as_sentences(Prose(house.html(state)).lines))
    if state in READING:
        say(f"Grade of “{state.name}”: {told}")
    assert told <= MAX_GRADE


def test_every_learn_page_and_question_is_among_them():
    names = {state.name for state in PLAIN_PAGES}
    assert {f"read, {slug}" for slug in LESSONS} <= names
    assert sum(name.startswith("question") for name in names) > 40
