"""One immutable segment as queries need it: its contents, and what is worked out from them once.

Deletions and the day are snapshot.py's business, files segment_files.py's.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search_index import bits
from search_index.bits import Bits
from search_index.contents import FIGURES_DTYPE, Contents
from search_index.encoding import rounded
from search_index.inverted import NOWHERE, Damaged, Table
from search_index.schema import NAME_WORDS, SURFACE_WORDS, TEXT_BOOSTS

__all__ = ["FIGURES_DTYPE", "POSITION_SPAN", "Segment", "of"]

# Positions of a term stand as document * POSITION_SPAN + place in the field; no place reaches the span.
POSITION_SPAN = 1 << 20

Tables = dict[str, Table]


@dataclass(frozen=True, slots=True, eq=False)
class Segment(Contents):
    """A segment's contents, deleted documents included, ready for queries. Safe between threads.

    ``facet_rows`` (len(facet_terms), words) bits; ``place_names`` the different ``places``, ``place_numbers`` which of
    them each entry is, ``place_rows`` (len(place_names), words) bits; ``point_vectors`` (m, 3) one unit vector per
    point of a listing; ``id_order`` (size,) the documents in order of their ids; ``lengths`` per text field (size,) as
    Whoosh keeps them, rounded; ``total_lengths`` per text field their exact sum. ``mend`` gives the tables anew when a
    file that they came from turns out damaged.
    """

    name: str
    facet_rows: Bits
    place_names: NDArray[np.bytes_]
    place_numbers: NDArray[np.uint16]
    place_rows: Bits
    point_vectors: NDArray[np.float64]
    id_order: NDArray[np.uint16]
    lengths: dict[str, NDArray[np.int32]]
    total_lengths: dict[str, int]
    mend: Callable[[], Tables]

    def postings(self, field: str, term: str) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """Documents that have the term in the field, ascending, and its weights there: both (n,), empty if unknown.

        Raises what broken files raise.
        """
        docs, counts = self._read(field, partial(_part, term))
        boost = TEXT_BOOSTS.get(field)
        return docs.astype(np.int32), counts * boost if boost else np.ones(len(docs))

    def positions(self, field: str, term: str, among: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        """Where a text field has the term, ascending: document * POSITION_SPAN + place. Empty if unknown.

        ``among``: the documents to look in, ascending; all without it, or where most have the term and are among them.
        Raises what broken files raise.
        """
        docs, counts = self._read(field, partial(_part, term))
        places = self._read(field, partial(_part_places, term))
        if among is not None and 2 * len(among) < len(docs):
            at = np.minimum(np.searchsorted(docs, among.astype(docs.dtype)), len(docs) - 1)
            at = at[docs[at] == among]
            starts = (np.cumsum(counts, dtype=np.int64) - counts)[at]
            docs, counts = docs[at], counts[at]
            places = places[_runs(starts, counts)]
        found: NDArray[np.int64] = np.repeat(docs.astype(np.int64) * POSITION_SPAN, counts) + places
        return found

    def begun(self, field: str, beginning: str) -> NDArray[np.int32]:
        """Documents with a term that begins so, once for each such term, in no order.

        Raises what broken files raise.
        """
        docs = self._read(field, lambda table: table.docs_of(table.terms.begun(beginning.encode("utf-8"))))
        found: NDArray[np.int32] = docs.astype(np.int32)
        return found

    def frequency(self, field: str, term: str) -> int:
        """How many documents have the term in the field."""
        table = self.tables[field]
        number = table.terms.find(term.encode("utf-8"))
        return 0 if number == NOWHERE else int(table.starts[number + 1] - table.starts[number])

    def terms(self, field: str) -> tuple[tuple[str, ...], NDArray[np.int32]]:
        """All terms of a field, in order of their UTF-8 bytes, and how many documents have each."""
        table = self.tables[field]
        return tuple(term.decode("utf-8") for term in table.terms.all()), table.frequencies()

    def surface_words(self) -> dict[str, int]:
        """Folded words of titles, tags and texts, endings kept, and how many documents have each; names left out."""
        words, frequencies = self.terms(SURFACE_WORDS)
        return dict(zip(words, frequencies.tolist(), strict=True))

    def name_words(self) -> dict[str, int]:
        """Folded words of the listings' names and how many documents have each; ``postings(NAME_WORDS, ...)`` who."""
        words, frequencies = self.terms(NAME_WORDS)
        return dict(zip(words, frequencies.tolist(), strict=True))

    def having_id(self, key: bytes) -> NDArray[np.uint16]:
        """The documents of a listing's id: one, or none, or several where it was deleted in between."""
        ends = (np.searchsorted(self.ids, np.bytes_(key), side, self.id_order) for side in ("left", "right"))
        return self.id_order[slice(*ends)]

    def _read(self, field: str, read: Callable[[Table], Any]) -> Any:
        try:
            return read(self.tables[field])
        except Damaged:
            self.tables.update(self.mend())
            return read(self.tables[field])


