"""Whatever is sent, a whole page comes back: nothing fails, nothing is taken for markup, what was typed is kept."""

import json
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from urllib.parse import urljoin

import pytest
from naughty import BROKEN_BYTES, FAR_TOO_MANY_DIGITS, FEW, STRINGS, Shape, batches, lines_of, shape
from routes import doors, sealed, step_url
from visitor import HERE, Visitor

from directory import demo
from directory.views.narrowing import known_values
from tests.opening import sign_in

TOO_LONG = "I feel small. " * 300
OVER_64_KB = "a" * (64 * 1024 + 1)
FIELDS = ("fee_max", "currency", "sort", "page", "remove", "text", "near", "near_is", "within")
# Texts whose pages hold between them everything that such a page can hold.
PAGES = ("plain words", "I want to die tonight", "grief, in Hindi, in London, under £60, online", "hurt")
PAGES += ("near LS6", "near Newport")
SECTIONS = ("fee", "about", "availability")
ENDS = {
    "choice-with-strength": ("", "_strength"),
    "place": ("_country", "_region", "_town"),
    "money": ("_amount", "_currency", "_strength"),
}


def filter_names(app) -> list[str]:
    """Every field of the filter form."""
    with app.app_context():
        return [*known_values(app.extensions["holdspace"]), *FIELDS]


def question_fields(app) -> dict[str, list[str]]:
    """Every field that each page of the questionnaire could send, by page."""
    pages = app.extensions["holdspace"].questionnaire.page
    return {page.id: [f"{q.id}{end}" for q in page.question for end in ENDS.get(q.kind, ("",))] for page in pages}


def search_url(app, typed: str) -> str:
    return f"/search/{sealed(app, 'search', words=[], text=typed)}"


@pytest.fixture(scope="session")
def all_strings(shared: Path) -> list[str]:
    found = [*STRINGS, *lines_of(shared / "data" / "text")]
    assert len(found) > 1000
    return [string for string in found if string.strip()]


