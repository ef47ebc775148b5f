"""Whoosh 2.7.4 with its own searcher over the very files that our room writes, its ranking worked through exhaustively.

With its default limit it drops true first hits, so ``limit=None`` is the only right way to ask it.
"""

from functools import cache
from typing import Any

from whoosh.query import And, Every, FuzzyTerm, Or, Phrase, Prefix, Query, Term
from whoosh.sorting import Count, FieldFacet

from bench.documents import Corpus
from bench.engines.asking import Answer, Asked, Built
from bench.engines.ours import DIGEST, Ours
from search_index.schema import FIGURES, TEXT_BOOSTS
from search_index.store import Store

PER_PAGE = 20
FEE_AT = 4
# Whoosh takes an empty set for no filter at all.
NOBODY = {-1}


class Whoosh:
    """Our index folder, without our read model."""

    name = "Whoosh 2.7.4"
    warms = False

    def __init__(self, corpus: Corpus) -> None:
        self._ours = Ours(corpus)

    def build(self) -> Built:
        """Nothing to build: the files are ours. Who may be paid is worked out before anybody asks."""
        place = Store(self._ours.folder, DIGEST)
        self._searcher = place.open().searcher
        self._ids = self._searcher.reader().column_reader("id", translate=False)
        figures = self._searcher.reader().column_reader("figures", translate=False)
        self._fees = [FIGURES.unpack(bytes(figures[doc]))[FEE_AT] for doc in range(self._searcher.doc_count_all())]
        return Built(None, sum(file.stat().st_size for file in place.current().glob("*.seg")) / 1e6)

    def ask(self, asked: Asked) -> Answer:
        """Everyone found and ranked; facets by a categoriser that reads many values of a field."""
        results = self._found(asked)
        ids = [self._id(doc) for _, doc in results.top_n[:PER_PAGE]]
        counts = results.groups("facet") if asked.facets else {}
        return Answer(len(results.top_n), ids, lambda: counts)

    def ranking(self, asked: Asked) -> dict[str, float]:
        """Everyone who qualifies, with Whoosh's score."""
        return {self._id(doc): score for score, doc in self._found(asked).top_n}

    def _found(self, asked: Asked) -> Any:
        grouped = {"facet": FieldFacet("facet", allow_overlap=True, maptype=Count)} if asked.facets else None
        return self._searcher.search(_query(asked), limit=None, filter=self._allowed(asked), groupedby=grouped)

    def _allowed(self, asked: Asked) -> set[int] | None:
        """Who meets the phrase, the filters and the fee, as Whoosh's ``filter`` works it out; None without any."""
        allowed = [set(self._searcher.docs_for_query(query)) for query in _musts(asked)]
        if asked.fee_max is not None:
            allowed.append(self._payable(asked.fee_max))
        return set.intersection(*allowed) or NOBODY if allowed else None

    @cache  # noqa: B019 - one engine in a run
    def _payable(self, most: int) -> set[int]:
        return {doc for doc, fee in enumerate(self._fees) if 0 <= fee <= most}

    def _id(self, doc: int) -> str:
        return bytes(self._ids[doc]).decode()


def _query(asked: Asked) -> Query:
    if asked.kind == "d":
        return Or([FuzzyTerm(field, term, maxdist=1) for field in TEXT_BOOSTS for term in asked.terms])
    if asked.prefix:
        return Or([Prefix(field, asked.prefix) for field in TEXT_BOOSTS])
    return And([Or([Term(field, term) for field in TEXT_BOOSTS]) for term in asked.terms]) if asked.terms else Every()


def _musts(asked: Asked) -> list[Query]:
    phrase = [Or([Phrase(field, list(asked.phrase)) for field in TEXT_BOOSTS])] if asked.phrase else []
    filters = [Or([Term("facet", value) for value in values]) for values in asked.facet_filters()]
    return [*phrase, And(filters)] if filters else phrase
