"""One query on one snapshot, from words to a page. Which snapshot is engine.py's business."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import compress, repeat

import numpy as np

from search_index import bits, words
from search_index.bits import Docs
from search_index.counting import Selection
from search_index.facets import FEE
from search_index.folding import WORD, WORD_LENGTH, fold, stem
from search_index.impacts import Scores
from search_index.listing import Hit, Page, Query
from search_index.points import km_of
from search_index.ranking import WordMatch, best, concept_scores, match_words, order_of
from search_index.selection import fee_at_most, select
from search_index.snapshot import Snapshot
from search_index.words import TEXT_LENGTH

MOST_PER_PAGE = 100

_NOBODY = np.empty(0, dtype=np.int64)
# Hit._make without its check of the length.
_hit_of: Callable[[tuple[object, ...]], Hit] = partial(tuple.__new__, Hit)

Related = Mapping[str, tuple[str, ...]]


class Answer:
    """A query worked out: who qualifies, and what orders them. Raises IndexUnavailable while it is."""

    def __init__(self, snapshot: Snapshot, query: Query, related: Related) -> None:
        self._snapshot, self._query = snapshot, query
        self._day = snapshot.on(query.today)
        self._matched = self._match()
        self._gaps = snapshot.points.gaps(query.near, snapshot.size) if query.near is not None else None
        self._selection = Selection(self._day, self._matched.found, select(snapshot, self._day, query, self._gaps))
        concepts = concept_scores(snapshot, self._day, query, related)
        self._order = order_of(snapshot, query, self._matched, self._gaps, concepts)

    def page(self) -> Page:
        """The page that the query asks for, with its counts."""
        query, selection = self._query, self._selection
        counted = selection.counted(query)
        total = selection.total
        per_page = min(max(query.per_page, 1), MOST_PER_PAGE)
        start = (max(query.page, 1) - 1) * per_page
        return Page(
            total,
            self._hits(start, min(start + per_page, total)),
            counted.facets,
            counted.unknown,
            counted.other_currencies,
            self._matched.nearest,
            self._snapshot.generation,
            query.set_aside(),
            {} if total else selection.without(words=self._matched.required),
            tuple(self._by_fee()),
        )

    def _by_fee(self) -> Iterator[int]:
        others, currency = self._selection.all_but(FEE), self._query.currency
        for fee in self._query.fees:
            yield bits.count(others & fee_at_most(self._snapshot, self._day, fee, currency))

    def ids(self) -> tuple[str, ...]:
        """Everyone who qualifies, in order."""
        return tuple(self._ids(self._best(self._selection.total)[0]))

    def _match(self) -> WordMatch:
        query, postings = self._query, self._snapshot.postings
        asked, unfinished = words.read(query.words), _last_word(query)
        impacts = [postings.term(term) for term in asked.terms if not unfinished or term != stem(unfinished)]
        if unfinished:
            impacts.append(postings.beginning(unfinished))
        required = query.required and not query.concepts
        phrases = [postings.phrase(phrase) for phrase in asked.phrases] if required else []
        return match_words(self._day.visible, self._snapshot.everybody, impacts, phrases, required=required)

    def _best(self, limit: int) -> tuple[Docs, Scores]:
        return best(self._selection, self._day, self._order, limit) if limit else (_NOBODY, np.empty(0))

    def _hits(self, start: int, stop: int) -> tuple[Hit, ...]:
        if start >= stop:
            return ()
        docs, keys = self._best(stop)
        docs, keys = docs[start:], keys[start:]
        asked = [slug for slug, _ in self._query.concepts]
        main, also = (self._named(group, asked, docs) for group in ("main", "also"))
        apart = map(km_of, self._gaps.take(docs).tolist()) if self._gaps is not None else repeat(None)
        told = zip(self._ids(docs), (-keys).tolist(), main, also, apart, strict=False)
        return tuple(map(_hit_of, told))

    def _named(self, group: str, asked: list[str], docs: Docs) -> Iterable[tuple[str, ...]]:
        """Per document, which of the concepts asked for it names in this group."""
        if not asked:
            return repeat(())
        rows = self._day.facets.group(group)
        has = np.array([bits.has(rows.having((slug,)), docs) for slug in asked])
        return [tuple(compress(asked, named)) for named in has.T.tolist()]

    def _ids(self, docs: Docs) -> list[str]:
        return [key.decode("utf-8", "replace") for key in self._snapshot.ids.take(docs).tolist()]


def _last_word(query: Query) -> str:
    """The folded word that the text ends in, where it may be unfinished."""
    folded = fold(query.words[:TEXT_LENGTH]) if query.unfinished else ""
    last = WORD.findall(folded)[-1:]
    return last[0][:WORD_LENGTH] if last and folded.endswith(last[0]) else ""
