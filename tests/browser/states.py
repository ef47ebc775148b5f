"""Every page of the house in every state it has, and how to get there. Nothing here looks at what comes back.

Told once, for the browser, the validator, the languages and the readability.
"""

import re
import time
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin

from flask import Flask, abort, current_app, request
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from directory import demo, errors, protection
from directory.mail import MailHost
from directory.views import contacting
from tests.browser import people

ROOT = Path(__file__).parent.parent.parent
QUESTIONS = tomllib.loads((ROOT / "seeds" / "questionnaire.toml").read_text("utf-8"))["page"]
LESSONS = sorted(file.stem for file in (ROOT / "seeds" / "learn").glob("*.toml"))
RAISED = (400, 403, 422, 429, 500, 503)
TOO_LONG = "a" * 4001
FAR_TOO_LONG = "a" * 70_000
WRITE = f"/therapists/{people.KEEPER}-meera-vanterpool/write"
Way = Callable[[FlaskClient], str]
Said = Mapping[str, Mapping[str, object]]

CHOICES = {
    "m1_concerns": "childhood-trauma",
    "y_language": "en",
    "y_gender": "woman",
    "y_affirming": "lgbtqia",
    "c_community": "south-asian",
}
CHOICES |= {
    "c_themes": "family-first",
    "c_faith": "hindu",
    "f_insurance": "bupa",
    "f_access": "step-free",
    "t_times": "weekend",
}


@dataclass(frozen=True)
class State:
    """One page in one state: an address, or a page whose own form is filled in (``fills``) and sent.

    The form is the first that is posted to an address with ``to`` in it. ``who`` is an account, or "" for a seeker;
    ``without_index``: the index can't be read while the page is made.
    """

    name: str
    way: str | Way
    status: int = 200
    fills: Mapping[str, str | list[str]] = field(default_factory=dict)
    who: str = ""
    without_index: bool = False
    to: str = ""

    def address(self, client: FlaskClient) -> str:
        """Where this state, or the page with its form, is found."""
        return self.way if isinstance(self.way, str) else self.way(client)


class MainForm(HTMLParser):
    """The first form from <main> on that is posted to ``to``: where it goes, and every field as it stands."""

    def __init__(self, html: str, to: str) -> None:
        super().__init__()
        self.action, self.fields, self._form, self._name, self._to = "", MultiDict(), 0, "", to
        self.feed(html.split("<main", 1)[-1])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form += told.get("method") == "post" and self._to in told.get("action", "")
            self.action = told.get("action", "") if self._form == 1 else self.action
        elif self._form == 1:
            self._field(tag, told)

    def _field(self, tag: str, told: dict[str, str]) -> None:
        if tag == "input" and (told.get("type") not in {"checkbox", "radio"} or "checked" in told):
            self.fields.add(told["name"], told.get("value", ""))
        elif tag in {"textarea", "select"}:
            self._name = told["name"]
        elif tag == "option" and (self._name not in self.fields or "selected" in told):
            self.fields[self._name] = told["value"]

    def handle_data(self, data: str) -> None:
        if self._name and self.lasttag == "textarea" and self._name not in self.fields:
            self.fields[self._name] = data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._form == 1:
            self._form += 1


def fetched(client: FlaskClient, state: State) -> TestResponse:
    """The state as a client without a browser gets it."""
    address = state.address(client)
    response = client.get(address, follow_redirects=True)
    if not state.fills:
        return response
    form = MainForm(response.get_data(as_text=True), state.to)
    for name, value in state.fills.items():
        form.fields.setlist(name, value if isinstance(value, list) else [value])
    return client.post(urljoin(address, form.action), data=form.fields, follow_redirects=True)


def asked(**said: object) -> Way:
    """The result page of a question that is posted."""
    return lambda client: client.post("/search", data=said).headers["Location"]


