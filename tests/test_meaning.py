"""Own words: which concerns, wishes and dangers are read in a text, and which not. No sentence is a real one."""

import socket
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest

from directory import places, sayings, vocabulary
from search_index import vectors
from search_index.folding import fold
from search_index.likeness import Example, Likeness, learn
from search_index.meaning import Meaning, Understanding
from search_index.own_words import MOST_CONCERNS

SEEDS = Path(__file__).parent.parent / "seeds"


def seed(name: str) -> dict[str, Any]:
    return tomllib.loads((SEEDS / name).read_text("utf-8"))


WORDS = vocabulary.load(SEEDS / "vocabulary")
SAYINGS = sayings.load(SEEDS / "sayings", {term.slug for term in WORDS.terms("concerns")})
PHRASES = {"sayings": SAYINGS} | seed("phrases.toml") | seed("wishes.toml") | seed("danger.toml")


@pytest.fixture(scope="module")
def meaning() -> Meaning:
    return Meaning(PHRASES, WORDS, places.load(SEEDS))


def sure(understanding: Understanding) -> list[str]:
    return [concept.slug for concept in understanding.concerns if concept.confident]


# Concerns


def test_every_label_is_understood_as_its_concern(meaning):
    for term in WORDS.terms("concerns"):
        assert term.slug in sure(meaning.understand(f"{term.label}.")), term.label


def test_every_name_of_a_concern_is_understood_as_it(meaning):
    for term in WORDS.terms("concerns"):
        for name in (term.slug.replace("-", " "), term.label, *term.aka):
            assert term.slug in sure(meaning.understand(name)), name


@pytest.mark.parametrize("text", ["depression and anxiety", "anxiety and depression", "depression, anxiety in Leeds"])
def test_concerns_named_side_by_side_are_all_understood(meaning, text):
    assert sorted(sure(meaning.understand(text))) == ["anxiety", "depression"]


def test_a_concern_that_is_denied_is_not_read_and_help_still_stands_by(meaning):
    understanding = meaning.understand("I'm not suicidal. Counsellor for burnout.")
    assert sure(understanding) == ["burnout"] and understanding.safety == "helpline"
    assert "depression" not in sure(meaning.understand("I am not depressed but anxious"))


def test_every_phrase_of_a_family_is_understood_as_its_main_concern(meaning):
    for family in PHRASES["family"]:
        for phrase in family["phrases"] if family["concerns"] else ():
            assert family["concerns"][0] in sure(meaning.understand(phrase)), phrase


@pytest.mark.parametrize(
    ("text", "concern"),
    [
        ("Since the funeral I keep laying two plates. The grief comes in waves.", "grief"),
        ("I am exhausted, I burnt out on the ward and now I cannot open my laptop", "burnout"),
        ("My panic attacks are back, always on the underground", "panic"),
        ("People pleaser, all my life", "people-pleasing"),
        ("Log kya kahenge is the soundtrack of our house", "stigma-secrecy"),
        ("i go blank and FREEZE WHEN I GET FEEDBACK!!", "emotional-overwhelm"),
    ],
)
def test_what_is_said_outright_is_sure_and_stands_high(meaning, text, concern):
    understanding = meaning.understand(text)
    assert concern in sure(understanding)
    assert concern in [concept.slug for concept in understanding.concerns[:3]]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?!",
        "asdf jkl",
        "What are your opening times?",
        "How do I delete my account",
        "Thank you very much",
        "Hello there",
        "020 7946 0000",
        "My parcel is late",
        "Do you sell vouchers for birthdays",
        "How many therapists are on this site",
        "https://example.com/page?id=3",
    ],
)
def test_a_text_without_a_concern_gives_none_for_sure(meaning, text):
    assert sure(meaning.understand(text)) == []


def test_a_word_that_only_goes_with_a_concern_does_not_make_it_sure(meaning):
    understanding = meaning.understand("nobody claps, and my invitation to the choir went to a colleague")
    assert sure(understanding) == []
    for text in ("I can see you after work", "I eat at noon and sleep at ten", "a study of bees"):
        assert not {"work-career", "eating-body", "sleep-nightmares"} & set(sure(meaning.understand(text))), text


