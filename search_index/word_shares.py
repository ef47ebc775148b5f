"""Words and pairs of words -> a vote for each class, by how often known texts of that class use them.

What the classes stand for is not known here. A word's votes are its shares: a word that one class alone uses often
votes for it; a word that all use votes for none; a word seen once hardly votes.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from search_index.folding import stem

# A word is held to have been seen this many times more, in no class: a rare word's share is kept small.
DOUBT = 2.0
# A single word that more than this share of the known texts use is no sign of anything.
COMMON = 0.05

Floats = NDArray[np.float32]


class WordShares:
    """The votes of every known word and pair, as runs of (class, share)."""

    def __init__(self, texts: Sequence[Sequence[str]], classes: NDArray[np.intp], weights: Floats) -> None:
        """``texts``: folded words; ``classes``: 0 to n_classes - 1; ``weights``: how much each text counts."""
        self._n_classes = int(classes.max()) + 1
        told = [tuple(dict.fromkeys(_told(words))) for words in texts]
        self._words = frozenset(word for each in told for word in each if isinstance(word, str))
        seen = Counter(word for each in told for word in each)
        most = COMMON * len(texts)
        used = (word for word, count in seen.items() if count <= most or not isinstance(word, str))
        self._at = {word: number for number, word in enumerate(used)}
        rarity = [math.log((1 + len(texts)) / (1 + seen[word])) for word in self._at]
        self._rarity = np.array(rarity, np.float32)
        self._settle(told, classes, weights)

    def _settle(self, told: Sequence[Iterable[object]], classes: NDArray[np.intp], weights: Floats) -> None:
        rows = [self._numbers(each) for each in told]
        number = np.concatenate(rows)
        lengths = [len(row) for row in rows]
        strength = np.concatenate([self._strengths(row) for row in rows]) * np.repeat(weights, lengths)
        pairs, at = np.unique(number * self._n_classes + np.repeat(classes, lengths), return_inverse=True)
        word = pairs // self._n_classes
        whole = np.bincount(number, strength, len(self._at))
        self._classes = pairs % self._n_classes
        self._shares = (np.bincount(at, strength) / (whole[word] + DOUBT)).astype(np.float32)
        self._begins = np.searchsorted(word, np.arange(len(self._at) + 1))

    def knows(self, word: str) -> bool:
        """Has this folded word been seen at all?"""
        return stem(word) in self._words

    def read(self, texts: Iterable[Sequence[Sequence[str]]]) -> Floats:
        """(n_texts, n_classes): the votes for each class. A text is sentences of folded words; none known: all 0."""
        return np.stack([self._votes(text) for text in texts])

    def _votes(self, text: Sequence[Sequence[str]]) -> Floats:
        row = self._numbers(dict.fromkeys(word for sentence in text for word in _told(sentence)))
        starts, ends = self._begins[row], self._begins[row + 1]
        lengths = ends - starts
        entries = np.arange(lengths.sum()) + np.repeat(starts - np.cumsum(lengths) + lengths, lengths)
        strength = np.repeat(self._strengths(row), lengths) * self._shares[entries]
        return np.bincount(self._classes[entries], strength, self._n_classes).astype(np.float32)

    def _numbers(self, told: Iterable[object]) -> NDArray[np.intp]:
        return np.array([self._at[word] for word in told if word in self._at], np.intp)

    def _strengths(self, row: NDArray[np.intp]) -> Floats:
        """Rare words speak loudest; a long text speaks no louder than a short one."""
        rarity = self._rarity[row]
        strengths: Floats = rarity / max(float(np.linalg.norm(rarity)), 1e-9)
        return strengths


def _told(words: Sequence[str]) -> Iterator[str | tuple[str, str]]:
    stems = [stem(word) for word in words]
    yield from stems
    yield from pairwise(stems)
