"""One field turned round: for every term, who has it, how often and where. Made from words or from other tables.

What goes into a field is drafting.py's, how tables reach the disk whoosh_files.py's and side_files.py's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from search_index.schema import LAST_PLACE

Ints = NDArray[Any]  # integers of any width

# A segment holds at most this many documents, so that a document's number fits into 16 bits.
SEGMENT_DOCS = 1 << 16
NOWHERE = -1
CHECKED_AT_ONCE = 1 << 18


class Damaged(ValueError):
    """What stands in a file isn't what was written there."""


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """Distinct terms in order of their UTF-8 bytes: ``letters`` (all of them on end) and ``starts`` (n + 1,)."""

    letters: NDArray[np.uint8]
    starts: Ints

    @classmethod
    def of(cls, terms: Sequence[bytes]) -> "Terms":
        """From terms that are sorted and distinct."""
        ends = np.cumsum([len(term) for term in terms], dtype=np.uint32)
        starts = np.concatenate([np.zeros(1, np.uint32), ends]).astype(np.uint32)
        return cls(np.frombuffer(b"".join(terms), np.uint8), starts)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def all(self) -> list[bytes]:
        """Every term."""
        letters, starts = self.letters.tobytes(), self.starts.tolist()
        return [letters[start:end] for start, end in zip(starts, starts[1:], strict=False)]

    def find(self, term: bytes) -> int:
        """The number of a term; NOWHERE when it isn't there. Reads a few terms only."""
        number = self._first_from(term)
        return number if number < len(self) and self._at(number) == term else NOWHERE

    def begun(self, beginning: bytes) -> range:
        """The numbers of the terms that begin so. Reads a few terms only."""
        return range(self._first_from(beginning), self._first_from(beginning + b"\xff"))  # no byte of UTF-8 is 255

    def _first_from(self, term: bytes) -> int:
        """How many terms stand before this one."""
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self._at(middle) < term else (low, middle)
        return low

    def _at(self, number: int) -> bytes:
        starts = self.starts.data  # read one by one faster than arrays are
        return self.letters.data[starts[number] : starts[number + 1]].tobytes()


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The postings of a field, term after term, documents ascending in each.

    Term ``i`` is in ``docs[starts[i]:starts[i + 1]]``, so often as the same part of ``counts`` says, at
    ``places[place_starts[i]:place_starts[i + 1]]``, which run on from document to document. A field that isn't scored
    has no counts and no places. ``checks`` (n, 2), when it came from a file that is checked late: the sums of a term's
    documents and counts, and of its places.
    """

    terms: Terms
    starts: Ints
    docs: NDArray[np.uint16]
    counts: Ints
    place_starts: Ints
    places: NDArray[np.uint16]
    checks: NDArray[np.uint32] | None = None

    def frequencies(self) -> NDArray[np.int32]:
        """(n,) how many documents have each term."""
        return np.diff(self.starts).astype(np.int32)

    def part(self, number: int) -> tuple[NDArray[np.uint16], Ints]:
        """Documents and counts of a term by its number. Raises Damaged."""
        within = slice(int(self.starts[number]), int(self.starts[number + 1]))
        docs, counts = self.docs[within], self.counts[within]
        if self.checks is not None and _sum(docs, counts) != self.checks[number, 0]:
            raise Damaged("A term's documents aren't what was written.")
        return docs, counts

    def docs_of(self, numbers: range) -> NDArray[np.uint16]:
        """The documents of some terms on end, a term's after another's. Raises Damaged."""
        if self.checks is not None:
            for number in numbers:
                self.part(number)
        return self.docs[int(self.starts[numbers.start]) : int(self.starts[numbers.stop])]

    def part_places(self, number: int) -> NDArray[np.uint16]:
        """The places of a term by its number, document after document. Raises Damaged."""
        places = self.places[int(self.place_starts[number]) : int(self.place_starts[number + 1])]
        if self.checks is not None and _sum(places) != self.checks[number, 1]:
            raise Damaged("A term's places aren't what was written.")
        return places

    @property
    def large(self) -> bool:
        """Whether checking all of it takes too long for an opening."""
        return self.docs.nbytes + self.places.nbytes > CHECKED_AT_ONCE

    def with_checks(self) -> "Table":
        """The same with sums, to be written to a file; all of it is checked first if it came from one."""
        found = range(len(self.terms))
        sums = [(_sum(*self.part(number)), _sum(self.part_places(number))) for number in found]
        checks = np.array(sums, dtype=np.uint32).reshape(-1, 2)
        return Table(self.terms, self.starts, self.docs, self.counts, self.place_starts, self.places, checks)

    def lengths(self, size: int) -> NDArray[np.int64]:
        """(size,) how many words each document has in this field."""
        return np.bincount(self.docs, self.counts if len(self.counts) else None, minlength=size).astype(np.int64)


def from_words(words: Sequence[bytes], numbers: Ints, docs: Ints, places: Ints | None) -> Table:
    """From one entry per word of the running texts, document after document: the word's number in ``words``.

    Words may stand in ``words`` twice and in any order. ``places`` counts the words inside each document; None for a
    field that isn't scored, where a word counts once in a document.
    """
    terms, rank = _ranked([words])
    term = rank[0][numbers]
    order = np.argsort(term, kind="stable")
    term, doc = term[order], docs[order]
    first = np.ones(len(term), dtype=np.bool_)
    first[1:] = (np.diff(term) != 0) | (np.diff(doc) != 0)
    at = np.flatnonzero(first)
    counts = np.diff(np.append(at, len(term)))
    where = None if places is None else np.minimum(places, LAST_PLACE).astype(np.uint16)[order]
    return _table(terms, term[at], doc[at], counts, where)


def joined(tables: Iterable[Table], numbers: Iterable[Ints]) -> Table:
    """Several tables as one. ``numbers``: per table, the new number of each document, or NOWHERE to leave it out.

    New numbers ascend, and those of a table are all above those of the table before it.
    """
    tables = [table.with_checks() if table.checks is not None else table for table in tables]
    terms, ranks = _ranked([table.terms.all() for table in tables])
    parts = [_renumbered(table, rank, new) for table, rank, new in zip(tables, ranks, numbers, strict=True)]
    term, doc, counts, places = (np.concatenate(each) for each in zip(*parts, strict=True))
    order = np.argsort(term, kind="stable")
    scored = any(len(table.counts) for table in tables)
    where = places[_runs(np.cumsum(counts) - counts, counts, order)] if scored else None
    return _table(terms, term[order], doc[order], counts[order], where)


def _renumbered(table: Table, rank: Ints, new: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    doc = new[table.docs]
    kept = doc != NOWHERE
    term = np.repeat(rank, np.diff(table.starts))[kept]
    counts = table.counts if len(table.counts) else np.ones(len(table.docs), dtype=np.int64)
    places = table.places[np.repeat(kept, table.counts)] if len(table.counts) else table.places
    return term, doc[kept], counts[kept].astype(np.int64), places


def _table(terms: list[bytes], term: Ints, doc: Ints, counts: Ints, places: NDArray[np.uint16] | None) -> Table:
    """From one entry per posting, ordered by term (a number in ``terms``) and document; unused terms are left out."""
    frequencies = np.bincount(term, minlength=len(terms))
    used = np.flatnonzero(frequencies)
    starts = _starts(frequencies[used])
    if places is None:
        counts, places = counts[:0], np.empty(0, np.uint16)
    place_starts = _starts(np.add.reduceat(counts, starts[:-1])) if len(counts) else np.zeros_like(starts)
    narrow = np.min_scalar_type(int(counts.max(initial=0)))
    kept = Terms.of([terms[number] for number in used.tolist()])
    return Table(kept, starts, doc.astype(np.uint16), counts.astype(narrow), place_starts, places)


def _ranked(lists: list[Sequence[bytes]]) -> tuple[list[bytes], list[NDArray[np.int32]]]:
    """All terms of several lists, sorted, and per list the place of each of its terms among them."""
    terms = sorted(set().union(*lists))
    place = {term: number for number, term in enumerate(terms)}
    return terms, [np.fromiter((place[term] for term in each), np.int32, len(each)) for each in lists]


def _runs(starts: Ints, lengths: Ints, order: Ints) -> Ints:
    """Where the elements stand when runs of them, each given by start and length, are put into another order."""
    lengths = lengths[order]
    shift = np.repeat(starts[order] - (np.cumsum(lengths) - lengths), lengths)
    return shift + np.arange(len(shift))


def _starts(lengths: Ints) -> NDArray[np.int64]:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)])


def _sum(*parts: NDArray[Any]) -> int:
    total = 0
    for part in parts:
        total = crc32(np.ascontiguousarray(part).data, total)
    return total