@pytest.mark.parametrize(
    "text",
    [
        "my parents never understood me",
        "my parents are Tamil",
        "Parents. Parents! Parents?",
        "therapy that works",
        "sad",
    ],
)
def test_one_everyday_word_however_often_makes_nothing_sure(meaning, text):
    assert sure(meaning.understand(text)) == []


def test_no_everyday_word_is_a_sure_concern_but_for_a_name_that_is_all_the_text(meaning):
    named = {fold(name) for term in WORDS.terms("concerns") for name in (term.label, *term.aka)}
    usual = [word for word in PHRASES["everyday"] if word not in named]
    assert [word for word in usual if sure(meaning.understand(word))] == []
    assert [word for word in PHRASES["everyday"] if sure(meaning.understand(f"I sat there. {word}."))] == []


def test_an_everyday_word_counts_beside_another_and_a_rarer_name_needs_none(meaning):
    assert sure(meaning.understand("I did")) == sure(meaning.understand("I see my fear in tigers")) == []
    assert "anxiety" in sure(meaning.understand("my fear, and this worry"))
    assert sure(meaning.understand("inner child work")) == ["inner-child-wounds"]
    for name, concern in (
        ("Parenting", "parenting"),
        ("ptsd", "ptsd"),
        ("burnt out", "burnout"),
        ("lonely", "loneliness"),
    ):
        assert concern in sure(meaning.understand(name)), name


@pytest.mark.parametrize(
    "text",
    [
        "punjabi speaking woman therapist",
        "evenings, under £60",
        "therapist in Leeds",
        "looking for a Hindu woman counsellor who speaks Punjabi, near Leeds, evenings or weekends, by phone",
    ],
)
def test_practical_words_hint_at_no_concern(meaning, text):
    assert meaning.understand(text).concerns == ()


def test_what_a_phrase_only_hints_at_is_not_sure(meaning):
    understanding = meaning.understand("raised voices make me lock up")
    by_slug = {concept.slug: concept.confident for concept in understanding.concerns}
    assert by_slug["emotional-overwhelm"] and by_slug["self-criticism"] is False


def test_single_words_of_a_longer_text_rank_without_being_sure(meaning):
    understanding = meaning.understand("my cousin rang, the bus was late, and there was an invitation on the mat")
    assert understanding.concerns and not sure(understanding)


@pytest.mark.parametrize(
    ("text", "concern"),
    [
        ("I climb nine floors because I cannot bear the lift, and spiders send me out of the room", "phobias"),
        ("Her slippers still stand by the radiator and I keep setting the table for two", "grief"),
        ("he reads my messages, holds my bank card and wants to know where I was", "domestic-abuse"),
        ("The surgery wall says cold sweat, pounding chest: mine come on the escalator, out of a clear sky", "panic"),
    ],
)
def test_what_is_only_meant_stands_among_the_first(meaning, text, concern):
    assert concern in [concept.slug for concept in meaning.understand(text).concerns[:3]]


@pytest.mark.parametrize(
    ("word", "concern"),
    [("panic", "panic"), ("grief", "grief"), ("burnout", "burnout"), ("shame", "shame"), ("ADHD", "adhd")],
)
def test_a_label_typed_alone_is_sure(meaning, word, concern):
    assert sure(meaning.understand(word)) == [concern]


@pytest.mark.parametrize("text", ["qwzx vrrbl", "ẅẍ", "0101 2020", "…", "of the and"])
def test_no_concern_has_a_head_start(meaning, text):
    assert meaning.understand(text).concerns == ()


@pytest.mark.parametrize("loaded", [None, vectors.load()], ids=["words", "vectors"])
def test_a_concern_with_more_sayings_has_no_advantage(loaded):
    said = ("cold", "tea")
    examples = [Example(said, "few"), *[Example(said, "many")] * 50, Example(("lamp", "shop"), "")]
    likeness = Likeness(learn(examples, loaded), loaded)
    for text in (said, ("tea",), ("warm", "milk"), ("qwzx",), ("",)):
        equal = likeness.read([text])
        assert equal["few"] == pytest.approx(equal["many"], rel=1e-4), text


def test_words_that_all_concerns_share_favour_none(meaning):
    scores = [concept.score for concept in meaning.understand("I feel that it is what it is").concerns]
    assert not scores or max(scores) < 0.2


