"""Open the house for a command, or say in plain words why it stays closed."""

import functools
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from flask import Flask

import directory
from directory import migrations
from directory.errors import ConfigError, HoldspaceError
from directory.learn import LearnError
from directory.matching.rules import MatchingRulesError
from directory.places import PlacesError
from directory.readiness.questionnaire_file import QuestionnaireError
from directory.sayings import SayingsError
from search_index.errors import IndexUnavailable

SEEDS_REFUSED = (
    PlacesError,
    QuestionnaireError,
    MatchingRulesError,
    LearnError,
    SayingsError,
    tomllib.TOMLDecodeError,
)
REFUSED = (HoldspaceError, IndexUnavailable, *SEEDS_REFUSED)


@contextmanager
def said_plainly() -> Iterator[None]:
    """Whatever this house refuses becomes a sentence and exit status 1, never a traceback."""
    try:
        yield
    except ConfigError as error:
        raise click.ClickException(f"These settings cannot be used:\n{error}") from error
    except REFUSED as error:
        raise click.ClickException(str(error)) from error


def open_app(settings: dict[str, Any] | None = None) -> Flask:
    """The app with these settings over the environment's."""
    with said_plainly():
        return directory.create_app(settings)


def check_tables() -> None:
    """Refuse to go on unless the tables are those of this version."""
    with said_plainly():
        migrations.check()


def with_house(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run ``command(house, ...)`` inside the app as it stands: opened, but not prepared."""

    @functools.wraps(command)
    def opened(*args: Any, **options: Any) -> Any:
        app = open_app({"PREPARE": None})
        with app.app_context():
            check_tables()
            with said_plainly():
                return command(app.extensions["holdspace"], *args, **options)

    return opened
