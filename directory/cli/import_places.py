"""Bringing in what others keep: postal files, so that postcodes outside the US are known too."""

from collections.abc import Iterator
from pathlib import Path

import click
from flask import current_app

from directory import places, profiles
from directory.cli.opening import with_house
from directory.db import writing
from directory.house import House
from directory.places import Imported

MOST_TOLD = 20


@click.group("import")
def bring_in() -> None:
    """Bring in what others keep."""


@bring_in.command("places")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@with_house
def import_places(house: House, file: Path) -> None:
    """Take postcodes from a GeoNames postal file (GB.txt of its zip), each as the middle of its postal area.

    A running server knows them at once. Listings whose rooms had no coordinates get them. Safe to run again.
    """
    told = places.import_file(file, current_app.config["INSTANCE"] / "places", house.places)
    print("\n".join(_told(file, told)))
    with writing():
        placed = profiles.locate(house.places.point)
    print(f"{placed} rooms of listings were put on the map.")


def _told(file: Path, told: Imported) -> Iterator[str]:
    yield f"{file.name}: {told.lines} lines."
    for code in told.countries:
        counts = f"{told.added[code]} added, {told.replaced[code]} replaced, {told.right[code]} right already"
        yield f"{code}: postal areas {counts}."
    for what, number in sorted(told.foreign.items()):
        yield f"Left out: {number} lines {what}."
    if told.refused:
        yield f"Left out: {len(told.refused)} lines that can't be used:"
        yield from (f"  line {number}: {why}" for number, why in told.refused[:MOST_TOLD])
    if len(told.refused) > MOST_TOLD:
        yield f"  and {len(told.refused) - MOST_TOLD} more"