def test_concerns_are_ranked_and_at_most_twelve(meaning):
    many = " ".join(f"{term.label}." for term in WORDS.terms("concerns"))
    for text in (many, "I feel sad and tired and my family fights about money"):
        scores = [concept.score for concept in meaning.understand(text).concerns]
        assert scores == sorted(scores, reverse=True) and len(scores) <= MOST_CONCERNS
        assert all(0 < score < 1 for score in scores)


def test_without_vectors_words_and_phrases_answer(monkeypatch):
    monkeypatch.setattr("search_index.vectors.PACKAGE", "no_such_package")
    by_words = Meaning(PHRASES, WORDS, places.load(SEEDS))
    assert not by_words.has_vectors
    assert sure(by_words.understand("Log kya kahenge is the soundtrack of our house")) == ["stigma-secrecy"]
    told = by_words.understand("Her slippers still stand by the radiator and I keep setting the table for two")
    assert "grief" in [concept.slug for concept in told.concerns[:3]]
    assert sure(by_words.understand("What are your opening times?")) == []


def test_no_network_is_asked(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a socket was opened")

    for way in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, way, refuse)
    offline = Meaning(PHRASES, WORDS, places.load(SEEDS))
    assert offline.has_vectors and sure(offline.understand("grief")) == ["grief"]


def test_a_concern_of_the_hosts_own_is_understood_by_its_names(tmp_path):
    (tmp_path / "concerns.toml").write_text(
        '[[term]]\nslug = "climate-worry"\nlabel = "Worry about the climate"\nsection = "Feelings and self"\n'
        'sentence = "Fear and sadness about what is happening to the earth."\naka = ["eco-anxiety"]\n'
    )
    own = Meaning(PHRASES, vocabulary.load(SEEDS / "vocabulary", tmp_path), places.load(SEEDS))
    assert "climate-worry" in sure(own.understand("eco-anxiety"))
    told = own.understand("I read about the melting ice and the burning forests and fear for what is left of the earth")
    assert "climate-worry" in [concept.slug for concept in told.concerns[:3]]
    assert "climate-worry" not in sure(own.understand("I worry about my exam"))


# Wishes

WISHES = {
    "evenings": {"times": ["weekday-evening"]},
    "free consultation": {"free_consult": True},
    "sliding scale": {"sliding_scale": True},
    "woman": {"gender": ["woman"]},
}


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("Gujarati speaking therapist in Leicester", {"language": ["gu"], "place": "leicester"}),
        ("someone who speaks Farsi, online", {"language": ["fa"], "format": ["video"]}),
        ("gestalt therapist, brighton, weekends", {"approach": ["gestalt"], "place": "brighton", "times": ["weekend"]}),
        (
            "Nigerian woman counsellor near Leeds",
            {"community": ["african-west"], "gender": ["woman"], "place": "leeds"},
        ),
        ("muslim therapist in Toronto", {"faith": ["muslim"], "place": "toronto"}),
        ("counsellor under £45", {"fee_max": 45, "currency": "GBP"}),
        ("max 120 dollars a session, Ontario", {"fee_max": 120, "currency": "CAD", "region": "CA-ON"}),
        ("therapist who costs up to 70", {"fee_max": 70}),
        ("someone with a sliding scale please", {"sliding_scale": True}),
        ("I need a therapist who offers a free consultation", {"free_consult": True}),
        ("couples therapist, evenings", {"population": ["couples"], "times": ["weekday-evening"]}),
        ("counsellor for my son aged 9", {"population": ["children-6-10"]}),
        ("therapist for my daughter, 15", {"population": ["teens-13-17"]}),
        ("EMDR in Scotland", {"approach": ["emdr"], "region": "GB-SCT"}),
        ("trans friendly psychologist, phone only", {"affirming": ["trans"], "format": ["phone"]}),
        ("I prefer a male therapist who can see me before work", {"gender": ["man"], "times": ["early-morning"]}),
        ("anyone with no waiting list in Bristol?", {"availability": ["open-now"], "place": "bristol"}),
        ("walk and talk therapist near 94103", {"format": ["walk-and-talk"], "place": "94103"}),
        ("therapist in Austin TX", {"place": "austin", "region": "US-TX"}),
        ("psychotherapist in Ireland", {"country": "IE"}),
        ("dr Lindqvist", {"name": "lindqvist"}),
    ],
)
def test_practical_wishes_become_filters_and_nothing_else_does(meaning, text, filters):
    assert meaning.understand(text).filters == filters


