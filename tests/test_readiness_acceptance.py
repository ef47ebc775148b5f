"""What the questionnaire and its matches were asked to do, point by point. A number is a point's own in the list of
acceptance: 6, 7, 8, 13, 14 and 15.
"""

import logging
import re
import socket
from html.parser import HTMLParser
from pathlib import Path

import pytest
from routes import doors, files_of, remembered, sealed, step_url
from visitor import Visitor

from directory.views import helping

ROOT = Path(__file__).parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*"))
WORDS = "I freeze when my mother shouts, and a marmalade quokka watches"
FIRST_WORDS = 200
SAID_OF = re.compile(r"\b(best|perfect|perfectly|guaranteed?|match score)\b|%\s*match|\d\s?%", re.IGNORECASE)
CODE = re.compile(r"{#.*?#}|{%.*?%}|{{(?!\s*(?:_|ngettext)\().*?}}", re.DOTALL)
WAYS = ("talk to my younger self", "heal my inner child", "be a parent to myself", "I'd like to paint or draw it out")
WAYS += ("I want to work through my body, not only talk",)
STRANGE = ("🙂🙃", "مرحبا ‏عالم", "‮evil", "“‘’”\"'`", "a" * 3999, "log kya kahenge? 🙏", "\x00\x01")


class Shown(HTMLParser):
    """The text of a page as it is read, with each telephone link in its place."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.dialled: dict[str, int] = {}
        self.links: list[tuple[str, int]] = []
        self._silent = 0
        self.feed(html.split("<body", 1)[1].split(">", 1)[1])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in {"script", "style", "svg"}
        href = dict(attrs).get("href") or ""
        if href.startswith(("tel:", "sms:")):
            self.dialled.setdefault(href, len(self.words))
        if tag == "a":
            self.links.append((href, len(self.words)))

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style", "svg"}

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words += data.split()


def finished(visitor: Visitor) -> Visitor:
    """The questionnaire from its first page to the people, with words typed where it asks for them."""
    visitor.go("/questions").follow("Begin")
    while "/check/" not in visitor.path:
        ticks = {c.name: c.value for c in reversed(visitor.page.controls) if c.kind in {"radio", "checkbox"}}
        ticks |= {"m1_words": WORDS} if "/brings/" in visitor.path else {}
        visitor.press("Continue", **{name: said for name, said in ticks.items() if not name.endswith("_strength")})
        assert visitor.response.status_code == 200, visitor.text
    return visitor.follow("Show me people")


def lasting(folder: Path) -> dict[str, bytes]:
    """Every file of the instance but the database's shared memory, which says who is reading."""
    return {name: told for name, told in files_of(folder).items() if not name.endswith("-shm")}


def test_acceptance_6_answering_leaves_no_row_no_file_no_cookie_no_words_in_the_log_and_asks_nobody(
    app, caplog, monkeypatch
):
    def refuse(*_arguments):
        raise AssertionError("somebody outside was asked")

    visitor = Visitor(app.test_client())
    visitor.go("/questions").follow("Begin")
    rows, files = remembered(app), lasting(app.config["INSTANCE"])
    monkeypatch.setattr(socket.socket, "connect", refuse)
    with caplog.at_level(logging.DEBUG):
        finished(visitor)
    assert remembered(app) == rows and lasting(app.config["INSTANCE"]) == files
    posts = [sent for sent in visitor.sent if sent.method == "POST"]
    assert len(posts) >= 18
    for sent in visitor.sent:
        headers = sent.response.headers
        assert "Set-Cookie" not in headers
        assert headers["Cache-Control"] == "no-store" and headers["Referrer-Policy"] == "no-referrer"
    said = " ".join(record.getMessage() for record in caplog.records)
    assert "POST /questions/<step>/<sealed> 303" in said
    assert "quokka" not in said and "childhood" not in said and "r0_now" not in said


@pytest.mark.parametrize("country", ["US", "CA", "GB", "IN", "AU"])
def test_acceptance_7_lines_of_the_answered_country_stand_within_the_first_200_words(reading_app, client, country):
    token = sealed(reading_app, "matches", a={"r0_now": "danger", "w_place": {"country": country}})
    page = Shown(client.get(f"/matches/{token}").get_data(as_text=True))
    crisis = reading_app.extensions["holdspace"].crisis.country(country)
    first = [line for line in crisis.lines if line.call][0]
    wanted = [*crisis.emergency, *first.call[:1]]
    told = {re.sub(r"\D", "", href): at for href, at in page.dialled.items()}
    assert max(told[re.sub(r"\D", "", number)] for number in wanted) < FIRST_WORDS


