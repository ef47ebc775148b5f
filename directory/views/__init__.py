"""The doors: one file each. Views clean what came in, ask the rooms, and hand plain values to a template."""

from flask import Flask

from directory.views import api, health, learn, readiness, search, shown, therapist


def register(app: Flask) -> None:
    """Open every door."""
    shown.register(app)
    for door in (search, readiness, learn, therapist, api, health):
        app.register_blueprint(door.bp)
