"""What seekers fill in: their own words, and the filters of a result.

Unknown values fall away; a text too long is said so.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Field, Form, IntegerField, StringField, TextAreaField
from wtforms.validators import ValidationError

from directory.forms import money

MAX_TEXT = 4000
MAX_VALUES = 40
MAX_FEE = 100_000
MAX_PAGE = 500
READABLE = ("country", "region", "format", "language", "times", "availability", "accessibility", "consult", "sliding")
SEALED = (
    "concern",
    "approach",
    "community",
    "theme",
    "faith_stance",
    "affirming",
    "population",
    "gender",
    "payment",
    "insurance",
    "belongs",
    "faith",
)
GROUPS = READABLE + SEALED
# The groups whose values may be typed too, each in a field of one line with this before its name.
TYPED, ADDED = ("language", "concern", "approach"), "add_"
MAX_NAME = 60
# Where somebody is: a town or postcode, how far from it, and one of several places of that name, where it was pressed.
PLACE_FIELDS = ("near", "within", "near_is")
MAX_RADIUS = 500
SORTS = ("closest", "distance", "fee", "confirmed")


class Known(Field):
    """Ticks of one group. A value that isn't known falls away; so does everything after the first forty."""

    def __init__(self, known: Iterable[str] = (), **options: Any) -> None:
        super().__init__(**options)
        self.known = frozenset(known)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = list(dict.fromkeys(value for value in valuelist if value in self.known))[:MAX_VALUES]


class Number(IntegerField):
    """A whole number; of a sum its whole part, so that "65.50" is 65. Anything else is no number."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            whole: int | None = int(money.read((valuelist[0] if valuelist else "").strip(" £$€₹")))
        except ValueError:
            whole = None
        self.data = whole


class Name(StringField):
    """One line: the name of a value. What can't be seen is left out, and what is over sixty letters."""

    def process_formdata(self, valuelist: list[str]) -> None:
        seen = "".join(letter if letter.isprintable() else " " for letter in (valuelist or [""])[0])
        self.data = " ".join(seen.split())[:MAX_NAME]


def not_too_long(form: Form, field: Any) -> None:
    """Refuse a text over 4,000 letters before anything reads it."""
    if len(field.data or "") > MAX_TEXT:
        raise ValidationError(_("That was over 4,000 letters. Shorten it; your words are still here."))


class AskForm(Form):
    """The one box: what the person would like help with, in their own words."""

    text = TextAreaField(
        _("What would you like help with?"),
        validators=[not_too_long],
        description=_("For example: I freeze when my boss gives me feedback."),
    )


class FilterForm(AskForm):
    """The filters of a result. Built with the choices of the day by ``filter_form``."""

    near = Name()
    near_is = Name()
    within = Number()
    fee_max = Number()
    currency = StringField()
    sort = StringField()
    page = Number()
    remove = StringField()
    open = StringField()


def filter_form(choices: Mapping[str, Iterable[str]]) -> type[FilterForm]:
    """A FilterForm with a field of ticks for every group of ``choices`` (group -> values that are known).

    Beside them stands a line to type a value's name for every group of ``TYPED``.
    """
    fields: dict[str, Field] = {group: Known(known=values) for group, values in choices.items()}
    fields |= {f"{ADDED}{group}": Name() for group in TYPED}
    return type("FilterForm", (FilterForm,), fields)
