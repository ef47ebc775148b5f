"""All that one segment holds, as arrays: what is drafted from listings, written to files, read back and joined."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search_index import inverted
from search_index.inverted import NOWHERE, Ints, Table
from search_index.schema import FIGURE_NAMES, PLACE_LENGTH

FIGURES_DTYPE = np.dtype([(name, "<i4") for name in FIGURE_NAMES])
PLACES_DTYPE = np.dtype([("place", f"S{PLACE_LENGTH}"), ("last_day", "<i4")])
POINTS_DTYPE = np.dtype([("latitude", "<f8"), ("longitude", "<f8")])


@dataclass(frozen=True, slots=True, eq=False)
class Contents:
    """The ``size`` documents of a segment.

    ``ids`` (size,) bytes; ``figures`` (size,) with one int32 per name of FIGURE_NAMES (days as ordinals, fees in minor
    units, -1 unknown); ``facet_starts`` (size + 1,) and ``facet_values``: the numbers of a document's ``facet_terms``,
    ascending, from facet_starts[doc] to facet_starts[doc + 1]; ``place_docs`` and ``places`` one entry per listing and
    country ("c:US") or region ("r:US-CA") with its licence's last day; ``point_docs`` and ``points`` one per point of
    a listing, in degrees; ``tables`` the inverted fields of schema.py but the facets, by name.
    """

    size: int
    ids: NDArray[np.bytes_]
    figures: NDArray[Any]
    facet_terms: tuple[str, ...]
    facet_starts: NDArray[np.int32]
    facet_values: NDArray[np.uint16]
    place_docs: NDArray[np.int32]
    places: NDArray[Any]
    point_docs: NDArray[np.int32]
    points: NDArray[Any]
    tables: dict[str, Table]


def joined(parts: Sequence[Contents], kept: Sequence[NDArray[np.bool_]]) -> Contents:
    """One content from several, in their order; ``kept``: per part, (size,) who goes on."""
    numbers = _numbers(kept)
    terms = sorted({term for part in parts for term in part.facet_terms})
    row = {term: number for number, term in enumerate(terms)}
    owners, values = _several([(_owners(part), _facets(part, row)) for part in parts], numbers)
    place_docs, places = _several([(part.place_docs, part.places) for part in parts], numbers)
    point_docs, points = _several([(part.point_docs, part.points) for part in parts], numbers)
    size = sum(int(each.sum()) for each in kept)
    used, values = np.unique(values, return_inverse=True)
    return Contents(
        size,
        np.concatenate([part.ids[each] for part, each in zip(parts, kept, strict=True)]),
        np.concatenate([part.figures[each] for part, each in zip(parts, kept, strict=True)]),
        tuple(terms[number] for number in used.tolist()),
        np.searchsorted(owners, np.arange(size + 1)).astype(np.int32),
        values.astype(np.uint16),
        place_docs,
        places,
        point_docs,
        points,
        {field: inverted.joined([part.tables[field] for part in parts], numbers) for field in parts[0].tables},
    )


def _numbers(kept: Sequence[NDArray[np.bool_]]) -> list[NDArray[np.int32]]:
    base, numbers = 0, []
    for each in kept:
        new = np.where(each, np.cumsum(each) - 1 + base, NOWHERE).astype(np.int32)
        numbers.append(new)
        base += int(each.sum())
    return numbers


def _owners(part: Contents) -> Ints:
    return np.repeat(np.arange(part.size), np.diff(part.facet_starts))


def _facets(part: Contents, row: dict[str, int]) -> Ints:
    return np.array([row[term] for term in part.facet_terms], dtype=np.int32)[part.facet_values]


def _several(parts: list[tuple[Ints, NDArray[Any]]], numbers: list[NDArray[np.int32]]) -> tuple[Ints, NDArray[Any]]:
    """Entries of which a document may have several: the new number of each one's document, and the entries kept."""
    docs = [new[owners] for (owners, _), new in zip(parts, numbers, strict=True)]
    entries = [values[doc != NOWHERE] for (_, values), doc in zip(parts, docs, strict=True)]
    return np.concatenate([doc[doc != NOWHERE] for doc in docs]).astype(np.int32), np.concatenate(entries)
