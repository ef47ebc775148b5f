"""Names typed beside the filters: what is suggested, what they are taken for, and that nothing of it is kept."""

import html
import logging
import re

import pytest

from search_index.suggestions import MOST_SUGGESTED, Choices
from tests.opening import check_page

TERMS = [
    ("grief", "Grief and loss", ("bereavement", "mourning")),
    ("trauma", "Trauma and PTSD", ("PTSD", "flashbacks")),
    ("complex", "Complex trauma (C-PTSD)", ("CPTSD",)),
    ("shame", "Shame", ()),
    ("spanish", "Spanish", ("Español", "Castilian")),
    ("panic", "Panic attacks", ()),
]
CHOICES = Choices(TERMS)


def slugs(text: str) -> list[str]:
    return [one.slug for one in CHOICES.suggest(text)]


def ask(client, field: str, text: str):
    response = client.post("/suggest", data={"field": field, "text": text})
    assert response.status_code == 200 and response.mimetype == "application/json"
    return response.get_json()


def sent(client, address: str = "/therapists", **data: object):
    """The page that comes after the filters were sent."""
    return client.post(address, data=data, follow_redirects=True)


# Which names


def test_names_that_begin_so_come_first_then_words_that_do_then_near_spellings():
    assert slugs("trau") == ["trauma", "complex"]
    assert slugs("atta") == ["panic"]
    assert slugs("truama") == ["trauma"]
    assert slugs("attacks panic") == ["panic"]


def test_other_names_lead_to_the_term_and_say_so():
    assert [(one.slug, one.name) for one in CHOICES.suggest("berea")] == [("grief", "bereavement")]
    assert [(one.slug, one.label) for one in CHOICES.suggest("c-ptsd")] == [("complex", "Complex trauma (C-PTSD)")]


def test_accents_and_capitals_make_no_difference():
    assert slugs("espanol") == slugs("ESPAÑ") == slugs("español") == ["spanish"]


def test_each_term_comes_once_and_at_most_eight_come():
    many = Choices((f"s{n}", f"Sadness {n}", (f"Sad {n}", f"Sorrow {n}")) for n in range(30))
    found = [one.slug for one in many.suggest("sa")]
    assert len(found) == len(set(found)) == MOST_SUGGESTED


@pytest.mark.parametrize("text", ["", " ", "\0", "...", "qq", "\ud800", "x" * 10_000, "🙂"])
def test_what_begins_no_name_suggests_nothing(text):
    assert CHOICES.suggest(text) == [] and CHOICES.match(text) is None


def test_a_name_is_taken_for_its_term_when_it_can_be_no_other():
    taken = {"Shame": "shame", "ptsd": "trauma", "mourning": "grief", "pani": "panic", "shaem": "shame", "trau": None}
    assert {text: CHOICES.match(text) for text in taken} == taken


# While typing


def test_the_door_answers_with_names_for_the_field(client):
    assert {"value": "Tamil", "label": "Tamil"} in ask(client, "language", "tam")
    assert ask(client, "concern", "ptsd")[0]["label"] == "PTSD"
    assert len(ask(client, "concern", "a")) == MOST_SUGGESTED


def test_every_answer_holds_what_was_typed_since_browsers_show_no_other(client):
    for field, text in [("concern", "truama"), ("language", "espanol"), ("approach", "emdr"), ("concern", "LOSS")]:
        answers = ask(client, field, text)
        assert answers and all(text.casefold() in f"{one['value']}\n{one['label']}".casefold() for one in answers), text


def test_only_the_lines_beside_the_filters_are_answered(client):
    for field in ("text", "words", "faith", "gender", "", "concerns"):
        assert ask(client, field, "tra") == []
    assert client.post("/suggest").get_json() == []
    assert client.get("/suggest").status_code == 405


def test_another_site_is_refused(client):
    told = {"field": "concern", "text": "tra"}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://a.example"}):
        assert client.post("/suggest", data=told, headers=headers).status_code == 403


def test_nothing_of_it_is_kept_or_logged(client, caplog):
    with caplog.at_level(logging.DEBUG):
        response = client.post("/suggest", data={"field": "concern", "text": "marmalade grief"})
    assert "marmalade" not in caplog.text and "Set-Cookie" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"


