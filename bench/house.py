"""The whole house over a large index: pages, understanding, hostile texts. Rows are the demo's, counts the corpus's."""

import logging
import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import directory
from bench.corpus import FIRST_DAY
from bench.documents import FOLDER
from bench.timing import middle, processor
from directory.house import House
from search_index.engine import SearchIndex
from search_index.listing import Page, Query
from search_index.suggestions import Choices
from tests.hostile import HOSTILE

ROUNDS = 100
PAGES = {
    "a page of results, filters": "/therapists?country=US&format=video",
    "a page of results, a concern": "/concerns/childhood-trauma",
}
OWN_WORDS = "I grew up walking on eggshells and want someone who works with the inner child, online, under $150"


class Large:
    """The index of the corpus under the demo's rows: each page's ids are changed for as many of the demo's."""

    def __init__(self, index: SearchIndex, ids: tuple[str, ...]) -> None:
        self._index, self._ids = index, ids

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)

    def search(self, query: Query) -> Page:
        """The corpus's page, with the demo's people."""
        page = self._index.search(replace(query, today=FIRST_DAY))
        hits = tuple(hit._replace(id=one) for hit, one in zip(page.hits, self._ids, strict=False))
        return replace(page, hits=hits)


def opened(index: SearchIndex) -> tuple[Any, House]:
    """The demo's app with the large index in it, and its house."""
    app = directory.create_app({"INSTANCE": FOLDER / "demo", "FOLLOW": False})
    logging.getLogger("holdspace").setLevel(logging.WARNING)
    house: House = app.extensions["holdspace"]
    ids = house.index.ids(Query(FIRST_DAY))
    large = replace(house, index=Large(index, ids))  # type: ignore[arg-type]
    app.extensions["holdspace"] = large
    return app, large


def pages(app: Any) -> Iterator[tuple[str, float]]:
    """(what, milliseconds of processor) of whole pages, through the app."""
    client = app.test_client()
    for what, address in PAGES.items():
        assert client.get(address).status_code == 200, address
        yield what, processor(lambda address=address: client.get(address), ROUNDS)  # type: ignore[misc]
    asked = client.post("/search", data={"text": OWN_WORDS})
    assert asked.status_code == 303, asked.status_code
    address = asked.headers["Location"]
    assert client.get(address).status_code == 200
    yield "a page of results, own words", processor(lambda: client.get(address), ROUNDS)
    yield (
        "reading own words, until the redirect",
        processor(lambda: client.post("/search", data={"text": OWN_WORDS}), ROUNDS),
    )


def understanding(house: House, seed: int) -> tuple[float, float]:
    """(median, worst) milliseconds to understand a text, danger and spelling included, each once, after a warm-up."""
    said = [saying for sayings in _sayings().values() for saying in sayings]
    texts = random.Random(seed).sample(said, 400)
    _ready(house)
    each = iter(texts)
    return middle(lambda: house.understand(next(each)), len(texts))


def suggesting(house: House) -> tuple[float, float]:
    """(median, worst) milliseconds to suggest concerns for the beginnings of their labels."""
    terms = [(term.slug, term.label, term.aka) for term in house.vocabulary.terms("concerns")]
    choices = Choices(terms)
    begun = iter([label[:length] for _, label, _ in terms for length in (2, 4, 7)])
    return middle(lambda: choices.suggest(next(begun)), 3 * len(terms))


def hostile(index: SearchIndex, house: House) -> Mapping[str, float]:
    """Per hostile text, the milliseconds of processor to search for it and to understand it."""
    _ready(house)
    return {name: _survived(index, house, text) for name, text in HOSTILE.items()}


def _ready(house: House) -> None:
    """As the follower leaves a worker: everything that reading texts needs is loaded."""
    house.understand(OWN_WORDS)
    assert house.meaning.hears_order


def _survived(index: SearchIndex, house: House, text: str) -> float:
    return processor(lambda: (index.search(Query(FIRST_DAY, words=text)), house.understand(text)), 1)


def _sayings() -> Mapping[str, Any]:
    from directory import sayings, vocabulary
    from directory.config import ROOT

    words = vocabulary.load(ROOT / "seeds" / "vocabulary")
    return sayings.load(ROOT / "seeds" / "sayings", {term.slug for term in words.terms("concerns", hidden=True)})
