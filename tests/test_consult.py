"""What people take to first talks: the sheet and its file, a first message that tells no story, a calendar file."""

import re
from datetime import UTC, date, datetime, timedelta
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from routes import files_of, remembered, sealed
from visitor import Visitor

from directory import appointments, readiness
from directory.forms.first_talk import MAX_MESSAGE
from directory.readiness.questionnaire import Question
from directory.sealed import LIFETIMES_S
from directory.views import sheet_words
from tests.browser.states import savable

NOBODY = "aaaaaaaaaa"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
NEXT_WEEK = (datetime.now(UTC) + timedelta(days=7)).date()
TOLD = {
    "m1_concerns": ["childhood-trauma", "burnout"],
    "m3_wish": ["blame"],
    "s1_settle": "numb",
    "s2_remember": "avoid",
    "c_community": {"of": ["tamil"], "how": "must"},
    "c_themes": {"of": ["family-first"], "how": "nice"},
    "c_stance": {"of": ["open"], "how": "nice"},
    "y_affirming": {"of": ["lgbtqia"], "how": "nice"},
    "w_format": ["video", "phone"],
    "t_times": {"of": ["weekend"], "how": "nice"},
    "f_fee": {"max_minor": 6000, "currency": "GBP", "how": "must"},
}
MAY_BE_TOLD = {"w_format", "t_times", "f_fee", "t_first"}


@pytest.fixture(scope="module")
def people(reading_app) -> list[str]:
    """The ids of ten people."""
    return savable(reading_app.test_client(), "/therapists?country=GB")


@pytest.fixture
def visitor(client) -> Visitor:
    return Visitor(client)


def held(app, address: str) -> dict:
    """What a sheet's link holds."""
    return app.extensions["holdspace"].sealer.open("consult-sheet", address.rsplit("/", 1)[1], now=0)


def sheet_url(app, answers, ids=()) -> str:
    return f"/consult-sheet/{sealed(app, 'consult-sheet', a=answers, ids=list(ids))}"


def needs_of(app, answers):
    return readiness.read(answers, app.extensions["holdspace"].questionnaire).needs


def draft(app, answers) -> str:
    with app.test_request_context():
        return sheet_words.draft(needs_of(app, answers))


# ------------------------------------------------------------------------------------------------------------ The sheet


def test_the_matches_lead_to_a_sheet_with_the_first_three_of_them(reading_app, visitor):
    visitor.go(f"/matches/{sealed(reading_app, 'matches', a=TOLD | {'c_community': {'of': ['tamil'], 'how': 'nice'}})}")
    shown = [c.value for c in visitor.page.controls if c.name == "who"]
    visitor.press("Make a sheet to print or save")
    told = held(reading_app, visitor.path)
    assert visitor.path.startswith("/consult-sheet/") and visitor.response.status_code == 200
    assert told["ids"] == shown[:3] and len(shown) == 5 and told["a"]["m1_concerns"] == TOLD["m1_concerns"]


def test_who_was_saved_comes_before_the_others(reading_app, visitor, people):
    visitor.go(f"/matches/{sealed(reading_app, 'matches', a={}, s=people[7:9])}")
    ticked = [c.value for c in visitor.page.controls if c.name == "who" and c.on]
    assert ticked[:2] == people[7:9] and len(ticked) == 3


def test_the_list_leads_to_a_sheet_without_answers(reading_app, visitor, people):
    visitor.go(f"/shortlist/{sealed(reading_app, 'shortlist', ids=people[:5])}")
    visitor.press("sheet=yes", who=[people[4], people[2]])
    assert held(reading_app, visitor.path) == {"a": {}, "ids": [people[2], people[4]]}
    visitor.go(f"/shortlist/{sealed(reading_app, 'shortlist', ids=people[:1])}").press("sheet=yes")
    assert held(reading_app, visitor.path) == {"a": {}, "ids": people[:1]}


def test_a_sheet_holds_three_people_at_most_and_nothing_that_is_no_id(reading_app, client, people):
    token = sealed(reading_app, "matches", a={})
    sent = {"sheet": "yes", "who": ["../etc", *people[:5], people[0]]}
    told = held(reading_app, client.post(f"/matches/{token}", data=sent).headers["Location"])
    assert told == {"a": {}, "ids": people[:3]}


