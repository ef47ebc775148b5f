"""Texts -> static word vectors, from the weights inside the package wordllama. What they mean is not known here.

The package's two files are read as they lie on disk: its own loader would import a web client and may download.
"""

import importlib.util
import json
import logging
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tokenizers import Tokenizer

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
        self._tokenizer = _tokenizer(folder / _TOKENS)
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
        numbers: Sequence[int] = self._tokenizer.encode(_whole(word), add_special_tokens=False).ids
        return numbers


def load() -> Vectors | None:
    """The vectors, or None, with the reason in the log, when they cannot be used: then known words alone answer."""
    try:
        return Vectors(_folder())
    except (ImportError, OSError, ValueError, KeyError) as problem:
        _log.warning("The word vectors cannot be used: %s", problem)
        return None


def _folder() -> Path:
    found = importlib.util.find_spec(PACKAGE)  # finds the package without running it
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError(f"the package {PACKAGE} is not installed")
    return Path(found.submodule_search_locations[0])


def _weights(file: Path) -> NDArray[np.float16]:
    """The matrix of a safetensors file, (n_pieces, 256), left on disk and shared by all processes.

    The format: eight bytes that say how long the header is, the header as JSON, then the numbers.
    """
    with file.open("rb") as opened:
        size = int.from_bytes(opened.read(8), "little")
        if size > file.stat().st_size:
            raise ValueError(f"{file.name} is cut off")
        told = json.loads(opened.read(size))[_TENSOR]
    if told["dtype"] != "F16" or told["shape"][1] != WIDTH:
        raise ValueError(f"{file.name} holds {told['dtype']} {told['shape']}")
    start = 8 + size + int(told["data_offsets"][0])
    return np.memmap(file, np.float16, "r", offset=start, shape=tuple(told["shape"]))


def _tokenizer(file: Path) -> "Tokenizer":
    from tokenizers import Tokenizer

    written = file.read_text("utf-8")
    try:
        tokenizer = Tokenizer.from_str(written)
    except Exception as problem:  # the package raises nothing narrower
        raise ValueError(f"{file.name}: {problem}") from problem
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _whole(text: str) -> str:
    """Without half characters, which no tokenizer takes."""
    return text.encode("utf-8", "ignore").decode("utf-8")
