"""Who may see somebody who said where they are: the index against a plain look at every listing, counts included."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bench.corpus import FIRST_DAY, listings
from directory.matching.musts import km_between
from search_index.engine import SearchIndex
from search_index.listing import FROM_AFAR, IN_A_ROOM, Listing, Query
from search_index.schema import licence_day

TODAY = FIRST_DAY
PEOPLE, QUESTIONS = 900, 60
KANSAS_CITY = (39.10, -94.58)
UNITS = ("US-MO", "US-NY", "US-CA", "GB")
YEAR, ENDED = TODAY + timedelta(days=365), TODAY - timedelta(days=1)


def settled(one: Listing, rng: random.Random) -> Listing:
    """The same listing with none to two rooms, some of them near, each in a unit where there is a licence or was."""
    if rng.random() < 0.4 or not set(one.facets.get("format", ())) & set(IN_A_ROOM):
        return one
    points = tuple(
        (KANSAS_CITY[0] + rng.uniform(-1, 1), KANSAS_CITY[1] + rng.uniform(-1, 1)) for _ in range(rng.randint(1, 2))
    )
    office = () if rng.random() < 0.1 else (rng.choice(list(one.jurisdictions)),)
    return replace(one, points=points, facets={**one.facets, "office": office})


@pytest.fixture(scope="module")
def people() -> dict[str, Listing]:
    """Listings that are visible today."""
    rng = random.Random(5)
    everyone = [settled(one, rng) for one in listings(PEOPLE, seed=3)]
    shown = (one for one in everyone if one.visible_from <= TODAY <= one.visible_until)
    return {one.id: one for one in shown if any(day >= TODAY for day in one.jurisdictions.values())}


@pytest.fixture(scope="module")
def index(people: dict[str, Listing], tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    made = SearchIndex(tmp_path_factory.mktemp("seeing"), "words")
    assert made.rebuild(people.values(), number=1, mark="a")
    return made


def current(one: Listing, unit: str) -> bool:
    told = unit in one.facets.get("region", ()) or unit in one.facets.get("country", ())
    last = licence_day(unit, one)
    return told and last is not None and last >= TODAY


def may_see(one: Listing, way: str, query: Query) -> bool:
    """May this person see the one who asks in this way?"""
    offices = one.facets.get("office", ())
    licensed_rooms = not offices or any(current(one, unit) for unit in offices)
    room = licensed_rooms and any(km_between(query.near, point) <= query.within_km for point in one.points)
    licensed = any(current(one, unit) for unit in query.here)
    if way not in one.facets.get("format", ()):
        return False
    if way in IN_A_ROOM:
        return room
    if way in FROM_AFAR:
        return licensed
    return room or (licensed and bool(set(FROM_AFAR) & set(one.facets["format"])))


def meets(one: Listing, query: Query, *, ways: tuple[str, ...] | None = None) -> bool:
    """Everything asked; ``ways`` takes the place of the formats asked."""
    offered = one.facets.get("format", ())
    for group, values in query.filters.items():
        if group != "format" and not set(values) & set(one.facets.get(group, ())):
            return False
    asked = query.filters.get("format", ()) if ways is None else ways
    return any(may_see(one, way, query) for way in (asked or offered))


def could(one: Listing, query: Query) -> bool:
    """Is it only that they haven't said where or how?"""
    ways = set(one.facets.get("format", ()))
    silent = any(current(one, unit) for unit in query.here) and not ways
    return silent or (bool(ways & set(IN_A_ROOM)) and not one.points)


def questions() -> list[Query]:
    return list(_questions(random.Random(9)))


def _questions(rng: random.Random) -> Iterator[Query]:
    for _ in range(QUESTIONS):
        filters = {}
        if rng.random() < 0.6:
            filters["format"] = tuple(rng.sample([*IN_A_ROOM, *FROM_AFAR, "group", "couples"], rng.randint(1, 3)))
        if rng.random() < 0.4:
            filters["language"] = ("en", "es")
        if rng.random() < 0.3:
            filters["times"] = ("weekend",)
        near = (KANSAS_CITY[0] + rng.uniform(-0.5, 0.5), KANSAS_CITY[1])
        here = tuple(rng.sample(UNITS, rng.randint(1, 2)))
        yield Query(TODAY, filters=filters, near=near, within_km=rng.choice([5, 20, 60, 150]), here=here)


@pytest.mark.parametrize("query", questions())
def test_everyone_found_and_every_count_is_what_a_plain_look_gives(index, people, query):
    page, everyone = index.search(query), list(people.values())
    found = {one.id for one in everyone if meets(one, query)}
    assert set(index.ids(query)) == found and page.total == len(found)
    for way, count in page.facets["format"]:
        assert count == sum(meets(one, query, ways=(way,)) for one in everyone), way
    for group in ("language", "times", "concern"):
        rest = replace(query, filters={g: v for g, v in query.filters.items() if g != group})
        for value, count in page.facets[group]:
            met = (one for one in everyone if meets(one, rest) and value in one.facets.get(group, ()))
            assert count == len(list(met)), (group, value)
    without = replace(query, within_km=None)
    anywhere = set(index.ids(without))
    assert page.unknown["distance"] == sum(key not in found and could(people[key], query) for key in anywhere)


