"""Everyone of one generation on one day, column by column, for whoever decides about all of them at once.

What is decided is matching's business; words, and pages of hits, are answering.py's. Nothing here may be written to.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search_index import bits
from search_index.bits import Bits, Docs, Flags
from search_index.points import gap_of
from search_index.schema import STYLE_LINES
from search_index.snapshot import Snapshot


class Columns:
    """``size`` documents, deleted ones and gaps among them; everything (size,) counts by their numbers.

    ``rank``: their places in the order among equals (ties.py). Groups and values are those of Listing.facets, besides
    "main" and "also" for concerns, "way" for approaches without the broader ones, "currency" and "sliding".
    """

    def __init__(self, snapshot: Snapshot, today: date) -> None:
        self._snapshot, self._day = snapshot, snapshot.on(today)
        self.size = snapshot.size
        self.rank: Docs = self._day.rank

    @property
    def visible(self) -> Flags:
        """(size,) who may be shown today."""
        return bits.flags(self._day.visible)

    def having(self, group: str, values: Iterable[str]) -> Flags:
        """(size,) who has any of these values; countries and regions by current licences only."""
        return bits.flags(self._day.facets.group(group).having(tuple(values)))

    def values(self, group: str) -> tuple[str, ...]:
        """Every value that somebody has."""
        return self._day.facets.group(group).values

    def silent(self, group: str) -> Flags:
        """(size,) who has said nothing: of the groups counted on pages, "fee" (with its currency) and "distance"."""
        row: Bits = self._day.facets.unsaid(group)
        return bits.flags(row)

    def figure(self, name: str) -> NDArray[Any]:
        """(size,) one of schema.FIGURE_NAMES, as packed there."""
        column: NDArray[Any] = self._snapshot.figures[name]
        return column

    def styles(self) -> dict[str, NDArray[np.uint8]]:
        """(size,) for each of schema.STYLE_LINES where on it they stand, 0 for who hasn't said."""
        packed = np.ascontiguousarray(self.figure("style")).view(np.uint8).reshape(self.size, len(STYLE_LINES))
        return dict(zip(STYLE_LINES, packed.T, strict=True))

    def within(self, km: float, near: tuple[float, float]) -> Flags:
        """(size,) who has a room at most so far from a latitude and longitude in degrees."""
        found: Flags = self._snapshot.points.gaps(near, self.size) <= gap_of(km)
        return found

    def ids(self, docs: Docs) -> list[str]:
        """The listings' ids of these documents."""
        return [key.decode("utf-8", "replace") for key in self._snapshot.ids.take(docs).tolist()]
