"""What somebody says on a page of questions counts, or the page says why not at its field and keeps it there."""

import re

import pytest
from routes import step_url
from visitor import Visitor

LONGEST_TOKEN = 3600
UK = {"w_place": {"country": "GB"}}
MUST_TAMIL = {"y_language": {"of": ["ta"], "how": "must"}, "y_gender": {"of": ["woman"], "how": "nice"}}


@pytest.fixture
def at(reading_app, client):
    """A visitor on one page of the questionnaire, with these answers so far."""
    return lambda page, **answers: Visitor(client).go(step_url(reading_app, page, **answers))


def step(visitor: Visitor) -> str:
    return visitor.path.split("/")[2]


def refused(visitor: Visitor, sentence: str, field: str) -> bool:
    """Does the page say this at this field, and nowhere else?"""
    html = visitor.response.get_data(as_text=True)
    at_fault = re.findall(r' name="(\w+)"[^>]* aria-invalid="true" aria-describedby="(e-\w+)"', html)
    said = re.search(rf'id="e-{field.rpartition("_")[0]}">.*?</p>', html, re.DOTALL)
    return (
        visitor.response.status_code == 422
        and at_fault == [(field, f"e-{field.rpartition('_')[0]}")]
        and said is not None
        and sentence in said.group()
    )


def check_page(visitor: Visitor) -> str:
    """The words of the check page, reached by skipping the rest."""
    while step(visitor) != "check":
        visitor.press("Skip this one")
    return visitor.text


# --- the currency


def test_the_currency_of_the_answered_country_stands_ready(at):
    assert at("money", **UK).page.held("f_fee_currency") == ["GBP"]
    assert at("money", w_place={"country": "CA"}).page.held("f_fee_currency") == ["CAD"]
    asked = at("money", **UK, f_fee={"max_minor": 9000, "currency": "USD", "how": "nice"})
    assert asked.page.held("f_fee_currency") == ["USD"]


def test_a_must_of_60_in_the_united_kingdom_finds_people(at):
    visitor = at("money", **UK).press("Show me people now", f_fee_amount="60", f_fee_strength="must")
    assert "Up to £60 a session" in visitor.text and "No one fits" not in visitor.text


def test_without_a_country_the_currency_is_asked_for_and_the_amount_stays(at):
    visitor = at("money")
    assert visitor.page.held("f_fee_currency") == [""] and "Choose a currency" in visitor.text
    visitor.press("Continue", f_fee_amount="60", f_fee_strength="must")
    assert refused(visitor, "Choose a currency for this amount.", "f_fee_currency")
    assert visitor.page.held("f_fee_amount") == ["60"] and visitor.page.held("f_fee_strength") == ["must"]
    assert "£60 (This is a must)" in check_page(visitor.press("Continue", f_fee_currency="GBP"))


# --- the amount


def test_sixty_pounds_in_words_is_sixty_pounds(at):
    assert "£60 (It would be nice)" in check_page(at("money").press("Continue", f_fee_amount="60 pounds"))
    assert "£60" in check_page(at("money", **UK).press("Continue", f_fee_amount="60 pounds"))


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("60-80", "Write one amount in figures, such as 60."),
        ("abc", "Write one amount in figures, such as 60."),
        ("0", "Write an amount above 0, such as 60."),
        ("", "You said that this is a must. Write an amount, or choose"),
    ],
)
@pytest.mark.parametrize("button", ["Continue", "Show me people now"])
def test_an_amount_that_is_none_is_said_and_stays(at, typed, told, button):
    visitor = at("money", **UK).press(button, f_fee_amount=typed, f_fee_strength="must")
    assert refused(visitor, told, "f_fee_amount")
    assert visitor.page.held("f_fee_amount") == [typed]
    assert visitor.page.held("f_fee_currency") == ["GBP"] and visitor.page.held("f_fee_strength") == ["must"]
    assert step(visitor.press("Skip this one")) == "times"


def test_two_currencies_for_one_amount_are_said(at):
    visitor = at("money", **UK).press("Continue", f_fee_amount="60 dollars")
    assert refused(visitor, "You wrote one currency and chose another.", "f_fee_currency")
    assert "US$60" in check_page(visitor.press("Continue", f_fee_currency="USD"))


def test_an_amount_that_is_refused_takes_no_earlier_answer_back(at):
    before = {"max_minor": 8000, "currency": "GBP", "how": "nice"}
    visitor = at("money", f_fee=before).press("Continue", f_fee_amount="abc").follow("Back").press("Skip this one")
    assert step(visitor) == "money" and visitor.page.held("f_fee_amount") == ["80"]


