"""Two kinds of texts -> how much another text sounds like the first kind. It knows no meaning.

A linear reading, fitted by ridge regression: of stems, in runs of one to three, and of the pieces of words, which
survive misspelling. Each weighs by how rare it is. Plain sums, so that sentences are read once and joined at will.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, repeat

import numpy as np
from numpy.typing import NDArray

from search_index.folding import stem
from search_index.learnt import Arrays, letters, part, under, words_of

Words = Sequence[str]
Floats = NDArray[np.float64]
# Of some words: their stems' weights summed and the squares of their rarities, and the same of their pieces.
Told = tuple[float, float, float, float]

NOTHING: Told = (0.0, 0.0, 0.0, 0.0)
# By cross-validation over seeds/danger_sayings.toml; more rounds change nothing.
RIDGE, ROUNDS = 0.25, 30
LONGEST_RUN = 3
PIECES = (3, 4, 5)


def learn(first: Sequence[Sequence[Words]], second: Sequence[Sequence[Words]]) -> Arrays:
    """What texts of the first and of the second kind teach; each text is the folded words of its sentences."""
    texts = [*first, *second]
    kinds = np.repeat([1.0, -1.0], [len(first), len(second)])
    stems = _Examples([[run for words in text for run in runs(words)] for text in texts])
    parts = _Examples([list(chain.from_iterable(map(pieces, chain.from_iterable(text)))) for text in texts])
    weights = _fit((stems, parts), kinds)
    return {
        **under("stems", stems.learnt(weights[: stems.size])),
        **under("pieces", parts.learnt(weights[stems.size : -1])),
        "middle": weights[-1:],
    }


class Contrast:
    """What two lists of example texts taught. Made once."""

    def __init__(self, learnt: Arrays) -> None:
        """``learnt``: what ``learn`` gave."""
        self._stems, self._pieces = _Part(part("stems", learnt)), _Part(part("pieces", learnt))
        self._middle = float(learnt["middle"][0])
        self._word = lru_cache(maxsize=65_536)(self._word_pieces)

    def read(self, words: Words) -> Told:
        """What the folded words of one sentence tell; what several tell is added up by ``joined``."""
        of_words = [self._word(word) for word in words]
        return (
            *self._stems.sums(runs(words)),
            sum(weight for weight, _ in of_words),
            sum(squared for _, squared in of_words),
        )

    def sound(self, told: Told) -> float:
        """Above 0 it sounds like the first kind, below like the second; about -1..1."""
        stems, stems_squared, parts, parts_squared = told
        by_stems = stems / math.sqrt(stems_squared) if stems_squared else 0.0
        by_pieces = parts / math.sqrt(parts_squared) if parts_squared else 0.0
        return self._middle + by_stems + by_pieces

    def _word_pieces(self, word: str) -> tuple[float, float]:
        return self._pieces.sums(pieces(word))


def joined(one: Told, other: Told) -> Told:
    """What both tell together."""
    return one[0] + other[0], one[1] + other[1], one[2] + other[2], one[3] + other[3]


def runs(words: Words) -> list[str]:
    """Stems, alone and with the one and two that follow; the ends of the sentence are marked."""
    stems = ["^", *map(stem, words), "$"]
    found = stems.copy()
    for size in range(2, LONGEST_RUN + 1):
        found += map(" ".join, zip(*(stems[start:] for start in range(size)), strict=False))
    return found


@lru_cache(maxsize=16_384)
def pieces(word: str) -> tuple[str, ...]:
    """Three to five letters in a row, the word's ends marked."""
    marked = f"<{word}>"
    return tuple(marked[start : start + size] for size in PIECES for start in range(len(marked) - size + 1))


class _Examples:
    """One way to cut texts into features: which stand in which text, and how much each weighs there."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        """The features of each text; some may stand in it more than once."""
        self._numbers: dict[str, int] = {}
        setdefault, numbers = self._numbers.setdefault, self._numbers
        found = (setdefault(feature, len(numbers)) for text in texts for feature in text)
        self.columns = np.fromiter(found, np.intp, sum(map(len, texts)))
        self.size = len(numbers)
        self._rarity = np.log(1 + len(texts) / np.bincount(self.columns, minlength=self.size))
        self.rows = np.repeat(np.arange(len(texts)), list(map(len, texts)))
        rarities = self._rarity[self.columns]
        lengths = np.sqrt(np.bincount(self.rows, rarities**2, len(texts)))
        self.values = rarities / np.maximum(lengths, 1e-9)[self.rows]

    def learnt(self, weights: Floats) -> Arrays:
        """What _Part reads: the features, and for each its weight and the square of its rarity."""
        return {"features": letters(self._numbers), "weights": weights * self._rarity, "squares": self._rarity**2}


class _Part:
    """What was learnt of one way to cut texts into features."""

    def __init__(self, learnt: Arrays) -> None:
        features = words_of(learnt["features"])
        self._weights = dict(zip(features, learnt["weights"].tolist(), strict=True))
        self._squares = dict(zip(features, learnt["squares"].tolist(), strict=True))

    def sums(self, features: Sequence[str]) -> tuple[float, float]:
        """The weights of these features and the squares of their rarities, each summed."""
        unknown = repeat(0.0)
        return sum(map(self._weights.get, features, unknown)), sum(map(self._squares.get, features, unknown))


def _fit(parts: Sequence[_Examples], kinds: Floats) -> Floats:
    """The weights of the parts' features, one after another, and last the middle.

    Ridge regression by conjugate gradients, always the same.
    """
    ends = np.cumsum([0, *(one.size for one in parts)])

    def told(weights: Floats) -> Floats:
        sums = np.full(len(kinds), weights[-1])
        for one, start, end in zip(parts, ends, ends[1:], strict=False):
            sums += np.bincount(one.rows, one.values * weights[start:end][one.columns], len(kinds))
        return sums

    def blame(errors: Floats) -> Floats:
        shares = [np.bincount(one.columns, one.values * errors[one.rows], one.size) for one in parts]
        return np.concatenate([*shares, [errors.sum()]])

    weights = np.zeros(ends[-1] + 1)
    left = blame(kinds)
    way = left
    for _ in range(ROUNDS):
        bent = blame(told(way)) + RIDGE * way
        step = (left @ left) / (way @ bent)
        weights = weights + step * way
        rest = left - step * bent
        way = rest + (rest @ rest) / (left @ left) * way
        left = rest
    return weights
