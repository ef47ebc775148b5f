"""The database's tables."""

import click

from directory import migrations
from directory.cli.opening import open_app, said_plainly


@click.command()
def upgrade() -> None:
    """Bring the database's tables to what this version needs. Safe to run again."""
    with open_app({"PREPARE": None}).app_context(), said_plainly():
        before, newest = migrations.current(), migrations.newest()
        if before == newest:
            print(f"Nothing to do: the tables stand at {newest}.")
            return
        migrations.upgrade()
        print(f"The tables went from {before or 'nothing'} to {newest}.")