# --- the place


def test_a_region_alone_names_its_country(at):
    assert "Ontario" in check_page(at("where").press("Continue", w_place_region="CA-ON"))
    visitor = at("where").press("Show me people now", w_place_region="CA-ON")
    assert "You haven't said where you are" not in visitor.text and "May see people where you are" in visitor.text


def test_a_large_town_that_is_in_one_country_alone_names_it(at):
    assert "Leeds, United Kingdom" in check_page(at("where").press("Continue", w_place_town="Leeds"))


@pytest.mark.parametrize("town", ["Cambridge", "Paris", "Ontario", "Nowhere in particular"])
def test_a_town_that_may_be_in_another_country_asks_for_the_country(at, town):
    visitor = at("where").press("Continue", w_place_town=town, w_format=["video"])
    assert refused(visitor, "Choose the country too.", "w_place_country")
    assert visitor.page.held("w_place_town") == [town] and visitor.page.held("w_format") == ["video"]
    assert f"{town}, United Kingdom" in check_page(visitor.press("Continue", w_place_country="GB"))


def test_a_region_of_another_country_is_said_and_both_stay(at):
    visitor = at("where").press("Continue", w_place_country="US", w_place_region="GB-ENG", w_place_town="Leeds")
    assert refused(visitor, "England isn’t in the country that you chose. Choose one of the two.", "w_place_region")
    held = [visitor.page.held(f"w_place_{part}") for part in ("country", "region", "town")]
    assert held == [["US"], ["GB-ENG"], ["Leeds"]]
    assert "Leeds, England" in check_page(visitor.press("Continue", w_place_country="GB"))


def test_a_town_of_many_letters_is_said_and_stays(at):
    visitor = at("where", **UK).press("Continue", w_place_town="Llan" * 20)
    assert refused(visitor, "Shorten the town to 60 letters.", "w_place_town")
    assert visitor.page.held("w_place_town") == ["Llan" * 20]


# --- the choices


def test_a_must_of_nothing_is_said_and_stays(at):
    visitor = at("who").press("Continue", y_language_strength="must", y_gender=["woman"])
    assert visitor.response.status_code == 422 and "Choose what you need, or choose" in visitor.text
    assert visitor.page.held("y_language_strength") == ["must"] and visitor.page.held("y_gender") == ["woman"]
    assert "Tamil (This is a must)" in check_page(visitor.press("Continue", y_language=["ta"]))


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("now", {"r0_now": "gone"}),
        ("load", {"s3_load": ["loss", "gone"]}),
        ("style", {"x_leads": "6"}),
        ("who", {"y_language": ["ta"], "y_language_strength": "always"}),
        ("where", {"w_place_country": "Atlantis"}),
        ("where", {"w_place_region": "Avalon"}),
    ],
)
def test_a_choice_that_is_no_longer_on_its_page_is_said_once(at, client, page, said):
    visitor = at(page)
    response = client.post(visitor.path, data=said)
    assert response.status_code == 422 and "isn’t on this page any more" in response.get_data(as_text=True)
    assert step(Visitor(client).go(visitor.path).press("Continue")) != page


# --- the words


def test_words_count_when_people_are_asked_for_at_once(at):
    visitor = at("brings").press("Show me people now", m1_words="I feel ashamed of who I am and burnt out")
    assert visitor.path.startswith("/matches/") and "Shame" in visitor.text
    visitor.follow("Change your answers")
    assert "Shame" in visitor.text and "Burnout" in visitor.text and "You skipped everything" not in visitor.text


def test_words_leave_topics_alone_that_were_chosen_before(at):
    words = {"m1_words": "I feel ashamed of who I am and burnt out"}
    visitor = at("brings", m1_concerns=["grief"]).press("Show me people now", **words).follow("Change your answers")
    assert "Grief" in visitor.text and "Shame" not in visitor.text


def test_words_that_are_too_many_can_be_skipped(at):
    assert step(at("brings").press("Skip this one", m1_words="small " * 1000)) == "understood"


# --- the way back to the check page


def changing(visitor: Visitor, question: str) -> Visitor:
    return visitor.press(f"Change : {question}")


