"""Sealed links: only we can make one, only for its purpose, only in its time, and it always fits an address."""

import base64
import json
import random
import time

import pytest

from directory.errors import ConfigError, LinkAltered, LinkExpired, TooLong
from directory.sealed import (
    LIFETIMES_S,
    MAX_TEXT,
    MAX_TOKEN,
    MAX_WORDS,
    Sealer,
    fits,
    seal_search,
)

NOW = 1_790_000_000
OLD, NEW = "an-old-secret-of-this-house-" * 2, "the-newest-secret-of-this-house-" * 2
ANSWERS = {"m1_concerns": ["childhood-trauma", "shame"], "s1_settle": "days", "r0_now": None, "count": 3}


@pytest.fixture
def sealer() -> Sealer:
    return Sealer([NEW])


@pytest.mark.parametrize("purpose", LIFETIMES_S)
def test_what_was_sealed_comes_back_as_it_was(sealer, purpose):
    assert sealer.open(purpose, sealer.seal(purpose, ANSWERS, now=NOW), now=NOW) == ANSWERS


def test_the_token_is_an_address_and_shows_nothing(sealer):
    token = sealer.seal("step", ANSWERS, now=NOW)
    assert all(c.isascii() and (c.isalnum() or c in "-_") for c in token)
    raw = base64.urlsafe_b64decode(token + "==")
    assert b"childhood" not in raw and b"settle" not in raw


def test_the_same_answers_never_give_the_same_token(sealer):
    assert len({sealer.seal("step", ANSWERS, now=NOW) for _ in range(50)}) == 50


def test_a_flipped_bit_in_any_byte_breaks_the_seal(sealer):
    raw = base64.urlsafe_b64decode(sealer.seal("step", ANSWERS, now=NOW) + "==")
    for place in range(len(raw)):
        altered = raw[:place] + bytes([raw[place] ^ 1 << place % 8]) + raw[place + 1 :]
        with pytest.raises(LinkAltered):
            sealer.open("step", base64.urlsafe_b64encode(altered).rstrip(b"=").decode(), now=NOW)


def test_another_spelling_of_the_same_bytes_is_refused(sealer):
    token = sealer.seal("step", ANSWERS, now=NOW)
    assert len(token) % 4, "the last letter must carry spare bits for this test"
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    neighbour = letters[letters.index(token[-1]) ^ 1]
    with pytest.raises(LinkAltered):
        sealer.open("step", token[:-1] + neighbour, now=NOW)


@pytest.mark.parametrize("made_for", LIFETIMES_S)
@pytest.mark.parametrize("opened_as", LIFETIMES_S)
def test_a_link_opens_only_for_its_own_purpose(sealer, made_for, opened_as):
    token = sealer.seal(made_for, ANSWERS, now=NOW)
    if made_for == opened_as:
        assert sealer.open(opened_as, token, now=NOW) == ANSWERS
    else:
        with pytest.raises(LinkAltered):
            sealer.open(opened_as, token, now=NOW)


@pytest.mark.parametrize(
    ("purpose", "hours"), [("step", 4), ("matches", 4), ("consult-sheet", 4), ("search", 1), ("shortlist", 30 * 24)]
)
def test_a_link_lives_to_its_last_second_and_not_one_more(sealer, purpose, hours):
    token = sealer.seal(purpose, ANSWERS, now=NOW)
    assert sealer.open(purpose, token, now=NOW + hours * 3600) == ANSWERS
    with pytest.raises(LinkExpired):
        sealer.open(purpose, token, now=NOW + hours * 3600 + 1)


def test_a_lifetime_can_be_given(sealer):
    token = sealer.seal("search", ANSWERS, now=NOW, lifetime_s=10)
    with pytest.raises(LinkExpired):
        sealer.open("search", token, now=NOW + 11)


def test_old_keys_open_and_only_the_newest_seals():
    before, rotated, after = Sealer([OLD]), Sealer([NEW, OLD]), Sealer([NEW])
    assert rotated.open("shortlist", before.seal("shortlist", ANSWERS, now=NOW), now=NOW) == ANSWERS
    assert after.open("shortlist", rotated.seal("shortlist", ANSWERS, now=NOW), now=NOW) == ANSWERS
    with pytest.raises(LinkAltered):
        after.open("shortlist", before.seal("shortlist", ANSWERS, now=NOW), now=NOW)


def test_each_purpose_has_a_key_of_its_own(sealer, monkeypatch):
    token = sealer.seal("step", ANSWERS, now=NOW)
    (key_id,) = {key_id for key_id, _ in sealer._ciphers}
    monkeypatch.setitem(sealer._ciphers, (key_id, "step"), sealer._ciphers[key_id, "search"])
    with pytest.raises(LinkAltered):
        sealer.open("step", token, now=NOW)