def test_acceptance_7_without_a_country_each_served_one_and_a_chooser_stand_there(reading_app, client):
    page = client.get(f"/matches/{sealed(reading_app, 'matches', a={'r0_now': 'danger'})}").get_data(as_text=True)
    shown = Shown(page)
    crisis = reading_app.extensions["holdspace"].crisis
    for code in reading_app.config["COUNTRIES"]:
        (number, *_more) = crisis.country(code).lines[0].call
        dialled = "tel:" + re.sub(r"\D", "", number)
        assert shown.dialled[dialled] < FIRST_WORDS, code
        assert (f"#{code.lower()}", True) in [(href, at < FIRST_WORDS) for href, at in shown.links]
        assert f'id="{code.lower()}"' in page
    assert ("/help-now", True) in [(href, at < FIRST_WORDS) for href, at in shown.links]


def test_acceptance_7_danger_blocks_nothing(reading_app, client):
    for answers in ({"r0_now": "danger"}, {"r0_now": "danger", "w_place": {"country": "GB"}}):
        page = client.get(f"/matches/{sealed(reading_app, 'matches', a=answers)}").get_data(as_text=True)
        assert 'href="#people"' in page and 'id="people"' in page and page.count('class="entry"') == 5
        step = client.get(step_url(reading_app, "brings", **answers)).get_data(as_text=True)
        assert step.index('class="urgent"') < step.index('name="people"') and "you asked for are below" not in step


@pytest.mark.parametrize(
    ("answers", "line"),
    [
        ({"s3_load": ["unsafe"]}, "0808 2000 247"),
        ({"m1_concerns": ["domestic-abuse"]}, "0808 2000 247"),
        ({"m1_concerns": ["emotional-abuse"]}, "0808 2000 247"),
        ({"m1_help": "abuse"}, "0808 2000 247"),
        ({"m1_concerns": ["self-harm"]}, "116 123"),
        ({"m1_concerns": ["suicidal-thoughts"]}, "116 123"),
        ({"r0_now": "hard"}, "116 123"),
    ],
)
def test_acceptance_7_what_hurts_shows_the_discreet_box_on_every_page(reading_app, client, answers, line):
    told = answers | {"w_place": {"country": "GB"}}
    pages = [
        client.get(f"/matches/{sealed(reading_app, 'matches', a=told)}"),
        client.get(step_url(reading_app, "style", **told)),
        client.get(f"/consult-sheet/{sealed(reading_app, 'consult-sheet', a=told, ids=[])}"),
    ]
    for page in pages:
        box = page.get_data(as_text=True).split('class="discreet"')[1]
        first = re.search(r'href="tel:(\d+)"', box)
        assert first and first.group(1) == line.replace(" ", "")


def test_no_answer_that_asks_for_no_must_hides_anybody(reading_app, client):
    questionnaire = reading_app.extensions["holdspace"].questionnaire
    everybody = client.post("/api/v1/match", json={"answers": {}}).get_json()["total"]
    asked = [question for question in questionnaire.questions if question.kept and not question.rule]
    answers = [{one.id: [o.id] if one.kind == "many" else o.id} for one in asked for o in one.options]
    answers += [
        {one.id: {"of": [one.options[0].id], "how": "nice"}}
        for one in questionnaire.questions
        if one.rule and one.kind == "choice-with-strength" and one.options
    ]
    assert len(answers) > 90 and everybody > 100
    for told in answers:
        assert client.post("/api/v1/match", json={"answers": told}).get_json()["total"] == everybody, told


def test_typed_abuse_and_chosen_abuse_call_for_the_same_help(reading_app):
    (abuse,) = [one for one in reading_app.extensions["holdspace"].questionnaire.help if one.kind == "abuse"]
    (chosen,) = [condition.any for condition in abuse.when if condition.question == "m1_concerns"]
    assert set(chosen) == helping.ABUSE


def test_a_device_that_is_not_private_gets_advice_beside_any_other_help(reading_app, client):
    for more in ({}, {"r0_now": "hard"}, {"s3_load": ["unsafe"]}, {"r0_now": "danger"}):
        answers = {"r0_home": "no", **more}
        there = [f"/matches/{sealed(reading_app, 'matches', a=answers)}"]
        sheet = f"/consult-sheet/{sealed(reading_app, 'consult-sheet', a=answers, ids=[])}"
        for address in (*there, sheet, f"{sheet}/time", f"{sheet}/message/0"):
            assert "You said that this device may not be private." in client.get(address).get_data(as_text=True)