def test_a_sheet_lives_four_hours(reading_app, client):
    assert LIFETIMES_S["consult-sheet"] == 4 * 3600
    old = sealed(reading_app, "consult-sheet", age_s=4 * 3600 + 5, a={}, ids=[])
    other = sealed(reading_app, "matches", a={})
    for token in (old, other, "altered"):
        for path in ("", "/message/0", "/time"):
            assert client.get(f"/consult-sheet/{token}{path}").status_code == 410
            assert client.post(f"/consult-sheet/{token}{path}", data={}).status_code in {405, 410}


def test_the_sheet_says_the_goals_the_questions_and_who_it_is_for(reading_app, visitor, people):
    visitor.go(sheet_url(reading_app, TOLD, people[:2]))
    for said in (
        "I want to stop blaming myself for what was not my fault.",
        "What have you done with people who came for this: Childhood trauma?",
        "How do you decide when to go into childhood memories",
        "What do we do if it gets too much",
        "How do you talk about this in sessions: Family first?",
        "How does faith come into the room",
        "Tamil?",
        "What do I pay",
        "What do you write down, who can read it",
        "Did I feel hurried?",
        "Could I have disagreed?",
    ):
        assert said in visitor.text, said
    links = [href for _, href in visitor.page.links if href.startswith("/therapists/")]
    assert [link[12:22] for link in links if link[12:22].isalnum()] == people[:2]


def test_the_columns_are_what_they_know_how_they_work_and_how_it_feels(reading_app, client, people):
    page = client.get(sheet_url(reading_app, TOLD, people[:3])).get_data(as_text=True)
    heads = re.findall(r'<th scope="col">([^<]+)</th>', page)
    assert heads == ["What they know", "How they work", "How it feels with them"]
    assert page.count('<th scope="row">') == 3
    empty = client.get(sheet_url(reading_app, {})).get_data(as_text=True)
    assert re.findall(r'<th scope="row">(Talk \d)</th>', empty) == ["Talk 1", "Talk 2", "Talk 3"]


def test_who_is_no_longer_listed_is_not_on_the_sheet(reading_app, client, people):
    there = sheet_url(reading_app, {}, [NOBODY, people[0]])
    page = client.get(there)
    assert page.status_code == 200 and page.get_data(as_text=True).count('class="talk-name"') == 1
    assert client.get(f"{there}/message/1").status_code == 200
    assert client.get(f"{there}/message/2").status_code == 404


def test_the_sheet_is_saved_as_plain_text_with_a_name_that_says_little(reading_app, client, people):
    response = client.post(sheet_url(reading_app, TOLD, people[:2]), data={"file": "text"})
    text = response.get_data().decode()
    assert response.headers["Content-Disposition"] == 'attachment; filename="sheet.txt"'
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "[ ] What have you done with people who came for this: Burnout?" in text and "[ ] Did I feel judged?" in text
    assert text.count("Notes:") == 2 and "{term}" not in text and "\n" not in text.replace("\r\n", "")


def test_nothing_of_it_is_kept_and_no_cookie_is_set(app, people):
    client, there = app.test_client(), sheet_url(app, TOLD, people[:2])
    before, files = remembered(app), files_of(app.config["INSTANCE"])
    answers = [
        client.get(there),
        client.post(there, data={"file": "text"}),
        client.get(f"{there}/message/1"),
        client.get(f"{there}/time"),
    ]
    answers.append(client.post(f"{there}/message/1", data={"message": "only between us"}))
    answers.append(client.post(f"{there}/time", data={"day": str(NEXT_WEEK), "time": "18:30"}))
    assert [answer.status_code for answer in answers] == [200] * 6
    for answer in answers:
        assert "Set-Cookie" not in answer.headers and answer.headers["Cache-Control"] == "no-store"
        assert "noindex" in answer.headers["X-Robots-Tag"]
    same = {name: told for name, told in files_of(app.config["INSTANCE"]).items() if not name.endswith("-shm")}
    assert remembered(app) == before and same == {name: files[name] for name in same}


# ---------------------------------------------------------------------------------------------------- The first message


def test_the_draft_says_how_when_and_for_how_much_and_nothing_else(reading_app):
    assert draft(reading_app, TOLD).split("\n\n") == [
        "Hello,",
        "I am looking for a therapist, and I read your page.\n"
        "I would like to meet like this: Video call, Phone call.\n"
        "These times suit me: Weekend.\n"
        "I can pay up to £60 for a session.\n"
        "Do you have time for a short first talk, and what does it cost?",
        "Thank you.",
    ]


