"""Sets of listings as packed rows of bits, 64 to a word, lowest bit first. Knows no listing and no query."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.uint64]
Docs = NDArray[np.int64]
Flags = NDArray[np.bool_]
Counts = NDArray[np.int64]

WORD = 64
# Rows hold a multiple of this many documents, so that the counts of their words can be added in lanes.
ROW = 16 * WORD
# So many words at a time stay in the processor's nearest memory while they are counted.
BLOCK = 1 << 16
# Above this many, sets of whole rows of bits are added by halves before they are unpacked.
MOST_UNPACKED = 2048

_ONE, _SIX = np.uint64(1), np.uint64(6)
_LOW, _EIGHT = np.uint64(0x00FF00FF00FF00FF), np.uint64(8)
# 16 bits hold the sum of this many fours of counts of up to 64 each.
_LANE = 250


def words_for(size: int) -> int:
    """How many 64-bit words hold ``size`` bits."""
    return -(-size // WORD)


def from_flags(flags: Flags) -> Bits:
    """(n,) booleans -> (words_for(n),) packed."""
    if len(flags) % WORD:
        flags = np.concatenate([flags, np.zeros(-len(flags) % WORD, dtype=np.bool_)])
    packed: Bits = np.packbits(flags, bitorder="little").view(np.uint64)
    return packed


def from_docs(docs: Docs, size: int) -> Bits:
    """Numbers of documents below ``size`` -> packed."""
    flags = np.zeros(size, dtype=np.bool_)
    flags[docs] = True
    return from_flags(flags)


def flags(bits: Bits) -> Flags:
    """Packed -> one boolean per document."""
    return np.unpackbits(bits.view(np.uint8), bitorder="little").view(np.bool_)


def docs(bits: Bits) -> Docs:
    """Packed -> the numbers set, ascending. Costs by what is set: empty words are passed over."""
    filled = np.flatnonzero(bits != 0)
    if 2 * len(filled) > len(bits):
        return np.flatnonzero(flags(bits))
    places = np.flatnonzero(flags(bits.take(filled)))
    numbers: Docs = filled.take(places >> 6)
    numbers <<= 6
    places &= 63
    numbers += places
    return numbers


def merged(parts: Sequence[NDArray[np.signedinteger]]) -> Docs:
    """Several arrays -> all their numbers, ascending, each once. A stable sort merges ascending runs."""
    numbers = np.sort(np.concatenate([np.empty(0, dtype=np.int64), *parts]), kind="stable")
    return numbers[starts(numbers)]


def starts(ascending: Docs) -> Docs:
    """Where each different number of an ascending array stands first."""
    return np.flatnonzero(np.concatenate([np.ones(len(ascending[:1]), np.bool_), ascending[1:] != ascending[:-1]]))


def has(bits: Bits, docs: Docs) -> Flags:
    """(n,) whether each of these documents is in the set."""
    words: Bits = bits.take(docs >> 6)
    words >>= (docs & 63).view(np.uint64)
    words &= _ONE
    return words.astype(np.bool_)


def counts_before(bits: Bits) -> NDArray[np.int32]:
    """(n_words,) how many are set before each word."""
    each = np.bitwise_count(bits).astype(np.int32)
    before: NDArray[np.int32] = np.cumsum(each, dtype=np.int32) - each
    return before


def places_of(bits: Bits, before: NDArray[np.int32], docs: Docs) -> tuple[Flags, Docs]:
    """(n,) whether each of these documents is in the set, and how many of the set stand before it.

    ``before``: what ``counts_before`` gives.
    """
    words, own = docs >> 6, _ONE << (docs & 63).view(np.uint64)
    here: Bits = bits.take(words)
    places = before.take(words).astype(np.int64)
    places += np.bitwise_count(here & (own - _ONE))
    return (here & own) != 0, places


def count(bits: Bits) -> int:
    """How many are set."""
    return int(np.add.reduce(np.bitwise_count(bits), dtype=np.int64))


def any_of(rows: Bits) -> Bits:
    """(n, n_words) -> who is in any of the rows; nobody for no rows."""
    joined: Bits = np.bitwise_or.reduce(rows, axis=0)
    return joined


def counts(rows: Bits, runs: Sequence[tuple[slice, Bits]]) -> Counts:
    """For each row of (n_values, n_words) in each run: how many are in it and in the run's mask too, joined in order.

    ``n_words`` is a multiple of 16. Bytes are joined rather than words, since numpy has a faster loop for them.
    """
    tally = np.empty((sum(run.stop - run.start for run, _ in runs), rows.shape[1]), dtype=np.uint8)
    block = max(1, BLOCK // rows.shape[1])
    both = np.empty((block, rows.shape[1]), dtype=np.uint64)
    done = 0
    for run, mask in runs:
        for start in range(run.start, run.stop, block):
            some = rows[start : min(start + block, run.stop)]
            np.bitwise_and(some.view(np.uint8), mask.view(np.uint8), out=both[: len(some)].view(np.uint8))
            np.bitwise_count(both[: len(some)], out=tally[done : done + len(some)])
            done += len(some)
    return _row_sums(tally)


def _row_sums(tally: NDArray[np.uint8]) -> Counts:
    """(n, a multiple of 16) numbers up to 64 -> (n,) their sums, in lanes of 8 and then of 16 bits."""
    half = tally.shape[1] // 2
    lanes = (tally[:, :half] + tally[:, half:]).view(np.uint64)
    pairs = lanes & _LOW
    lanes >>= _EIGHT
    lanes &= _LOW
    pairs += lanes
    sums = np.add.reduceat(pairs, np.arange(0, pairs.shape[1], _LANE), axis=1).view(np.uint16)
    added: Counts = np.add.reduce(sums, axis=1, dtype=np.int64)
    return added


def column_counts(rows: Bits) -> Counts:
    """(n, n_words) -> (n_words * 64,) how many rows have each bit set.

    Many rows are first added by halves, as a full adder does: plane ``i`` then holds the bits worth 2**i of the sums.
    """
    if len(rows) <= 255:
        return _byte_sums(rows).astype(np.int64)
    planes = [rows]
    if len(rows) > MOST_UNPACKED:
        while len(planes[0]) > MOST_UNPACKED // 4:
            planes = _halved(planes)
    total = np.zeros(rows.shape[1] * WORD, dtype=np.int64)
    for worth, plane in enumerate(planes):
        total += _unpacked_sum(plane) << worth
    return total


def _halved(planes: list[Bits]) -> list[Bits]:
    """Numbers written in bit planes, the first half of them added to the second."""
    half, odd = divmod(len(planes[0]), 2)
    if odd:
        planes = [np.concatenate([plane, np.zeros_like(plane[:1])]) for plane in planes]
        half += 1
    first, second = planes[0][:half], planes[0][half:]
    sums, carry = [first ^ second], first & second
    for plane in planes[1:]:
        first, second = plane[:half], plane[half:]
        unequal = first ^ second
        sums.append(unequal ^ carry)
        unequal &= carry
        carry = first & second
        carry |= unequal
    return [*sums, carry]


def _unpacked_sum(rows: Bits) -> Counts:
    """The same for few rows."""
    parts = [_byte_sums(rows[at : at + 255]) for at in range(0, len(rows), 255)]
    total: Counts = np.add.reduce(parts, dtype=np.int64) if parts else np.zeros(rows.shape[1] * WORD, dtype=np.int64)
    return total


def _byte_sums(rows: Bits) -> NDArray[np.uint8]:
    """The same for at most 255 rows, whose sums fit into bytes."""
    sums: NDArray[np.uint8] = np.add.reduce(
        np.unpackbits(rows.view(np.uint8), axis=1, bitorder="little"), dtype=np.uint8
    )
    return sums


def transposed(rows: Bits) -> Bits:
    """(n_values, n_words) -> (n_words * 64, words_for(n_values)): a row of bits per document, in place of per value.

    64 by 64 squares are turned as Hacker's Delight (Warren, 2002, 7-3) turns them: by swapping ever smaller quarters.
    """
    wide = np.zeros((rows.shape[1] * WORD, words_for(len(rows))), dtype=np.uint64)
    for column in range(wide.shape[1]):
        some = rows[column * WORD : (column + 1) * WORD]
        square = np.zeros((rows.shape[1], WORD), dtype=np.uint64)
        square[:, : len(some)] = some.T
        _turn(square)
        wide[:, column] = square.ravel()
    return wide


def _turn(squares: Bits) -> None:
    """Turn (n, 64) words, each row a square of bits, about its diagonal."""
    width, low = 32, 0xFFFFFFFF
    while width:
        quarters = squares.reshape(len(squares), WORD // (2 * width), 2, width)
        above, below = quarters[:, :, 0], quarters[:, :, 1]
        swapped = above >> np.uint64(width)
        swapped ^= below
        swapped &= np.uint64(low)
        below ^= swapped
        swapped <<= np.uint64(width)
        above ^= swapped
        width >>= 1
        low ^= (low << width) & (2**64 - 1)
