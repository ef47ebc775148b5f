"""One immutable Whoosh segment, decoded once into numpy arrays. Deletions and the day are snapshot.py's business."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search_index import bits
from search_index.bits import Bits
from search_index.schema import FIGURE_NAMES, PLACE_LENGTH, TEXT_BOOSTS

FIGURES_DTYPE = np.dtype([(name, "<i4") for name in FIGURE_NAMES])
PLACES_DTYPE = np.dtype([("place", f"S{PLACE_LENGTH}"), ("last_day", "<i4")])


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """What queries need of one segment's ``size`` documents, deleted ones included.

    ``ids`` (size,) bytes; ``figures`` (size,) with one int32 per name of FIGURE_NAMES (days as ordinals, fees in minor
    units, -1 unknown); ``facet_rows`` (len(facet_terms), words) bits; ``place_docs`` and ``places`` one entry per
    listing and country ("c:US") or region ("r:US-CA") with its licence's last day; ``lengths`` per text field (size,).
    """

    name: str
    size: int
    ids: NDArray[np.bytes_]
    figures: NDArray[Any]
    facet_terms: tuple[str, ...]
    facet_rows: Bits
    place_docs: NDArray[np.int32]
    places: NDArray[Any]
    lengths: dict[str, NDArray[np.int32]]


def decode(reader: Any) -> Segment:
    """Read one leaf reader whole. Whatever is wrong with its files is raised as Whoosh, pickle or numpy raise it."""
    size = reader.doc_count_all()
    ids = np.array(_column(reader, "id"), dtype=np.bytes_)
    figures = np.frombuffer(b"".join(_column(reader, "figures")), dtype=FIGURES_DTYPE)
    blobs = _column(reader, "places")
    places = np.frombuffer(b"".join(blobs), dtype=PLACES_DTYPE)
    per_listing = [len(blob) // PLACES_DTYPE.itemsize for blob in blobs]
    place_docs = np.repeat(np.arange(size, dtype=np.int32), per_listing)
    if not len(ids) == len(figures) == size or len(places) != len(place_docs):
        raise ValueError("The columns of this segment don't fit together.")
    terms, rows = _facets(reader, size)
    lengths = {field: _lengths(reader, field, size) for field in TEXT_BOOSTS}
    return Segment(reader.segment().segment_id(), size, ids, figures, terms, rows, place_docs, places, lengths)


def _column(reader: Any, field: str) -> list[bytes]:
    column = reader.column_reader(field, translate=False)
    return [bytes(value) for value in column]


def _facets(reader: Any, size: int) -> tuple[tuple[str, ...], Bits]:
    terms = tuple(term.decode("utf-8") for term in reader.lexicon("facet"))
    rows = np.zeros((len(terms), bits.words_for(size)), dtype=np.uint64)
    for row, term in zip(rows, terms, strict=True):
        row[:] = bits.from_docs(np.fromiter(reader.postings("facet", term).all_ids(), np.int64), size)
    return terms, rows


def _lengths(reader: Any, field: str, size: int) -> NDArray[np.int32]:
    return np.fromiter((reader.doc_field_length(doc, field) or 0 for doc in range(size)), np.int32, size)
