"""What people type -> what is asked for: names, places, languages, communities, fees, and what isn’t wanted."""

import csv
import json
import tomllib

import pytest

from directory import places, vocabulary
from search_index.meaning import Meaning
from tests.opening import ROOT

SEEDS = ROOT / "seeds"
NAMES = frozenset("meera rao anand krishnamurthy imogen patel grace leeds emdr grief".split())


@pytest.fixture(scope="module")
def meaning() -> Meaning:
    """The house's reader of wishes; what concerns sound like is another file's."""
    cues = tomllib.loads((SEEDS / "wishes.toml").read_text("utf-8"))
    return Meaning(cues, vocabulary.load(SEEDS / "vocabulary"), places.load(SEEDS))


def told() -> list[tuple[str, dict[str, object]]]:
    """Stories, wishes and refusals of tests/told.tsv, and what each asks for."""
    with open(ROOT / "tests" / "told.tsv", encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(row["text"], json.loads(row["filters"])) for row in rows]


def asked(meaning: Meaning, text: str) -> dict[str, object]:
    return dict(meaning.understand(text, NAMES).filters)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("rao", "rao"),
        ("Meera Rao", "meera rao"),
        ("meera r", "meera r"),
        ("rao, evenings by video", "rao"),
        ("dr meera", "meera"),
        ("Dr. Anand Krishnamurthy", "anand krishnamurthy"),
        ("I would like to see Dr Lindqvist", "lindqvist"),
        ("a therapist called Imogen", "imogen"),
        ("looking for dr patel in Leicester", "patel"),
        ("dr grace", "grace"),
        ("grace", None),
        ("leeds", None),
        ("emdr", None),
        ("grief", None),
        ("gentle rao", None),
        ("My husband Anand shouts at me and I am tired of it", None),
        ("is there a doctor who can see me", None),
    ],
)
def test_a_name_of_the_index_or_after_a_title_is_a_name_and_other_words_are_none(meaning, text, name):
    assert asked(meaning, text).get("name") == name


def test_the_words_of_a_name_are_no_words_to_look_for_beside_it(meaning):
    assert meaning.understand("dr meera rao, otters", NAMES).words == ("otters",)
    assert meaning.understand("rao", NAMES).words == ()
    assert meaning.understand("rao", ()).words == ("rao",)


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("speaks Tamil", {"language": ["ta"]}),
        ("Tamil-speaking counsellor", {"language": ["ta"]}),
        ("Tamil therapist", {"community": ["tamil"]}),
        ("punjabi therapist", {"language": ["pa"], "community": ["punjabi-sikh"]}),
        ("therapist who speaks punjabi", {"language": ["pa"]}),
        ("Polish counsellor", {"language": ["pl"]}),
        ("desi therapist", {"community": ["south-asian"]}),
        ("Someone by video who understands South Asian families", {"format": ["video"], "community": ["south-asian"]}),
    ],
)
def test_a_people_and_their_language_are_told_apart(meaning, text, filters):
    assert asked(meaning, text) == filters


STORY = "The kettle broke and I sat on the stairs all day until it was dark outside."


@pytest.mark.parametrize(
    ("ending", "filters"),
    [
        ("Someone by video who understands South Asian families.", {"format": ["video"], "community": ["south-asian"]}),
        ("Somebody on Zoom who gets me.", {"format": ["video"]}),
        ("Anyone who speaks Tamil.", {"language": ["ta"]}),
        ("Someone on the phone from work shouted at me.", {}),
        ("Somebody online was rude to my sister.", {}),
        ("By video, and no more than £60.", {"format": ["video"], "fee_max": 60, "currency": "GBP"}),
        ("Leeds, up to £50.", {"place": "leeds", "fee_max": 50, "currency": "GBP"}),
        ("By phone he said it 20 times.", {}),
    ],
)
def test_a_story_may_end_with_whom_it_asks_for(meaning, ending, filters):
    assert asked(meaning, f"{STORY} {ending}") == filters


@pytest.mark.parametrize(
    ("text", "place", "region"),
    [
        ("near 94103", "94103", None),
        ("leeds", "leeds", None),
        ("therapist close to Manchester", "manchester", None),
        ("counselling in south London", "london", None),
        ("20 minutes from York", "york", None),
        ("Leeds, LS6", "leeds", None),
        ("austin tx", "austin", "US-TX"),
        ("Kansas City, MO", "kansas city", "US-MO"),
        ("therapist in St. Louis, MO", "st louis", "US-MO"),
        ("Washington DC", "washington dc", None),
        ("counsellor in hackney", "hackney", None),
        ("therapist in training", None, None),
        ("no more than $90 a session in Denver", "denver", None),
        ("gentle, warm, mobile", None, None),
    ],
)
def test_a_place_is_read_and_an_ordinary_word_is_not_taken_for_a_town(meaning, text, place, region):
    filters = asked(meaning, text)
    assert (filters.get("place"), filters.get("region")) == (place, region)


