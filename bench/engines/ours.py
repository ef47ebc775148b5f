"""Holdspace's own search room, asked through its door as the pages ask it."""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from bench.corpus import FIRST_DAY
from bench.documents import Corpus
from bench.engines.asking import Answer, Asked, Built
from directory.views.finding import excerpt
from search_index.engine import SearchIndex
from search_index.facet_counts import FacetCounts
from search_index.listing import Change, Listing, Query
from search_index.schema import SCHEMA_VERSION
from search_index.spelling import Spelling

NAME = "Holdspace"
DIGEST = "bench"
PER_PAGE = 20


class _Person(NamedTuple):
    """A row as far as a page looks for words in it."""

    bio_approach: str
    headline: str = ""
    bio_working: str = ""
    bio_first_session: str = ""


class Ours:
    """The index of a corpus, made once per size, seed and schema version."""

    name = NAME
    warms = True

    def __init__(self, corpus: Corpus, index: SearchIndex | None = None) -> None:
        self.folder = corpus.folder / f"ours-{SCHEMA_VERSION}"
        self._corpus = corpus
        self.index = index or SearchIndex(self.folder, DIGEST)
        self._texts: Mapping[str, str] = {}
        self._spelling: Spelling | None = None

    def build(self) -> Built:
        """Write the index, unless it is there."""
        if self.index.cursor() is not None:
            return Built(None, self._megabytes())
        start, wall = time.process_time(), time.perf_counter()
        self.index.rebuild(self._corpus.listings(), number=1, mark="bench")
        return Built(time.process_time() - start, self._megabytes(), time.perf_counter() - wall)

    def know(self, texts: Mapping[str, str], spelling: Spelling) -> None:
        """The texts to mark words in, by id, which the pages read from the database, and what mends spelling."""
        self._texts, self._spelling = texts, spelling

    def query(self, asked: Asked) -> Query:
        """What the pages would ask the index."""
        return Query(
            FIRST_DAY,
            words=asked.words,
            filters=asked.filters,
            fee_max_minor=asked.fee_max,
            currency=asked.currency if asked.fee_max is not None else None,
            per_page=PER_PAGE,
            unfinished=asked.kind == "g",
            counted=None if asked.facets else (),
        )

    def ask(self, asked: Asked) -> Answer:
        """A page's ids, the exact count and every facet, looked at."""
        query = self.query(asked)
        if asked.kind == "d" and self._spelling is not None:
            mended = self._spelling.mended(asked.words, self.index.words(), self.index.name_words())
            query = replace(query, words=mended or asked.words)
        page = self.index.search(query)
        counts = page.facets.by_term() if isinstance(page.facets, FacetCounts) and asked.facets else {}
        ids = [hit.id for hit in page.hits]
        if asked.kind == "h":
            typed = asked.words.split()
            for key in ids:
                excerpt(_Person(self._texts[key]), typed)
        return Answer(page.total, ids, lambda: counts)

    def ranking(self, asked: Asked) -> tuple[list[str], list[float]]:
        """Everyone who qualifies, in order, with the scores of the first hundred."""
        query = self.query(asked)
        page = self.index.search(replace(query, per_page=100))
        return list(self.index.ids(query)), [hit.score for hit in page.hits]

    def edit(self, listing: Listing, number: int, word: str) -> None:
        """Take one edit in, and find it by a word that only it has."""
        cursor = self.index.cursor()
        assert cursor is not None
        self.index.catch_up([Change(number, "edit", listing, listing.id)], after=cursor)
        assert self.has(word)

    def has(self, word: str) -> bool:
        """Is anybody found who has this word?"""
        found = self.index.search(Query(FIRST_DAY, words=word, counted=()))
        return found.total > 0 and not found.nearest

    def _megabytes(self) -> float:
        return sum(file.stat().st_size for file in self.folder.rglob("*") if file.is_file()) / 1e6
