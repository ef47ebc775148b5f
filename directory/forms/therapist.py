"""What therapists fill in about themselves: every field, its limits and its sentences."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, Field, HiddenField, IntegerField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import TextInput

from directory.forms import money

MAX_FEE = 100_000
PAUSED = "paused"
MAX_DIGITS = 9
CHOOSE = _("Choose one of these.")


class Digits(TextInput):
    """A text box with the number keys. Unlike a number box, it shows again what was typed when that was wrong."""

    def __init__(self, keys: str = "numeric") -> None:
        super().__init__()
        self.keys = keys

    def __call__(self, field: Any, **attributes: Any) -> Any:
        return super().__call__(field, inputmode=self.keys, **attributes)


class WholeNumber(IntegerField):
    """A whole number of a few digits; ``invalid_value_message`` says so of anything else."""

    widget = Digits()

    def process_formdata(self, valuelist: list[str]) -> None:
        text = (valuelist[0] if valuelist else "").strip()
        self.data = None
        if text and not (text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS):
            raise ValueError(self.gettext(self.invalid_value_message))
        if text:
            self.data = int(text)


class Money(Field):
    """A fee in whole units of its currency, with decimals where it has some. ``data`` is a Decimal or None."""

    widget = Digits("decimal")

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else money.written(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        text = (valuelist[0] if valuelist else "").strip()
        self.data: Decimal | None = None
        if text:
            try:
                self.data = money.read(text)
            except ValueError:
                raise ValueError(_("Write a number, like 65 or 62.50.")) from None


def can_be_paid(form: Any, field: Any) -> None:
    """Refuse a sum that the currency has no coins for."""
    if field.data is not None and not money.fits(field.data, form.currency.data or ""):
        raise ValidationError(_("This currency has no smaller coins. Write a whole number."))


def can_be_kept(_form: Any, field: Any) -> None:
    """Refuse control characters: a database can't keep all of them, and nobody sees them."""
    if any(ord(letter) < 32 and letter not in "\t\r\n" for letter in field.data or ""):
        raise ValidationError(_("There is a hidden sign in this that we can’t keep. Type it again here."))


class Day(DateField):
    """A day. What is no day is not shown again, since a date box can't hold it."""

    def _value(self) -> str:
        return self.data.isoformat() if self.data else ""


class SectionForm(FlaskForm):
    """One section of a listing.

    ``version`` is the section's version when the form was opened, so that two tabs can't overwrite.
    """

    version = HiddenField(validators=[InputRequired()])

    @property
    def opened_version(self) -> int:
        """The version that the form carried; 0, which never fits, when it was tampered with."""
        told = str(self.version.data or "")
        return int(told) if told.isascii() and told.isdigit() and len(told) < 8 else 0


class FeeForm(SectionForm):
    """What a session costs."""

    currency = SelectField(_("Currency"), invalid_choice_message=CHOOSE)
    full_from = Money(
        _("Full fee for one session"),
        validators=[
            InputRequired(_("Write your fee, like 65. Write 0 if you take none.")),
            NumberRange(0, MAX_FEE, _("Write a fee between 0 and 100,000.")),
            can_be_paid,
        ],
    )
    full_to = Money(
        _("Highest fee, if it varies"),
        description=_("Leave it empty if it’s always the same."),
        validators=[Optional(), NumberRange(0, MAX_FEE, _("Write a fee between 0 and 100,000.")), can_be_paid],
    )
    sliding_from = Money(
        _("Lowest fee of your sliding scale"),
        description=_("Leave it empty if you have none."),
        validators=[Optional(), NumberRange(0, MAX_FEE, _("Write a fee between 0 and 100,000.")), can_be_paid],
    )
    session_minutes = WholeNumber(
        _("Length in minutes"),
        invalid_value_message=_("Write a whole number, like 50."),
        validators=[
            InputRequired(_("Write the length of a session, like 50.")),
            NumberRange(15, 240, _("Write a length between 15 and 240 minutes.")),
        ],
    )
    reduced_places = WholeNumber(
        _("Reduced places open now"),
        description=_("Leave it empty if you’d rather not say."),
        invalid_value_message=_("Write a whole number, like 2."),
        validators=[Optional(), NumberRange(0, 50, _("Write a number between 0 and 50."))],
    )
    note = StringField(
        _("A short note about fees"),
        description=_("For example: no proof asked."),
        validators=[Length(max=160, message=_("Keep this under 160 letters.")), can_be_kept],
    )

    def validate_full_to(self, field: Any) -> None:
        """A range runs upwards."""
        if field.data is not None and self.full_from.data is not None and field.data <= self.full_from.data:
            raise ValidationError(_("The highest fee must be above the full fee. Leave it empty if there is only one."))

    def validate_sliding_from(self, field: Any) -> None:
        """A sliding scale begins below the full fee."""
        if field.data is not None and self.full_from.data is not None and field.data >= self.full_from.data:
            raise ValidationError(_("The lowest fee must be below the full fee."))


class AboutForm(SectionForm):
    """The therapist's own words."""

    headline = TextAreaField(
        _("One or two sentences that people see first"),
        description=_("Up to 270 letters, in your own voice."),
        validators=[
            DataRequired(_("Write one sentence that people see first.")),
            Length(max=270, message=_("Keep this under 270 letters.")),
            can_be_kept,
        ],
    )
    bio_approach = TextAreaField(
        _("How you understand things"),
        validators=[Length(max=2000, message=_("Keep this under 2,000 letters.")), can_be_kept],
    )
    bio_working = TextAreaField(
        _("How you work"),
        validators=[Length(max=2000, message=_("Keep this under 2,000 letters.")), can_be_kept],
    )
    bio_first_session = TextAreaField(
        _("What a first session is like"),
        validators=[Length(max=2000, message=_("Keep this under 2,000 letters.")), can_be_kept],
    )


class AvailabilityForm(SectionForm):
    """Is there a place?"""

    availability = SelectField(_("Openings"), invalid_choice_message=CHOOSE)
    availability_note = StringField(
        _("A short note about times"),
        description=_("For example: Tuesdays, and one late evening."),
        validators=[Length(max=120, message=_("Keep this under 120 letters.")), can_be_kept],
    )
    back_on = Day(
        _("If you take a break: the day you are back"),
        invalid_value_message=_("Write a day, like 2027-03-01."),
        description=_("Your page is hidden until then. Leave it empty to stay hidden until you change this."),
        validators=[Optional()],
    )

    def validate_back_on(self, field: Any) -> None:
        """A break ends on a day to come."""
        if self.availability.data == PAUSED and field.data and field.data <= datetime.now(UTC).date():
            raise ValidationError(_("Choose a day that is still to come, or leave it empty."))


class PressForm(FlaskForm):
    """A form of one button."""


def choices(pairs: Sequence[tuple[str, str]]) -> list[SelectChoice]:
    """Choices for a select from (value, label) pairs."""
    return [SelectChoice(value, label) for value, label in pairs]
