"""The invented therapists as one directory: whom a person could find in the demo today."""

import itertools

import pytest
from planted import today

from directory import profiles, vocabulary
from directory.places import load as load_places
from search_index.listing import Query
from tests.opening import ROOT

COUNTRIES = ("US", "CA", "GB", "IN", "AU")
WORDS = vocabulary.load(ROOT / "seeds" / "vocabulary")
PLACES = load_places(ROOT / "seeds")
FAMILIES = list(dict.fromkeys(term.section for term in WORDS.terms("languages")))
CONCERNS = [term.slug for term in WORDS.terms("concerns")]
FORMATS = [term.slug for term in WORDS.terms("formats")]


def fee_bands() -> list[tuple[str, int, int]]:
    """(currency, above, up to) of each band, in whole units: the steps of "fee up to"."""
    served = [PLACES.country(code) for code in COUNTRIES]
    steps = {country.currency: (-1, *country.fee_bands) for country in served}
    return [(currency, *band) for currency, told in steps.items() for band in itertools.pairwise(told)]


@pytest.fixture(scope="module")
def found(reading_app):
    """How many people a search finds today: ``found(concern="shame")``, ``found(fee_max_minor=0, currency="GBP")``."""
    index = reading_app.extensions["holdspace"].index

    def count(*, fee_max_minor: int | None = None, currency: str | None = None, **filters: str | tuple) -> int:
        told = {group: (values,) if isinstance(values, str) else values for group, values in filters.items()}
        return index.search(Query(today(), filters=told, fee_max_minor=fee_max_minor, currency=currency)).total

    return count


def test_at_least_a_hundred_and_sixty_people_can_be_found(found):
    assert found() >= 160


def test_at_least_sixty_come_from_south_asian_communities(found):
    assert found(belongs="south-asian", country=COUNTRIES) >= 60


def test_at_least_fifty_do_inner_child_work(found):
    assert found(approach="inner-child-work") >= 50


def test_at_least_a_quarter_see_young_adults_and_a_quarter_work_with_burnout(found):
    everyone = found()
    assert found(population="young-adults-18-25") >= everyone / 4
    assert found(concern="burnout") >= everyone / 4


@pytest.mark.parametrize("country", COUNTRIES)
def test_each_country_has_people_of_its_own(found, country):
    assert found(country=country) >= 15


@pytest.mark.parametrize("family", FAMILIES)
def test_sessions_are_held_in_each_family_of_languages(found, family):
    assert found(language=tuple(term.slug for term in WORDS.terms("languages") if term.section == family)) > 0


@pytest.mark.parametrize("kind", FORMATS)
def test_each_way_to_meet_is_offered_by_somebody(found, kind):
    assert found(format=kind) > 0


@pytest.mark.parametrize(("currency", "above", "up_to"), fee_bands())
def test_each_band_of_fees_has_somebody(found, currency, above, up_to):
    assert found(currency=currency, fee_max_minor=up_to * 100) > found(currency=currency, fee_max_minor=above * 100)


@pytest.mark.parametrize("concern", CONCERNS)
def test_somebody_works_with_each_concern(found, concern):
    assert found(concern=concern) > 0


def test_there_are_eighty_three_concerns():
    assert len(CONCERNS) == 83


@pytest.mark.parametrize("theme", ["family-first", "duty-and-sacrifice", "code-switching-language"])
def test_themes_of_culture_and_family_find_somebody(found, theme):
    assert found(theme=theme) > 0


def test_some_are_hidden_so_that_the_rules_of_time_can_be_seen(reading_app, found):
    with reading_app.app_context():
        assert profiles.count_published() > found()
        assert profiles.count(today()) == found()
