"""The demo: a database that fills itself with invented therapists when it is empty, and never twice."""

import fcntl
import logging
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from directory import accounts, migrations, profiles
from directory.db import db, writing
from directory.house import House
from directory.profiles.planting import id_for
from search_index.errors import IndexUnavailable

log = logging.getLogger("holdspace.demo")
Say = Callable[[str, int, int], None]
EMAIL = "therapist@holdspace.example"
PASSWORD = "only for the demo"
KEEPER = "gb-meera-vanterpool"


def silent(_what: str, _done: int, _total: int) -> None:
    """Tell nobody how far the work is."""


@contextmanager
def _alone(instance: Path) -> Iterator[None]:
    """One process at a time prepares the demo; the others wait for it."""
    instance.mkdir(parents=True, exist_ok=True)
    with (instance / "preparing").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def seeds(folder: Path) -> list[tuple[str, dict[str, object]]]:
    """(file stem, content) of every invented therapist."""
    return [
        (file.stem, tomllib.loads(file.read_text("utf-8"))) for file in sorted((folder / "therapists").glob("*.toml"))
    ]


def _plant(app: Flask, say: Say) -> None:
    people, house = seeds(app.config["SEEDS"]), app.extensions["holdspace"]
    kinds = {
        term.slug: term.extra.get("kind", "licensed") for term in house.vocabulary.terms("credentials", hidden=True)
    }
    with writing():
        for done in profiles.plant(people, datetime.now(UTC).date(), kinds):
            say("Therapists", done, len(people))
        if not accounts.exists(EMAIL) and people:
            stems = [stem for stem, _ in people]
            accounts.add(EMAIL, PASSWORD, therapist_id=id_for(KEEPER if KEEPER in stems else stems[0]))
            db.session.commit()


def _index(house: House, say: Say) -> None:
    total = profiles.count_published()
    try:
        house.follower.rebuild(lambda done: say("Index", done, total))
    except IndexUnavailable as problem:
        log.warning("There is no index yet, so search answers from the database. %s", problem)


def prepare(app: Flask, say: Say = silent) -> None:
    """Tables, therapists, one account and an index, each only where it is missing.

    ``say(what, done, total)`` hears progress.
    """
    house: House = app.extensions["holdspace"]
    with _alone(app.config["INSTANCE"]), app.app_context():
        if migrations.current() != migrations.newest():
            say("Database", 0, 1)
            migrations.upgrade()
            say("Database", 1, 1)
        unfinished = app.config["INSTANCE"] / "planting"
        if unfinished.exists() or not profiles.any_at_all():
            unfinished.touch()
            _plant(app, say)
            unfinished.unlink()
        if house.index.cursor() is None:
            _index(house, say)
        db.session.remove()
