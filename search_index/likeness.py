"""A text -> how likely it speaks of each concern, learned from what people say of them.

Two readings join, each with no advantage for any concern: nearness (word vectors) finds what is meant, word_shares what
is said. A text is read as a whole and sentence by sentence. What was said outright is concerns.py's.
"""

from collections.abc import Sequence
from itertools import chain, count
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search_index import nearness, word_shares
from search_index.learnt import Arrays, letters, part, under, words_of
from search_index.nearness import Nearness
from search_index.vectors import Vectors
from search_index.word_shares import WordShares

# How much each reading tells: from cross-validation over the sayings of the seeds (docs/decisions/0011).
BY_NEARNESS, BY_WORDS = 3.5, 13.0
# Of a long text, this many sentences are also read by themselves.
MOST_SENTENCES = 40
# Texts that speak of no concern have little in common: so many of them, as they stand, are one kind.
OF_A_KIND = 8

Floats = NDArray[np.float32]


class Example(NamedTuple):
    """Folded words that speak of one concern; ``concern`` is empty when they speak of none."""

    words: tuple[str, ...]
    concern: str


def learn(examples: Sequence[Example], vectors: Vectors | None) -> Arrays:
    """What examples teach. ``vectors``: None leaves the words to answer alone."""
    concerns, classes = _classes(examples)
    texts = [example.words for example in examples]
    shares = word_shares.learn(texts, classes, _weights(concerns, classes))
    near = nearness.learn(vectors, [" ".join(words) for words in texts], classes) if vectors else {}
    return {"concerns": letters(concerns), **under("shares", shares), **under("near", near)}


class Likeness:
    """What examples taught. Made once."""

    def __init__(self, learnt: Arrays, vectors: Vectors | None) -> None:
        """``learnt``: what ``learn`` gave with the same vectors."""
        self._concerns = words_of(learnt["concerns"])
        self._near = Nearness(part("near", learnt), vectors) if vectors else None
        self._shares = WordShares(part("shares", learnt))

    def knows(self, word: str) -> bool:
        """Does this folded word stand in any example?"""
        return self._shares.knows(word)

    def read(self, sentences: Sequence[Sequence[str]]) -> dict[str, float]:
        """Probability by concern, "" for none of them, from a text's sentences of folded words; they sum to 1."""
        whole, *parts = self._log_likely(sentences)
        joined = (whole + np.mean(parts, axis=0) + np.log(np.exp(parts).mean(axis=0))) / 3 if parts else whole
        likely = np.exp(joined - joined.max())
        told = {"": 0.0}
        for concern, share in zip(self._concerns, (likely / likely.sum()).tolist(), strict=True):
            told[concern] = told.get(concern, 0.0) + share
        return told

    def _log_likely(self, sentences: Sequence[Sequence[str]]) -> Floats:
        """(1 + n_sentences, n_classes): of the whole text, and of its first sentences each if it has several."""
        parts = [[sentence] for sentence in sentences[:MOST_SENTENCES]] if len(sentences) > 1 else []
        texts = [sentences, *parts]
        told = BY_WORDS * self._shares.read(texts)
        if self._near:
            told += BY_NEARNESS * self._near.read([" ".join(chain.from_iterable(text)) for text in texts])
        told -= told.max(axis=1, keepdims=True)
        likely: Floats = told - np.log(np.exp(told).sum(axis=1, keepdims=True))
        return likely


def _classes(examples: Sequence[Example]) -> tuple[Sequence[str], NDArray[np.intp]]:
    """The concern of each class, "" for each kind of none, and the class of each example."""
    concerns = sorted({example.concern for example in examples} - {""})
    numbers = {concern: number for number, concern in enumerate(concerns)}
    kinds = (len(concerns) + each // OF_A_KIND for each in count())
    classes = [numbers[example.concern] if example.concern else next(kinds) for example in examples]
    names = (*concerns, *[""] * (max(classes) + 1 - len(concerns)))
    return names, np.array(classes, np.intp)


def _weights(concerns: Sequence[str], classes: NDArray[np.intp]) -> Floats:
    """Every concern weighs the same, however many examples it has; a text without one weighs as any text: 1."""
    sizes = np.bincount(classes)
    of_concerns = sizes[: sum(map(bool, concerns))]
    weights = np.ones(len(sizes), np.float32)
    weights[: len(of_concerns)] = of_concerns.mean() / of_concerns
    return weights[classes]
