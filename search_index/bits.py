"""Sets of listings as packed rows of bits, 64 to a word, lowest bit first. Knows no listing and no query."""

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.uint64]
Docs = NDArray[np.int64]
Flags = NDArray[np.bool_]

WORD = 64


def words_for(size: int) -> int:
    """How many 64-bit words hold ``size`` bits."""
    return -(-size // WORD)


def from_flags(flags: Flags) -> Bits:
    """(n,) booleans -> (words_for(n),) packed."""
    padded = np.zeros(words_for(len(flags)) * WORD, dtype=np.bool_)
    padded[: len(flags)] = flags
    packed: Bits = np.packbits(padded, bitorder="little").view(np.uint64)
    return packed


def from_docs(docs: Docs, size: int) -> Bits:
    """Numbers of documents below ``size`` -> packed."""
    flags = np.zeros(size, dtype=np.bool_)
    flags[docs] = True
    return from_flags(flags)


def flags(bits: Bits) -> NDArray[np.uint8]:
    """Packed -> one 0 or 1 per document."""
    return np.unpackbits(bits.view(np.uint8), bitorder="little")


def docs(bits: Bits) -> Docs:
    """Packed -> the numbers set, ascending."""
    return np.flatnonzero(flags(bits))


def count(bits: Bits) -> int:
    """How many are set."""
    return int(np.bitwise_count(bits).sum())


def counts(rows: Bits, mask: Bits) -> NDArray[np.int64]:
    """For each row of (n_values, n_words): how many are set in it and in ``mask`` too."""
    sums: NDArray[np.int64] = np.bitwise_count(rows & mask).sum(axis=1, dtype=np.int64)
    return sums
