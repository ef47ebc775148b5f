"""Somebody who is looking: from the box to a person, narrowing and widening, without scripts and without a trace."""

import re

import pytest
from visitor import Visitor

WORDS = "I freeze when my boss gives me feedback"
UNSURE_WORDS = "I want to talk about my family and money"
DANGER = "I am going to kill myself tonight"
MADE_UP = "zxqv brlmf"


@pytest.fixture
def visitor(client) -> Visitor:
    return Visitor(client)


def total(visitor: Visitor) -> int:
    """How many people the page says that there are."""
    heading = visitor.response.get_data(as_text=True).split("<h1>", 1)[1].split("</h1>", 1)[0]
    told = re.search(r"([\d,]+) (?:person|people)", heading)
    return int(told.group(1).replace(",", "")) if told else 0


def people(visitor: Visitor) -> list[str]:
    """The addresses of the people on the page, in order."""
    return list(dict.fromkeys(href for _, href in visitor.page.links if re.match(r"/therapists/[a-z0-9]{10}-", href)))


def chips(visitor: Visitor) -> list[str]:
    return [control.value for control in visitor.page.controls if control.name == "remove"]


def test_from_own_words_to_a_person_and_their_consult_link(visitor):
    visitor.go("/").press("Show me people", text=WORDS)
    assert visitor.path.startswith("/search/") and visitor.response.status_code == 200
    assert WORDS in visitor.text and "We read this as" in visitor.text
    assert total(visitor) >= len(people(visitor)) > 0
    visitor.go(people(visitor)[0])
    assert visitor.response.status_code == 200
    consult = [href for _, href in visitor.page.links if ".example/" in href]
    assert consult and all(href.startswith("https://") for href in consult)


def test_back_from_a_person_shows_the_same_people(visitor):
    visitor.go("/").press("Show me people", text=WORDS)
    found = people(visitor)
    visitor.go(found[0]).back()
    assert people(visitor) == found
    visitor.refresh()
    assert people(visitor) == found


def test_narrowing_taking_a_chip_away_and_the_next_page(visitor):
    visitor.go("/therapists")
    everyone = total(visitor)
    visitor.press("Show these people", format=["video"])
    on_video = total(visitor)
    assert 10 < on_video < everyone and chips(visitor) == ["format:video"]
    assert "/therapists?" in visitor.url and "format=video" in visitor.url
    first = people(visitor)
    visitor.follow("Show the next people")
    assert people(visitor) and not set(people(visitor)) & set(first)
    visitor.back()
    assert people(visitor) == first
    visitor.press("remove=format:video")
    assert total(visitor) == everyone and chips(visitor) == []


def test_a_count_beside_a_value_is_what_pressing_it_gives(visitor):
    visitor.go("/therapists")
    page = visitor.response.get_data(as_text=True)
    pressed = 0
    for group, value in (("format", "phone"), ("concern", "shame"), ("sliding", "yes"), ("gender", "man")):
        pattern = rf'name="{group}" value="{value}"><span>[^<]*</span><span class="count">(\d+)'
        promised = int(re.search(pattern, page).group(1))
        visitor.go("/therapists").press("Show these people", **{group: [value]})
        assert total(visitor) == promised, (group, value)
        pressed += promised > 0
    assert pressed == 4


def test_what_is_private_travels_sealed_and_what_is_not_can_be_read(visitor):
    visitor.go("/therapists").press("Show these people", country=["GB"], format=["video"])
    assert visitor.path == "/therapists"
    visitor.press("Show these people", concern=["shame"])
    assert visitor.path.startswith("/search/") and "shame" not in visitor.url
    assert set(chips(visitor)) == {"country:GB", "format:video", "concern:shame"}
    visitor.press("remove=concern:shame")
    assert visitor.path == "/therapists" and set(chips(visitor)) == {"country:GB", "format:video"}


def test_a_sealed_answer_is_narrowed_and_keeps_the_words(visitor):
    visitor.go("/").press("Show me people", text=WORDS)
    before, read_as = total(visitor), set(chips(visitor))
    visitor.press("Show these people", format=["video"])
    assert 0 < total(visitor) <= before and set(chips(visitor)) == read_as | {"format:video"}
    assert WORDS in visitor.text
    visitor.press("remove=format:video")
    assert total(visitor) == before and set(chips(visitor)) == read_as


def test_the_second_page_of_a_sealed_answer_and_back(visitor):
    visitor.go("/therapists").press("Show these people", concern=["shame"])
    first = people(visitor)
    visitor.follow("Show the next people")
    assert visitor.url.endswith("?page=2") and not set(people(visitor)) & set(first)
    visitor.follow("The people before")
    assert people(visitor) == first


