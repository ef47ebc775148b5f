"""The doors for programs: what they answer, what they refuse and how, and the page that describes them."""

import pytest

from directory.forms.seeker import GROUPS

SEARCH, UNDERSTAND = "/api/v1/search", "/api/v1/understand"


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
        ({"currency": "ZZZ"}, "currency"),
        ({"fee_max": -1, "currency": "GBP"}, "fee_max"),
        ({"colour": "blue"}, "colour"),
    ],
)
def test_a_field_that_cannot_be_used_is_named(client, body, field):
    assert field in refused(client.post(SEARCH, json=body), 422)["problems"]


@pytest.mark.parametrize("door", [SEARCH, UNDERSTAND])
@pytest.mark.parametrize("body", ["", "[]", "null", '"grief"', "{", "[" * 30_000, '{"text": "a"'])
def test_what_is_no_json_object_is_refused(client, door, body):
    refused(client.post(door, data=body, content_type="application/json"), 400)


@pytest.mark.parametrize("door", [SEARCH, UNDERSTAND])
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


def test_the_description_names_both_doors_and_every_filter(client):
    told = client.get("/api/openapi.json").get_json()
    assert {SEARCH, UNDERSTAND} == set(told["paths"])
    assert set(GROUPS) == set(told["components"]["schemas"]["Filters"]["properties"])


def test_answers_have_the_fields_that_the_description_promises(client):
    schemas = client.get("/api/openapi.json").get_json()["components"]["schemas"]
    for door, body, shape in (
        (SEARCH, {"text": "grief"}, "SearchTold"),
        (UNDERSTAND, {"text": "grief"}, "UnderstandingTold"),
    ):
        assert set(client.post(door, json=body).get_json()) == set(schemas[shape]["properties"])