def answers_to(asked: Question):
    """A few answers to a question, of its own kind."""
    items = [option.id for option in asked.options] or list(asked.listed)
    if asked.kind == "place":
        return [{"country": "GB", "town": "Leicester"}]
    if asked.kind in ("one", "scale"):
        return items
    if asked.kind == "many":
        return [[item] for item in items]
    return [{"of": [item], "how": how} for item in items for how in ("must", "nice")]


def test_no_other_answer_changes_a_word_of_the_draft(reading_app):
    nothing = draft(reading_app, {})
    asked = [one for one in reading_app.extensions["holdspace"].questionnaire.questions if one.kept]
    changed = {
        one.id
        for one in asked
        if one.kind != "money"
        for said in answers_to(one)
        if draft(reading_app, {one.id: said}) != nothing
    }
    assert len(asked) > 35 and changed == MAY_BE_TOLD - {"f_fee"}


def test_the_mail_program_gets_the_words_and_nobody_to_send_them_to(reading_app, visitor, people):
    visitor.go(sheet_url(reading_app, TOLD, people[:1])).press("A first message")
    assert visitor.page.held("message")[0].startswith("Hello,")
    typed = "Hello & welcome? 100 % ü\n\nBcc: someone@elsewhere.example\r\n‮x"
    visitor.press("Use my words below", message=typed)
    (link,) = [href for _, href in visitor.page.links if href.startswith("mailto:")]
    assert link.startswith("mailto:?subject=") and link.count("&") == 1 and not re.search(r"[\r\n\s]", link)
    assert unquote(link.partition("&body=")[2]).replace("\r\n", "\n") == typed.replace("\r\n", "\n")
    assert visitor.page.held("message")[0].replace("\r\n", "\n") == typed.replace("\r\n", "\n")


def test_a_message_that_is_too_long_is_said_and_kept(reading_app, visitor):
    typed = "a" * (MAX_MESSAGE + 1)
    visitor.go(sheet_url(reading_app, {}) + "/message/0").press("Use my words below", message=typed)
    assert visitor.response.status_code == 422 and "over 1,500 letters" in visitor.text
    assert visitor.page.held("message") == [typed]
    assert not [href for _, href in visitor.page.links if href.startswith("mailto:")]


def test_a_name_in_a_message_or_a_list_is_never_markup(reading_app, visitor):
    visitor.go(sheet_url(reading_app, {}) + "/message/0")
    visitor.press("Use my words below", message="</textarea><script>alert(1)</script>")
    assert "<script>alert" not in visitor.response.get_data(as_text=True)


# --------------------------------------------------------------------------------------------------------- The calendar


def event_of(body: bytes):
    (event,) = Calendar.from_ical(body).walk("VEVENT")
    return event


def test_a_time_without_a_city_is_the_same_on_every_clock():
    told = event_of(appointments.written("Appointment", datetime(2026, 12, 1, 18), 20, now=NOW))
    assert told.decoded("dtstart") == datetime(2026, 12, 1, 18) and told.decoded("dtstart").tzinfo is None
    assert told.decoded("duration") == timedelta(minutes=20)


@pytest.mark.parametrize(
    ("zone", "start", "utc"),
    [
        ("Europe/London", datetime(2027, 3, 27, 18), "2027-03-27 18:00"),
        ("Europe/London", datetime(2027, 3, 29, 18), "2027-03-29 17:00"),
        ("America/New_York", datetime(2027, 3, 20, 18), "2027-03-20 22:00"),
        ("Asia/Kolkata", datetime(2026, 12, 1, 18), "2026-12-01 12:30"),
        ("Australia/Sydney", datetime(2026, 12, 1, 8), "2026-11-30 21:00"),
    ],
)
def test_a_citys_time_is_that_instant_and_the_file_describes_the_zone(zone, start, utc):
    body = appointments.written("Call", start.replace(tzinfo=ZoneInfo(zone)), 50, now=NOW)
    told = event_of(body).decoded("dtstart")
    assert told.astimezone(UTC).strftime("%Y-%m-%d %H:%M") == utc
    (described,) = Calendar.from_ical(body).walk("VTIMEZONE")
    assert described.to_tz().utcoffset(start) == start.replace(tzinfo=ZoneInfo(zone)).utcoffset()