def as_shown(text: str) -> str:
    """A text as a browser reads it back from a page: one kind of line end."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


# ------------------------------------------------------------------------------------------------ Every string, no echo


def test_every_string_in_the_box_is_read_and_shown_as_it_was_typed(app, client, all_strings):
    past_the_people = "?page=400"
    short, long = (shape(client.get(search_url(app, "plain words " * n) + past_the_people)) for n in (1, 100))
    for typed in batches(all_strings, 1200):
        response = client.get(search_url(app, typed) + past_the_people)
        assert response.status_code == 200, typed
        assert shape(response).elements == (long if len(typed) >= 280 else short).elements, typed
        assert as_shown(shape(response).said["q"]) == as_shown(typed)


def test_every_string_is_understood_without_a_failure(client, all_strings):
    kinds = set()
    for words in PAGES:
        kinds |= Visitor(client).go("/").press("Show me people", text=words) and shape_now(client, words).kinds
    for typed in batches(all_strings, 3900):
        found = shape_now(client, typed)
        assert {tag for tag, _ in found.kinds} <= {tag for tag, _ in kinds}, typed
        assert not attributes(found.kinds) - attributes(kinds), typed


def shape_now(client, words: str) -> Shape:
    """The shape of the page of people for these words."""
    visitor = Visitor(client).go("/").press("Show me people", text=words)
    assert visitor.response.status_code == 200, words
    return shape(visitor.response)


def attributes(kinds: Iterable[tuple[str, tuple[str, ...]]]) -> set[tuple[str, str]]:
    return {(tag, name) for tag, names in kinds for name in names}


def test_every_string_in_a_text_too_long_comes_back_as_it_was_typed(client, all_strings):
    filler = "a" * 4001
    plain = shape(client.post("/search", data={"text": filler}))
    for typed in batches(all_strings, 9000):
        response = client.post("/search", data={"text": f"{typed}\n{filler}"})
        assert response.status_code == 422
        assert shape(response).elements == plain.elements
        assert as_shown(shape(response).values["text"]).removeprefix("\n") == as_shown(f"{typed}\n{filler}")


def test_every_string_as_a_town_is_shown_as_it_was_typed(app, client, all_strings):
    def here(town: str) -> str:
        return step_url(app, "where", w_place={"country": "GB", "town": town})

    plain = shape(client.get(here("Leicester")))
    for typed in all_strings[::9]:
        town = "".join(letter for letter in typed.strip() if letter.isprintable())[:60].strip()
        response = client.get(here(town))
        assert response.status_code == 200
        assert shape(response).elements == plain.elements, typed
        assert shape(response).values["w_place_town"] == town


def test_every_string_in_every_field_of_the_questions_at_once(app, client, all_strings):
    fields = question_fields(app)
    for page, names in fields.items():
        url = step_url(app, page)
        for typed in all_strings[:: 5 if page == "money" else 30]:
            response = client.post(url, data={name: typed[:1000] for name in names})
            assert response.status_code in (303, 422), (page, typed)
            assert "questions" in response.headers.get("Location", "questions")


def test_every_string_for_a_program(client, all_strings):
    for typed in [*all_strings, "\ud800", "\udfff\ud800", "a\ud83d", "\x00"]:
        response = client.post("/api/v1/understand", data=json.dumps({"text": typed}), content_type="application/json")
        assert response.status_code == (200 if len(typed) <= 4000 else 422), typed
        assert response.is_json


def test_every_string_at_the_door_for_therapists(app, all_strings):
    visitor = Visitor(app.test_client()).go("/account/sign-in")
    token = visitor.page.held("csrf_token")[0]
    wrong = {"csrf_token": token, "password": "x" * 20}
    plain = shape(visitor.client.post("/account/sign-in", data={**wrong, "email": "some one"}))
    for typed in all_strings[::8]:
        response = visitor.client.post("/account/sign-in", data={**wrong, "email": typed})
        assert response.status_code == 200, typed
        assert attributes(shape(response).kinds) <= attributes(plain.kinds), typed
        assert "Location" not in response.headers


def test_no_address_to_go_on_to_leads_away_after_signing_in(app, shared):
    for line in (shared / "data" / "text" / "openredirect_payloads.txt").read_text("utf-8").splitlines()[::7]:
        browser = app.test_client()
        page = browser.get("/account/sign-in", query_string={"next": line}).get_data(as_text=True)
        assert Shape(page).values.get("next", "") in ("", line)
        token = Shape(page).values["csrf_token"]
        data = {"email": demo.EMAIL, "password": demo.PASSWORD, "csrf_token": token, "next": line}
        response = browser.post("/account/sign-in", data=data, query_string={"next": line})
        if response.status_code != 200:
            told = urljoin(HERE, response.headers["Location"].replace("\\", "/"))
            assert told.startswith(f"{HERE}/") and told.isprintable(), (line, told)
    assert sign_in(app.test_client()).headers["Location"] == "/my/listing"


NEVER_KEPT = dict.fromkeys({*range(32)} - {9, 10, 13})
"""Control characters: a listing refuses them with a sentence (see test_own_listing.py)."""


def test_every_string_in_a_listing_is_shown_as_it_was_typed(app, signed_in, all_strings):
    therapist, seeker = Visitor(signed_in), Visitor(app.test_client())
    therapist.go("/my/listing/availability").press("Save", availability_note="Tuesdays")
    therapist.go("/my/listing/fee").press("Save", note="no proof asked")
    mine = therapist.go("/my/listing").page.href("See it as they do")
    kept = ("headline", "bio_approach", "bio_working", "bio_first_session")
    therapist.go("/my/listing/about").press("Save", **dict.fromkeys(kept, "Plain words."))
    plain, desk = shape(seeker.go(mine).response), shape(therapist.response)
    texts = iter(batches([string.translate(NEVER_KEPT)[:250] for string in all_strings], 250))
    for headline in texts:
        words = [headline, *(next(texts, "The end.") for _ in kept[1:])]
        therapist.go("/my/listing/about").press("Save", **dict(zip(kept, words, strict=True)))
        assert therapist.path == "/my/listing", (therapist.text, words)
        assert attributes(shape(therapist.response).kinds) <= attributes(desk.kinds), words
        assert attributes(shape(seeker.go(mine).response).kinds) <= attributes(plain.kinds), words
        held = therapist.go("/my/listing/about").page
        assert [as_shown(held.held(name)[0]).strip() for name in kept] == [as_shown(word).strip() for word in words]


# ------------------------------------------------------------------------------------- Every field, our own bad strings


def test_unknown_values_fall_away_from_every_filter(app, client):
    names = [name for name in filter_names(app) if name not in FIELDS]
    everybody = client.get("/therapists")
    for typed in STRINGS:
        for name in names:
            response = client.post("/therapists", data={name: typed})
            assert (response.status_code, response.headers["Location"]) == (303, "/therapists"), (name, typed)
        response = client.get("/therapists", query_string=dict.fromkeys(names, typed))
        assert without_robots(response) == without_robots(everybody), typed


def without_robots(response) -> str:
    return response.get_data(as_text=True).replace('<meta name="robots" content="noindex">', "")


def test_our_own_strings_in_every_other_field_of_a_result(app, client):
    everybody = attributes(shape(client.get("/therapists?format=video&fee_max=60&currency=GBP")).kinds)
    pages = ("/concerns/grief", "/matches/" + sealed(app, "matches", a={}))
    for typed in FEW:
        for name in FIELDS:
            for address in ("/therapists", search_url(app, "plain words")):
                assert client.post(address, data={name: typed, "format": "video"}).status_code == 303, (name, typed)
        response = client.get("/therapists", query_string=dict.fromkeys(FIELDS, typed))
        assert response.status_code == 200 and attributes(shape(response).kinds) <= everybody, typed
        for address in pages:
            assert client.get(address, query_string={"page": typed}).status_code in (200, 303), (address, typed)


def test_our_own_strings_in_every_field_of_every_question(app, client):
    for page, names in question_fields(app).items():
        url = step_url(app, page)
        for typed in FEW:
            for name in names:
                response = client.post(url, data={name: typed})
                assert response.status_code in (303, 422), (name, typed)


def test_our_own_strings_in_every_field_of_a_listing(app, signed_in):
    for section in SECTIONS:
        page = Visitor(signed_in).go(f"/my/listing/{section}").page
        fields = {control.name for control in page.controls if control.name and control.kind != "button"}
        held = {name: (page.held(name) or [""])[0] for name in fields}
        for typed in FEW:
            for name in fields - {"csrf_token"}:
                response = signed_in.post(f"/my/listing/{section}", data={**held, name: typed})
                assert response.status_code in (303, 409, 422), (section, name, typed)
                held["version"] = str(int(held["version"]) + (response.status_code == 303))
        assert signed_in.get("/my/listing").status_code == app.test_client().get("/therapists").status_code == 200


@pytest.mark.parametrize("name", ["full_from", "sliding_from", "session_minutes", "reduced_places"])
def test_a_number_without_end_in_a_listing_is_refused_with_a_sentence(signed_in, name):
    visitor = Visitor(signed_in).go("/my/listing/fee").press("Save", **{name: FAR_TOO_MANY_DIGITS})
    assert visitor.response.status_code == 422


def test_our_own_strings_as_a_country_and_as_a_name_in_an_address(client):
    plain = shape(client.get("/help-now"))
    for typed in STRINGS:
        response = client.get("/help-now", query_string={"country": typed})
        assert response.status_code == 200 and shape(response).elements == plain.elements, typed
        name = typed.replace("/", "").replace("?", "").replace("#", "").strip(".") or "x"
        for start in (
            "/therapists/",
            "/concerns/",
            "/learn/",
            "/questions/now/",
            "/search/",
            "/static/",
            "/my/listing/",
        ):
            response = client.get(start + name[:300])
            assert response.status_code in (302, 303, 308, 400, 404, 410), (start, typed)


def test_bytes_that_are_no_text_are_read_as_well_as_they_can_be(app, client):
    for raw in BROKEN_BYTES:
        body = b"text=help+" + b"".join(b"%%%02x" % byte for byte in raw)
        form = {"content_type": "application/x-www-form-urlencoded"}
        assert client.post("/search", data=body, **form).status_code == 303, raw
        assert client.post("/search", data=b"text=help+" + raw, **form).status_code in (303, 400), raw
        assert client.post(step_url(app, "brings"), data=body.replace(b"text", b"m1_words"), **form).status_code == 303
        assert client.get("/therapists", query_string=body.decode("ascii")).status_code == 200
        parts = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n' + raw + b"\r\n--x--\r\n"
        told = client.post("/search", data=parts, content_type="multipart/form-data; boundary=x")
        assert told.status_code == 303, raw
        json_body = b'{"text": "' + raw + b'"}'
        assert client.post("/api/v1/understand", data=json_body, content_type="application/json").status_code in (
            200,
            400,
        )


def test_forms_that_are_half_sent_or_odd_are_refused_or_read(client):
    odd = (
        ("multipart/form-data", b"--x"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\r\n\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\n" * 2000),
        ("text/plain", b"text=help"),
        ("application/json", b'{"text": "help"}'),
        ("application/x-www-form-urlencoded", b"&" * 5000 + b"=" * 5000),
        ("application/x-www-form-urlencoded", b"text" * 9000),
    )
    for kind, body in odd:
        assert client.post("/search", data=body, content_type=kind).status_code in (303, 400, 413), (kind, body[:40])


def test_a_repeated_parameter_is_read_the_same_way_each_time(client):
    once = client.get("/therapists?format=video&format=phone&fee_max=60&currency=GBP&page=1")
    again = client.get(
        "/therapists?format=video&format=phone&format=video&fee_max=60&fee_max=9&currency=GBP&currency=INR&page=1&page=2"
    )
    assert Shape(once.get_data(as_text=True)).elements == Shape(again.get_data(as_text=True)).elements
    told = [client.post("/search", data={"text": ["grief", "shame"]}).status_code for _ in range(2)]
    assert told == [303, 303]
    found = Visitor(client).go(client.post("/search", data={"text": ["grief", "shame"]}).headers["Location"])
    assert "You wrote: grief" in found.text


# --------------------------------------------------------------------------------------------------------------- Limits


@pytest.fixture
def unread(app, monkeypatch):
    """A house whose reading of words fails the test when it is asked for anything."""

    def fail(_self, text: str) -> None:
        raise AssertionError(f"{len(text)} letters were read")

    monkeypatch.setattr("search_index.meaning.Meaning.understand", fail)
    return app


def test_a_text_over_4000_letters_is_refused_before_it_is_read_and_kept(unread):
    visitor = Visitor(unread.test_client()).go("/").press("Show me people", text=TOO_LONG)
    assert visitor.response.status_code == 422 and "over 4,000 letters" in visitor.text
    assert visitor.page.held("text") == [TOO_LONG]
    visitor.go(search_url(unread, "grief")).enter("text", TOO_LONG)
    assert visitor.response.status_code == 422 and visitor.page.held("text") == [TOO_LONG]
    visitor.go(step_url(unread, "brings")).press("Continue", m1_words=TOO_LONG)
    assert visitor.response.status_code == 422 and "over 4,000 letters" in visitor.text
    assert visitor.page.held("m1_words") == [TOO_LONG]
    refused = unread.test_client().post("/api/v1/understand", json={"text": TOO_LONG})
    assert refused.status_code == 422 and refused.is_json


def test_4000_letters_are_read_in_any_script(client):
    for letter in ("a", "ß", "ন", "👩"):
        assert client.post("/search", data={"text": letter * 4000}).status_code == 303
        assert client.post("/search", data={"text": letter * 4001}).status_code == 422


def test_a_body_over_64_kilobytes_is_refused_unread_at_every_route(app, unread):
    for door in doors(app):
        if door.posts and door.rule not in ("/account/verify",):
            response = unread.test_client().post(door.url, data={"text": OVER_64_KB})
            unread_for_another_reason = {"/my/": 302, "/account": 302, "/api/": 400}
            others = [code for start, code in unread_for_another_reason.items() if door.rule.startswith(start)]
            assert response.status_code in (413, *others), door.rule
    page = unread.test_client().post("/search", data={"text": OVER_64_KB}).get_data(as_text=True)
    assert "over 64 kilobytes" in page and "4,000 letters" in page
    answer = unread.test_client().post("/api/v1/understand", json={"text": OVER_64_KB})
    assert answer.status_code == 413 and answer.is_json


def test_a_body_over_64_kilobytes_is_refused_by_its_length_alone(app):
    class Untouched(BytesIO):
        def read(self, *_sizes):
            raise AssertionError("the body was read")

    for path in ("/search", "/api/v1/understand"):
        kind = "application/json" if "api" in path else "application/x-www-form-urlencoded"
        sent = {"wsgi.input": Untouched(), "CONTENT_LENGTH": str(64 * 1024 + 1), "CONTENT_TYPE": kind}
        assert app.test_client().post(path, environ_overrides=sent).status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "null",
        '"text"',
        "NaN",
        "[" * 60_000,
    ]
    + ['{"a":' * 9000, "9" * 60_000, "\x00"],
)
def test_json_that_makes_no_sense_is_answered_in_json(client, body):
    response = client.post("/api/v1/understand", data=body.encode(), content_type="application/json")
    assert response.status_code == 400 and response.json["status"] == 400 and "error" in response.json


@pytest.mark.parametrize("body", ['{"text": null}', '{"text": 5}', '{"text": ["a"]}', '{"words": "a"}', "\ufeff{}"])
def test_json_without_a_text_is_told_which_field(client, body):
    response = client.post("/api/v1/understand", data=body.encode(), content_type="application/json")
    assert response.status_code == 422 and "text" in response.json["problems"]


def test_a_program_that_forgets_to_say_json_is_told_so(client):
    assert client.post("/api/v1/understand", data='{"text": "help"}').status_code == 400
    assert client.get("/api/v1/understand").status_code == 405 and client.get("/api/v1/understand").is_json
    assert client.get("/api/v1/nothing").status_code == 404
