"""On which days a listing is shown: database, listing and index must say the same."""

import itertools
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from planted import licence, plant, therapist, today
from sqlalchemy.exc import IntegrityError

from directory import profiles
from directory.models import Place, Therapist, TherapistTerm
from search_index.engine import SearchIndex
from search_index.listing import Query


def visible(person: Therapist, day: date) -> bool:
    return bool(profiles.published([person.id], day))


def test_a_listing_is_shown_through_day_ninety_and_not_on_day_ninety_one(database):
    person = therapist("a", confirmed_on=today())
    plant(person)
    assert visible(person, today() + timedelta(days=90))
    assert not visible(person, today() + timedelta(days=91))


def test_a_licence_counts_on_its_last_day_and_not_on_the_next(database):
    person = therapist("a", licences=[licence(expires_on=today())])
    plant(person)
    assert visible(person, today())
    assert not visible(person, today() + timedelta(days=1))


@pytest.mark.parametrize("state", ["unverified", "in-review", "suspended"])
def test_a_licence_that_no_steward_accepted_shows_nobody(database, state):
    person = therapist("a", licences=[licence(state=state)])
    plant(person)
    assert not visible(person, today())


@pytest.mark.parametrize("kind", ["register", "unregulated"])
def test_an_accepted_record_without_end_counts_where_no_law_asks_for_a_licence(database, kind):
    person = therapist("a", licences=[licence(kind=kind)])
    plant(person)
    assert visible(person, today() + timedelta(days=90))


def test_a_licence_that_a_law_asks_for_is_never_accepted_without_its_last_day(database):
    for state in ("unverified", "in-review", "suspended"):
        plant(therapist(state, licences=[licence(kind="licensed", state=state)]))
    plant(therapist("ends", licences=[licence(kind="licensed", expires_on=today())]))
    with pytest.raises(IntegrityError, match="licence_ends"):
        plant(therapist("endless", licences=[licence(kind="licensed")]))


def test_a_break_with_a_day_of_return_hides_until_that_day(database):
    person = therapist("a", availability="paused", back_on=today() + timedelta(days=5))
    plant(person)
    assert [visible(person, today() + timedelta(days=day)) for day in (0, 4, 5, 6)] == [False, False, True, True]


def test_a_break_without_a_day_of_return_hides_until_it_is_ended(database):
    person = therapist("a", availability="paused")
    plant(person)
    assert not any(visible(person, today() + timedelta(days=day)) for day in (0, 30, 90))


SOME_DAYS = [today() + timedelta(days=day) for day in (-1, 0, 1, 9, 10, 11)]
LICENCES = {
    "none": [],
    "unverified": [("GB", "unverified", None)],
    "without end": [("GB", "verified", None)],
    "ends today": [("GB", "verified", 0)],
    "one ended, one on": [("US-CA", "verified", -1), ("US-NY", "verified", 10)],
    "suspended and ended": [("GB", "suspended", None), ("GB", "verified", -1)],
    "by a compact alone": [("US-AZ", "verified", 10, "compact")],
    "a compact outlives the licence": [("US-UT", "verified", 0), ("US-AZ", "verified", 10, "compact")],
}
STATES = ("draft", "published", "withdrawn")
PUBLISHED = (None, -200, 0, 5)
CONFIRMED = (None, -91, -90, -80, 0)
PAUSES = (("open-now", None), ("full", 10), ("paused", None), ("paused", -3), ("paused", 10))


def ahead(days: int | None) -> date | None:
    return None if days is None else today() + timedelta(days=days)


def every_case() -> Iterator[Therapist]:
    """Every combination of what decides whether somebody is shown."""
    combined = itertools.product(STATES, PUBLISHED, CONFIRMED, PAUSES, LICENCES.values())
    for number, (state, published, confirmed, (availability, back), held) in enumerate(combined):
        yield therapist(
            f"n{number:05}",
            state=state,
            published_on=ahead(published),
            confirmed_on=ahead(confirmed),
            availability=availability,
            back_on=ahead(back),
            licences=[
                licence(unit, kind, ahead(ends), standing=(*standing, "independent")[0])
                for unit, kind, ends, *standing in held
            ],
        )