def test_an_answer_changed_from_the_check_page_leads_back_to_it(at):
    def why_now() -> Visitor:
        return changing(at("check", m2_why_now="waited", s1_settle="days"), "Why now?")

    changed = why_now().press("Continue", m2_why_now="happened")
    assert step(changed) == "check" and "Something just happened" in changed.text and "it takes days" in changed.text
    skipped = why_now().press("Skip this one")
    assert step(skipped) == "check" and "Why now?" not in skipped.text and "it takes days" in skipped.text
    left = why_now().follow("Back")
    assert step(left) == "check" and "waited long enough" in left.text and "it takes days" in left.text


def test_a_mistake_while_changing_still_leads_back_to_the_check_page(at):
    fee = {"max_minor": 8000, "currency": "GBP", "how": "nice"}
    visitor = changing(at("check", f_fee=fee), "The most you can pay").press("Continue", f_fee_amount="abc")
    assert visitor.response.status_code == 422 and step(visitor) == "money"
    visitor.press("Continue", f_fee_amount="95")
    assert step(visitor) == "check" and "£95" in visitor.text


def test_a_change_that_opens_a_page_shows_it_before_the_check_page(at):
    visitor = changing(at("check", r0_home="yes"), "Is it safe").press("Continue", r0_home="no")
    assert step(visitor) == "device-advice"
    assert step(visitor.press("Continue")) == "check"


def test_after_the_check_page_the_questions_can_still_be_walked(at):
    visitor = changing(at("check", m2_why_now="waited"), "Why now?").press("Continue").follow("Back")
    assert step(visitor) == "times"
    assert step(visitor.follow("Back").press("Continue")) == "times"


def test_a_link_that_leads_back_to_the_check_page_is_short_enough_with_everything_answered(reading_app, at):
    everything: dict[str, object] = {"m1_offered": ["family-expectations"] * 12, "o_offers": ["steadying", "consult"]}
    for question in reading_app.extensions["holdspace"].questionnaire.questions:
        ids = [option.id for option in question.options if not option.exclusive] or list(question.listed)
        longest = sorted(ids, key=len, reverse=True)[: question.max]
        many = {"many": longest, "choice-with-strength": {"of": longest, "how": "must"}}
        everything |= {question.id: many.get(question.kind, longest[0])} if longest else {}
    everything |= {"w_place": {"country": "US", "region": "US-CA", "town": "🏔️𒀀𒁀𒂀𒃀" * 10}}
    everything |= {"f_fee": {"max_minor": 1234567800, "currency": "USD", "how": "must"}}
    visitor = changing(at("check", **everything), "Why now?")
    assert step(visitor) == "why-now"
    assert step(visitor.press("Continue")) == "check"
    assert all(len(sent.url.rpartition("/")[2]) <= LONGEST_TOKEN for sent in visitor.sent)


# --- what is said twice, or wrongly


def test_the_page_of_wishes_says_once_how_many(at):
    assert len(re.findall(r"[Cc]hoose up to", at("wishes").text)) == 1


@pytest.mark.parametrize(
    ("town", "said"), [("Xyzzyville", "We don’t know where"), ("Newport", "There is more than one")]
)
def test_a_town_that_nobody_can_place_is_told_of_where_a_room_near_by_is_asked_for(at, town, said):
    place = {"w_place": {"country": "GB", "town": town}}
    visitor = at("check", **place, w_format=["in-person"]).follow("Show me people")
    assert f"{said} “{town}”" in visitor.text and "nobody is left out for being too far away" in visitor.text
    assert said not in at("check", **place, w_format=["video"]).follow("Show me people").text
    assert (
        said
        not in at("check", w_place={"country": "GB", "town": "Leeds"}, w_format=["in-person"])
        .follow("Show me people")
        .text
    )


def test_nobody_is_told_that_a_must_was_only_nice(at):
    fee = {"max_minor": 100, "currency": "GBP", "how": "must"}
    visitor = at("check", **UK, **MUST_TAMIL, f_fee=fee).follow("Show me people")
    assert "The nearest people" in visitor.text
    assert re.search(r"Your must “[^”]*Tamil[^”]*” isn't met here\.", visitor.text)
    assert "as nice, not as a must" not in visitor.text


def test_of_the_nearest_silence_is_not_told_as_a_no(at):
    payment = {"of": ["aetna"], "how": "must"}
    fee = {"max_minor": 100, "currency": "GBP", "how": "must"}
    visitor = at("check", **UK, f_insurance=payment, f_fee=fee).follow("Show me people")
    assert "The nearest people" in visitor.text and "they haven't said" in visitor.text
