"""Places: towns and ZIP codes become coordinates and a region, offline; help lines say when they were checked."""

import socket
import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest

from directory.places import load, load_crisis

SEEDS = Path(__file__).parent.parent / "seeds"
TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def places():
    return load(SEEDS)


@pytest.fixture(scope="module")
def crisis():
    return load_crisis(SEEDS / "crisis.toml")


@pytest.mark.parametrize(
    ("typed", "town", "region"),
    [
        ("London", "London", "GB-ENG"),
        ("london, ON", "London", "CA-ON"),
        ("London Ontario", "London", "CA-ON"),
        ("Portland OR", "Portland", "US-OR"),
        ("Portland, Maine", "Portland", "US-ME"),
        ("Hyderabad India", "Hyderabad", "IN-TS"),
        ("Perth", "Perth", "AU-WA"),
        ("Perth, Scotland", "Perth", "GB-SCT"),
        ("Newcastle, NSW", "Newcastle", "AU-NSW"),
        ("Montreal", "Montréal", "CA-QC"),
        ("MONTRÉAL", "Montréal", "CA-QC"),
        ("st louis", "St. Louis", "US-MO"),
        ("Saint John's", "St. John's", "CA-NL"),
        ("bangalore", "Bengaluru", "IN-KA"),
        ("Bombay", "Mumbai", "IN-MH"),
        ("New York", "New York City", "US-NY"),
        ("Hull", "Kingston upon Hull", "GB-ENG"),
        ("Dublin, Ireland", "Dublin", "IE-L"),
        ("  Leeds  ", "Leeds", "GB-ENG"),
    ],
)
def test_a_town_is_found_as_people_write_it(places, typed, town, region):
    found = places.find(typed)
    assert (found.town, found.region, found.country) == (town, region, region[:2])


def test_a_us_zip_code_is_found_with_its_state(places):
    found = places.find("60605")
    assert (found.town, found.region, found.country) == ("Chicago", "US-IL", "US")
    assert places.find("60605-1234") == found
    assert (found.latitude, found.longitude) == pytest.approx((41.87, -87.63), abs=0.05)


def test_a_zip_code_outside_the_states_has_no_region(places):
    assert places.find("00901").region is None


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "00000",
        "6060",
        "٦٠٦٠٥",
        "Zzyzx upon Nowhere",
        "Leeds, Kerala",
        "Ontario",
        "x" * 5000,
        "\ud800",
        "12345\n'--",
    ],
)
def test_what_is_no_place_is_not_found(places, typed):
    assert places.find(typed) is None


def test_the_country_someone_is_in_decides(places):
    assert places.find("London", "CA").region == "CA-ON"
    assert places.find("60605", "US").town == "Chicago"
    assert places.find("60605", "IN") is None
    assert places.find("Leeds", "AU") is None


def test_of_several_towns_with_one_name_the_largest_is_meant(places):
    assert places.find("Wellington").region == "NZ-WGN"
    assert places.find("Springfield").region == "US-MO"
    assert places.find("Canterbury").region == "GB-ENG"


def test_a_state_or_province_is_not_taken_for_a_town_elsewhere(places):
    assert places.find("Ontario") is None
    assert places.find("Ontario, CA").region == places.find("Ontario", "US").region == "US-CA"
    assert places.find("Delhi").region == "IN-DL", "a town in the region of its name"
    assert places.find("LA").town == "Los Angeles", "a short name is not a region's name"


@pytest.mark.parametrize(
    ("typed", "within", "spelt"),
    [
        ("Leeds", (), ["Leeds, England"]),
        ("newport", (), ["Newport, Wales", "Newport, England", "Newport, Rhode Island", "Newport, Kentucky"]),
        ("Newport, UK", (), ["Newport, Wales", "Newport, England"]),
        ("Newport", ("US",), ["Newport, Rhode Island", "Newport, Kentucky"]),
        ("Newport", ("GB-WLS",), ["Newport, Wales"]),
        ("Newport", ("IN",), []),
        ("Kansas City", (), ["Kansas City, Missouri", "Kansas City, Kansas"]),
        ("94103", (), ["94103, California"]),
        ("94103-1234", (), ["94103-1234, California"]),
        ("94103", ("GB",), []),
        ("2000", (), []),
        ("LS6", (), []),
        ("Ontario", (), []),
        ("", (), []),
        ("x" * 5000, (), []),
    ],
)
def test_all_places_of_one_name_are_choices_the_largest_first(places, typed, within, spelt):
    assert [places.spelt(typed, place) for place in places.choices(typed, within)] == spelt


@pytest.mark.parametrize(
    ("typed", "town"),
    [("Leeds", "GB-ENG"), ("London", "GB-ENG"), ("Perth", "AU-WA"), ("Newport", None), ("Springfield", None)],
)
def test_only_a_far_larger_town_is_surely_meant(places, typed, town):
    sure = places.surely(places.choices(typed))
    assert (sure and sure.region) == town
    assert places.surely(()) is None


def test_a_choice_is_found_alone_as_it_is_spelt(places):
    for name, towns in places._towns.items():
        for town in towns:
            found = places.choices(places.spelt(name, town))
            assert town in found and (len(found) == 1 or name.startswith("st ")), (name, found)


