"""How many of those found have each facet value, as a page reads it. Counting is counting.py's and facets.py's."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import compress

import numpy as np

from search_index.bits import Counts
from search_index.facets import Facets, joined
from search_index.listing import FacetCount, Query

# FacetCount._make without its check of the length, which takes longer than the rest: a page has hundreds.
_counted_as: Callable[[tuple[str, int]], FacetCount] = partial(tuple.__new__, FacetCount)


class FacetCounts(Mapping[str, tuple[FacetCount, ...]]):
    """Per group, its values with their numbers; zeros only for values asked for. A group is made when looked at."""

    __slots__ = ("_asked", "_facets", "_groups", "_numbers")

    def __init__(self, facets: Facets, numbers: Counts, groups: Sequence[str], query: Query) -> None:
        """``numbers``: as ``facets`` counts them; only those of ``groups`` are looked at."""
        self._facets, self._numbers, self._asked = facets, numbers, query.filters
        self._groups: dict[str, tuple[FacetCount, ...] | None] = dict.fromkeys(groups)

    def __getitem__(self, group: str) -> tuple[FacetCount, ...]:
        made = self._groups[group]
        if made is None:
            made = self._groups[group] = self._made(group)
        return made

    def __iter__(self) -> Iterator[str]:
        return iter(self._groups)

    def __len__(self) -> int:
        return len(self._groups)

    def __repr__(self) -> str:
        return repr(dict(self))

    def by_term(self) -> dict[str, int]:
        """Every value of every group that anybody has, as "group:value", with its number. All at once, so quickly."""
        told: dict[str, int] = {}
        for part, _ in joined((self._facets.slices[group], None) for group in self._groups):
            numbers = self._numbers[part]
            some = np.flatnonzero(numbers)
            told.update(zip(self._facets.terms[part][some].tolist(), numbers[some].tolist(), strict=True))
        return told

    def _made(self, group: str) -> tuple[FacetCount, ...]:
        rows, asked = self._facets.group(group), self._asked.get(group, ())
        numbers = self._numbers[self._facets.slices[group]].tolist()
        pairs = zip(rows.values, numbers, strict=True)
        if not asked:
            return tuple(map(_counted_as, compress(pairs, numbers)))
        shown = [pair for pair in pairs if pair[1] or pair[0] in asked]
        shown += [(value, 0) for value in asked if value not in rows.places]
        return tuple(map(_counted_as, shown))
