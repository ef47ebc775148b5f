"""Matching over the index's columns gives what the rules as they read give, to the last point, count and place."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

import pytest
from test_matching import CLOSE, LEEDS, LONDON, RULES

from bench.corpus import FIRST_DAY, listings
from bench.fairness import dated
from bench.seekers import Seekers
from directory import profiles
from directory.matching import Found, Ranked, at_once, find, rank
from directory.needs import Fee, Needs, Place, Preference
from search_index.engine import SearchIndex
from search_index.listing import Change, Listing

EVERYONE = 1 << 20
ONE_NOBODY_MEETS = {
    "language": "zz",
    "gender": "nonbinary",
    "times": "weekend",
    "faith": "sikh",
    "payment": "superbill",
}
SEEKERS, LARGE = 1_000, 2_000


class House:
    """Some people, and the index that holds them in several segments, with some who were deleted or changed."""

    def __init__(self, people: Sequence[Listing], folder: Path) -> None:
        self.index = SearchIndex(folder, "tests")
        third = len(people) // 3
        older = [replace(one, practice="Old rooms", approaches=(), style={}) for one in people[: third // 2]]
        self.index.rebuild([*older, *people[third // 2 : 2 * third], *_others()], number=1, mark="1")
        new = [*people[: third // 2], *people[2 * third :]]
        changes = [Change(at, str(at), one, one.id) for at, one in enumerate(new, 2)]
        changes += [Change(len(new) + 2 + at, f"x{at}", None, one.id) for at, one in enumerate(_others())]
        assert self.index.catch_up(changes, after=(1, "1"))
        self.people = people

    def both(self, needs: Needs, day: date, start: int = 0, stop: int = EVERYONE) -> tuple[Ranked, Found]:
        """One by one, and at once."""
        plain = rank(needs, self.people, today=day, rules=RULES, related=CLOSE, shown=slice(start, stop))
        columns = self.index.columns(day)
        return plain, find(needs, columns, today=day, rules=RULES, related=CLOSE, start=start, stop=stop)

    def agree(self, needs: Needs, day: date) -> Found:
        """What was found, when both find the same."""
        plain, found = self.both(needs, day)
        points = dict(zip(self.index.columns(day).ids(found.docs), found.points.tolist(), strict=True))
        assert [match.id for match in plain.matches] == list(found.first), needs
        assert {match.id: match.total for match in plain.matches} == points, needs
        assert plain.left_out == found.left_out and plain.considered == found.considered, needs
        assert [match.id for match in plain.nearest] == list(found.nearest), needs
        assert plain.total == len(found.docs)
        return found


def _others() -> Iterator[Listing]:
    """People who leave the directory again."""
    return (replace(one, id=f"gone{at}") for at, one in enumerate(islice(listings(40, seed=9), 40)))


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> House:
    people = dated(list(islice(listings(LARGE), LARGE)), random.Random(2))
    rng = random.Random(3)
    places = [(), (LEEDS,), (LONDON,), (LONDON, LEEDS), ((51.9, -0.2),)]
    return House([replace(one, points=rng.choice(places)) for one in people], tmp_path_factory.mktemp("large"))


@pytest.fixture(scope="module")
def demo(reading_app, tmp_path_factory: pytest.TempPathFactory) -> House:
    with reading_app.app_context():
        people = list(profiles.everyone(reading_app.extensions["holdspace"].vocabulary))
    return House(dated(people, random.Random(1)), tmp_path_factory.mktemp("demo"))


@pytest.mark.parametrize("skewed", [False, True])
def test_a_thousand_seekers_find_the_same_people_in_the_demo(demo: House, skewed: bool) -> None:
    rng = random.Random(20 + skewed)
    asked = Seekers(demo.people, rng, skewed=skewed)
    found = [demo.agree(asked.needs(), FIRST_DAY + timedelta(days=at % 120)) for at in range(SEEKERS)]
    assert any(one.nearest for one in found) and any(len(one.docs) > 5 for one in found)


@pytest.mark.parametrize("skewed", [False, True])
def test_seekers_find_the_same_people_among_two_thousand(large: House, skewed: bool) -> None:
    rng = random.Random(10 + skewed)
    asked = Seekers(large.people, rng, skewed=skewed)
    found = [large.agree(asked.needs(), FIRST_DAY + timedelta(days=at % 120)) for at in range(60)]
    assert any(one.nearest for one in found) and any(len(one.docs) > 200 for one in found)


@pytest.mark.parametrize(
    "needs",
    [
        Needs(),
        Needs(lived="must"),
        Needs(wait="months"),
        Needs(place=Place("ZZ")),
        Needs(place=Place("US", "US-CA"), formats=("in-person", "video")),
        Needs(place=Place("GB", point=LEEDS), formats=("in-person",)),
        Needs(place=Place("GB", point=LONDON), formats=("in-person", "home", "phone")),
        Needs(fee=Fee(9_999_999_900, "USD")),
        Needs(fee=Fee(0, "USD", "must")),
        Needs(fee=Fee(5000, "XXX", "must")),
        Needs(concerns=(("nothing-known", 1.0), ("shame", 0.5))),
        Needs(not_wanted=Preference(("ifs", "emdr"), "must"), approaches=Preference(("parts-work",), "must")),
        Needs(approaches=Preference(("parts-work",)), added_approaches=("ifs",)),
        Needs(preferences={"accessibility": Preference(("step-free", "captions"), "must")}),
        Needs(preferences={"accessibility": Preference(("step-free", "captions"))}, style={"past": 1, "leads": 5}),
        Needs(preferences={"payment": Preference(("sliding-scale",), "must")}),
        Needs(preferences={"payment": Preference(("sliding-scale", "superbill"))}),
        Needs(preferences={"community": Preference(("south-asian",), "must")}, lived="must"),
        Needs(preferences={"language": Preference(("zz",), "must"), "gender": Preference(("zz",), "must")}),
        Needs(
            (("shame", 1.0), ("adhd", 1.0)),
            preferences={key: Preference((of,), "must") for key, of in ONE_NOBODY_MEETS.items()},
        ),
    ],
    ids=lambda needs: str([name for name in Needs.__slots__ if getattr(needs, name) != getattr(Needs(), name)]),
)
def test_what_is_seldom_asked_finds_the_same_people(large: House, needs: Needs) -> None:
    large.agree(needs, FIRST_DAY)


def test_the_pages_are_parts_of_the_whole_order(large: House) -> None:
    needs = Needs(formats=("video",), concerns=(("shame", 1.0),))
    whole = large.agree(needs, FIRST_DAY).first
    for start in (0, 5, 60, 65, len(whole) - 2, len(whole) + 5, 10_000_000):
        _, found = large.both(needs, FIRST_DAY, start, start + 5)
        assert found.first == whole[start : start + 5]


def test_one_large_practice_at_the_front_is_spread_however_many_they_are(tmp_path: Path) -> None:
    many = [
        replace(one, practice=" harbour Rooms " if at % 2 else "Harbour rooms", confirmed_on=FIRST_DAY)
        for at, one in enumerate(dated(list(islice(listings(700), 700)), random.Random(0)))
    ]
    few = [replace(one, practice="", confirmed_on=FIRST_DAY - timedelta(days=80)) for one in many[:4]]
    house = House([*few, *many[4:]], tmp_path)
    found = house.agree(Needs(), FIRST_DAY)
    practice = {one.id: one.practice.strip().casefold() for one in house.people}
    assert len(found.docs) > at_once.FRONT * 4
    assert [practice[one] for one in found.first[:5]].count("harbour rooms") == 2
    _, page = house.both(Needs(), FIRST_DAY, 0, 5)
    assert page.first == found.first[:5]


def test_nobody_is_found_in_an_empty_index(tmp_path: Path) -> None:
    index = SearchIndex(tmp_path, "tests")
    index.rebuild([], number=1, mark="1")
    columns = index.columns(FIRST_DAY)
    found = find(Needs(wait="now"), columns, today=FIRST_DAY, rules=RULES, related=CLOSE, start=0, stop=5)
    assert (found.first, found.nearest, found.left_out, found.considered) == ((), (), (), 0)
