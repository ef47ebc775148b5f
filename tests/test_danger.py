"""Danger now: told in the words of somebody who is in it, and not in those of a story, a memory or a day at work.

No sentence is a real one.
"""

import tomllib
from pathlib import Path

import pytest

from directory import places, vocabulary
from search_index.danger import Danger
from search_index.lexicon import sentences
from search_index.meaning import Meaning

SEEDS = Path(__file__).parent.parent / "seeds"


def seed(name: str) -> dict:
    return tomllib.loads((SEEDS / name).read_text("utf-8"))


SAID = seed("phrases.toml") | seed("danger.toml")


@pytest.fixture(scope="module")
def danger() -> Danger:
    return Danger(SAID)


def is_urgent(danger: Danger, text: str) -> bool:
    return danger.in_any([[word.folded for word in sentence] for sentence in sentences(text)])


NOW = {
    "it has begun": (
        "I have taken all my tablets",
        "I've just swallowed the whole packet and now I'm frightened",
        "i took every pill in the house",
        "I've taken everything in the bathroom cabinet, all of it",
        "took a whole box of paracetamol an hour ago",
        "I emptied the bottle. I feel sleepy now.",
        "I have had two packets of sleeping tablets and a bottle of gin",
        "I bled a lot and it hasn't stopped, I cut my wrist",
        "The rope broke and I am back in bed",
    ),
    "the means stand ready": (
        "The pills are lined up and I said goodbye to the cat",
        "I counted out the pills and put them by the bed",
        "I've been stockpiling my medication for weeks",
        "the rope is ready in the garage",
        "there's a blade in my hand and I can't put it down",
        "I'm sitting in the car in the garage with the engine on",
    ),
    "somebody takes leave": (
        "Can't do this any more. Goodbye everyone!",
        "Goodbye everybody, I am sorry",
        "this is goodbye",
        "I can't carry on. I love you all, forgive me.",
        "by the time anybody reads this I'll be gone",
        "I've had enough, bye everyone, look after my dog",
        "I wrote a letter for my sister to find afterwards",
        "I kissed the kids one last time, thank you for everything",
        "They wont have to worry about me any longer",
    ),
    "there, or tonight": (
        "I am standing on the roof and nobody knows",
        "I'm at the station and I keep looking at the trains coming in",
        "whoever finds me, I am sorry",
        "I won't see Monday",
        "after tonight it will all be over for me",
        "I'm going to do it tonight and nobody can stop me",
    ),
    "said another way": (
        "checking out of life soon",
        "I wouldnt mind dying, honestly",
        "disappointed to wake up today",
        "i keep thinking of driving the car into the wall",
        "somebody should lock my pills away, hide the knives from me",
        "they get the life insurance when im dead",
    ),
    "somebody close": (
        "my son texted me goodbye and turned his phone off",
        "my daughter is threatening to jump",
        "my husband is holding my throat when he is angry, it happened again last night",
        "my boyfriend hits me",
        "she threw a pan at my head this morning",
        "my stepdad comes into my room at night",
        "they are forcing me to marry in June",
    ),
    "typed in haste": ("i wana dye", "im sucidal", "gona kil miself", "tonite i took all my pils"),
    "other languages in English letters": (
        "ab aur nahi jeena",
        "main mar jawan",
        "saaga poren",
        "mera pati maarta hai",
    ),
}
NOT_NOW = {
    "what is taken as it should be": (
        "I take all my tablets every morning with breakfast",
        "I have not taken all my tablets this month and my mood is low",
        "I forgot my pills and I have had too many coffees",
        "My mother needs her tablets counted out for the week",
        "I bought paracetamol for my headache",
        "I collect my medication at the chemist on Fridays",
        "We emptied the wine bottle down the sink, and I felt proud",
    ),
    "other goodbyes": (
        "We said goodbye to my grandmother at the hospice",
        "I had to say goodbye to everyone at work when I retired",
        "Goodbye is a hard word for me since the divorce",
        "I left a note for the neighbour about the noise",
        "I wrote a letter to my younger self",
        "Tell my kids I am proud of them is what I never manage",
    ),
    "what somebody has had enough of": (
        "I can't go on pleasing everybody",
        "I lined up a new job but I feel anxious",
        "The train to work makes me panic",
        "I get scared on bridges and trains",
        "Tonight is the night of our anniversary and I dread it",
        "I am going to do it tonight: ask him to marry me",
        "They will find me boring",
        "I will not see my sister on Monday",
    ),
    "what only sounds like it": (
        "My ex took everything in the divorce",
        "I threw a pan out because it burned",
        "My boyfriend took my phone charger and we fought",
        "I have a knife collection I should sell",
        "It hits me that I never played as a child",
        "My husband is outside smoking",
        "I keep thinking of an old friend",
    ),
}


@pytest.mark.parametrize("text", [text for texts in NOW.values() for text in texts])
def test_danger_now_is_urgent(danger, text):
    assert is_urgent(danger, text)


@pytest.mark.parametrize("text", [text for texts in NOT_NOW.values() for text in texts])
def test_what_is_no_danger_now_is_not_urgent(danger, text):
    assert not is_urgent(danger, text)


def test_whoever_is_in_danger_sees_the_help_box():
    meaning = Meaning(SAID | seed("wishes.toml"), vocabulary.load(SEEDS / "vocabulary"), places.load(SEEDS))
    for texts in NOW.values():
        for text in texts:
            understood = meaning.understand(text)
            assert understood.urgent and understood.safety == "helpline", text


def test_every_sign_is_a_danger_by_itself_and_excused_by_its_own_words(danger):
    for sign in SAID["sign"]:
        told = " and ".join(group[0] for group in sign["together"])
        assert is_urgent(danger, told), told
        for excuse in sign.get("unless", ()):
            assert not Danger({"sign": [sign]}).in_any([f"{told} and {excuse}".split()]), (told, excuse)


def test_no_list_of_the_seeds_is_read_by_nobody():
    assert set(seed("danger.toml")) == {"typed", "unless", "story", "sign"}
    assert not {"denials", "elsewhere"} & set(seed("phrases.toml"))
