"""Fees, dates, places and first calls in words, as people read them."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from planted import days_ago, therapist, today
from planted import licence as db_licence

from directory import profiles
from directory.db import db, writing
from directory.views import cards, framing, shown
from directory.views.styles import scales
from search_index.listing import Query


@pytest.fixture(autouse=True)
def in_a_request(reading_app):
    """Words are said in the language of a request."""
    with reading_app.test_request_context("/"):
        yield


def term(group: str, slug: str, role: str = "has") -> SimpleNamespace:
    return SimpleNamespace(group=group, slug=slug, role=role, note="")


def fee(**told: object) -> SimpleNamespace:
    plain = {"currency": "GBP", "full_from_minor": 6500, "full_to_minor": None, "sliding_from_minor": None}
    return SimpleNamespace(**{**plain, "session_minutes": 50, "reduced_places": None, **told})


def offer(**told: object) -> SimpleNamespace:
    plain = {"kind": "free-15", "minutes": 15, "price_minor": 0, "channels": "video phone", "reply_days": 2}
    return SimpleNamespace(**{**plain, **told})


def licence(**told: object) -> SimpleNamespace:
    plain = {"unit": "GB", "title": "gb-bacp", "state": "verified", "expires_on": None, "checked_on": date(2026, 3, 4)}
    return SimpleNamespace(**{**plain, "standing": "independent", **told})


def person(**told: object) -> SimpleNamespace:
    plain = {
        "name": "Amina Example",
        "title": "Counsellor",
        "terms": [],
        "fee": fee(),
        "places": [],
        "consult": offer(),
    }
    plain |= {"licences": [licence()], "availability": "open-now", "availability_note": "", "confirmed_on": today()}
    plain["back_on"] = None
    return SimpleNamespace(**{**plain, **told})


# Money


@pytest.mark.parametrize(
    ("minor", "currency", "told"),
    [
        (6500, "GBP", "£65"),
        (1250, "GBP", "£12.50"),
        (1205, "GBP", "£12.05"),
        (0, "GBP", "£0"),
        (12000, "USD", "US$120"),
        (12000, "CAD", "CA$120"),
        (12000, "AUD", "A$120"),
        (150000, "INR", "₹1,500"),
        (10_000_000, "GBP", "£100,000"),
        (9000, "EUR", "€90"),
        (1200, "JPY", "JP¥1,200"),
    ],
)
def test_an_amount_is_said_without_empty_decimals(minor, currency, told):
    assert shown.money(minor, currency) == told


def test_a_plain_fee_is_one_line():
    assert shown.fee_lines(person()) == ("£65 for 50 minutes",)


def test_someone_who_named_no_fee_hasnt_said():
    assert shown.fee_lines(person(fee=None)) == ("Hasn’t said",)


def test_a_range_a_sliding_scale_and_reduced_places_each_have_their_words():
    told = fee(full_to_minor=9000, sliding_from_minor=4000, reduced_places=2)
    assert shown.fee_lines(person(fee=told)) == ("£65 to £90 for 50 minutes", "Sliding from £40", "2 reduced places")
    assert shown.fee_lines(person(fee=fee(reduced_places=1)))[-1] == "1 reduced place"


def test_a_range_of_one_amount_is_that_amount():
    assert shown.fee_lines(person(fee=fee(full_to_minor=6500))) == ("£65 for 50 minutes",)


def test_no_fee_is_said_as_such_and_a_range_from_nothing_as_a_range():
    assert shown.fee_lines(person(fee=fee(full_from_minor=0))) == ("No fee for 50 minutes",)
    assert shown.fee_lines(person(fee=fee(full_from_minor=0, full_to_minor=2000))) == ("£0 to £20 for 50 minutes",)


def test_a_sliding_scale_from_nothing_is_still_a_sliding_scale():
    assert shown.fee_lines(person(fee=fee(sliding_from_minor=0)))[1] == "Sliding from £0"


# Days


def test_a_day_is_said_with_the_month_in_letters():
    assert shown.day(date(2026, 11, 4)) == "4 Nov 2026"
    assert shown.day(None) == ""


@pytest.mark.parametrize(("days", "told"), [(0, "today"), (1, "yesterday"), (2, "2 days ago"), (90, "90 days ago")])
def test_how_long_ago(days, told):
    assert shown.days_ago(days_ago(days)) == told


def test_a_day_ahead_of_a_wrong_clock_counts_as_today_and_no_day_as_nothing():
    assert shown.days_ago(today() + timedelta(days=1)) == "today"
    assert shown.days_ago(None) == ""


def test_openings_say_the_note_and_when_it_was_confirmed():
    told = person(availability_note="Tuesdays.", confirmed_on=days_ago(6))
    assert shown.opening_lines(told)[1:] == ("Tuesdays.", "Confirmed 6 days ago")


def test_whoever_is_back_is_not_said_to_be_away():
    away = person(availability="paused", back_on=today() + timedelta(days=1))
    back = person(availability="paused", back_on=today())
    assert shown.opening_lines(away)[0] == shown.label("availability", "paused")
    assert shown.opening_lines(back)[0] == f"Back since {shown.day(today())}; ask about places"


# Places


def place(town: str, postal_area: str = "") -> SimpleNamespace:
    return SimpleNamespace(town=town, postal_area=postal_area)


def test_where_people_meet():
    terms = [term("formats", "in-person"), term("formats", "video")]
    both = shown.meets_lines(person(places=[place("Leicester", "LE1"), place("Derby")], terms=terms))
    assert both[:2] == ("In person, Leicester LE1", "In person, Derby")
    assert len(both) == 3 and "In person" not in both[2]
    assert shown.meets_lines(person()) == ("Hasn’t said",)
    assert len(shown.meets_lines(person(terms=[terms[0]]))) == 1, "in person, without a town"


def test_where_somebody_may_see_people_counts_current_licences_once():
    held = [licence(), licence(), licence(unit="US-CA", expires_on=today())]
    gone = [licence(unit="US-NY", expires_on=days_ago(1)), licence(unit="AU", state="in-review")]
    assert shown.may_see_lines(person(licences=held + gone)) == ("United Kingdom, California",)
    assert shown.may_see_lines(person(licences=gone)) == ("No licence is checked yet",)


def test_what_a_compact_allows_is_said_apart_with_its_name():
    psychologist = {"title": "us-psychologist", "standing": "compact"}
    held = [licence(unit="US-UT", title="us-psychologist"), licence(unit="US-CO", **psychologist)]
    held += [licence(unit="US-AZ", **psychologist), licence(unit="US-CA", **psychologist)]
    assert shown.may_see_lines(person(licences=held)) == (
        "Utah",
        "By call or message, through PSYPACT: Colorado, Arizona",
        "By call or message, through a compact: California",
    )


# Credentials


def test_the_last_check_is_that_of_a_licence_that_counts_today():
    older = licence(checked_on=date(2026, 1, 2))
    ended = licence(checked_on=date(2026, 5, 6), expires_on=days_ago(1))
    unchecked = licence(state="unverified", checked_on=date(2026, 6, 7))
    assert shown.checked_line(person(licences=[older, ended, unchecked])) == "Checked 2 Jan 2026"
    assert shown.checked_line(person(licences=[ended, unchecked])) == ""


def test_the_letters_of_a_register_stand_beside_the_title_only_while_they_count():
    assert shown.title_line(person()) == "Counsellor, BACP"
    assert shown.title_line(person(title="Counsellor (BACP)")) == "Counsellor (BACP)"
    assert shown.title_line(person(licences=[licence(expires_on=days_ago(1))])) == "Counsellor"
    assert shown.title_line(person(licences=[])) == "Counsellor"


# The first conversation


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({}, "free, 15 minutes, video call / phone call"),
        ({"minutes": None, "channels": ""}, "free"),
        ({"kind": "paid-reduced", "price_minor": 2000, "minutes": 30}, "£20, 30 minutes, video call / phone call"),
        ({"kind": "paid-reduced", "price_minor": 0, "channels": ""}, "paid, 15 minutes"),
        ({"kind": "written-first", "minutes": None, "channels": ""}, "in writing first"),
        ({"kind": "none"}, "no separate first call; you begin with a session"),
    ],
)
def test_the_first_call_is_told_in_one_line(told, words):
    assert shown.first_line(person(consult=offer(**told))) == words


def test_without_an_offer_the_first_session_is_the_beginning():
    assert shown.first_line(person(consult=None)) == "no separate first call; you begin with a session"
    assert shown.reply_line(person(consult=None)) == ""


def test_how_soon_somebody_replies():
    assert shown.reply_line(person()) == "Replies within 2 working days."
    assert shown.reply_line(person(consult=offer(reply_days=1))) == "Replies within 1 working day."
    assert shown.reply_line(person(consult=offer(reply_days=None))) == ""


# Addresses


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Meera Vanterpool", "meera-vanterpool"),
        ("Zoë Ó Briain-Kaur", "zoe-o-briain-kaur"),
        ("மீரா", "listing"),
        ("  --  ", "listing"),
        ("<script>alert(1)</script>", "script-alert-1-script"),
    ],
)
def test_a_name_in_an_address_is_plain_letters(name, slug):
    assert shown.slug_of(name) == slug


def test_a_long_name_is_cut_without_a_hanging_hyphen():
    slug = shown.slug_of("a" * 59 + " " + "b" * 20)
    assert slug == "a" * 59


# Direction


@pytest.mark.parametrize(("language", "way"), [("en", "ltr"), ("ur", "rtl"), ("ta", "ltr"), ("ar", "rtl")])
def test_a_language_runs_in_its_own_direction(monkeypatch, language, way):
    monkeypatch.setattr(framing, "get_locale", lambda: language)
    assert framing.direction() == way


# One person's page


@pytest.fixture
def a_page(app):
    """A page of somebody who may see people in two states, and what it says after one licence changed."""

    def told(**changed: object) -> str:
        with app.app_context(), writing():
            held = [db_licence("US-NY", checked_on=days_ago(9)), db_licence("US-CA", checked_on=days_ago(9))]
            for name, value in changed.items():
                setattr(held[1], name, value)
            db.session.add(therapist("a", name="Amina Example", licences=held))
            db.session.commit()
        with app.test_request_context("/"):
            return app.test_client().get(shown.person_url("axxxxxxxxx", "Amina Example")).get_data(as_text=True)

    return told


def test_both_states_are_named_while_both_licences_count(a_page):
    assert "May see people in New York, California." in a_page()


def test_a_licence_that_ran_out_is_said_so_and_its_state_is_no_longer_named(a_page):
    page = a_page(expires_on=days_ago(1))
    assert "May see people in New York." in page
    assert f"It ran out on {shown.day(days_ago(1))}, and we haven’t seen a new one." in page


def test_a_licence_that_nobody_checked_is_said_so_and_its_state_is_not_named(a_page):
    page = a_page(state="unverified")
    assert "May see people in New York." in page and "not checked yet" in page


def test_a_licence_that_was_suspended_is_said_so_and_does_not_pass_for_one_yet_to_be_checked(a_page):
    page = a_page(state="suspended")
    assert "May see people in New York." in page
    assert "suspended. It doesn’t count now." in page and "not checked yet" not in page


@pytest.mark.parametrize(("stop", "words"), [(1, "Mostly the past"), (3, "Half and half"), (5, "Mostly the present")])
def test_how_somebody_works_is_said_in_words_beside_its_line(stop, words):
    someone = therapist("a", style_past=stop)
    told = scales(someone)
    assert told[2] == ("Past", "Present", stop, words)
    assert told[0] == ("Leads", "Follows you", None, "Hasn’t said")
    assert scales(therapist("b")) == ()


def test_a_page_of_somebody_who_came_back_says_so(app):
    with app.app_context(), writing():
        away = {"availability": "paused", "back_on": days_ago(1)}
        db.session.add(therapist("a", name="Amina Example", **away))
        db.session.commit()
    with app.test_request_context("/"):
        page = app.test_client().get(shown.person_url("axxxxxxxxx", "Amina Example")).get_data(as_text=True)
        assert f"Back since {shown.day(days_ago(1))}" in page and shown.label("availability", "paused") not in page


def test_a_card_is_kept_by_all_that_is_said_in_it_and_never_with_a_distance(reading_app):
    day = datetime.now(UTC).date()
    with reading_app.test_request_context("/"):
        house = reading_app.extensions["holdspace"]
        (row,) = profiles.listed([house.index.search(Query(day)).hits[0].id], day)
        card = cards.entry(row)
        assert cards.entry(row._replace(terms=tuple(list(row.terms)))).printed is card.printed
        assert "Two places from May" in cards.entry(row._replace(availability_note="Two places from May")).printed
        kept = cards._kept_card.cache_info().currsize
        assert "about 8 miles away" in cards.entry(row, away="about 8 miles away").printed
        assert cards._kept_card.cache_info().currsize == kept
