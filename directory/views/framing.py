"""What every page stands in: language, direction, whose house this is, and the parts that are everybody's alike."""

from typing import Any

from flask import Flask, current_app, render_template, request
from flask_babel import get_locale
from markupsafe import Markup

from directory.house import house
from directory.views.saying import gettext as _
from directory.views.saying import kept, saying

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "ps", "sd"})


def direction() -> str:
    """Does the reader's language run right to left?"""
    return "rtl" if str(get_locale() or "en").split("_")[0] in RIGHT_TO_LEFT else "ltr"


def _site() -> dict[str, Any]:
    config = current_app.config
    names = [house().places.name_of(code) for code in config["COUNTRIES"]]
    served = _("anyone in %(countries)s", countries=", ".join(names))
    return {
        "name": config["SITE_NAME"],
        "kept_by": config["KEPT_BY"],
        "served": served,
        "demo": config["ENV"] == "demo",
    }


def _frame() -> dict[str, Any]:
    return kept("frame", lambda: {"lang": saying().locale.replace("_", "-"), "dir": direction(), "site": _site()})


def framed(part: str, here: str = "") -> Markup:
    """A part that says nothing about its reader: drawn once in this house and language, then kept.

    ``part``: a template of templates/frame/; ``here``: where in the house the page is.
    """

    def draw() -> Markup:
        return Markup(render_template(f"frame/{part}.html", here=here))

    return kept(f"{part}, {here}, {request.script_root}", draw)


def register(app: Flask) -> None:
    """Give every template the frame."""
    app.jinja_env.globals |= {"framed": framed, "leave_url": app.config["LEAVE_URL"]}
    app.context_processor(_frame)
