"""Every answer of the read model against slower ways that need no trust: Whoosh's exhaustive ranking, and plain sets.

10,000 listings in four segments, with 600 updates and 200 deletions behind them.
"""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest
from whoosh.query import And, Or, Phrase, Term

from bench.corpus import FIRST_DAY, listings
from search_index import words
from search_index.answering import MOST_PER_PAGE, Answer
from search_index.caching import ByteCache
from search_index.engine import SearchIndex
from search_index.listing import COUNTED_GROUPS, GUARDED_GROUPS, Change, Listing, Query
from search_index.schema import TEXT_BOOSTS, licence_day
from search_index.segment import Segment
from search_index.snapshot import Snapshot
from search_index.store import Store
from search_index.ties import openness, tie_break

TODAY = FIRST_DAY
CORPUS, QUERIES = 10_000, 300
UPDATED, DELETED = 600, 200
SAME = 1e-9


@dataclass
class House:
    """A folder with the index, and the listings that are in it and visible today."""

    folder: Path
    visible: dict[str, Listing]

    @cached_property
    def standing(self) -> dict[str, tuple[int, int]]:
        """Where everyone visible stands among equals: open places first, then by the day's tie-break."""
        return {
            key: (openness(one.facets.get("availability", ())), tie_break(TODAY, key))
            for key, one in self.visible.items()
        }

    def parts(self) -> list[tuple[Segment, Sequence[int]]]:
        """The segments as they are opened, with the numbers of their deleted documents."""
        return list(Store(self.folder, "words").open().parts({}))

    def snapshot(self, change: Callable[[Segment], Segment] = lambda segment: segment) -> Snapshot:
        """The read model of these files, each segment changed in memory first."""
        return a_snapshot([(change(segment), deleted) for segment, deleted in self.parts()])