def test_nothing_leaves_the_machine(places, monkeypatch):
    def refuse(*_):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert load(SEEDS).find("Leeds") and load(SEEDS).find("10001")


def test_every_town_lies_in_a_region_we_know(places):
    towns = {town for found in places._towns.values() for town in found}
    assert len(towns) > 8000
    for town in towns:
        assert places.region(town.region).country == town.country
        assert -90 <= town.latitude <= 90 and -180 <= town.longitude <= 180
        assert town.population >= 15_000


@pytest.mark.parametrize(
    ("region", "box"),
    [
        ("CA-BC", (48, 60, -139, -114)),
        ("CA-ON", (41, 57, -96, -74)),
        ("AU-VIC", (-40, -33, 140, 150.5)),
        ("AU-WA", (-36, -13, 112, 130)),
        ("IN-KL", (8, 13, 74, 78)),
        ("IN-OD", (17, 23, 81, 88)),
        ("IN-TS", (15, 20, 77, 82)),
        ("GB-NIR", (53.9, 55.5, -8.3, -5.3)),
        ("NZ-OTA", (-47, -43, 167, 172)),
    ],
)
def test_regions_hold_the_towns_that_lie_in_them(places, region, box):
    south, north, west, east = box
    inside = {town for found in places._towns.values() for town in found if town.region == region}
    assert inside
    assert all(south <= town.latitude <= north and west <= town.longitude <= east for town in inside)


def test_the_list_of_towns_stays_small():
    assert (SEEDS / "places.csv").stat().st_size < 700_000


def test_every_country_of_the_guidance_has_help(crisis):
    codes = {country.code for country in crisis.countries()}
    assert codes >= {"US", "CA", "GB", "IE", "AU", "IN", "DE", "AT", "NZ", "EU", "PK", "BD", "LK", "NP"}
    assert all(country.emergency for country in crisis.countries())
    assert crisis.elsewhere.url == "https://findahelpline.com"


@pytest.mark.parametrize(
    ("country", "number", "emergency"),
    [
        ("US", "988", "911"),
        ("CA", "988", "911"),
        ("GB", "116 123", "999"),
        ("IE", "116 123", "112"),
        ("AU", "13 11 14", "000"),
        ("IN", "14416", "112"),
        ("DE", "0800 111 0 111", "112"),
        ("AT", "142", "112"),
        ("NZ", "1737", "111"),
        ("EU", "116 123", "112"),
    ],
)
def test_the_first_line_of_a_country_is_the_one_for_any_hard_moment(crisis, country, number, emergency):
    first = crisis.lines(country, "crisis")[0]
    assert first is crisis.lines(country)[0]
    assert number in first.call
    assert emergency in crisis.country(country).emergency


def test_lines_can_be_asked_for_by_kind(crisis):
    assert [line.call for line in crisis.lines("AU", "abuse")] == [("1800 737 732",)]
    assert {line.kind for line in crisis.lines("GB")} == {"crisis", "abuse", "young"}
    assert crisis.lines("PK") == crisis.lines("ZZ") == ()


def test_every_line_can_be_reached_somehow(crisis):
    for country in crisis.countries():
        for line in country.lines:
            assert line.call or line.text or line.chat or line.url, line.name
            assert all(url.startswith("https://") for url in (line.chat, line.url) if url)
            assert line.sentence.endswith(".") and line.source and line.hours


def test_retired_lines_are_not_listed():
    text = (SEEDS / "crisis.toml").read_text(encoding="utf-8")
    numbers = [line for line in text.splitlines() if line.startswith(("call", "text", "name"))]
    assert not [line for line in numbers if "456-4566" in line or "599-0019" in line or "KIRAN" in line.upper()]


def test_no_number_claims_a_check_that_this_host_has_not_made(crisis):
    for country in crisis.countries():
        assert country.standing(TODAY) == "unverified"
        assert all(line.standing(TODAY) == "unverified" for line in country.lines)


@pytest.mark.parametrize(
    ("days_ago", "standing"), [(0, "verified"), (180, "verified"), (181, "due"), (4000, "due"), (-1, "unverified")]
)
def test_a_check_counts_for_180_days(tmp_path, days_ago, standing):
    row = tomllib.loads((SEEDS / "crisis.toml").read_text(encoding="utf-8"))["country"][0]["line"][0]
    lines = "\n".join(f"{key} = {value!r}" for key, value in row.items())
    (tmp_path / "crisis.toml").write_text(
        "[elsewhere]\nname='n'\nsentence='s'\nurl='u'\n[[country]]\ncode='US'\nname='US'\nemergency=['911']\n"
        "emergency_sentence='s'\nsource='s'\n[[country.line]]\n"
        f"last_verified = {TODAY - timedelta(days_ago)}\n{lines}\n",
        encoding="utf-8",
    )
    assert load_crisis(tmp_path / "crisis.toml").lines("US")[0].standing(TODAY) == standing


def test_a_misspelt_key_in_the_help_lines_is_never_passed_over(tmp_path):
    text = (SEEDS / "crisis.toml").read_text(encoding="utf-8")
    (tmp_path / "crisis.toml").write_text(text.replace("hours =", "hour =", 1), encoding="utf-8")
    with pytest.raises(TypeError, match="hour"):
        load_crisis(tmp_path / "crisis.toml")