@pytest.fixture
def every_case_planted(database) -> list[str]:
    return plant(*every_case())


def found_in(index: SearchIndex, day: date, **asked) -> set[str]:
    return set(index.ids(Query(today=day, **asked)))


def found_by_database(words, day: date, **asked) -> set[str]:
    page = profiles.plain_search(Query(today=day, per_page=10_000, **asked), words)
    assert page.total == len(page.hits)
    return {hit.id for hit in page.hits}


def test_database_listing_and_index_agree_who_is_shown_on_which_day(every_case_planted, words, tmp_path):
    ids = every_case_planted
    listings = {listing.id: listing for listing in profiles.everyone(words)}
    index = SearchIndex(tmp_path / "index", words.digest)
    index.rebuild(listings.values(), number=1, mark="a")
    seen = 0
    for day in SOME_DAYS:
        by_database = {person.id for person in profiles.published(ids, day)}
        by_dates = {one for one, listing in listings.items() if listing.visible_from <= day <= listing.visible_until}
        assert by_database == by_dates == found_in(index, day) == found_by_database(words, day), day
        assert profiles.count(day) == len(by_database) == len(profiles.recent(day))
        seen += len(by_database)
    assert 0 < seen < len(ids) * len(SOME_DAYS)


def test_an_expired_licence_takes_away_its_own_place_only(database, words, tmp_path):
    ends = {"US-CA": today(), "US-NY": today() + timedelta(days=40)}
    (here,) = plant(therapist("a", licences=[licence(unit, expires_on=day) for unit, day in ends.items()]))
    index = SearchIndex(tmp_path / "index", words.digest)
    index.rebuild(profiles.everyone(words), number=1, mark="a")
    expected = {0: {"US-CA", "US-NY", "US"}, 1: {"US-NY", "US"}, 41: set()}
    for days, places in expected.items():
        day = today() + timedelta(days=days)
        for place in ("US-CA", "US-NY", "US"):
            group = "country" if place == "US" else "region"
            wanted = {here} if place in places else set()
            filters = {group: (place,)}
            assert found_in(index, day, filters=filters) == wanted, (days, place)
            assert found_by_database(words, day, filters=filters) == wanted, (days, place)


def test_a_compact_counts_where_it_was_seen_and_no_longer_than_a_full_licence(database, words, tmp_path):
    full, by_compact = licence("US-UT", expires_on=ahead(5)), licence("US-AZ", expires_on=ahead(40), standing="compact")
    (here,) = plant(therapist("a", licences=[full, by_compact]))
    index = SearchIndex(tmp_path / "index", words.digest)
    index.rebuild(profiles.everyone(words), number=1, mark="a")
    for days, wanted in {0: {here}, 5: {here}, 6: set()}.items():
        for unit in ("US-UT", "US-AZ"):
            filters = {"region": (unit,)}
            assert found_in(index, ahead(days), filters=filters) == wanted
            assert found_by_database(words, ahead(days), filters=filters) == wanted
    assert found_in(index, today(), filters={"region": ("US-CO",)}) == set(), "membership alone lets nobody practise"


def test_a_room_counts_only_where_a_full_licence_does(database, words):
    room = {"country": "US", "town": "Somewhere", "latitude": 40.7, "longitude": -111.9}
    formats = [TherapistTerm(group="formats", slug="in-person", role="has")]
    licences = [licence("US-UT"), licence("US-AZ", standing="compact")]
    places = [Place(region=unit, **room) for unit in ("US-UT", "US-AZ", "US-NV")]
    plant(therapist("a", terms=formats, licences=licences, places=places), therapist("b", places=[Place(**room)]))
    listings = {listing.id[0]: listing for listing in profiles.everyone(words)}
    assert len(listings["a"].points) == 1 and listings["a"].facets["office"] == ("US-UT",)
    assert listings["b"].points == () and "office" not in listings["b"].facets, "who offers no room has none"