def test_the_words_that_lead_to_a_place_are_none_to_look_for(meaning):
    assert meaning.understand("not far from Leeds").words == ()


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("not video", "not video"),
        ("no men please", "no men"),
        ("someone not Christian", "not Christian"),
        ("I can't do phone calls", "can't do phone calls"),
        ("no CBT, Leeds", "no CBT"),
    ],
)
def test_what_is_not_wanted_filters_nothing_and_is_told(meaning, text, refused):
    understanding = meaning.understand(text)
    assert {"format", "gender", "faith", "approach"}.isdisjoint(understanding.filters)
    assert understanding.more["refused"] == [refused]


@pytest.mark.parametrize("text", ["not online", "no waiting list", "not just video", "no, video please"])
def test_a_no_that_belongs_to_a_wish_or_to_nothing_refuses_nothing(meaning, text):
    understanding = meaning.understand(text)
    assert "refused" not in understanding.more and understanding.filters


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("counsellor for my son who is 15", "teens-13-17"),
        ("therapist for my dad, he is 80", "older-adults-65"),
        ("for my 12-year-old daughter", "preteens-11-12"),
        ("therapist for a girl of seventeen", "teens-13-17"),
        ("for my 7yo", "children-6-10"),
        ("the office is 10 minutes away", None),
        ("under 80", None),
    ],
)
def test_an_age_is_read_as_people_tell_it(meaning, text, group):
    assert asked(meaning, text).get("population", [None]) == [group]


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("under 80", {"fee_max": 80}),
        ("sliding scale", {"sliding_scale": True}),
        ("I can't afford much", {"sliding_scale": True}),
        ("lesbian counsellor", {"affirming": ["lesbian"]}),
        ("someone who can start next week", {"availability": ["open-now"]}),
    ],
)
def test_a_practical_wish_is_read_in_everyday_words(meaning, text, filters):
    assert asked(meaning, text) == filters


# Professions


@pytest.mark.parametrize(
    ("text", "words", "required"),
    [
        ("clinical psychologist", ('"clinical psychologist"',), True),
        ("psychiatrist near Leeds", ("psychiatrist",), True),
        ("social worker, otters", ('"social worker"', "otters"), True),
        ("I need a psychiatric nurse who laughs", ('"psychiatric nurse"', "laughs"), False),
        ("cbt therapist", (), True),
        ("psychologist", (), True),
    ],
)
def test_a_profession_stays_a_word_to_look_for(meaning, text, words, required):
    understanding = meaning.understand(text)
    assert (understanding.words, understanding.required) == (words, required)


def test_beside_a_concern_a_profession_is_all_that_is_required(meaning):
    understanding = meaning.understand("psychiatrist for ADHD, medication")
    assert understanding.words == ("psychiatrist",) and understanding.required
    assert [one.slug for one in understanding.concerns if one.confident] == ["adhd"]


# Stories, wishes and refusals


def test_of_stories_wishes_and_refusals_nearly_all_are_read_exactly(meaning):
    wrong = [(text, read) for text, right in told() if (read := asked(meaning, text)) != right]
    assert len(wrong) <= 0.03 * len(told()), wrong


def test_hardly_a_text_that_asks_for_nothing_filters(meaning):
    silent = [text for text, right in told() if not right]
    read = {text: found for text in silent if (found := asked(meaning, text))}
    assert len(silent) > 100 and len(read) <= 0.02 * len(silent), read


@pytest.mark.parametrize(
    "text",
    [
        "she rang me on the phone every night",
        "at night i count the cracks",
        "my baby brother drowned",
        "two kids and a dog",
        "my wife and i fell out over a fence",
        "he fixes video recorders in his office",
        "i am 77 and my cat has gone",
        "shipped to an aunt at 6",
    ],
)
def test_the_little_words_of_a_short_story_are_no_wishes(meaning, text):
    understanding = meaning.understand(text)
    assert understanding.filters == {} and "refused" not in understanding.more


