"""What is done once a day: tidying. Nothing here hides or shows anybody; time does that by itself."""

import click

from directory import changes
from directory.cli.opening import with_house
from directory.db import writing
from directory.house import House


@click.command()
@with_house
def daily(_house: House) -> None:
    """Tidy up: forget the changes that no index needs any more. Run it once a day."""
    with writing():
        gone = changes.tidy()
    print(f"{gone} changes forgotten: {changes.KEPT_DAYS} days are kept, and {changes.KEPT_CHANGES} changes at most.")