def a_snapshot(parts: Sequence[tuple[Segment, Iterable[int]]]) -> Snapshot:
    return Snapshot("a generation", parts, ByteCache(64 << 20))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """The corpus, written in four steps."""
    everyone = list(listings(CORPUS, seed=11))
    folder = tmp_path_factory.mktemp("exactness")
    index = SearchIndex(folder, "words")
    earlier = [replace(one, text=f"{one.text} {one.text}", tags="trauma") for one in everyone[:UPDATED]]
    assert index.rebuild([*earlier, *everyone[UPDATED:5000]], number=1, mark="a")
    steps = [everyone[5000:7500], [*everyone[7500:], *everyone[: UPDATED // 2]], everyone[UPDATED // 2 : UPDATED]]
    for number, batch in enumerate(steps, start=2):
        assert index.catch_up([Change(number, "a", one, one.id) for one in batch], after=(number - 1, "a"))
    gone = {one.id for one in random.Random(1).sample(everyone, DELETED)}
    assert index.catch_up([Change(9, "a", None, one) for one in sorted(gone)], after=(4, "a"))
    shown = {one.id: one for one in everyone if one.id not in gone and is_visible(one)}
    return House(folder, shown)


def is_visible(one: Listing) -> bool:
    licensed = any(TODAY <= last for last in one.jurisdictions.values())
    return one.visible_from <= TODAY <= one.visible_until and licensed


def test_the_house_is_as_worn_as_it_should_be(house):
    parts = house.parts()
    assert len(parts) >= 3
    assert sum(segment.size for segment, _ in parts) == CORPUS + UPDATED
    assert sum(len(deleted) for _, deleted in parts) == UPDATED + DELETED


# Words against Whoosh


@pytest.fixture(scope="module")
def asked(house) -> list[str]:
    """One to four words that somebody visible has, common and rare ones, every fourth time with a phrase."""
    rng, people = random.Random(2), list(house.visible.values())
    texts: list[str] = []
    while len(texts) < QUERIES:
        typed = rng.choice(people).text.split()
        if len(texts) % 4 == 3:
            at = rng.randrange(len(typed) - 2)
            phrase = '"' + " ".join(typed[at : at + rng.choice((2, 2, 3))]) + '"'
            texts.append(" ".join([phrase, *rng.sample(typed, rng.randint(0, 2))]))
        else:
            texts.append(" ".join(rng.sample(typed, rng.randint(1, 4))))
    return ["trauma", "family", *texts[2:]]


@pytest.fixture(scope="module")
def whoosh_says(house, asked) -> dict[str, dict[str, float]]:
    """Per text, the score of everyone visible who has all of it, worked through by Whoosh without its shortcuts."""
    searcher = Store(house.folder, "words").open().searcher
    column = searcher.reader().column_reader("id", translate=False)
    told = {}
    for text in asked:
        read = words.read(text)
        phrases = [Or([Phrase(field, list(phrase)) for field in TEXT_BOOSTS]) for phrase in read.phrases]
        terms = And([Or([Term(field, term) for field in TEXT_BOOSTS]) for term in read.terms])
        results = searcher.search(terms, limit=None, filter=And(phrases) if phrases else None)
        scores = {bytes(column[doc]).decode(): score for score, doc in results.top_n}
        told[text] = {key: score for key, score in scores.items() if key in house.visible}
    return told


def in_order(house: House, scores: dict[str, float]) -> list[str]:
    """Best first; equals as they stand."""
    ranked = sorted(scores, key=lambda key: -scores[key])
    steps = np.cumsum([0, *(scores[a] - scores[b] > SAME for a, b in zip(ranked, ranked[1:], strict=False))])
    equals = groupby(zip(steps.tolist(), ranked, strict=True), key=lambda pair: pair[0])
    return [key for _, group in equals for key in sorted((key for _, key in group), key=house.standing.__getitem__)]


def differences(house: House, snapshot: Snapshot, whoosh_says: dict[str, dict[str, float]]) -> list[str]:
    """The texts for which the snapshot finds others, counts others, ranks them otherwise or scores them otherwise."""
    return [text for text, scores in whoosh_says.items() if not agrees(house, snapshot, text, scores)]


def agrees(house: House, snapshot: Snapshot, text: str, scores: dict[str, float]) -> bool:
    query = Query(TODAY, words=text, per_page=MOST_PER_PAGE)
    last = -(-len(scores) // MOST_PER_PAGE)
    pages = [Answer(snapshot, replace(query, page=page), {}).page() for page in {1, (last + 1) // 2, last}]
    near = all(abs(hit.score - scores.get(hit.id, -1)) < 1e-6 for page in pages for hit in page.hits)
    same = list(Answer(snapshot, query, {}).ids()) == in_order(house, scores)
    return near and same and all(page.total == len(scores) and not page.nearest for page in pages)


def test_words_find_count_and_rank_as_whoosh_does_exhaustively(house, asked, whoosh_says):
    assert len(asked) == QUERIES and all(whoosh_says.values())
    over_half = [text for text in asked if len(whoosh_says[text]) > len(house.visible) / 2]
    assert len(over_half) >= 5 and sum('"' in text for text in asked) >= 70
    assert differences(house, house.snapshot(), whoosh_says) == []


class Dropping:
    """A segment that lacks the posting of ``term`` in one document."""

    def __init__(self, segment: Segment, term: str, doc: int) -> None:
        self._segment, self._term, self._doc = segment, term, doc

    def __getattr__(self, name: str) -> object:
        return getattr(self._segment, name)

    def postings(self, field: str, term: str) -> tuple[np.ndarray, np.ndarray]:
        docs, weights = self._segment.postings(field, term)
        kept = docs != self._doc if term == self._term else np.ones(len(docs), dtype=bool)
        return docs[kept], weights[kept]


def somewhere(house: House, key: str) -> tuple[int, int]:
    """The place of the segment that holds a listing now, and its document there."""
    for place, (segment, deleted) in enumerate(house.parts()):
        for doc in segment.having_id(key.encode()).tolist():
            if doc not in set(map(int, deleted)):
                return place, doc
    raise AssertionError(key)


@pytest.fixture(scope="module")
def one_text(asked, whoosh_says) -> dict[str, dict[str, float]]:
    """A single word that many have, with what Whoosh says of it."""
    return {"family": whoosh_says["family"]}


def test_one_dropped_posting_is_noticed(house, one_text):
    place, doc = somewhere(house, next(iter(one_text["family"])))
    (stem,) = words.read("family").terms
    parts = house.parts()
    assert differences(house, a_snapshot(parts), one_text) == []
    parts[place] = Dropping(parts[place][0], stem, doc), parts[place][1]
    assert differences(house, a_snapshot(parts), one_text) == ["family"]


def test_one_wrong_length_is_noticed(house, one_text):
    place, doc = somewhere(house, min(one_text["family"]))
    parts = house.parts()
    lengths = parts[place][0].lengths["text"].copy()
    lengths[doc] += 40
    changed = replace(parts[place][0], lengths={**parts[place][0].lengths, "text": lengths})
    parts[place] = changed, parts[place][1]
    assert differences(house, a_snapshot(parts), one_text) == ["family"]


def test_one_forgotten_deletion_is_noticed(house, one_text):
    for place, (segment, deleted) in enumerate(house.parts()):
        for doc in map(int, deleted):
            if bytes(segment.ids[doc]).decode() in one_text["family"]:
                parts = house.parts()
                parts[place] = segment, [other for other in map(int, deleted) if other != doc]
                assert differences(house, a_snapshot(parts), one_text) == ["family"]
                return
    raise AssertionError("Nobody visible was updated.")


# Filters and counts against sets


Sets = dict[tuple[str, str], set[str]]


@pytest.fixture(scope="module")
def sets(house) -> Sets:
    """Who has each value of each group, from the listings alone."""
    found: Sets = {}
    for one in house.visible.values():
        for group, value in values_of(one):
            found.setdefault((group, value), set()).add(one.id)
    return found


def values_of(one: Listing) -> Iterable[tuple[str, str]]:
    for group, values in one.facets.items():
        for value in values:
            last = licence_day(value, one) if group in ("country", "region") else TODAY
            if last is not None and last >= TODAY:
                yield group, value
    if one.sliding_scale:
        yield "sliding", "yes"


def a_query(rng: random.Random, sets: Sets, visible: dict[str, Listing]) -> Query:
    """None to four groups filtered by one to three values each, some with a fee, some with a word."""
    groups = rng.sample([*COUNTED_GROUPS, *GUARDED_GROUPS], rng.randint(0, 4))
    filters = {
        group: tuple(rng.sample(sorted(value for name, value in sets if name == group), rng.randint(1, 3)))
        for group in groups
        if group != "sliding"
    }
    word = rng.choice(["", "", "trauma", rng.choice(list(visible.values())).text.split()[-1]])
    fee = rng.choice([None, None, 9000, 15000])
    return Query(TODAY, words=word, filters=filters, fee_max_minor=fee, currency=rng.choice([None, "USD", "GBP"]))


def expected(query: Query, group: str, people: set[str], house: House, sets: Sets) -> set[str]:
    """Of ``people``, who meets all musts but that of this group."""
    found = set(people)
    for name, values in query.musts().items():
        if name != group:
            found &= set().union(*(sets.get((name, value), set()) for value in values))
    if query.fee_max_minor is not None and group != "fee":
        found = {key for key in found if affordable(query, house.visible[key])}
    return found


def affordable(query: Query, one: Listing) -> bool:
    same = query.currency in (None, one.currency)
    return one.fee_low_minor is not None and same and one.fee_low_minor <= query.fee_max_minor


@pytest.fixture(scope="module")
def snapshot(house) -> Snapshot:
    return house.snapshot()


def told(house: House, snapshot: Snapshot, sets: Sets, query: Query) -> Iterable[tuple[object, object]]:
    """Pairs that must be equal: what the page says, and what the sets say."""
    page = Answer(snapshot, query, {}).page()
    people = set(Answer(snapshot, Query(TODAY, words=query.words), {}).ids())
    found = expected(query, "", people, house, sets)
    yield page.total, len(found)
    yield set(Answer(snapshot, query, {}).ids()), found
    yield set(page.facets), {*COUNTED_GROUPS, *query.guarded()}
    for group, counts in page.facets.items():
        open_to = expected(query, group, people, house, sets)
        by_value = {value: len(who & open_to) for (name, value), who in sets.items() if name == group}
        asked = query.filters.get(group, ())
        yield (group, dict(counts)), (group, {v: n for v, n in by_value.items() if n or v in asked})
    for group in query.musts():
        said = set().union(*(who for (name, _), who in sets.items() if name == group))
        yield (group, page.unknown[group]), (group, len(expected(query, group, people, house, sets) - said))
    if not found:
        without = {group: len(expected(query, group, people, house, sets)) for group in query.musts()}
        yield {group: page.without[group] for group in without}, without


@pytest.mark.parametrize("seed", range(8))
def test_filters_facets_and_the_unsaid_count_as_plain_sets_do(house, snapshot, sets, seed):
    rng, zeros = random.Random(seed), 0
    for _ in range(15):
        query = a_query(rng, sets, house.visible)
        for page_says, sets_say in told(house, snapshot, sets, query):
            assert page_says == sets_say, query
        zeros += not Answer(snapshot, query, {}).ids()
    assert zeros < 15


def test_a_forgotten_facet_row_is_noticed(house, sets):
    def without_video(segment: Segment) -> Segment:
        rows = segment.facet_rows.copy()
        rows[segment.facet_terms.index("format:video"), 0] = 0
        return replace(segment, facet_rows=rows)

    pairs = told(house, house.snapshot(without_video), sets, Query(TODAY))
    assert [pair[0][0] for pair in pairs if pair[0] != pair[1]] == ["format"]


@pytest.mark.parametrize("days", [0, 1, 30])
def test_both_ways_of_counting_give_the_same(house, snapshot, days):
    facets = snapshot.on(TODAY + timedelta(days=days)).facets
    rng = np.random.default_rng(days)
    for share in (0.0, 0.001, 0.05, 0.4, 1.0):
        docs = np.flatnonzero(rng.random(snapshot.size) < share)
        mask = np.packbits(np.isin(np.arange(snapshot.size), docs), bitorder="little").view(np.uint64)
        by_value, by_listing = facets.count([(group, mask) for group in COUNTED_GROUPS]), facets.count_few(docs)
        for group in COUNTED_GROUPS:
            of_group = facets.slices[group]
            assert by_value[of_group].tolist() == by_listing[of_group].tolist(), (share, group)