def test_a_time_that_the_clocks_jump_over_is_refused():
    with pytest.raises(appointments.NoSuchTime):
        appointments.written("Call", datetime(2027, 3, 28, 1, 30, tzinfo=ZoneInfo("Europe/London")), 20, now=NOW)


def test_the_calendar_file_is_neutral(reading_app, client, people):
    there = sheet_url(reading_app, TOLD, people[:1]) + "/time"
    response = client.post(
        there, data={"day": str(NEXT_WEEK), "time": "18:30", "minutes": "30", "zone": "Asia/Kolkata"}
    )
    body = response.get_data()
    told = event_of(body)
    assert response.headers["Content-Disposition"] == 'attachment; filename="appointment.ics"'
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert str(told["summary"]) == "Appointment" and str(told["class"]) == "PRIVATE"
    assert told.decoded("dtstart").replace(tzinfo=None) == datetime.combine(NEXT_WEEK, datetime.min.time()).replace(
        hour=18, minute=30
    )
    assert not re.search(rb"holdspace|localhost|therap|valarm|location|url|organizer|attendee", body, re.IGNORECASE)


def test_the_calendar_says_the_name_that_was_typed(reading_app, client):
    there = sheet_url(reading_app, {}) + "/time"
    typed = {"day": str(NEXT_WEEK), "time": "09:00", "title": "Dentist; not, really\r\nATTENDEE:x"}
    body = client.post(there, data=typed).get_data()
    assert str(event_of(body)["summary"]) == "Dentist; not, really ATTENDEE:x"
    assert b"\nATTENDEE" not in body
    assert event_of(client.post(there, data=typed | {"title": " "}).get_data())["summary"] == "Appointment"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Choose a day, such as"),
        ({"day": "soon"}, "Choose a day, such as"),
        ({"day": "2019-01-01"}, "from today on"),
        ({"day": "2999-01-01"}, "from today on"),
        ({"time": "25:00"}, "Write a time, such as"),
        ({"title": "a" * 61}, "Shorten the name"),
    ],
)
def test_a_time_that_cannot_be_read_is_said_and_the_rest_is_kept(reading_app, client, sent, said):
    good = {"day": str(NEXT_WEEK), "time": "18:30", "title": "Choir", "zone": "Europe/London"}
    response = client.post(sheet_url(reading_app, {}) + "/time", data=(good | sent) if sent else {})
    page = response.get_data(as_text=True)
    assert response.status_code == 422 and said in page
    assert not sent or 'value="Europe/London" selected' in page


def test_a_time_that_does_not_exist_is_said_on_the_page(reading_app, client):
    changes = {(y, 3, d) for y in (2026, 2027, 2028) for d in range(25, 32) if date(y, 3, d).weekday() == 6}
    ahead = next(d for d in sorted(date(*c) for c in changes) if d > datetime.now(UTC).date())
    sent = {"day": str(ahead), "time": "01:30", "zone": "Europe/London"}
    response = client.post(sheet_url(reading_app, {}) + "/time", data=sent)
    assert response.status_code == 422 and "clocks go forward" in response.get_data(as_text=True)


def test_every_served_country_has_its_cities(reading_app):
    with reading_app.test_request_context():
        zones = sheet_words.zones()
    assert [len(cities) > 0 for cities in zones.values()] == [True] * len(reading_app.config["COUNTRIES"])
    for cities in zones.values():
        assert all(ZoneInfo(zone) for zone, _city in cities)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(["day", "time", "minutes", "zone", "title", "message"]), st.text(max_size=40)))
def test_whatever_is_sent_a_page_or_a_file_comes_back(reading_app, sent):
    client, there = reading_app.test_client(), sheet_url(reading_app, {})
    told = {name: value.encode("utf-8", "replace").decode() for name, value in sent.items()}
    assert client.post(f"{there}/time", data=told).status_code in {200, 422}
    assert client.post(f"{there}/message/0", data=told).status_code in {200, 422}


@pytest.mark.parametrize(
    "answers", [{"z9_old": "yes"}, {"m1_concerns": 7}, {"w_place": ["GB"]}, {"f_fee": {"how": []}}]
)
def test_a_sheet_of_an_older_house_still_opens(reading_app, client, answers):
    for path in ("", "/message/0", "/time"):
        assert client.get(sheet_url(reading_app, answers) + path).status_code == 200
