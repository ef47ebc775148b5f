"""Listings -> the contents of a segment: words cut, folded, stemmed and numbered. Files are others' business."""

from array import array
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from search_index import inverted
from search_index.contents import FIGURES_DTYPE, PLACES_DTYPE, POINTS_DTYPE, Contents
from search_index.folding import STOP_WORDS, WORD, WORD_LENGTH, fold, stem
from search_index.inverted import Ints, Table
from search_index.listing import Listing
from search_index.schema import NAME_WORDS, SURFACE_WORDS, facet_terms, figures, places, points, texts


class _Numbers(dict[str, int]):
    """Words in the order in which they were first met."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number


class Drafts:
    """Collects listings; gives their contents once. Each listing is a document, in the order added."""

    def __init__(self) -> None:
        self._ids: list[bytes] = []
        self._figures: list[bytes] = []
        self._places: list[bytes] = []
        self._points: list[bytes] = []
        self._words = _Numbers()
        self._facets = _Numbers()
        self._facet_runs = _Runs()
        self._texts: dict[str, _Runs] = {}

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, listing: Listing) -> None:
        """Take one listing in."""
        self._ids.append(listing.id.encode("utf-8"))
        self._figures.append(figures(listing))
        self._places.append(places(listing))
        self._points.append(points(listing))
        self._facet_runs.add([self._facets[term] for term in set(facet_terms(listing))])
        for field, text in texts(listing).items():
            runs = self._texts.setdefault(field, _Runs())
            runs.add(map(self._words.__getitem__, WORD.findall(fold(text))))

    def contents(self) -> Contents:
        """Everything added, at least one listing, as arrays."""
        place_docs, all_places = _several(self._places, PLACES_DTYPE)
        point_docs, all_points = _several(self._points, POINTS_DTYPE)
        terms, starts, values = self._facet_columns()
        return Contents(
            len(self),
            np.array(self._ids, dtype=np.bytes_),
            np.frombuffer(b"".join(self._figures), FIGURES_DTYPE),
            terms,
            starts,
            values,
            place_docs,
            all_places,
            point_docs,
            all_points,
            self._tables(),
        )

    def _facet_columns(self) -> tuple[tuple[str, ...], NDArray[np.int32], NDArray[np.uint16]]:
        terms = sorted(self._facets)
        place = {term: number for number, term in enumerate(terms)}
        rank = np.array([place[term] for term in self._facets], dtype=np.int32)
        docs, met = self._facet_runs.flat()
        order = np.lexsort((rank[met], docs))
        starts = np.searchsorted(docs, np.arange(len(self) + 1)).astype(np.int32)
        return tuple(terms), starts, rank[met][order].astype(np.uint16)

    def _tables(self) -> dict[str, Table]:
        words = [word[:WORD_LENGTH] for word in self._words]
        telling = np.array([word not in STOP_WORDS for word in self._words], dtype=np.bool_)
        written = [word.encode("utf-8") for word in words]
        stems = [stem(word).encode("utf-8") for word in words]
        met = {field: runs.flat(telling) for field, runs in self._texts.items()}
        tables = {
            field: inverted.from_words(stems, numbers, docs, _places(docs)) for field, (docs, numbers) in met.items()
        }
        tables[NAME_WORDS] = _once(written, [met["name"]])
        tables[SURFACE_WORDS] = _once(written, [met["tags"], met["text"]])
        return tables


class _Runs:
    """Runs of numbers, one run per document, end to end."""

    def __init__(self) -> None:
        self._numbers, self._ends = array("I"), array("q")

    def add(self, run: Iterable[int]) -> None:
        self._numbers.extend(run)
        self._ends.append(len(self._numbers))

    def flat(self, kept: NDArray[np.bool_] | None = None) -> tuple[Ints, Ints]:
        """The document of each number, and the numbers; only those that ``kept`` (by number) says."""
        numbers = np.frombuffer(self._numbers, np.uintc)
        lengths: Ints = np.diff(np.frombuffer(self._ends, np.int64), prepend=np.int64(0))
        docs = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
        if kept is None or not len(numbers):
            return docs, numbers
        chosen = kept[numbers]
        return docs[chosen], numbers[chosen]


def _places(docs: Ints) -> Ints:
    """The place of each word inside its document; stop words don't count, so phrases reach across them."""
    lengths = np.bincount(docs)
    return np.arange(len(docs), dtype=np.int32) - (np.cumsum(lengths) - lengths).astype(np.int32)[docs]


def _once(words: list[bytes], parts: list[tuple[Ints, Ints]]) -> Table:
    docs = np.concatenate([docs for docs, _ in parts])
    numbers = np.concatenate([numbers for _, numbers in parts])
    order = np.argsort(docs, kind="stable")
    return inverted.from_words(words, numbers[order], docs[order], None)


def _several(blobs: list[bytes], dtype: "np.dtype[np.void]") -> tuple[NDArray[np.int32], NDArray[np.void]]:
    entries = [len(blob) // dtype.itemsize for blob in blobs]
    return np.repeat(np.arange(len(blobs), dtype=np.int32), entries), np.frombuffer(b"".join(blobs), dtype)