@pytest.mark.parametrize(
    "text",
    [
        "anyone but a woman please",
        "I was let down by women and would rather not see one",
        "the counsellor I saw last was a woman and she yawned",
        "my sister would never speak to a male therapist",
        "I freeze, I cannot talk to a man",
        "male therapists scare me",
        "someone who will not push islam",
        "somebody from outside the tamil community",
        "emdr did nothing for me",
        "I was hurt by a female therapist",
        "non muslim",
        "my male boss laughs at me, I need a counsellor",
        "I don't speak Polish",
    ],
)
def test_what_is_refused_is_never_read_as_wished(meaning, text):
    assert asked(meaning, text) == {}


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("Phones scare me. Video is fine.", {"format": ["video"]}),
        ("not the phone but video", {"format": ["video"]}),
        ("I can't do video, only phone", {"format": ["phone"]}),
        ("I don't mind a man or a woman, evenings", {"times": ["weekday-evening"]}),
        ("no Polish please, I speak Somali", {"language": ["so"]}),
        ("not just evenings", {"times": ["weekday-evening"]}),
    ],
)
def test_beside_a_refusal_wishes_are_heard(meaning, text, filters):
    assert asked(meaning, text) == filters


@pytest.mark.parametrize(
    ("text", "gender"),
    [
        ("I would like a lady who laughs", "woman"),
        ("I could only tell this to another man", None),
        ("I could only talk to another man", "man"),
        ("Is there a woman who does this?", "woman"),
        ("I want to be a man", None),
        ("I met a woman on the bus and we talked", None),
        ("I want it to be a woman", "woman"),
    ],
)
def test_a_gender_is_a_wish_only_after_words_of_wishing(meaning, text, gender):
    assert asked(meaning, text).get("gender", [None]) == [gender]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("we are in Swansea", "swansea"),
        ("I am 52 and live in Derby", "derby"),
        ("I'm a baker in Truro and I am sad", "truro"),
        ("we came from Goa to Leicester", "leicester"),
        ("my gran lives in York and I'm in Hull", "hull"),
        ("I live with my mother in Leeds", "leeds"),
        ("my wife is from Truro", None),
        ("my brother moved to Leeds", None),
        ("the bus driver in Leeds was kind to me", None),
        ("I was born in Leeds", None),
        ("counselling nairobi", "nairobi"),
    ],
)
def test_the_place_is_where_the_writer_lives(meaning, text, place):
    assert asked(meaning, text).get("place") == place


def test_a_far_town_is_told_as_one_that_we_do_not_know_and_is_no_word_to_look_for(meaning):
    understanding = meaning.understand("counselling, nairobi")
    assert understanding.more["unknown_place"] == ["nairobi"] and understanding.words == ()


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("london on a spouse visa", None),
        ("hamilton on fridays", None),
        ("portland or salem", None),
        ("Portland OR", "US-OR"),
        ("portland, or", "US-OR"),
        ("gary in", "US-IN"),
        ("gary in june", None),
        ("LONDON ON SUNDAY", None),
        ("grief british columbia", "CA-BC"),
    ],
)
def test_a_little_word_is_a_regions_code_only_at_the_end_or_in_capitals(meaning, text, region):
    filters = asked(meaning, text)
    assert filters.get("region") == region and "community" not in filters


@pytest.mark.parametrize(
    ("text", "fee", "words"),
    [
        ("£35-£55", 55, ()),
        ("between 30 and 45 pounds per session", 45, ()),
        ("I can't pay more than 38 a week", 38, ()),
        ("otters, max $60 per session, insurance", 60, ("otters",)),
        ("my son is 6 and my girl is 9", None, None),
    ],
)
def test_a_range_goes_up_to_its_end_and_the_words_of_money_are_none_to_look_for(meaning, text, fee, words):
    understanding = meaning.understand(text)
    assert understanding.filters.get("fee_max") == fee
    assert words is None or understanding.words == words


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("gestalt or jungian", {"approach": ["gestalt", "jungian"]}),
        ("welsh speaking", {"language": ["cy"]}),
        ("busco psicologo en español", {"language": ["es"]}),
        ("hindoo", {"faith": ["hindu"]}),
        ("counsellor for a boy of 3, kids", {"population": ["children-0-5"]}),
    ],
)
def test_approaches_languages_and_faiths_are_heard_by_other_names(meaning, text, filters):
    assert asked(meaning, text) == filters


def test_a_scheme_that_two_countries_call_the_same_is_the_one_of_the_place(meaning):
    assert meaning.understand("therapist, medicare, sydney").more["payment"] == ["au-medicare-plan"]
    assert meaning.understand("therapist, medicare, ohio").more["payment"] == ["us-medicare"]
