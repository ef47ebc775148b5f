"""Texts -> how near they lie to known texts of each class, by word vectors. What a class stands for isn't known here.

A class is as near as its known texts are on the average, near ones counting most (Parzen, "On estimation of a
probability density function and mode", 1962). Nothing is fitted, and no class has an advantage of its own.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from search_index.learnt import Arrays
from search_index.vectors import Vectors

# How much more the nearest known texts count than the others: from cross-validation over the sayings of the seeds.
SHARPNESS = 6.0

Floats = NDArray[np.float32]


def learn(vectors: Vectors, texts: Sequence[str], classes: NDArray[np.intp]) -> Arrays:
    """Known texts as points, in the order of their classes: 0 to n_classes - 1, each at least once.

    They stand in columns, (256, n_points): few texts times many columns is several times quicker than times rows.
    """
    by_class = np.argsort(classes, kind="stable")
    points = vectors.embed([texts[number] for number in by_class])
    middle = points.mean(axis=0)
    return {
        "middle": middle,
        "points": np.ascontiguousarray(_placed(points, middle).T),
        "begins": np.searchsorted(classes[by_class], np.arange(classes.max() + 1)),
        "share": (1 / np.bincount(classes))[classes[by_class]].astype(np.float32),
    }


class Nearness:
    """The points of known texts, and how near others lie."""

    def __init__(self, learnt: Arrays, vectors: Vectors) -> None:
        """``learnt``: what ``learn`` gave for the same vectors."""
        self._vectors = vectors
        self._middle, self._points = learnt["middle"], learnt["points"]
        self._begins, self._share = learnt["begins"], learnt["share"]

    def read(self, texts: Sequence[str]) -> Floats:
        """(n_texts, n_classes): the logarithm of the mean nearness. A text without a vector is equally near to all."""
        found = self._vectors.embed(texts)
        near = np.exp(SHARPNESS * (_placed(found, self._middle) @ self._points))
        told: Floats = np.log(np.add.reduceat(near * self._share, self._begins, axis=1))
        told[~found.any(axis=1)] = 0.0
        return told


def _placed(found: Floats, middle: Floats) -> Floats:
    """Seen from the middle of all known texts: what every text shares tells nothing."""
    seen = found - middle
    placed: Floats = seen / np.maximum(np.linalg.norm(seen, axis=1, keepdims=True), np.finfo(np.float32).tiny)
    return placed
