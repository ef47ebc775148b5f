"""Every address that a page offers: what may be read in it, what is sealed, how long it gets, and where it leads."""

import random
import re
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from routes import doors, sealed
from visitor import HERE, Sent, Visitor
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from directory.views.narrowing import known_values

READABLE = {"country", "region", "language", "format", "fee_max", "currency", "sliding", "times", "availability"}
READABLE |= {"accessibility", "consult", "sort", "page"}
FINGERPRINT = "v"
LONGEST_TOKEN = 3600
WHERE_SEALED = "search|matches|shortlist|consult-sheet|questions/[a-z-]+|therapists/[a-z0-9-]+"
TOKEN = re.compile(rf"/(?:{WHERE_SEALED})/([A-Za-z0-9_-]{{100,}})")
SEALED = ("/search/", "/matches/", "/questions/", "/shortlist/", "/consult-sheet/")
OUTSIDE = ("https://", "tel:", "sms:", "mailto:")
WORDS = "My mother never asked how I felt. A Tamil woman, by video, in London, for at most £60, after six"
SILENT = {"noopener", "noreferrer", "nofollow"}
NOBODY_FITS = "No one fits all of your musts"
PERSON = re.compile(r"/therapists/[a-z0-9]{10}-")
SCRIPTS = {"latin": (0x61, 0x7A), "bengali": (0x995, 0x9B9), "han": (0x4E00, 0x9FFF), "cuneiform": (0x12000, 0x12398)}