def test_a_house_without_a_key_is_refused():
    with pytest.raises(ConfigError):
        Sealer([])


@pytest.mark.parametrize(
    "token",
    [
        "",
        "A",
        "AAAA",
        "====",
        "..",
        "a b",
        "a/b+c",
        "é" * 40,
        "٣" * 40,
        "\x00",
        "😀",
        "A" * 40,
        "A\n",
        "\ud800",
        "A" * 3601,
    ],
)
def test_what_is_no_token_is_refused(sealer, token):
    with pytest.raises(LinkAltered):
        sealer.open("search", token, now=NOW)


def test_a_cut_link_is_refused_wherever_it_was_cut(sealer):
    token = sealer.seal("search", ANSWERS, now=NOW)
    for length in range(len(token)):
        with pytest.raises(LinkAltered):
            sealer.open("search", token[:length], now=NOW)


def test_a_huge_link_is_refused_before_it_is_read(sealer):
    started = time.perf_counter()
    for _ in range(100):
        with pytest.raises(LinkAltered):
            sealer.open("search", "A" * 1_000_000, now=NOW)
    assert time.perf_counter() - started < 0.1


def test_small_differences_in_length_do_not_show(sealer):
    lengths = {len(sealer.seal("search", {"text": "x" * n + str(n)}, now=NOW)) for n in range(200)}
    assert len(lengths) == 1


def test_padding_grows_in_whole_steps(sealer):
    noise = random.Random(1).randbytes(3000).hex()
    lengths = {len(sealer.seal("search", {"text": noise[:n]}, now=NOW)) for n in range(0, 3000, 7)}
    assert len(lengths) <= 5


def scripts() -> dict[str, tuple[int, int]]:
    return {
        "ASCII": (33, 126),
        "Devanagari": (0x0904, 0x0939),
        "Gurmukhi": (0x0A05, 0x0A39),
        "Arabic": (0x0621, 0x064A),
        "Han": (0x4E00, 0x9FFF),
        "Hangul": (0xAC00, 0xD7A3),
        "emoji": (0x1F300, 0x1FAFF),
        "last plane": (0x100000, 0x10FFFD),
    }


@pytest.mark.parametrize("script", scripts())
def test_the_longest_search_fits_in_any_script(sealer, script):
    low, high = scripts()[script]
    chance = random.Random(script)

    def letters(n: int) -> str:
        return "".join(chr(chance.randint(low, high)) for _ in range(n))

    words, text = [letters(64) for _ in range(24)], letters(4000)
    rest = {"concepts": [letters(20) for _ in range(12)], "filters": {"country": "GB", "language": ["pa", "hi"]}}
    token = seal_search(sealer, words, text, rest, now=NOW)
    held = sealer.open("search", token, now=NOW)
    assert len(token) <= MAX_TOKEN
    assert held["words"] == words[: len(held["words"])]
    assert text.startswith(held["text"])
    assert held["concepts"] == rest["concepts"]
    assert len(held["text"]) == MAX_TEXT or not held["words"], "words are dropped before typed text"


def test_a_usual_search_keeps_24_words_and_280_characters(sealer):
    text = "I freeze when my manager gives me feedback, and I think it goes back to how I grew up. " * 4
    words = text.lower().split()
    held = sealer.open("search", seal_search(sealer, words, text, {"sort": "fit"}, now=NOW), now=NOW)
    assert held == {"sort": "fit", "words": words[:MAX_WORDS], "text": text[:MAX_TEXT]}


def test_no_more_is_dropped_than_must_be(sealer):
    chance = random.Random(7)
    words = ["".join(chr(chance.randint(0x4E00, 0x9FFF)) for _ in range(64)) for _ in range(24)]
    token = seal_search(sealer, words, "text", {}, now=NOW)
    kept = len(sealer.open("search", token, now=NOW)["words"])
    assert 0 < kept < 24
    assert not fits(sealer.seal("search", {"words": words[: kept + 1], "text": "text"}, now=NOW))


def test_a_search_that_cannot_fit_says_so(sealer):
    with pytest.raises(TooLong):
        seal_search(sealer, [], "", {"noise": random.Random(3).randbytes(4000).hex()}, now=NOW)


def test_half_a_character_does_not_break_the_seal(sealer):
    held = sealer.open("search", seal_search(sealer, ["\ud800"], "\udfff ok", {}, now=NOW), now=NOW)
    assert held["text"].endswith(" ok")


def test_every_json_value_survives(sealer):
    payload = json.loads('{"a": [1, -2.5, true, false, null, "\\u0000 \\" \\\\ ünï 😀"], "b": {"c": {}}}')
    assert sealer.open("matches", sealer.seal("matches", payload, now=NOW), now=NOW) == payload
