"""Near a town: what is typed, what travels, which people are shown and how far away they are said to be."""

import re

import pytest
from visitor import Visitor

from directory.views import finding
from directory.views.asking import Asked, from_token
from directory.views.placing import distance_line
from directory.views.understanding import understood
from search_index.errors import IndexUnavailable


def chips_of(page: str) -> list[str]:
    return re.findall(r'class="chip"[^>]*>([^<]+)', page)


def page_of(client, **said: object) -> str:
    """The page that comes back when a form says this."""
    return client.post("/search", data=said, follow_redirects=True).get_data(as_text=True)


def total_of(page: str) -> int:
    return int(re.search(r"<h1>(\d+) p", page)[1])


def away_of(page: str) -> list[str]:
    return re.findall(r"(?:About [^<]* away|Less than [^<]* away)", page)


# What travels


def test_the_town_and_the_distance_travel_sealed_and_nothing_finer_than_them(client, reading_app):
    link = client.post("/therapists", data={"near": "Leeds", "within": "10", "format": "video"}).location
    assert re.fullmatch(r"/search/[A-Za-z0-9_-]+", link)
    with reading_app.test_request_context("/"):
        asked = from_token(link.rsplit("/", 1)[1])
        held = reading_app.extensions["holdspace"].sealer.open("search", link.rsplit("/", 1)[1], now=0)
    assert (asked.near, asked.within) == ("Leeds", 10)
    assert "53." not in str(held) and "-1." not in str(held)


def test_a_place_in_an_address_is_not_read(client):
    everybody = client.get("/therapists").get_data(as_text=True)
    asked = client.get("/therapists?near=Leeds&within=5&near_is=Leeds").get_data(as_text=True)
    assert asked[asked.index("<main") :] == everybody[everybody.index("<main") :]


def test_the_field_keeps_what_was_typed_and_the_list_its_radius(client):
    page = page_of(client, near="Leeds", within="100", format="in-person")
    assert 'name="near" value="Leeds"' in page and '<option value="100" selected>100 miles</option>' in page
    assert "Within 100 miles of Leeds" in chips_of(page)


def test_emptying_the_field_forgets_the_place(client):
    sealed = client.post("/search", data={"near": "Leeds", "within": "5"}).location
    again = client.post(sealed, data={"near": "", "within": "5"}).location
    assert again == "/therapists"


# What is read


@pytest.mark.parametrize(
    ("text", "chip"),
    [
        ("grief, near Leeds", "Within 25 miles of Leeds"),
        ("grief, within 10 miles of leeds", "Within 10 miles of Leeds"),
        ("grief, within 16 km of Leeds", "Within 10 miles of Leeds"),
        ("grief, near Toronto", "Within 25 km of Toronto"),
        ("grief, within 10 miles of Toronto", "Within 16 km of Toronto"),
        ("grief near 94103", "Within 25 miles of 94103"),
        ("in person in Kansas City, Missouri", "Within 25 miles of Kansas City, Missouri"),
        ("grief, Newport, Wales", "Within 25 miles of Newport, Wales"),
    ],
)
def test_a_town_in_the_box_is_a_distance_in_the_measure_of_its_country(client, text, chip):
    assert chips_of(page_of(client, text=text))[0] == chip


def test_of_several_towns_none_is_taken_and_each_is_one_press_away(client):
    sealed = client.post("/search", data={"text": "grief, near Newport"}).location
    page = client.get(sealed).get_data(as_text=True)
    choices = re.findall(r'name="near_is" value="([^"]+)"', page)
    assert choices == ["Newport, Wales", "Newport, England", "Newport, Rhode Island", "Newport, Kentucky"]
    assert chips_of(page) == ["Grief and loss"] and "more than one “Newport”" in page
    pressed = client.post(sealed, data={"concern": "grief", "near": "Newport", "near_is": "Newport, England"})
    chosen = client.get(pressed.location).get_data(as_text=True)
    assert "Within 25 miles of Newport, England" in chips_of(chosen) and "near_is" not in chosen


def test_a_far_larger_town_is_taken_and_said_and_the_others_stay_one_press_away(client):
    page = page_of(client, text="someone in London")
    assert "We read this as London, England." in page and re.findall(r'"near_is" value="([^"]+)"', page) == [
        "London, Ontario"
    ]