def asked_exactly(text: str) -> Way:
    """The page of the same words searched as they stand."""
    return lambda client: client.post(asked(text=text)(client), data={"exact": "yes"}).headers["Location"]


def asked_page(number: int, **said: object) -> Way:
    """A later page of the same."""
    return lambda client: f"{asked(**said)(client)}?page={number}"


def _begin(client: FlaskClient) -> str:
    page = client.get("/questions").get_data(as_text=True)
    return re.search(r'href="(/questions/[^"]+)"', page).group(1).rsplit("/", 1)[1]


def _token(client: FlaskClient, said: Said) -> str:
    """A step's token that holds these answers (page -> its form)."""
    token = _begin(client)
    for page, form in said.items():
        token = client.post(f"/questions/{page}/{token}", data=form).headers["Location"].rsplit("/", 1)[1]
    return token


def question(page: str, **said: Mapping[str, object]) -> Way:
    """A page of the questionnaire after these answers."""
    return lambda client: f"/questions/{page}/{_token(client, said)}"


def matched(query: str = "", offer: str = "", **said: Mapping[str, object]) -> Way:
    """The matches for these answers, perhaps with an offer taken."""

    def way(client: FlaskClient) -> str:
        last = f"/questions/device-advice/{_token(client, said)}"
        address = client.post(last, data={"people": "now"}).headers["Location"]
        if offer:
            address = client.post(address, data={"offer": offer}).headers["Location"]
        return address + query

    return way


def sealed(purpose: str, where: str, payload: Mapping[str, object], age_s: int = 0) -> Way:
    """A link that this house sealed some time ago."""

    def way(client: FlaskClient) -> str:
        sealer = client.application.extensions["holdspace"].sealer
        return where + sealer.seal(purpose, payload, now=int(time.time()) - age_s)

    return way


def savable(client: FlaskClient, address: str) -> list[str]:
    """The ids of the people of a page who can be saved there."""
    return re.findall(r'name="save" value="([a-z0-9]{10})"', client.get(address).get_data(as_text=True))


def saving_there(address: str, how_many: int = 2) -> Way:
    """The page of people that comes back after these many of it are saved, one after the other."""

    def way(client: FlaskClient) -> str:
        here = address
        for one in savable(client, address)[:how_many]:
            here = client.post(here, data={"save": one}).headers["Location"]
        return here

    return way


