"""The database's tables."""

import click

from directory import migrations
from directory.cli.opening import with_house
from directory.house import House


@click.command()
@with_house
def upgrade(_house: House) -> None:
    """Bring the database's tables to what this version needs. Safe to run again."""
    before, newest = migrations.current(), migrations.newest()
    if before == newest:
        print(f"Nothing to do: the tables stand at {newest}.")
        return
    migrations.upgrade()
    print(f"The tables went from {before or 'nothing'} to {newest}.")
