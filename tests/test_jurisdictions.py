"""Jurisdictions: which licence counts where, which compacts join units, and where anyone can check a title."""

import re
import tomllib
from pathlib import Path

import pytest

from directory.places import PlacesError, load

SEEDS = Path(__file__).parent.parent / "seeds"
STATES = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK "
    "OR PA RI SC SD TN TX UT VT VA WA WV WI WY"
).split()
PROVINCES = "AB BC MB NB NL NT NS NU ON PE QC SK YT".split()


def toml(name: str) -> dict:
    return tomllib.loads((SEEDS / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def places():
    return load(SEEDS)


@pytest.fixture(scope="module")
def titles():
    return {term["slug"]: term for term in toml("vocabulary/credentials.toml")["term"]}


def test_every_state_and_province_is_a_unit(places):
    assert {unit.code for unit in places.units("US")} == {f"US-{state}" for state in STATES}
    assert {unit.code for unit in places.units("CA")} == {f"CA-{province}" for province in PROVINCES}
    for country in ("GB", "IN", "AU", "IE", "NZ"):
        assert [unit.code for unit in places.units(country)] == [country]


def test_the_five_countries_of_the_directory_are_served(places):
    assert {country.code for country in places.countries() if country.served} == {"US", "CA", "GB", "IN", "AU"}
    assert {country.code: country.currency for country in places.countries()} == {
        "US": "USD",
        "CA": "CAD",
        "GB": "GBP",
        "IN": "INR",
        "AU": "AUD",
        "IE": "EUR",
        "NZ": "NZD",
    }
    assert {country.code for country in places.countries() if country.distance == "mi"} == {"US", "GB"}


def test_fee_bands_rise(places):
    for country in places.countries():
        assert len(country.fee_bands) >= 3
        assert list(country.fee_bands) == sorted(set(country.fee_bands))


def test_counselling_is_licensed_only_where_a_law_says_so(places):
    licensed = {unit.code for unit in places.units("CA") if unit.kind == "licensed"}
    assert licensed == {"CA-ON", "CA-QC", "CA-NB", "CA-NS", "CA-PE"}
    assert all(unit.kind == "licensed" for unit in places.units("US"))
    assert places.unit("GB").kind == "register"
    assert places.unit("IN").kind == "unregulated"


@pytest.mark.parametrize(
    ("country", "region", "unit"),
    [
        ("US", "US-CA", "US-CA"),
        ("US", None, None),
        ("US", "US-XX", None),
        ("US", "CA-ON", None),
        ("US", "IN", None),
        ("CA", "CA-QC", "CA-QC"),
        ("CA", "", None),
        ("AU", "AU-VIC", "AU"),
        ("AU", None, "AU"),
        ("GB", "GB-WLS", "GB"),
        ("IN", "IN-KL", "IN"),
        ("FR", None, None),
        ("", None, None),
    ],
)
def test_the_unit_is_the_region_where_a_licence_holds_there_and_else_the_country(places, country, region, unit):
    assert places.unit_of(country, region) == unit


def test_every_code_has_a_name_and_an_unknown_one_is_its_own(places):
    assert places.name_of("US-CA") == "California"
    assert places.name_of("GB") == "United Kingdom"
    assert places.name_of("AU-VIC") == "Victoria"
    assert places.name_of("IN-TG") == places.name_of("IN-TS") == "Telangana"
    assert [places.name_of(code) for code in ("", "XX", "<b>")] == ["", "XX", "<b>"]


def test_regions_are_listed_for_every_country(places):
    count = {country.code: len(places.regions(country.code)) for country in places.countries()}
    assert count == {"US": 51, "CA": 13, "GB": 4, "IN": 36, "AU": 8, "IE": 4, "NZ": 17}
    assert all(re.fullmatch(r"[A-Z]{2}-[A-Z]{1,3}", r.code) for c in count for r in places.regions(c))


def test_places_go_by_other_names(places):
    assert places.codes_named("Kerala") == {"IN-KL"}
    assert places.codes_named("new south wales") == places.codes_named("NSW") == {"AU-NSW"}
    assert "GB" in places.codes_named("uk")
    assert places.codes_named("nowhere") == frozenset()


def test_compacts_join_the_units_that_passed_the_law(places):
    joined = [compact.slug for compact in places.compacts() if "US-AZ" in compact.members]
    assert joined == ["counseling-compact", "psypact", "social-work-compact"]
    assert not any("US-NY" in compact.members for compact in places.compacts())


def test_a_compact_is_found_by_title_and_unit(places):
    assert places.compact_of("us-psychologist", "US-AZ").slug == "psypact"
    assert places.compact_of("us-lpc", "US-AZ").slug == "counseling-compact"
    assert places.compact_of("us-psychologist", "US-CA") is places.compact_of("gb-bacp", "GB") is None


def test_a_compact_never_claims_more_than_is_known(places, titles):
    for compact in places.compacts():
        assert compact.checked is False, "a host checks it, not the seeds"
        assert re.fullmatch(r"20\d\d-\d\d", compact.as_of)
        assert set(compact.issuing_members) <= set(compact.members)
        assert bool(compact.issuing_members) == compact.issuing
        assert all(titles[slug]["country"] == "US" and not slug.endswith("-a") for slug in compact.titles)


def test_a_title_leads_to_its_own_register_first(places, titles):
    (link,) = places.registers_for("GB", titles["gb-hcpc-clinical-psychologist"])
    assert link.url == "https://www.hcpc-uk.org/check-the-register/"
    assert "HCPC" in link.label


def test_a_title_without_one_leads_to_the_board_of_its_unit(places, titles):
    (board,) = places.registers_for("US-MN", titles["us-psychologist"])
    assert board.url == "https://mn.gov/boards/psychology/"
    (board,) = places.registers_for("US-MN", titles["us-lcsw"])
    assert board.url == "https://mn.gov/boards/social-work/"
    (search,) = places.registers_for("US-CA", titles["us-lmft"])
    assert search.url == "https://search.dca.ca.gov"


def test_where_no_board_is_known_the_country_helps_to_find_it(places, titles):
    (link,) = places.registers_for("US-WV", titles["us-lcsw"])
    assert link.url == "https://www.aswb.org"
    assert places.registers_for("nowhere", titles["us-lcsw"]) == ()


def test_every_licensed_title_can_be_checked_in_every_state(places, titles):
    for slug in (
        "us-lpc",
        "us-lpc-a",
        "us-lcsw",
        "us-lmft",
        "us-psychologist",
        "us-psychiatrist",
        "us-pmhnp",
        "us-lac",
    ):
        for unit in places.units("US"):
            assert places.registers_for(unit.code, titles[slug]), (slug, unit.code)


def test_titles_are_honest_about_what_the_law_says(titles):
    assert {slug for slug, term in titles.items() if term["kind"] == "unregulated"} == {
        "in-counselling-psychologist",
        "in-counsellor",
        "us-pastoral-counsellor",
        "other-peer-or-coach",
    }
    assert titles["in-rci-clinical-psychologist"]["kind"] == "licensed"
    assert titles["gb-ukcp"]["kind"] == titles["gb-bacp"]["kind"] == "register"
    assert {slug for slug, term in titles.items() if term.get("supervised")} == {
        "us-lpc-a",
        "us-lmsw",
        "us-amft",
        "ca-rp-qualifying",
        "ca-rct-c",
        "ca-psychologist-provisional",
        "au-provisional-psychologist",
        "au-pacfa-provisional",
        "other-student-supervised",
    }
    assert titles["other-peer-or-coach"]["hidden"] is True, "a host may choose to list it"


def test_every_title_belongs_to_a_country_and_a_known_profession(places, titles):
    professions = {term["profession"] for term in titles.values()}
    named = {
        p
        for row in (*toml("jurisdictions.toml")["unit"], *toml("jurisdictions.toml")["country"])
        for register in row["registers"]
        for p in register.get("professions", ())
    }
    assert named <= professions
    for slug, term in titles.items():
        assert term["kind"] in {"licensed", "register", "unregulated"}
        assert slug.startswith(term["country"].lower() + "-" if term["country"] else "other-")
        assert term["register_url"] == "" or term["register_url"].startswith("https://")
        assert all(places.unit(unit) for unit in term.get("units", ()))


def test_every_register_is_a_secure_address():
    rows = toml("jurisdictions.toml")
    links = [register for table in ("country", "unit") for row in rows[table] for register in row["registers"]]
    assert all(link["url"].startswith("https://") and link["label"] for link in links)


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        ('[[region]]\ncode = "FR-75"\ncountry = "FR"\nname = "Paris"\n', "FR-75 names the unknown country FR"),
        (
            '[[unit]]\ncode = "GB"\ncountry = "GB"\nname = "x"\nkind = "free"\nregisters = []\n',
            "GB stands twice under unit",
        ),
        (
            '[[unit]]\ncode = "GB-X"\ncountry = "GB"\nname = "x"\nkind = "free"\nregisters = []\n',
            "GB-X has the kind free",
        ),
        (
            '[[compact]]\nslug = "x"\nlabel = "x"\nsentence = "x"\nurl = "https://x.example"\nas_of = "2026-01"\n'
            'checked = false\nissuing = false\ntitles = []\nmembers = ["US-ZZ"]\n',
            "compact x names the unknown unit US-ZZ",
        ),
    ],
)
def test_a_contradiction_in_the_seeds_is_named(tmp_path, broken, problem):
    text = (SEEDS / "jurisdictions.toml").read_text(encoding="utf-8")
    (tmp_path / "jurisdictions.toml").write_text(text + "\n" + broken, encoding="utf-8")
    with pytest.raises(PlacesError, match=problem):
        load(tmp_path)