def listed(how_many: int, *others: str, compare: int = 0, of: str = "/therapists", then: str = "") -> Way:
    """A list of these people, as many as that, the first ones perhaps side by side; ``then`` is said after its link."""

    def way(client: FlaskClient) -> str:
        pages = (
            savable(client, f"{of}{'&' if '?' in of else '?'}page={page}") for page in range(1, how_many // 10 + 2)
        )
        ids = [*others, *dict.fromkeys(one for page in pages for one in page)][:how_many]
        held = {"ids": ids, "compare": ids[:compare]} if compare else {"ids": ids}
        return sealed("shortlist", "/shortlist/", held)(client) + then

    return way


def _form_of(page: Mapping[str, object]) -> dict[str, object]:
    """A page of the questionnaire with something chosen everywhere."""
    form: dict[str, object] = {}
    for asks in page.get("question", ()):
        name, kind = asks["id"], asks["kind"]
        if kind == "place":
            form |= {f"{name}_country": "GB", f"{name}_region": "GB-WLS", f"{name}_town": "Cardiff"}
        elif kind == "money":
            form |= {f"{name}_amount": "65", f"{name}_currency": "GBP", f"{name}_strength": "nice"}
        elif kind == "text":
            form[name] = "I freeze when my mother shouts, and I can't sleep"
        else:
            form[name] = asks["options"][0]["id"] if "options" in asks else CHOICES[name]
    return form


EVERYTHING: Said = {page["id"]: _form_of(page) for page in QUESTIONS if page["id"] != "now"}
STEADY = {"settling": {"s1_settle": "numb"}}
GENTLY = {"people": {"p1_people": "not-yet", "p2_space": "not-yet"}}
DANGER = {"now": {"r0_now": "danger"}}
IN_GB = {"where": {"w_place_country": "GB", "w_format": "video", "w_age": "adult"}}
HINDI = {"who": {"y_language": "hi", "y_language_strength": "must"}}
NOBODY = {
    **IN_GB,
    "who": {"y_language": "my", "y_language_strength": "must", "y_gender": "trans", "y_gender_strength": "must"},
}

SEARCHING = (
    State("home", "/"),
    State("home, text too long", "/", 422, {"text": TOO_LONG}),
    State("home, body refused unread", "/", 413, {"text": FAR_TOO_LONG}),
    State("everyone", "/therapists"),
    State("everyone, third page", "/therapists?page=3"),
    State("everyone, past the end", "/therapists?page=400"),
    State("everyone, narrowed", "/therapists?country=GB&format=video&fee_max=70&currency=GBP&sort=fee"),
    State("everyone, regions", "/therapists?country=US&region=US-CA"),
    State("everyone, unknown filters", "/therapists?country=ZZ&format=nonsense&fee_max=x"),
    State("everyone, nobody fits", "/therapists?country=GB&format=workshop&language=my&times=weekend"),
    State("everyone, long names", f"/therapists?language={people.LONG_LANGUAGE}"),
    State("everyone, without an index", "/therapists", without_index=True),
    State(
        "found, with chips",
        asked(text="I freeze when my boss shouts and I feel like a child. Someone Tamil in London, by video"),
    ),
    State("found, second page", asked_page(2, concern="childhood-trauma")),
    State("found, by words alone", asked(text="zither marmalade orchestra")),
    State("found, did you mean", asked(text="truama and angsiety")),
    State(
        "found, names not known",
        lambda client: client.post(
            "/therapists", data={"add_language": "Zblorvish", "add_concern": "abuse", "format": "video"}
        ).headers["Location"],
    ),
    State("found, danger first", asked(text="I want to kill myself tonight")),
    State("found, a quiet line", asked(text="I hurt myself sometimes and I feel so alone")),
    State("found, nobody fits", asked(concern="phobias", gender="trans", community="tamil", approach="emdr")),
    State("found, near a town", asked(text="grief, within 10 miles of Leeds")),
    State("found, one of several towns", asked(text="grief, near Newport")),
    State("found, the largest of several towns", asked(text="in person in London")),
    State("found, two towns", asked(text="grief, in Leeds or Bradford")),
    State("found, a postcode we don't know", asked(text="grief, near LS6")),
    State("found, nobody near", asked(text="emdr in person within 5 miles of Inverness")),
    State("found, near a town, nearest first", asked(near="Leeds", within="50", sort="distance")),
    State("found, near a town, without an index", asked(near="Leeds", within="25"), without_index=True),
    State("found, a name", asked(text="dr meera")),
    State("found, words kept", asked(text='tabla "empty chair" letters')),
    State("found, exact words", asked_exactly("I freeze when my boss shouts. Someone Tamil in London, by video")),
    State("found, what is not wanted", asked(text="grief, no men")),
    State("found, nobody fits by name, words and fee", asked(text="dr quokka, tabla, under £20, a Burmese woman")),
    State("everyone, a group shown whole", "/therapists?open=language"),
    State(
        "found, everything chosen",
        asked(
            concern=["burnout", "grief"],
            approach="inner-child-work",
            country="GB",
            gender=["woman", "man"],
            theme="family-first",
        ),
    ),
    State("found, without an index", asked(concern="burnout"), without_index=True),
    State("a person", f"/therapists/{people.KEEPER}-x"),
    State("a person, long words", lambda client: _first_person(client, f"/therapists?language={people.LONG_LANGUAGE}")),
    State("a person who says little", f"/therapists/{people.SPARSE}-x"),
    State("a concern", "/concerns/childhood-trauma"),
    State("a concern, second page", "/concerns/burnout?page=2"),
    State("a concern with a help line", "/concerns/self-harm"),
    State("an approach", "/approaches/inner-child-work"),
    State("a community", "/communities/south-asian"),
    State("a topic without people", lambda client: _empty_topic(client)),
)
SAVING = (
    State("everyone, some saved", saving_there("/therapists?country=GB&page=2")),
    State("a concern, someone saved", saving_there("/concerns/grief", 1)),
    State("matches, someone saved", lambda client: saving_there(matched()(client), 1)(client)),
    State("found, list full", lambda client: _beside_a_full_list(client)),
    State("a person, saved", saving_there(f"/therapists/{people.KEEPER}-x", 1)),
    State("list, nobody", "/shortlist"),
    State("list, one person", listed(1)),
    State("list, some people", listed(4, people.KEEPER, people.SPARSE)),
    State("list, long names", listed(3, of=f"/therapists?language={people.LONG_LANGUAGE}")),
    State("list, full", listed(20)),
    State("list, someone gone", listed(3, "aaaaaaaaaa")),
    State("list, everybody gone", listed(1, "aaaaaaaaaa")),
    State("list, side by side", listed(4, people.KEEPER, people.SPARSE, compare=3)),
    State("list, side by side, long names", listed(5, of=f"/therapists?language={people.LONG_LANGUAGE}", compare=5)),
    State("list, more side by side than fit", listed(8, compare=8)),
    State("list, side by side, all gone", listed(1, "aaaaaaaaaa", compare=1)),
    State("list, sheet for calls", listed(3, people.KEEPER, people.SPARSE, then="/contacts")),
    State("list, sheet, long names", listed(3, of=f"/therapists?language={people.LONG_LANGUAGE}", then="/contacts")),
    State("list, expired", sealed("shortlist", "/shortlist/", {"ids": []}, age_s=31 * 86_400), 410),
)
WRITTEN = {"reach": "sam@example.org", "message": "I freeze when my boss talks to me. Is there a place on Thursdays?"}
ALARMING = {**WRITTEN, "message": "I want to kill myself tonight"}
WRITING = (
    State("message, form", WRITE),
    State("message, nothing written", WRITE, 422, {"reach": "", "message": ""}),
    State("message, wrong", WRITE, 422, {"reach": "sam@", "message": TOO_LONG, "fax": "1", "opened": ""}),
    State("message, danger and no address", WRITE, 422, {**ALARMING, "reach": ""}),
    State("message, sent", "/written/sent", fills=WRITTEN),
    State("message, sent with a quiet line", "/written/sent", fills={**WRITTEN, "message": "I hurt myself sometimes"}),
    State("message, sent and danger", "/written/sent", fills=ALARMING),
    State("message, mail host away", "/written/away", 503, WRITTEN),
    State("search, too often", "/paused", 429),
)
READING = (
    State("read", "/learn"),
    *(State(f"read, {slug}", f"/learn/{slug}") for slug in LESSONS),
    State("how matching works", "/how-matching-works"),
    State("privacy", "/privacy"),
    State("about", "/about"),
    State("accessibility", "/accessibility"),
    State("help now", "/help-now"),
    State("help now, one country", "/help-now?country=IN"),
    State("help now, a country without lines", "/help-now?country=PK"),
    State("help now, unknown country", "/help-now?country=ZZ"),
)
ASKING = (
    State("questions", "/questions"),
    *(State(f"question, {page['id']}", question(page["id"])) for page in QUESTIONS),
    *(
        State(f"question answered, {page['id']}", question(page["id"], **EVERYTHING))
        for page in QUESTIONS
        if page.get("question")
    ),
    State(
        "question, topics understood",
        question("understood", brings={"m1_words": "I drink too much and I cry at night"}),
    ),
    State("question, text too long", question("brings"), 422, {"m1_words": TOO_LONG}),
    State(
        "question, too many chosen", question("wishes"), 422, {"m3_wish": ["understand", "kinder", "blame", "specific"]}
    ),
    State("question, danger first", question("brings", **DANGER)),
    State("question, a quiet line", question("brings", now={"r0_now": "hard"})),
    State("check, everything answered", question("check", **EVERYTHING)),
    State("check, nothing answered", question("check")),
    State("matches, look around", matched()),
    State("matches, begin with steadying", matched(**STEADY)),
    State("matches, go gently", matched(**GENTLY)),
    State("matches, danger first", matched(**DANGER, **IN_GB)),
    State("matches, device not private", matched(device={"r0_home": "no"})),
    State("matches, an offer taken", matched(offer="steadying", **STEADY)),
    State("matches, everything answered", matched(**EVERYTHING)),
    State("matches, with musts", matched(**IN_GB, **HINDI)),
    State("matches, long names", matched(who={"y_language": people.LONG_LANGUAGE, "y_language_strength": "must"})),
    State("matches, nobody fits", matched(**NOBODY)),
    State("matches, second page", matched(query="?page=2")),
    State("matches, past the end", matched(query="?page=400")),
    State("matches, answers of an older house", sealed("matches", "/matches/", {"a": {"z9_gone": "yes"}})),
)
TAKING = (
    State("sheet, answers and people", lambda client: _sheet(client, 3, **EVERYTHING)),
    State("sheet, nothing answered", sealed("consult-sheet", "/consult-sheet/", {"a": {}, "ids": []})),
    State("sheet, long names", lambda client: _sheet(client, 3, of=f"/therapists?language={people.LONG_LANGUAGE}")),
    State("sheet, someone gone", sealed("consult-sheet", "/consult-sheet/", {"a": {}, "ids": ["aaaaaaaaaa"]})),
    State("first message", lambda client: _sheet(client, 1, **EVERYTHING) + "/message/1"),
    State("first message, to nobody yet", lambda client: _sheet(client, 0) + "/message/0"),
    State(
        "first message, changed",
        lambda client: _sheet(client, 0) + "/message/0",
        fills={"message": "Hello, could we talk?\n\nThank you."},
    ),
    State(
        "first message, too long", lambda client: _sheet(client, 0) + "/message/0", 422, fills={"message": "a " * 800}
    ),
    State("time for the calendar", lambda client: _sheet(client, 1) + "/time"),
    State(
        "time, nothing right",
        lambda client: _sheet(client, 0) + "/time",
        422,
        fills={"day": "soon", "time": "noon", "title": "a " * 40},
    ),
    State("sheet, expired", sealed("consult-sheet", "/consult-sheet/", {"a": {}}, age_s=5 * 3600), 410),
)
FAILING = (
    State("no page here", "/nothing-here", 404),
    State("no such person", "/therapists/aaaaaaaaaa-nobody", 404),
    State("not that way", "/search", 405),
    State("link expired", sealed("search", "/search/", {"f": {}}, age_s=100_000), 410),
    State("answers forgotten", sealed("step", "/questions/now/", {"a": {}}, age_s=100_000), 410),
    State("link altered", "/matches/altered", 410),
    *(State(f"raised, {status}", f"/raised/{status}", status) for status in RAISED),
    State("a form from elsewhere", "/raised/1", 403),
)
KEEPING = (
    State("sign in", "/account/sign-in"),
    State(
        "sign in, wrong password", "/account/sign-in", fills={"email": demo.EMAIL, "password": "not this one at all"}
    ),
    State("sign in, nothing written", "/account/sign-in", fills={"email": "", "password": ""}),
    State("sign out, asked again", "/my/listing", fills={"csrf_token": ""}, who="fresh", to="sign-out"),
    State("desk, due", "/my/listing", who="due"),
    State("desk, fresh", "/my/listing", who="fresh"),
    State("desk, hidden by its age", "/my/listing", who="hidden"),
    State("desk, paused", "/my/listing", who="paused"),
    State("desk, saved", "/my/listing?saved=fee", who="due"),
    State("desk of someone without a listing", "/my/listing", 403, who="nobody"),
    *(State(f"my {part}", f"/my/listing/{part}", who="due") for part in ("fee", "availability", "about")),
    State(
        "my fee, out of range", "/my/listing/fee", 422, {"full_from": "900000000", "session_minutes": "3"}, who="due"
    ),
    State(
        "my fee, not numbers",
        "/my/listing/fee",
        422,
        {"currency": "", "full_from": "lots", "session_minutes": "x"},
        who="due",
    ),
    State(
        "my openings, wrong",
        "/my/listing/availability",
        422,
        {"availability": "nope", "availability_note": "b" * 200, "back_on": "soon"},
        who="due",
    ),
    State("my about, wrong", "/my/listing/about", 422, {"headline": "", "bio_working": "c" * 2400}, who="due"),
    State("my fee, changed in another tab", "/my/listing/fee", 409, {"version": "0"}, who="due"),
)
STATES = (*SEARCHING, *SAVING, *WRITING, *READING, *ASKING, *TAKING, *FAILING, *KEEPING)


def _sheet(client: FlaskClient, how_many: int, of: str = "/therapists?country=GB", **said: Mapping[str, object]) -> str:
    """A sheet for these answers and the first people of a page."""
    if not how_many:
        return sealed("consult-sheet", "/consult-sheet/", {"a": {}, "ids": []})(client)
    who = savable(client, of)[:how_many]
    return client.post(matched(**said)(client), data={"sheet": "yes", "who": who}).headers["Location"]


def _first_person(client: FlaskClient, listing: str) -> str:
    return re.search(r'class="entry-name"><a href="([^"]+)"', client.get(listing).get_data(as_text=True)).group(1)


def _beside_a_full_list(client: FlaskClient) -> str:
    """Everyone, beside a list that holds as many as it can."""
    return client.post(listed(20)(client), data={"more": "yes"}).headers["Location"] + "?page=3"


def _empty_topic(client: FlaskClient) -> str:
    """A community page that has nobody just now; where every page has somebody, a page past the end of one."""
    words = client.application.extensions["holdspace"].vocabulary
    pages = (f"/communities/{term.slug}" for term in words.terms("communities"))
    return next(
        (page for page in pages if 'class="entry"' not in client.get(page).get_data(as_text=True)),
        "/concerns/grief?page=90",
    )


def add_failing_pages(app: Flask) -> None:
    """An address for every failure that no ordinary address leads to; must be added before the first request."""

    def raised(status: int) -> str:
        if status == 1:
            raise errors.ForeignPost
        if status == 500:
            raise RuntimeError("on purpose")
        abort(status)

    app.add_url_rule("/raised/<int:status>", "raised", raised)
    app.add_url_rule("/written/<how>", "written", _written, methods=["GET", "POST"])
    app.add_url_rule("/paused", "paused", lambda: protection.too_often(60, [("text", "I freeze."), ("sort", "fee")]))


def _written(how: str) -> str | tuple[str, int]:
    """The form to write in, opened a minute ago; for one way, the mail host is away when it is sent."""
    box, key = current_app.extensions["holdspace.postbox"], f"{people.KEEPER}-meera-vanterpool"
    if how == "away":
        current_app.extensions["holdspace.postbox"] = MailHost("directory@holdspace.example", "127.0.0.1", 1, tls=False)
    try:
        if request.method == "POST":
            return contacting.send(key)
        old = sealed("letter", "", {"to": people.KEEPER, "at": int(time.time()) - 60})(current_app.test_client())
        return re.sub('(name="opened" type="hidden" value=")[^"]*', rf"\g<1>{old}", contacting.write(key)[0])
    finally:
        current_app.extensions["holdspace.postbox"] = box