class Offered(HTMLParser):
    """Every address of a page with the element that offers it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: list[tuple[str, str, dict[str, str]]] = []
        self.ids: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.ids.add(told.get("id", ""))
        self.addresses += [(tag, told[name], told) for name in ("href", "src", "action", "formaction") if name in told]


def look_around(visitor: Visitor) -> list[Sent]:
    """A search narrowed and widened, a person, a topic, something to read."""
    visitor.go("/").press("Show me people", text=WORDS)
    visitor.go("/").press("Show me people", text="I freeze when my boss gives me feedback")
    visitor.press("Show these people", format=["video"])
    visitor.press("remove=format:video").go("?page=2")
    people = [href for _, href in visitor.page.links if PERSON.match(href)]
    for address in (*people[:1], "/therapists", "/concerns/grief", "/approaches/emdr", "/communities/south-asian"):
        visitor.go(address)
    visitor.go("/therapists").press("Show these people", format=["video", "phone"], country=["GB"], sliding=["yes"])
    visitor.press("Show these people", currency="GBP", sort="fee").follow("Show the next people")
    visitor.press("Show these people", concern=["grief"], gender=["woman"]).refresh()
    visitor.go("/therapists").press("Save :").press("Save :").follow("Your list: 2 people")
    visitor.press("Compare side by side").follow("Back to your list").follow("A sheet for your first calls")
    visitor.follow("Back to your list").press("Look for more people").follow("Show the next people")
    people = [href for _, href in visitor.page.links if PERSON.match(href)]
    visitor.go(people[0]).press("Save :").follow("Your list: 3 people")
    for address in ("/learn", "/learn/first-consult", "/help-now", "/help-now?country=IN", "/privacy", "/about"):
        visitor.go(address)
    for address in ("/accessibility", "/how-matching-works", "/account/sign-in", "/search/altered"):
        visitor.go(address)
    return visitor.sent


def answer_questions(visitor: Visitor) -> list[Sent]:
    """The questionnaire with the first choice on every page, its matches, and what can be pressed there."""
    visitor.go("/questions").follow("Begin")
    while "/check/" not in visitor.path:
        ticks = {c.name: c.value for c in reversed(visitor.page.controls) if c.kind in {"radio", "checkbox"}}
        ticks |= {"w_place_country": "GB", "w_place_town": "Leicester"} if "/where/" in visitor.path else {}
        ticks |= {"f_fee_amount": "70", "f_fee_currency": "GBP"} if "/money/" in visitor.path else {}
        visitor.press("Continue", **{n: v for n, v in ticks.items() if "danger" not in v and n != "r0_home"})
    visitor.follow("Show me people")
    matches = visitor.url
    for control in [c for c in visitor.page.controls if c.name in {"relax", "offer"}]:
        visitor.go(matches).press(f"{control.name}={control.value}")
    visitor.go(matches).press("Make a sheet to print or save").press("A first message")
    visitor.press("Use my words below").follow("Back to the sheet").press("Put a time in your calendar")
    visitor.follow("Back to the sheet").press("A first message").follow("How to reach")
    visitor.go("/questions").follow("Show me people now").follow("Show the next people")
    return visitor.sent


@pytest.fixture(scope="module")
def walked(reading_app) -> list[Sent]:
    """Everything that was asked for and answered on these journeys."""
    sent = look_around(Visitor(reading_app.test_client())) + answer_questions(Visitor(reading_app.test_client()))
    assert len(sent) > 80 and sum(s.response.status_code == 200 for s in sent) > 50
    return sent


def offered(walked: list[Sent]) -> list[tuple[Sent, str, str, dict[str, str]]]:
    """Every address in a page, and every Location, of the journeys: (answer, element, address, attributes)."""
    found = []
    for sent in walked:
        found += [
            (sent, tag, urljoin(sent.url, address), told)
            for tag, address, told in Offered(sent.response.get_data(as_text=True)).addresses
        ]
        if "Location" in sent.response.headers:
            found.append((sent, "Location", urljoin(sent.url, sent.response.headers["Location"]), {}))
    return found


def test_nothing_can_be_read_in_an_address_but_what_may_be(walked):
    for sent, tag, address, told in offered(walked):
        if not address.startswith(HERE):
            continue
        keys = {key for key, _ in parse_qsl(urlsplit(address).query, keep_blank_values=True)}
        here = {FINGERPRINT} if address.startswith(f"{HERE}/static/") else READABLE
        here = here | ({"next"} if "/account/" in address or "/my/" in address else set())
        assert keys <= here, (sent.url, tag, address, told)


def test_no_private_value_stands_in_an_address(walked, reading_app):
    with reading_app.app_context():
        known = known_values(reading_app.extensions["holdspace"])
    private = {value for group, values in known.items() if group not in READABLE for value in values}
    private -= {value for group in READABLE for value in known.get(group, ())}
    for sent, tag, address, _ in offered(walked):
        for key, value in parse_qsl(urlsplit(address).query):
            assert value not in private, (sent.url, tag, key, value)
    asked = [
        sent for sent in walked if sent.method == "POST" and private & {v for vs in sent.data.values() for v in vs}
    ]
    assert len(asked) > 5


def test_a_topic_stands_in_a_path_only_as_a_link_to_its_own_public_page(walked):
    for sent in walked:
        if "Location" in sent.response.headers:
            assert not re.search(r"/(concerns|approaches|communities)/", sent.response.headers["Location"]), sent.url


def test_a_form_that_asks_anything_is_posted(walked):
    for sent, tag, address, told in offered(walked):
        if tag == "form":
            assert told.get("method", "get") == "post" or address.split("?")[0] == f"{HERE}/help-now", (
                sent.url,
                address,
            )
            assert address.startswith(HERE)


def test_every_own_address_leads_to_a_route(walked, reading_app):
    adapter = reading_app.url_map.bind("localhost")
    leads = {urlsplit(address).path for _, _, address, _ in offered(walked) if address.startswith(HERE)}
    assert len(leads) > 60
    for path in leads:
        try:
            adapter.match(path)
        except RequestRedirect as moved:
            pytest.fail(f"{path} moved to {moved.new_url}")
        except HTTPException as missing:
            assert missing.code == 405, path


def test_every_public_address_and_every_fragment_is_there(walked, client):
    pages: dict[str, Offered] = {}
    for _, tag, address, _ in offered(walked):
        parts = urlsplit(address)
        if not address.startswith(HERE) or parts.path.startswith(SEALED) or tag in {"form", "Location"}:
            continue
        if PERSON.match(parts.path) and parts.path[-1] > "e":
            continue  # people are many, and each is a page of the same kind
        if parts.path not in pages:
            response = client.get(parts.path)
            assert response.status_code in (200, 302), address
            text = response.mimetype == "text/html"
            pages[parts.path] = Offered(response.get_data(as_text=True) if text else "")
        if parts.fragment and not parts.query:
            assert parts.fragment in pages[parts.path].ids, address
    assert len(pages) > 60


def test_an_address_of_another_house_tells_it_nothing(walked):
    away = [(tag, address, told) for _, tag, address, told in offered(walked) if not address.startswith(HERE)]
    assert any(".example/" in address for _, address, _ in away) and any(a.startswith("tel:") for _, a, _ in away)
    for tag, address, told in away:
        assert tag == "a" and address.startswith(OUTSIDE), (tag, address)
        assert not address.startswith("https://") or not parse_qsl(urlsplit(address).query), address
        if ".example/" in address or "data-leave" in told:
            assert SILENT <= set(told.get("rel", "").split()), (address, told)


def test_the_site_of_a_help_line_is_told_nothing_either(client):
    links = Offered(client.get("/help-now").get_data(as_text=True)).addresses
    away = [told for _, address, told in links if address.startswith("https://") and "data-leave" not in told]
    assert away and all(SILENT <= set(told.get("rel", "").split()) for told in away)


def test_a_sealed_address_is_short_enough_and_stands_once(walked):
    tokens = 0
    for sent in walked:
        page = sent.response.get_data(as_text=True)
        for token in TOKEN.findall(page):
            tokens += 1
            assert len(token) <= LONGEST_TOKEN
            moved = sent.response.status_code in (301, 302, 303)
            along = len(re.findall(rf'"/(?:shortlist|therapists/[a-z0-9-]+)/{token}(?:/contacts)?"', page))
            assert page.count(token) in (1, along) or moved or NOBODY_FITS in page, sent.url
        own = TOKEN.search(sent.url)
        assert own is None or own.group(1) not in page or sent.response.status_code == 303, sent.url
    assert tokens > 60


def test_chips_facets_and_pages_of_a_sealed_answer_are_relative(walked):
    seen = 0
    for sent in walked:
        path = urlsplit(sent.url).path
        if TOKEN.search(path) and sent.response.status_code == 200 and path.startswith(("/search/", "/matches/")):
            assert f'"/{path.split("/")[1]}/' not in sent.response.get_data(as_text=True), sent.url
            seen += 1
    assert seen > 8


@pytest.mark.parametrize("text", ["by video", "online in the UK", "under £50", "wheelchair access", "grief"])
def test_whatever_is_understood_of_typed_words_is_sealed(client, text):
    assert client.post("/search", data={"text": text}).headers["Location"].startswith("/search/")


def test_a_sealed_address_stands_once_where_nobody_fits(client, reading_app):
    answers = {"y_language": {"of": ["my"], "how": "must"}, "y_gender": {"of": ["trans"], "how": "must"}}
    page = client.get(f"/matches/{sealed(reading_app, 'matches', a=answers)}").get_data(as_text=True)
    assert NOBODY_FITS in page
    assert all(page.count(token) == 1 for token in TOKEN.findall(page))


def test_every_sealed_address_opens(walked, client):
    for _, tag, address, _ in offered(walked):
        if TOKEN.search(address) and tag in {"a", "Location"}:
            assert client.get(address.removeprefix(HERE)).status_code == 200, address


def test_two_people_who_say_the_same_get_different_addresses_of_one_length(client):
    one, two = (client.post("/search", data={"text": WORDS}).headers["Location"] for _ in range(2))
    assert one != two and len(one) == len(two)
    short = client.post("/search", data={"text": "grief"}).headers["Location"]
    other = client.post("/search", data={"text": "shame"}).headers["Location"]
    assert len(short) == len(other)


@pytest.mark.parametrize("script", SCRIPTS)
def test_the_longest_search_fits_in_any_script(client, script):
    draw = random.Random(script)
    words = " ".join("".join(chr(draw.randint(*SCRIPTS[script])) for _ in range(64)) for _ in range(60))
    found = client.post("/search", data={"text": words})
    token = found.headers["Location"].removeprefix("/search/")
    assert len(token) <= LONGEST_TOKEN
    page = client.get(found.headers["Location"]).get_data(as_text=True)
    assert words[:20] in page


def test_every_filter_at_once_fits_and_is_kept(client, reading_app):
    with reading_app.app_context():
        known = known_values(reading_app.extensions["holdspace"])
    told = client.post("/therapists", data=known)
    assert told.status_code == 303 and len(told.headers["Location"]) < LONGEST_TOKEN + 20
    readable = {group: values for group, values in known.items() if group in READABLE}
    told = client.post("/therapists", data={**readable, "fee_max": "100000", "currency": "GBP", "sort": "confirmed"})
    assert told.headers["Location"].startswith("/therapists?") and len(told.headers["Location"]) < LONGEST_TOKEN


def test_the_longest_answers_fit(client, reading_app):
    house = reading_app.extensions["holdspace"]
    visitor = Visitor(client).go("/questions").follow("Begin")
    while "/check/" not in visitor.path:
        page = house.questionnaire.get(visitor.path.split("/")[2])
        told: dict[str, list[str]] = {}
        for question in page.question:
            offered_here = [c.value for c in visitor.page.controls if c.name == question.id and c.value != "unsure"]
            single = {option.id for option in question.options if option.exclusive}
            longest = sorted(set(offered_here) - single, key=len, reverse=True)[: question.max]
            told |= {question.id: longest} if longest else {}
        told |= {"w_place_country": ["US"], "w_place_region": ["US-CA"]} if page.id == "where" else {}
        told |= {"w_place_town": ["🏔️𒀀𒁀𒂀𒃀" * 10]} if page.id == "where" else {}
        told |= {"f_fee_amount": ["12345678"], "f_fee_currency": ["USD"]} if page.id == "money" else {}
        told |= (
            {"m1_words": [" ".join(t.label for t in house.vocabulary.terms("concerns"))[:4000]]}
            if page.id == "brings"
            else {}
        )
        visitor.press("Continue", **told)
        assert visitor.response.status_code == 200, (page.id, visitor.text)
    lengths = [len(token) for sent in visitor.sent for token in TOKEN.findall(sent.url)]
    assert max(lengths) <= LONGEST_TOKEN and max(lengths) > min(lengths)
    assert visitor.follow("Show me people").response.status_code == 200


def test_the_readable_addresses_are_those_that_the_design_lists(reading_app):
    taken = {name for door in doors(reading_app) for name in re.findall(r"<(?:\w+:)?(\w+)>", door.rule)}
    assert taken <= {"sealed", "slug", "key", "step", "section", "filename", "place"}


def test_a_token_in_a_query_or_a_fragment_is_no_link(client, reading_app):
    token = sealed(reading_app, "search", words=[], text="grief")
    assert client.get(f"/search/?sealed={token}").status_code == 404
    assert "grief" not in client.get(f"/therapists?sealed={token}&text=grief").get_data(as_text=True).split("<main")[0]
