"""What people may type in the search box: sixty hostile texts, the caps on words, and many spellings of the same."""

import time
from dataclasses import replace

import pytest

from bench.corpus import FIRST_DAY, listings
from search_index import words
from search_index.engine import SearchIndex
from search_index.listing import Query
from search_index.schema import ANALYSER
from search_index.words import DISTINCT_WORDS, TEXT_LENGTH

EVERYONE = Query(today=FIRST_DAY, per_page=100)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    """Twelve people, to be searched and never changed."""
    made = SearchIndex(tmp_path_factory.mktemp("index"), "words")
    assert made.rebuild(listings(12, seed=3), number=10, mark="ten")
    return made


HOSTILE = [
    *(
        "*",
        "?",
        "a*",
        "*a*",
        "a?b*c",
        "[a TO z]",
        "name:*",
        "(((((",
        ")" * 500,
        "(" * 2000,
        "AND OR NOT",
        "a AND",
        "NOT",
    ),
    *(
        "a^99999",
        "a~9",
        '"',
        '""',
        '"""',
        '"' * 3000,
        '"a',
        '"a b"~99',
        "“”",
        "« »",
        "'" * 500,
        "\\",
        "\\" * 999,
        "{{7*7}}",
    ),
    *(
        "\0",
        "a\0b",
        "\ud800",
        "\udfff\ud800 grief",
        "\u202egrief",
        "\u200b" * 900,
        "\ufeff",
        "e\u0301" * 900,
        "ﷺ" * 900,
    ),
    *(
        "' OR 1=1 --",
        "'; DROP TABLE therapists; --",
        "<script>alert(1)</script>",
        "%00%0a",
        "../../etc/passwd",
        "${jndi:x}",
    ),
    *("a" * 100_000, "ab " * 30_000, "é" * 50_000, "1" * 9_999, "." * 9_999, "-" * 9_999, "a.b" * 3_000, "a-b" * 3_000),
    *(
        "中" * 4_000,
        "हिंदी " * 800,
        "🙂" * 2_000,
        "\U0001f468\u200d\U0001f469\u200d\U0001f467 family",
        "ﬁ" * 2_000,
        "ß" * 4_000,
    ),
    *(
        "\t\n\r\x0b\x0c",
        " " * 9_999,
        "\u2028\u2029",
        "\x7f" * 99,
        "x" * 64 + " " + "x" * 65,
        "ı İ I i",
        "a" * 63 + "é" * 3,
    ),
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_whatever_raises_or_takes_long(index, text):
    began = time.perf_counter()
    for query in (
        replace(EVERYONE, words=text),
        replace(EVERYONE, words=f'grief "{text}"', concepts=(("grief", 1.0),)),
    ):
        index.search(query)
    words.typed_words(text)
    assert time.perf_counter() - began < 1


def test_there_are_at_least_sixty_hostile_texts():
    assert len(HOSTILE) >= 60


def test_words_are_capped_before_they_are_looked_up():
    many = " ".join(f"word{number}x" for number in range(400))
    assert len(words.read(many).terms) == DISTINCT_WORDS == len(words.typed_words(many))
    assert words.read("a" * 70 + "z").terms == ("a" * 64,)
    late = "x " * (TEXT_LENGTH // 2) + "grief"
    assert "grief" not in words.read(late).terms and "grief" in words.read("grief " + late).terms


@pytest.mark.parametrize("text", [*HOSTILE, "Zoë’s café, the inner-child's work", "I am looking for grief counselling"])
def test_words_are_cut_as_the_analyser_of_the_index_cuts_them(text):
    assert list(words.analysed(text)) == [token.text for token in ANALYSER(text, mode="query")]


def test_people_type_in_many_spellings():
    assert words.read("Zoë’s NAÏVE café").terms == words.read("zoes naive cafe").terms
    assert words.read("हिंदी தமிழ்").terms == ("हिंदी", "தமிழ்")
    assert words.read("I am looking for a therapist, please").terms == ()
    assert words.read('the "inner child" in me').phrases == (("inner", "child"),)