def test_of_two_places_the_first_is_read_and_the_second_is_one_press_away(client):
    sealed = client.post("/search", data={"text": "someone in Bath or Bristol"}).location
    page = client.get(sealed).get_data(as_text=True)
    assert chips_of(page) == ["Within 25 miles of Bath"] and "You also wrote “Bristol”." in page
    data = {"near": "Bath", "within": "25", "near_is": "Bristol"}
    other = client.get(client.post(sealed, data=data).location).get_data(as_text=True)
    assert "You also wrote" not in other and '"near_is" value="Bristol, England"' in other


def test_a_country_beside_a_name_tells_which_town(client):
    page = page_of(client, near="Birmingham", within="25", country="US")
    assert re.findall(r'"near_is" value="([^"]+)"', page) == ["Birmingham, Alabama", "Birmingham, Michigan"]
    assert "United States" in chips_of(page)


@pytest.mark.parametrize(
    ("near", "said"),
    [
        ("LS6", "We don’t know the postcode “LS6”. Type the nearest town instead."),
        ("2000", "We don’t know the postcode “2000”. Type the nearest town instead."),
        ("Oxenholme", "We don’t know where “Oxenholme” is."),
        ("<b>Leeds</b>", "We don’t know where “&lt;b&gt;Leeds&lt;/b&gt;” is."),
    ],
)
def test_a_place_that_nobody_knows_leaves_nobody_out_and_is_said(client, near, said):
    page, everybody = page_of(client, near=near, within="5"), client.get("/therapists").get_data(as_text=True)
    assert said in page and total_of(page) == total_of(everybody)
    assert f'name="near" value="{said.split("“")[1].split("”")[0]}"' in page


def test_a_region_ticked_later_tells_which_town_was_meant(client):
    sealed = client.post("/search", data={"near": "Newport", "within": "10"}).location
    ticked = client.post(sealed, data={"near": "Newport", "within": "10", "region": "US-RI"}).location
    assert chips_of(client.get(ticked).get_data(as_text=True)) == ["Within 10 miles of Newport, Rhode Island"]


# Who is shown


def test_a_place_lets_people_ask_for_a_therapists_own_faith_as_a_country_does(reading_app):
    with reading_app.test_request_context("/"):
        assert {"belongs", "faith"} <= set(finding.results(Asked(near="Leeds"))["facets"])
        assert {"belongs", "faith"}.isdisjoint(finding.results(Asked(near="Newport"))["facets"])


def test_the_place_goes_and_the_licence_stays_with_the_number_that_was_promised(client):
    sealed = client.post("/search", data={"text": "emdr in person within 5 miles of Inverness"}).location
    page = client.get(sealed).get_data(as_text=True)
    promised = int(re.search(r'value="near:\*">Without the distance: (\d+)', page)[1])
    data = {"format": "in-person", "approach": "emdr", "near": "Inverness", "within": "5", "remove": "near:*"}
    without = client.get(client.post(sealed, data=data).location).get_data(as_text=True)
    assert total_of(without) == promised > 0
    assert "United Kingdom" in chips_of(without) and "Inverness" not in "".join(chips_of(without))


@pytest.mark.parametrize("near", ["Leeds", "Chicago", "Toronto", "Mumbai", "Sydney, New South Wales"])
def test_every_number_beside_a_place_is_what_pressing_it_finds(reading_app, near):
    asked = Asked(near=near, filters={"format": ("in-person", "video")}, currency="GBP")
    with reading_app.test_request_context("/"):
        page = finding.results(asked)
        assert {"country", "region"}.isdisjoint(page["facets"])
        for facet in page["facets"].values():
            for tick in (*facet.values, *facet.folded):
                alone = Asked(**{**vars(asked), "filters": {**asked.filters, facet.name: (tick.value,)}})
                assert finding.people(alone)["page"].total == tick.count, (facet.name, tick.value)


def test_nearest_first_goes_from_near_to_far_and_says_about_how_far(client):
    sealed = client.post("/search", data={"near": "London", "within": "100", "format": "in-person", "sort": "distance"})
    page = client.get(sealed.location).get_data(as_text=True)
    told = [int(re.search(r"\d+", line)[0]) for line in away_of(page)]
    assert len(told) == min(10, total_of(page)) > 3 and told == sorted(told)
    assert "Nearest room first." in page


