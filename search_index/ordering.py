"""The first few of many, by numbers alone: whose numbers they are is ranking.py's business."""

import numpy as np
from numpy.typing import NDArray

# A sample of this many keys bounds the first of many; how many times more than wanted may stay within the bound.
SAMPLE, SLACK = 512, 4

Keys = NDArray[np.float64]
Places = NDArray[np.int64]


def first(keys: Keys, rank: Places, limit: int) -> Places:
    """(min(n, limit),) where the lowest of (n,) ``keys`` stand, lowest first; equals by ``rank`` (n,), all distinct."""
    if len(keys) <= limit:
        return np.lexsort((rank, keys))
    near = np.flatnonzero(keys <= bound(keys, limit))
    if len(near) > SLACK * limit:
        near = near[_among_equals(keys.take(near), rank.take(near), limit)]
    order: Places = near.take(np.lexsort((rank.take(near), keys.take(near)))[:limit])
    return order


def bound(keys: Keys, limit: int) -> float:
    """A key that at least ``limit`` keys don't exceed, and not many more: of many, a sample gives it."""
    step = len(keys) // SAMPLE
    if step > 1:
        sample = keys[::step]
        place = SLACK + SLACK * limit // step
        found = np.partition(sample, place)[place] if place < len(sample) else np.inf
        if found < np.inf and np.count_nonzero(keys <= found) >= limit:
            return float(found)
    return float(np.partition(keys, limit - 1)[limit - 1])


def _among_equals(keys: Keys, rank: Places, limit: int) -> NDArray[np.bool_]:
    """(n,) the first ``limit``, where many keys are equal to the last one that gets in."""
    last = np.partition(keys, limit - 1)[limit - 1]
    before = keys < last
    ranks = np.where(keys == last, rank, np.iinfo(rank.dtype).max)
    places = limit - np.count_nonzero(before)
    chosen: NDArray[np.bool_] = before | (ranks <= np.partition(ranks, places - 1)[places - 1])
    return chosen
