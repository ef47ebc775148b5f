"""Who has which facet value on one day, and how many of some listings have each. Which listings is counting.py's."""

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, reduce
from itertools import accumulate
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from search_index import bits
from search_index.bits import Bits, Counts, Docs
from search_index.listing import COUNTED_GROUPS, GUARDED_GROUPS

FEE, DISTANCE, CURRENCY, UNSAID = "fee", "distance", "currency", "unsaid"
_COUNTED = (*COUNTED_GROUPS, *GUARDED_GROUPS, UNSAID, CURRENCY)

Meant = TypeVar("Meant")


class Rows:
    """The values of one facet group and who has each: ``matrix`` (len(values), words) bits."""

    __slots__ = ("values", "matrix", "places")

    def __init__(self, values: Sequence[str], matrix: Bits) -> None:
        self.values, self.matrix = tuple(values), matrix
        self.places = {value: place for place, value in enumerate(values)}

    def having(self, wanted: Sequence[str]) -> Bits:
        """Who has any of these values; nobody for values that no listing uses."""
        chosen = [self.matrix[self.places[value]] for value in wanted if value in self.places]
        return reduce(np.bitwise_or, chosen) if chosen else np.zeros_like(self.matrix, shape=self.matrix.shape[1])

    def said(self) -> Bits:
        """Who has anything at all in this group."""
        return bits.any_of(self.matrix)

    def fill(self, span: slice, part: "Rows") -> None:
        """Put in what ``part`` holds for some words of each row."""
        if part.values == self.values:
            self.matrix[:, span] = part.matrix
        else:
            self.matrix[[self.places[value] for value in part.values], span] = part.matrix


class Facets:
    """All facet groups, as a row of bits per value and, for counting a few listings, a row of bits per listing.

    Counted are the facets of a page, who has said nothing in each group ("unsaid", with "fee" and "distance"), and the
    currencies of fees; other groups only filter and order. Numbers (n,) are one for each row of what is counted, in the
    order of ``terms``; ``slices`` says which are a group's.
    """

    def __init__(
        self, parts: Sequence[tuple[slice, Mapping[str, Rows]]], located: Bits, spans: Mapping[str, slice]
    ) -> None:
        """``parts``: some words of a row, and who has what there; ``located``: who has said where; ``spans``: per
        segment, its words in a row.
        """
        said = (*COUNTED_GROUPS, *GUARDED_GROUPS, FEE, DISTANCE)
        values: dict[str, set[str]] = {group: set() for group in _COUNTED}
        for _, groups in parts:
            for group, rows in groups.items():
                values.setdefault(group, set()).update(rows.values)
        named = {group: said if group == UNSAID else sorted(found) for group, found in values.items()}
        ends = [0, *accumulate(map(len, named.values()))]
        self.slices = {group: slice(*ends[place : place + 2]) for place, group in enumerate(named)}
        self.matrix = np.zeros((ends[-1], len(located)), dtype=np.uint64)
        self._rows = {group: Rows(named[group], self.matrix[part]) for group, part in self.slices.items()}
        self._nothing = Rows((), self.matrix[:0])
        for span, groups in parts:
            for group, rows in groups.items():
                self._rows[group].fill(span, rows)
        told = [located if group == DISTANCE else self._rows[_told_in(group)].said() for group in said]
        np.invert(told, out=self._rows[UNSAID].matrix)
        self._spans = spans
        self._counted = slice(0, self.slices[_COUNTED[-1]].stop)
        self._own_places = {group: place for place, group in enumerate(said, start=2)}
        own = [self._columns_of(group) for group in said]
        self._own = np.array([~np.zeros_like(own[0]), np.zeros_like(own[0]), *own])
        self._wide: Bits | None = None
        self._turning = threading.Lock()

    def group(self, name: str) -> Rows:
        """A facet group; empty when no listing says anything in it."""
        return self._rows.get(name, self._nothing)

    def unsaid(self, group: str) -> Bits:
        """Who has said nothing in this group."""
        return self._rows[UNSAID].having((group,))

    @cached_property
    def terms(self) -> NDArray[np.object_]:
        """(n,) what each number is of, as "group:value"."""
        return np.array([f"{group}:{value}" for group in _COUNTED for value in self._rows[group].values], dtype=object)

    def count(self, wanted: Sequence[tuple[str, Bits]]) -> Counts:
        """How many of each group's own set have each of its values; 0 for the other groups. Costs by values."""
        runs = list(joined((self.slices[group], mask) for group, mask in wanted))
        found, numbers = bits.counts(self.matrix, runs), np.zeros(self._counted.stop, dtype=np.int64)
        ends = [0, *accumulate(run.stop - run.start for run, _ in runs)]
        for (run, _), start, end in zip(runs, ends, ends[1:], strict=False):
            numbers[run] = found[start:end]
        return numbers

    def count_few(self, docs: Docs, missed: Sequence[str] = (), which: Docs | None = None) -> Counts:
        """How many of these listings have each value. Costs by listings.

        ``which`` (n,): 0 to count a listing everywhere, i to count it only in the i-th group of ``missed``: its values,
        its silence, and the currencies when it is the fee.
        """
        shown = self.by_listing().take(docs, axis=0)
        if which is not None and missed:
            own = self._own.take([0, *(self._own_places.get(group, 1) for group in missed)], axis=0)
            shown &= own.take(which, axis=0)
        return bits.column_counts(shown)[self._counted]

    def by_listing(self) -> Bits:
        """(n_listings, words) who has what, a row of bits per listing; made at its first use."""
        with self._turning:
            if self._wide is None:
                self._wide = self._turned(None)
            return self._wide

    def follow(self, before: "Facets") -> None:
        """Make ``by_listing`` now from an older generation's of the same day, if it was made there."""
        if before._wide is not None and np.array_equal(before.terms, self.terms):
            self._wide = self._turned(before)

    def _turned(self, before: "Facets | None") -> Bits:
        counted = self.matrix[self._counted]
        wide = np.zeros((counted.shape[1] * bits.WORD, bits.words_for(len(counted))), dtype=np.uint64)
        for name, span in self._spans.items():
            if before is not None and before._wide is not None and name in before._spans:
                wide[_docs(span)] = before._wide[_docs(before._spans[name])]
            else:
                wide[_docs(span)] = bits.transposed(counted[:, span])
        return wide

    def _columns_of(self, group: str) -> Bits:
        """Which columns are counted for who misses only this must."""
        own = np.zeros(bits.words_for(self._counted.stop) * bits.WORD, dtype=np.bool_)
        own[self.slices[_told_in(group)] if group != DISTANCE else slice(0, 0)] = True
        own[self.slices[UNSAID].start + self._rows[UNSAID].places[group]] = True
        return bits.from_flags(own)


def _told_in(group: str) -> str:
    """The group whose values tell about this one: somebody has told a fee who has told its currency."""
    return CURRENCY if group == FEE else group


def joined(wanted: Iterable[tuple[slice, Meant]]) -> Iterator[tuple[slice, Meant]]:
    """Neighbouring slices that mean the very same become one."""
    last: tuple[slice, Meant] | None = None
    for run, meant in wanted:
        if last is not None and last[1] is meant and last[0].stop == run.start:
            last = slice(last[0].start, run.stop), meant
            continue
        if last is not None:
            yield last
        last = run, meant
    if last is not None:
        yield last


def _docs(span: slice) -> slice:
    return slice(span.start * bits.WORD, span.stop * bits.WORD)
