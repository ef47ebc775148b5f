"""Where people's rooms are, as points on a sphere, and how far from a place. Names of places are unknown here."""

import math

import numpy as np
from numpy.typing import NDArray

from search_index import bits
from search_index.bits import Bits, Docs

# The mean radius of the Earth (IUGG).
EARTH_KM = 6371.0088
ROUNDING = 1e-15

Distances = NDArray[np.float64]


class Points:
    """Every listing's points; the nearest of several counts."""

    def __init__(self, docs: Docs, vectors: NDArray[np.float64]) -> None:
        """``docs`` (m,) ascending, ``vectors`` (m, 3) unit vectors."""
        self.vectors = vectors
        self.starts = bits.starts(docs)
        self.docs = docs[self.starts]

    def located(self, size: int) -> Bits:
        """Who has any point."""
        return bits.from_docs(self.docs, size)

    def gaps(self, near: tuple[float, float], size: int) -> Distances:
        """(size,) half the squared straight line from ``near`` (latitude, longitude in degrees) through the sphere.

        It grows with the distance; infinite for who hasn't said where.
        """
        apart = np.full(size, np.inf)
        if len(self.docs):
            apart[self.docs] = np.minimum.reduceat(1 - self.vectors @ _unit_vector(*near), self.starts)
        return apart


def gap_of(km: float) -> float:
    """The gap between two places so many kilometres apart along the ground, and a foot for what rounding loses."""
    return ROUNDING + 2 * math.sin(min(max(km, 0.0) / EARTH_KM, math.pi) / 2) ** 2


def km_of(gap: float) -> float | None:
    """Kilometres along the ground; None where the gap is infinite."""
    if math.isinf(gap):
        return None
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(max(gap, 0.0) / 2)))


def _unit_vector(latitude: float, longitude: float) -> NDArray[np.float64]:
    up, round_ = math.radians(latitude), math.radians(longitude)
    return np.array([math.cos(up) * math.cos(round_), math.cos(up) * math.sin(round_), math.sin(up)])
