"""The order among equals: open places before waiting lists, then a hash of day and listing. Nothing else counts."""

from collections.abc import Iterable
from datetime import date
from hashlib import sha256

OPEN, WAITING, UNSAID, CLOSED = range(4)


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
    return int.from_bytes(sha256(f"{day.isoformat()} {listing_id}".encode()).digest()[:8], "big")