def of(name: str, contents: Contents, mend: Callable[[], Tables] | None = None) -> Segment:
    """A segment of given contents; without ``mend``, of contents that come from no file."""
    held = {field.name: getattr(contents, field.name) for field in fields(Contents)}
    lengths = {field: contents.tables[field].lengths(contents.size) for field in TEXT_BOOSTS}
    places, numbers = np.unique(contents.places["place"], return_inverse=True)
    owners = np.repeat(np.arange(contents.size), np.diff(contents.facet_starts))
    return Segment(
        **held,
        name=name,
        facet_rows=_rows(owners, contents.facet_values, len(contents.facet_terms), contents.size),
        place_names=places,
        place_numbers=numbers.astype(np.uint16),
        place_rows=_rows(contents.place_docs, numbers, len(places), contents.size),
        point_vectors=_unit_vectors(contents),
        id_order=np.argsort(contents.ids, kind="stable").astype(np.uint16),
        lengths={field: rounded(each) for field, each in lengths.items()},
        total_lengths={field: int(each.sum()) for field, each in lengths.items()},
        mend=mend or (lambda: contents.tables),
    )


def _runs(starts: NDArray[np.int64], lengths: NDArray[Any]) -> NDArray[np.int64]:
    """Runs of numbers on end, each given by its first number and how many they are."""
    ends = np.cumsum(lengths, dtype=np.int64)
    numbers: NDArray[np.int64] = np.repeat(starts - (ends - lengths), lengths) + np.arange(ends[-1] if len(ends) else 0)
    return numbers


def _part(term: str, table: Table) -> Any:
    number = table.terms.find(term.encode("utf-8"))
    return (table.docs[:0], table.counts[:0]) if number == NOWHERE else table.part(number)


def _part_places(term: str, table: Table) -> Any:
    number = table.terms.find(term.encode("utf-8"))
    return table.places[:0] if number == NOWHERE else table.part_places(number)


def _rows(docs: NDArray[Any], values: NDArray[Any], n_values: int, size: int) -> Bits:
    """(n_values, words) who has each value, from one entry per document and value."""
    rows = np.zeros((n_values, bits.words_for(size)), dtype=np.uint64)
    order = np.argsort(values, kind="stable")
    starts = np.searchsorted(values[order], np.arange(n_values + 1))
    for number, row in enumerate(rows):
        row[:] = bits.from_docs(docs[order[starts[number] : starts[number + 1]]], size)
    return rows


def _unit_vectors(contents: Contents) -> NDArray[np.float64]:
    """(m, 3) the points as points on a sphere of radius 1."""
    latitudes, longitudes = np.radians(contents.points["latitude"]), np.radians(contents.points["longitude"])
    around = np.cos(latitudes)
    return np.stack([around * np.cos(longitudes), around * np.sin(longitudes), np.sin(latitudes)], axis=1)
