"""Hostile queries at every door: none fails, what comes back is only text, and no text asks for endless work."""

import json

import pytest
from hostile import HOSTILE, LIMIT, filled
from naughty import shape

from bench.corpus import FIRST_DAY, listings
from search_index import lookups, meaning
from search_index.engine import SearchIndex
from search_index.folding import WORD_LENGTH
from search_index.listing import Query
from search_index.lookups import Lookups
from search_index.wishes import WishReader
from search_index.words import DISTINCT_WORDS, read

every_text = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
NEVER_OURS = {"iframe", "object", "embed", "base"}


@pytest.fixture(scope="module")
def index(tmp_path_factory) -> SearchIndex:
    made = SearchIndex(tmp_path_factory.mktemp("hostile") / "index", "words")
    assert made.rebuild(listings(40, seed=5), number=1, mark="one")
    return made


@pytest.fixture
def places(reading_app):
    return reading_app.extensions["holdspace"].places


def test_there_are_sixty_at_least():
    assert len(set(HOSTILE.values())) == len(HOSTILE) >= 60


@every_text
def test_the_page_answers_and_shows_it_as_text(client, text):
    sent = {"text": text.encode("utf-8", "replace")}
    asked = client.post("/search", data=sent)
    assert asked.status_code == (303 if len(text) <= LIMIT else 422 if len(text) < 64_000 else 413)
    answer = client.get(asked.headers["Location"]) if asked.status_code == 303 else asked
    assert answer.status_code == 200 or answer is asked
    page = answer.get_data(as_text=True)
    assert "<script>document" not in page and "<img src=x" not in page and "onerror=alert(1)>" not in page
    assert not {tag for tag, _ in shape(answer).elements} & NEVER_OURS


@every_text
@pytest.mark.parametrize("door", ["/api/v1/search", "/api/v1/understand"])
def test_programs_get_an_answer_or_a_refusal(client, door, text):
    answer = client.post(door, data=json.dumps({"text": text}), content_type="application/json")
    assert answer.status_code == (200 if len(text) <= LIMIT else 422 if len(text) < 64_000 else 413)
    assert answer.is_json and ("error" in answer.json) == (answer.status_code != 200)


@every_text
def test_the_lines_with_suggestions_answer(client, text):
    answer = client.post("/suggest", data={"field": "concern", "text": text[:9_000].encode("utf-8", "replace")})
    assert answer.status_code == 200 and answer.is_json and len(answer.json) <= 8


@every_text
def test_the_index_answers(index, text):
    for how in ({}, {"required": True}, {"unfinished": True}):
        query = Query(words=text, today=FIRST_DAY, **how)
        assert index.search(query).total == len(index.ids(query))


@every_text
def test_no_text_asks_for_many_or_long_words(text):
    asked = read(text)
    assert len(asked.terms) <= DISTINCT_WORDS
    assert all(len(term) <= WORD_LENGTH for term in asked.terms)


# What bounds the work


def test_a_text_looks_up_only_so_many_places_and_each_once(places, monkeypatch):
    asked: list[str] = []
    monkeypatch.setattr(type(places), "find", lambda self, text, country=None: asked.append(text))
    found = Lookups(places)
    for number in range(2 * lookups.MOST_LOOKUPS):
        assert found.find(f"town {number}") is None and found.find("town 0") is None
    assert len(asked) == len(set(asked)) == lookups.MOST_LOOKUPS


def test_a_text_full_of_names_asks_the_places_no_more_than_that(reading_app, places, monkeypatch):
    asked: list[str] = []
    find = type(places).find
    monkeypatch.setattr(type(places), "find", lambda self, text, country=None: asked.append(text) or find(self, text))
    reading_app.extensions["holdspace"].meaning.understand(HOSTILE["lists of wishes without end"])
    assert len(asked) == len(set(asked)) == lookups.MOST_LOOKUPS


def test_a_sentence_said_again_and_again_is_read_once_and_words_without_end_are_left(reading_app, monkeypatch):
    read_now: list[int] = []
    whole = WishReader.read

    def kept(self, text, spoken, names):
        read_now.append(sum(map(len, spoken)))
        return whole(self, text, spoken, names)

    monkeypatch.setattr(WishReader, "read", kept)
    for text in ("I want to die. " * 200, filled("a "), ". ".join(f"w{number}" for number in range(600))):
        reading_app.extensions["holdspace"].meaning.understand(text)
    assert read_now == [4, meaning.MOST_WORDS, 600]
