"""Acceptance points 1, 2 and 3 of matching, each named by its number, over the index and by rules read once more."""

import random
import string
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path

import pytest
from test_matching import CLOSE, RULES

from bench import rereading
from bench.corpus import FIRST_DAY, listings
from bench.fairness import dated
from bench.seekers import Seekers
from directory.matching import Found, explained, find
from directory.needs import Needs, Preference
from search_index.engine import SearchIndex
from search_index.listing import Listing
from search_index.ties import openness

PEOPLE, SEEKERS = 1_500, 80
EVERYONE = 1 << 20


def indexed(people: Sequence[Listing], folder: Path) -> SearchIndex:
    index = SearchIndex(folder, "tests")
    index.rebuild(people, number=1, mark="1")
    return index


def found(index: SearchIndex, needs: Needs, days: int = 0) -> Found:
    day = FIRST_DAY + timedelta(days=days)
    return find(needs, index.columns(day), today=day, rules=RULES, related=CLOSE, start=0, stop=EVERYONE)


@pytest.fixture(scope="module")
def people() -> list[Listing]:
    return dated(list(islice(listings(PEOPLE, seed=5), PEOPLE)), random.Random(5))


@pytest.fixture(scope="module")
def index(people: list[Listing], tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    return indexed(people, tmp_path_factory.mktemp("people"))


@pytest.fixture(scope="module")
def asked(people: list[Listing]) -> list[Needs]:
    rng = random.Random(7)
    makers = [Seekers(people, rng, skewed=skewed) for skewed in (False, True)]
    return [makers[number % 2].needs() for number in range(SEEKERS)]


def test_acceptance_1_a_must_leaves_out_everyone_who_does_not_keep_it_and_counts_silence_apart(people, index, asked):
    visible = [one for one in people if rereading.may_be_shown(one, FIRST_DAY)]
    left_out = 0
    for needs in asked:
        told = found(index, needs)
        broken = {one.id: rereading.broken(needs, one, FIRST_DAY) for one in visible}
        fits = {one for one, rules in broken.items() if not rules}
        assert set(told.first) == fits and told.considered == len(visible)
        for rule in told.left_out:
            missed = sum(rule.rule in rules for rules in broken.values())
            assert rule.count + rule.havent_said + rule.other_currency == missed
            assert rule.without_this == len(fits) + rule.relaxable * sum(
                rules == [rule.rule] for rules in broken.values()
            )
            left_out += missed
    assert left_out > PEOPLE


def test_acceptance_1_who_has_not_said_is_not_counted_as_a_no(people, index):
    needs = Needs(preferences={"gender": Preference(("woman",), "must")})
    (rule,) = found(index, needs).left_out
    said = [one.facets.get("gender", ()) for one in people if rereading.may_be_shown(one, FIRST_DAY)]
    assert rule.havent_said == sum(not told for told in said) > 100
    assert rule.count == sum(bool(told) and "woman" not in told for told in said) > 100


def changed(one: Listing, rng: random.Random) -> Listing:
    """The same person with another name, page, day of joining, and tags that nobody asked for."""
    beyond = {"theme": ("tough-it-out",), "frequency": ("weekly",), "affirming": ("lgbtqia",)}
    return replace(
        one,
        name="".join(rng.choices(string.ascii_letters, k=rng.randint(3, 20))),
        title="Aaa",
        headline="x" * rng.randrange(200),
        text="word " * rng.randrange(400),
        tags="tag " * rng.randrange(90),
        visible_from=FIRST_DAY - timedelta(days=rng.randrange(2000)),
        facets={**one.facets, **{group: slugs for group, slugs in beyond.items() if rng.random() < 0.7}},
    )


def test_acceptance_2_length_joining_alphabet_and_other_tags_change_no_place(people, index, tmp_path):
    rng = random.Random(11)
    visible = [one for one in people if rereading.may_be_shown(one, FIRST_DAY)]
    others = [changed(one, rng) for one in visible]
    rng.shuffle(others)
    after = indexed(others, tmp_path)
    concerns = (("shame", 1.0), ("grief", 0.5))
    for needs in (
        Needs(),
        Needs(concerns=concerns, wait="weeks"),
        Needs(concerns=concerns, preferences={"language": Preference(("en",)), "gender": Preference(("woman",))}),
        Needs(formats=("video",), style={"leads": 2, "past": 5}, approaches=Preference(("ifs", "emdr"))),
    ):
        assert found(index, needs).first == found(after, needs).first


def test_acceptance_2_the_day_moves_people_among_equals_only(people, tmp_path):
    settled = [replace(one, confirmed_on=FIRST_DAY + timedelta(days=40)) for one in people if not one.practice]
    index, named = indexed(settled, tmp_path), {one.id: one for one in settled}
    needs = Needs(concerns=(("shame", 1.0),), preferences={"language": Preference(("en",))})
    by_day = []
    for days in (0, 1):
        told = found(index, needs, days)
        points = dict(zip(index.columns(FIRST_DAY).ids(told.docs), told.points.tolist(), strict=True))
        by_day.append([(one, points[one], openness(named[one].facets.get("availability", ()))) for one in told.first])
    today, tomorrow = by_day
    both = {one for one, _, _ in today} & {one for one, _, _ in tomorrow}
    today, tomorrow = ([told for told in day if told[0] in both] for day in by_day)
    assert [told[1:] for told in today] == [told[1:] for told in tomorrow]
    assert [told[1:] for told in today] == sorted((told[1:] for told in today), key=lambda told: (-told[0], told[1]))
    assert today != tomorrow and set(today) == set(tomorrow)


def test_acceptance_3_everyone_shown_has_a_reason_and_points_that_add_up(people, index, asked):
    named, cautioned = {one.id: one for one in people}, 0
    for needs in asked:
        told = found(index, needs)
        shown = [named[one] for one in (told.first[:10] or told.nearest)]
        points = dict(zip(index.columns(FIRST_DAY).ids(told.docs), told.points.tolist(), strict=True))
        matches = explained(needs, shown, today=FIRST_DAY, rules=RULES, related=CLOSE, near=not told.first)
        assert [match.id for match in matches] == [one.id for one in shown]
        for match in matches:
            assert 1 <= len(match.reasons) <= 4 and len(match.cautions) <= 3
            assert match.total == sum(row.points for row in match.components) == points.get(match.id, match.total)
            cautioned += bool(match.cautions)
    assert cautioned


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (Needs(preferences={"times": Preference(("weekend",))}), "times-unsaid"),
        (Needs(wait="now"), "wait-unsaid"),
    ],
)
def test_acceptance_3_what_is_unknown_or_old_is_a_caution(people, asked, code):
    silent = replace(people[0], facets={}, confirmed_on=FIRST_DAY - timedelta(days=61), visible_from=FIRST_DAY)
    silent = replace(silent, jurisdictions={"GB": FIRST_DAY}, visible_until=FIRST_DAY + timedelta(days=29))
    (match,) = explained(asked, [silent], today=FIRST_DAY, rules=RULES, related=CLOSE)
    assert {code, "due"} <= {told.code for told in match.cautions}