def test_narrowing_keeps_the_order_that_unsure_words_gave(visitor, reading_app):
    heard = reading_app.extensions["holdspace"].meaning.understand(UNSURE_WORDS).concerns
    assert heard and not any(concern.confident for concern in heard)
    visitor.go("/").press("Show me people", text=UNSURE_WORDS)
    everyone, ranked = total(visitor), people(visitor)
    assert chips(visitor) == []
    visitor.press("Show these people")
    assert total(visitor) == everyone and people(visitor) == ranked


def test_a_currency_can_be_chosen_before_a_fee(visitor):
    visitor.go("/therapists").press("Show these people", currency="GBP")
    assert visitor.page.held("currency") == ["GBP"]
    bands = [c.value for c in visitor.page.controls if c.name == "fee_max" and c.value]
    assert bands
    visitor.press("Show these people", fee_max=bands[0])
    assert chips(visitor) == ["fee_max:yes"] and total(visitor) > 0
    visitor.press("remove=fee_max:yes")
    assert chips(visitor) == []


def test_a_fee_in_ones_own_words_stays_when_something_else_is_chosen(visitor):
    visitor.go("/").press("Show me people", text="Someone for panic attacks for at most £57 a session")
    assert chips(visitor)[-1] == "fee_max:yes" and "£57" in visitor.text
    visitor.press("Show these people", format=["video"])
    assert chips(visitor)[-1] == "fee_max:yes" and visitor.page.held("fee_max") == ["57"]


def test_a_fee_without_a_currency_waits_for_one(visitor):
    visitor.go("/therapists?fee_max=60").press("Show these people", format=["video"])
    visitor.press("Show these people", currency="GBP")
    assert visitor.page.held("fee_max") == ["60"] and set(chips(visitor)) == {"format:video", "fee_max:yes"}


def test_an_empty_answer_offers_each_thing_without_and_keeps_its_promise(visitor):
    visitor.go("/therapists?country=IN&format=video&fee_max=1&currency=INR")
    assert total(visitor) == 0
    offered = [c for c in visitor.page.controls if c.name == "remove" and c.words.startswith("Without this")]
    assert len(offered) == 1 and visitor.text.count("Without this: still no one.") == 2
    promised = {control.value: int(re.search(r"[\d,]+", control.words).group()) for control in offered}
    empty = visitor.url
    for value, number in promised.items():
        visitor.go(empty).press(f"remove={value}")
        assert total(visitor) == number, value
    assert max(promised.values()) > 0


def test_words_are_changed_in_place_and_what_was_chosen_beside_them_stays(visitor):
    visitor.go("/").press("Show me people", text="grief").press("Show these people", format=["video"])
    assert visitor.page.held("text") == ["grief"]
    visitor.enter("text", "panic attacks")
    assert visitor.path.startswith("/search/") and {"format:video"} < set(chips(visitor))
    assert "concern:grief" not in chips(visitor) and people(visitor)


def test_words_that_nobody_wrote_still_lead_somewhere(visitor):
    visitor.go("/").press("Show me people", text=MADE_UP)
    assert visitor.response.status_code == 200 and MADE_UP in visitor.text


def test_an_empty_box_shows_everybody(visitor):
    everyone = total(visitor.go("/therapists"))
    visitor.go("/").press("Show me people", text="   ")
    assert visitor.path == "/therapists" and total(visitor) == everyone


def test_typed_danger_shows_help_first_and_the_people_remain(visitor):
    visitor.go("/").press("Show me people", text=DANGER)
    text = visitor.text
    assert text.index("danger now") < text.index("You wrote:") and "999" in text
    assert people(visitor)
    visitor.press("Show these people", format=["video"])
    assert "danger now" in visitor.text and people(visitor)


def test_every_topic_leads_to_its_people(visitor, reading_app):
    words = reading_app.extensions["holdspace"].vocabulary
    for group in ("concerns", "approaches", "communities"):
        term = words.terms(group)[0]
        visitor.go(f"/{group}/{term.slug}")
        assert visitor.response.status_code == 200 and term.label in visitor.text


def test_leaving_is_one_press_on_every_page(visitor):
    for address in ("/", "/therapists", "/questions", "/help-now", "/learn", "/nothing-here"):
        assert visitor.go(address).page.href("Leave this site").startswith("https://"), address
        assert visitor.page.href("Help now") == "/help-now"


def test_nobody_who_looks_gets_a_cookie(visitor):
    visitor.go("/").press("Show me people", text=WORDS).press("Show these people", format=["video"])
    visitor.go(people(visitor)[0]).go("/questions").follow("Begin").press("Show me people now")
    assert len(visitor.sent) > 7
    assert not any("Set-Cookie" in sent.response.headers for sent in visitor.sent)
