"""What is wrong with this house, and how to mend it."""

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import click

import directory
from directory import changes, config, migrations
from directory.errors import HoldspaceError
from directory.house import House

Finding = tuple[bool, str, str]


def _settings() -> Iterator[Finding]:
    try:
        values = config.read(os.environ)
        yield True, f"Settings are in order ({values['ENV']}).", ""
    except HoldspaceError as error:
        yield False, "Settings cannot be used.", str(error)


def _tables() -> Iterator[Finding]:
    current, newest = migrations.current(), migrations.newest()
    mend = "Run `holdspace upgrade`."
    yield current == newest, f"Tables stand at {current or 'nothing'}, this version needs {newest}.", mend


def _index(house: House) -> Iterator[Finding]:
    state, (number, _) = house.index.status(), changes.latest()
    if state.problem:
        yield False, f"No index answers: {state.problem}.", "Run `holdspace index rebuild`, or restart."
        return
    behind = number - (state.number or 0)
    mend = "The running server catches up by itself; if none runs, start it or run `holdspace index rebuild`."
    yield behind == 0, f"The index holds {state.listings} listings and is {behind} changes behind.", mend


def _crisis(house: House) -> Iterator[Finding]:
    today = datetime.now(UTC).date()
    lines = [line for country in house.crisis.countries() for line in country.lines]
    old = [line for line in lines if line.standing(today) != "verified"]
    mend = "Call each line, then write last_verified = the day in seeds/crisis.toml."
    yield not old, f"{len(old)} help lines were not verified by you in the last 180 days.", mend


@click.command()
def doctor() -> None:
    """Say what is wrong and how to mend it. Ends with 1 when something needs you."""
    findings = list(_settings())
    if findings[0][0]:
        app = directory.create_app()
        with app.app_context():
            house: House = app.extensions["holdspace"]
            findings += [*_tables(), *_index(house), *_crisis(house)]
    for right, told, mend in findings:
        print(f"{'ok   ' if right else 'MEND '} {told}" + ("" if right else f"\n      {mend}"))
    sys.exit(0 if all(right for right, _, _ in findings) else 1)
