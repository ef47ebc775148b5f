"""Sentences -> how much they sound like danger by the order of their words: a linear reading of
transformer.py's vectors.

What to hear is learnt from the seeds by danger_learning.py, which takes minutes, and kept in danger_head.toml there.
What the words tell by themselves is contrast.py's.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search_index import transformer
from search_index.transformer import LAYERS, SHA256, WIDTH, Pieces, Transformer

# So many pieces of words of a text are read, in some 20 ms of processor; more tell nothing more. When fewer than the
# second are left, no other sentence is looked for.
MOST_PIECES, LEAST_LEFT = 64, 8
# By cross-validation over seeds/danger_sayings.toml: how far weights may go, once all features have one scale.
STIFFNESS, LEAST_SPREAD = 100.0, 1e-3
MOST_ROUNDS, SETTLED = 20, 1e-6

Sentence = Sequence[str]
Texts = Sequence[Sequence[Sentence]]
Floats = NDArray[np.float64]
loaded = cache(transformer.load)


class Hearing:
    """Hears danger in sentences. The transformer is loaded when the first is read, or asked for, and then shared."""

    def __init__(self, head: Mapping[str, Any]) -> None:
        """``head``: what ``learn`` gave. Raises ValueError when it is for other vectors."""
        self._weights, self._middle = np.array(head["weights"], np.float32), float(head["middle"])
        if self._weights.shape != (WIDTH,):
            raise ValueError(f"danger_head.toml holds {self._weights.size} weights and not {WIDTH}")

    @property
    def usable(self) -> bool:
        """Can the transformer be used?"""
        return loaded() is not None

    def loudest(self, telling: Iterable[Sentence]) -> float:
        """The loudest of the sentences that come first, about -8 to 4: below 0 more like no danger. It must be usable.

        ``telling``: one or more sentences of folded words, those first that must be read.
        """
        reader = loaded()
        assert reader is not None
        vectors = reader.read(list(_first(reader, telling)))
        return float((vectors @ self._weights).max()) + self._middle


def digest(danger: Texts, near: Texts) -> str:
    """What tells whether a head was learnt from these texts and for this transformer."""
    return hashlib.sha256(repr((danger, near, SHA256, LAYERS)).encode("utf-8")).hexdigest()


def learn(danger: Texts, near: Texts, reader: Transformer) -> dict[str, Any]:
    """The head that tells the first texts from the second: ``weights`` (384 numbers), ``middle`` and ``learnt_from``.

    Each text is the folded words of its sentences. Reads them all, which takes about five milliseconds each.
    """
    seen = digest(danger, near)
    danger, near = ([text for text in texts if text] for texts in (danger, near))
    vectors = _vectors([*danger, *near], reader)
    kinds = np.repeat([1.0, 0.0], [len(danger), len(near)])
    middles, spreads = vectors.mean(axis=0), vectors.std(axis=0) + LEAST_SPREAD
    fitted = _logistic((vectors - middles) / spreads, kinds)
    weights = fitted[:-1] / spreads
    middle = float(fitted[-1] - middles @ weights)
    return {"learnt_from": seen, "middle": middle, "weights": weights.tolist()}


def _first(reader: Transformer, telling: Iterable[Sentence]) -> Iterator[Pieces]:
    """The pieces of the sentences that there is time for: one at least, and of that what fits."""
    left = MOST_PIECES
    for sentence in telling:
        pieces = reader.pieces(" ".join(sentence))[:MOST_PIECES]
        if len(pieces) <= left:
            yield pieces
            left -= len(pieces)
        if left < LEAST_LEFT:
            return


def _vectors(texts: Texts, reader: Transformer) -> Floats:
    """For each text the mean over all its pieces, (n, 384); sentences are read one by one, as they will be."""
    pieces = [reader.pieces(" ".join(sentence))[:MOST_PIECES] for text in texts for sentence in text]
    sums = np.concatenate([reader.read(run) * _lengths(run) for run in _runs(pieces)])
    parts, lengths = pairwise(np.cumsum([0, *map(len, texts)])), _lengths(pieces)
    return np.array([sums[begin:end].sum(axis=0) / lengths[begin:end].sum() for begin, end in parts])


def _runs(pieces: Iterable[Pieces]) -> Iterator[list[Pieces]]:
    """Sentences in runs of as many pieces as are quickly read at once."""
    run: list[Pieces] = []
    for sentence in pieces:
        if sum(map(len, run)) + len(sentence) > MOST_PIECES:
            yield run
            run = []
        run.append(sentence)
    yield run


def _lengths(pieces: Sequence[Pieces]) -> Floats:
    return np.array([[len(each)] for each in pieces], np.float64)


def _logistic(features: Floats, kinds: Floats) -> Floats:
    """Weights and, last, the middle of a logistic regression, by Newton's method: always the same."""
    features = np.c_[features, np.ones(len(features))]
    ridge = np.r_[np.full(features.shape[1] - 1, STIFFNESS), SETTLED]
    weights = np.zeros(features.shape[1])
    for _ in range(MOST_ROUNDS):
        likely = 1 / (1 + np.exp(-features @ weights))
        slope = features.T @ (likely - kinds) + ridge * weights
        bend = (features * (likely * (1 - likely))[:, None]).T @ features + np.diag(ridge)
        step = np.linalg.solve(bend, slope)
        weights -= step
        if np.abs(step).max() < SETTLED:
            break
    return weights
