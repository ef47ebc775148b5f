"""Rooms of listings that nobody has put on the map yet: their coordinates from their postal area or town."""

from collections.abc import Callable

from sqlalchemy import select, update

from directory import changes
from directory.db import db
from directory.models import Place
from directory.profiles.findable import BATCH

# (country, town, region, postal area) -> (latitude, longitude) in degrees, None when unknown.
Point = Callable[[str, str, str, str], tuple[float, float] | None]
ROOM = (Place.id, Place.therapist_id, Place.country, Place.town, Place.region, Place.postal_area)


def locate(point: Point) -> int:
    """Give coordinates to every room that has none and that ``point`` knows; the index follows. Returns how many."""
    unplaced = select(*ROOM).where(Place.latitude.is_(None) | Place.longitude.is_(None)).order_by(Place.id)
    rooms = db.session.execute(unplaced).all()
    known = [(room.id, room.therapist_id, found) for room in rooms if (found := point(*room[2:]))]
    for start in range(0, len(known), BATCH):
        batch = known[start : start + BATCH]
        told = [{"id": one, "latitude": latitude, "longitude": longitude} for one, _, (latitude, longitude) in batch]
        db.session.execute(update(Place), told)
        changes.record(sorted({therapist for _, therapist, _ in batch}))
        db.session.commit()
    return len(known)
