"""Holdspace: the rooms of the house, in the order in which they are entered.

Each room's own file says what lives there.
"""

import os
from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_babel import Babel
from werkzeug.middleware.proxy_fix import ProxyFix

from directory import accounts, config, db, demo, errors, house, logs, protection, views
from directory.forms.accounts import SignInForm


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """The app. Without settings (and without HOLDSPACE_ variables) it is the demo, seeded when it is empty.

    ``PREPARE`` hears how far the demo's preparation is; None leaves the house as it stands.

    Raises ConfigError, VocabularyError and the like with every problem at once, before anything is served.
    """
    values = config.read(os.environ, settings)
    app = Flask(
        __name__, template_folder=str(config.ROOT / "templates"), instance_path=str(values["INSTANCE"].resolve())
    )
    app.config.from_mapping(config.for_flask(values))
    app.config.from_mapping(settings or {})
    if values["PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, *[values["PROXIES"]] * 3)  # type: ignore[method-assign]
    logs.register(app)
    protection.register(app)
    errors.register(app)
    Babel(app)
    db.init_app(app)
    house.open_in(app)
    accounts.init_app(app, SignInForm)
    views.register(app)
    say = app.config.get("PREPARE", demo.silent)
    if values["ENV"] == "demo" and say is not None:
        demo.prepare(app, say)
    return app
