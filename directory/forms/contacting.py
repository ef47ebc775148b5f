"""What somebody fills in to write to a therapist: their words, and how they can be answered."""

import re
import unicodedata
from typing import Any

from email_validator import EmailNotValidError, ValidatedEmail, validate_email
from flask_babel import lazy_gettext as _
from wtforms import Form, HiddenField, StringField, TextAreaField
from wtforms.validators import ValidationError

MAX_MESSAGE = 4000
MAX_REACH = 200
MAX_LINKS = 3
LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)


def written(sentence: Any) -> Any:
    """A validator that asks for something to be written, with this sentence."""

    def check(_form: Form, field: Any) -> None:
        if not (field.data or "").strip():
            raise ValidationError(sentence)

    return check


def at_most(length: int, sentence: Any) -> Any:
    """A validator that refuses more letters than that, with this sentence."""

    def check(_form: Form, field: Any) -> None:
        if len(field.data or "") > length:
            raise ValidationError(sentence)

    return check


def one_line(_form: Form, field: Any) -> None:
    """Refuse line ends and other signs that nobody sees: none belongs into an address or a number."""
    if any(unicodedata.category(letter) in {"Cc", "Zl", "Zp", "Cs"} for letter in field.data or ""):
        raise ValidationError(_("There is a hidden sign in this. Type it again here, on one line."))


def few_links(_form: Form, field: Any) -> None:
    """Refuse what looks like an advertisement."""
    if len(LINK.findall(field.data or "")) > MAX_LINKS:
        raise ValidationError(_("There are many links in this. Leave all but three out."))


class WriteForm(Form):
    """A message to one therapist. ``opened`` says when the form was opened; ``fax`` is for machines to fall for."""

    reach = StringField(
        _("Your e-mail address, or another way to reach you"),
        description=_("For example: sam@example.org, or a phone number and good times to call."),
        validators=[
            written(_("Write how you can be answered: an e-mail address, or a number.")),
            at_most(MAX_REACH, _("Keep this under 200 letters.")),
            one_line,
        ],
    )
    message = TextAreaField(
        _("Your message"),
        description=_("A few lines are enough: what you’d like help with, and what you’d like to ask."),
        validators=[
            written(_("Write a line or two first.")),
            at_most(MAX_MESSAGE, _("That was over 4,000 letters. Shorten it; your words are still here.")),
            few_links,
        ],
    )
    fax = StringField(_("Leave this empty"))
    opened = HiddenField()

    def validate(self, **more: Any) -> bool:
        """As every form, and nothing may stand where nobody looks."""
        fine = super().validate(**more)
        if self.fax.data:
            self.fax.data = ""
            self.form_errors.append(_("A hidden field was filled in, perhaps by your browser. It’s empty now."))
        return fine and not self.form_errors

    def validate_reach(self, _field: Any) -> None:
        """What is meant as an e-mail address must be one."""
        if self._like_mail and self._mail is None:
            raise ValidationError(_("Write an address with an @ in it, like sam@example.org."))

    @property
    def reply_to(self) -> str:
        """The e-mail address for answers, in ASCII; empty for any other way, and for an address that can't be so."""
        return (self._mail.ascii_email or "") if self._like_mail and self._mail else ""

    @property
    def _like_mail(self) -> bool:
        """Is it meant as an e-mail address, and not as words or a name somewhere else?"""
        told = (self.reach.data or "").strip()
        return "@" in told[1:] and not told.startswith("@") and len(told.split()) == 1

    @property
    def _mail(self) -> ValidatedEmail | None:
        try:
            return validate_email((self.reach.data or "").strip(), check_deliverability=False)
        except EmailNotValidError:
            return None
