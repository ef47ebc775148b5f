"""The doors: one file each. Views clean what came in, ask the rooms, and hand plain values to a template."""

from flask import Flask, current_app

from directory.house import house
from directory.views import (
    api,
    consulting,
    contacting,
    framing,
    health,
    helping,
    learn,
    readiness,
    search,
    shortlist,
    shown,
    suggesting,
    therapist,
)


def register(app: Flask) -> None:
    """Open every door."""
    shown.register(app)
    framing.register(app)
    helping.register(app)
    doors = (search, contacting, suggesting, shortlist, readiness, consulting, learn, therapist, health)
    for door in doors:
        app.register_blueprint(door.bp)
    api.register(app)
    app.before_request(_follow)


def _follow() -> None:
    """Begin to follow the changes with the first request, which comes after any fork."""
    if current_app.config["FOLLOW"]:
        house().follower.start()
