"""Danger now: told in the words of somebody who is in it, and not in those of a story, a memory or a day at work.

No sentence is a real one.
"""

import tomllib
from pathlib import Path

import numpy as np
import pytest

from directory import places, vocabulary
from search_index import danger_learning, hearing
from search_index.contrast import Contrast, learn
from search_index.danger import LEAST_SOUND, Danger, is_learnt_from, loudest
from search_index.hearing import Hearing
from search_index.lexicon import sentences
from search_index.meaning import Meaning

SEEDS = Path(__file__).parent.parent / "seeds"


def seed(name: str | Path) -> dict:
    return tomllib.loads((SEEDS / name).read_text("utf-8"))


SAID = seed("phrases.toml") | danger_learning.read(SEEDS) | {"danger_head": seed("danger_head.toml")}
SAYINGS = SAID["sayings"]


@pytest.fixture(scope="module")
def danger() -> Danger:
    return Danger(SAID)


@pytest.fixture(scope="module")
def by_words() -> Danger:
    """What is told without the order of words."""
    return Danger({name: said for name, said in SAID.items() if name != "danger_head"})


@pytest.fixture(scope="module")
def signs() -> Danger:
    """What known phrases and signs say by themselves."""
    return Danger({name: said for name, said in SAID.items() if name != "danger_sayings"})


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
def test_what_is_no_danger_now_holds_no_sign_of_it(signs, text):
    assert not is_urgent(signs, text)


PAIRS = (
    ("My husband hit me again last night", "My first husband hit me, we divorced twenty years ago"),
    ("I want to end my life", "I want to end my contract with the gym"),
    ("my uncle touches me when he visits", "my uncle touched me as a child, I am fifty and ready to talk about it"),
    ("I can't go on living", "I can't go on with this diet"),
    ("My son says he wants to be dead", "My son says he wants to be a vet"),
    ("I cut myself again yesterday", "I cut my hours at work and feel guilty about it"),
    ("he choked me on sunday and I'm scared of tonight", "I choke in interviews and feel stupid"),
    ("the voices tell me to kill my mother", "the voice in my head tells me I am not clever enough"),
    ("My brother wants to kill himself tonight", "My brother killed himself years ago and I still grieve"),
    ("They are sending me abroad to be married, I said no", "My sister is getting married abroad and I hate flying"),
)


@pytest.mark.parametrize(("now", "near"), PAIRS)
def test_of_two_texts_with_like_words_the_one_in_danger_is_told(danger, now, near):
    assert is_urgent(danger, now) and not is_urgent(danger, near)


@pytest.mark.parametrize(
    "now", ["wont be here tmrw, im sory evrybody", "my husbnd beets me evry nite", "sucidal agen 2nite"]
)
def test_danger_is_heard_through_haste(danger, now):
    assert is_urgent(danger, now)


def sound_of(contrast: Contrast, text: str) -> float:
    return loudest(contrast, [contrast.read(words) for words in read(text)])


def read(text: str) -> list[list[str]]:
    return [[word.folded for word in sentence] for sentence in sentences(text)]


def read_all(texts: list[str]) -> list[list[list[str]]]:
    return [read(text) for text in texts]


def kept_back(texts: list[str]) -> tuple[list[str], list[str]]:
    """Five sixths to learn from, and the rest."""
    return [text for number, text in enumerate(texts) if number % 6], texts[::6]


def test_sayings_teach_more_than_themselves():
    hard = [saying for slug, said in SAYINGS.items() if slug not in SAID["grave"] for saying in said]
    learnt, asked = {}, {}
    for kind, texts in {**SAID["danger_sayings"], "hard": hard}.items():
        learnt[kind], asked[kind] = kept_back(texts)
    both = ([read(text) for text in texts] for texts in (learnt["danger"], learnt["near"] + learnt["hard"]))
    contrast = Contrast(learn(*both))
    shares = {
        kind: sum(sound_of(contrast, text) >= LEAST_SOUND for text in asked[kind]) / len(asked[kind]) for kind in asked
    }
    assert shares["danger"] >= 0.5 and shares["near"] <= 0.3 and shares["hard"] <= 0.1, shares


