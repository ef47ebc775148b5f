"""What people type -> what is asked for: names, places, languages, communities, fees, and what isn’t wanted."""

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
