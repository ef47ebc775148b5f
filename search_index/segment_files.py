"""A segment in its folder: Whoosh's file, which holds everything, and beside it the side file, which opens at once.

A side file that is missing, damaged or another's is made again from Whoosh's; it is safe to delete at any time.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search_index import decoding, encoding, segment, side_files
from search_index.contents import Contents
from search_index.inverted import Damaged, Table, Terms
from search_index.schema import SCHEMA_VERSION, TEXT_BOOSTS
from search_index.segment import Segment, Tables

SIDE_FILE = ".side"
# Raised whenever what the side file holds changes and Whoosh's files don't.
SIDE_VERSION = 2
TABLE_ARRAYS = ("starts", "docs", "counts", "place_starts", "places")
# Large, and each query reads a few terms: these are checked term by term.
LATE = ("docs", "counts", "places")
DERIVED = ("facet_rows", "place_names", "place_numbers", "place_rows", "point_vectors", "id_order")
Locked = Callable[[], AbstractContextManager[bool]]


def write(place: Path, contents: Contents) -> Any:
    """Write a new segment and its side file into a folder; gives Whoosh's segment. Raises OSError."""
    named = encoding.write(place, contents)
    _put_beside(place, named, segment.of(named.segment_id(), contents))
    return named


def read(place: Path, named: Any, locked: Locked) -> Segment:
    """A segment of a folder, mapped from its side file.

    Without a good one it is read from Whoosh's file, and the side file is written again if the lock that ``locked``
    takes is free. Raises FileNotFoundError when Whoosh's file is gone, and whatever a broken one raises.
    """
    try:
        return _mapped(place, named)
    except (FileNotFoundError, Damaged):
        found = segment.of(named.segment_id(), decoding.read(place, named))
    with suppress(Exception), locked() as held:
        if held:
            _put_beside(place, named, found)
            return _mapped(place, named)
    return found


def paths(place: Path, named: Any) -> tuple[Path, Path]:
    """Whoosh's file of a segment, and its side file."""
    name = named.segment_id()
    return place / f"{name}{encoding.SEGMENT_FILE}", place / f"{name}{SIDE_FILE}"


def _mapped(place: Path, named: Any) -> Segment:
    _, side = paths(place, named)
    arrays = side_files.read(side, _about(place, named))
    return _from_arrays(named.segment_id(), arrays, partial(_mend, place, named))


def _mend(place: Path, named: Any) -> Tables:
    """The tables from Whoosh's file; the side file was damaged and goes, so that the next writer makes it again."""
    paths(place, named)[1].unlink(missing_ok=True)
    return decoding.read(place, named).tables


def _put_beside(place: Path, named: Any, held: Segment) -> None:
    arrays = _to_arrays(held)
    late = [f"{field}.{name}" for field, table in held.tables.items() if table.large for name in LATE]
    side_files.write(paths(place, named)[1], _about(place, named), arrays, late)


def _about(place: Path, named: Any) -> dict[str, Any]:
    return {
        "schema": SCHEMA_VERSION,
        "version": SIDE_VERSION,
        "segment": named.segment_id(),
        "size": named.doc_count_all(),
        "bytes": paths(place, named)[0].stat().st_size,
    }


def _to_arrays(held: Segment) -> dict[str, NDArray[Any]]:
    plain = [field.name for field in fields(Contents) if field.name not in ("size", "facet_terms", "tables")]
    arrays = {name: getattr(held, name) for name in (*plain, *DERIVED)}
    facets = Terms.of([term.encode("utf-8") for term in held.facet_terms])
    arrays |= {"facet.letters": facets.letters, "facet.term_starts": facets.starts}
    arrays |= {f"{field}.lengths": lengths for field, lengths in held.lengths.items()}
    arrays["total_lengths"] = np.array([held.total_lengths[field] for field in TEXT_BOOSTS], dtype=np.int64)
    for field, table in sorted(held.tables.items()):
        whole = table.with_checks() if table.large else table
        arrays |= {f"{field}.letters": whole.terms.letters, f"{field}.term_starts": whole.terms.starts}
        arrays |= {f"{field}.{name}": getattr(whole, name) for name in TABLE_ARRAYS}
        arrays |= {f"{field}.checks": whole.checks} if whole.checks is not None else {}
    return arrays


def _from_arrays(name: str, arrays: dict[str, NDArray[Any]], mend: Callable[[], Tables]) -> Segment:
    plain = [field.name for field in fields(Contents) if field.name not in ("size", "facet_terms", "tables")]
    facets = Terms(arrays["facet.letters"], arrays["facet.term_starts"])
    fields_held = [each.removesuffix(".starts") for each in arrays if each.endswith(".starts")]
    return Segment(
        size=len(arrays["ids"]),
        facet_terms=tuple(term.decode("utf-8") for term in facets.all()),
        tables={field: _table(field, arrays) for field in fields_held},
        name=name,
        lengths={field: arrays[f"{field}.lengths"] for field in TEXT_BOOSTS},
        total_lengths=dict(zip(TEXT_BOOSTS, arrays["total_lengths"].tolist(), strict=True)),
        mend=mend,
        **{each: arrays[each] for each in (*plain, *DERIVED)},
    )


def _table(field: str, arrays: dict[str, NDArray[Any]]) -> Table:
    terms = Terms(arrays[f"{field}.letters"], arrays[f"{field}.term_starts"])
    held = {name: arrays[f"{field}.{name}"] for name in TABLE_ARRAYS}
    return Table(terms, **held, checks=arrays.get(f"{field}.checks"))