def test_the_head_was_learnt_from_the_sayings_beside_it():
    assert is_learnt_from(SAID), "the sayings changed: `make danger` learns danger_head.toml anew, in some minutes"
    sayings = SAID["danger_sayings"]
    assert not is_learnt_from(SAID | {"danger_sayings": sayings | {"danger": [*sayings["danger"], "one more"]}})


def test_the_head_is_what_a_sample_of_the_sayings_teaches():
    """Learnt from a tenth, most of it is heard alike; learnt from the wrong kinds, nothing would be."""
    danger, near = (read_all(SAID["danger_sayings"][kind][::10]) for kind in ("danger", "near"))
    sample = hearing.learn(danger, near, hearing.loaded())
    kept, of_sample = Hearing(SAID["danger_head"]), Hearing(sample)
    sounds = np.array([[each.loudest(text) for each in (kept, of_sample)] for text in danger + near])
    assert np.corrcoef(sounds.T)[0, 1] > 0.6
    told = np.sort(sounds[:, 0])
    assert (sounds[: len(danger), 0] > np.median(told)).mean() > 0.75


def test_a_head_is_written_as_it_was_learnt():
    head = {"learnt_from": "abc", "middle": -1.25, "weights": [0.5, -0.125] * 192}
    assert tomllib.loads(danger_learning.written(head)) == head


ONLY_BY_ORDER = (
    "my mother says she would rather see me buried than married to him",
    "she follows me to work and leaves notes on my car every day",
    "my heart wants to stop and I want to let it",
)


def test_the_order_of_words_tells_danger_that_words_alone_do_not(danger, by_words):
    assert danger.hears_order and not by_words.hears_order
    heard = [is_urgent(danger, text) and not is_urgent(by_words, text) for text in ONLY_BY_ORDER]
    assert all(heard), [text for text, right in zip(ONLY_BY_ORDER, heard, strict=True) if not right]


CLEARED_BY_ORDER = (
    "I cut the bread and my hands shook before the interview",
    "he is angry with the referee again",
    "my mother beats everybody at cards",
    "he follows me on every app and likes my pictures",
    "he locks the shop at six and comes home late",
    "my wife wakes me every night with her snoring",
    "I can't go on stage without shaking",
)


@pytest.mark.parametrize("text", CLEARED_BY_ORDER)
def test_the_order_of_words_clears_what_only_uses_words_of_danger(danger, text):
    assert not is_urgent(danger, text)


def test_without_the_sentence_model_words_answer(danger, by_words, monkeypatch):
    monkeypatch.setattr(hearing, "loaded", lambda: None)
    assert not danger.hears_order
    for texts in NOW.values():
        assert [is_urgent(danger, text) for text in texts] == [is_urgent(by_words, text) for text in texts]


def test_the_same_sayings_always_teach_the_same():
    sayings = {kind: [read(text) for text in texts[:200]] for kind, texts in SAID["danger_sayings"].items()}
    once, again = (Contrast(learn(sayings["danger"], sayings["near"])) for _ in range(2))
    assert sound_of(once, "I want it to be over tonight") == sound_of(again, "I want it to be over tonight")


def test_danger_is_heard_among_other_sentences(danger):
    calm = "I moved to Leeds in May. My work is fine. I like cooking. The garden is small. "
    assert not is_urgent(danger, calm)
    assert is_urgent(danger, f"{calm}My husband beats me with his belt. {calm}")


def test_without_sayings_phrases_and_signs_still_answer(signs):
    assert is_urgent(signs, "I want to kill myself") and not is_urgent(signs, "I want to kill time")


def test_an_empty_text_is_no_danger(danger):
    assert not danger.in_any([]) and not danger.in_any([[]])


def test_sayings_of_danger_are_many_and_none_is_also_near():
    danger, near = (SAID["danger_sayings"][kind] for kind in ("danger", "near"))
    assert min(len(danger), len(near)) >= 700
    assert len({*map(str.casefold, danger), *map(str.casefold, near)}) == len(danger) + len(near)


def test_grave_concerns_have_sayings():
    assert set(SAID["grave"]) <= set(SAYINGS)


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
    assert set(seed("danger.toml")) == {"typed", "unless", "story", "against", "grave", "sign"}
    assert set(seed("danger_sayings.toml")) == {"danger", "near"}
    assert not {"denials", "elsewhere"} & set(seed("phrases.toml"))
