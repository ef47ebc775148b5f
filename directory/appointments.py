"""One appointment as an iCalendar file (RFC 5545) that names nobody. When it is and what it is called is said by
whoever makes it.
"""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from icalendar import Calendar, Event

MAKER = "-//Appointment//EN"
"""Who made the file: not this house, since a calendar may be read by others."""

YEAR = timedelta(days=366)


class NoSuchTime(ValueError):
    """Clocks jump over this time on this day (the night when summer time begins)."""


def written(title: str, start: datetime, minutes: int, *, now: datetime) -> bytes:
    """The file. A ``start`` without a time zone is the same clock time wherever the calendar is read (RFC 5545, 3.3.5,
    form 1); one with a zone is that zone's, described in the file for a year on either side. ``now`` is in UTC.

    It is marked as private, with a random id, no alarm, and no place. Raises NoSuchTime.
    """
    if start.tzinfo is not None and not _exists(start):
        raise NoSuchTime
    event = Event()
    event.add("uid", str(uuid4()))
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", start)
    event.add("duration", timedelta(minutes=minutes))
    event.add("summary", title)
    event.add("class", "PRIVATE")
    calendar = Calendar()
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    calendar.add_component(event)
    calendar.add_missing_timezones(start.date() - YEAR, start.date() + YEAR)
    return bytes(calendar.to_ical())


def _exists(start: datetime) -> bool:
    there_and_back = start.astimezone(UTC).astimezone(start.tzinfo)
    return there_and_back.replace(tzinfo=None) == start.replace(tzinfo=None)
