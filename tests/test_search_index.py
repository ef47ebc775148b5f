"""The search room: who is counted, found and in which order. The files under it are in test_search_store.py."""

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from whoosh.query import And, Or, Term

from bench.corpus import FIRST_DAY, listings
from search_index import days, words
from search_index.engine import READY_BEFORE, SearchIndex
from search_index.listing import COUNTED_GROUPS, GUARDED_GROUPS, Change, Listing, Page, Query
from search_index.store import Store
from search_index.ties import tie_break

TODAY = FIRST_DAY
CORPUS = 300
RELATED = {"shame": ("guilt",)}


@pytest.fixture(scope="module")
def corpus() -> list[Listing]:
    return list(listings(CORPUS, seed=7))


@pytest.fixture(scope="module")
def index(corpus: list[Listing], tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    """The corpus in three segments, with updates and deletions behind it."""
    made = SearchIndex(tmp_path_factory.mktemp("index"), "words", RELATED)
    assert made.rebuild([replace(one, text="old words") for one in corpus[:250]], number=1, mark="a")
    everyone = [Change(number, "b", one, one.id) for number, one in enumerate(corpus[:270], start=2)]
    assert made.catch_up(everyone, after=(1, "a"))
    assert made.catch_up([Change(900, "c", one, one.id) for one in corpus[270:]], after=(271, "b"))
    assert made.catch_up([Change(901, "d", None, one.id) for one in corpus[:20]], after=(900, "c"))
    return made


@pytest.fixture
def small(tmp_path: Path) -> SearchIndex:
    """An index with one listing."""
    made = SearchIndex(tmp_path / "index", "words")
    assert made.rebuild([a_listing()], number=1, mark="a")
    return made


def a_listing(**changes: object) -> Listing:
    """Somebody in California with a licence for a year, fully sayable by ``changes``."""
    plain = Listing(
        id="aaaaaaaaaa",
        name="Meera Vanterpool",
        title="Psychotherapist",
        headline="I listen for the younger you.",
        text="We start with tea and a slow breath. Inner child letters, grief, and long silences.",
        tags="Childhood trauma",
        facets={"concern": ("grief", "shame"), "country": ("US",), "region": ("US-CA",), "availability": ("open-now",)},
        main_concerns=("grief",),
        concerns=("grief", "shame"),
        approaches=("inner-child-work",),
        jurisdictions={"US-CA": TODAY + timedelta(days=365)},
        visible_from=TODAY - timedelta(days=30),
        visible_until=TODAY + timedelta(days=60),
        confirmed_on=TODAY - timedelta(days=30),
        currency="USD",
        fee_low_minor=9000,
    )
    return replace(plain, **changes)


def found(index: SearchIndex, **asked: object) -> Page:
    return index.search(Query(**{"today": TODAY, "per_page": 100, **asked}))


def ids(index: SearchIndex, **asked: object) -> tuple[str, ...]:
    return index.ids(Query(**{"today": TODAY, **asked}))


def visible(corpus: list[Listing], day: date = TODAY) -> list[Listing]:
    """Who should be findable, worked out from the listings alone (the first twenty were deleted)."""
    return [
        one
        for one in corpus[20:]
        if one.visible_from <= day <= one.visible_until and any(day <= last for last in one.jurisdictions.values())
    ]


# Counting


@pytest.mark.parametrize(
    "filters",
    [
        {},
        {"country": ("US",)},
        {"concern": ("childhood-trauma", "shame"), "format": ("video",)},
        {"country": ("US", "GB"), "language": ("hi",), "availability": ("open-now", "waitlist-under-4w")},
    ],
)
def test_every_facet_count_is_what_that_value_alone_in_its_group_finds(index, filters):
    page = found(index, filters=filters, words="trauma")
    assert set(page.facets) == {*COUNTED_GROUPS, *(GUARDED_GROUPS if filters else ())}
    for group, counts in page.facets.items():
        for counted in counts:
            clicked = {**filters, group: (counted.value,)}
            assert counted.count == found(index, filters=clicked, words="trauma").total, (group, counted)


def test_values_of_a_group_widen_and_groups_narrow(index, corpus):
    people = visible(corpus)
    video, phone = (
        {one.id for one in people if wanted in one.facets.get("format", ())} for wanted in ("video", "phone")
    )
    open_now = {one.id for one in people if "open-now" in one.facets.get("availability", ())}
    assert set(ids(index, filters={"format": ("video", "phone")})) == video | phone
    both = {"format": ("video", "phone"), "availability": ("open-now",)}
    assert set(ids(index, filters=both)) == (video | phone) & open_now
    assert video and phone and open_now


def test_people_who_have_not_said_are_left_out_and_counted_apart(index, corpus):
    page = found(index, filters={"language": ("hi",), "gender": ("woman",)})
    people = visible(corpus)
    silent = [one for one in people if "gender" not in one.facets and "hi" in one.facets.get("language", ())]
    assert page.unknown["gender"] == len(silent) > 0
    assert all(one.id not in ids(index, filters={"gender": ("woman",)}) for one in people if "gender" not in one.facets)


def test_a_fee_counts_only_in_its_own_currency(index, corpus):
    page = found(index, fee_max_minor=12000, currency="USD")
    people = visible(corpus)
    affordable = {one.id for one in people if one.currency == "USD" and one.fee_low_minor <= 12000}
    assert set(ids(index, fee_max_minor=12000, currency="USD")) == affordable and affordable
    assert page.other_currencies == sum(one.currency not in (None, "USD") for one in people)
    assert page.unknown["fee"] == sum(one.fee_low_minor is None for one in people) > 0


def test_a_sliding_scale_can_be_asked_for_in_both_ways(index, corpus):
    sliding = {one.id for one in visible(corpus) if one.sliding_scale}
    assert set(ids(index, sliding_scale=True)) == set(ids(index, filters={"sliding": ("yes",)})) == sliding
    assert "sliding" not in found(index, sliding_scale=True).unknown


@pytest.mark.parametrize("group", ["belongs", "faith"])
def test_who_somebody_is_filters_and_is_counted_only_beside_a_place_or_a_concern(index, corpus, group):
    value = next(one.facets[group][0] for one in visible(corpus) if one.facets.get(group))
    alone = found(index, filters={group: (value,)})
    assert alone.set_aside == (group,) and alone.total == len(visible(corpus))
    with_place = found(index, filters={group: (value,), "country": ("US", "GB", "CA", "IN", "AU")})
    assert with_place.set_aside == () and 0 < with_place.total < alone.total
    assert found(index, filters={group: (value,)}, concepts=(("shame", 1.0),)).total == with_place.total
    assert group in with_place.facets and group not in alone.facets


def test_an_unknown_value_finds_nobody_and_an_unknown_group_is_set_aside(index, corpus):
    assert found(index, filters={"language": ("klingon",)}).total == 0
    page = found(index, filters={"shoe-size": ("42",)})
    assert page.set_aside == ("shoe-size",) and page.total == len(visible(corpus))


def test_counts_by_listing_stay_right_from_generation_to_generation(corpus, tmp_path):
    index = SearchIndex(tmp_path, "words")
    assert index.rebuild(corpus[:200], number=1, mark="a")
    everywhere = Counter(word for one in corpus for word in set(one.text.split()))
    few = {"words": next(word for word in sorted(everywhere) if 40 < everywhere[word] < 60)}
    steps = [
        [Change(2, "b", one, one.id) for one in corpus[200:]],
        [Change(3, "c", replace(corpus[1], text="The same but for the text."), corpus[1].id)],
        [Change(4, "c", replace(corpus[0], facets={**corpus[0].facets, "language": ("qqq",)}), corpus[0].id)],
        [Change(5, "d", None, one.id) for one in corpus[:30]],
    ]
    for step in steps:
        assert found(index, **few).total
        assert index.catch_up(step, after=index.cursor())
        fresh = SearchIndex(tmp_path, "words")
        for asked in (few, {}, {"filters": {"language": ("qqq",)}}):
            here, there = found(index, **asked), found(fresh, **asked)
            assert dict(here.facets) == dict(there.facets) and here.unknown == there.unknown
            assert [hit.id for hit in here.hits] == [hit.id for hit in there.hits]


def test_filters_are_kept_for_the_day_but_no_name_and_no_place(index):
    day = index._current().on(TODAY)
    found(index, filters={"format": ("video", "phone")}, fee_max_minor=9_700)
    kept = dict(day.musts._kept)
    assert any("9700" in repr(key) for key in kept)
    found(index, filters={"format": ("phone",)}, name=("rao",))
    found(index, filters={"format": ("phone",)}, near=(51.5, -0.1), within_km=25.0)
    assert day.musts._kept == kept


# Days


def test_the_next_day_is_ready_before_it_begins_and_stays_so_from_generation_to_generation(
    corpus, tmp_path, monkeypatch
):
    worked_out, work_out = [], days.work_out
    monkeypatch.setattr(days, "work_out", lambda day, *rest: worked_out.append(day) or work_out(day, *rest))
    index = SearchIndex(tmp_path, "words")
    assert index.rebuild(corpus[:50], number=1, mark="a")
    index.attend()
    (soon,) = worked_out
    assert soon == (datetime.now(UTC) + READY_BEFORE).date()
    assert index.catch_up([Change(2, "b", corpus[50], corpus[50].id)], after=(1, "a"))
    assert index.status().listings == 51
    assert worked_out == [soon, soon]
    index.search(Query(soon))
    assert worked_out == [soon, soon]


def test_a_listing_shows_from_its_first_to_its_last_day(small):
    for day, shown in ((-31, 0), (-30, 1), (60, 1), (61, 0)):
        assert found(small, today=TODAY + timedelta(days=day)).total == shown, day


def test_a_listing_hides_after_the_last_day_of_its_last_licence(tmp_path):
    index = SearchIndex(tmp_path, "words")
    licence = {"US-CA": TODAY, "GB": TODAY + timedelta(days=3)}
    where = {"country": ("US", "GB"), "region": ("US-CA", "GB")}
    index.rebuild([a_listing(jurisdictions=licence, facets=where)], number=1, mark="a")
    for day, california, britain, anybody in ((0, 1, 1, 1), (1, 0, 1, 1), (3, 0, 1, 1), (4, 0, 0, 0)):
        today = TODAY + timedelta(days=day)
        assert found(index, today=today, filters={"region": ("US-CA",)}).total == california, day
        assert found(index, today=today, filters={"country": ("US",)}).total == california, day
        assert found(index, today=today, filters={"country": ("GB",)}).total == britain, day
        assert found(index, today=today).total == anybody, day
    counted = {one.value for one in found(index, today=TODAY + timedelta(days=1)).facets["region"]}
    assert counted == {"GB"}


def test_everyone_visible_is_found_on_any_day(index, corpus):
    for day in (TODAY, TODAY + timedelta(days=40), TODAY + timedelta(days=400)):
        assert set(ids(index, today=day)) == {one.id for one in visible(corpus, day)}


# Order


def whoosh_ranking(index: SearchIndex, folder: Path, terms: tuple[str, ...]) -> dict[str, float]:
    """Whoosh's own scores of everyone with all the terms, worked through without its shortcuts."""
    searcher = Store(folder, "words").open().searcher
    query = And([Or([Term(field, term) for field in ("name", "tags", "text")]) for term in terms])
    results = searcher.search(query, limit=None)
    column = searcher.reader().column_reader("id", translate=False)
    return {bytes(column[hit.docnum]).decode(): hit.score for hit in results}


@pytest.mark.parametrize("seed", range(12))
def test_words_rank_as_whoosh_itself_ranks_exhaustively(index, corpus, seed):
    rng = random.Random(seed)
    typed = rng.choice(corpus[20:]).text.split()
    terms = tuple(dict.fromkeys(["trauma", *rng.sample(typed, 2)][: rng.randint(1, 3)]))
    asked = words.read(" ".join(terms)).terms
    expected = whoosh_ranking(index, index._store.folder, asked)
    expected = {key: score for key, score in expected.items() if key in {one.id for one in visible(corpus)}}
    page = found(index, words=" ".join(terms))
    hits = [hit for number in range(1, 4) for hit in found(index, words=" ".join(terms), page=number).hits]
    assert page.total == len(expected) == len(hits) > 0
    assert {hit.id: hit.score for hit in hits} == pytest.approx(expected, rel=1e-9)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_a_quoted_phrase_must_stand_together(tmp_path):
    index = SearchIndex(tmp_path, "words")
    apart = a_listing(id="bbbbbbbbbb", text="A child with an inner ear.", headline="", tags="")
    index.rebuild([a_listing(), apart], number=1, mark="a")
    assert set(ids(index, words="inner child")) == {"aaaaaaaaaa", "bbbbbbbbbb"}
    assert ids(index, words='"inner child"') == ("aaaaaaaaaa",)


def test_when_nobody_has_all_words_the_nearest_are_shown_most_words_first(tmp_path):
    index = SearchIndex(tmp_path, "words")
    two = a_listing(id="bbbbbbbbbb", text="Otters and lanterns.", headline="", name="Bo Lin")
    one = a_listing(id="cccccccccc", text="Lanterns, lanterns, lanterns.", headline="", name="Cy Moss")
    index.rebuild([a_listing(), one, two], number=1, mark="a")
    page = found(index, words="otters lanterns zebras")
    assert page.nearest and [hit.id for hit in page.hits] == ["bbbbbbbbbb", "cccccccccc"]
    assert not found(index, words="otters lanterns").nearest
    assert found(index, words="zebras").total == 0


def test_words_that_are_not_required_order_and_leave_nobody_out(tmp_path):
    index = SearchIndex(tmp_path, "words")
    lanterns = a_listing(id="bbbbbbbbbb", text="Otters and lanterns.", headline="")
    index.rebuild([a_listing(), lanterns], number=1, mark="a")
    assert ids(index, words="otters lanterns") == ("bbbbbbbbbb",)
    page = found(index, words="otters lanterns", required=False)
    assert [hit.id for hit in page.hits] == ["bbbbbbbbbb", "aaaaaaaaaa"] and not page.nearest


def test_main_concerns_rank_before_others_and_others_before_neighbours(tmp_path):
    index = SearchIndex(tmp_path, "words", RELATED)
    kinds = {
        "main": a_listing(id="main", main_concerns=("shame",), concerns=("shame",), facets={"concern": ("shame",)}),
        "also": a_listing(id="also", main_concerns=(), concerns=("shame",), facets={"concern": ("shame",)}),
        "near": a_listing(id="near", main_concerns=(), concerns=("guilt",), facets={"concern": ("guilt",)}),
        "none": a_listing(id="none", main_concerns=("ocd",), concerns=("ocd",), facets={"concern": ("ocd",)}),
    }
    index.rebuild(kinds.values(), number=1, mark="a")
    page = found(index, concepts=(("shame", 0.9), ("panic", 0.4)), words="a very slow long sentence about grief")
    assert [hit.id for hit in page.hits] == ["main", "also", "near", "none"]
    assert page.hits[0].main == ("shame",) and page.hits[1].also == ("shame",) and page.hits[2].also == ()


def test_equals_stand_open_places_first_then_shuffled_by_day(index, corpus):
    order, tomorrow = ids(index), ids(index, today=TODAY + timedelta(days=1))
    stayed = set(order) & set(tomorrow)
    assert order == ids(index) and len(stayed) > 100
    assert [key for key in order if key in stayed] != [key for key in tomorrow if key in stayed]
    by_id = {one.id: one for one in corpus}
    kinds = ["open-now" in by_id[key].facets.get("availability", ()) for key in order]
    assert kinds == sorted(kinds, reverse=True)
    open_now = order[: sum(kinds)]
    assert list(open_now) == sorted(open_now, key=lambda key: tie_break(TODAY, key))


def test_pages_hold_everyone_once(index):
    pages = [found(index, words="trauma", page=number, per_page=7) for number in range(1, 60)]
    together = [hit.id for page in pages for hit in page.hits]
    assert tuple(together) == ids(index, words="trauma")
    assert len(set(together)) == len(together) == pages[0].total
    assert pages[-1].hits == ()


def test_sorting_by_fee_puts_the_unknown_last_and_by_confirmation_the_newest_first(index, corpus):
    by_id = {one.id: one for one in corpus}
    dollars = [by_id[key] for key in ids(index, sort="fee", currency="USD")]
    named = [one.currency == "USD" for one in dollars]
    assert named == sorted(named, reverse=True)
    lowest = [one.fee_low_minor for one in dollars if one.currency == "USD"]
    assert lowest == sorted(lowest)
    confirmed = [by_id[key].confirmed_on for key in ids(index, sort="confirmed")]
    assert confirmed == sorted(confirmed, reverse=True)


# Distance

LEEDS, YORK, LONDON = (53.8008, -1.5491), (53.9590, -1.0815), (51.5072, -0.1276)
LEEDS_TO_YORK_KM, LEEDS_TO_LONDON_KM = 35.3, 272.0


@pytest.fixture
def around_leeds(tmp_path: Path) -> SearchIndex:
    """One in Leeds, one in York, one in London and York, one who hasn't said where."""
    places = {"leeds": (LEEDS,), "york": (YORK,), "two": (LONDON, YORK), "london": (LONDON,), "nowhere": ()}
    made = SearchIndex(tmp_path, "words")
    assert made.rebuild([a_listing(id=key, points=points) for key, points in places.items()], number=1, mark="a")
    return made


def test_sorting_by_distance_puts_the_nearest_point_first_and_the_unknown_last(around_leeds):
    page = found(around_leeds, near=LEEDS, sort="distance")
    order = [hit.id for hit in page.hits]
    assert order[0] == "leeds" and set(order[1:3]) == {"york", "two"} and order[3:] == ["london", "nowhere"]
    assert [hit.distance_km for hit in page.hits][:4] == pytest.approx(
        [0, LEEDS_TO_YORK_KM, LEEDS_TO_YORK_KM, LEEDS_TO_LONDON_KM], abs=0.5
    )
    assert page.hits[4].distance_km is None and page.unknown == {}
    assert all(hit.distance_km is None for hit in found(around_leeds).hits)


def test_a_radius_is_a_must_and_leaves_out_who_has_not_said_where(around_leeds):
    in_york, anywhere = {"leeds", "york", "two"}, {"leeds", "york", "two", "london"}
    for km, expected in ((0, {"leeds"}), (35, {"leeds"}), (36, in_york), (273, anywhere), (20_100, anywhere)):
        page = found(around_leeds, near=LEEDS, within_km=km)
        assert {hit.id for hit in page.hits} == expected and page.unknown == {"distance": 1}, km
    assert found(around_leeds, within_km=1).total == 5


# Names and unfinished words


def test_names_are_found_by_their_beginnings(tmp_path):
    index = SearchIndex(tmp_path, "words")
    names = {"kapoor": "Meera Kapoor", "rao": "Meera Rao", "other": "Kamal James", "double": "Zoë Ní Mheara-Rao"}
    index.rebuild(
        [a_listing(id=key, name=name, text="Meera Rao wrote") for key, name in names.items()], number=1, mark="a"
    )
    for name, people in {
        ("meera",): {"kapoor", "rao"},
        ("meera", "k"): {"kapoor"},
        ("rao",): {"rao", "double"},
        ("james",): {"other"},
        ("jam", "kam"): {"other"},
        ("zoe",): {"double"},
        ("wrote",): set(),
    }.items():
        assert set(ids(index, name=name)) == people, name
    assert found(index, name=("meera",)).unknown == {}
    assert index.name_words() >= {"meera", "kapoor", "james", "zoe"} and "wrote" not in index.name_words()


def test_an_unfinished_word_finds_who_has_a_word_that_begins_so(small):
    assert found(small, words="brea", unfinished=True).total == 1
    assert found(small, words="slow brea", unfinished=True).total == 1
    assert found(small, words="breathing", unfinished=True).total == 1, "its stem is there"
    assert found(small, words="brea ", unfinished=True).total == found(small, words="brea").total == 0
    assert found(small, words="b", unfinished=True).total == 0, "one letter says nothing"
    assert found(small, words="zebras brea", unfinished=True).nearest


def test_the_words_of_the_texts_are_told_with_how_many_have_them(tmp_path):
    index = SearchIndex(tmp_path, "words")
    bo = a_listing(id="bbbbbbbbbb", text="Slow breathing.", name="Bo Lin")
    index.rebuild([a_listing(), bo], number=1, mark="a")
    assert index.words()["slow"] == 2 and index.words()["breathing"] == 1 and "meera" not in index.words()
    assert index.catch_up([Change(2, "b", a_listing(id="c", name="Cy Otterly"), "c")], after=(1, "a"))
    assert "otterly" in index.name_words() and index.words()["tea"] == 2


# Asking for less, and finding nobody


def test_only_the_wanted_facets_are_counted(index):
    whole = found(index, filters={"format": ("video",)})
    some = found(index, filters={"format": ("video",)}, counted=("format", "gender", "faith", "no-such-group"))
    assert dict(some.facets) == {group: whole.facets[group] for group in ("format", "gender")}
    none = found(index, filters={"format": ("video",)}, counted=())
    assert dict(none.facets) == {} and (none.total, none.hits, none.unknown) == (whole.total, whole.hits, whole.unknown)


def test_when_nobody_is_found_each_must_tells_how_many_there_would_be_without_it(tmp_path):
    index = SearchIndex(tmp_path, "words")
    otter = a_listing(id="otter", text="Otters.", points=(LEEDS,), facets={"format": ("video",), "gender": ("man",)})
    dear = replace(otter, id="dear", name="Zed Lin", fee_low_minor=90000, facets={"format": ("video",)})
    index.rebuild([a_listing(), otter, dear], number=1, mark="a")
    asked = {"words": "otters", "near": YORK, "within_km": 50, "currency": "USD"}
    assert found(index, **asked).without == {}
    page = found(index, **asked, filters={"format": ("phone",)})
    assert page.total == 0 and page.without == {"format": 2, "distance": 0, "words": 0}
    page = found(index, **asked, filters={"gender": ("woman",)}, name=("meera",), fee_max_minor=10000)
    assert page.without == {"gender": 1, "fee": 0, "distance": 0, "name": 0, "words": 0}
    page = found(index, filters={"concern": ("grief",)}, words="otters")
    assert page.without == {"concern": 2, "words": 1}


def test_the_nearest_are_still_told_what_each_must_costs(index):
    page = found(index, words="trauma zzzz", filters={"language": ("klingon",)})
    assert page.nearest and page.total == 0
    assert page.without["language"] == found(index, words="trauma zzzz").total and page.without["words"] == 0


@pytest.mark.parametrize("fee_max", [None, 9_000])
def test_people_are_counted_at_each_fee_that_is_asked_about(index, fee_max):
    fees = (0, 6_000, 9_000, 50_000)
    asked = {"currency": "USD", "filters": {"country": ("US",)}, "words": "family", "required": False}
    counted = found(index, **asked, fee_max_minor=fee_max, fees=fees).by_fee
    assert counted == tuple(found(index, **asked, fee_max_minor=fee).total for fee in fees)
    assert counted[1] < counted[2] < counted[3]
