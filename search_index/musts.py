"""Who meets the musts of a question, all of them or all but one, whatever its words. Which musts is selection.py's."""

from collections.abc import Mapping

import numpy as np

from search_index.bits import Bits, Docs
from search_index.seeing import Seeing

_ONE = np.uint64(1)


class Musts:
    """``everyone`` visible who meets all musts, and ``near``, who meets all but one at most.

    So whoever meets everything but one must is one of ``everyone``, or of ``near`` and misses that very must.
    """

    __slots__ = ("names", "rows", "seeing", "everyone", "near")

    def __init__(self, visible: Bits, musts: Mapping[str, Bits], seeing: Seeing | None = None) -> None:
        """``musts``: per must, who meets it; ``seeing``: the rule of places, where distance is a must by it."""
        self.names, self.seeing = tuple(musts), seeing
        self.rows = np.array([*musts.values()], dtype=np.uint64).reshape(len(musts), len(visible))
        self.everyone = self.near = visible
        for row in self.rows:
            self.near = self.near & row
            self.near |= self.everyone
            self.everyone = self.everyone & row

    @property
    def nbytes(self) -> int:
        return self.rows.nbytes + self.everyone.nbytes + self.near.nbytes

    def row(self, must: str) -> Bits:
        """Who meets this one."""
        row: Bits = self.rows[self.names.index(must)]
        return row

    def missed_by(self, near: Docs) -> Docs:
        """(n,) for some of ``near`` the number of the must that each misses, from 1; 0 for none."""
        meets = self.rows.take(near >> 6, axis=1)
        meets >>= (near & 63).view(np.uint64)
        meets &= _ONE
        numbers = np.arange(1, len(meets) + 1)
        missed: Docs = numbers.sum() - numbers @ meets.view(np.int64)
        return missed
