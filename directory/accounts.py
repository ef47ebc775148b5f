"""Sign-in: Flask-Security on this house's accounts. Nothing here is reached by a page that a seeker sees."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, session
from flask_babel import lazy_gettext as _
from flask_security import Security, SQLAlchemyUserDatastore, hash_password
from sqlalchemy import select

from directory.db import db
from directory.models import Account, Role

datastore = SQLAlchemyUserDatastore(db, Account, Role)
MIN_PASSWORD = 15
ROOMS = ("security", "therapist")  # the blueprints whose pages know who is there
SETTINGS = {
    "SECURITY_API_ENABLED_METHODS": ["session"],
    "SECURITY_URL_PREFIX": "/account",
    "SECURITY_LOGIN_URL": "/sign-in",
    "SECURITY_LOGOUT_URL": "/sign-out",
    "SECURITY_POST_LOGIN_VIEW": "/my/listing",
    "SECURITY_POST_LOGOUT_VIEW": "/account/sign-in",
    "SECURITY_LOGIN_USER_TEMPLATE": "security/sign_in.html",
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    "SECURITY_PASSWORD_SINGLE_HASH": True,  # argon2 brings its own salt: a new secret must lock nobody out
    "SECURITY_LOGOUT_CSRF": True,
    "SECURITY_LOGOUT_USER_TEMPLATE": "security/sign_out.html",
    "SECURITY_FRESHNESS": timedelta(days=-1),  # no page asks for the password a second time
    "SECURITY_STATIC_FOLDER": None,
    "SECURITY_PASSWORD_LENGTH_MIN": MIN_PASSWORD,
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
    "SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS": False,
    "SECURITY_SEND_REGISTER_EMAIL": False,
    "SECURITY_REDIRECT_VALIDATE_MODE": "absolute",
    "SECURITY_MSG_GENERIC_AUTHN_FAILED": (
        _("That address and password don’t go together. Check both and try again."),
        "error",
    ),
    "SECURITY_MSG_EMAIL_NOT_PROVIDED": (_("Write your e-mail address."), "error"),
    "SECURITY_MSG_PASSWORD_NOT_PROVIDED": (_("Write your password."), "error"),
    "SECURITY_MSG_INVALID_EMAIL_ADDRESS": (_("Write an address with an @ in it, like sam@example.org."), "error"),
    "WTF_CSRF_CHECK_DEFAULT": False,
    "WTF_CSRF_TIME_LIMIT": None,
}


def _stay_signed_in() -> None:
    """Send the session again, so that its time counts from the last visit."""
    if session:
        session.modified = True


def init_app(app: Flask, sign_in_form: type) -> None:
    """Hang sign-in on the app, with this house's own form.

    Flask-Security hangs its hooks on every request, and each would load the account. They move to the rooms where
    somebody signs in; templates hear nothing of an account. A session's cookie is the only way in, and the only answer
    is a page: there are no tokens for programs.
    """
    app.config |= SETTINGS
    told = list(app.template_context_processors[None])
    before, after = list(app.before_request_funcs.get(None, ())), list(app.after_request_funcs.get(None, ()))
    security = Security(app, datastore, register_blueprint=True, login_form=sign_in_form)
    app.template_context_processors[None] = told
    _into_rooms(app.before_request_funcs, before)
    _into_rooms(app.after_request_funcs, after)
    for room in ROOMS:
        app.before_request_funcs[room].append(_stay_signed_in)
    security.login_manager.request_loader(lambda _request: None)
    security.want_json(lambda _request: False)


def _into_rooms(hooks: dict[Any, list[Any]], ours: list[Any]) -> None:
    """Leave ``ours`` on every request and move what was hung beside them to the rooms alone."""
    theirs = [hook for hook in hooks[None] if hook not in ours]
    hooks[None] = ours
    for room in ROOMS:
        hooks[room] = [*theirs, *hooks.get(room, ())]


def add(email: str, password: str, *, therapist_id: str | None = None, steward: bool = False) -> Account:
    """A new, confirmed account. The caller commits."""
    account = Account(
        email=email.lower(),
        password=hash_password(password),
        therapist_id=therapist_id,
        fs_uniquifier=secrets.token_hex(32),
        confirmed_at=datetime.now(UTC).replace(tzinfo=None),
    )
    db.session.add(account)
    if steward:
        datastore.add_role_to_user(account, datastore.find_or_create_role("steward"))
    return account


def exists(email: str) -> bool:
    """Is there an account with this address?"""
    return db.session.scalar(select(Account.id).where(Account.email == email.lower())) is not None
