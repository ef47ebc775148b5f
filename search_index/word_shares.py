"""Words and pairs of words -> a vote for each class, by how often known texts of that class use them.

What the classes stand for is not known here. A word's votes are its shares: a word that one class alone uses often
votes for it; a word that all use votes for none; a word seen once hardly votes.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from search_index.folding import stem
from search_index.learnt import Arrays, letters, words_of

# A word is held to have been seen this many times more, in no class: a rare word's share is kept small.
DOUBT = 2.0
# A single word that more than this share of the known texts use is no sign of anything.
COMMON = 0.05

Floats = NDArray[np.float32]


def learn(texts: Sequence[Sequence[str]], classes: NDArray[np.intp], weights: Floats) -> Arrays:
    """The votes of every word and pair, as runs of (class, share), and the words too common to vote.

    ``texts``: folded words; ``classes``: 0 to n_classes - 1; ``weights``: how much each text counts.
    """
    told = [tuple(dict.fromkeys(_told(words))) for words in texts]
    seen = Counter(word for each in told for word in each)
    most = COMMON * len(texts)
    common = [word for word, count in seen.items() if count > most and _is_word(word)]
    left = set(common)
    at = {word: number for number, word in enumerate(word for word in seen if word not in left)}
    rarity = np.array([math.log((1 + len(texts)) / (1 + seen[word])) for word in at], np.float32)
    shares = _shares([_numbers(each, at) for each in told], rarity, classes, weights)
    return {"words": letters(at), "common": letters(common), "rarity": rarity, **shares}


def _shares(rows: Sequence[NDArray[np.intp]], rarity: Floats, classes: NDArray[np.intp], weights: Floats) -> Arrays:
    """``rows``: the numbers of the words of each text."""
    number, lengths, n_classes = np.concatenate(rows), [len(row) for row in rows], int(classes.max()) + 1
    strength = np.concatenate([_strengths(rarity[row]) for row in rows]) * np.repeat(weights, lengths)
    pairs, at = np.unique(number * n_classes + np.repeat(classes, lengths), return_inverse=True)
    word = pairs // n_classes
    whole = np.bincount(number, strength, len(rarity))
    return {
        "classes": pairs % n_classes,
        "shares": (np.bincount(at, strength) / (whole[word] + DOUBT)).astype(np.float32),
        "begins": np.searchsorted(word, np.arange(len(rarity) + 1)),
    }


class WordShares:
    """The votes of every known word and pair."""

    def __init__(self, learnt: Arrays) -> None:
        """``learnt``: what ``learn`` gave."""
        words = words_of(learnt["words"])
        self._at = {word: number for number, word in enumerate(words)}
        self._common = frozenset(words_of(learnt["common"]))
        self._rarity, self._begins = learnt["rarity"], learnt["begins"]
        self._classes, self._shares = learnt["classes"], learnt["shares"]
        self._n_classes = int(self._classes.max()) + 1

    def knows(self, word: str) -> bool:
        """Has this folded word been seen at all?"""
        return (known := stem(word)) in self._at or known in self._common

    def read(self, texts: Sequence[Sequence[Sequence[str]]]) -> Floats:
        """(n_texts, n_classes): the votes for each class. A text is sentences of folded words; none known: all 0."""
        rows = [_numbers(dict.fromkeys(chain.from_iterable(map(_told, text))), self._at) for text in texts]
        return self._votes(np.concatenate(rows), np.repeat(np.arange(len(rows)), list(map(len, rows))), len(rows))

    def _votes(self, words: NDArray[np.intp], texts: NDArray[np.intp], n_texts: int) -> Floats:
        """``words`` of each of ``texts``, side by side."""
        rarity = self._rarity[words]
        lengths = np.sqrt(np.bincount(texts, rarity**2, n_texts))
        starts, ends = self._begins[words], self._begins[words + 1]
        votes = ends - starts
        entries = np.arange(votes.sum()) + np.repeat(starts - np.cumsum(votes) + votes, votes)
        strength = np.repeat(rarity / lengths[texts], votes) * self._shares[entries]
        cells = np.repeat(texts * self._n_classes, votes) + self._classes[entries]
        told = np.bincount(cells, strength, n_texts * self._n_classes)
        return told.reshape(n_texts, self._n_classes).astype(np.float32)


def _told(words: Sequence[str]) -> list[str]:
    """The stems of some words, and each pair of them."""
    stems = list(map(stem, words))
    return [*stems, *map(" ".join, pairwise(stems))]


def _is_word(told: str) -> bool:
    return " " not in told


def _numbers(told: Iterable[str], at: Mapping[str, int]) -> NDArray[np.intp]:
    return np.array([at[word] for word in told if word in at], np.intp)


def _strengths(rarity: Floats) -> Floats:
    """Rare words speak loudest; a long text speaks no louder than a short one."""
    strengths: Floats = rarity / max(float(np.linalg.norm(rarity)), 1e-9)
    return strengths
