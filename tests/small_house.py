"""A house with a dozen listings: soon planted, soon indexed, for tests that break or change what a house is made of."""

import shutil
from pathlib import Path

from tests.opening import ROOT, open_house

SEEDS = ROOT / "seeds"


def plant(folder: Path, **settings: object) -> Path:
    """Seeds and instance of a house with every twelfth listing. Copy the instance before writing to it."""
    shutil.copytree(SEEDS, folder / "seeds", ignore=lambda place, names: names if place.endswith("therapists") else ())
    for file in sorted((SEEDS / "therapists").glob("*.toml"))[::12]:
        shutil.copy(file, folder / "seeds" / "therapists")
    reopen(folder, folder / "instance", **settings).extensions["holdspace"].index.close()
    return folder


def reopen(planted: Path, instance: Path, **settings: object):
    """An app over a copy of a planted house's instance."""
    return open_house(instance, SEEDS=planted / "seeds", **settings)
