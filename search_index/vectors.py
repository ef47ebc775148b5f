"""Texts -> static word vectors, from the weights inside the package wordllama. What they mean is not known here.

The package's two files are read as they lie on disk: its own loader would import a web client and may download.
"""

import logging
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search_index.packaged import folder_of, tensors_in, tokenizer_in, whole

PACKAGE = "wordllama"
WIDTH = 256
# So many texts' pieces are in memory at once.
AT_A_TIME = 500

_WEIGHTS, _TOKENS = "weights/l2_supercat_256.safetensors", "tokenizers/l2_supercat_tokenizer_config.json"
_TENSOR = "embedding.weight"
_log = logging.getLogger("holdspace.vectors")


class Vectors:
    """One vector of 256 numbers for every piece of a word; a text's vector is their mean."""

    def __init__(self, folder: Path) -> None:
        """From the package's folder. Raises ImportError, OSError, ValueError or KeyError when it cannot be used."""
        self._pieces = _weights(folder / _WEIGHTS)
        self._tokenizer = tokenizer_in(folder / _TOKENS)
        self._numbers = lru_cache(maxsize=65_536)(self._numbered)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of texts, (n_texts, 256), of length 1; a text without a known piece is all zeros. No network."""
        found: NDArray[np.float32] = np.zeros((len(texts), WIDTH), np.float32)
        for start in range(0, len(texts), AT_A_TIME):
            self._add_pieces(texts[start : start + AT_A_TIME], found[start : start + AT_A_TIME])
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        found /= np.maximum(lengths, np.finfo(np.float32).tiny)
        return found

    def _add_pieces(self, texts: Sequence[str], sums: NDArray[np.float32]) -> None:
        numbers = [[number for word in text.split() for number in self._numbers(word)] for text in texts]
        lengths = np.array([len(each) for each in numbers])
        if lengths.any():
            pieces = self._pieces[np.concatenate(numbers).astype(np.intp)].astype(np.float32)
            begins = (np.cumsum(lengths) - lengths)[lengths > 0]
            sums[lengths > 0] = np.add.reduceat(pieces, begins, axis=0)

    def _numbered(self, word: str) -> Sequence[int]:
        """The numbers of a word's pieces. Word by word, since no piece reaches over a blank and most words come again;
        and one by one, since the tokenizer's own threads don't survive the fork of a web server.
        """
        numbers: Sequence[int] = self._tokenizer.encode(whole(word), add_special_tokens=False).ids
        return numbers


def load() -> Vectors | None:
    """The vectors, or None, with the reason in the log, when they cannot be used: then known words alone answer."""
    try:
        return Vectors(_folder())
    except (ImportError, OSError, ValueError, KeyError) as problem:
        _log.warning("The word vectors cannot be used: %s", problem)
        return None


def _folder() -> Path:
    return folder_of(PACKAGE)


def _weights(file: Path) -> NDArray[np.float16]:
    """The matrix, (n_pieces, 256)."""
    weights = tensors_in(file)[_TENSOR]
    if weights.dtype != np.float16 or weights.shape[1] != WIDTH:
        raise ValueError(f"{file.name} holds {weights.dtype} {weights.shape}")
    return weights
