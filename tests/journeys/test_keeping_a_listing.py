"""A therapist keeps their own listing: signs in, changes what changed, says what is still right, and is found by it."""

import re
from datetime import date, timedelta

import pytest
from visitor import Visitor

from directory import demo

NEW_WORDS = "marmalade lanterns"
BREAK = (date.today() + timedelta(days=30)).isoformat()


@pytest.fixture
def therapist(app) -> Visitor:
    visitor = Visitor(app.test_client()).go("/my/listing")
    return visitor.press("Sign in", email=demo.EMAIL, password=demo.PASSWORD)


@pytest.fixture
def seeker(app) -> Visitor:
    return Visitor(app.test_client())


@pytest.fixture
def follower(app):
    return app.extensions["holdspace"].follower


def own_page(therapist: Visitor) -> str:
    return therapist.go("/my/listing").page.href("See it as they do")


def people(visitor: Visitor) -> list[str]:
    return list(dict.fromkeys(href for _, href in visitor.page.links if re.match(r"/therapists/[a-z0-9]{10}-", href)))


def test_the_door_asks_who_it_is_and_leads_to_the_listing(app):
    visitor = Visitor(app.test_client()).go("/").follow("For therapists")
    assert visitor.path == "/account/sign-in"
    visitor.press("Sign in", email=demo.EMAIL, password=demo.PASSWORD)
    assert visitor.path == "/my/listing" and "My listing" in visitor.text


@pytest.mark.parametrize(("email", "password"), [(demo.EMAIL, "not the one"), ("no.one@holdspace.example", "x" * 20)])
def test_a_wrong_password_and_an_unknown_address_get_the_same_words(app, email, password):
    visitor = Visitor(app.test_client()).go("/account/sign-in").press("Sign in", email=email, password=password)
    assert visitor.path == "/account/sign-in" and visitor.page.held("email") == [email]
    assert password not in visitor.response.get_data(as_text=True)
    there = visitor.text
    other = Visitor(app.test_client()).go("/account/sign-in").press("Sign in", email=demo.EMAIL, password="wrong again")
    assert other.text == there
    assert visitor.go("/my/listing").path == "/account/sign-in"


def test_a_new_fee_stands_on_the_page_at_once_and_is_found_after_the_index_followed(therapist, seeker, follower):
    therapist.follow("Change : Fees").press(
        "Save", full_from="43", currency="GBP", sliding_from="21", note="no proof asked"
    )
    assert therapist.path == "/my/listing" and "Saved" in therapist.text and "£43" in therapist.text
    mine = own_page(therapist)
    assert "£43" in seeker.go(mine).text
    assert follower.step() == 1
    assert mine in all_people(seeker, "/therapists?fee_max=22&currency=GBP")
    assert mine not in all_people(seeker, "/therapists?fee_max=20&currency=GBP")


def test_new_words_about_oneself_are_found_by_a_new_search(therapist, seeker, follower):
    mine = own_page(therapist)
    assert mine not in people(seeker.go("/").press("Show me people", text=NEW_WORDS))[:1]
    therapist.go("/my/listing").follow("Change : About me").press(
        "Save", headline=f"I work with {NEW_WORDS} every day."
    )
    assert NEW_WORDS in therapist.text and NEW_WORDS in seeker.go(mine).text
    assert follower.step() == 1 and follower.step() == 0
    assert people(seeker.go("/").press("Show me people", text=NEW_WORDS))[0] == mine


def test_new_openings_are_shown_and_counted(therapist, seeker, follower):
    mine = own_page(therapist)
    therapist.go("/my/listing").follow("Change : Openings")
    therapist.press("Save", availability="full", availability_note="Ask again in spring")
    assert "Ask again in spring" in therapist.text
    follower.step()
    assert mine in all_people(seeker, "/therapists?availability=full")
    assert any("Ask again in spring" in sent.response.get_data(as_text=True) for sent in seeker.sent)
    assert mine not in all_people(seeker, "/therapists?availability=open-now")


def all_people(visitor: Visitor, address: str) -> list[str]:
    """Everybody of a list, page after page."""
    found = people(visitor.go(address))
    while any("Show the next people" in words for words, _ in visitor.page.links):
        found += people(visitor.follow("Show the next people"))
    return found


def test_a_break_hides_the_page_everywhere_and_coming_back_shows_it(therapist, seeker, follower):
    mine = own_page(therapist)
    therapist.go("/my/listing").follow("Change : Openings").press("Save", availability="paused", back_on=BREAK)
    assert "hidden" in therapist.text
    assert seeker.go(mine).response.status_code == 404
    assert mine not in all_people(seeker, "/therapists")
    follower.step()
    assert mine not in all_people(seeker, "/therapists")
    therapist.go("/my/listing").follow("Change : Openings").press("Save", availability="open-now", back_on="")
    follower.step()
    assert seeker.go(mine).response.status_code == 200 and mine in all_people(seeker, "/therapists")


def test_one_press_says_that_all_is_still_right(therapist):
    assert "You confirmed this today." not in therapist.text
    therapist.press("All of this is still right")
    assert therapist.path == "/my/listing" and "You confirmed this today." in therapist.text


def test_two_tabs_are_told_and_no_word_is_lost(therapist):
    first = Visitor(therapist.client).go("/my/listing/about")
    second = Visitor(therapist.client).go("/my/listing/about")
    first.press("Save", headline="The first tab's sentence.")
    second.press("Save", headline="The second tab's sentence.")
    assert second.response.status_code == 409 and "changed in another tab" in second.text
    assert second.page.held("headline") == ["The second tab's sentence."]
    assert "The first tab's sentence." in therapist.go("/my/listing").text
    second.press("Save")
    assert second.response.status_code == 200 and "The second tab's sentence." in second.text


def test_two_tabs_with_different_sections_do_not_stand_in_each_others_way(therapist):
    first = Visitor(therapist.client).go("/my/listing/about")
    second = Visitor(therapist.client).go("/my/listing/fee")
    first.press("Save", headline="A new sentence.")
    second.press("Save", full_from="66")
    assert second.path == "/my/listing" and "A new sentence." in second.text


def test_what_cannot_be_saved_is_said_and_kept(therapist):
    therapist.go("/my/listing/fee").press("Save", full_from="plenty", note="x" * 161, session_minutes="5")
    assert therapist.response.status_code == 422
    assert therapist.page.held("note") == ["x" * 161] and "between 15 and 240" in therapist.text
    therapist.go("/my/listing/about").press("Save", headline="")
    assert therapist.response.status_code == 422 and "Write one sentence that people see first." in therapist.text


def test_a_page_that_is_not_one_of_the_sections_is_not_there(therapist):
    assert therapist.go("/my/listing/passwords").response.status_code == 404


def test_signing_out_closes_the_room(therapist):
    therapist.press("Sign out")
    assert therapist.go("/my/listing").path == "/account/sign-in"
    assert Visitor(therapist.client).go("/my/listing/fee").path == "/account/sign-in"


def test_a_signed_in_therapist_looks_like_anybody_else(therapist, seeker):
    for address in ("/", "/therapists", "/questions", "/help-now"):
        assert len(therapist.go(address).text) == len(seeker.go(address).text), address
        assert demo.EMAIL not in therapist.text
