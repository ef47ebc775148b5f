"""A segment's file as Whoosh 2.7.4 writes it -> its contents, whole. Writing it is encoding.py's.

Whoosh's matchers give one posting at a time; here a block of them comes at once.
"""

from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3LeafMatcher
from whoosh.filedb.filestore import FileStorage

from search_index import checking, zero_copy
from search_index.contents import FIGURES_DTYPE, PLACES_DTYPE, POINTS_DTYPE, Contents
from search_index.encoding import SEGMENT_FILE
from search_index.inverted import Ints, Table, Terms
from search_index.schema import FACET, FIGURES, TEXT_BOOSTS, schema

COLUMNS = ("id", "figures", "places", "points")


def read(place: Path, segment: Any) -> Contents:
    """Read a segment of a folder. Raises OSError without its file, Damaged for one that isn't what we wrote.

    What Whoosh's own writer wrote has no sum: there a broken file raises whatever Whoosh, pickle, zlib or numpy raise.
    """
    zero_copy.install()
    if hasattr(segment, "sum"):  # before anything of the file is unpickled, which could run or swallow anything
        checking.check(place / segment.make_filename(SEGMENT_FILE), segment.sum)
    storage = segment.open_compound_file(FileStorage(str(place)))
    try:
        return _read(storage, segment)
    finally:
        storage.close()


def _read(storage: Any, segment: Any) -> Contents:
    codec, fields, size = segment.codec(), schema(), segment.doc_count_all()
    documents = codec.per_document_reader(storage, segment)
    ids, figures, places, points = (
        [bytes(value) for value in documents.column_reader(name, fields[name].column_type)] for name in COLUMNS
    )
    if {len(figure) for figure in figures} != {FIGURES.size}:
        raise ValueError("The columns of this segment don't fit together.")
    tables = _tables(storage, segment)
    facets = tables.pop(FACET)
    starts, values = _per_document(facets, size)
    return Contents(
        size,
        np.array(ids, dtype=np.bytes_),
        np.frombuffer(b"".join(figures), dtype=FIGURES_DTYPE),
        tuple(term.decode("utf-8") for term in facets.terms.all()),
        starts,
        values,
        *_several(places, PLACES_DTYPE),
        *_several(points, POINTS_DTYPE),
        tables,
    )


def _tables(storage: Any, segment: Any) -> dict[str, Table]:
    codec, fields = segment.codec(), schema()
    postings = segment.open_file(storage, codec.POSTS_EXT)
    found = {name: _Gathered() for name, field in fields.items() if field.indexed}
    for (name, term), about in codec.terms_reader(storage, segment).items():
        offset, length = about.extent()
        found[name].add(term, _Blocks(postings, offset, length, fields[name].format))
    return {name: gathered.table(TEXT_BOOSTS.get(name)) for name, gathered in found.items()}


class _Blocks(W3LeafMatcher):  # type: ignore[misc]
    """A term's postings, block by block."""

    def blocks(self) -> Iterator[tuple[int, Any, Any, Any]]:
        """(how many, steps from number to number, weights, values) as they stand in the file."""
        while self.is_active():
            self._read_data()
            yield (self._blocklength, *self._data)
            self._next_block()


class _Gathered:
    """The postings of one field, as they come."""

    def __init__(self) -> None:
        self._terms: list[bytes] = []
        self._ends, self._weights = array("q", [0]), array("d")
        self._docs: list[NDArray[np.int64]] = []
        self._values: list[bytes] = []

    def add(self, term: bytes, postings: _Blocks) -> None:
        """Take in the next term."""
        self._terms.append(term)
        for how_many, steps, weights, values in postings.blocks():
            self._docs.append(np.cumsum(steps))
            several = isinstance(weights, tuple)
            self._weights.extend(weights if several else [1.0 if weights is None else weights] * how_many)
            self._values.extend(values or ())
        self._ends.append(len(self._weights))

    def table(self, boost: float | None) -> Table:
        """All of it. ``boost``: what one occurrence weighs in a text field; None for a field that isn't scored."""
        starts = np.array(self._ends, dtype=np.int64)
        docs = np.concatenate([np.empty(0, np.int64), *self._docs])
        places = np.frombuffer(b"".join(self._values), "<u2").astype(np.uint16, copy=False)
        weights = np.array(self._weights)
        counts = np.rint(weights / boost).astype(np.int64) if boost else np.empty(0, np.int64)
        if len(docs) != len(weights) or (boost and int(counts.sum()) != len(places)):
            raise ValueError("The postings of this segment don't fit together.")
        place_starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])[starts if boost else starts * 0]
        narrow = np.min_scalar_type(int(counts.max(initial=0)))
        terms = Terms.of(self._terms)
        return Table(terms, starts, docs.astype(np.uint16), counts.astype(narrow), place_starts, places)


def _several(blobs: list[bytes], dtype: np.dtype[Any]) -> tuple[NDArray[np.int32], NDArray[Any]]:
    """A column with several entries in a document: the document of each, and the entries."""
    per_listing = [len(blob) // dtype.itemsize for blob in blobs]
    entries = np.frombuffer(b"".join(blobs), dtype)
    docs = np.repeat(np.arange(len(blobs), dtype=np.int32), per_listing)
    if len(docs) != len(entries):
        raise ValueError("The columns of this segment don't fit together.")
    return docs, entries


def _per_document(facets: Table, size: int) -> tuple[NDArray[np.int32], NDArray[np.uint16]]:
    values = np.repeat(np.arange(len(facets.terms), dtype=np.uint16), np.diff(facets.starts))
    order = np.argsort(facets.docs, kind="stable")
    starts: Ints = np.searchsorted(facets.docs[order], np.arange(size + 1))
    return starts.astype(np.int32), values[order]
