"""Does the index hold what its listings say? Every field of every document is summed up and compared.

Both sides are summed up from their arrays: what files hold, and what would be written into them now.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search_index import decoding
from search_index.contents import Contents
from search_index.drafting import Drafts
from search_index.errors import IndexUnavailable
from search_index.inverted import Ints, Table
from search_index.listing import Listing
from search_index.schema import FIGURE_NAMES
from search_index.store import Store

BATCH = 200
Numbers = NDArray[np.uint64]
Sums = dict[str, int | None]
# Whatever is summed up is spread by these first, as SplitMix64 does.
_STEP, _FIRST, _SECOND = (np.uint64(number) for number in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Ids of listings that the index lacks, holds otherwise or holds for nothing, and how many it holds right."""

    missing: tuple[str, ...]
    different: tuple[str, ...]
    surplus: tuple[str, ...]
    right: int

    def without(self, ids: Collection[str]) -> "Comparison":
        """The same, but nothing said against these."""
        missing, different, surplus = (
            tuple(one for one in found if one not in ids) for found in (self.missing, self.different, self.surplus)
        )
        return Comparison(missing, different, surplus, self.right)


def held(store: Store) -> Sums:
    """Per listing the sum of all that the current generation holds of it; None for one that it holds twice, or that
    a side file tells otherwise than Whoosh's own.

    Raises IndexUnavailable when there is no index, or its files can't be read.
    """
    try:
        place = store.current()
        parts = store.parts(place)
        mapped = _by_id((part.segment, part.kept()) for part in parts)
        whoosh = _by_id((decoding.read(place, part.named), part.kept()) for part in parts)
    except IndexUnavailable:
        raise
    except Exception as problem:  # index files are pickles: broken ones raise anything
        raise IndexUnavailable(f"The index can't be read: {problem!r}.") from problem
    return {key: mapped.get(key) if mapped.get(key) == whoosh.get(key) else None for key in {*mapped, *whoosh}}


def compare(held: Sums, listings: Iterable[Listing], progress: Callable[[int], None] | None) -> Comparison:
    """Compare what the index holds with what the listings are. ``progress`` hears how many are done."""
    left, missing, different, right = dict(held), [], [], 0
    for now in map(_of_listings, _batches(listings)):
        for key, total in now.items():
            if key not in held:
                missing.append(key)
            elif left.pop(key) != total:
                different.append(key)
            else:
                right += 1
        (progress or (lambda done: None))(right + len(missing) + len(different))
    return Comparison(tuple(missing), tuple(different), tuple(left), right)


def _by_id(parts: Iterable[tuple[Contents, NDArray[np.bool_]]]) -> Sums:
    found: Sums = {}
    times: Counter[str] = Counter()
    for contents, live in parts:
        ids = [key.decode("utf-8", "replace") for key in contents.ids[live].tolist()]
        times.update(ids)
        found.update(zip(ids, sums(contents)[live].tolist(), strict=True))
    return found | {key: None for key, often in times.items() if often > 1}


def sums(contents: Contents) -> Numbers:
    """(size,) one number per document, of everything that it holds but its id."""
    total = np.zeros(contents.size, dtype=np.uint64)
    for name in FIGURE_NAMES:
        total += _spread(contents.figures[name].astype(np.int64).view(np.uint64) + _named(name))
    facets = np.array([_named("facet", term.encode("utf-8")) for term in contents.facet_terms], dtype=np.uint64)
    owners = np.repeat(np.arange(contents.size), np.diff(contents.facet_starts))
    np.add.at(total, owners, facets[contents.facet_values])
    _add_entries(total, contents.place_docs, contents.places, "place")
    _add_entries(total, contents.point_docs, contents.points, "point")
    for field, table in contents.tables.items():
        _add_words(total, field, table)
    return total


def _add_words(total: Numbers, field: str, table: Table) -> None:
    terms = np.array([_named(field, term) for term in table.terms.all()], dtype=np.uint64)
    if not len(table.counts):
        np.add.at(total, table.docs, np.repeat(terms, np.diff(table.starts)))
        return
    each = np.repeat(terms, np.diff(table.place_starts)) + table.places.astype(np.uint64) * _STEP
    np.add.at(total, np.repeat(table.docs, table.counts), _spread(each))


def _add_entries(total: Numbers, docs: Ints, entries: NDArray[Any], name: str) -> None:
    values = np.array([_named(name, entry.tobytes()) for entry in entries], dtype=np.uint64)
    np.add.at(total, docs, values)


def _named(name: str, value: bytes = b"") -> np.uint64:
    digest = blake2b(value, digest_size=8, person=name.encode("ascii")[:16]).digest()
    return np.uint64(int.from_bytes(digest, "little"))


def _spread(values: Numbers) -> Numbers:
    values = (values ^ (values >> np.uint64(30))) * _FIRST
    values = (values ^ (values >> np.uint64(27))) * _SECOND
    return values ^ (values >> np.uint64(31))


def _batches(listings: Iterable[Listing]) -> Iterator[list[Listing]]:
    several = iter(listings)
    while batch := list(islice(several, BATCH)):
        yield batch


def _of_listings(batch: list[Listing]) -> dict[str, int]:
    drafts = Drafts()
    for listing in batch:
        drafts.add(listing)
    contents = drafts.contents()
    return dict(zip([key.decode("utf-8") for key in contents.ids.tolist()], sums(contents).tolist(), strict=True))
