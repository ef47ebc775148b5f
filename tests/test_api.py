"""The doors for programs: what they answer, what they refuse and how, and the page that describes them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from routes import files_of, remembered, sealed

from directory.forms.seeker import GROUPS

SEARCH, UNDERSTAND, MATCH = "/api/v1/search", "/api/v1/understand", "/api/v1/match"


def refused(answer, status):
    """The error that was said, after checking that it has the shape of every error."""
    told = answer.get_json()
    assert answer.status_code == status == told["status"], told
    assert isinstance(told["error"], str) and told["error"]
    return told


def ids(answer):
    return [person["id"] for person in answer.get_json()["people"]]


def test_words_find_the_people_whom_the_page_finds(client):
    said = "panic attacks, by video"
    page = client.post("/search", data={"text": said}, follow_redirects=True).get_data(as_text=True)
    answer = client.post(SEARCH, json={"text": said}).get_json()
    assert answer["people"] and all(person["url"] in page for person in answer["people"])
    assert {("concern", "panic"), ("format", "video")} <= {(one["rule"], one["value"]) for one in answer["read_as"]}


def test_every_person_comes_with_reasons_and_what_was_confirmed(client):
    people = client.post(SEARCH, json={"filters": {"concern": ["grief"]}}).get_json()["people"]
    assert people and all(person["why"] for person in people)
    assert all(any("Confirmed" in line for fact in p["facts"] for line in fact["lines"]) for p in people)


def test_facets_say_what_a_search_with_that_value_finds(client):
    everybody = client.post(SEARCH, json={}).get_json()
    for facet in everybody["facets"]["language"][:5]:
        alone = client.post(SEARCH, json={"filters": {"language": [facet["value"]]}}).get_json()
        assert alone["total"] == facet["count"] > 0


def test_filters_that_are_sent_take_the_place_of_those_that_were_read(client):
    answer = client.post(SEARCH, json={"text": "grief, by video", "filters": {"format": ["phone"]}}).get_json()
    assert [one["value"] for one in answer["read_as"] if one["rule"] == "format"] == ["phone"]


def test_a_town_is_asked_near_as_on_the_page(client):
    asked = {"near": "Leeds", "within": 100, "sort": "distance", "filters": {"format": ["in-person"]}}
    answer = client.post(SEARCH, json=asked).get_json()
    assert answer["place"] == {"read": "Leeds", "choices": []} and answer["total"] > 0
    assert ("near", "Within 100 miles of Leeds") in [(one["rule"], one["label"]) for one in answer["read_as"]]
    assert all("away" in str(person["facts"]) for person in answer["people"])
    several = client.post(SEARCH, json={"near": "Newport"}).get_json()
    assert several["place"]["read"] is None and "Newport, Wales" in several["place"]["choices"]
    assert client.post(SEARCH, json={}).get_json()["place"] is None


def test_pages_follow_one_another(client):
    first, second = (client.post(SEARCH, json={"page": number}) for number in (1, 2))
    assert first.get_json()["pages"] > 1 and len(ids(first)) == 10
    assert not set(ids(first)) & set(ids(second))


def test_a_fee_needs_its_currency(client):
    assert "fee_max" in refused(client.post(SEARCH, json={"fee_max": 80}), 422)["problems"]
    cheap = client.post(SEARCH, json={"fee_max": 80, "currency": "GBP"}).get_json()
    assert 0 < cheap["total"] < client.post(SEARCH, json={}).get_json()["total"]


def test_a_faith_alone_lists_nobody_by_their_faith(client):
    alone = client.post(SEARCH, json={"filters": {"faith": ["sikh"]}}).get_json()
    assert alone["set_aside"] == ["faith"] and alone["total"] == client.post(SEARCH, json={}).get_json()["total"]


def test_danger_is_said_and_blocks_nothing(client):
    answer = client.post(SEARCH, json={"text": "i want to die"}).get_json()
    assert answer["urgent"] is True and answer["help"] == "/help-now"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"filters": {"star": ["5"]}}, "filters"),
        ({"filters": {"format": ["carrier-pigeon"]}}, "filters.format"),
        ({"filters": {"format": "video"}}, "filters"),
        ({"filters": {"format": ["video"] * 41}}, "filters"),
        ({"filters": ["video"]}, "filters"),
        ({"text": 7}, "text"),
        ({"text": "x" * 4001}, "text"),
        ({"page": 0}, "page"),
        ({"page": 501}, "page"),
        ({"page": "two"}, "page"),
        ({"sort": "paid"}, "sort"),
        ({"near": "a" * 61}, "near"),
        ({"near": "Leeds", "within": 0}, "within"),
        ({"currency": "ZZZ"}, "currency"),
        ({"fee_max": -1, "currency": "GBP"}, "fee_max"),
        ({"colour": "blue"}, "colour"),
    ],
)
def test_a_field_that_cannot_be_used_is_named(client, body, field):
    assert field in refused(client.post(SEARCH, json=body), 422)["problems"]


@pytest.mark.parametrize("door", [SEARCH, UNDERSTAND, MATCH])
@pytest.mark.parametrize("body", ["", "[]", "null", '"grief"', "{", "[" * 30_000, '{"text": "a"'])
def test_what_is_no_json_object_is_refused(client, door, body):
    refused(client.post(door, data=body, content_type="application/json"), 400)


@pytest.mark.parametrize("door", [SEARCH, UNDERSTAND, MATCH])
def test_a_form_is_no_json(client, door):
    refused(client.post(door, data={"text": "grief"}), 400)


def test_every_other_refusal_is_json_too(client):
    refused(client.get("/api/v1/nothing"), 404)
    answer = client.get(SEARCH)
    refused(answer, 405)
    assert "POST" in answer.headers["Allow"]
    refused(client.post(SEARCH, data=b"x" * 300_000, content_type="application/json"), 413)
    refused(client.post(SEARCH, json={}, headers={"Sec-Fetch-Site": "cross-site"}), 403)


def test_half_letters_are_no_harm(client):
    body = '{"text": "\\ud800 grief \\udc00"}'
    for door in (SEARCH, UNDERSTAND):
        assert client.post(door, data=body, content_type="application/json").status_code == 200


def test_nothing_is_remembered(client):
    answer = client.post(SEARCH, json={"text": "grief"})
    assert "Set-Cookie" not in answer.headers and answer.headers["Cache-Control"] == "no-store"


def test_the_description_names_every_door_and_every_filter(client):
    told = client.get("/api/openapi.json").get_json()
    assert {SEARCH, UNDERSTAND, MATCH} == set(told["paths"])
    assert set(GROUPS) == set(told["components"]["schemas"]["Filters"]["properties"])


def test_answers_have_the_fields_that_the_description_promises(client):
    schemas = client.get("/api/openapi.json").get_json()["components"]["schemas"]
    for door, body, shape in (
        (SEARCH, {"text": "grief"}, "SearchTold"),
        (UNDERSTAND, {"text": "grief"}, "UnderstandingTold"),
        (MATCH, {"answers": {}}, "MatchTold"),
    ):
        assert set(client.post(door, json=body).get_json()) == set(schemas[shape]["properties"])


# --- who fits answers

ANSWERS = {
    "s1_settle": "numb",
    "m1_concerns": ["childhood-trauma", "burnout"],
    "m3_wish": ["blame"],
    "w_place": {"country": "GB"},
    "w_format": ["video"],
    "y_gender": {"of": ["woman"], "how": "must"},
    "f_fee": {"max_minor": 7000, "currency": "GBP", "how": "nice"},
}


def test_answers_find_the_people_whom_the_page_finds_in_the_same_order(client, reading_app):
    told = client.post(MATCH, json={"answers": ANSWERS}).get_json()
    page = client.get(f"/matches/{sealed(reading_app, 'matches', a=ANSWERS)}").get_data(as_text=True)
    shown = [page.index(f'href="{person["url"]}"') for person in told["matches"]]
    assert len(shown) == 5 and shown == sorted(shown)
    assert told["total"] > 5 and f"{told['total']} people fit your musts" in page
    assert told["reading"]["title"] in page and told["reading"]["path"] == "steady-first"
    assert all(question["text"] in page for question in told["reading"]["questions"] if "'" not in question["text"])
    after = client.post(MATCH, json={"answers": ANSWERS, "page": 2}).get_json()
    assert not {p["id"] for p in told["matches"]} & {p["id"] for p in after["matches"]}


def test_every_match_has_reasons_and_points_that_add_up(client):
    for person in client.post(MATCH, json={"answers": ANSWERS}).get_json()["matches"]:
        assert 1 <= len(person["why"]) <= 4 and len(person["cautions"]) <= 3
        assert person["total"] == sum(part["points"] for part in person["points"]) <= 100
        assert sum(part["out_of"] for part in person["points"]) == 100
        assert not any("<" in said for said in (*person["why"], *person["cautions"]))


def test_each_must_says_whom_it_left_out_and_dropping_it_gives_the_promised_number(client):
    told = client.post(MATCH, json={"answers": ANSWERS}).get_json()
    rules = {left["rule"]: left for left in told["left_out"]}
    assert set(rules) == {"place", "format", "gender"} and not rules["place"]["relaxable"]
    assert rules["gender"]["left_out"] > 0 and "left out" in rules["gender"]["sentence"]
    nice = ANSWERS | {"y_gender": {"of": ["woman"], "how": "nice"}}
    assert client.post(MATCH, json={"answers": nice}).get_json()["total"] == rules["gender"]["without_this"]


def test_when_nobody_fits_the_nearest_stand_apart(client):
    answers = {"y_language": {"of": ["my"], "how": "must"}, "y_gender": {"of": ["trans"], "how": "must"}}
    told = client.post(MATCH, json={"answers": answers}).get_json()
    assert told["total"] == 0 and told["matches"] == [] and told["nearest"]


def test_danger_leads_and_hides_nobody(client):
    told = client.post(MATCH, json={"answers": {"r0_now": "danger"}}).get_json()
    assert told["reading"]["path"] == "now" and told["reading"]["helps"][0] == "danger"
    assert told["matches"] and told["help"] == "/help-now"


def test_what_this_version_does_not_know_is_left_out_and_said(client):
    odd = {"z9_gone": "yes", "s1_settle": "weeks", "r0_now": {"x": 1}, "m1_concerns": ["burnout", 7, None]}
    told = client.post(MATCH, json={"answers": odd}).get_json()
    unknown = set(told["reading"]["unknown_answers"])
    assert unknown == {"z9_gone", "s1_settle:weeks", "r0_now", "m1_concerns:7", "m1_concerns:None"}
    assert told["matches"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "answers"),
        ({"answers": []}, "answers"),
        ({"answers": {f"x{n}": "y" for n in range(81)}}, "answers"),
        ({"answers": {"x" * 49: "y"}}, "answers"),
        ({"answers": {"m1_concerns": ["burnout", "grief", "panic", "anger"]}}, "answers.m1_concerns"),
        ({"answers": {"f_fee": {"max_minor": 7000}}}, "answers.f_fee"),
        ({"answers": {"w_place": {"country": "GB", "region": "US-CA"}}}, "answers.w_place"),
        ({"answers": {"y_gender": {"of": [], "how": "must"}}}, "answers.y_gender"),
        ({"answers": {}, "page": 0}, "page"),
        ({"answers": {}, "text": "grief"}, "text"),
    ],
)
def test_answers_that_no_page_would_keep_are_refused_by_name(client, body, field):
    assert field in refused(client.post(MATCH, json=body), 422)["problems"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
QUESTIONS = [
    "r0_now",
    "s3_load",
    "y_language",
    "w_place",
    "f_fee",
    "x_leads",
    "c_lived",
    "m1_help",
    "o_offers",
    "t_wait",
]


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(st.sampled_from(QUESTIONS), JSON, max_size=4))
def test_whatever_is_answered_gives_people_or_a_reason(reading_app, answers):
    response = reading_app.test_client().post(MATCH, json={"answers": answers})
    assert response.status_code in {200, 422} and response.is_json


def test_words_are_sent_to_be_read_first(client):
    answer = client.post(MATCH, json={"answers": {"m1_words": "I feel so alone"}})
    assert answer.status_code == 422 and "/api/v1/understand" in answer.json["problems"]["answers.m1_words"][0]


def test_matching_remembers_nothing(app):
    before, files = remembered(app), files_of(app.config["INSTANCE"])
    answer = app.test_client().post(MATCH, json={"answers": ANSWERS})
    after = files_of(app.config["INSTANCE"])
    assert answer.status_code == 200 and "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store" and remembered(app) == before
    assert {name: told for name, told in after.items() if not name.endswith("-shm")} == {
        name: told for name, told in files.items() if not name.endswith("-shm")
    }
