"""The search index: how it stands, and building it anew."""

import time

import click

from directory import changes
from directory.cli.opening import with_house
from directory.cli.progress import say
from directory.house import House
from directory.profiles import any_at_all, count_published


@click.group()
def index() -> None:
    """Look after the search index. It is a cache of the database: losing it loses nothing."""


@index.command()
@with_house
def status(house: House) -> None:
    """Say what the index holds and how far behind the database it is."""
    state, (number, _) = house.index.status(), changes.latest()
    if state.problem:
        print(f"No index answers: {state.problem} The next start or `holdspace index rebuild` makes one.")
        return
    print(
        f"Generation {state.generation}: {state.listings} listings in {state.segments} segments, schema {state.schema}."
    )
    print(f"It has taken change {state.number} of {number}.")


@index.command()
@with_house
def rebuild(house: House) -> None:
    """Build the index anew beside the one that serves, then switch to it."""
    if not any_at_all():
        print("There are no listings yet.")
        return
    started, total = time.perf_counter(), count_published()
    if not house.follower.rebuild(lambda done: say("Index", done, total)):
        raise click.ClickException("Another process is writing the index. Try again in a moment.")
    print(f"{total} listings indexed in {time.perf_counter() - started:.1f} s.")