def taxonomy_rows(shared: Path) -> list[tuple[list[str], set[str]]]:
    """(phrases, concepts that one of them may lead to) of section 5.10, 54 rows in order."""
    text = (shared / "domain" / "taxonomy.md").read_text("utf-8")
    lines = text[text.index("### 5.10") :].splitlines()
    cells = [line.split("|") for line in lines if re.match(r"\|\d+\|", line)]
    return [(re.findall(r'"([^"]+)"', row[2]), set(re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)*", row[3]))) for row in cells]


def test_acceptance_8_every_phrase_of_the_taxonomy_leads_to_one_of_its_concepts(reading_app, shared):
    rows = taxonomy_rows(shared)
    assert len(rows) == 54
    missed = []
    with reading_app.test_request_context():
        for phrases, concepts in rows:
            for phrase in phrases:
                told = reading_app.extensions["holdspace"].meaning.understand(phrase)
                named = f"{[c.slug for c in told.concerns]} {dict(told.filters)} {dict(told.more)}"
                missed += [phrase] if not any(f"'{slug}'" in named for slug in concepts) else []
    assert missed == []


@pytest.mark.parametrize("typed", WAYS)
def test_acceptance_8_a_wish_for_a_way_of_working_finds_people(client, typed):
    page = client.post("/search", data={"text": typed}, follow_redirects=True).get_data(as_text=True)
    assert page.count('class="entry"') > 1


@pytest.mark.parametrize("typed", STRANGE)
def test_acceptance_8_strange_texts_lead_on(reading_app, client, typed):
    visitor = Visitor(client).go(step_url(reading_app, "brings")).press("Continue", m1_words=typed)
    assert visitor.response.status_code == 200 and "/understood/" in visitor.path
    found = client.post("/search", data={"text": "tabla"}, follow_redirects=True)
    assert found.status_code == 200


def test_acceptance_13_slugs_are_plain_unique_and_lead_to_no_circle_and_nowhere_else(words):
    for group in words.groups():
        slugs = [term.slug for term in words.terms(group, hidden=True)]
        assert len(slugs) == len(set(slugs)) and all(re.fullmatch(r"[a-z0-9-]+", slug) for slug in slugs), group
        for term in words.terms(group, hidden=True):
            climbed, above = {term.slug}, set(term.parents)
            while above:
                assert not above & climbed and above <= set(slugs), term.slug
                climbed |= above
                above = {parent for slug in above for parent in words.get(group, slug).parents}
            for other, slug in words.related(group, term.slug):
                assert words.get(other, slug) is not None, (group, term.slug, slug)


class Reached(HTMLParser):
    """What the Tab key reaches, in order, until the first heading."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.stops: list[dict[str, str | None]] = []
        self._reading = True
        self.feed(html.split("<body", 1)[1])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._reading = self._reading and tag != "h1"
        if self._reading and tag in {"a", "button", "input", "select", "textarea", "summary"}:
            self.stops.append(dict(attrs))


def test_acceptance_14_leave_this_site_is_among_the_first_stops_of_every_page_for_seekers(reading_app, client):
    looked = []
    for door in doors(reading_app):
        if not (door.gets and door.for_seekers):
            continue
        response = client.get(door.url)
        if response.mimetype != "text/html" or response.status_code != 200:
            continue
        stops = Reached(response.get_data(as_text=True)).stops[:3]
        assert [stop for stop in stops if "data-leave" in stop and (stop["href"] or "").startswith("https://")], (
            door.rule
        )
        assert any(stop.get("href") == "/help-now" for stop in stops), door.rule
        looked.append(door.rule)
    assert {"/questions/<step>/<sealed>", "/matches/<sealed>", "/consult-sheet/<sealed>", "/help-now"} <= set(looked)
    assert len(looked) > 20


def test_acceptance_15_no_template_and_no_mail_ranks_or_promises_and_the_limits_stand_below():
    read = [file for file in TEMPLATES if file.is_file()]
    said = {file.name: SAID_OF.search(CODE.sub("", file.read_text("utf-8"))) for file in read}
    assert len(read) > 40 and {name: found.group() for name, found in said.items() if found} == {}
    assert SAID_OF.search("a 92% match") and SAID_OF.search("the best one")


def test_acceptance_15_the_limits_of_matching_stand_on_the_page_of_people(reading_app, client):
    page = client.get(f"/matches/{sealed(reading_app, 'matches', a={})}").get_data(as_text=True)
    footer = reading_app.extensions["holdspace"].questionnaire.footer
    assert footer in page and "not an assessment" in footer
    assert "No page can tell you how it feels to talk." in page and 'href="/how-matching-works"' in page
