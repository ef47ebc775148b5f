"""What is done once a day: tidying. Nothing here hides or shows anybody; time does that by itself."""

import click

from directory import changes
from directory.cli.index import NOW, compacted
from directory.cli.opening import with_house
from directory.db import writing
from directory.house import House


@click.command()
@click.option("--now", is_flag=True, help=NOW)
@with_house
def daily(house: House, now: bool) -> None:
    """Tidy up: forget the changes that no index needs any more, and let go of deleted listings. Run it once a day."""
    with writing():
        gone = changes.tidy()
    print(f"{gone} changes forgotten: {changes.KEPT_DAYS} days are kept, and {changes.KEPT_CHANGES} changes at most.")
    print(compacted(house, now))
