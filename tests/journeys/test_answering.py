"""Somebody who answers questions: every page, Back at every step, skips, people at any time, musts, offers, danger."""

import re

import pytest
from visitor import Visitor

ANSWERS: dict[str, dict[str, str | list[str]]] = {
    "now": {"r0_now": "hard"},
    "device": {"r0_home": "no"},
    "device-advice": {},
    "brings": {"m1_words": "I shut down and feel nothing when my parents call"},
    "understood": {"m1_concerns": ["low-mood-numbness", "family-expectations"]},
    "why-now": {"m2_why_now": "repeats"},
    "wishes": {"m3_wish": ["kinder", "boundaries"]},
    "mixed": {"m4_mixed": ["doubt", "tired"]},
    "settling": {"s1_settle": "numb"},
    "remembering": {"s2_remember": "much"},
    "load": {"s3_load": ["work"], "s4_care": ["doctor"]},
    "people": {"p1_people": "maybe", "p2_space": "home"},
    "aftercare": {"p3_aftercare": ["walk"], "p4_time": "most"},
    "style": {"x_leads": "2", "x_feelings": "4", "x_past": "3", "x_gentle": "1", "x_pace": "slow"},
    "before": {"x_before": ["never"]},
    "ways": {"x_ways": ["inner-child-work"], "x_ways_strength": "nice"},
    "where": {"w_place_country": "GB", "w_place_town": "Leicester", "w_format": ["video"]},
    "who": {"y_language": ["en"], "y_language_strength": "nice", "y_gender": ["woman"], "y_gender_strength": "must"},
    "roots": {"c_community": ["south-asian"], "c_community_strength": "nice"},
    "money": {"f_fee_amount": "80", "f_fee_currency": "GBP", "f_fee_strength": "must"},
    "times": {"t_wait": "month"},
}


@pytest.fixture
def visitor(client) -> Visitor:
    return Visitor(client)


def step(visitor: Visitor) -> str:
    """Which page of the questionnaire this is."""
    parts = visitor.path.split("/")
    return parts[2] if parts[1] == "questions" and len(parts) > 3 else ""


def offered(visitor: Visitor, name: str) -> list[str]:
    return [c.value for c in visitor.page.controls if c.name == name and c.kind in {"radio", "checkbox", "option"}]


def answers_here(visitor: Visitor) -> dict[str, str | list[str]]:
    """What this person says on this page: as written above where the page offers it, else its first choice."""
    told = {}
    for name, value in ANSWERS[step(visitor)].items():
        choices = offered(visitor, name)
        wanted = [value] if isinstance(value, str) else value
        known = [one for one in wanted if one in choices] or choices[:1]
        told[name] = value if not choices else known[0] if isinstance(value, str) else known
    return told


def begin(visitor: Visitor) -> Visitor:
    return visitor.go("/questions").follow("Begin")


def walk_to(visitor: Visitor, wanted: str) -> Visitor:
    """From the first page to this one, answering on the way."""
    begin(visitor)
    while step(visitor) != wanted:
        visitor.press("Continue", **answers_here(visitor))
    return visitor


def fitting(visitor: Visitor) -> int:
    """How many people the page of matches says that there are."""
    told = re.search(r"([\d,]+) (?:person fits|people fit|person|people)\b(?: your musts)? Talk to two", visitor.text)
    return int(told.group(1).replace(",", ""))


def people(visitor: Visitor) -> list[str]:
    return list(dict.fromkeys(href for _, href in visitor.page.links if re.match(r"/therapists/[a-z0-9]{10}-", href)))


def test_every_page_from_the_first_to_the_matches(visitor):
    walk_to(visitor, "check")
    walked = [urls.split("/")[4] for urls in visitor.been if "/questions/" in urls]
    assert walked == [*ANSWERS, "check"]
    assert "Check your answers" in visitor.text
    for said in ("It's very hard, but I'm safe", "Leicester", "£80 (This is a must)", "Low mood"):
        assert said in visitor.text, said
    visitor.follow("Show me people")
    assert visitor.path.startswith("/matches/") and people(visitor)