@pytest.mark.parametrize(
    "text",
    [
        "My mother is a Hindu teacher and she raised three children alone in the evenings after her shift was over.",
        "He left me on a Saturday, and the women at his office all knew about it before I did, which still hurts.",
        "When I was eight my father moved us for work, and we had no home of our own; I miss my phone calls with gran.",
    ],
)
def test_a_story_filters_nothing(meaning, text):
    assert meaning.understand(text).filters == {}


@pytest.mark.parametrize("wish", WISHES)
def test_a_practical_word_is_a_filter_alone_among_keywords_and_as_a_list_after_a_story(meaning, wish):
    (group, value), story = (
        next(iter(WISHES[wish].items())),
        "My tea went cold again while he slept and I read the news.",
    )
    for text in (
        wish,
        f"{wish}, lanterns",
        f"lanterns {wish}",
        f"My tea is cold, {wish}",
        f"{story} {wish.title()}, Leeds.",
    ):
        assert meaning.understand(text).filters.get(group) == value, text


@pytest.mark.parametrize(
    ("ending", "filters"),
    [
        ("I live in Leeds.", {"place": "leeds"}),
        ("I live with two brothers in Leeds.", {"place": "leeds"}),
        ("we live near leeds", {"place": "leeds"}),
        ("I'm in Ontario now.", {"region": "CA-ON"}),
        ("Based in Ireland.", {"country": "IE"}),
        ("Near Leeds.", {"place": "leeds"}),
        ("My aunt lives in Leeds.", {}),
        ("She was born in Leeds and I grew up near Bradford.", {}),
        ("I am in pain, and in therapy again.", {}),
    ],
)
def test_a_long_text_tells_where_its_writer_lives_and_other_places_stay_its_story(meaning, ending, filters):
    story = "The kettle broke and I sat on the stairs all day until it was dark outside"
    assert meaning.understand(f"{story}. {ending}").filters == filters


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("near LS6", ["LS6"]),
        ("therapist near ls6", ["ls6"]),
        ("grief, M5V 2T6", ["M5V 2T6"]),
        ("counsellor in Oxenholme Fell", ["Oxenholme Fell"]),
        ("near oxenholme", ["oxenholme"]),
        ("near Leeds", None),
        ("near LS6, UK", None),
        ("near me, in English, in May", None),
        ("a therapist who believes in God, in Year 9", None),
        ("my son and his PS5", None),
    ],
)
def test_a_place_that_nobody_knows_is_told_unless_the_country_was_said(meaning, text, unknown):
    assert meaning.understand(text).more.get("unknown_place") == unknown


def test_a_sum_or_number_that_is_no_fee_is_not_read_as_one(meaning):
    for text in (
        "therapist, I am under 30 years old",
        "a 50 minute session",
        "therapist within 20 miles",
        "grief, 3 kids",
    ):
        assert "fee_max" not in meaning.understand(text).filters, text


def test_wishes_that_filters_do_not_know_are_told_beside_them(meaning):
    understanding = meaning.understand("therapist with wheelchair access who takes insurance")
    assert understanding.filters == {}
    assert understanding.more == {"accessibility": ["step-free"], "payment": ["insurance-direct"]}


def test_words_to_look_for_leave_out_what_became_a_filter(meaning):
    assert meaning.understand('punjabi-speaking woman near Leeds for "inner child" letters').words == (
        '"inner child"',
        "letters",
    )
    assert meaning.understand("dr Meera Vanterpool, otters").words == ("otters",)


@pytest.mark.parametrize(
    "text", ["tabla", "letters, otters, drumming", "therapist drumming Leeds", '"empty chair" otters']
)
def test_a_few_keywords_are_all_required(meaning, text):
    assert meaning.understand(text).required


