"""One immutable Whoosh segment, decoded once into numpy arrays. Deletions and the day are snapshot.py's."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.reading import TermNotFound

from search_index import bits
from search_index.bits import Bits
from search_index.schema import FIGURE_NAMES, NAME_WORDS, PLACE_LENGTH, SURFACE_WORDS, TEXT_BOOSTS

FIGURES_DTYPE = np.dtype([(name, "<i4") for name in FIGURE_NAMES])
PLACES_DTYPE = np.dtype([("place", f"S{PLACE_LENGTH}"), ("last_day", "<i4")])
# Positions of a term stand as document * POSITION_SPAN + place in the field; no place reaches the span.
POSITION_SPAN = 1 << 20


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """What queries need of one segment's ``size`` documents, deleted ones included. Safe between threads.

    ``ids`` (size,) bytes; ``figures`` (size,) with one int32 per name of FIGURE_NAMES (days as ordinals, fees in minor
    units, -1 unknown); ``facet_rows`` (len(facet_terms), words) bits; ``facet_starts`` (size + 1,) and
    ``facet_values``: the numbers of a document's ``facet_terms``, ascending, from facet_starts[doc] to
    facet_starts[doc + 1]; ``place_docs`` and ``places`` one entry per listing and country ("c:US") or region
    ("r:US-CA") with its licence's last day; ``point_docs`` (m,) and ``point_vectors`` (m, 3) one unit vector per point
    of a listing; ``lengths`` per text field (size,) as Whoosh keeps them, rounded; ``total_lengths`` per text field
    their exact sum.
    """

    name: str
    size: int
    ids: NDArray[np.bytes_]
    figures: NDArray[Any]
    facet_terms: tuple[str, ...]
    facet_rows: Bits
    facet_starts: NDArray[np.int32]
    facet_values: NDArray[np.uint16]
    place_docs: NDArray[np.int32]
    places: NDArray[Any]
    point_docs: NDArray[np.int32]
    point_vectors: NDArray[np.float64]
    lengths: dict[str, NDArray[np.int32]]
    total_lengths: dict[str, int]
    leaf: Any
    reading: threading.Lock

    def postings(self, field: str, term: str) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """Documents that have the term in the field, ascending, and its weights there: both (n,), empty if unknown."""
        rows = self._walk(field, term, lambda matcher: matcher.weight())
        docs = np.fromiter((doc for doc, _ in rows), np.int32, len(rows))
        return docs, np.fromiter((weight for _, weight in rows), np.float64, len(rows))

    def positions(self, field: str, term: str) -> NDArray[np.int64]:
        """Where a text field has the term, ascending: document * POSITION_SPAN + place. Empty if unknown."""
        rows = self._walk(field, term, lambda matcher: matcher.value_as("positions"))
        return np.array([doc * POSITION_SPAN + place for doc, places in rows for place in places], dtype=np.int64)

    def frequency(self, field: str, term: str) -> int:
        """How many documents have the term in the field."""
        with self.reading:
            return int(self.leaf.doc_frequency(field, term))

    def terms(self, field: str) -> tuple[tuple[str, ...], NDArray[np.int32]]:
        """All terms of a field, in order of their UTF-8 bytes, and how many documents have each."""
        with self.reading:
            words = tuple(word.decode("utf-8") for word in self.leaf.lexicon(field))
            return words, np.array([self.leaf.doc_frequency(field, word) for word in words], dtype=np.int32)

    def surface_words(self) -> dict[str, int]:
        """Folded words of titles, tags and texts, endings kept, and how many documents have each; names left out."""
        words, frequencies = self.terms(SURFACE_WORDS)
        return dict(zip(words, frequencies.tolist(), strict=True))

    def name_words(self) -> dict[str, int]:
        """Folded words of the listings' names and how many documents have each; ``postings(NAME_WORDS, ...)`` who."""
        words, frequencies = self.terms(NAME_WORDS)
        return dict(zip(words, frequencies.tolist(), strict=True))

    def _walk(self, field: str, term: str, read: Callable[[Any], Any]) -> list[tuple[int, Any]]:
        """Whoosh's readers share one file position, so one thread at a time."""
        with self.reading:
            return list(_postings(self.leaf, field, term, read))