def test_the_box_for_own_words_suggests_nothing(client):
    for path in ("/", "/therapists"):
        page = client.get(path).get_data(as_text=True)
        boxes = re.findall(r"<textarea[^>]*>", page)
        assert all("list=" not in box and "data-suggest" not in box for box in boxes)


# Without a script


def test_each_line_has_a_list_of_every_name(client, reading_app):
    page = client.get("/therapists").get_data(as_text=True)
    check_page(page)
    words = reading_app.extensions["holdspace"].vocabulary
    for field, group in (("language", "languages"), ("concern", "concerns"), ("approach", "approaches")):
        (names,) = re.findall(rf'name="add_{field}"[^>]*list="([^"]+)"', page)
        options = re.search(rf'<datalist id="{names}">(.*?)</datalist>', page, re.S)[1]
        told = [html.unescape(one) for one in re.findall(r'<option value="([^"]+)">', options)]
        assert told == [term.label for term in words.terms(group)]


@pytest.mark.parametrize(
    ("field", "typed", "ticked"),
    [
        ("language", "Tamil", "ta"),
        ("language", "español", "es"),
        ("concern", "bereavement", "grief"),
        ("concern", "perfectionisim", "perfectionism"),
        ("approach", "EMDR", "emdr"),
    ],
)
def test_a_typed_name_becomes_a_filter(client, field, typed, ticked):
    page = sent(client, **{f"add_{field}": typed}).get_data(as_text=True)
    assert re.search(rf'name="{field}" value="{ticked}" checked', page)
    assert f'name="remove" value="{field}:{ticked}"' in page
    assert re.search(rf'name="add_{field}" value=""', page), "the line is empty again"


def test_a_typed_name_joins_the_ticks_and_counts_once(client):
    page = sent(client, concern=["grief", "shame"], add_concern="bereavement").get_data(as_text=True)
    assert sorted(re.findall(r'name="remove" value="concern:(\w+)"', page)) == ["grief", "shame"]


def test_a_language_may_stand_readable_and_a_topic_may_not(client):
    told = client.post("/therapists", data={"add_language": "Tamil"}).headers["Location"]
    assert told == "/therapists?language=ta"
    assert client.post("/therapists", data={"add_concern": "shame"}).headers["Location"].startswith("/search/")


def test_an_unknown_name_is_said_kindly_and_kept(client):
    response = client.post("/therapists", data={"add_language": "Zblorvish <b>", "format": "video"})
    assert "Zblorvish" not in response.headers["Location"]
    page = client.get(response.headers["Location"]).get_data(as_text=True)
    check_page(page)
    assert "We know no language called “Zblorvish &lt;b&gt;” here." in page
    assert 'name="add_language" value="Zblorvish &lt;b&gt;"' in page and 'aria-invalid="true"' in page
    assert 'value="video" checked' in page, "the rest was done"
    again = sent(client, response.headers["Location"], add_language="", format="video").get_data(as_text=True)
    assert "We know no language" not in again


def test_of_a_long_name_sixty_letters_are_kept_and_nothing_that_cannot_be_seen(client):
    page = sent(client, add_language="zz\t zz\n\u200b" + "z" * 500).get_data(as_text=True)
    assert re.search(r'name="add_language" value="zz zz z{54}"', page)


def test_a_name_of_several_says_which(client):
    page = html.unescape(sent(client, add_concern="abuse").get_data(as_text=True))
    told = page.split("“abuse” may be: ")[1].split(". Write one of these.")[0]
    assert "Emotional or verbal abuse" in told.split("; ")


def test_an_unknown_name_goes_along_to_the_next_page_of_the_same_question(client):
    place = client.post("/therapists", data={"add_approach": "qqzz"}).headers["Location"]
    assert "“qqzz”" in client.get(f"{place}?page=2").get_data(as_text=True)


def test_an_address_asks_for_no_typed_name(client):
    page = client.get("/therapists?add_concern=shame&add_language=Zblorvish").get_data(as_text=True)
    assert "Zblorvish" not in page and 'value="concern:shame"' not in page


@pytest.mark.parametrize("typed", ["\0", "\ud800", "a" * 5000, "<script>", "%s %(typed)s {x}", "\u202e", "'\"--"])
def test_anything_may_be_typed(client, typed):
    raw = typed.encode("utf-8", "replace").decode()
    for field in ("language", "concern", "approach"):
        assert sent(client, **{f"add_{field}": raw}).status_code == 200
        ask(client, field, raw)
