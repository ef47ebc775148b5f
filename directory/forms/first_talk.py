"""What people fill in for a first talk: a message that they send themselves, and a time for their own calendar."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import DateField, Form, SelectField, StringField, TextAreaField, TimeField
from wtforms.validators import ValidationError

MAX_MESSAGE = 1500
MAX_TITLE = 60
MAX_AHEAD = timedelta(days=366)
MINUTES = ("10", "15", "20", "30", "45", "50", "60", "90")
USUAL_MINUTES = "20"
OWN_CLOCK = ""


class MessageForm(Form):
    """A first message. The person writes it, and the person sends it."""

    message = TextAreaField(_("Your message"))

    def validate_message(self, field: Any) -> None:
        """A longer one would not fit into the link that opens a mail program."""
        if len(field.data or "") > MAX_MESSAGE:
            raise ValidationError(_("That was over 1,500 letters. Shorten it; your words are still here."))


class Line(StringField):
    """One line. What can't be seen is left out."""

    def process_formdata(self, valuelist: list[str]) -> None:
        seen = "".join(letter if letter.isprintable() else " " for letter in (valuelist or [""])[0])
        self.data = " ".join(seen.split())


class Zone(StringField):
    """The IANA name of a time zone that is ``known``; the person's own clock for anything else."""

    def __init__(self, known: Iterable[str] = (), **options: Any) -> None:
        super().__init__(**options)
        self.known = frozenset(known)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = next((value for value in valuelist if value in self.known), OWN_CLOCK)


class Day(DateField):
    """A day. What can't be read is not shown again: a browser's field for days would show nothing for it either."""

    def _value(self) -> str:
        return self.data.isoformat() if self.data else ""


class Clock(TimeField):
    """A time of day, shown again as Day is."""

    def _value(self) -> str:
        return self.data.strftime("%H:%M") if self.data else ""


class TimeForm(Form):
    """When a first talk is, and what the person's own calendar calls it. Built with its zones by ``time_form``."""

    day = Day(_("Day"), description=_("For example 2027-03-25."))
    time = Clock(_("Time"), description=_("For example 18:30."))
    minutes = SelectField(_("How many minutes?"), choices=MINUTES, default=USUAL_MINUTES)
    title = Line(_("What should your calendar call it?"), default=_("Appointment"))

    def validate_day(self, field: Any) -> None:
        """A day that can be read, from today (wherever the person is) to a year ahead."""
        field.errors = []
        if field.data is None:
            raise ValidationError(_("Choose a day, such as 2027-03-25."))
        now = datetime.now(UTC)
        if not (now - timedelta(hours=12)).date() <= field.data <= (now + MAX_AHEAD).date():
            raise ValidationError(_("Choose a day from today on, within a year."))

    def validate_time(self, field: Any) -> None:
        """A time that can be read."""
        field.errors = []
        if field.data is None:
            raise ValidationError(_("Write a time, such as 18:30."))

    def validate_title(self, field: Any) -> None:
        """A name that fits into a calendar."""
        if len(field.data) > MAX_TITLE:
            raise ValidationError(_("Shorten the name to 60 letters."))


def time_form(zones: Iterable[str]) -> type[TimeForm]:
    """The form with these time zones to choose from."""
    return type("TimeForm", (TimeForm,), {"zone": Zone(known=zones, label=_("Whose clock?"), default=OWN_CLOCK)})