def decode(reader: Any) -> Segment:
    """Read one leaf reader whole. Whatever is wrong with its files is raised as Whoosh, pickle or numpy raise it."""
    size = reader.doc_count_all()
    ids = np.array(_column(reader, "id"), dtype=np.bytes_)
    figures = np.frombuffer(b"".join(_column(reader, "figures")), dtype=FIGURES_DTYPE)
    place_docs, places = _several(reader, "places", PLACES_DTYPE)
    point_docs, points = _several(reader, "points", np.dtype("<f8"), 2)
    if not len(ids) == len(figures) == size:
        raise ValueError("The columns of this segment don't fit together.")
    terms, rows = _facets(reader, size)
    starts, values = _per_document(rows, size)
    return Segment(
        reader.segment().segment_id(),
        size,
        ids,
        figures,
        terms,
        rows,
        starts,
        values,
        place_docs,
        places,
        point_docs,
        unit_vectors(points.reshape(-1, 2)),
        {field: _lengths(reader, field, size) for field in TEXT_BOOSTS},
        {field: reader.field_length(field) for field in TEXT_BOOSTS},
        reader,
        threading.Lock(),
    )


def unit_vectors(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """(m, 2) latitudes and longitudes in degrees -> (m, 3) points on a sphere of radius 1."""
    latitudes, longitudes = np.radians(points.T)
    around = np.cos(latitudes)
    return np.stack([around * np.cos(longitudes), around * np.sin(longitudes), np.sin(latitudes)], axis=1)


def _column(reader: Any, field: str) -> list[bytes]:
    column = reader.column_reader(field, translate=False)
    return [bytes(value) for value in column]


def _several(reader: Any, field: str, dtype: np.dtype[Any], each: int = 1) -> tuple[NDArray[np.int32], NDArray[Any]]:
    """A column with several values in a document: the document of each, and the values."""
    blobs = _column(reader, field)
    values = np.frombuffer(b"".join(blobs), dtype=dtype)
    per_listing = [len(blob) // (dtype.itemsize * each) for blob in blobs]
    docs = np.repeat(np.arange(reader.doc_count_all(), dtype=np.int32), per_listing)
    if len(docs) * each != len(values):
        raise ValueError("The columns of this segment don't fit together.")
    return docs, values


def _facets(reader: Any, size: int) -> tuple[tuple[str, ...], Bits]:
    terms = tuple(term.decode("utf-8") for term in reader.lexicon("facet"))
    rows = np.zeros((len(terms), bits.words_for(size)), dtype=np.uint64)
    for row, term in zip(rows, terms, strict=True):
        row[:] = bits.from_docs(np.fromiter(reader.postings("facet", term).all_ids(), np.int64), size)
    return terms, rows


def _per_document(rows: Bits, size: int) -> tuple[NDArray[np.int32], NDArray[np.uint16]]:
    flags = np.unpackbits(rows.view(np.uint8), axis=1, bitorder="little")[:, :size]
    docs, values = np.nonzero(flags.T)
    starts = np.searchsorted(docs, np.arange(size + 1))
    return starts.astype(np.int32), values.astype(np.uint16)


def _lengths(reader: Any, field: str, size: int) -> NDArray[np.int32]:
    return np.fromiter((reader.doc_field_length(doc, field) or 0 for doc in range(size)), np.int32, size)


def _postings(leaf: Any, field: str, term: str, read: Callable[[Any], Any]) -> Iterator[tuple[int, Any]]:
    try:
        matcher = leaf.postings(field, term)
    except TermNotFound:
        return
    while matcher.is_active():
        yield matcher.id(), read(matcher)
        matcher.next()