@pytest.mark.parametrize("query", questions())
def test_what_is_told_of_each_rule_when_nobody_is_left_is_true(index, people, query):
    hopeless = replace(query, filters={**query.filters, "gender": ("nobody-is-this",)})
    page = index.search(hopeless)
    assert page.total == 0
    for must, number in page.without.items():
        if must == "distance":
            less = replace(hopeless, within_km=None)
        else:
            less = replace(hopeless, filters={g: v for g, v in hopeless.filters.items() if g != must})
        assert number == len(index.ids(less)), must


# The rule's table


def somebody(*ways: str, licences: dict[str, date] | None = None, km: float | None = None, office: str = "") -> Listing:
    """Somebody with these ways to meet and licences, and with a room so far north of the place asked about."""
    licences = {"US-KS": YEAR} if licences is None else licences
    facets = {"format": ways, "region": tuple(licences), "country": ("US",), "office": (office,) if office else ()}
    return Listing(
        id="aaaaaaaaaa",
        name="Invented A",
        title="Counsellor",
        headline="",
        text="",
        tags="",
        facets={group: values for group, values in facets.items() if values},
        main_concerns=(),
        concerns=(),
        approaches=(),
        jurisdictions=licences,
        visible_from=TODAY - timedelta(days=9),
        visible_until=TODAY + timedelta(days=9),
        confirmed_on=TODAY,
        points=() if km is None else ((KANSAS_CITY[0] + km / 111.195, KANSAS_CITY[1]),),
    )


HERE, THERE = {"US-MO": YEAR}, {"US-KS": YEAR}
BOTH = {"US-MO": YEAR, "US-KS": YEAR}
GONE = {"US-MO": ENDED, "US-NY": YEAR}
MOVED = {"US-KS": ENDED, "US-MO": YEAR}
TABLE = [
    # who, formats asked, found, told apart as not said
    ("a room near by, licensed there, not here", somebody("in-person", km=10, office="US-KS"), (), True, False),
    ("the same, asked for by video", somebody("in-person", km=10, office="US-KS"), ("video",), False, False),
    ("a room too far", somebody("in-person", licences=BOTH, km=60, office="US-KS"), (), False, False),
    ("too far, but by video too", somebody("in-person", "video", licences=BOTH, km=60), (), True, False),
    ("too far for a room", somebody("in-person", "video", licences=BOTH, km=60), ("in-person",), False, False),
    ("by video with a licence here", somebody("video", licences=HERE), (), True, False),
    ("by video with a licence elsewhere", somebody("video", licences=THERE), (), False, False),
    ("by video with a licence here that ended", somebody("video", licences=GONE), (), False, False),
    ("near, no licence there now", somebody("in-person", licences=MOVED, km=5, office="US-KS"), (), False, False),
    ("by phone, asked for by video", somebody("phone", licences=HERE), ("video",), False, False),
    ("near by or by phone, either asked", somebody("outdoors", km=5), ("phone", "outdoors"), True, False),
    ("comes home, and starts near by", somebody("home", km=5), ("home",), True, False),
    ("a group near by", somebody("group", "in-person", km=5), ("group",), True, False),
    ("a group by video", somebody("group", "video", licences=HERE), ("group",), True, False),
    ("a group far away", somebody("group", "in-person", licences=HERE, km=500), ("group",), False, False),
    ("in person, and no room on the map", somebody("in-person", licences=HERE), (), False, True),
    ("hasn't said how, licensed here", somebody(licences=HERE), (), False, True),
    ("hasn't said how, licensed elsewhere", somebody(licences=THERE), (), False, False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("who", "formats", "found", "unsaid"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_the_rule_of_places(tmp_path: Path, who: Listing, formats: tuple[str, ...], found: bool, unsaid: bool):
    index = SearchIndex(tmp_path, "words")
    assert index.rebuild([who], number=1, mark="a")
    filters = {"format": formats} if formats else {}
    page = index.search(Query(TODAY, filters=filters, near=KANSAS_CITY, within_km=40, here=("US-MO",)))
    assert bool(page.total) == found and bool(page.unknown["distance"]) == unsaid


def test_where_a_country_licenses_as_a_whole_its_regions_ask_the_country(tmp_path: Path):
    index = SearchIndex(tmp_path, "words")
    index.rebuild([replace(somebody("video", licences={"GB": YEAR}))], number=1, mark="a")
    asked = {"near": (53.80, -1.55), "within_km": 40}
    assert index.search(Query(TODAY, here=("GB",), **asked)).total == 1
    assert index.search(Query(TODAY, here=("IE",), **asked)).total == 0
