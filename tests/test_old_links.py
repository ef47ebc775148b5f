"""Links that expired, were cut or altered, or hold answers of another day: a page that says so, and never a failure."""

import time

import pytest
from routes import ALTERED, sealed, step_url
from visitor import Visitor

from directory.sealed import Sealer

PURPOSES = {"search": "/search/{}", "step": "/questions/now/{}", "matches": "/matches/{}", "shortlist": "/shortlist/{}"}
PURPOSES |= {"consult-sheet": "/consult-sheet/{}"}
LATE_S = {"search": 3601, "step": 4 * 3600 + 1, "matches": 4 * 3600 + 1, "shortlist": 30 * 86_400 + 1}
LATE_S |= {"consult-sheet": 4 * 3600 + 1}


def bad_tokens(app, purpose: str) -> dict[str, str]:
    """Every way in which a link can have gone wrong, for a page of this purpose."""
    good = sealed(app, purpose)
    other = "step" if purpose != "step" else "matches"
    middle = len(good) // 2
    return {
        "expired": sealed(app, purpose, age_s=LATE_S[purpose]),
        "one letter changed": good[:middle] + ("A" if good[middle] != "A" else "B") + good[middle + 1 :],
        "cut": good[:-7],
        "cut to a letter": good[:1],
        "for another purpose": sealed(app, other),
        "longer": good + ALTERED,
        "made up": ALTERED * 40,
        "far too long": "A" * 3601,
        "with other letters": good[:-1] + "é",
        "upper case": good.upper(),
    }


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_link_that_has_gone_wrong_gets_a_page_that_says_what_happened(app, client, purpose):
    for wrong, token in bad_tokens(app, purpose).items():
        for method in ("GET", "POST"):
            response = client.open(PURPOSES[purpose].format(token), method=method, data={"relax": "fee"})
            visitor = Visitor(client).go(PURPOSES[purpose].format(token))
            assert response.status_code == visitor.response.status_code == 410, (wrong, method)
            said = "its time has passed" if wrong == "expired" else "Part of the address is missing or has changed"
            assert said in visitor.text, wrong
            assert {"/", "/therapists", "/questions", "/help-now"} <= {href for _, href in visitor.page.links}, wrong


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_link_works_until_its_last_second(app, client, purpose):
    token = sealed(app, purpose, age_s=LATE_S[purpose] - 30)
    assert client.get(PURPOSES[purpose].format(token)).status_code == 200


def test_a_link_of_another_house_is_not_opened(app, client):
    token = Sealer(["another house's secret, long enough"]).seal("search", {"words": []}, now=int(time.time()))
    assert client.get(f"/search/{token}").status_code == 410


def test_answers_that_the_questions_no_longer_know_are_left_out_and_said_so(app, client):
    old = {"r9_gone": "yes", "m1_concerns": ["grief", "a-term-of-yesterday"], "r0_now": "maybe", "p1_people": ["yes"]}
    visitor = Visitor(client).go(f"/matches/{sealed(app, 'matches', a=old)}")
    assert visitor.response.status_code == 200
    assert "from an older version of these questions. We left them out." in visitor.text
    check = Visitor(client).go(step_url(app, "check", **old))
    assert check.response.status_code == 200 and "yesterday" not in check.text and "Grief" in check.text
    assert "from an older version of these questions. We left them out." in check.text
    new = Visitor(client).go(f"/matches/{sealed(app, 'matches', a={'m1_concerns': ['grief']})}")
    assert "older version" not in new.text


def test_answers_of_the_wrong_kind_in_an_old_link_never_fail(app, client):
    questions = app.extensions["holdspace"].questionnaire.questions
    odd = (
        None,
        7,
        "",
        "unsure",
        [],
        ["unsure"],
        [None, 3, ["deep"]],
        {},
        {"of": "yes", "how": 5},
        {"country": 7},
        True,
    )
    for value in odd:
        told = {question.id: value for question in questions} | dict.fromkeys(
            ("m1_offered", "m1_help", "o_offers"), value
        )
        assert client.get(f"/matches/{sealed(app, 'matches', a=told)}").status_code == 200, value
        for page in app.extensions["holdspace"].questionnaire.page:
            assert client.get(step_url(app, page.id, **told)).status_code == 200, (page.id, value)
        assert client.get(step_url(app, "check", **told)).status_code == 200, value


def test_what_a_link_holds_may_be_no_answers_at_all(app, client):
    for held in ([], "words", 3, None):
        assert client.get(f"/matches/{sealed(app, 'matches', a=held)}").status_code == 200


def test_steps_may_be_opened_out_of_order_and_sent_twice(app, client):
    answers = {"r0_now": "ok", "f_fee": {"max_minor": 6000, "currency": "GBP", "how": "nice"}}
    for page in reversed(app.extensions["holdspace"].questionnaire.page):
        url = step_url(app, page.id, **answers)
        assert client.get(url).status_code == 200, page.id
        first, second = (client.post(url, data={}).headers["Location"] for _ in range(2))
        assert first.split("/")[2] == second.split("/")[2]


def test_unknown_steps_rules_and_offers_lead_nowhere_bad(app, client):
    token = sealed(app, "step", a={})
    assert client.get(f"/questions/no-such-step/{token}").status_code == 404
    assert client.post(f"/questions/check/{token}").status_code in (404, 405)
    for name in ("relax", "offer"):
        for value in ("place", "no-such", "", "\x00", "fee"):
            assert client.post(f"/matches/{sealed(app, 'matches', a={})}", data={name: value}).status_code == 303


def test_a_page_number_past_every_end_is_a_page_that_says_so(app, client):
    for number in ("2000000000", "9" * 40, "500"):
        for address in ("/therapists", "/concerns/grief", f"/matches/{sealed(app, 'matches', a={})}"):
            visitor = Visitor(client).go(f"{address}?page={number}")
            assert visitor.response.status_code == 200, (address, number)
            assert "past the end" in visitor.text or "/therapists/" in visitor.response.text, (address, number)