def test_nearest_first_without_a_place_is_the_order_of_every_day(reading_app):
    with reading_app.test_request_context("/"):
        assert Asked(sort="distance").query().sort == "closest"
        assert Asked(sort="distance", near="Newport").query().sort == "closest"
        assert Asked(sort="distance", near="Leeds").query().sort == "distance"


@pytest.mark.parametrize(
    ("km", "unit", "line"),
    [
        (0.0, "mi", "Less than 2 miles away"),
        (3.1, "mi", "Less than 2 miles away"),
        (12.9, "mi", "About 8 miles away"),
        (20.4, "mi", "About 15 miles away"),
        (120.0, "mi", "About 70 miles away"),
        (700.0, "mi", "About 450 miles away"),
        (1.9, "km", "Less than 2 km away"),
        (7.6, "km", "About 8 km away"),
    ],
)
def test_a_distance_claims_no_more_than_is_known(reading_app, km, unit, line):
    with reading_app.test_request_context("/"):
        assert distance_line(km, unit) == line


def test_who_meets_nobody_in_a_room_is_never_said_to_be_away(reading_app):
    with reading_app.test_request_context("/"):
        found = finding.people(Asked(near="London", filters={"format": ("video",)}))["entries"]
        for entry in found:
            meets = dict(entry.facts)["Meets"]
            assert any("away" in line for line in meets) <= any(line.startswith("In person") for line in meets)


def test_without_a_place_everybody_is_shown_with_one_caution_and_with_one_there_is_none(client):
    caution = "Ask whether they may see you where you are."
    assert client.get("/therapists").get_data(as_text=True).count(caution) == 1
    assert caution not in client.get("/therapists?country=GB").get_data(as_text=True)
    assert caution not in page_of(client, near="Leeds", within="25")
    assert caution in page_of(client, near="Newport", within="25")


def test_the_rule_is_said_for_what_was_asked(client):
    room, call = "In person, you see people with a room", "By call or message, you see people"
    both, in_person = page_of(client, near="Leeds"), page_of(client, near="Leeds", format="in-person")
    by_video = page_of(client, near="Leeds", format="video")
    assert (room in both, call in both) == (True, True)
    assert (room in in_person, call in in_person) == (True, False)
    assert (room in by_video, call in by_video) == (False, True)


def test_without_an_index_a_licence_there_is_enough_and_the_page_says_so(reading_app, client, monkeypatch):
    def unavailable(*_):
        raise IndexUnavailable("gone")

    with reading_app.test_request_context("/"):
        licensed = finding.people(Asked(filters={"country": ("GB",)}))["page"].total
        monkeypatch.setattr(type(reading_app.extensions["holdspace"].index), "search", unavailable)
        assert finding.people(Asked(near="Leeds"))["page"].total == licensed
    page = page_of(client, near="Leeds")
    assert "We can’t measure distances for a moment." in page and "room within" not in page


def test_a_place_that_was_typed_by_hand_stays_when_the_words_change(reading_app, client):
    first = client.post("/search", data={"text": "grief"}).location
    by_hand = client.post(first, data={"concern": "grief", "near": "Leeds", "within": "10"}).location
    second = client.post(by_hand, data={"text": "perfectionism"}).location
    assert "Within 10 miles of Leeds" in chips_of(client.get(second).get_data(as_text=True))
    third = client.post(second, data={"text": "shame, near York"}).location
    assert "Leeds" not in "".join(chips_of(client.get(third).get_data(as_text=True)))


def test_help_and_money_follow_the_town(reading_app):
    with reading_app.test_request_context("/"):
        asked = understood("grief near Toronto under $100")
        assert (asked.country, asked.currency) == ("CA", "CAD")


def test_whoever_asks_for_a_place_and_nothing_else_sees_the_nearest_room_first(client):
    visitor = Visitor(client).go("/therapists").press("Show these people", near="Leeds")
    far = [int(miles) for miles in re.findall(r"About (\d+) miles away", visitor.text)]
    assert "Nearest room first." in visitor.text and len(far) > 1 and far == sorted(far)
    visitor.press("Show these people", sort="closest")
    assert "In an order that changes each day" in visitor.text
    assert "Nearest room first." not in Visitor(client).go("/").press("Show me people", text="grief, in Leeds").text
