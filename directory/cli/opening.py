"""Open the house for a command."""

import functools
from collections.abc import Callable
from typing import Any

import click

import directory
from directory.errors import ConfigError


def with_house(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run ``command(house, ...)`` inside the app, or say in plain words why the house cannot be opened."""

    @functools.wraps(command)
    def opened(*args: Any, **options: Any) -> Any:
        try:
            app = directory.create_app()
        except ConfigError as error:
            raise click.ClickException(f"These settings cannot be used:\n{error}") from error
        with app.app_context():
            return command(app.extensions["holdspace"], *args, **options)

    return opened
