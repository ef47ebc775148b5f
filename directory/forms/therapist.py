"""What therapists fill in about themselves: every field, its limits and its sentences."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, IntegerField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import TextInput

MAX_FEE = 100_000
MAX_VERSION = 1_000_000
CHOOSE = _("Choose one of these.")


class Digits(TextInput):
    """A text box with the number keys. Unlike a number box, it shows again what was typed when that was wrong."""

    def __call__(self, field: Any, **attributes: Any) -> Any:
        return super().__call__(field, inputmode="numeric", **attributes)


class WholeMoney(IntegerField):
    """A fee in whole units of its currency."""

    widget = Digits()

    def process_formdata(self, valuelist: list[str]) -> None:
        text = (valuelist[0] if valuelist else "").strip().replace(",", "")
        self.data = None
        if text:
            try:
                self.data = int(text)
            except ValueError:
                raise ValueError(_("Write a whole number, like 65.")) from None


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
    full_from = WholeMoney(
        _("Full fee for one session"),
        validators=[
            InputRequired(_("Write your fee, like 65. Write 0 if you take none.")),
            NumberRange(0, MAX_FEE, _("Write a fee between 0 and 100,000.")),
        ],
    )
    full_to = WholeMoney(
        _("Highest fee, if it varies"),
        description=_("Leave it empty if it’s always the same."),
        validators=[Optional(), NumberRange(0, MAX_FEE, _("Write a fee between 0 and 100,000."))],
    )
    sliding_from = WholeMoney(
        _("Lowest fee of your sliding scale"),
        description=_("Leave it empty if you have none."),
        validators=[Optional(), NumberRange(0, MAX_FEE, _("Write a fee between 0 and 100,000."))],
    )
    session_minutes = IntegerField(
        _("Length in minutes"),
        widget=Digits(),
        invalid_value_message=_("Write a whole number, like 50."),
        validators=[
            InputRequired(_("Write the length of a session, like 50.")),
            NumberRange(15, 240, _("Write a length between 15 and 240 minutes.")),
        ],
    )
    reduced_places = IntegerField(
        _("Reduced places open now"),
        widget=Digits(),
        description=_("Leave it empty if you’d rather not say."),
        invalid_value_message=_("Write a whole number, like 2."),
        validators=[Optional(), NumberRange(0, 50, _("Write a number between 0 and 50."))],
    )
    note = StringField(
        _("A short note about fees"),
        description=_("For example: no proof asked."),
        validators=[Length(max=160, message=_("Keep this under 160 letters."))],
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
            InputRequired(_("Write one sentence that people see first.")),
            Length(max=270, message=_("Keep this under 270 letters.")),
        ],
    )
    bio_approach = TextAreaField(
        _("How you understand things"),
        validators=[Length(max=2000, message=_("Keep this under 2,000 letters."))],
    )
    bio_working = TextAreaField(
        _("How you work"),
        validators=[Length(max=2000, message=_("Keep this under 2,000 letters."))],
    )
    bio_first_session = TextAreaField(
        _("What a first session is like"),
        validators=[Length(max=2000, message=_("Keep this under 2,000 letters."))],
    )


class AvailabilityForm(SectionForm):
    """Is there a place?"""

    availability = SelectField(_("Openings"), invalid_choice_message=CHOOSE)
    availability_note = StringField(
        _("A short note about times"),
        description=_("For example: Tuesdays, and one late evening."),
        validators=[Length(max=120, message=_("Keep this under 120 letters."))],
    )
    back_on = Day(
        _("If you take a break: the day you are back"),
        invalid_value_message=_("Write a day, like 2027-03-01."),
        description=_("Your page is hidden until then. Leave it empty to stay hidden until you change this."),
        validators=[Optional()],
    )


class PressForm(FlaskForm):
    """A form of one button."""


def choices(pairs: Sequence[tuple[str, str]]) -> list[SelectChoice]:
    """Choices for a select from (value, label) pairs."""
    return [SelectChoice(value, label) for value, label in pairs]