def test_the_page_before_shows_what_was_answered_and_goes_on_to_the_same_place(visitor):
    begin(visitor)
    for name in ANSWERS:
        assert step(visitor) == name
        told = answers_here(visitor)
        visitor.press("Continue", **told)
        there, words = step(visitor), visitor.text
        visitor.follow("Back")
        assert step(visitor) == name
        for field, value in told.items():
            if field != "m1_words":
                assert visitor.page.held(field) == ([value] if isinstance(value, str) else value), (name, field)
        visitor.press("Continue", **({"m1_words": told["m1_words"]} if name == "brings" else {}))
        assert step(visitor) == there and visitor.text == words


def test_typed_words_are_not_kept_on_the_page_before(visitor):
    walk_to(visitor, "brings").press("Continue", m1_words="a very private sentence about sleep").follow("Back")
    assert step(visitor) == "brings" and visitor.page.held("m1_words") == [""]


def test_the_browsers_own_back_and_refresh_work_at_every_step(visitor):
    begin(visitor)
    for name in ANSWERS:
        here = visitor.text
        assert visitor.refresh().text == here
        visitor.been.pop()
        visitor.press("Continue", **answers_here(visitor))
        onward = visitor.text
        assert visitor.back().text == here, name
        visitor.press("Continue", **answers_here(visitor))
        assert visitor.text == onward, name


def test_a_page_sent_twice_leads_to_the_same_page(visitor):
    walk_to(visitor, "wishes")
    sent = visitor.url
    visitor.press("Continue", m3_wish=["kinder"])
    once = visitor.text
    visitor.go(sent).press("Continue", m3_wish=["kinder"])
    assert visitor.text == once


def test_two_tabs_go_two_ways(visitor):
    walk_to(visitor, "why-now")
    fork = visitor.url
    visitor.press("Continue", m2_why_now="curious").press("Continue", m3_wish=["grow"])
    visitor.go(fork).press("Continue", m2_why_now="waited").press("Skip this one")
    assert step(visitor) == "mixed"
    visitor.press("Skip this one").follow("Back").follow("Back").follow("Back")
    assert visitor.page.held("m2_why_now") == ["waited"]


def test_everything_can_be_skipped(visitor):
    begin(visitor)
    while step(visitor) != "check":
        visitor.press("Skip this one" if skippable(visitor) else "Continue")
    assert "You skipped everything, and that is fine" in visitor.text
    assert people(visitor.follow("Show me people"))


def skippable(visitor: Visitor) -> bool:
    return any(c.name == "skip" for c in visitor.page.controls)


def test_a_skip_takes_an_answer_back(visitor):
    walk_to(visitor, "wishes").follow("Back").press("Skip this one").follow("Back")
    assert step(visitor) == "why-now" and visitor.page.held("m2_why_now") == []


def test_people_can_be_seen_from_every_step(visitor):
    begin(visitor)
    for name in ANSWERS:
        assert step(visitor) == name
        here, told = visitor.url, answers_here(visitor)
        visitor.press("Show me people now", **told)
        assert visitor.path.startswith("/matches/") and visitor.response.status_code == 200, name
        assert people(visitor), name
        visitor.go(here).press("Continue", **told)


def test_what_was_said_on_the_page_counts_when_people_are_asked_for(visitor):
    walk_to(visitor, "where").press("Show me people now", w_place_country="GB", w_place_region="", w_format=["video"])
    everyone = fitting(visitor)
    walk_to(visitor, "where").press("Show me people now", w_place_country="IN", w_place_region="", w_format=["video"])
    assert 0 < fitting(visitor) and 0 < everyone
    assert "Samaritans" not in visitor.text and "Tele-MANAS" in visitor.text.replace(" ", "-")


def test_an_answer_is_changed_from_the_check_page(visitor):
    walk_to(visitor, "check").press("Change : The most you can pay for one session")
    assert step(visitor) == "money" and visitor.page.held("f_fee_amount") == ["80"]
    visitor.press("Continue", f_fee_amount="95")
    while step(visitor) != "check":
        visitor.press("Continue")
    assert "£95" in visitor.text and "£80" not in visitor.text