@pytest.mark.parametrize(
    "text",
    [
        "I live in Leeds",
        "I want to kill myself",
        "drumming helps me",
        "Is there drumming?",
        "drumming, otters, letters, lanterns, looms",
        "grief drumming",
    ],
)
def test_the_words_of_a_sentence_of_many_keywords_or_beside_a_concern_only_order(meaning, text):
    assert not meaning.understand(text).required


def test_words_that_everyone_says_are_none_to_look_for(meaning):
    assert meaning.understand("I live in Leeds and I am looking for someone, I really need help").words == ()


def test_every_slug_of_the_wishes_stands_in_the_vocabulary():
    groups = {"format": "formats", "population": "populations", "affirming": "affirming", "times": "times"}
    groups |= {"availability": "availability", "gender": "genders", "approach": "approaches"}
    for cue in PHRASES["cue"]:
        for group, slugs in cue["filters"].items():
            for slug in slugs if isinstance(slugs, list) else ():
                assert WORDS.get(groups[group], slug), (group, slug)
    for gender in PHRASES["gender"]:
        assert WORDS.get("genders", gender["slug"])


# Danger


def test_every_phrase_of_danger_is_urgent(meaning):
    for phrase in PHRASES["danger"]:
        assert meaning.understand(f"Please, {phrase}").urgent, phrase


def test_no_figure_of_speech_is_urgent_by_itself(meaning):
    alarms = [phrase for phrase in PHRASES["near"] if meaning.understand(phrase).urgent]
    assert alarms == []


@pytest.mark.parametrize(
    "text",
    [
        "I wish I would never wake up",
        "They would all be happier if I were gone",
        "Ive decided. I know how ill do it, the pills are here",
        "Tried to hang myself yesterday, nobody knows",
        "I'm cutting my arms again every night",
        "my husband punched me again last night and the kids saw",
        "He says he will find me and hurt the kids if I leave",
        "too scared to go home tonight because of him",
        "the voices say to stab someone",
        "wanna die",
        "I do not trust myself to be alone, I am so scared what I might do",
    ],
)
def test_danger_now_is_urgent_in_other_words_too(meaning, text):
    understanding = meaning.understand(text)
    assert understanding.urgent and understanding.safety == "helpline"


@pytest.mark.parametrize(
    "text",
    [
        "My back is killing me after the move",
        "My father hit us when we were small, it was a long time and many years ago",
        "I used to cut my arms every night, and I have been well since spring",
        "I am writing a novel in which a boy wants to end it all with pills",
        "I want to end it with my boyfriend, he keeps forgetting my birthday",
        "I could murder a curry, and my feet are killing me",
        "The panic makes me afraid of dying",
        "I volunteer where people say they do not want to live",
        "The news hit me hard this morning",
        "I want to stop hurting people with kindness that is not real",
    ],
)
def test_what_is_past_a_story_or_a_figure_of_speech_is_not_urgent(meaning, text):
    assert not meaning.understand(text).urgent


def test_a_concern_with_a_help_line_brings_the_discreet_box(meaning):
    understanding = meaning.understand("I want to work on the domestic violence I lived through years ago")
    assert understanding.safety == "helpline" and not understanding.urgent
    assert meaning.understand("perfectionism").safety is None


def test_every_sign_has_something_in_each_of_its_lists():
    for sign in PHRASES["sign"]:
        assert sign["together"] and all(group for group in sign["together"])


# Any text


@pytest.mark.parametrize(
    "text",
    [
        *(
            "\0",
            "\ud800",
            "\u202eabc",
            "((((" * 900,
            '"' * 4000,
            "a" * 100_000,
            "£" * 4000,
            "$1" * 2000,
            "1" * 4000,
            "1," * 2000,
        ),
        *(
            "in " * 1300,
            "dr " * 1300,
            "i want to " * 400,
            "near London " * 300,
            "🙂" * 4000,
            "हिंदी " * 600,
            "<script>" * 500,
        ),
        *(
            "my son aged 9 " * 280,
            "under £80 " * 400,
            "what is the point of " * 190,
            "' OR 1=1 --",
            "%s %d {0} ${x}",
            " " * 4000,
        ),
    ],
    ids=range(23),
)
def test_no_text_raises_or_takes_long(meaning, text):
    began = time.perf_counter()
    understanding = meaning.understand(text)
    assert time.perf_counter() - began < 1
    assert len(understanding.words) <= 24
