"""Search from the database alone, for the minutes without an index: every must holds there too, and nothing fails."""

import shutil

import pytest
from planted import today

from directory import profiles, vocabulary
from directory.places import load as load_places
from directory.profiles.findable import FACET_OF
from directory.views.narrowing import VOCABULARY_OF
from search_index.engine import SearchIndex
from search_index.listing import Query
from tests.opening import ROOT, open_house

WORDS = vocabulary.load(ROOT / "seeds" / "vocabulary")
PLACES = load_places(ROOT / "seeds")
SOMEWHERE = {"country": ("GB", "US", "IN", "CA", "AU")}
GROUPS = {**VOCABULARY_OF, "consult": "consult_offers", "frequency": "frequencies", "belongs": "communities"}


@pytest.fixture(scope="module")
def both(reading_app):
    """Who is found by the index and who by the database, for one query."""
    index: SearchIndex = reading_app.extensions["holdspace"].index

    def ask(**told: object) -> tuple[set[str], set[str]]:
        query = Query(today(), per_page=1000, **told)
        with reading_app.app_context():
            page = profiles.plain_search(query, WORDS)
        assert page.total == len(page.hits) and page.set_aside == index.search(query).set_aside
        return set(index.ids(query)), {hit.id for hit in page.hits}

    return ask


def test_every_facet_that_can_be_filtered_by_is_compared_here():
    assert set(FACET_OF.values()) - {"age_band"} <= set(GROUPS)


@pytest.mark.parametrize("group", GROUPS)
def test_each_value_of_a_filter_finds_the_same_people_without_an_index(both, group):
    place = SOMEWHERE if group in {"belongs", "faith"} else {}
    seen = 0
    for slug in [term.slug for term in WORDS.terms(GROUPS[group])] + ["no-such-value"]:
        by_index, by_database = both(filters={**place, group: (slug,)})
        assert by_index == by_database, (group, slug)
        seen += len(by_database)
    assert seen > 0


@pytest.mark.parametrize("country", PLACES.countries(), ids=lambda country: country.code)
def test_each_place_and_each_fee_find_the_same_people(both, country):
    for unit in PLACES.units(country.code):
        by_index, by_database = both(filters={"region": (unit.code,)})
        assert by_index == by_database, unit.code
    for fee in (0, *country.fee_bands):
        by_index, by_database = both(fee_max_minor=fee * 100, currency=country.currency)
        assert by_index == by_database, fee
    by_index, by_database = both(filters={"country": (country.code,), "sliding": ("yes",)})
    assert by_index == by_database


MIXED = (
    {"filters": {"concern": ("shame", "burnout"), "format": ("video",), "country": ("GB",)}},
    {"filters": {"consult": ("free",), "language": ("ta", "hi")}, "fee_max_minor": 7000, "currency": "GBP"},
    {"filters": {"availability": ("open-now", "unknown")}, "sliding_scale": True},
    {"fee_max_minor": 6000},
)


@pytest.mark.parametrize("told", MIXED)
def test_musts_hold_together_without_an_index(both, told):
    by_index, by_database = both(**told)
    assert by_index == by_database and by_database


@pytest.mark.parametrize("group", ["belongs", "faith"])
@pytest.mark.parametrize("beside", [{}, {"format": ("video",)}, {"country": ()}])
def test_nobody_can_list_the_therapists_of_a_community_or_a_faith_by_themselves(both, group, beside):
    everybody_else = both(filters=beside)[1]
    for slug in [term.slug for term in WORDS.terms(GROUPS[group])]:
        by_index, by_database = both(filters={**beside, group: (slug,)})
        assert by_index == by_database == everybody_else, slug
    told = Query(today(), filters={**beside, group: ("anything",)})
    assert told.set_aside() == (group,)


def test_beside_a_concern_that_was_typed_a_community_may_be_asked_for(both):
    concern = (("shame", 1.0),)
    assert both(concepts=concern, filters={"belongs": ("malayali",)})[1] < both(concepts=concern)[1]


def test_a_filter_that_does_not_exist_leaves_out_nobody(both):
    for filters in ({"age_band": ("35-50",)}, {"no-such-group": ("x",)}, {"format": ()}):
        by_index, by_database = both(filters=filters)
        assert by_index == by_database == both()[1]


def test_words_must_stand_in_the_text_and_signs_of_the_database_mean_nothing(both):
    assert both(words="tabla")[1]
    for hostile in ("t%a", "t_bla", "ta\\bla", "tabla'", '"; drop table therapists; --', "zzzzqqqq"):
        assert not both(words=hostile)[1], hostile


def test_words_that_are_not_required_leave_nobody_out(both):
    assert both(words="tabla", required=False) == both()


def test_pages_follow_each_other_without_gap_or_repeat(reading_app):
    with reading_app.app_context():
        total = profiles.plain_search(Query(today()), WORDS).total
        pages = [profiles.plain_search(Query(today(), page=n, per_page=7), WORDS) for n in range(1, total // 7 + 2)]
    shown = [hit.id for page in pages for hit in page.hits]
    assert len(shown) == len(set(shown)) == total


ANSWERING = ("/", "/therapists", "/therapists?format=video&country=GB&fee_max=70&currency=GBP", "/concerns/shame")


@pytest.mark.parametrize("fault", ["gone", "emptied", "garbage"])
def test_every_page_answers_while_the_index_is_broken(app, fault):
    folder = app.config["INSTANCE"] / "index"
    generation = folder / (folder / "current").read_text().strip()
    if fault == "gone":
        shutil.rmtree(folder)
    for file in generation.glob("*") if fault != "gone" else ():
        file.unlink() if fault == "emptied" else file.write_bytes(b"garbage" * 50)
    client = app.test_client()
    for path in ANSWERING:
        page = client.get(path)
        assert page.status_code == 200, path
        assert path == "/" or 'class="entry-name"' in page.get_data(as_text=True), path
    assert client.get("/readyz").get_json()["status"] == "degraded"


def test_a_house_with_a_broken_index_mends_it_at_the_next_look(app):
    folder = app.config["INSTANCE"] / "index"
    shutil.rmtree(folder)
    the_house = app.extensions["holdspace"]
    assert the_house.follower.step() == 1
    assert app.test_client().get("/readyz").get_json()["status"] == "ok"
    assert open_house(app.config["INSTANCE"]).extensions["holdspace"].follower.step() == 0