def test_too_many_choices_are_said_and_the_first_are_kept(visitor):
    walk_to(visitor, "wishes").press("Continue", m3_wish=["understand", "kinder", "blame", "specific"])
    assert visitor.response.status_code == 422 and "Choose fewer here" in visitor.text
    assert visitor.page.held("m3_wish") == ["understand", "kinder", "blame"]
    assert step(visitor.press("Continue")) == "mixed"


def test_danger_shows_help_first_at_every_later_step_and_blocks_nothing(visitor):
    begin(visitor).press("Continue", r0_now="danger")
    steps = 0
    while step(visitor) != "check":
        assert "danger now" in visitor.text and "999" in visitor.text, step(visitor)
        assert visitor.text.index("danger now") < visitor.text.index("Continue")
        visitor.press("Continue")
        steps += 1
    assert steps > 15
    visitor.follow("Show me people")
    assert visitor.text.index("danger now") < visitor.text.index("Talk to two") and people(visitor)


def test_typed_danger_shows_help_first_and_the_people_remain(visitor):
    walk_to(visitor, "brings").press("Continue", m1_words="I am going to kill myself tonight")
    assert "danger now" in visitor.text
    visitor.press("Show me people now")
    assert visitor.text.index("danger now") < visitor.text.index("Talk to two") and people(visitor)


def test_a_device_that_is_not_private_gets_its_advice(visitor):
    begin(visitor).press("Continue").press("Continue", r0_home="no")
    assert step(visitor) == "device-advice" and "private window" in visitor.text
    begin(visitor).press("Continue").press("Continue", r0_home="yes")
    assert step(visitor) == "brings"


def test_an_offer_is_taken_and_said(visitor):
    walk_to(visitor, "check").follow("Show me people")
    offers = [c for c in visitor.page.controls if c.name == "offer"]
    assert [c.value for c in offers] == ["steadying"]
    visitor.press("offer=steadying")
    assert visitor.path.startswith("/matches/") and not [c for c in visitor.page.controls if c.name == "offer"]
    assert "steadying skills" in visitor.text.lower()
    assert [c.value for c in Visitor(visitor.client).go(visitor.been[-2]).page.controls if c.name == "offer"] == [
        "steadying"
    ]


def test_each_must_that_is_relaxed_gives_exactly_the_promised_number(visitor):
    walk_to(visitor, "check").follow("Show me people")
    matches, here = visitor.url, fitting(visitor)
    promised = {
        c.value: here + int(re.search(r"[\d,]+", c.words).group().replace(",", ""))
        for c in visitor.page.controls
        if c.name == "relax" and "Without this" in c.words
    }
    assert len(promised) > 1
    for rule, number in promised.items():
        visitor.go(matches).press(f"relax={rule}")
        assert fitting(visitor) == number, rule


def test_when_nobody_fits_the_nearest_stand_apart_and_a_relaxed_must_keeps_its_promise(visitor):
    walk_to(visitor, "money")
    visitor.press("Show me people now", f_fee_amount="1", f_fee_currency="GBP", f_fee_strength="must")
    assert "No one fits all of your musts" in visitor.text and "The nearest people" in visitor.text
    assert re.search(r"Your must “Up to £1[^”]* a session” isn.t met here\.", visitor.text)
    words = visitor.page.button("relax=fee").words
    visitor.press("relax=fee")
    assert fitting(visitor) == int(re.search(r"[\d,]+", words).group())


def test_matches_turn_their_pages_without_a_new_link(visitor):
    begin(visitor).press("Show me people now")
    first = people(visitor)
    visitor.follow("Show the next people")
    assert visitor.url.endswith("?page=2") and people(visitor) and not set(people(visitor)) & set(first)
    visitor.follow("Back to what we understood")
    assert people(visitor) == first


def test_every_button_of_a_question_says_what_it_does(visitor):
    begin(visitor)
    for _ in ANSWERS:
        assert all(c.words for c in visitor.page.controls if c.kind == "button"), step(visitor)
        visitor.press("Continue", **answers_here(visitor))


def test_every_button_of_the_matches_says_what_it_does(visitor):
    walk_to(visitor, "check").follow("Show me people")
    assert all(c.words for c in visitor.page.controls if c.kind == "button")
