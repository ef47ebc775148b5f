"""Signing in: the fields of Flask-Security's form in this house's words."""

from typing import Any

from flask_babel import gettext as _
from flask_security import LoginForm

OWN_ROOMS = "/my/"


class SignInForm(LoginForm):
    """E-mail and password. The rules are Flask-Security's, the words are ours; it leads on to one's own rooms only."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email.label.text = _("Your e-mail address")
        self.password.label.text = _("Password")
        self.remember.label.text = _("Keep me signed in on this device")
        if not (self.next.data or "").startswith(OWN_ROOMS):
            self.next.data = ""
