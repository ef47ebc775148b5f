"""The order among equals: open places before waiting lists, then a hash of day and listing. Nothing else counts."""

from collections.abc import Iterable
from datetime import date
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

OPEN, WAITING, UNSAID, CLOSED = range(4)

Hashes = NDArray[np.uint64]


def openness(availability: Iterable[str]) -> int:
    """How soon a place is free, which orders equals: 0 open now, 1 waiting list, 2 hasn't said, 3 full, paused."""
    said = set(availability)
    if "open-now" in said:
        return OPEN
    if any(slug.startswith("waitlist") for slug in said):
        return WAITING
    return CLOSED if said & {"full", "paused"} else UNSAID


def tie_break(day: date, listing_id: str) -> int:
    """A number below 2**64 that shuffles listings anew on each UTC day and is the same for everyone on that day."""
    return int(tie_breaks(day, id_hashes(np.array([listing_id.encode()])))[0])


def id_hashes(ids: NDArray[np.bytes_]) -> Hashes:
    """(n,) ids as bytes -> (n,) FNV-1a hashes of them, without the zeros that fill up the shorter ones."""
    letters = ids.view(np.uint8).reshape(len(ids), ids.dtype.itemsize)
    hashes = np.full(len(ids), 0xCBF29CE484222325, dtype=np.uint64)
    for column in letters.T:
        hashes = np.where(column > 0, (hashes ^ column) * np.uint64(0x100000001B3), hashes)
    return hashes


def tie_breaks(day: date, hashes: Hashes) -> Hashes:
    """(n,) hashes of ids -> (n,) what ``tie_break`` gives for each: mixed with the day's own number (splitmix64)."""
    mixed = hashes ^ np.uint64(int.from_bytes(sha256(day.isoformat().encode()).digest()[:8], "big"))
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return mixed ^ (mixed >> np.uint64(31))
