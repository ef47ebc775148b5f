"""What is wrong with this house, and how to mend it."""

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

import click
from flask import current_app

import directory
from directory import changes, config, migrations
from directory.cli.opening import REFUSED
from directory.errors import ConfigError, HoldspaceError
from directory.house import House
from search_index import danger_learning

REBUILD = "Run `holdspace index rebuild`."
INSTALL = "Install the packages anew (`pip install --no-deps -r requirements.lock`); the log says what is wrong."


class Finding(NamedTuple):
    """One thing looked at: is it right, what was seen, and how to mend it."""

    right: bool
    told: str
    mend: str = ""


def _settings() -> Finding:
    try:
        return Finding(True, f"Settings are in order ({config.read(os.environ)['ENV']}).")
    except ConfigError as error:
        return Finding(False, "The settings cannot be used.", str(error))


def _tables() -> Finding:
    try:
        migrations.check()
    except HoldspaceError as error:
        return Finding(False, "The database cannot be used.", str(error))
    return Finding(True, f"The tables stand at {migrations.newest()}, as this version needs.")


def _index(house: House) -> Finding:
    state, (number, _) = house.index.status(), changes.latest()
    if state.problem or state.number is None or state.mark is None:
        return Finding(False, f"No index answers: {state.problem}", REBUILD)
    if not changes.known(state.number, state.mark):
        return Finding(False, "The index was made from another database, or from an older copy of this one.", REBUILD)
    behind = number - state.number
    told = f"The index holds {state.listings} listings and is {behind} changes behind."
    if state.deleted:
        told += f" {state.deleted} deleted or replaced ones stand in its files until `holdspace daily`."
    followed = house.index.attended()
    mend = "The running server catches up by itself." if followed else f"No server follows it. Start it, or: {REBUILD}"
    return Finding(behind == 0, told, mend)


def _crisis(house: House) -> Finding:
    today = datetime.now(UTC).date()
    countries = house.crisis.countries()
    known = [country.standing(today) for country in countries]
    known += [line.standing(today) for country in countries for line in country.lines]
    old = len(known) - known.count("verified")
    counted = f"{old} of {len(known)} emergency numbers and help lines were not verified by you in 180 days."
    return Finding(not old, counted, "Check each one, then write last_verified = the day in seeds/crisis.toml.")


def _findings() -> Iterator[Finding]:
    """One thing after another; what needs something that is missing is not looked at."""
    settings = _settings()
    yield settings
    if not settings.right:
        return
    try:
        app = directory.create_app({"PREPARE": None})
    except REFUSED as error:
        yield Finding(False, "The seeds cannot be used.", str(error))
        return
    with app.app_context():
        house: House = app.extensions["holdspace"]
        tables = _tables()
        yield tables
        if tables.right:
            yield _index(house)
        yield _crisis(house)
        yield _vectors(house)
        yield _hearing(house)


def _vectors(house: House) -> Finding:
    if house.meaning.has_vectors:
        return Finding(True, "Own words are understood by what is meant as well as by what is said.")
    return Finding(False, "The word vectors cannot be used: own words are understood by known words alone.", INSTALL)


def _hearing(house: House) -> Finding:
    if not house.meaning.hears_order:
        lost = "The sentence model cannot be used: danger is heard by its words alone, and more of it is missed."
        return Finding(False, lost, INSTALL)
    if not danger_learning.is_current(current_app.config["SEEDS"]):
        return Finding(False, "Sayings changed since the house learnt how danger sounds.", "Run `make danger`.")
    return Finding(True, "Danger is heard by the order of words as well as by the words.")


def _indented(text: str) -> str:
    return "\n".join(f"      {line}" for line in text.splitlines())


@click.command()
def doctor() -> None:
    """Say what is wrong and how to mend it. Ends with 1 when something needs you."""
    findings = list(_findings())
    for finding in findings:
        print(f"ok    {finding.told}" if finding.right else f"MEND  {finding.told}\n{_indented(finding.mend)}")
    sys.exit(0 if all(finding.right for finding in findings) else 1)
