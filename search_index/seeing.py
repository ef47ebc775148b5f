"""Who may see somebody who said where they are: in a room near by, or from afar (docs/decisions/0013).

How far a room is comes from points.py; what the other musts say is selection.py's.
"""

from collections.abc import Sequence
from functools import cached_property, reduce

import numpy as np

from search_index import bits
from search_index.bits import Bits
from search_index.facets import DISTANCE, Facets
from search_index.listing import FROM_AFAR, IN_A_ROOM, OFFICE

FORMAT, REGION, COUNTRY = "format", "region", "country"


class Seeing:
    """The rule of places for one question on one day.

    A way to meet that needs a room asks for one within reach, in a unit where the therapist's licence is current. One
    that doesn't asks for a current licence where the person is. Any other way can be either.
    """

    def __init__(self, facets: Facets, near: Bits, here: Sequence[str]) -> None:
        """``near``: who of the ``licensed_rooms`` is within reach; ``here``: the licence units where the person is."""
        self._facets, self._formats = facets, facets.group(FORMAT)
        self._room = near
        self._licensed = facets.group(REGION).having(here) | facets.group(COUNTRY).having(here)

    @cached_property
    def _either(self) -> Bits:
        return self._room | (self._licensed & self._formats.having(FROM_AFAR))

    def by(self, format: str) -> Bits:
        """Who may see the person in this way."""
        ways = self._room if format in IN_A_ROOM else self._licensed if format in FROM_AFAR else self._either
        return ways & self._formats.having((format,))

    def by_any(self, formats: Sequence[str]) -> Bits:
        """Who may see the person in any of these ways; in any way at all for none."""
        return reduce(np.bitwise_or, map(self.by, formats)) if formats else self._either

    def unsaid(self) -> Bits:
        """Who could, for all that we know: they meet in a room and no map has it, or haven't said how they meet."""
        rooms = self._formats.having(IN_A_ROOM) & self._facets.unsaid(DISTANCE)
        return rooms | (self._licensed & self._facets.unsaid(FORMAT))

    def counts(self, others: Bits) -> list[int]:
        """For each format, in the order of its values, how many of ``others`` may see the person so."""
        return [bits.count(others & self.by(value)) for value in self._formats.values]


def licensed_rooms(facets: Facets) -> Bits:
    """Who has a room where their own licence is current; a room in a unit that nobody told us of counts too."""
    offices, licences = facets.group(OFFICE), facets.group(REGION)
    current = [offices.having((unit,)) & licences.having((unit,)) for unit in offices.values]
    return reduce(np.bitwise_or, current, ~offices.said())
