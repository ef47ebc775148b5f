"""Every sentence can be translated: in a language that nobody speaks, no page shows words that no translator saw."""

import re
import sqlite3
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from directory.views import sheet_words
from tests.browser import people, pseudo
from tests.browser.houses import House, mirrored_house
from tests.browser.states import STATES, State

ROOT = Path(__file__).parent.parent
READ_ALOUD = {"title", "aria-label", "alt", "placeholder", "aria-roledescription", "aria-valuetext", "label"}
SILENT = {"script", "style", "svg", "q", "textarea"}  # what somebody typed stands in q and textarea
BRACKETED = re.compile(r"⟦[^⟦⟧]*⟧")
WORD = re.compile(r"[^\W\d_]{2,}")
CODES = re.compile(r"\b(?:GBP|USD|CAD|INR|AUD)\b|\b(?:UK|US|CA|AU?)[£$]")
# Towns of seeds/places.csv that a state asks near. All of them would hide too much ("Reading").
TOWNS = {"newport"}
JOINTS = re.compile(r"( · |, | / |: |[.?!]\s)")


class Texts(HTMLParser):
    """Every text of a page that somebody may read or hear; a sentence with marked words in it is one text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent, self._marked = 0, False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in SILENT
        self._marked = tag == "mark"
        self.found += [value for name, value in attrs if value and name in READ_ALOUD]
        told = dict(attrs)
        if tag == "meta" and told.get("name") == "description":
            self.found.append(told.get("content") or "")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT
        self._marked = tag == "mark"

    def handle_data(self, data: str) -> None:
        if self._silent or not data.strip():
            return
        if self._marked:
            self.found.append(f"{self.found.pop()}{data}")
        else:
            self.found.append(data)


def outside(text: str) -> str:
    """What of a text stands outside ⟦ and ⟧, brackets in brackets included."""
    while BRACKETED.search(text):
        text = BRACKETED.sub(" ", text)
    return " ".join(text.split())


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def _pieces(text: str) -> Iterator[str]:
    """A text as pages print it: whole, by paragraph, item and sentence, around a place for a term; short forms too."""
    yield text
    yield from re.findall(r"\(([^()]+)\)", text)
    for block in re.split(r"\n\s*\n|\n\s*- |{term}", f"\n{text}"):
        yield block.removeprefix("- ")
        yield from re.split(r"(?<=[.?!])\s", " ".join(block.split()))


def plain(text: str) -> str:
    """A text for comparing: one space between words, no punctuation at its ends."""
    return " ".join(text.split()).strip(" .,:;?!·“”()–-/").casefold()


@pytest.fixture(scope="module")
def mirrored(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house that speaks the language, from right to left."""
    folder = tmp_path_factory.mktemp("languages")
    people.copy_with_people(seeded, folder / "instance")
    return mirrored_house(folder)


@pytest.fixture(scope="module")
def data_words(mirrored) -> set[str]:
    """Every string of seeds and database: these carry their own translations, or are somebody's own words. And cities,
    whose names in each language are the CLDR's.
    """
    found = {
        plain(piece)
        for file in (ROOT / "seeds").rglob("*.toml")
        for text in _strings(tomllib.loads(file.read_text("utf-8")))
        for piece in _pieces(text)
    }
    config = mirrored.app.config
    with sqlite3.connect(config["INSTANCE"] / "holdspace.sqlite3") as database:
        tables = [row[0] for row in database.execute("select name from sqlite_master where type = 'table'")]
        for table in tables:
            rows = database.execute(f"select * from {table}").fetchall()
            found |= {plain(piece) for row in rows for cell in row if isinstance(cell, str) for piece in _pieces(cell)}
    found |= {plain(config[name]) for name in ("SITE_NAME", "KEPT_BY", "CONTACT")}
    with mirrored.app.test_request_context():
        found |= {plain(city) for cities in sheet_words.zones().values() for _zone, city in cities}
    return (found | TOWNS) - {""}


def made_of(text: str, known: set[str]) -> bool:
    """Is this text one known text after another, joined as lists and sentences are?"""
    parts = JOINTS.split(text)
    starts = {0}
    for end in range(1, len(parts) + 1, 2):
        joined = (plain("".join(parts[start:end])) for start in starts)
        if any(told in known or not WORD.search(told) for told in joined):
            starts.add(end + 1)
    return len(parts) + 1 in starts


def strange(html: str, known: set[str]) -> list[str]:
    """Texts that are neither translated nor data."""
    return [text for text in Texts(html).found if not made_of(CODES.sub(" ", outside(text)), known)]


def test_the_language_covers_everything_and_is_longer():
    told = list(pseudo.messages())
    assert len(told) > 400
    assert pseudo.accented("Show %(num)d people").startswith("⟦Shòw %(num)d pèòplè".replace("è", "é"))
    assert len(pseudo.accented("Find someone to talk to")) >= 1.4 * len("Find someone to talk to")


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_every_word_of_a_page_can_be_translated(mirrored, data_words, state: State):
    found = strange(mirrored.html(state), data_words)
    assert not found, "\n".join(found)
